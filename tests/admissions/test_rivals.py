"""One live application of a student for one time, and to one partner before leaving (8.1)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from admissions.enums import ApplicationState as S
from admissions.models import Application, Intake
from admissions.selectors.rivals import excludes, live_of
from admissions.selectors.roads import road_of
from admissions.services import lists, nominations, outgoing
from admissions.services.applications import take_step
from agreements.enums import Direction
from agreements.models import Pathway
from core.values import today
from core.workflow import BlockedError, FaultyError
from institutions.models import User
from programmes.enums import TermKind
from programmes.models import AcademicTerm
from tests.admissions.coming import Guests
from tests.admissions.road import Case, Cast, enrolment_of
from tests.factories import admissions, agreements, institutions, programmes


def renewed(pathway: Pathway) -> Pathway:
    """A second open pathway of the same two programmes, under another agreement."""
    return agreements.open_pathway(pathway.partner_programme.university, pathway.home_programme)


def elsewhere(cast: Cast) -> Pathway:
    """An open pathway of the same programme to another partner."""
    return agreements.open_pathway(institutions.partner("Elsewhere", "PL"), cast.pathway.home_programme)


def call_for(pathway: Pathway, term: AcademicTerm) -> Intake:
    """An intake of a pathway for study in one term."""
    return Intake.objects.create(
        pathway=pathway,
        direction=Direction.OUTGOING,
        term=term,
        last_term=term,
        semester=3,
        seats=2,
        opens_on=today(),
        closes_on=today() + timedelta(days=20),
    )


def refused(intake: Intake, student: User) -> str:
    """Why a second application is not begun."""
    with pytest.raises(BlockedError) as found:
        outgoing.start_application(intake_id=intake.pk, actor=student)
    assert [(one.clause, one.whose_move) for one in found.value.blockers] == [("8.1", "student")]
    return str(found.value)


@pytest.mark.clause("8.1-a")
def test_nobody_applies_twice_to_one_partner_for_one_term_though_the_agreement_was_renewed(
    cast: Cast, submitted: Case
) -> None:
    application, student = submitted
    again = admissions.intake(renewed(cast.pathway))

    assert "another application for this time or to this partner: Hochschule Nordtal" in refused(again, student)

    take_step(application_id=application.pk, name="withdraw", actor=student, reason="by the new agreement")
    assert outgoing.start_application(intake_id=again.pk, actor=student).state == S.DRAFT


@pytest.mark.clause("8.1-a")
@pytest.mark.parametrize("state", [S.DRAFT, S.NOMINATED, S.PROPOSED, S.ADMITTED, S.DEPARTED])
def test_from_the_draft_to_the_departure_a_live_application_keeps_its_student_from_another_for_the_time(
    cast: Cast,
    state: str,
) -> None:
    student = cast.student()
    admissions.application(cast.intake, state=state, enrolment=enrolment_of(student))

    assert refused(admissions.intake(elsewhere(cast)), student)


@pytest.mark.clause("8.1-a")
def test_who_has_been_there_may_go_again_another_time_but_who_waits_may_not(cast: Cast) -> None:
    student = cast.student()
    partner = cast.pathway.partner_programme.university
    later = programmes.term(partner, starts_in=500, kind=TermKind.AUTUMN)
    other = call_for(renewed(cast.pathway), later)
    first = admissions.application(cast.intake, state=S.PROPOSED, enrolment=enrolment_of(student))
    assert refused(other, student)

    Application.objects.filter(pk=first.pk).update(state=S.DEPARTED)

    assert outgoing.start_application(intake_id=other.pk, actor=student).intake == other


@pytest.mark.parametrize("state", sorted(S.closed()))
def test_what_is_closed_keeps_nobody(cast: Cast, state: str) -> None:
    student = cast.student()
    admissions.application(cast.intake, state=state, enrolment=enrolment_of(student))

    assert not live_of([student.person_id or 0]).exists()
    assert outgoing.start_application(intake_id=cast.intake.pk, actor=student).state == S.DRAFT


@pytest.mark.clause("8.1-a")
def test_the_database_holds_it_too(cast: Cast) -> None:
    student = cast.student()
    enrolment = enrolment_of(student)
    admissions.application(cast.intake, enrolment=enrolment)
    again = admissions.intake(renewed(cast.pathway))
    assert (again != cast.intake, again.term) == (True, cast.intake.term)

    with pytest.raises(IntegrityError), transaction.atomic():
        admissions.application(again, enrolment=enrolment)


@pytest.mark.clause("8.1-b")
def test_two_that_were_there_before_the_rule_stop_each_other_at_the_list(cast: Cast, submitted: Case) -> None:
    application, student = submitted
    rival = admissions.application(
        admissions.intake(elsewhere(cast)), state=S.PROPOSED, enrolment=enrolment_of(student)
    )

    assert excludes(rival, application.intake)
    facts = road_of(application).facts(application)
    assert str(facts.elsewhere) == "Elsewhere"
    for step in ("submit", "nominate"):
        found = [one.text for one in road_of(application).machine.step(step).blockers(facts)]
        assert any("another application" in text for text in found), step
    gathered = cast.gathered()
    with pytest.raises(BlockedError, match="Elsewhere"):
        lists.send_list(list_id=gathered.pk, request_text="Please propose them.", actor=cast.coordinator)


@pytest.mark.django_db
@pytest.mark.clause("7.1-a")
def test_a_guest_is_not_named_twice_for_one_time() -> None:
    guests = Guests()
    guests.draft(matriculation="N781200")
    again = admissions.intake(renewed(guests.pathway), Direction.INCOMING)

    with pytest.raises(FaultyError) as found:
        nominations.add_candidate(
            intake_id=again.pk,
            candidate=guests.candidate(
                matriculation="N781200",
                surname="ØVERGÅRDB",
                passport_number="NO-000001",
                email="i.overgard1@example.org",
            ),
            actor=guests.partner,
        )

    texts = [(fault.field, fault.text) for fault in found.value.faults]
    assert texts == [
        ("matriculation", "matriculation no. %(number)s is a candidate of another intake for the same time already")
    ]
