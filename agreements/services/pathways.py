"""Verbs on a pathway: what it fixes, what its opening asks for, opening and closing (4.2, 5.4–5.7, 6.5, 6.12)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from agreements.convert import range_in_words
from agreements.enums import AgreementState, AskedDocument, ConversionRule, Direction, PathwayKind
from agreements.models import Agreement, GradeScale, Pathway
from agreements.pdf import READINESS_DOSSIER, READINESS_TITLE, readiness_of_day
from agreements.permissions import roles_on_pathway
from agreements.selectors.annex import frozen_annex_of
from agreements.selectors.pathways import facts_of_pathway
from agreements.services.fetching import locked_agreement, locked_pathway, must_hold
from agreements.services.settling import settle_agreement, settle_pathway
from agreements.workflow.pathway import PATHWAY
from core.changes import Field, changes_of
from core.faults import Fault
from core.history import record, subject_type
from core.values import plain
from core.workflow import RefusedError, WrongStateError, perform, refuse_faults, refuse_unseen_moves
from documents.enums import DocumentState
from documents.models import OfficialDocument
from documents.services import issue
from institutions.enums import Role
from institutions.models import User
from institutions.permissions import standing_of
from programmes.models import Curriculum, Programme
from programmes.selectors import curricula_visible_to, latest_curriculum, programmes_visible_to

# What a pathway fixes, as history calls it.
_FIELDS = {
    "kind": Field(_("kind"), lambda value: PathwayKind(value).label),
    "home_semesters": Field(_("semesters at the University")),
    "partner_semesters": Field(_("semesters at the partner")),
    "quota_out": Field(_("places for outgoing students")),
    "quota_in": Field(_("places for incoming students")),
    "scale": Field(_("partner's grade scale")),
    "rule": Field(_("conversion"), lambda value: ConversionRule(value).label),
    "rule_table": Field(_("conversion table"), range_in_words),
    "min_gpa": Field(_("lowest GPA")),
    "outgoing": Field(_("documents of outgoing students"), lambda value: AskedDocument(value).label),
    "incoming": Field(_("documents of incoming students"), lambda value: AskedDocument(value).label),
}
_TOO_LONG = gettext_noop("%(programme)s lasts %(semesters)s semesters.")
_BOTH_WHOLE = gettext_noop("Both programmes would be studied whole: a part of them is studied at the partner (5.7).")
_DRAFT_ONLY = gettext_noop("The text is agreed: return the agreement to the draft to change it.")


@dataclass(frozen=True)
class PathwayTerms:
    """What a pathway fixes and both sides agree to. Documents: direction → kinds asked for (admissions.DocumentKind)."""

    kind: str
    home_semesters: int
    partner_semesters: int
    quota_out: int
    quota_in: int
    scale: GradeScale | None
    rule: str
    rule_table: Sequence[Mapping[str, str]] = ()
    min_gpa: Decimal | None = None
    required_documents: Mapping[str, Sequence[str]] | None = None


@transaction.atomic
def add_pathway(
    *, agreement_id: int, home_programme_id: int, partner_programme_id: int, terms: PathwayTerms, actor: User
) -> Pathway:
    """Tie a programme of the University to one of a partner under a draft agreement, with their latest curricula (5.7).

    Only the IPD. Raises RefusedError; DoesNotExist for a programme or an agreement that is not visible.
    """
    must_hold(actor, Role.IPD_COORDINATOR)
    agreement = locked_agreement(agreement_id, actor)
    _check_draft(agreement)
    visible = programmes_visible_to(standing_of(actor)).in_bulk([home_programme_id, partner_programme_id])
    if len(visible) < 2:
        raise Programme.DoesNotExist
    home, partner = visible[home_programme_id], visible[partner_programme_id]
    _check_programmes(agreement, home, partner)
    pathway = Pathway(
        agreement=agreement,
        home_programme=home,
        partner_programme=partner,
        home_curriculum=latest_curriculum(home),
        partner_curriculum=latest_curriculum(partner),
    )
    _fill(pathway, terms)
    pathway.save()
    record(
        actor=actor,
        action="pathway.prepared",
        subject=pathway,
        text=gettext_noop("pathway %(pathway)s prepared"),
        params={"pathway": pathway.title},
        clause="5.7",
        role=Role.IPD_COORDINATOR,
    )
    settle_agreement(agreement)
    return pathway


def _check_draft(agreement: Agreement) -> None:
    if agreement.state != AgreementState.DRAFT:
        raise WrongStateError(_DRAFT_ONLY)


def _check_programmes(agreement: Agreement, home: Programme, partner: Programme) -> None:
    parties = {party.university_id for party in agreement.parties.all()}
    if not home.university.is_home or partner.university.is_home or partner.university_id not in parties:
        raise RefusedError(gettext_noop("A pathway ties a programme of the University to one of a party."))
    if Pathway.objects.filter(agreement=agreement, home_programme=home, partner_programme=partner).exists():
        raise RefusedError(gettext_noop("This pathway is there already."))


def _semester_faults(home: Programme, partner: Programme, terms: PathwayTerms) -> Iterator[Fault]:
    """A part of the programmes is studied at the partner (5.7): nobody studies longer on a side than its programme lasts, nor
    both programmes from end to end.
    """
    sides = {"home_semesters": (home, terms.home_semesters), "partner_semesters": (partner, terms.partner_semesters)}
    for field, (programme, semesters) in sides.items():
        if semesters > programme.semesters:
            yield Fault(field, _TOO_LONG, {"programme": programme.code, "semesters": programme.semesters})
    if all(semesters == programme.semesters for programme, semesters in sides.values()):
        yield Fault("partner_semesters", _BOTH_WHOLE)


def _fill(pathway: Pathway, terms: PathwayTerms) -> None:
    refuse_faults(_semester_faults(pathway.home_programme, pathway.partner_programme, terms))
    pathway.kind = PathwayKind(terms.kind)
    pathway.home_semesters, pathway.partner_semesters = terms.home_semesters, terms.partner_semesters
    pathway.quota_out, pathway.quota_in = terms.quota_out, terms.quota_in
    pathway.scale, pathway.rule = terms.scale, terms.rule
    pathway.rule_table = [dict(row) for row in terms.rule_table]
    pathway.min_gpa = terms.min_gpa
    asked = terms.required_documents or {}
    pathway.required_documents = {way.value: list(asked.get(way.value, ())) for way in Direction}


def _values(pathway: Pathway) -> dict[str, Any]:
    own = {name: getattr(pathway, name) for name in _FIELDS if name not in Direction.values}
    asked = {way.value: pathway.required_documents.get(way.value, []) for way in Direction}
    return {**own, **asked, "scale": pathway.scale.names if pathway.scale else None}


@transaction.atomic
def edit_pathway(*, pathway_id: int, terms: PathwayTerms, actor: User, seen: str = "") -> Pathway:
    """Change what a pathway fixes while the agreement is a draft; parties are asked again. The same terms change nothing.

    `seen`: `mark_of` the pathway that the actor was shown. Raises RefusedError, ChangedMeanwhileError.
    """
    must_hold(actor, Role.IPD_COORDINATOR)
    pathway = locked_pathway(pathway_id, actor)
    _check_draft(locked_agreement(pathway.agreement_id, actor))
    before = _values(pathway)
    _fill(pathway, terms)
    changes = changes_of(_FIELDS, before, _values(pathway))
    if changes is None:
        return pathway
    refuse_unseen_moves(seen, pathway)
    pathway.save()
    record(
        actor=actor,
        action="pathway.edited",
        subject=pathway,
        text=gettext_noop("terms of the pathway changed: %(changes)s"),
        params={"changes": changes.words},
        clause="5.7",
        role=Role.IPD_COORDINATOR,
        before=changes.before,
        after=changes.after,
    )
    settle_agreement(pathway.agreement)
    return pathway


@transaction.atomic
def tie_curricula(*, pathway_id: int, home_curriculum_id: int, partner_curriculum_id: int, actor: User) -> Pathway:
    """Choose the curriculum versions that Annex 1 speaks of (4.1, 5.2). Frozen together with the first Annex 1.

    A version of Annex 1 that is on its way speaks of the old ones and is imported anew.
    """
    must_hold(actor, Role.IPD_COORDINATOR)
    pathway = locked_pathway(pathway_id, actor)
    if frozen_annex_of(pathway) is not None:
        raise WrongStateError(gettext_noop("Annex 1 is frozen with the curricula that it speaks of."))
    visible = curricula_visible_to(standing_of(actor)).in_bulk([home_curriculum_id, partner_curriculum_id])
    home, partner = visible.get(home_curriculum_id), visible.get(partner_curriculum_id)
    if home is None or home.programme_id != pathway.home_programme_id:
        raise Curriculum.DoesNotExist
    if partner is None or partner.programme_id != pathway.partner_programme_id:
        raise Curriculum.DoesNotExist
    if (pathway.home_curriculum_id, pathway.partner_curriculum_id) == (home.pk, partner.pk):
        return pathway
    pathway.home_curriculum, pathway.partner_curriculum = home, partner
    pathway.save(update_fields=["home_curriculum", "partner_curriculum"])
    record(
        actor=actor,
        action="pathway.curricula_tied",
        subject=pathway,
        text=gettext_noop("curricula tied: version %(home)s with version %(partner)s"),
        params={"home": home.number, "partner": partner.number},
        clause="5.2",
        role=Role.IPD_COORDINATOR,
    )
    settle_agreement(pathway.agreement)
    return pathway


@transaction.atomic
def move_pathway(*, pathway_id: int, step: str, actor: User, reason: str = "") -> Pathway:
    """Open, close to new admissions, or open again; raises BlockedError with every demand that does not hold (6.12-e)."""
    pathway = locked_pathway(pathway_id, actor)
    perform(
        PATHWAY,
        step,
        pathway,
        actor=actor,
        roles=roles_on_pathway(pathway, standing_of(actor)),
        facts=facts_of_pathway(pathway),
        reason=reason,
    )
    settle_pathway(pathway)
    return pathway


@transaction.atomic
def issue_readiness(*, pathway_id: int, actor: User) -> OfficialDocument:
    """Issue the readiness of a pathway as it stands today: numbered, in three languages, sealed by a worker. Only the IPD.

    A dossier that says the same stands already: it is given back; one of an earlier state is superseded. Raises RefusedError.
    """
    must_hold(actor, Role.IPD_COORDINATOR)
    pathway = locked_pathway(pathway_id, actor)
    draft = readiness_of_day(pathway, actor)
    papers = OfficialDocument.objects.filter(subject_type=subject_type(pathway), subject_id=pathway.pk)
    last = papers.filter(kind=READINESS_DOSSIER.name, state=DocumentState.ISSUED).order_by("-pk").first()
    if last is not None and {name: one for name, one in last.context.items() if name != "paper"} == plain(
        draft.context
    ):
        return last
    return issue(
        kind=READINESS_DOSSIER.name,
        subject=pathway,
        title=READINESS_TITLE,
        actor=actor,
        supersedes=last,
        **draft.said,
    )
