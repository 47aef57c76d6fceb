"""The day of an arrival: when it can lie, its correction, who writes down that the student has come, whose move it is."""

from datetime import timedelta

import pytest
from django.urls import reverse

from admissions.services import visa
from admissions.services.applications import take_step
from core.history import history_of
from core.models import WorkItem
from core.permissions import role_label
from core.values import today
from core.workflow import NotAllowedError, ReasonMissingError, RefusedError, WrongStateError
from core.worklist import open_items_of, working_days_after
from institutions.enums import Role
from institutions.selectors import holidays_of
from mobility.models import Placement, StudyPlan
from mobility.selectors.stay import first_day_to_come, stay_facts, turn_of
from mobility.services import stay
from mobility.services.plans import propose_plan
from tests.admissions.coming import Guests
from tests.admissions.road import Cast
from tests.conftest import ClientAs

pytestmark = pytest.mark.django_db


def _with_visa_in_ten_days(guests: Guests) -> Placement:
    application = guests.invited()
    visa.visa_step(application_id=application.pk, name="submit", actor=guests.ipd, submitted_on=today())
    visa.visa_step(
        application_id=application.pk,
        name="grant",
        actor=guests.ipd,
        valid_from=today() + timedelta(days=10),
        valid_until=today() + timedelta(days=370),
    )
    placement = Placement.objects.get(application=application)
    return stay.assign_advisor(placement_id=placement.pk, advisor_id=guests.advisor.pk, actor=guests.head)


@pytest.mark.clause("9.1-a", "7.6-a")
def test_nobody_has_come_before_the_visa_begins() -> None:
    guests = Guests()
    placement = _with_visa_in_ten_days(guests)

    with pytest.raises(RefusedError, match=f"on {today() + timedelta(days=10):%d.%m.%Y} at the earliest"):
        stay.record_arrival(placement_id=placement.pk, crossed_border_on=today(), met_by="A", actor=guests.coordinator)

    assert Placement.objects.get(pk=placement.pk).state == "planned"


@pytest.mark.clause("9.1-a")
def test_an_arrival_of_years_ago_is_a_slip_of_the_hand() -> None:
    guests = Guests()
    placement = guests.expected()

    with pytest.raises(RefusedError, match="at the earliest"):
        stay.record_arrival(
            placement_id=placement.pk,
            crossed_border_on=today().replace(year=2020),
            met_by="A",
            actor=guests.coordinator,
        )


@pytest.mark.clause("9.1-a")
def test_who_needs_no_visa_comes_some_weeks_before_the_stay_at_most() -> None:
    guests = Guests()
    placement = Placement.objects.get(application=guests.invited(citizenship="KG", passport_number="AC1"))

    assert first_day_to_come(placement) == placement.starts_on - timedelta(weeks=8)


@pytest.mark.clause("9.1-a", "9.2-a")
def test_the_ipd_corrects_an_arrival_with_a_reason_and_the_terms_run_anew() -> None:
    guests = Guests()
    guests.intake.opens_on = today() - timedelta(days=30)
    guests.intake.save()
    placement = guests.arrived()
    Placement.objects.filter(pk=placement.pk).update(crossed_border_on=today() - timedelta(days=1))
    student = guests.student(placement.application)

    for actor in (guests.coordinator, student):
        with pytest.raises(NotAllowedError):
            stay.correct_arrival(
                placement_id=placement.pk, crossed_border_on=today(), met_by="B", reason="typed wrongly", actor=actor
            )
    with pytest.raises(ReasonMissingError):
        stay.correct_arrival(
            placement_id=placement.pk, crossed_border_on=today(), met_by="B", reason=" ", actor=guests.ipd
        )
    with pytest.raises(RefusedError, match="at the earliest"):
        stay.correct_arrival(
            placement_id=placement.pk,
            crossed_border_on=today() - timedelta(days=1),
            met_by="B",
            reason="typed wrongly",
            actor=guests.ipd,
        )
    corrected = stay.correct_arrival(
        placement_id=placement.pk, crossed_border_on=today(), met_by="B", reason="typed wrongly", actor=guests.ipd
    )

    assert (corrected.crossed_border_on, corrected.met_by) == (today(), "B")
    assert corrected.registration_due == working_days_after(today(), 3, holidays_of())
    entry = history_of(corrected).latest("pk")
    assert (entry.action, entry.reason, entry.clause) == ("stay.arrival_corrected", "typed wrongly", "9.1")
    assert entry.before["crossed_border_on"] != entry.after["crossed_border_on"]
    dues = {item.due for item in open_items_of(corrected) if item.clause == "9.2"}
    assert dues == {corrected.registration_due}


@pytest.mark.clause("9.1-a")
def test_an_arrival_is_not_corrected_past_what_happened_after_it_nor_before_there_is_one() -> None:
    guests = Guests(seats=3)
    placement = guests.arrived()
    stay.record_came_to_ipd(placement_id=placement.pk, day=today(), actor=guests.ipd)
    Placement.objects.filter(pk=placement.pk).update(came_to_ipd_on=today() - timedelta(days=1))

    with pytest.raises(RefusedError, match="was here already"):
        stay.correct_arrival(
            placement_id=placement.pk, crossed_border_on=today(), met_by="B", reason="x", actor=guests.ipd
        )
    with pytest.raises(WrongStateError, match="not here"):
        stay.correct_arrival(
            placement_id=guests.expected().pk, crossed_border_on=today(), met_by="B", reason="x", actor=guests.ipd
        )


@pytest.mark.clause("9.1-a")
def test_the_institute_is_asked_for_the_way_to_the_ipd_and_can_write_it_down(client_as: ClientAs) -> None:
    guests = Guests()
    placement = guests.arrived()
    page = reverse("mobility:placement", args=[placement.pk])
    came = reverse("mobility:stay-came", args=[placement.pk])

    shown = client_as(guests.coordinator).get(page).content.decode()
    answer = client_as(guests.coordinator).post(came, {"day": f"{today():%d.%m.%Y}"})

    assert f'href="{came}"' in shown
    assert answer.status_code == 302
    assert Placement.objects.get(pk=placement.pk).came_to_ipd_on == today()
    assert history_of(placement).latest("pk").role == "institute_coordinator"
    assert client_as(guests.director).get(came).status_code == 404


@pytest.mark.clause("9.1-a")
def test_the_page_of_a_correction_is_the_ipds_alone(client_as: ClientAs) -> None:
    guests = Guests(seats=3)
    placement = guests.arrived()
    url = reverse("mobility:stay-arrival-correct", args=[placement.pk])
    typed = {"crossed_border_on": f"{today():%d.%m.%Y}", "met_by": "B", "reason": "another colleague met her"}

    assert client_as(guests.coordinator).get(url).status_code == 404
    ipd = client_as(guests.ipd)
    assert url in ipd.get(reverse("mobility:placement", args=[placement.pk])).content.decode()
    assert "typed wrongly" not in ipd.get(url).content.decode()
    assert ipd.post(url, typed).status_code == 302
    assert Placement.objects.get(pk=placement.pk).met_by == "B"
    planned = reverse("mobility:stay-arrival-correct", args=[guests.expected().pk])
    assert ipd.get(planned).status_code == 404


@pytest.mark.clause("1.4-a")
def test_case_and_stay_name_the_same_mover_and_day(client_as: ClientAs) -> None:
    guests = Guests(seats=4)
    placements = [
        Placement.objects.get(application=guests.invited()),
        Placement.objects.get(application=guests.with_visa()),
        guests.expected(),
        guests.arrived(),
    ]
    told = []
    for found in placements:
        facts = stay_facts(found)
        turn = turn_of(found, facts, {"ipd_coordinator"})
        told.append(sorted(turn.movers))
        client = client_as(guests.ipd)
        case = client.get(reverse("admissions:application", args=[found.application_id]))
        page = client.get(reverse("mobility:placement", args=[found.pk]))
        assert case.context["movers"] == page.context["movers"]
        assert case.context["due"] == page.context["due"] == turn.due is not None

    assert told == [
        ["department_head", "ipd_coordinator", "student"],
        ["department_head"],
        ["institute_coordinator"],
        ["institute_coordinator", "ipd_coordinator", "student", "student"],
    ]


@pytest.mark.clause("7.6-a")
def test_after_the_invitation_the_case_leads_to_the_stay(client_as: ClientAs) -> None:
    guests = Guests()
    placement = guests.expected()

    page = client_as(guests.coordinator).get(reverse("admissions:application", args=[placement.application_id]))

    assert page.context["action"].url == reverse("mobility:placement", args=[placement.pk])


@pytest.mark.clause("7.6-a")
def test_student_and_ipd_are_both_asked_for_the_visa_and_both_have_the_button(client_as: ClientAs) -> None:
    guests = Guests()
    application = guests.invited()
    student = guests.student(application)

    queues = {item.queue.split("@")[0] for item in open_items_of(application) if item.clause == "7.6"}
    for who in (student, guests.ipd):
        case = client_as(who).get(reverse("admissions:application", args=[application.pk]))
        assert case.context["action"].url == "#visa"
        assert case.context["visa_actions"]

    assert queues == {"student", "ipd_coordinator"}

    visa.visa_step(application_id=application.pk, name="submit", actor=student, submitted_on=today())
    visa.visa_step(application_id=application.pk, name="refuse", actor=student, reason="No reason was told.")
    page = reverse("mobility:placement", args=[Placement.objects.get(application=application).pk])
    to_student, to_ipd = (client_as(who).get(page) for who in (student, guests.ipd))
    refused = "The visa was refused: have the documents collected again, or cancel the case."
    assert refused in to_student.content.decode()
    assert "has not been granted" not in to_student.content.decode()
    assert to_student.context["movers"][0] == role_label(Role.IPD_COORDINATOR)
    assert to_student.context["action"] is None
    assert to_ipd.context["action"].url.endswith("#visa")


@pytest.mark.clause("9.3-a")
def test_the_students_own_page_has_the_strip(client_as: ClientAs) -> None:
    guests = Guests()
    placement = guests.arrived()
    student = guests.student(placement.application)

    page = client_as(student).get(reverse("mobility:placement", args=[placement.pk]))
    stay.acknowledge_rules(placement_id=placement.pk, actor=student)
    after = client_as(student).get(reverse("mobility:placement", args=[placement.pk]))

    assert b'class="strip"' in page.content
    assert page.context["action"].url == "#rules"
    assert after.context["action"] is None


def test_the_departure_tells_who_wrote_it_down() -> None:
    cast = Cast()
    application, _student = cast.departed()

    entry = history_of(Placement.objects.get(application=application)).latest("pk")
    assert (entry.action, entry.actor_id, entry.role) == ("stay_outgoing.depart", cast.ipd.pk, "ipd_coordinator")


@pytest.mark.clause("7.6-a")
def test_a_cancelled_stay_says_why_and_by_whom_and_its_plan_waits_for_nobody(client_as: ClientAs) -> None:
    guests = Guests()
    application = guests.admitted()
    placement = Placement.objects.get(application=application)
    plan = StudyPlan.objects.get(placement=placement)
    stay.assign_advisor(placement_id=placement.pk, advisor_id=guests.advisor.pk, actor=guests.head)
    assert {item.queue for item in open_items_of(plan)} == {f"advisor@user:{guests.advisor.pk}"}

    take_step(application_id=application.pk, name="cancel", actor=guests.ipd, reason="The visa was refused twice.")

    placement.refresh_from_db()
    entry = history_of(placement).latest("pk")
    assert (placement.state, entry.actor_id, entry.reason) == (
        "cancelled",
        guests.ipd.pk,
        "The visa was refused twice.",
    )
    assert not WorkItem.objects.filter(subject_type__startswith="mobility.", closed_at=None)
    entry = history_of(plan).latest("pk")
    assert (entry.action, entry.actor_id, entry.reason) == ("plan.drop", guests.ipd.pk, "The visa was refused twice.")
    with pytest.raises(WrongStateError):
        propose_plan(plan_id=plan.pk, actor=guests.advisor)
    page = client_as(guests.advisor).get(reverse("mobility:studyplan", args=[plan.pk]))
    assert [page.context[name] for name in ("action", "movers", "may_edit", "due")] == [None, [], False, None]
    assert page.context["plan"].get_state_display() == "cancelled"
    assert page.context["returned"].reason == "The visa was refused twice."
    page = client_as(guests.head).get(reverse("mobility:placement", args=[placement.pk]))
    assert (page.context["action"], page.context["may_assign"]) == (None, False)
    assert page.context["ended"].reason == "The visa was refused twice."
