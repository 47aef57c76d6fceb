"""Lists of candidates and the official letters about them: ranked, reasoned, sent once, supplemented."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from admissions.enums import ApplicationState as S
from admissions.models import Application, CandidateList
from admissions.pdf.letters import letter_context
from admissions.services import letters, lists
from admissions.services.applications import take_step
from core.workflow import BlockedError, NotAllowedError, RefusedError, WrongStateError
from core.worklist import open_items_of
from documents.models import Delivery, OfficialDocument
from tests.admissions.road import Case, Cast, fresh
from tests.conftest import ClientAs
from tests.factories import admissions


@pytest.mark.django_db
@pytest.mark.clause("8.1-c")
def test_gathering_ranks_by_the_criteria_and_puts_the_rest_in_reserve() -> None:
    cast = Cast(seats=2)
    weak = cast.submitted(cast.student(gpa="2.10"))[0]
    strong = cast.submitted(cast.student(gpa="3.90"))[0]
    middle = cast.submitted(cast.student(gpa="3.00"))[0]

    cast.gathered()

    ranks = {a.pk: (a.rank, a.is_reserve) for a in Application.objects.all()}
    assert ranks == {strong.pk: (1, False), middle.pk: (2, False), weak.pk: (3, True)}


@pytest.mark.clause("8.1-c")
def test_whoever_departs_from_the_criteria_says_why(cast: Cast) -> None:
    weak = cast.submitted(cast.student(gpa="2.10"))[0]
    strong = cast.submitted(cast.student(gpa="3.90"))[0]
    made = cast.gathered()

    lists.place(
        list_id=made.pk, placings=[lists.Placing(weak.pk, 1), lists.Placing(strong.pk, 2)], actor=cast.coordinator
    )
    with pytest.raises(BlockedError) as refused:
        lists.send_list(list_id=made.pk, request_text="Please.", actor=cast.coordinator)
    assert len(refused.value.blockers) == 2
    assert fresh(weak).state == S.SUBMITTED

    reasons = [lists.Placing(weak.pk, 1, reason="Olympiad"), lists.Placing(strong.pk, 2, reason="see 1")]
    lists.place(list_id=made.pk, placings=reasons, actor=cast.coordinator)
    lists.send_list(list_id=made.pk, request_text="Please.", actor=cast.coordinator)
    assert {fresh(weak).state, fresh(strong).state} == {S.NOMINATED}


def test_a_list_that_changed_meanwhile_is_not_ordered_blindly_and_who_is_returned_leaves_it(
    cast: Cast,
    submitted: Case,
    client_as: ClientAs,
) -> None:
    first, student = submitted
    made = cast.gathered()
    second, _ = cast.submitted()
    cast.gathered()

    with pytest.raises(RefusedError, match="changed meanwhile"):
        lists.place(list_id=made.pk, placings=[lists.Placing(first.pk, 1)], actor=cast.coordinator)

    client = client_as(cast.coordinator)
    back = reverse("admissions:application-step", args=[first.pk, "return_to_student"])
    after = client.post(back, {"reason": "no motive"}, follow=True)
    assert after.redirect_chain == [(reverse("admissions:applications"), 302)]
    (said,) = map(str, after.context["messages"])
    assert said.startswith(f"Returned to the student: {first.enrolment.person}. Now it is the student's move")
    returned = fresh(first)
    assert (returned.state, returned.candidate_list, returned.rank) == (S.DRAFT, None, None)
    cast.sent()
    page = client.get(reverse("admissions:candidatelist", args=[made.pk])).content.decode()
    assert reverse("admissions:application", args=[second.pk]) in page
    assert reverse("admissions:application", args=[first.pk]) not in page  # a draft is the student's alone

    take_step(application_id=first.pk, name="submit", actor=student)
    assert (cast.gathered().number, fresh(first).rank) == (2, 1)


@pytest.mark.django_db
@pytest.mark.clause("8.2-a")
def test_one_letter_a_list_and_the_reserve_in_a_numbered_supplement() -> None:
    cast = Cast(seats=1)
    strong, student = cast.submitted(cast.student(gpa="3.90"))
    spare, _ = cast.submitted(cast.student(gpa="3.00"))
    sent = cast.sent()

    letter = letters.send_official_letter(list_id=sent.pk, actor=cast.ipd)

    assert [c["number"] for c in letter.context["letter"]["candidates"]] == [strong.enrolment.student_number]
    assert (fresh(strong).state, fresh(spare).state) == (S.PROPOSED, S.NOMINATED)
    assert Delivery.objects.get(document=letter).person == cast.partner.person
    with pytest.raises(WrongStateError):
        letters.send_official_letter(list_id=sent.pk, actor=cast.ipd)
    with pytest.raises(RefusedError, match="only 0 places"):
        letters.send_supplement(list_id=sent.pk, application_ids=[spare.pk], actor=cast.ipd)
    cast.submitted()
    later = cast.sent()
    assert (open_items_of(sent), open_items_of(later)) == ([], [])

    take_step(application_id=strong.pk, name="withdraw", actor=student, reason="illness")
    for waiting in (sent, later):
        (item,) = open_items_of(waiting)
        assert item.text == "A place is free: send the supplement with the reserve"
    supplement = letters.send_supplement(list_id=sent.pk, application_ids=[spare.pk], actor=cast.ipd)

    assert (open_items_of(sent), open_items_of(later)) == ([], [])
    assert letter.name_en == "Official letter on admission to the double-degree programme"
    assert supplement.name_en == "Supplement 1 to the official letter on admission"
    assert supplement.context["letter"]["supplement"] == 1
    assert supplement.context["letter"]["base_number"] == letter.number_text
    assert supplement.number == letter.number + 1
    assert fresh(spare).state == S.PROPOSED


@pytest.mark.django_db
def test_a_supplement_dates_its_letter_as_the_letter_is_dated() -> None:
    made = CandidateList(intake=admissions.intake(), number=1)
    night = OfficialDocument(number_text="7-Х", issued_at=datetime(2026, 11, 23, 20, 30, tzinfo=UTC))

    supplement = letter_context(made, [], addressee="", base=night, supplement=1)

    assert supplement.base_date == date(2026, 11, 24)  # in Almaty


@pytest.mark.django_db
@pytest.mark.clause("8.2-a")
def test_no_supplement_goes_before_the_letter_however_many_places_are_free(client_as: ClientAs) -> None:
    cast = Cast(seats=3)
    strong, _ = cast.submitted(cast.student(gpa="3.90"))
    spare, _ = cast.submitted(cast.student(gpa="3.00"))
    made = cast.gathered()
    order = [lists.Placing(strong.pk, 1), lists.Placing(spare.pk, 2, is_reserve=True, reason="later")]
    lists.place(list_id=made.pk, placings=order, actor=cast.coordinator)
    sent = lists.send_list(list_id=made.pk, request_text="Please.", actor=cast.coordinator)
    page = reverse("admissions:candidatelist", args=[sent.pk])

    assert client_as(cast.ipd).get(page).context["reserve"] == []
    with pytest.raises(WrongStateError, match="The official letter goes first"):
        letters.send_supplement(list_id=sent.pk, application_ids=[spare.pk], actor=cast.ipd)
    letters.send_official_letter(list_id=sent.pk, actor=cast.ipd)

    assert client_as(cast.ipd).get(page).context["reserve"] == [spare]
    letters.send_supplement(list_id=sent.pk, application_ids=[spare.pk], actor=cast.ipd)
    assert fresh(spare).state == S.PROPOSED


@pytest.mark.clause("8.2-b")
def test_no_letter_for_a_list_that_was_not_sent(cast: Cast) -> None:
    cast.submitted()
    made = cast.gathered()

    with pytest.raises(WrongStateError, match="has not sent its list"):
        letters.send_official_letter(list_id=made.pk, actor=cast.ipd)
    with pytest.raises(NotAllowedError):
        letters.send_official_letter(list_id=made.pk, actor=cast.coordinator)


@pytest.mark.django_db
@pytest.mark.clause("8.1-c")
def test_the_order_of_another_window_is_told_before_it_is_overwritten(client_as: ClientAs) -> None:
    cast = Cast(seats=2)
    first, _ = cast.submitted(cast.student(gpa="3.90"))
    second, _ = cast.submitted(cast.student(gpa="3.00"))
    made, page = cast.gathered(), client_as(cast.coordinator)
    here, place = reverse("admissions:candidatelist", args=[made.pk]), reverse("admissions:list-place", args=[made.pk])
    seen = page.get(here).context["request_form"]["seen"].value()

    def order(*ranks: int, request: str, seen: str) -> dict[str, object]:
        placed = {f"{one.pk}-rank": rank for one, rank in zip((first, second), ranks, strict=True)}
        return {**placed, f"{second.pk}-reason": "studies", "request_text": request, "seen": seen}

    assert page.post(place, order(1, 2, request="Request A", seen=seen)).status_code == 302
    told = page.post(place, order(2, 1, request="Request B", seen=seen))

    made.refresh_from_db()
    assert (made.request_text, fresh(first).rank) == ("Request A", 1)
    assert "after you opened this page" in told.content.decode()
    assert "Request B" in told.content.decode()
    again = told.context["request_form"]["seen"].value()
    assert page.post(place, order(2, 1, request="Request B", seen=again)).status_code == 302
    made.refresh_from_db()
    assert (made.request_text, fresh(first).rank) == ("Request B", 2)
