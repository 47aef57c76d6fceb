"""The Agreement road walked through services up to any point, on the files that offices sent."""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

import time_machine
from django.utils import timezone

from agreements.enums import ConversionRule, CouncilResult, PathwayKind
from agreements.models import Agreement, AgreementTerm, AnnexVersion, Pathway
from agreements.selectors.agreements import facts_of_agreement, text_hash
from agreements.services.agreements import (
    decide_text,
    draft_agreement,
    move_agreement,
    review_law,
    sign_agreement,
)
from agreements.services.annex import agree_annex, import_annex, keep_annex_file, propose_annex
from agreements.services.evidence import add_money_term, enter_epvo, name_teacher, record_council
from agreements.services.pathways import PathwayTerms, add_pathway
from core.models import Verdict
from core.values import Localized, today
from institutions.enums import Role
from institutions.models import University, User
from programmes.models import Programme
from programmes.services.curricula import import_curriculum, keep_curriculum_file
from satbayev_jdp.demo.scans import scan
from tests.factories import agreements, institutions, programmes
from tests.programmes.files import sent

ANNEX = "annex1_7M06102_nordtal.xlsx"


@dataclass
class Road:
    """The people of one agreement and what they have made so far; `way`: the pathway that they drafted last."""

    home: University = field(default_factory=institutions.home)
    partner: University = field(default_factory=institutions.partner)
    ipd: User = field(default_factory=lambda: institutions.user(Role.IPD_COORDINATOR))
    lawyer: User = field(default_factory=lambda: institutions.user(Role.LAWYER))
    vice_rector: User = field(default_factory=lambda: institutions.user(Role.VICE_RECTOR))
    rector: User = field(default_factory=lambda: institutions.user(Role.SIGNATORY))
    coordinator: User = field(default_factory=institutions.partner_user)
    licensed: bool = True
    way: Pathway = field(init=False, repr=False)

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
        """A draft with all its terms and a pathway, without Annex 1: the road's `way` from now on."""
        agreement = draft_agreement(
            names=Localized("Келісім"), partner_ids=[self.partner.pk], award="two_diplomas", actor=self.ipd
        )
        # As `write_term` leaves them: it has tests of its own, and seven more steps in every world cost a third of it.
        AgreementTerm.objects.filter(agreement=agreement).update(text_kk="мәтін")
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
        self.way = add_pathway(
            agreement_id=agreement.pk,
            home_programme_id=self.ours.pk,
            partner_programme_id=self.theirs.pk,
            terms=PathwayTerms(**values),  # type: ignore[arg-type]  # names are the fields'
            actor=self.ipd,
        )
        return self.way

    def walked_to(self, stage: str) -> Pathway:
        """A new pathway, drafted and taken on up to a stage."""
        for name, step in STAGES:
            step(self)
            if name == stage:
                return self.way
        raise KeyError(stage)

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

    def agree(self) -> None:
        """Text and Annex 1 agreed with the partner."""
        self.frozen(self.way)
        for actor in (self.ipd, self.coordinator):
            self.yes(self.way.agreement, actor)
        self.way = self.fresh(self.way)

    def yes(self, agreement: Agreement, actor: User) -> Agreement:
        """A party agrees to the text as its page shows it now."""
        return decide_text(
            agreement_id=agreement.pk, verdict=Verdict.AGREED, actor=actor, seen_hash=text_hash(agreement)
        )

    def moved(self, agreement: Agreement, step: str, actor: User) -> Agreement:
        """A step is taken with what its page shows now."""
        return move_agreement(agreement_id=agreement.pk, step=step, actor=actor, seen_hash=whole(agreement))

    def examine(self) -> None:
        """The law of each country examined."""
        self.reviewed(self.way.agreement)

    def approve(self) -> None:
        """Approved at the University twelve days ago."""
        with time_machine.travel(timezone.now() - timedelta(days=12), tick=True):
            self.moved(self.way.agreement, "approve", self.vice_rector)
        self.way = self.fresh(self.way)

    def council(
        self,
        pathway: Pathway,
        at: University,
        actor: User,
        result: str = CouncilResult.APPROVED,
        *,
        days_ago: int = 10,
        protocol: str = "4",
        seen: str = "",
        scanned: bool = True,
    ) -> bool:
        """A Council's decision, ten days ago by default; whether it was written down anew."""
        made = record_council(
            pathway_id=pathway.pk,
            university_id=at.pk,
            council="Ғылыми кеңес",
            protocol_number=protocol,
            decided_on=today() - timedelta(days=days_ago),
            result=result,
            actor=actor,
            seen_hash=seen or whole(pathway.agreement),
            file=scan("Protocol") if scanned else None,
            file_name="protocol.pdf",
        )
        return made.is_new

    def confirm(self) -> None:
        """Both Councils approved."""
        self.council(self.way, self.home, self.ipd)
        self.council(self.way, self.partner, self.coordinator)
        self.way = self.fresh(self.way)

    def reviewed(self, agreement: Agreement, *, positive: bool = True) -> None:
        """A legal review for each country."""
        for country in sorted({self.home.country, self.partner.country}):
            self.review(agreement, country, positive=positive)

    def review(
        self,
        agreement: Agreement,
        country: str = "DE",
        *,
        by: User | None = None,
        law: str = "Law",
        positive: bool = True,
        day: date | None = None,
        seen: str = "",
        scanned: bool = True,
    ) -> bool:
        """The lawyer's word for a country on the text as its page shows it now; whether it was written down anew."""
        made = review_law(
            agreement_id=agreement.pk,
            country=country,
            law=law,
            is_positive=positive,
            reviewed_on=day or today(),
            actor=by or self.lawyer,
            seen_hash=seen or text_hash(agreement),
            file=scan(f"Opinion, {country}") if scanned else None,
            file_name="opinion.pdf",
        )
        return made.is_new

    def sign(
        self,
        pathway: Pathway,
        *,
        signed_on: date | None = None,
        number: str = "5-К",
        seen: str = "",
        term: Mapping[str, date] | None = None,
    ) -> Agreement:
        """The signatory signs, five days ago by default."""
        day = signed_on or today() - timedelta(days=5)
        return sign_agreement(
            agreement_id=pathway.agreement_id,
            number=number,
            signed_on=day,
            **{"valid_from": day, "valid_until": day + timedelta(days=900), **(term or {})},
            actor=self.rector,
            seen_hash=seen or whole(pathway.agreement),
        )

    def put_in_force(self) -> None:
        """Signed and in force; EPVO and teachers are still missing."""
        self.sign(self.way)
        self.way = self.fresh(self.way)

    def make_ready(self) -> None:
        """Everything that opening asks for."""
        enter_epvo(pathway_id=self.way.pk, number="061-0417", day=today(), actor=self.ipd)
        for university, actor in ((self.home, self.ipd), (self.partner, self.coordinator)):
            name_teacher(
                pathway_id=self.way.pk, university_id=university.pk, full_name="Prof. X", part="teaching", actor=actor
            )
        self.fix_money()
        self.way = self.fresh(self.way)

    def fix_money(self) -> None:
        """Who pays whom: nobody, here."""
        add_money_term(
            pathway_id=self.way.pk,
            payer="student",
            payee="partner",
            purpose=Localized("Оқу ақысы"),
            amount=Decimal(0),
            currency="EUR",
            due=Localized(""),
            is_waived=True,
            actor=self.ipd,
        )

    def fresh(self, pathway: Pathway) -> Pathway:
        """The pathway as it stands in the database."""
        return Pathway.objects.select_related(
            "agreement", "home_programme__university", "partner_programme__university", "scale"
        ).get(pk=pathway.pk)


# Where a test can begin, by the name of its fixture (conftest.py): each stage is a step further than the one before it.
STAGES: tuple[tuple[str, Callable[[Road], object]], ...] = (
    ("drafted", Road.drafted),
    ("agreed", Road.agree),
    ("examined", Road.examine),
    ("approved", Road.approve),
    ("confirmed", Road.confirm),
    ("signed", Road.put_in_force),
    ("ready", Road.make_ready),
)


def whole(agreement: Agreement) -> str:
    """What the page shows now: the hash of the text with its Annex 1."""
    return facts_of_agreement(Agreement.objects.get(pk=agreement.pk)).whole_hash


def state_of(pathway: Pathway) -> str:
    """Where the agreement of a pathway stands in the database."""
    return Agreement.objects.get(pathways=pathway).state
