"""The stay: opened by the order, advisor before arrival, registration, rules; pages for IPD and student."""

import io
from collections.abc import Callable
from datetime import timedelta

import openpyxl
import pytest
from django.urls import reverse
from django.utils import translation

from admissions.services import invitations, visa
from core.history import history_of
from core.values import today
from core.workflow import BlockedError, FaultyError, NotAllowedError, RefusedError, WrongStateError
from core.worklist import open_items_of
from documents.models import Delivery
from institutions.enums import Role
from institutions.iin import control_digit
from institutions.models import Person, User
from mobility.enums import PlacementState, PlanState
from mobility.models import Placement, StudyPlan
from mobility.services import stay
from mobility.workflow.stay import INCOMING_STAY, StayFacts
from tests.admissions.coming import Guests, fresh
from tests.admissions.road import Cast
from tests.conftest import ClientAs
from tests.factories import institutions

pytestmark = pytest.mark.django_db


@pytest.mark.clause("5.9-b")
def test_the_signed_order_opens_the_stay_with_a_number_of_the_general_contingent() -> None:
    guests = Guests()
    first, second = guests.admitted(), guests.admitted()
    numbers = list(Placement.objects.order_by("pk").values_list("host_student_number", flat=True))
    year = guests.intake.term.starts_on.year
    assert numbers == [f"{year}9001", f"{year}9002"]
    assert {one.state for one in Placement.objects.all()} == {PlacementState.PLANNED}
    assert {first.pk, second.pk} == set(Placement.objects.values_list("application_id", flat=True))


@pytest.mark.clause("7.5b-a", "7.5b-b")
def test_invitation_and_order_go_together_after_the_order() -> None:
    guests = Guests()
    drafted = guests.complete()
    with pytest.raises(RefusedError):
        invitations.send_invitation(application_id=drafted.pk, actor=guests.ipd)
    application = guests.invited()
    deliveries = Delivery.objects.filter(person=application.enrolment.person).order_by("pk")
    assert [one.document.kind for one in deliveries] == ["invitation", "order_extract"]
    assert {one.document.languages for one in deliveries} == {"kk,en"}


@pytest.mark.clause("7.6-a")
def test_no_visa_is_needed_for_listed_citizenships() -> None:
    guests = Guests(seats=2)
    assert guests.invited().visa.state == "collecting"
    assert guests.invited(citizenship="KG", passport_number="AC1").visa.state == "not_needed"


@pytest.mark.clause("9.4-a")
def test_nobody_arrives_without_an_advisor() -> None:
    guests = Guests()
    placement = Placement.objects.get(application=guests.with_visa())
    with pytest.raises(BlockedError, match="No advisor of the department is assigned"):
        stay.record_arrival(
            placement_id=placement.pk, crossed_border_on=today(), met_by="A. Omarova", actor=guests.coordinator
        )
    head = [item for item in open_items_of(placement) if item.queue.startswith("department_head")]
    assert [item.clause for item in head] == ["9.4"]
    with pytest.raises(RefusedError, match="Choose an advisor of the department"):
        stay.assign_advisor(placement_id=placement.pk, advisor_id=guests.ipd.pk, actor=guests.head)
    with pytest.raises(NotAllowedError):
        stay.assign_advisor(placement_id=placement.pk, advisor_id=guests.advisor.pk, actor=guests.director)


@pytest.mark.clause("9.1-a", "9.2-a")
def test_arrival_makes_the_registration_due_in_three_working_days() -> None:
    guests = Guests()
    placement = guests.arrived()
    assert placement.state == PlacementState.PRESENT
    assert placement.registration_due is not None
    assert 3 <= (placement.registration_due - today()).days <= 5
    waiting = {(item.queue.split("@")[0], item.clause) for item in open_items_of(placement)}
    assert waiting == {
        ("institute_coordinator", "9.1"),
        ("student", "9.2"),
        ("ipd_coordinator", "9.2"),
        ("student", "9.7"),
    }


@pytest.mark.clause("9.1-a", "9.2-a", "9.3-a", "9.7-a")
def test_what_section_9_asks_is_done_and_nobody_is_waited_for() -> None:
    guests = Guests()
    placement = guests.arrived()
    student = guests.student(placement.application)
    stay.record_came_to_ipd(placement_id=placement.pk, day=today(), actor=guests.ipd)
    guests.register(placement, today() + timedelta(days=200))
    with pytest.raises(NotAllowedError):
        stay.acknowledge_rules(placement_id=placement.pk, actor=guests.ipd)
    stay.acknowledge_rules(placement_id=placement.pk, actor=student)
    stay.acknowledge_rules(placement_id=placement.pk, actor=student)
    assert open_items_of(placement) == []
    with pytest.raises(BlockedError, match="The stay lasts until"):
        stay.end_stay(placement_id=placement.pk, actor=guests.ipd)


@pytest.mark.clause("9.2-a")
def test_registration_overdue_is_a_fact() -> None:
    due = StayFacts(on=today(), registration_due=today() - timedelta(days=1))
    assert due.registration_overdue
    assert not StayFacts(on=today(), registration_due=today()).registration_overdue
    assert not StayFacts(on=today(), registration_due=due.registration_due, registered=True).registration_overdue
    assert not StayFacts(
        on=today(), registration_due=due.registration_due, needs_registration=False
    ).registration_overdue


def test_arrival_cannot_lie_ahead_nor_be_recorded_twice() -> None:
    guests = Guests()
    placement = guests.expected()
    with pytest.raises(RefusedError, match="lies ahead"):
        stay.record_arrival(
            placement_id=placement.pk,
            crossed_border_on=today() + timedelta(days=1),
            met_by="A",
            actor=guests.coordinator,
        )
    stay.record_arrival(placement_id=placement.pk, crossed_border_on=today(), met_by="A", actor=guests.coordinator)
    with pytest.raises(WrongStateError, match="Somebody was first"):
        stay.record_arrival(placement_id=placement.pk, crossed_border_on=today(), met_by="A", actor=guests.coordinator)


@pytest.mark.clause("9.4-a")
def test_questions_and_answers_are_kept() -> None:
    guests = Guests()
    placement = guests.expected()
    student = guests.student(placement.application)
    stay.write_to_advisor(placement_id=placement.pk, text="Which courses?", actor=student)
    assert [item.queue for item in open_items_of(placement) if item.clause == "9.4"] == [
        f"advisor@user:{guests.advisor.pk}"
    ]
    stay.write_to_advisor(placement_id=placement.pk, text="Those of semester 3.", actor=guests.advisor)
    assert [item for item in open_items_of(placement) if item.cause == "question"] == []
    stay.write_to_advisor(placement_id=placement.pk, text="Those of semester 3. ", actor=guests.advisor)
    assert [one.text for one in placement.messages.all()] == ["Which courses?", "Those of semester 3."]
    with pytest.raises(FaultyError, match="At most 2000 signs; this text has 2001"):
        stay.write_to_advisor(placement_id=placement.pk, text="Ә" * 2001, actor=student)


@pytest.mark.clause("9.4-a")
def test_what_student_and_advisor_write_is_read_by_them_the_ipd_and_the_auditor(client_as: ClientAs) -> None:
    guests = Guests()
    placement = guests.expected()
    student = guests.student(placement.application)
    stay.write_to_advisor(placement_id=placement.pk, text="I feel lost.", actor=student)
    page = reverse("mobility:placement", args=[placement.pk])

    def reads(user: User) -> bool:
        answer = client_as(user).get(page, follow=True)
        assert answer.status_code == 200
        return "I feel lost." in answer.content.decode()

    auditor, lawyer, registrar = (institutions.user(role) for role in (Role.AUDITOR, Role.LAWYER, Role.REGISTRAR))
    assert all(reads(user) for user in (student, guests.advisor, guests.ipd, auditor))
    assert not any(reads(user) for user in (guests.partner, guests.director, guests.head, lawyer, registrar))


def test_a_message_that_cannot_be_kept_stands_in_its_field(client_as: ClientAs) -> None:
    guests = Guests()
    placement = guests.expected()
    client = client_as(guests.student(placement.application))

    for text, told in (("Ә" * 2001, "2001"), (" \u200b", "This field is required"), ("a\0b", "U+0000")):
        answer = client.post(reverse("mobility:stay-message", args=[placement.pk]), {"text": text})
        assert (answer.status_code, told in answer.content.decode()) == (422, True)
    assert not placement.messages.exists()


@pytest.mark.clause("5.9-b")
def test_epvo_id_and_iin_are_entered_when_given() -> None:
    guests = Guests()
    placement = guests.expected()
    with pytest.raises(RefusedError, match="cannot be right"):
        stay.enter_contingent(placement_id=placement.pk, epvo_id="1", iin="123456789012", actor=guests.registrar)
    iin = "02113060001"
    iin += str(control_digit(iin))
    Person.objects.filter(pk=guests.advisor.person_id).update(iin=iin)
    with pytest.raises(FaultyError, match="that of another person"):
        stay.enter_contingent(placement_id=placement.pk, epvo_id="1", iin=iin, actor=guests.registrar)
    for odd in ("{{7*7}}%(x)s{0}", "<script>", "😀", "=1+1"):
        with pytest.raises(FaultyError) as refusal:
            stay.enter_contingent(placement_id=placement.pk, epvo_id=odd, iin="", actor=guests.registrar)
        assert [fault.field for fault in refusal.value.faults] == ["epvo_id"]
    stay.enter_contingent(placement_id=placement.pk, epvo_id="E-77", iin="", actor=guests.registrar)
    placement.refresh_from_db()
    assert placement.epvo_id == "E-77"


@pytest.mark.clause("5.9-b")
def test_an_iin_that_is_corrected_stays_in_the_history_of_its_bearer() -> None:
    guests = Guests()
    placement = guests.expected()
    person = placement.application.enrolment.person
    born = f"{person.birth_date:%y%m%d}6"
    wrong, right = [f"{born}{n}{control_digit(f'{born}{n}')}" for n in ("0001", "0002")]

    for iin in (wrong, right):
        stay.enter_contingent(placement_id=placement.pk, epvo_id="E-77", iin=iin, actor=guests.registrar)
    with pytest.raises(WrongStateError, match="nothing was changed"):
        stay.enter_contingent(placement_id=placement.pk, epvo_id="E-77", iin=right, actor=guests.registrar)

    entries = history_of(person).filter(action="stay.iin")
    assert [(entry.before["iin"], entry.after["iin"]) for entry in entries] == [("", wrong), (wrong, right)]
    assert {(entry.actor, entry.role) for entry in entries} == {(guests.registrar, Role.REGISTRAR)}


def test_what_is_written_down_already_or_empty_makes_no_history(client_as: ClientAs) -> None:
    guests = Guests()
    placement = guests.arrived()
    pk, day, until = placement.pk, today(), today() + timedelta(days=100)
    url = reverse("mobility:stay-contingent", args=[pk])
    deeds: list[Callable[[], object]] = [
        lambda: stay.record_came_to_ipd(placement_id=pk, day=day, actor=guests.ipd),
        lambda: stay.record_registration(
            placement_id=pk, registered_on=day, number="R-1", registered_until=until, actor=guests.ipd
        ),
        lambda: stay.enter_contingent(placement_id=pk, epvo_id="E-77", iin="", actor=guests.registrar),
    ]
    for deed in deeds:
        deed()
    empty = client_as(guests.ipd).post(url, {"epvo_id": "", "iin": ""})
    deeds += [
        lambda: stay.assign_advisor(placement_id=pk, advisor_id=guests.advisor.pk, actor=guests.head),
        lambda: stay.correct_arrival(
            placement_id=pk, crossed_border_on=day, met_by="A. Omarova", reason="a slip", actor=guests.ipd
        ),
    ]
    before = history_of(placement).count()

    for deed in deeds:
        with pytest.raises(WrongStateError, match="nothing was changed"):
            deed()

    assert history_of(placement).count() == before
    assert empty.context["form"].errors == {"epvo_id": ["Enter the EPVO id, the IIN or both."]}
    assert [entry.text for entry in history_of(placement).filter(action="stay.contingent")] == ["EPVO id entered"]


@pytest.mark.clause("9.4-a")
def test_the_step_to_the_advisor_is_passed_with_advisor_and_approved_plan(client_as: ClientAs) -> None:
    guests = Guests()
    placement = guests.arrived()
    client, url = client_as(guests.ipd), reverse("mobility:placement", args=[placement.pk])

    def passed() -> bool:
        return any(one["done"] for one in client.get(url).context["steps"] if one["step"].key == "advisor")

    being_made = passed()
    StudyPlan.objects.filter(placement=placement).update(state=PlanState.APPROVED)
    Placement.objects.filter(pk=placement.pk).update(state=PlacementState.ENDED)
    assert (being_made, passed()) == (False, True)
    Placement.objects.filter(pk=placement.pk).update(advisor=None)
    assert passed() is False


def test_a_refused_visa_stands_in_the_way_of_an_outgoing_stay_on_its_own_page_too(client_as: ClientAs) -> None:
    cast = Cast()
    application, student = cast.admitted()
    visa.visa_step(application_id=application.pk, name="refuse", actor=cast.ipd, reason="means not shown")
    placement = Placement.objects.get(application=application)

    page = client_as(student).get(reverse("mobility:placement", args=[placement.pk]))

    assert [blocker.text for blocker in page.context["blockers"]] == ["The visa was refused."]


def test_an_outgoing_stay_begins_with_the_departure() -> None:
    application, _student = Cast().departed()
    placement = Placement.objects.get(application=application)
    assert (placement.state, placement.departed_on, placement.host_student_number) == ("present", today(), "")


def test_who_has_departed_is_not_at_the_partner_before_study_begins_there() -> None:
    application, _student = Cast().departed()
    placement = Placement.objects.get(application=application)

    with translation.override("en"):
        assert placement.where == "departed"
        placement.starts_on = today()
        assert placement.where == "present"


def test_the_table_of_a_stay() -> None:
    assert {step.name: set(step.by) for step in INCOMING_STAY.steps} == {
        "arrive": {Role.INSTITUTE_COORDINATOR, Role.IPD_COORDINATOR},
        "end": {Role.IPD_COORDINATOR},
        "cancel": {Role.IPD_COORDINATOR},
    }


@pytest.mark.clause("9.3-a", "9.7-a")
def test_the_student_sees_the_arrival_step_by_step_and_strangers_nothing(client_as: ClientAs) -> None:
    guests = Guests()
    placement = guests.arrived()
    student = guests.student(placement.application)
    url = reverse("mobility:placement", args=[placement.pk])
    page = client_as(student).get(url)
    assert b"Rules of arrival, step by step" in page.content
    assert b"Acknowledged" not in page.content
    answer = client_as(student).post(reverse("mobility:stay-acknowledge", args=[placement.pk]), follow=True)
    assert b"Acknowledged" in answer.content
    for who in (guests.ipd, guests.head, guests.advisor, guests.coordinator, guests.partner):
        assert client_as(who).get(url).status_code == 200
    stranger = institutions.partner_user(institutions.partner("Yangtze", "CN"))
    for who in (stranger, institutions.user()):
        assert client_as(who).get(url).status_code == 404
    moved = client_as(student).get(reverse("mobility:stay-of", args=[placement.application_id]))
    assert moved.headers["Location"] == url
    assert fresh(placement.application).state == "arrived"


@pytest.mark.clause("9.2-a")
def test_the_list_shows_who_is_overdue_in_words(client_as: ClientAs) -> None:
    guests = Guests()
    placement = guests.arrived()
    client, url = client_as(guests.ipd), reverse("mobility:stays") + "?due=registration"
    told = "The migration registration of 1 student is overdue."
    in_time = client.get(url)
    Placement.objects.filter(pk=placement.pk).update(registration_due=today() - timedelta(days=2))
    late = client.get(url)

    assert (list(in_time.context["page"]), told in in_time.content.decode()) == ([], False)
    assert (list(late.context["page"]), told in late.content.decode()) == ([placement], True)
    book = openpyxl.load_workbook(io.BytesIO(client.get(url + "&export=xlsx").content))
    assert [row[0].value for row in book.worksheets[0].iter_rows(min_row=2)] == [
        str(placement.application.enrolment.person)
    ]


def test_each_step_has_a_page_for_its_role_alone(client_as: ClientAs, subtests: pytest.Subtests) -> None:
    guests = Guests()
    placement = guests.expected()
    owners = {
        "advisor": guests.head,
        "arrival": guests.coordinator,
        "came": guests.ipd,
        "registration": guests.ipd,
        "contingent": guests.registrar,
    }
    for step, owner in owners.items():
        url = reverse(f"mobility:stay-{step}", args=[placement.pk])
        with subtests.test(step=step):
            assert client_as(owner).get(url).status_code == 200
            assert client_as(guests.director).get(url).status_code == 404
