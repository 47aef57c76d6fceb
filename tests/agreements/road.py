"""The Agreement road walked through services up to any point, on the files that offices sent."""

import io
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from agreements.enums import ConversionRule, CouncilResult, PathwayKind, TermGroup
from agreements.models import Agreement, AnnexVersion, Pathway
from agreements.services.agreements import (
    decide_text,
    draft_agreement,
    move_agreement,
    review_law,
    sign_agreement,
    write_term,
)
from agreements.services.annex import agree_annex, import_annex, keep_annex_file, propose_annex
from agreements.services.evidence import enter_epvo, name_teacher, record_council
from agreements.services.pathways import PathwayTerms, add_pathway
from core.models import Verdict
from core.values import Localized, today
from institutions.enums import Role
from institutions.models import University, User
from programmes.models import Programme
from programmes.services.curricula import import_curriculum, keep_curriculum_file
from tests.factories import agreements, institutions, programmes
from tests.programmes.files import sent

ANNEX = "annex1_7M06102_nordtal.xlsx"


@dataclass
class Road:
    """The people of one agreement and what they have made so far."""

    home: University = field(default_factory=institutions.home)
    partner: University = field(default_factory=institutions.partner)
    ipd: User = field(default_factory=lambda: institutions.user(Role.IPD_COORDINATOR))
    lawyer: User = field(default_factory=lambda: institutions.user(Role.LAWYER))
    vice_rector: User = field(default_factory=lambda: institutions.user(Role.VICE_RECTOR))
    rector: User = field(default_factory=lambda: institutions.user(Role.SIGNATORY))
    coordinator: User = field(default_factory=institutions.partner_user)
    licensed: bool = True

    def __post_init__(self) -> None:
        self.ours: Programme = programmes.programme(degree_kk="магистр")
        self.theirs: Programme = programmes.programme(self.partner, "M.Sc. Informatik", degree_kk="магистр")
        if self.licensed:
            institutions.licence(self.partner)
        for programme, name in (
            (self.ours, "curriculum_7M06102.xlsx"),
            (self.theirs, "curriculum_nordtal_informatik.xlsx"),
        ):
            kept = keep_curriculum_file(programme_id=programme.pk, file=sent(name), name=name, actor=self.ipd)
            import_curriculum(upload_id=kept.pk, actor=self.ipd)

    def drafted(self, **terms: object) -> Pathway:
        """A draft with all its terms and a pathway, without Annex 1."""
        agreement = draft_agreement(
            names=Localized("Келісім"), partner_ids=[self.partner.pk], award="two_diplomas", actor=self.ipd
        )
        for group in TermGroup.values:
            write_term(agreement_id=agreement.pk, group=group, text=Localized("мәтін"), actor=self.ipd)
        values: dict[str, object] = {
            "kind": PathwayKind.DOUBLE,
            "home_semesters": 2,
            "partner_semesters": 2,
            "quota_out": 2,
            "quota_in": 2,
            "scale": agreements.german_scale(),
            "rule": ConversionRule.LINEAR,
            "min_gpa": Decimal("2.5"),
            **terms,
        }
        return add_pathway(
            agreement_id=agreement.pk,
            home_programme_id=self.ours.pk,
            partner_programme_id=self.theirs.pk,
            terms=PathwayTerms(**values),  # type: ignore[arg-type]  # names are the fields'
            actor=self.ipd,
        )

    def imported(self, pathway: Pathway, *, by: User | None = None, file: io.BytesIO | None = None) -> AnnexVersion:
        """Annex 1 from the coordinator's workbook, as a draft of the University (or of `by`)."""
        actor = by or self.ipd
        kept = keep_annex_file(pathway_id=pathway.pk, file=file or sent(ANNEX), name=ANNEX, actor=actor)
        report = import_annex(upload_id=kept.pk, actor=actor)
        assert report.version is not None, [str(problem) for problem in report.problems]
        return report.version

    def frozen(self, pathway: Pathway) -> AnnexVersion:
        """Annex 1 agreed by both sides."""
        version = self.imported(pathway)
        propose_annex(version_id=version.pk, actor=self.ipd)
        return agree_annex(version_id=version.pk, actor=self.coordinator)

    def agreed(self, **terms: object) -> Pathway:
        """Text and Annex 1 agreed with the partner."""
        pathway = self.drafted(**terms)
        self.frozen(pathway)
        for actor in (self.ipd, self.coordinator):
            decide_text(agreement_id=pathway.agreement_id, verdict=Verdict.AGREED, actor=actor)
        return self.fresh(pathway)

    def examined(self, **terms: object) -> Pathway:
        """Text and Annex 1 agreed, and the law of each country examined."""
        pathway = self.agreed(**terms)
        self.reviewed(pathway.agreement)
        return pathway

    def approved(self, **terms: object) -> Pathway:
        """Approved at the University."""
        pathway = self.examined(**terms)
        move_agreement(agreement_id=pathway.agreement_id, step="approve", actor=self.vice_rector)
        return self.fresh(pathway)

    def council(self, pathway: Pathway, at: University, actor: User, result: str = CouncilResult.APPROVED) -> None:
        """A Council's decision ten days ago."""
        record_council(
            pathway_id=pathway.pk,
            university_id=at.pk,
            council="Ғылыми кеңес",
            protocol_number="4",
            decided_on=today() - timedelta(days=10),
            result=result,
            actor=actor,
        )

    def confirmed(self, **terms: object) -> Pathway:
        """Both Councils approved."""
        pathway = self.approved(**terms)
        self.council(pathway, self.home, self.ipd)
        self.council(pathway, self.partner, self.coordinator)
        return self.fresh(pathway)

    def reviewed(self, agreement: Agreement, *, positive: bool = True) -> None:
        """A legal review for each country."""
        for country in sorted({self.home.country, self.partner.country}):
            review_law(
                agreement_id=agreement.pk,
                country=country,
                law="Law",
                is_positive=positive,
                reviewed_on=today(),
                actor=self.lawyer,
            )

    def sign(self, pathway: Pathway, *, signed_on: date | None = None, number: str = "5-К") -> Agreement:
        """The signatory signs, five days ago by default."""
        day = signed_on or today() - timedelta(days=5)
        return sign_agreement(
            agreement_id=pathway.agreement_id,
            number=number,
            signed_on=day,
            valid_from=day,
            valid_until=day + timedelta(days=900),
            actor=self.rector,
        )

    def signed(self, **terms: object) -> Pathway:
        """Signed and in force; EPVO and teachers are still missing."""
        pathway = self.confirmed(**terms)
        self.sign(pathway)
        return self.fresh(pathway)

    def ready(self, **terms: object) -> Pathway:
        """Everything that opening asks for."""
        pathway = self.signed(**terms)
        enter_epvo(pathway_id=pathway.pk, number="EP-7", day=today(), actor=self.ipd)
        for university, actor in ((self.home, self.ipd), (self.partner, self.coordinator)):
            name_teacher(
                pathway_id=pathway.pk, university_id=university.pk, full_name="Prof. X", part="teaching", actor=actor
            )
        return self.fresh(pathway)

    def fresh(self, pathway: Pathway) -> Pathway:
        """The pathway as it stands in the database."""
        return Pathway.objects.select_related(
            "agreement", "home_programme__university", "partner_programme__university", "scale"
        ).get(pk=pathway.pk)


def state_of(pathway: Pathway) -> str:
    """Where the agreement of a pathway stands in the database."""
    return Agreement.objects.get(pathways=pathway).state
