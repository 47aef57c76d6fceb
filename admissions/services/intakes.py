"""The IPD calls for applications to an open pathway, for study from one term on (7.1, 8.1)."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop

from admissions.models import Intake
from admissions.permissions.lists import sees_intake
from admissions.services.settling import move_due
from admissions.workflow.days import closing_faults, intake_faults
from admissions.workflow.intakes import seat_faults, semester_faults, stay_faults
from agreements.enums import Direction
from agreements.models import Pathway
from agreements.selectors.admission import admits_on
from core.faults import Fault
from core.history import record
from core.values import today
from core.workflow import BlockedError, FaultyError, NotAllowedError, RefusedError, refuse_faults, refuse_unseen_moves
from institutions.enums import Role
from institutions.models import User
from institutions.permissions import standing_of
from programmes.models import AcademicTerm


@transaction.atomic
def open_intake(
    *,
    pathway_id: int,
    direction: str,
    term_id: int,
    last_term_id: int,
    semester: int,
    semesters: int,
    seats: int,
    opens_on: date,
    closes_on: date,
    actor: User,
) -> Intake:
    """Make an intake of an open pathway in one direction. Its period never changes afterwards: applications rest on it.

    Raises NotAllowedError, RefusedError (pathway not open, a term of another university, twice), FaultyError for semesters
    that the programme has not, more places than the quota, days that cannot be.
    """
    if not standing_of(actor).holds(Role.IPD_COORDINATOR):
        raise NotAllowedError(gettext_noop("This step is not yours to take."))
    pathway = Pathway.objects.select_related("partner_programme", "home_programme").get(pk=pathway_id)
    if blockers := admits_on(pathway, today()):
        raise BlockedError(blockers)
    terms = AcademicTerm.objects.in_bulk([term_id, last_term_id])
    term, last_term = terms[term_id], terms[last_term_id]
    _check_period(pathway, direction, term, last_term)
    refuse_faults(
        (
            *semester_faults(semester=semester, semesters=semesters, length=pathway.home_programme.semesters),
            *stay_faults(semesters=semesters, kinds=_kinds(term, last_term)),
            *seat_faults(seats=seats, quota=pathway.quota(direction)),
            *intake_faults(opens_on=opens_on, closes_on=closes_on, study_begins=term.starts_on, today=today()),
        )
    )
    try:
        with transaction.atomic():
            intake = Intake.objects.create(
                pathway=pathway,
                direction=direction,
                term=term,
                last_term=last_term,
                semester=semester,
                semesters=semesters,
                seats=seats,
                opens_on=opens_on,
                closes_on=closes_on,
            )
    except IntegrityError as error:
        text = gettext_noop("There is an intake of this pathway for this term already.")
        raise FaultyError(Fault("term", text)) from error
    record(
        actor=actor,
        action="admissions.intake_opened",
        subject=intake,
        text=gettext_noop("intake opened"),
        clause="8.1" if direction == Direction.OUTGOING else "7.1",
        role=Role.IPD_COORDINATOR,
    )
    return intake


def _check_period(pathway: Pathway, direction: str, term: AcademicTerm, last_term: AcademicTerm) -> None:
    host = pathway.host_programme(direction).university_id
    if {term.university_id, last_term.university_id} != {host}:
        text = gettext_noop("The terms are those of the university where the students will study.")
        field = "term" if term.university_id != host else "last_term"
        raise FaultyError(Fault(field, text))
    if last_term.ends_on < term.ends_on:
        raise FaultyError(Fault("last_term", gettext_noop("The last term ends before the first one.")))


def _kinds(first: AcademicTerm, last: AcademicTerm) -> list[str]:
    """The kinds of the terms from the first to the last one in the calendar of their university."""
    between = AcademicTerm.objects.filter(university=first.university_id)
    return list(
        between.filter(starts_on__gte=first.starts_on, ends_on__lte=last.ends_on).values_list("kind", flat=True)
    )


@transaction.atomic
def prolong_intake(
    *, intake_id: int, closes_on: date, actor: User, opens_on: date | None = None, seen: str = ""
) -> Intake:
    """Let an intake take applications until another day, and, while nobody has applied, from another one.

    `seen`: `mark_of` the intake as the actor was shown it. Raises NotAllowedError, ChangedMeanwhileError, RefusedError,
    FaultyError.
    """
    standing = standing_of(actor)
    if not standing.holds(Role.IPD_COORDINATOR):
        raise NotAllowedError(gettext_noop("This step is not yours to take."))
    # A subquery: the way to the programme's students has many rows for one intake.
    visible = Intake.objects.filter(sees_intake.q(standing)).values("pk")
    intakes = Intake.objects.select_related("term").select_for_update(of=("self",))
    intake = intakes.filter(pk__in=visible).get(pk=intake_id)
    refuse_unseen_moves(seen, intake)
    days = {"opens_on": opens_on or intake.opens_on, "closes_on": closes_on}
    before = {"opens_on": intake.opens_on, "closes_on": intake.closes_on}
    begins = intake.term.starts_on
    if days["opens_on"] == intake.opens_on:
        refuse_faults(closing_faults(**days, study_begins=begins, today=today()))
    elif intake.applications.exists():
        raise RefusedError(gettext_noop("Applications have come in already: their first day does not change."))
    else:
        refuse_faults(intake_faults(**days, study_begins=begins, today=today()))
    intake.opens_on, intake.closes_on = days["opens_on"], days["closes_on"]
    intake.save(update_fields=["opens_on", "closes_on"])
    move_due(intake)
    record(
        actor=actor,
        action="admissions.intake_prolonged",
        subject=intake,
        text=gettext_noop("days for applications changed"),
        clause="8.1" if intake.direction == Direction.OUTGOING else "7.1",
        role=Role.IPD_COORDINATOR,
        before=before,
        after=days,
    )
    return intake
