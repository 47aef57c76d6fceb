"""The stay of a student (5.9, 6.3, 9): advisor, arrival, migration registration, rules acknowledged, its end."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from admissions.models import Application
from admissions.services.applications import take_step as take_application_step
from agreements.enums import Direction
from core.faults import Fault, code_faults, length_faults, register_number_faults
from core.history import record
from core.values import joined, today, trimmed
from core.workflow import (
    FaultyError,
    NotAllowedError,
    ReasonMissingError,
    WrongStateError,
    perform,
    reason_given,
    refuse_faults,
)
from core.worklist import reconcile, working_days_after
from institutions.enums import Role
from institutions.iin import meaning_of
from institutions.models import Person, User
from institutions.permissions import standing_of
from institutions.selectors import holidays_of
from mobility.enums import PlacementState
from mobility.models import AdvisorMessage, Placement
from mobility.permissions.stay import queue_of, roles_on
from mobility.selectors import stay as read
from mobility.selectors.arrival import arrival_rules
from mobility.services.plans import settle_plans_of
from mobility.workflow.days import arrival_faults, coming_faults, registration_faults
from mobility.workflow.reminders import TRANSCRIPT_OFFICES, owed_transcript
from mobility.workflow.stay import CAME_BY, LONGEST_MESSAGE, NO_ARRIVAL, SENT_TWICE, STAY

_NOT_YOURS = gettext_noop("This step is not yours to take.")
_NOTHING_NEW = gettext_noop("This is recorded already; nothing was changed.")
_IIN_ENTERED = gettext_noop("IIN entered")
_ARRIVAL = ("crossed_border_on", "met_by", "registration_due")


def locked(placement_id: int, actor: User) -> Placement:
    """The stay, locked, if the actor may see it. Placement.DoesNotExist otherwise (shown as 404)."""
    return read.placements_visible_to(standing_of(actor)).select_for_update(of=("self",)).get(pk=placement_id)


def _demand(placement: Placement, actor: User, *roles: str) -> str:
    held = roles_on(placement, standing_of(actor))
    role = next((role for role in roles if role in held), "")
    if not role:
        raise NotAllowedError(_NOT_YOURS)
    return role


# --- verbs of people --------------------------------------------------------------------------------------------------


@transaction.atomic
def assign_advisor(*, placement_id: int, advisor_id: int, actor: User) -> Placement:
    """The head of department assigns an advisor of the department, or another one (9.4), who has the plan from now on (5.10).

    Raises RefusedError.
    """
    placement = locked(placement_id, actor)
    role = _demand(placement, actor, Role.DEPARTMENT_HEAD)
    if placement.state not in PlacementState.lasting():
        raise WrongStateError(gettext_noop("The stay is over."))
    advisor = read.advisors_of(placement.application.department_id).filter(pk=advisor_id).first()
    if advisor is None:
        raise FaultyError(Fault("advisor", gettext_noop("Choose an advisor of the department.")))
    if advisor == placement.advisor:
        raise WrongStateError(_NOTHING_NEW)
    before = placement.advisor.person.names if placement.advisor else None
    placement.advisor = advisor
    placement.save(update_fields=["advisor"])
    record(
        actor=actor,
        action="stay.advisor",
        subject=placement,
        text=gettext_noop("advisor assigned: %(name)s"),
        params={"name": advisor.person.names},
        clause="9.4",
        role=role,
        before={"advisor": before},
        after={"advisor": str(advisor)},
    )
    settle(placement)
    settle_plans_of(placement)
    return placement


@transaction.atomic
def record_arrival(*, placement_id: int, crossed_border_on: date, met_by: str, actor: User) -> Placement:
    """The institute (or the IPD) writes down that the student has come, who met, and when the border was crossed (9.1).

    The migration registration becomes due (9.2). Blocked without an advisor (9.4), a visa (7.6) or the invitation (7.5b).
    Raises RefusedError.
    """
    # The application first, as everywhere that both move: two who took them in two orders would wait for each other.
    Application.objects.select_for_update(of=("self",)).filter(placement=placement_id).first()
    placement = locked(placement_id, actor)
    if placement.direction != Direction.INCOMING:
        raise WrongStateError(NO_ARRIVAL)
    _check_arrival(placement, crossed_border_on)
    facts = read.stay_facts(placement)
    perform(
        STAY[placement.direction],
        "arrive",
        placement,
        actor=actor,
        roles=roles_on(placement, standing_of(actor)),
        facts=facts,
        params={"met_by": met_by, "crossed_border_on": crossed_border_on},
    )
    _note_arrival(placement, crossed_border_on, met_by, needs_registration=facts.needs_registration)
    placement.save(update_fields=_ARRIVAL)
    take_application_step(application_id=placement.application_id, name="arrive", actor=actor)
    placement.application.refresh_from_db(fields=["state"])
    settle(placement)
    return placement


def _check_arrival(placement: Placement, day: date) -> None:
    seen = [seen for seen in (placement.came_to_ipd_on, placement.registered_on) if seen]
    earliest, seen_on = read.first_day_to_come(placement), min(seen, default=None)
    refuse_faults(arrival_faults(day, earliest=earliest, ends_on=placement.ends_on, seen_on=seen_on, today=today()))


def _note_arrival(placement: Placement, day: date, met_by: str, *, needs_registration: bool) -> None:
    placement.crossed_border_on, placement.met_by = day, met_by.strip()[:200]
    if needs_registration:
        placement.registration_due = working_days_after(day, arrival_rules().registration_days, holidays_of())


@transaction.atomic
def correct_arrival(*, placement_id: int, crossed_border_on: date, met_by: str, reason: str, actor: User) -> Placement:
    """The IPD corrects day and name of an arrival that was written down wrongly, with the reason (9.1).

    The terms that run from that day run anew (9.2). Raises RefusedError.
    """
    placement = _present(placement_id, actor)
    role = _demand(placement, actor, Role.IPD_COORDINATOR)
    reason = reason_given(reason)
    _check_arrival(placement, crossed_border_on)
    _note_arrival(
        placement,
        crossed_border_on,
        met_by,
        needs_registration=read.stay_facts(placement).needs_registration,
    )
    text = gettext_noop("arrival corrected")
    _keep(placement, _ARRIVAL, "arrival_corrected", text, "9.1", actor, role, reason=trimmed(reason))
    return placement


@transaction.atomic
def record_came_to_ipd(*, placement_id: int, day: date, actor: User, once: bool = False) -> Placement:
    """The institute, which ensures it, or the IPD writes down that the student has come to the IPD (9.1).

    `once`: a day that stands already is not written over. Raises RefusedError.
    """
    placement = _present(placement_id, actor)
    role = _demand(placement, actor, *CAME_BY)
    if once and placement.came_to_ipd_on:
        raise WrongStateError(_NOTHING_NEW)
    refuse_faults(coming_faults(day, arrived_on=placement.crossed_border_on, today=today()))
    placement.came_to_ipd_on = day
    _keep(placement, ["came_to_ipd_on"], "came_to_ipd", gettext_noop("came to the IPD"), "9.1", actor, role)
    return placement


@transaction.atomic
def record_registration(
    *, placement_id: int, registered_on: date, number: str, registered_until: date, actor: User
) -> Placement:
    """The IPD writes down the migration registration: done on, number, until (9.2). A new one replaces an older one.

    Raises RefusedError.
    """
    placement = _present(placement_id, actor)
    role = _demand(placement, actor, Role.IPD_COORDINATOR)
    if not number.strip():
        raise ReasonMissingError(gettext_noop("Please enter the number of the registration."))
    arrived_on = placement.crossed_border_on or placement.starts_on
    bounds = {"arrived_on": arrived_on, "ends_on": placement.ends_on, "today": today()}
    faults = registration_faults(registered_on, registered_until, **bounds)
    refuse_faults([*code_faults("number", number.strip()), *faults])  # another authority gives it
    placement.registered_on, placement.registered_until = registered_on, registered_until
    placement.registration_number = number.strip()[:60]
    fields = ["registered_on", "registered_until", "registration_number"]
    _keep(placement, fields, "registered", gettext_noop("migration registration entered"), "9.2", actor, role)
    return placement


@transaction.atomic
def acknowledge_rules(*, placement_id: int, actor: User) -> Placement:
    """The student has read the rules of arrival and the note of 9.7. Once; a second time does nothing. Raises RefusedError."""
    placement = locked(placement_id, actor)
    role = _demand(placement, actor, Role.STUDENT)
    if placement.checklist_acknowledged_at is None:
        placement.checklist_acknowledged_at = timezone.now()
        text = gettext_noop("rules of arrival acknowledged")
        _keep(placement, ["checklist_acknowledged_at"], "acknowledged", text, "9.7", actor, role)
    return placement


@transaction.atomic
def enter_contingent(*, placement_id: int, epvo_id: str, iin: str, actor: User) -> Placement:
    """The EPVO id and, when it is given out, the IIN of an incoming student (5.9); an IIN left empty stays as it was.

    Raises RefusedError.
    """
    placement = locked(placement_id, actor)
    role = _demand(placement, actor, Role.REGISTRAR, Role.IPD_COORDINATOR)
    before, epvo_id, iin = placement.epvo_id, epvo_id.strip()[:30], iin.strip()
    if not epvo_id and not iin:
        raise FaultyError(Fault("epvo_id", gettext_noop("Enter the EPVO id, the IIN or both.")))
    refuse_faults(register_number_faults("epvo_id", epvo_id))
    has_new_iin = bool(iin) and _set_iin(placement.application.enrolment.person, iin, actor, role)
    if has_new_iin:
        # The number itself stands in the history of its bearer alone.
        record(actor=actor, action="stay.iin", subject=placement, text=_IIN_ENTERED, clause="5.9", role=role)
    if epvo_id != before or not has_new_iin:
        placement.epvo_id = epvo_id
        text = gettext_noop("EPVO id entered") if epvo_id else gettext_noop("EPVO id removed")
        _keep(placement, ["epvo_id"], "contingent", text, "5.9", actor, role)
    return placement


def _set_iin(person: Person, iin: str, actor: User, role: str) -> bool:
    told = meaning_of(iin)
    if told is None or (person.birth_date and told.birth_date != person.birth_date):
        text = gettext_noop("This IIN cannot be right: it does not fit the birth date or its own control digit.")
        raise FaultyError(Fault("iin", text))
    before, person.iin = person.iin, iin
    if before == iin:
        return False
    try:
        with transaction.atomic():
            person.save(update_fields=["iin"])
    except IntegrityError as error:
        raise FaultyError(Fault("iin", gettext_noop("This IIN is that of another person."))) from error
    record(
        actor=actor,
        action="stay.iin",
        subject=person,
        text=_IIN_ENTERED,
        clause="5.9",
        role=role,
        before={"iin": before},
        after={"iin": iin},
    )
    return True


@transaction.atomic
def write_to_advisor(*, placement_id: int, text: str, actor: User) -> AdvisorMessage:
    """The student asks, or the advisor answers (9.4). Kept for good, and once where it is sent twice. Raises RefusedError."""
    placement = locked(placement_id, actor)
    role = _demand(placement, actor, Role.STUDENT, Role.ADVISOR)
    text = trimmed(text)
    if not text:
        raise ReasonMissingError(gettext_noop("The message is empty."))
    refuse_faults(length_faults("text", text, LONGEST_MESSAGE))
    said = {"author": actor, "from_student": role == Role.STUDENT, "text": text}
    if same := placement.messages.filter(**said, at__gte=timezone.now() - SENT_TWICE).first():
        return same
    message = AdvisorMessage.objects.create(placement=placement, **said)
    settle(placement)
    return message


@transaction.atomic
def record_transcript(*, placement_id: int, actor: User) -> Placement:
    """An office has the transcript of a year that is over: the Registrar's the original, IPD and institute a copy (7.5).

    Raises RefusedError where none is owed to an office of the actor.
    """
    placement = locked(placement_id, actor)
    _demand(placement, actor, *TRANSCRIPT_OFFICES)
    facts, held = read.stay_facts(placement), roles_on(placement, standing_of(actor))
    owed = {office: owed_transcript(facts, office, state=placement.state) for office in TRANSCRIPT_OFFICES}
    office, year = next(((office, year) for office, year in owed.items() if office in held and year), ("", None))
    if year is None:
        raise WrongStateError(
            gettext_noop("No transcript of a year is owed: somebody was first, or the year is not over.")
        )
    received = placement.transcripts_received
    placement.transcripts_received = {**received, year.name: sorted({*received.get(year.name, ()), str(office)})}
    original = gettext_noop("the original of the transcript of %(year)s received")
    copy = gettext_noop("a copy of the transcript of %(year)s received")
    text, params = original if office == Role.REGISTRAR else copy, {"year": year.name}
    _keep(placement, ["transcripts_received"], "transcript", text, "7.5a", actor, office, params=params)
    return placement


@transaction.atomic
def end_stay(*, placement_id: int, actor: User) -> Placement:
    """The IPD ends a stay whose period is over (6.3); section 9's duties come first. Raises RefusedError."""
    placement = locked(placement_id, actor)
    roles = roles_on(placement, standing_of(actor))
    perform(STAY[placement.direction], "end", placement, actor=actor, roles=roles, facts=read.stay_facts(placement))
    settle(placement)
    return placement


def _present(placement_id: int, actor: User) -> Placement:
    placement = locked(placement_id, actor)
    if placement.direction != Direction.INCOMING or placement.state != PlacementState.PRESENT:
        raise WrongStateError(gettext_noop("The student is not here."))
    return placement


def _keep(
    placement: Placement,
    fields: Sequence[str],
    action: str,
    text: str,
    clause: str,
    actor: User,
    role: str,
    *,
    params: Mapping[str, object] | None = None,
    reason: str = "",
) -> None:
    """Save and write into history, which nobody can change: what is there already is no news. Raises WrongStateError."""
    before = Placement.objects.filter(pk=placement.pk).values(*fields).get()
    after = {field: getattr(placement, field) for field in fields}
    if after == before:
        raise WrongStateError(_NOTHING_NEW)
    placement.save(update_fields=fields)
    record(
        actor=actor,
        action=f"stay.{action}",
        subject=placement,
        text=text,
        params=params,
        clause=clause,
        role=role,
        before=before,
        after=after,
        reason=reason,
    )
    settle(placement)


def settle(placement: Placement) -> None:
    """Bring the worklist in line with the stay as it stands."""
    student: Application = placement.application
    facts = read.stay_facts(placement)
    reconcile(
        placement,
        read.waits(placement, facts),
        queue_of=lambda role: queue_of(placement, role),
        due=read.due(placement, facts),
        title=joined(student.enrolment.person.names, placement.partner.names),
    )
