"""Facts of the outgoing road."""

from collections.abc import Sequence
from datetime import date

from admissions.enums import ListState
from admissions.models import Application
from admissions.selectors.applications import case_facts_of
from admissions.selectors.places import taken_places
from admissions.selectors.rivals import rivals_of
from admissions.workflow.outgoing import OUTGOING, OutgoingFacts, nowhere_else
from core.values import today

_RIVALS_COUNT = OUTGOING.states_asking(nowhere_else)


def outgoing_facts_of(applications: Sequence[Application], *, on: date | None = None) -> dict[int, OutgoingFacts]:
    """The facts of a list of loaded applications on a day (today by default), by key, with a fixed number of queries.

    Rivals and places are looked up where a step asks for them: rivals up to the list, places for the reserve.
    """
    cases = case_facts_of(applications, on=on)
    taken = taken_places(sorted({application.intake_id for application in applications if application.is_reserve}))
    others = rivals_of([application for application in applications if application.state in _RIVALS_COUNT])
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
            place_free=application.is_reserve and taken.get(application.intake_id, 0) < intake.seats,
            package_requested=application.package_due is not None,
            elsewhere=others.get(application.pk),
        )
    return facts
