"""Many orders at once: what will and will not happen and why, signed as they were shown, returned, sent for signature."""

import pytest
from django.urls import reverse
from pytest_django import Settings

from admissions.enums import ApplicationState, OrderState
from admissions.models import Order, OrderLine
from admissions.pdf.orders import order_context, order_contexts_of
from admissions.selectors.orders import applications_on, lines_of_all, order_facts, order_facts_of
from admissions.services import orders
from admissions.tables.orders import deeds_of
from core import jobs
from core.models import HistoryEntry, Job
from institutions.enums import Role
from institutions.permissions import standing_of
from tests.admissions.coming import Guests, fresh
from tests.admissions.road import Cast
from tests.conftest import ClientAs
from tests.factories import institutions
from tests.many import confirm, foresee, told

pytestmark = pytest.mark.django_db
MANY = "admissions:orders-bulk"


@pytest.fixture
def one_by_one(settings: Settings) -> None:
    """Each is moved in a transaction of its own, locked and read anew: that is no N+1 to be mended."""
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.startswith("zeal.")]


def _state(order: Order) -> str:
    return Order.objects.get(pk=order.pk).state


@pytest.mark.clause("6.3", "7.4")
def test_the_signatory_signs_many_orders_and_sees_before_whom_they_admit(client_as: ClientAs) -> None:
    guests = Guests(seats=3)
    waiting, draft = guests.for_signature(guests.complete()), guests.drafted(guests.complete())
    student = waiting.lines.get().application
    client, address = client_as(guests.signatory), reverse(MANY)

    page = foresee(client, address, "orders.sign", waiting.pk, draft.pk)
    (will,), (will_not,) = page.context["will"], page.context["will_not"]
    answer = confirm(client, address, page)

    assert "It cannot be taken back" in page.content.decode()
    (line,) = will.details
    assert line.startswith(f"1. {student.enrolment.person} · {student.enrolment.student_number}")
    assert line.endswith("“included education” · courses: 3 · credits: 15")
    assert will_not.reasons == [
        ("Now it stands at “draft”: it has not come to this step yet.", "6.3", "IPD coordinator")
    ]
    assert told(answer) == ["Done for 1 row."]
    assert (_state(waiting), _state(draft)) == (OrderState.SIGNED, OrderState.DRAFT)
    assert fresh(student).state == ApplicationState.ADMITTED


@pytest.mark.usefixtures("one_by_one")
@pytest.mark.parametrize("what", ["courses", "name"])
def test_an_order_that_changed_after_it_was_shown_is_not_signed(client_as: ClientAs, what: str) -> None:
    guests = Guests()
    changed, kept = guests.for_signature(guests.complete()), guests.for_signature(guests.complete())
    client, address = client_as(guests.signatory), reverse(MANY)
    alone = reverse("admissions:order-sign", args=[changed.pk])
    page = foresee(client, address, "orders.sign", changed.pk, kept.pk)
    seen = client.get(alone).context["seen"]

    if what == "courses":
        OrderLine.objects.filter(order=changed).update(courses=2)
    else:
        person = changed.lines.get().application.enrolment.person
        person.given_names = "SIGRID"
        person.save()

    why = "The order was changed after you opened it. Please read it again."
    assert told(confirm(client, address, page)) == ["Done for 1 row.", f"{why} (1 row)"]
    assert told(client.post(alone, {"seen": seen}, follow=True)) == [why]
    assert (_state(changed), _state(kept)) == (OrderState.FOR_SIGNATURE, OrderState.SIGNED)
    client.post(alone, {"seen": client.get(alone).context["seen"]})
    assert _state(changed) == OrderState.SIGNED


def test_a_job_signs_the_orders_as_they_were_shown(client_as: ClientAs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.bulk.AT_ONCE", 1)
    guests = Guests()
    changed, kept = guests.for_signature(guests.complete()), guests.for_signature(guests.complete())
    client, address = client_as(guests.signatory), reverse(MANY)
    page = foresee(client, address, "orders.sign", changed.pk, kept.pk)

    confirm(client, address, page)
    OrderLine.objects.filter(order=changed).update(courses=2)
    job = Job.objects.get()
    jobs.run(job.pk)

    assert (_state(changed), _state(kept)) == (OrderState.FOR_SIGNATURE, OrderState.SIGNED)
    page = client.get(reverse("core:job", args=[job.pk]))
    assert str(changed.lines.get().application.enrolment.person) in page.content.decode()


@pytest.mark.clause("7.4")
def test_orders_of_one_intake_are_told_beforehand_that_those_before_take_the_places(client_as: ClientAs) -> None:
    guests = Guests(seats=2)
    first, second = guests.for_signature(guests.complete()), guests.for_signature(guests.complete())
    guests.intake.seats = 1
    guests.intake.save()

    page = foresee(client_as(guests.signatory), reverse(MANY), "orders.sign", first.pk, second.pk)

    assert [one.pk for one in page.context["will"]] == [first.pk]
    (full,) = page.context["will_not"]
    assert full.reasons == [("The quota is exceeded: 2 students for 1 places.", "7.4", "IPD coordinator")]


@pytest.mark.clause("6.3-b")
def test_each_office_sends_its_own_drafts(client_as: ClientAs) -> None:
    guests, cast = Guests(), Cast()
    theirs, (application, _student) = guests.drafted(), cast.requested()
    own = orders.draft_departure(applications=[application.pk], actor=cast.registrar)
    client, address = client_as(cast.registrar), reverse(MANY)

    page = foresee(client, address, "orders.send_for_signature", own.pk, theirs.pk)
    (foreign,) = page.context["will_not"]

    assert foreign.reasons == [("This step is not yours to take.", "6.3", "")]
    assert told(confirm(client, address, page)) == ["Done for 1 row."]
    assert (_state(own), _state(theirs)) == (OrderState.FOR_SIGNATURE, OrderState.DRAFT)
    (done,) = foresee(client, address, "orders.send_for_signature", own.pk).context["will_not"]
    assert done.reasons == [
        ("Now it stands at “awaits signature”: nothing of this kind is to be done any more.", "6.3", "")
    ]


@pytest.mark.usefixtures("one_by_one")
def test_many_drafts_are_returned_with_one_reason(client_as: ClientAs) -> None:
    guests = Guests()
    both = [guests.for_signature(guests.complete()) for _ in range(2)]
    client, address = client_as(guests.signatory), reverse(MANY)
    page = foresee(client, address, "orders.return", *[one.pk for one in both])

    assert confirm(client, address, page, reason="").status_code == 422
    assert told(confirm(client, address, page, reason="The period is wrong.")) == ["Done for 2 rows."]
    assert {_state(one) for one in both} == {OrderState.DRAFT}
    assert set(HistoryEntry.objects.filter(action="order.return").values_list("reason", flat=True)) == {
        "The period is wrong."
    }


def test_a_draft_that_was_returned_says_why_before_it_is_sent_again(client_as: ClientAs) -> None:
    guests = Guests()
    returned, new = guests.for_signature(guests.complete()), guests.drafted(guests.complete())
    orders.return_order(order_id=returned.pk, actor=guests.signatory, reason="The period is wrong.")

    page = foresee(client_as(guests.ipd), reverse(MANY), "orders.send_for_signature", returned.pk, new.pk)

    told_of = {one.pk: one.more for one in page.context["will"]}
    assert told_of[returned.pk].endswith(" · returned without signature: The period is wrong.")
    assert "returned" not in told_of[new.pk]


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.PARTNER_COORDINATOR, Role.STUDENT}])
def test_whoever_does_not_move_orders_sees_no_deed(client_as: ClientAs, role: Role) -> None:
    of_institute = role in {Role.INSTITUTE_COORDINATOR, Role.INSTITUTE_DIRECTOR}
    of_department = role in {Role.DEPARTMENT_HEAD, Role.ADVISOR}
    unit = institutions.institute() if of_institute else institutions.department() if of_department else None
    user = institutions.user(role, unit=unit)
    seen = {
        Role.IPD_COORDINATOR: ["orders.send_for_signature"],
        Role.REGISTRAR: ["orders.send_for_signature"],
        Role.SIGNATORY: ["orders.sign", "orders.return"],
    }.get(role, [])

    assert [deed.name for deed in deeds_of(standing_of(user))] == seen
    for action in ("orders.send_for_signature", "orders.sign", "orders.return"):
        status = foresee(client_as(user), reverse(MANY), action, 1).status_code
        assert status == (302 if action in seen else 404)


def test_what_is_known_of_many_orders_is_what_is_known_of_each() -> None:
    """Of a draft and of the one in its place too: the student stands on both."""
    guests = Guests(seats=4)
    guests.signed(guests.complete())
    former, other = guests.drafted(), guests.for_signature(guests.complete(), guests.complete())
    students = [one.pk for one in applications_on(former)]
    anew = orders.draft_anew(order_id=former.pk, applications=students, actor=guests.ipd)

    found = list(Order.objects.order_by("pk"))
    facts, said = order_facts_of(found), order_contexts_of(found, lines_of_all(found))

    assert {former.pk, other.pk, anew.pk} < {one.pk for one in found}
    assert facts == {one.pk: order_facts(one) for one in found}
    assert said == {one.pk: order_context(one, applications_on(one)) for one in found}
    assert [len(facts[one.pk].lines) for one in (former, other, anew)] == [1, 2, 1]
    assert facts[other.pk].held_by_others == 1
