"""Page and inbox name the same people; what a second window wrote is not lost; a way out after the order."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from admissions.enums import ApplicationState as S
from admissions.models import Application
from admissions.selectors.cases import papers_to_revoke
from admissions.selectors.places import free_places
from admissions.selectors.roads import road_of
from admissions.services import lists, outgoing, package
from admissions.services.applications import take_step
from admissions.workflow.shared import REVOKE_PAPERS
from core.history import history_of
from core.models import OutgoingEmail
from core.values import text_hash, today
from core.workflow import BlockedError, NotAllowedError, ReasonMissingError, WrongStateError
from core.worklist import inbox, open_items_of
from documents import services as documents
from documents.models import OfficialDocument
from institutions.models import User
from institutions.permissions import standing_of
from mobility.enums import PlacementState
from mobility.models import Placement
from tests.admissions.coming import Guests
from tests.admissions.road import Case, Cast, fresh, pdf
from tests.factories import admissions

ClientAs = Callable[[User], Client]


def page_movers(application: Application) -> set[str]:
    """Whose move it is, as the page says it."""
    road = road_of(application)
    return {wait.role for wait in road.movers(application.state, road.facts(application)) if wait.role}


def inbox_roles(application: Application) -> set[str]:
    """Who has something about the application in the inbox."""
    return {item.queue.split("@")[0] for item in open_items_of(application)}


@pytest.mark.clause("8.4-a")
def test_an_invited_student_is_named_and_asked_from_the_request_on(
    cast: Cast, invited: Case, client_as: ClientAs
) -> None:
    application, student = invited

    assert page_movers(application) == inbox_roles(application) == {"ipd_coordinator"}
    page = client_as(cast.ipd).get(reverse("admissions:application", args=[application.pk])).content.decode()
    assert "The package has not been asked for" in page
    assert "The copy of the passport is missing." not in page
    assert inbox(standing_of(student).queues) == []

    outgoing.request_package(application_id=application.pk, due=today(), actor=cast.ipd)

    named = {"student", "institute_coordinator", "department_head", "ipd_coordinator"}
    assert page_movers(fresh(application)) == inbox_roles(application) == named
    assert inbox(standing_of(student).queues)


@pytest.mark.clause("8.4-a")
def test_the_department_that_was_asked_has_it_in_its_inbox_and_can_do_it(
    cast: Cast, invited: Case, client_as: ClientAs
) -> None:
    application, student = invited
    outgoing.request_package(application_id=application.pk, due=today(), actor=cast.ipd)

    (asked,) = inbox(standing_of(cast.head).queues)
    assert (asked.clause, asked.due, asked.subject_id) == ("8.4", today(), application.pk)
    page = client_as(cast.head).get(reverse("admissions:application", args=[application.pk])).content.decode()
    assert "Hand in documents" in page
    package.submit_document(
        application_id=application.pk, kind="transcript", file=pdf(), name="transcript.pdf", actor=cast.head
    )
    cast.hand_in(application, student)
    cast.signed(application, student)

    assert inbox(standing_of(cast.head).queues) == []


@pytest.mark.clause("8.1-a")
@pytest.mark.parametrize("state", [S.SUBMITTED, S.PROPOSED, S.DOCUMENTS_COMPLETE, S.ORDER_REQUESTED])
def test_whoever_the_page_names_has_it_in_the_inbox(cast: Cast, state: str) -> None:
    application, _ = cast.at(state)

    assert page_movers(application) == inbox_roles(application) != set()


@pytest.mark.clause("7.3")
@pytest.mark.django_db
def test_a_page_counts_what_the_inbox_counts() -> None:
    """The head agrees: that the admission waits for it is not a second thing to do."""
    application = Guests().in_review()
    road = road_of(application)

    named = [wait.role for wait in road.movers(application.state, road.facts(application))]

    assert (
        named.count("department_head") == [wait.role for wait in road.waits(application)].count("department_head") == 1
    )


@pytest.mark.clause("6.3")
@pytest.mark.clause("8.5-a")
def test_an_admitted_student_waits_for_the_visa_with_the_ipd_and_then_for_the_ipd_alone(
    cast: Cast, admitted: Case
) -> None:
    application, _ = admitted

    assert page_movers(application) == inbox_roles(application) == {"ipd_coordinator", "student"}
    cast.grant_visa(application)
    application = fresh(application)

    assert page_movers(application) == inbox_roles(application) == {"ipd_coordinator"}


@pytest.mark.clause("8.5-a")
def test_the_departures_page_names_what_keeps_the_student_and_both_who_can_mend_it_once(
    cast: Cast, admitted: Case, client_as: ClientAs
) -> None:
    application, _ = admitted

    page = client_as(cast.ipd).get(reverse("admissions:depart", args=[application.pk]))

    told = " ".join(re.sub("<[^>]*>", " ", page.content.decode()).split())
    assert told.count("The visa has not been granted.") == 1
    assert "Whose move: you (IPD coordinator), student" in told
    assert re.search("<button[^>]*aria-disabled[^>]*>Record the departure</button>", page.content.decode())


# --- two windows ------------------------------------------------------------------------------------------------------


def test_what_another_window_saved_is_not_overwritten_unseen(cast: Cast, client_as: ClientAs) -> None:
    student = cast.student()
    application = cast.draft(student, "First words.")
    client = client_as(student)
    address = reverse("admissions:application-draft", args=[application.pk])
    seen = client.get(address).context["form"]["seen"].value()

    assert client.post(address, {"motivation": "One window.", "seen": seen}).status_code == 302
    answer = client.post(address, {"motivation": "Another window.", "seen": seen})
    said = answer.content.decode()

    assert fresh(application).motivation == "One window."
    assert "Another text was saved meanwhile" in said
    assert "One window." in said
    assert "Another window." in said
    again = {"motivation": "Another window.", "seen": answer.context["form"]["seen"].value()}
    assert client.post(address, again).status_code == 302
    assert fresh(application).motivation == "Another window."


def test_who_writes_on_after_the_application_went_off_is_told_so(
    cast: Cast, submitted: Case, client_as: ClientAs
) -> None:
    application, student = submitted
    client = client_as(student)
    address = reverse("admissions:application-draft", args=[application.pk])

    said = client.post(address, {"motivation": "Too late.", "seen": "x"}, follow=True).content.decode()

    assert "nothing can be changed in it now" in said
    assert fresh(application).motivation != "Too late."


def test_the_same_text_from_two_windows_is_no_conflict(cast: Cast) -> None:
    student = cast.student()
    application = cast.draft(student, "Line one.\r\nLine two.")

    kept = outgoing.save_draft(
        application_id=application.pk, motivation="Line one.\nLine two.", actor=student, seen=text_hash("")
    )

    assert kept.motivation == "Line one.\nLine two."


@pytest.mark.clause("8.1-a")
def test_a_motivation_of_unseen_signs_is_none(cast: Cast) -> None:
    student = cast.student()
    application = cast.draft(student, "\u200b\u2060")

    with pytest.raises(BlockedError, match="motivation is empty"):
        take_step(application_id=application.pk, name="submit", actor=student)


# --- a way out after the order ----------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.clause("8.5-a")
def test_a_student_who_cannot_go_after_the_order_frees_the_place_and_the_partner_is_told() -> None:
    cast = Cast(seats=1)
    application, student = cast.admitted()
    spare = admissions.application(cast.intake, state=S.SUBMITTED, enrolment=cast.student().person.enrolments.get())
    lists.gather(intake_id=cast.intake.pk, actor=cast.coordinator)
    assert free_places(cast.intake) == 0

    for actor in (student, cast.registrar, cast.partner, cast.coordinator):
        with pytest.raises(NotAllowedError):
            take_step(application_id=application.pk, name="cancel_admitted", actor=actor, reason="visa refused")
    with pytest.raises(ReasonMissingError):
        take_step(application_id=application.pk, name="cancel_admitted", actor=cast.ipd, reason=" ")
    take_step(application_id=application.pk, name="cancel_admitted", actor=cast.ipd, reason="visa refused")

    assert fresh(application).state == S.CANCELLED
    assert free_places(cast.intake) == 1
    assert Placement.objects.get(application=application).state == PlacementState.CANCELLED
    entry = history_of(application).filter(action="outgoing.cancel_admitted").get()
    assert (entry.clause, entry.reason) == ("8.5", "visa refused")
    told = OutgoingEmail.objects.get(key__startswith=f"application.closed:{application.pk}")
    assert told.to == cast.partner.email
    assert "is closed: cancelled." in told.body
    assert fresh(spare).state == S.SUBMITTED
    (item,) = open_items_of(application)
    assert (item.queue, item.clause, item.text) == ("ipd_coordinator@home", "8.5", REVOKE_PAPERS)
    for paper in papers_to_revoke(fresh(application)):
        documents.revoke(document_id=paper.pk, reason="visa refused", actor=cast.ipd)
    assert open_items_of(application) == []
    with pytest.raises(WrongStateError):
        take_step(application_id=application.pk, name="cancel_admitted", actor=cast.ipd, reason="again")


@pytest.mark.clause("8.5-a")
def test_the_way_out_stands_on_the_page_of_the_admitted(cast: Cast, admitted: Case, client_as: ClientAs) -> None:
    application, student = admitted
    address = reverse("admissions:application", args=[application.pk])
    way = reverse("admissions:application-step", args=[application.pk, "cancel_admitted"])

    assert way in client_as(cast.ipd).get(address).content.decode()
    assert way not in client_as(student).get(address).content.decode()
    client = client_as(cast.ipd)
    page = client.post(way, {"reason": "visa refused"}, follow=True)
    assert fresh(application).state == S.CANCELLED
    extract = OfficialDocument.objects.get(kind="order_extract")
    revoke, paper = (reverse(f"documents:{name}", args=[extract.pk]) for name in ("revoke", "officialdocument"))
    assert page.context["movers"] == ["You: IPD coordinator"]
    assert (page.context["action"].url, page.context["due"]) == ("#revoke", open_items_of(application)[0].due)
    assert revoke in page.content.decode()
    own = client_as(student).get(address).content.decode()
    assert paper in own
    assert revoke not in own
    for one in papers_to_revoke(fresh(application)):
        client_as(cast.ipd).post(reverse("documents:revoke", args=[one.pk]), {"reason": "visa refused"})
    assert "Papers still to be revoked" not in client_as(cast.ipd).get(address).content.decode()


@pytest.mark.clause("8.3-a")
def test_the_partner_hears_of_a_withdrawal_from_the_letter_on_and_not_before(cast: Cast, submitted: Case) -> None:
    early, who = submitted
    take_step(application_id=early.pk, name="withdraw", actor=who, reason="illness")
    assert not OutgoingEmail.objects.filter(key__startswith="application.closed").exists()

    later, who = cast.proposed()
    take_step(application_id=later.pk, name="withdraw", actor=who, reason="illness")
    assert OutgoingEmail.objects.get(key__startswith="application.closed").to == cast.partner.email


@pytest.mark.django_db
@pytest.mark.clause("7.6-a")
def test_the_partner_hears_of_a_guest_who_cannot_come() -> None:
    guests = Guests()
    application = guests.invited()
    assert papers_to_revoke(application) == []  # what is in force may stay so

    take_step(application_id=application.pk, name="cancel", actor=guests.ipd, reason="visa refused")

    assert OutgoingEmail.objects.get(key__startswith="application.closed").to == guests.partner.email
    papers = papers_to_revoke(fresh(application))
    assert {paper.kind for paper in papers} == {
        "invitation",
        "order_extract",
        "three_party_contract",
        "contract_signatures",
    }
    for paper in papers:  # the office is waited for until the last is revoked
        (item,) = open_items_of(application)
        assert (item.queue, item.clause, item.text) == ("ipd_coordinator@home", "7.6", REVOKE_PAPERS)
        documents.revoke(document_id=paper.pk, reason="visa refused", actor=guests.ipd)
    assert open_items_of(application) == []
