"""Facts of the outgoing road, for one application and for lists."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Count, Q

from admissions.enums import ApplicationState, ListState
from admissions.models import Application, Intake
from admissions.selectors.applications import case_facts_of
from admissions.workflow.outgoing import OutgoingFacts
from core.values import today

# Candidates from the list on hold a place until they fall out; the reserve holds one once a letter names it.
_HOLDS_A_PLACE = Q(
    state__in=[
        ApplicationState.NOMINATED,
        ApplicationState.PROPOSED,
        ApplicationState.INVITED,
        ApplicationState.DOCUMENTS_COMPLETE,
        ApplicationState.ORDER_REQUESTED,
        ApplicationState.ADMITTED,
        ApplicationState.DEPARTED,
    ]
) & (Q(is_reserve=False) | Q(letter__isnull=False))


def taken_places(intake_ids: Sequence[int]) -> dict[int, int]:
    """How many places of each intake are held, in one query."""
    held = Application.objects.filter(_HOLDS_A_PLACE, intake__in=intake_ids)
    return dict(held.values_list("intake_id").annotate(held=Count("pk")).order_by("intake_id"))


def free_places(intake: Intake) -> int:
    """Places of an intake that nobody holds; never below nothing."""
    return max(0, intake.seats - taken_places([intake.pk]).get(intake.pk, 0))


def outgoing_facts(application: Application, *, on: date | None = None) -> OutgoingFacts:
    """The facts of one outgoing application on a day (today by default)."""
    return outgoing_facts_of([application], on=on)[application.pk]


def outgoing_facts_of(applications: Sequence[Application], *, on: date | None = None) -> dict[int, OutgoingFacts]:
    """The facts of a list of loaded applications, by key, in seven queries whatever the length."""
    cases = case_facts_of(applications, on=on)
    taken = taken_places(sorted({application.intake_id for application in applications}))
    facts = {}
    for application in applications:
        intake, enrolment = application.intake, application.enrolment
        candidates = application.candidate_list
        facts[application.pk] = OutgoingFacts(
            case=cases[application.pk],
            on=on or today(),
            opens_on=intake.opens_on,
            closes_on=intake.closes_on,
            own_programme=enrolment.programme_id == intake.pathway.home_programme_id,
            gpa=enrolment.gpa,
            min_gpa=intake.pathway.min_gpa,
            has_motivation=bool(application.motivation.strip()),
            ranked=candidates is not None and application.rank is not None,
            is_reserve=application.is_reserve,
            list_sent=candidates is not None and candidates.state == ListState.SENT,
            place_free=taken.get(application.intake_id, 0) < intake.seats,
            package_requested=application.package_due is not None,
        )
    return facts
