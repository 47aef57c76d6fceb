"""Reads of stays, beginning with who is looking, and their facts for one and for lists."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_noop

from admissions.enums import ApplicationState, VisaState
from admissions.models import VisaCase
from admissions.selectors.roads import road_of
from agreements.enums import Direction
from core.models import WorkItem
from core.values import today
from core.worklist import Wait, open_items_of, wait_for, waits_of, working_days_after
from documents.models import Upload
from institutions.enums import Role
from institutions.models import Membership, User
from institutions.permissions import Standing, in_force
from institutions.selectors import holidays_of, home_university
from mobility.enums import PlacementState, PlanState
from mobility.models import AdvisorMessage, Placement, StudyPlan
from mobility.permissions.stay import may_read_messages, sees_stay
from mobility.selectors.arrival import arrival_rules
from mobility.workflow import reminders
from mobility.workflow.reminders import last_year
from mobility.workflow.stay import NOT_INVITED, STAY, VISA_PENDING, VISA_REFUSED, StayFacts

RULES_PURPOSE = "arrival_rules"
# The application asks for these already.
_QUIET = frozenset({NOT_INVITED, VISA_PENDING, VISA_REFUSED})
_WORKING_DAYS = 5
QUESTION = "question"
ANSWER = gettext_noop("Answer the student's question")
_QUESTION = Wait(Role.ADVISOR, QUESTION, "9.4", ANSWER)


def with_student(placements: "QuerySet[Placement]") -> "QuerySet[Placement]":
    """Load what permission, facts and every page of a stay need, in one query."""
    return placements.select_related(
        "application__enrolment__person",
        "application__enrolment__programme",
        "application__intake__term",
        "application__intake__last_term",
        "application__intake__pathway__agreement",
        "application__intake__pathway__home_programme",
        "application__intake__pathway__partner_programme__university",
        "application__department",
        "application__institute",
        "host",
        "advisor__person",
    )


def placements_visible_to(standing: Standing) -> "QuerySet[Placement]":
    """The stays that this person may see, with the student loaded. Unordered."""
    return with_student(Placement.objects.filter(sees_stay.q(standing)))


def stay_facts(placement: Placement, *, on: date | None = None) -> StayFacts:
    """The facts of one loaded stay on a day (today by default)."""
    return stay_facts_of([placement], on=on)[placement.pk]


def stay_facts_of(placements: Sequence[Placement], *, on: date | None = None) -> dict[int, StayFacts]:
    """The facts of loaded stays, by key, in one query whatever the length."""
    day = on or today()
    cases = VisaCase.objects.filter(application__in=[one.application_id for one in placements])
    visas = {pk: (state, until) for pk, state, until in cases.values_list("application_id", "state", "valid_until")}
    free = arrival_rules().no_registration_for
    return {
        one.pk: StayFacts(
            on=day,
            starts_on=one.starts_on,
            ends_on=one.ends_on,
            is_invited=one.application.state in {ApplicationState.INVITED, ApplicationState.ARRIVED},
            visa_settled=_visa(visas, one)[0] in {VisaState.GRANTED, VisaState.NOT_NEEDED},
            visa_refused=_visa(visas, one)[0] == VisaState.REFUSED,
            visa_until=_visa(visas, one)[1] if _visa(visas, one)[0] == VisaState.GRANTED else None,
            passport_until=one.application.enrolment.person.passport_valid_until,
            transcripts_received=frozenset(
                (year, office) for year, offices in one.transcripts_received.items() for office in offices
            ),
            has_advisor=one.advisor_id is not None,
            came_to_ipd=one.came_to_ipd_on is not None,
            needs_registration=one.application.enrolment.person.citizenship not in free,
            registered=one.registered_on is not None,
            registration_due=one.registration_due,
            registered_until=one.registered_until,
            acknowledged=one.checklist_acknowledged_at is not None,
            crossed_border_on=one.crossed_border_on,
        )
        for one in placements
    }


def _visa(visas: Mapping[int, tuple[str, date | None]], placement: Placement) -> tuple[str, date | None]:
    return visas.get(placement.application_id, ("", None))


def waits_by_facts(placement: Placement, facts: StayFacts) -> list[Wait]:
    """Who is waited for by a stay's steps, and by what the calendar reminds of. No query."""
    found = list(waits_of(STAY[placement.direction], placement.state, facts))
    found += [wait for wait, _day in reminded(placement, facts)]
    if placement.direction == Direction.OUTGOING:
        found = [wait for wait in found if wait.cause != "depart"]  # the application asks for it (6.3)
    return [wait for wait in found if wait.text not in _QUIET]


def waits(placement: Placement, facts: StayFacts | None = None) -> tuple[Wait, ...]:
    """Who is waited for with this stay: as its facts say, and the advisor for an answer (9.4)."""
    found = waits_by_facts(placement, facts or stay_facts(placement))
    if any(message.from_student for message in placement.messages.order_by("-pk")[:1]):
        found.append(_QUESTION)
    return tuple(found)


def reminded(placement: Placement, facts: StayFacts) -> list[tuple[Wait, date]]:
    """What the calendar reminds of, each until when. No query."""
    found = reminders.reminders(facts, state=placement.state, direction=placement.direction)
    return [(wait_for(blocker), day) for blocker, day in found]


@dataclass(frozen=True)
class Asked:
    """One thing that is waited for with a stay, and until when; None where nobody is asked for it by a day yet."""

    wait: Wait
    due: date | None


@dataclass(frozen=True)
class Turn:
    """Everything that is waited for with a stay: the reader's own first, each by its day.

    `hindered`: something that is missing stands in the way of the next step.
    """

    asked: tuple[Asked, ...]
    mine: frozenset[str]
    hindered: bool

    @property
    def movers(self) -> tuple[str, ...]:
        """Whose move it is: roles, each as often as it has something to do."""
        return tuple(one.wait.role for one in self.asked)

    @property
    def own(self) -> tuple[Asked, ...]:
        """What the reader is waited for."""
        return tuple(one for one in self.asked if one.wait.role in self.mine)

    @property
    def due(self) -> date | None:
        """Until when: the reader's own earliest day where the reader is waited for, else the earliest of all."""
        return next((one.due for one in self.own or self.asked if one.due), None)


def turn_of(placement: Placement, facts: StayFacts, mine: Collection[str] = ()) -> Turn:
    """Whose move it is with a stay, and with the application it belongs to: both pages say the same; for who holds the roles
    `mine` on it. Two queries more.

    Before the departure the application asks (6.3): its road says who.
    """
    application, planned = placement.application, placement.state == PlacementState.PLANNED
    if placement.direction == Direction.OUTGOING and planned:
        road = road_of(application)
        steps = road.movers(application.state, road.facts(application))
    else:
        steps = tuple(wait for wait in waits_of(STAY[placement.direction], placement.state, facts) if wait.role)
    of_stay = {(_role(item), item.cause): item for item in open_items_of(placement)}
    of_case = {(_role(item), item.clause): item.due for item in open_items_of(application)} if planned else {}
    calendar = reminded(placement, facts)
    ends = {wait.cause: day for wait, day in calendar}
    questions = [_QUESTION] if (_QUESTION.role, _QUESTION.cause) in of_stay else []

    def until(wait: Wait) -> date | None:
        item = of_stay.get((wait.role, wait.cause))
        return item.due if item else ends.get(wait.cause) or of_case.get((wait.role, wait.clause))

    asked = [Asked(wait, until(wait)) for wait in (*steps, *(wait for wait, _day in calendar), *questions)]
    asked.sort(key=lambda one: (one.wait.role not in mine, one.due or date.max))
    ready = {step.name for step in STAY[placement.direction].steps}
    return Turn(tuple(asked), frozenset(mine), any(wait.cause not in ready for wait in steps))


def _role(item: WorkItem) -> str:
    return item.queue.partition("@")[0]


def due(placement: Placement, facts: StayFacts) -> Callable[[Wait], date]:
    """Until when: the arrival by the first day, section 9's duties by their own terms, the end within five days of it.

    An advisor is named as soon as the plan asks for one.
    """
    holidays = holidays_of()
    usual = working_days_after(today(), _WORKING_DAYS, holidays)
    border = placement.crossed_border_on
    come = working_days_after(border, arrival_rules().come_to_ipd_days, holidays) if border else usual
    days = {
        "9.1": come if placement.state == PlacementState.PRESENT else placement.starts_on,
        "9.4": min(usual, placement.starts_on),
    }
    if placement.registration_due:
        days["9.2"] = days["9.7"] = placement.registration_due
    if placement.registered_until and placement.registered_until < today():
        days["9.2"] = placement.registered_until
    if placement.ends_on < today():
        days["6.3"] = working_days_after(placement.ends_on, _WORKING_DAYS, holidays)

    ends = {wait.cause: day for wait, day in reminded(placement, facts)}

    def day(wait: Wait) -> date:
        return usual if wait.cause == QUESTION else ends.get(wait.cause) or days.get(wait.clause, usual)

    return day


def overdue(day: date | None = None) -> Q:
    """Stays whose migration registration was due before today and is not done (9.2)."""
    return Q(
        state=PlacementState.PRESENT,
        direction=Direction.INCOMING,
        registered_on=None,
        registration_due__lt=day or today(),
    )


def reminders_due(day: date | None = None) -> Q:
    """Stays that the calendar may remind of: an arrival, a paper that ends, the transcript of a year (7.5, 7.6, 8.5, 9.1, 9.2)."""
    soon = (day or today()) + reminders.SOON
    year = last_year(day or today())
    owing = Q(state__in=reminders.TRANSCRIPT_FROM, starts_on__lte=year.ends_on, ends_on__gte=year.starts_on)
    coming = Q(starts_on__lte=(day or today()) + reminders.ARRIVAL_TOLD)
    passport = Q(application__enrolment__person__passport_valid_until__lte=soon)
    visa = Q(application__visa__valid_until__lte=soon)
    registration = Q(registered_until__lte=(day or today()) + reminders.REGISTRATION_SOON)
    return owing | Q(state__in=PlacementState.lasting()) & (coming | passport | visa | registration)


def run_out(day: date | None = None) -> Q:
    """Stays whose migration registration has ended while the student is still down as present (9.2)."""
    return Q(state=PlacementState.PRESENT, direction=Direction.INCOMING, registered_until__lt=day or today())


def over(day: date | None = None) -> Q:
    """Stays whose period has passed and that nobody has ended (6.3)."""
    return Q(state=PlacementState.PRESENT, ends_on__lt=day or today())


def first_day_to_come(placement: Placement) -> date:
    """The earliest day on which the student can have entered the country for this stay (9.1).

    With a visa its first day, and nobody before the intake was opened; without one some weeks before the stay.
    """
    granted = VisaCase.objects.filter(application=placement.application_id, state=VisaState.GRANTED)
    valid_from = granted.values_list("valid_from", flat=True).first()
    if valid_from is not None:
        return max(valid_from, placement.application.intake.opens_on)
    return placement.starts_on - timedelta(weeks=arrival_rules().comes_weeks_before)


def advisors_of(department_id: int) -> "QuerySet[User]":
    """Who may be a student's advisor: the advisors of the department today."""
    memberships = Membership.objects.filter(in_force(), role=Role.ADVISOR, unit=department_id, user__is_active=True)
    return (
        User.objects.filter(pk__in=memberships.values("user"))
        .select_related("person")
        .order_by("person__surname", "pk")
    )


def messages_of(placement: Placement, roles: frozenset[str]) -> "QuerySet[AdvisorMessage]":
    """Questions and answers of a stay, oldest first, for a reader with these roles on it; none for who is no party to them."""
    found = placement.messages.select_related("author__person").order_by("pk")
    return found if may_read_messages(roles) else found.none()


def guests_by_number(university_id: int, numbers: Collection[str]) -> Mapping[str, str]:
    """Whose these numbers of a university's guests are, by number."""
    held = Placement.objects.filter(host=university_id, host_student_number__in=numbers)
    held = held.select_related("application__enrolment__person")
    return {one.host_student_number: str(one.application.enrolment.person) for one in held}


def rules_document() -> Upload | None:
    """The University's order of arrival of foreign students, as the IPD last uploaded it (9.3)."""
    home = home_university()
    found = Upload.objects.filter(subject_type="institutions.university", subject_id=home.pk, purpose=RULES_PURPOSE)
    return found.order_by("-pk").first()


def has_approved_plan(placement: Placement) -> bool:
    """True where a study plan of the stay has been approved by all who agree to it (5.10)."""
    return StudyPlan.objects.filter(placement=placement, state=PlanState.APPROVED).exists()


def arrivals_due() -> Q:
    """Incoming students who are expected and have not come (9.1)."""
    return Q(state=PlacementState.PLANNED, direction=Direction.INCOMING)


def to_come_to_ipd() -> Q:
    """Incoming students who are here and have not come to the IPD (9.1)."""
    return Q(state=PlacementState.PRESENT, direction=Direction.INCOMING, came_to_ipd_on=None)


def names_of(pks: Sequence[int]) -> dict[int, str]:
    """Whose stays these are, by key."""
    rows = Placement.objects.filter(pk__in=pks).select_related("application__enrolment__person")
    return {row.pk: str(row.application.enrolment.person) for row in rows}
