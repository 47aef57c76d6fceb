"""The way of a case: who brought it where, read from history."""

import pytest

from admissions.enums import ApplicationState as S
from admissions.models import Application
from admissions.selectors.cases import case_of
from admissions.selectors.roads import road_of
from admissions.services.applications import take_step
from core.way import Stage, way_of
from institutions.models import User
from tests.admissions.coming import Guests
from tests.admissions.road import Case, Cast


def stages_of(application: Application) -> list[Stage]:
    """The way as the case's page shows it."""
    return way_of(road_of(application).machine, application.state, S, case_of(application).story)


def walkers(application: Application, count: int) -> list[str]:
    """Who brought the case to each of the first states of its road."""
    return [stage.who for stage in stages_of(application)[:count]]


def named(*accounts: User) -> list[str]:
    """The people by name."""
    return [str(account) for account in accounts]


@pytest.mark.clause("8.5-a")
def test_the_visa_that_the_ipd_submits_is_not_the_application_that_the_student_submitted(cast: Cast) -> None:

    application, student = cast.requested()

    walked = [student, student, cast.coordinator, cast.ipd, cast.partner, cast.ipd, cast.ipd]
    assert walkers(application, 7) == named(*walked)


@pytest.mark.django_db
@pytest.mark.clause("7.6-a")
def test_the_partner_named_the_candidate_whatever_the_visa_is_called() -> None:
    guests = Guests()

    application = guests.with_visa()

    walked = [guests.partner, guests.partner, guests.ipd, guests.head, guests.director, guests.ipd, guests.ipd]
    assert walkers(application, 9) == named(*walked, guests.signatory, guests.ipd)


@pytest.mark.clause("8.6-b")
def test_a_step_back_leaves_who_came_there_first(cast: Cast, requested: Case) -> None:
    application, _student = requested

    take_step(application_id=application.pk, name="return_package", actor=cast.registrar, reason="stamp missing")
    application.refresh_from_db()

    assert application.state == S.DOCUMENTS_COMPLETE
    assert stages_of(application)[5].who == str(cast.ipd)


def test_a_case_that_left_the_road_ends_with_who_closed_it_and_why(cast: Cast, submitted: Case) -> None:
    application, student = submitted

    closed = take_step(application_id=application.pk, name="withdraw", actor=student, reason="illness")

    assert [(stage.who, stage.note) for stage in stages_of(closed)] == [
        (str(student), ""),
        (str(student), ""),
        (str(student), "illness"),
    ]
