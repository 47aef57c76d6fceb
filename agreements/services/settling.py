"""Who is waited for on the Agreement road, brought in line with how things stand, in the caller's transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from django.utils import timezone

from agreements.enums import AgreementState, AnnexState, PathwayState
from agreements.models import Agreement, AnnexVersion, Pathway
from agreements.permissions import queue_of
from agreements.selectors.agreements import Written, evidence_of, facts_of_agreement, written_in
from agreements.selectors.annex import facts_of_annex
from agreements.selectors.pathways import facts_of_pathway, facts_of_pathways
from agreements.workflow import agreement as agreement_life
from agreements.workflow import pathway as pathway_life
from agreements.workflow.agreement import AGREEMENT, OPEN_TO_ANNEX
from agreements.workflow.annex import ANNEX, before_agreeing, coordinator_of
from agreements.workflow.pathway import PATHWAY, PathwayFacts
from agreements.workflow.words import named_as
from core.history import history_of
from core.machine import Blocker
from core.reminders import LATE_TEXT, late_waits
from core.values import Localized, joined, today
from core.worklist import Wait, ready_for, reconcile, wait_for, waits_of, working_days_after
from institutions.enums import Role
from institutions.selectors import holidays_of

DEFAULT_DAYS = 5
# Whose answers the IPD reminds of once they are late: approvals, legal review, signature, the partner's yes (4.2, 5.3).
LATE = dict.fromkeys((Role.VICE_RECTOR, Role.LAWYER, Role.SIGNATORY, Role.PARTNER_COORDINATOR), LATE_TEXT)
_MOVING = (AnnexState.DRAFT, AnnexState.PROPOSED)
# What a pathway lacks because its agreement is not there yet waits with the agreement, and is not said twice. A term that is
# over is asked for by the agreement too (`term_runs_on`): the pathway would name another day, and so other work, every morning.
_SAID_ELSEWHERE = (
    pathway_life.agreement_in_force,
    pathway_life.councils_approved,
    pathway_life.agreed_programmes,
    pathway_life.annex_is_frozen,
    pathway_life.not_a_memorandum,
)


def settle_agreement(agreement: Agreement, written: Written | None = None) -> None:
    """An agreement waits for its text, for each partner's yes, approval, each Council, the lawyer, the signature.

    With it its pathways and the versions of Annex 1 that are on their way are settled. `written`: as `facts_of_agreement`.
    """
    written = written or written_in(agreement)
    evidence = evidence_of(agreement, written)
    facts = facts_of_agreement(agreement, written, evidence)
    # A version of Annex 1 that is on its way waits with itself, and is not said twice.
    on_their_way = {wait_for(one).cause for one in agreement_life.annex_frozen(facts) if "version" in one.params}
    waits = [wait for wait in waits_of(AGREEMENT, agreement.state, facts) if wait.cause not in on_their_way]
    # The lawyer is asked as soon as the text is offered, and not only when everything else is done.
    waits += _without_doubles(waits, agreement_life.asked_meanwhile(agreement.state, facts))
    if agreement.state == AgreementState.CONFIRMED:
        sign = AGREEMENT.step("sign")
        lacking = agreement_life.before_signature(facts)
        # A licence is asked for by the pathway that needs it.
        elsewhere = agreement_life.partner_licensed(facts)
        waits = [wait_for(blocker) for blocker in lacking if blocker not in elsewhere] if lacking else [ready_for(sign)]
    term = []
    if agreement.state == AgreementState.SIGNED:
        waits = term = [wait_for(blocker) for blocker in agreement_life.term_runs_on(facts)]
    partners = [party.university_id for party in facts.parties if not party.is_home]
    names = joined(*(party.name for party in facts.parties if not party.is_home), by=", ")
    title = joined(agreement.title, names) if agreement.number else names
    ends = {wait.cause: facts.valid_until for wait in term if facts.valid_until}
    waits = [replace(wait, text=named_as(wait.text, is_memorandum=agreement.is_memorandum)) for wait in waits]
    _reconcile(agreement, waits, partners[0] if partners else None, title, ends)
    ways = {way.pk: way for way in written.pathways}
    for pk, of_way in facts_of_pathways(written.pathways, evidence=evidence).items():
        settle_pathway(ways[pk], of_way)
    for version in AnnexVersion.objects.filter(pathway__in=ways, state__in=_MOVING):
        version.pathway = ways[version.pathway_id]
        settle_annex(version)


def settle_annex(version: AnnexVersion) -> None:
    """A version waits to be proposed, then for the other side's yes; once frozen or withdrawn for nobody.

    Nor does it wait while its agreement stands still between the parties' yes and the signature, or has ended.
    """
    waits = _waits_of_annex(version) if version.pathway.agreement.state in OPEN_TO_ANNEX else ()
    partner = version.pathway.partner_programme.university
    title = joined(partner.names, joined(version.pathway.title, str(version.number), by=", "))
    _reconcile(version, waits, partner.pk, title)


def _waits_of_annex(version: AnnexVersion) -> tuple[Wait, ...]:
    facts, steps = facts_of_annex(version), ANNEX.steps_from(version.state)
    if lacking := [blocker for step in steps for blocker in before_agreeing(step, facts)]:
        return tuple(wait_for(blocker) for blocker in lacking)  # nobody is asked for a yes that could not be said
    waits = waits_of(ANNEX, version.state, facts)
    if version.state != AnnexState.DRAFT:
        return waits
    return tuple(replace(wait, role=coordinator_of(version.proposed_by)) for wait in waits)  # whichever side made it


def settle_pathway(pathway: Pathway, facts: PathwayFacts | None = None) -> None:
    """A pathway waits for what its opening lacks; an open one whose licence ends soon or has ended waits for the IPD."""
    waits, ends = waits_of_pathway(pathway, facts or facts_of_pathway(pathway))
    partner = pathway.partner_programme.university
    title = joined(partner.names, pathway.title, "" if pathway.agreement.number else _draft_of(pathway.agreement))
    _reconcile(pathway, waits, partner.pk, title, ends)


def _draft_of(agreement: Agreement) -> Localized:
    """Of which draft a pathway is, by the day when it was begun: several drafts with one partner may tie the same programmes."""
    begun = history_of(agreement).values_list("at", flat=True).first()
    day = f"{timezone.localtime(begun):%d.%m.%Y}" if begun else ""
    return Localized(f"жоба, {day}", f"проект от {day}", f"draft of {day}") if day else Localized("")


def waits_of_pathway(pathway: Pathway, facts: PathwayFacts) -> tuple[Sequence[Wait], Mapping[str, date]]:
    """Who is waited for with a loaded pathway, and until when, for causes that have a day of their own. No query."""
    agreement = pathway.agreement
    licence = [wait_for(blocker) for blocker in pathway_life.licence_runs_on(facts)]
    waits: Sequence[Wait] = ()
    ends: dict[str, date] = {}
    if agreement.state == AgreementState.ENDED or agreement.is_memorandum:
        return waits, ends
    if pathway.state == PathwayState.PREPARED:
        waits = waits_of(PATHWAY, pathway.state, facts)
        elsewhere = {wait_for(blocker).cause for rule in _SAID_ELSEWHERE for blocker in rule(facts)}
        if agreement.state != AgreementState.SIGNED:
            elsewhere |= {wait_for(blocker).cause for blocker in pathway_life.entered_into_epvo(facts)}
        waits = [wait for wait in waits if wait.cause not in elsewhere]
    elif pathway.state == PathwayState.OPEN:
        rules = (rule for rule in pathway_life.ADMISSION if rule is not pathway_life.agreement_in_force)
        waits = [*(wait_for(blocker) for rule in rules for blocker in rule(facts)), *licence]
        ends = {wait.cause: facts.licence_ends for wait in licence if facts.licence_ends}
    return waits, ends


def _without_doubles(waits: list[Wait], blockers: Iterable[Blocker]) -> list[Wait]:
    present = {wait.cause for wait in waits}
    return [wait for wait in map(wait_for, blockers) if wait.cause not in present]


def _reconcile(
    thing: Agreement | AnnexVersion | Pathway,
    waits: Iterable[Wait],
    partner_id: int | None,
    title: Localized,
    ends: Mapping[str, date] | None = None,
) -> None:
    """`ends`: until when, for causes that have a day of their own; the rest within the usual working days."""
    usual = working_days_after(today(), DEFAULT_DAYS, holidays_of())
    days = ends or {}
    asked = [*waits]
    asked += late_waits(thing, asked, texts=LATE, watcher=Role.IPD_COORDINATOR)
    placed = [_in_its_queue(wait, partner_id) for wait in asked]
    reconcile(
        thing, placed, queue_of=lambda queue: queue or None, due=lambda wait: days.get(wait.cause, usual), title=title
    )


def _in_its_queue(wait: Wait, partner_id: int | None) -> Wait:
    """The role becomes a queue: a wait that names a university is for that partner's coordinator, of several partners."""
    named = wait.params.get("university")
    return replace(wait, role=queue_of(wait.role, int(named) if named else partner_id) or "")
