"""The institute gathers the candidates of an intake, ranks them and sends the list with its request (8.1)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_noop

from admissions.enums import ApplicationState, ListState
from admissions.models import Application, CandidateList, Intake
from admissions.permissions.lists import roles_on_list
from admissions.selectors.lists import (
    candidates_of,
    intakes_visible_to,
    lines_of,
    list_facts,
    lists_visible_to,
    unlisted,
)
from admissions.selectors.places import free_places
from admissions.services.applications import lock_intake, step
from admissions.services.settling import settle_alone, settle_list
from admissions.workflow.lists import CANDIDATE_LIST
from agreements.enums import Direction
from core.history import record
from core.values import trimmed
from core.workflow import NotAllowedError, RefusedError, WrongStateError, perform, refuse_unseen_moves
from institutions.enums import Role
from institutions.models import User
from institutions.permissions import standing_of


@dataclass(frozen=True)
class Placing:
    """Where the institute puts a candidate, whether in reserve, and why, where that departs from the criteria."""

    application_id: int
    rank: int
    is_reserve: bool = False
    reason: str = ""


def locked_list(list_id: int, actor: User) -> CandidateList:
    """The list, locked with its intake's places, if the actor may see it. CandidateList.DoesNotExist otherwise (shown as 404)."""
    visible = lists_visible_to(standing_of(actor)).filter(pk=list_id)
    intake = visible.values_list("intake_id", flat=True).first()
    if intake is not None:
        lock_intake(intake)
    # Not get(): a page orders a list and sends it, in two transactions of one request.
    found = visible.select_for_update(of=("self",)).first()
    if found is None:
        raise CandidateList.DoesNotExist
    return found


def _demand_gatherer(candidates: CandidateList, actor: User) -> None:
    if Role.INSTITUTE_COORDINATOR not in roles_on_list(candidates, standing_of(actor)):
        raise NotAllowedError(gettext_noop("This step is not yours to take."))
    if candidates.state != ListState.DRAFT:
        raise WrongStateError(gettext_noop("The list has been sent: nothing can be changed in it now."))


@transaction.atomic
def gather(*, intake_id: int, actor: User) -> CandidateList:
    """Put the submitted applications of the actor's institute on its list for an intake, in the order of the criteria.

    A list that is being gathered takes what has come in since; ranks that people gave stay. Raises NotAllowedError.
    """
    standing = standing_of(actor)
    intake = (
        intakes_visible_to(standing).select_for_update(of=("self",)).get(pk=intake_id, direction=Direction.OUTGOING)
    )
    institute = intake.pathway.home_programme.department and intake.pathway.home_programme.department.parent
    if institute is None or not standing.holds_in_unit(Role.INSTITUTE_COORDINATOR, institute.pk):
        raise NotAllowedError(gettext_noop("This step is not yours to take."))
    candidates = intake.lists.filter(unit=institute, state=ListState.DRAFT).first() or _new_list(intake, actor)
    came = list(unlisted(intake, institute.pk).values_list("pk", flat=True))
    if not came and not candidates.candidates.exists():
        raise RefusedError(gettext_noop("No application waits to be put on a list."))
    Application.objects.filter(pk__in=came).update(
        candidate_list=candidates, rank=None, is_reserve=False, rank_reason=""
    )
    candidates = locked_list(candidates.pk, actor)
    _place_by_criteria(candidates)
    _settle_all(candidates)
    return candidates


def _new_list(intake: Intake, actor: User) -> CandidateList:
    last = intake.lists.aggregate(last=Max("number"))["last"] or 0
    department = intake.pathway.home_programme.department
    made = CandidateList.objects.create(
        intake=intake, number=last + 1, unit=department.parent if department else None, created_by=actor
    )
    record(actor=actor, action="candidate_list.gathered", subject=made, text=gettext_noop("list begun"), clause="8.1")
    return made


def _place_by_criteria(candidates: CandidateList) -> None:
    """Newcomers come after those who have a rank; without any rank yet, the criteria decide. Beyond the places: reserve."""
    applications = [a for a in candidates_of(candidates) if a.state == ApplicationState.SUBMITTED]
    lines = sorted(
        lines_of(applications),
        key=lambda line: (line.application.rank is None, line.application.rank or line.suggested),
    )
    untouched = all(line.application.rank is None for line in lines) or not any(a.rank_reason for a in applications)
    if untouched:
        lines.sort(key=lambda line: line.suggested)
    places = free_places(candidates.intake)
    for rank, line in enumerate(lines, start=1):
        Application.objects.filter(pk=line.application.pk).update(rank=rank, is_reserve=rank > places)


def _settle_all(candidates: CandidateList) -> None:
    for application in candidates_of(candidates):
        settle_alone(application)
    settle_list(candidates)


@transaction.atomic
def place(
    *, list_id: int, placings: Sequence[Placing], request_text: str = "", actor: User, seen: str = ""
) -> CandidateList:
    """Order the candidates of a list and keep the request so far. Ranks are made 1, 2, 3… in the order given.

    `seen`: `mark_of` the list that the actor was shown. Raises ChangedMeanwhileError, NotAllowedError, WrongStateError,
    RefusedError when a candidate is not on the list or left out, or shares a place.
    """
    candidates = locked_list(list_id, actor)
    _demand_gatherer(candidates, actor)
    refuse_unseen_moves(seen, candidates)
    mine = set(candidates.candidates.filter(state=ApplicationState.SUBMITTED).values_list("pk", flat=True))
    if {placing.application_id for placing in placings} != mine:
        raise RefusedError(gettext_noop("The list has changed meanwhile: look at it again, then order it."))
    _refuse_shared_places(candidates, placings)
    ordered = sorted(placings, key=lambda placing: placing.rank)
    for rank, placing in enumerate(ordered, start=1):
        Application.objects.filter(pk=placing.application_id).update(
            rank=rank, is_reserve=placing.is_reserve, rank_reason=trimmed(placing.reason)[:300]
        )
    candidates.request_text = trimmed(request_text)
    candidates.save(update_fields=["request_text"])
    record(
        actor=actor,
        action="candidate_list.placed",
        subject=candidates,
        text=gettext_noop("candidates ranked"),
        clause="8.1",
        after={"order": [placing.application_id for placing in ordered]},
    )
    _settle_all(candidates)
    return candidates


def _refuse_shared_places(candidates: CandidateList, placings: Sequence[Placing]) -> None:
    """Who comes first decides who goes: no two candidates stand in one place (8.1)."""
    names = {one.pk: str(one.enrolment.person) for one in candidates_of(candidates)}
    at: dict[int, list[str]] = defaultdict(list)
    for placing in placings:
        at[placing.rank].append(names[placing.application_id])
    for rank, sharing in sorted(at.items()):
        if len(sharing) > 1:
            text = gettext_noop("Place %(rank)s is given twice: %(names)s. Give each candidate a place of their own.")
            raise RefusedError(text, {"rank": rank, "names": ", ".join(sorted(sharing))})


@transaction.atomic
def send_list(*, list_id: int, request_text: str, actor: User) -> CandidateList:
    """Send the list whole with the request: every candidate is nominated, or nobody (8.1). Raises RefusedError."""
    candidates = locked_list(list_id, actor)
    applications = [a for a in candidates_of(candidates) if a.state == ApplicationState.SUBMITTED]
    facts = list_facts(candidates, applications, request=trimmed(request_text))
    roles = roles_on_list(candidates, standing_of(actor))
    perform(CANDIDATE_LIST, "send", candidates, actor=actor, roles=roles, facts=facts)
    candidates.request_text = trimmed(request_text) or candidates.request_text
    candidates.sent_by, candidates.sent_at = actor, timezone.now()
    candidates.save(update_fields=["request_text", "sent_by", "sent_at"])
    for application in sorted(applications, key=lambda a: a.pk):
        application.candidate_list = candidates
        step(application, "nominate", actor=actor, params={"list": candidates.number})
        settle_alone(application)
    settle_list(candidates)
    return candidates
