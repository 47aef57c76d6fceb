"""Who is waited for, brought in line with how things stand."""

from django.utils.translation import gettext_noop

from admissions.enums import ApplicationState, ListState
from admissions.events import ApplicationSettled
from admissions.models import Application, CandidateList, Intake
from admissions.permissions.lists import queue_of_intake, queue_of_list
from admissions.selectors.applications import GATHERED, due_of, gathered_until, queue_of, usual_due, with_case
from admissions.selectors.lists import candidates_in, with_reserve
from admissions.selectors.places import free_places
from admissions.selectors.roads import road_of
from admissions.workflow.lists import closing_of
from agreements.enums import Direction
from core import worklist
from core.events import publish
from core.history import subject_type
from core.reminders import LATE_TEXT, late_waits
from core.values import joined, numbered_in_each, today
from core.worklist import Wait, open_items_of, reconcile, wait_for
from documents.events import PaperRevoked
from institutions.enums import Role

# Whose word on a candidate the IPD reminds of once it is late: five working days, or the day that was asked for (7.3, 8.3).
LATE = {
    Role.DEPARTMENT_HEAD: gettext_noop("The department has not decided: it was due on %(day)s."),
    Role.INSTITUTE_DIRECTOR: gettext_noop("The institute director has not decided: it was due on %(day)s."),
    Role.PARTNER_COORDINATOR: gettext_noop("The partner's invitation or paper is not in: it was due on %(day)s."),
    Role.INSTITUTE_COORDINATOR: LATE_TEXT,
}


def settle(application: Application) -> None:
    """Bring the worklist in line with the application as it stands, with its list and intake, in the caller's transaction."""
    settle_alone(application)
    if open_items_of(application.intake):
        settle_intake(application.intake)
    if application.direction == Direction.OUTGOING and application.candidate_list:
        application.candidate_list.intake = application.intake  # loaded already: the list's own is the same
        settle_list(application.candidate_list)


def settle_alone(application: Application) -> None:
    """As `settle`, without its list: for verbs that move a whole list and settle it once."""
    partner = application.intake.pathway.partner_programme.university
    waits = road_of(application).waits(application)
    reconcile(
        application,
        [*waits, *late_waits(application, waits, texts=LATE, watcher=Role.IPD_COORDINATOR)],
        queue_of=queue_of(application),
        due=due_of(application),
        title=joined(application.enrolment.person.names, partner.names),
    )
    publish(ApplicationSettled(application_id=application.pk))


def on_paper_revoked(event: PaperRevoked) -> None:
    """A paper of a closed case was revoked: its office is waited for only while others are in force.

    The case is locked: of two papers revoked at once the second must see the first.
    """
    if event.subject_type != subject_type(Application):
        return
    closed = Application.objects.filter(pk=event.subject_id, state__in=ApplicationState.closed())
    if application := with_case(closed).select_for_update(of=("self",)).first():
        settle_alone(application)


def settle_list(candidates: CandidateList) -> None:
    """A list waits to be sent, then for its letter, then, when a place falls free, for the supplement (8.1, 8.2).

    Places are the intake's: with a list that was sent the reserve of its other lists is settled.
    """
    _settle_one(candidates)
    if candidates.state == ListState.SENT:
        for other in with_reserve(candidates.intake).exclude(pk=candidates.pk):
            other.intake = candidates.intake
            _settle_one(other)


def _settle_one(candidates: CandidateList) -> None:
    due = gathered_until(candidates.intake) if candidates.state == ListState.DRAFT else usual_due()
    partner = candidates.intake.pathway.partner_programme.university
    reconcile(
        candidates,
        _waits(candidates),
        queue_of=lambda role: queue_of_list(candidates, role),
        due=lambda _wait: due,
        title=joined(partner.names, numbered_in_each(candidates.number), by=", "),
    )


def _waits(candidates: CandidateList) -> list[Wait]:
    if candidates.state == ListState.DRAFT:
        if candidates.candidates.filter(state=ApplicationState.SUBMITTED).exists():
            text = gettext_noop("Send the list to the IPD")
            return [Wait(Role.INSTITUTE_COORDINATOR, "send", "8.1", text)]
        return []
    unnamed = candidates.candidates.filter(state=ApplicationState.NOMINATED, letter=None)
    in_reserve = list(unnamed.values_list("is_reserve", flat=True))
    if not all(in_reserve):
        return [Wait(Role.IPD_COORDINATOR, "letter", "8.2", gettext_noop("Send the official letter"))]
    if in_reserve and free_places(candidates.intake):
        text = gettext_noop("A place is free: send the supplement with the reserve")
        ask = gettext_noop("Send the supplement with the reserve")
        return [Wait(Role.IPD_COORDINATOR, "supplement", "8.2", text, ask=ask)]
    return []


def settle_intake(intake: Intake) -> None:
    """An intake that is about to close waits for a first candidate: of the institute (8.1), or of the partner (7.1)."""
    way = intake.pathway
    reconcile(
        intake,
        waits_of_intake(intake, candidates_in([intake]).get(intake.pk, 0)),
        queue_of=lambda role: queue_of_intake(intake, role),
        due=lambda _wait: intake.closes_on,
        title=joined(way.partner_programme.university.names, way.home_programme.code, intake.term.academic_year),
    )


def waits_of_intake(intake: Intake, candidates: int) -> list[Wait]:
    """Who is reminded that an intake closes; nobody once it has candidates. No query."""
    days = {"opens_on": intake.opens_on, "closes_on": intake.closes_on, "on": today()}
    return [wait_for(blocker) for blocker in closing_of(direction=intake.direction, candidates=candidates, **days)]


def move_due(intake: Intake) -> None:
    """What is gathered until the intake closes, applications and lists, is due on its new last day (7.1, 8.1)."""
    due = gathered_until(intake)
    gathered = intake.applications.filter(state__in=GATHERED).values_list("pk", flat=True)
    worklist.move_due(subject_type(Application), gathered, due=due)
    lists = intake.lists.filter(state=ListState.DRAFT).values_list("pk", flat=True)
    worklist.move_due(subject_type(CandidateList), lists, due=due)
