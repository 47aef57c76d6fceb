"""The first page beside what waits: what I wait for, what I did, a student's case, the work of an office held for somebody."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from admissions.enums import ApplicationState
from admissions.models import Application
from core.history import OPENED, history_of, record, subject_type
from core.models import WorkItem
from core.values import today
from documents.services import UPLOADED
from institutions.enums import Role
from institutions.models import Membership, Unit, User
from institutions.permissions import queue_for
from mobility.models import Placement
from satbayev_jdp.desk.kinds import KINDS, kind_of
from satbayev_jdp.desk.mine import Deed
from tests.factories import admissions, agreements, institutions, programmes

pytestmark = pytest.mark.django_db
ClientAs = Callable[[User], Client]
Queries = Callable[[int], object]


def waits(case: Model, queue: str, ask: str = "Check the documents", *, days: int = 0) -> WorkItem:
    """Something that waits with an application, or another thing."""
    return WorkItem.objects.create(
        subject_type=subject_type(case),
        subject_id=case.pk,
        queue=queue,
        cause=f"{queue}-{ask}",
        clause="8.4",
        ask=ask,
        text="The transcript is to be checked.",
        kind=kind_of(case),
        title_en=f"Case {case.pk}",
        due=today() + timedelta(days=days),
    )


def case_of(student: User, state: str = ApplicationState.SUBMITTED) -> Application:
    call = admissions.intake()
    enrolment = programmes.enrolment(call.pathway.home_programme, student.person)
    return admissions.application(call, state=state, enrolment=enrolment)


def shown(client: Client, key: str) -> list[Any]:
    return list(client.get(reverse("inbox")).context[key])


def test_everybody_is_told_whose_move_the_things_of_theirs_are(client_as: ClientAs) -> None:
    student, other = institutions.user(Role.STUDENT), institutions.user(Role.STUDENT)
    mine, foreign = case_of(student), case_of(other)
    waits(mine, queue_for(Role.IPD_COORDINATOR), days=-1)
    waits(mine, queue_for(Role.STUDENT, person_id=student.person_id), "Hand in the documents")
    waits(foreign, queue_for(Role.REGISTRAR))

    [waited] = shown(client_as(student), "waited")

    assert (waited.whose, waited.count, waited.late) == ("IPD coordinator", 1, 1)
    assert [line.url for line in waited.lines] == [reverse("admissions:application", args=[mine.pk])]


def test_a_head_waits_for_the_cases_of_the_own_department_only(client_as: ClientAs) -> None:
    case = case_of(institutions.user(Role.STUDENT))
    waits(case, queue_for(Role.IPD_COORDINATOR))
    here = institutions.user(Role.DEPARTMENT_HEAD, unit=case.department)
    there = institutions.user(Role.DEPARTMENT_HEAD, unit=institutions.department("XX"))

    assert [one.count for one in shown(client_as(here), "waited")] == [1]
    assert shown(client_as(there), "waited") == []


def test_an_agreement_is_waited_for_by_its_partner_and_not_by_every_office_that_reads_it(client_as: ClientAs) -> None:
    pathway = agreements.open_pathway()
    waits(pathway.agreement, queue_for(Role.LAWYER), "Review the text")
    (party,) = pathway.agreement.parties.filter(university__is_home=False)
    partner = institutions.partner_user(party.university)
    head = institutions.user(Role.DEPARTMENT_HEAD, unit=pathway.home_programme.department)

    assert [one.whose for one in shown(client_as(partner), "waited")] == ["lawyer"]
    assert shown(client_as(head), "waited") == []


@pytest.mark.clause("7.3")
def test_a_decision_that_nothing_blocks_is_led_to_from_the_inbox(client_as: ClientAs) -> None:
    """From the row to the decision without the long page between, which the row's own words still lead to."""
    case = admissions.application(state=ApplicationState.IN_REVIEW)
    head = institutions.user(Role.DEPARTMENT_HEAD, unit=case.department)
    item = waits(case, queue_for(Role.DEPARTMENT_HEAD, unit_id=case.department.pk), "Agree on the candidate")

    blocked = shown(client_as(head), "rows")[0].place
    WorkItem.objects.filter(pk=item.pk).update(text=item.ask)
    ready = shown(client_as(head), "rows")[0].place

    page = reverse("admissions:application", args=[case.pk])
    assert (blocked.url, blocked.deed_url, ready.url) == (page, page, page)
    assert ready.deed_url == reverse("admissions:incoming-agree", args=[case.pk])


def test_a_row_counts_what_is_missing_for_one_thing(client_as: ClientAs) -> None:
    student = institutions.user(Role.STUDENT)
    case, queue = case_of(student), queue_for(Role.STUDENT, person_id=student.person_id)
    for text in ("The passport is missing.", "The photo is missing."):
        item = waits(case, queue, "Hand in the document")
        WorkItem.objects.filter(pk=item.pk).update(text=text, cause=text)

    page = client_as(student).get(reverse("inbox"))

    assert [row.place.asked for row in page.context["rows"]] == [2]
    assert "2 · <a" in page.content.decode()


def test_who_sees_everything_waits_for_what_he_acted_on(client_as: ClientAs) -> None:
    ipd = institutions.user(Role.IPD_COORDINATOR)
    touched, untouched = (case_of(institutions.user(Role.STUDENT)) for _ in range(2))
    waits(touched, queue_for(Role.REGISTRAR))
    waits(untouched, queue_for(Role.REGISTRAR))
    record(actor=ipd, action="test", subject=touched, text="package sent to the Registrar's Office")

    [waited] = shown(client_as(ipd), "waited")

    assert [line.where for line in waited.lines] == [f"Case {touched.pk}"]


def test_what_somebody_did_last_is_told_with_its_thing_and_day(client_as: ClientAs) -> None:
    ipd, registrar = institutions.user(Role.IPD_COORDINATOR), institutions.user(Role.REGISTRAR)
    case = case_of(institutions.user(Role.STUDENT))
    waits(case, queue_for(Role.REGISTRAR))
    for number in range(9):
        record(actor=ipd, action="test", subject=case, text="package complete" if number == 8 else "invited")
    record(actor=registrar, action="test", subject=case, text="of somebody else")

    done = shown(client_as(ipd), "done")

    assert len(done) == 8
    assert (done[0].what, done[0].where) == ("package complete", f"Case {case.pk}")
    assert done[0].url == reverse("admissions:application", args=[case.pk])


def test_a_deed_names_its_thing_where_nothing_ever_waited_with_it(client_as: ClientAs) -> None:
    admin, person = institutions.user(Role.ADMINISTRATOR), institutions.user(Role.LAWYER)
    record(actor=admin, action="test", subject=person, text="role given")
    record(actor=admin, action="test", subject=institutions.home(), text="entered")
    record(actor=admin, action=OPENED, subject=institutions.home(), text="opened “a.pdf”")  # to look is no deed
    record(actor=admin, action="documents.uploaded", subject=institutions.home(), text=UPLOADED)  # nor to try a file

    assert [deed.where for deed in shown(client_as(admin), "done")] == ["Satbayev University", str(person.person)]


def test_what_was_done_stands_by_its_day(client_as: ClientAs) -> None:
    ipd = institutions.user(Role.IPD_COORDINATOR)
    with time_machine.travel(timezone.now() - timedelta(days=1), tick=False):
        late = record(actor=ipd, action="test", subject=institutions.home(), text="on the day before")
    with time_machine.travel(timezone.now() - timedelta(days=2), tick=False):
        record(actor=ipd, action="test", subject=institutions.home(), text="on the day before that")

    assert [deed.what for deed in shown(client_as(ipd), "done")] == ["on the day before", "on the day before that"]
    assert history_of(institutions.home()).last() == late


def test_what_one_sent_back_to_its_student_leads_nowhere(client_as: ClientAs) -> None:
    coordinator = institutions.user(Role.INSTITUTE_COORDINATOR, unit=institutions.institute())
    case = case_of(institutions.user(Role.STUDENT))
    Application.objects.filter(pk=case.pk).update(state=ApplicationState.DRAFT)
    record(actor=coordinator, action="test", subject=case, text="returned")

    [deed] = shown(client_as(coordinator), "done")

    assert (deed.what, deed.url) == ("returned", "")


def test_a_students_page_begins_with_where_the_application_stands(client_as: ClientAs) -> None:
    student = institutions.user(Role.STUDENT)
    case = case_of(student, ApplicationState.INVITED)
    waits(case, queue_for(Role.STUDENT, person_id=student.person_id), days=3)
    client = client_as(student)

    [told] = shown(client, "cases")

    assert (told.state, told.at, told.steps) == ("invited", 5, 9)
    case_page = client.get(reverse("admissions:application", args=[case.pk])).context
    assert (list(told.movers), told.due) == (case_page["movers"], case_page["due"])
    assert told.due == today() + timedelta(days=3)
    page = client.get(reverse("inbox")).content.decode()
    assert page.index("Where it stands") < page.index("What to do")


def test_pills_name_the_kinds_that_wait_and_stay_in_the_address(client_as: ClientAs) -> None:
    ipd = institutions.user(Role.IPD_COORDINATOR)
    case = case_of(institutions.user(Role.STUDENT))
    waits(case, queue_for(Role.IPD_COORDINATOR))
    waits(case, queue_for(Role.IPD_COORDINATOR), "Open the pathway")
    WorkItem.objects.filter(ask="Open the pathway").update(kind="agreements")
    client = client_as(ipd)

    page = client.get(reverse("inbox"), {"show": "agreements"})

    assert [(pill.key, pill.count, pill.current) for pill in page.context["pills"]] == [
        ("all", "2", False),
        ("week", "2", False),
        ("outgoing", "1", False),
        ("agreements", "1", True),
    ]
    assert [row.what for row in page.context["rows"]] == ["Open the pathway"]


def test_every_thing_that_waits_has_a_kind_with_a_pill() -> None:
    case = case_of(institutions.user(Role.STUDENT))

    assert kind_of(case) == kind_of(case.intake) == "outgoing"
    assert kind_of(agreements.open_pathway()) == "agreements"
    assert kind_of(Placement(direction="incoming")) == "incoming"
    assert {"outgoing", "incoming", "agreements", "plans", "recognition", "reports"} == set(KINDS)


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("role", [Role.IPD_COORDINATOR, Role.DEPARTMENT_HEAD])
def test_the_first_page_costs_the_same_however_much_waits_and_was_done(
    client_as: ClientAs, role: Role, count: int, django_assert_num_queries: Queries
) -> None:
    unit = institutions.department() if role == Role.DEPARTMENT_HEAD else None
    user = institutions.user(role, unit=unit)
    behind = institutions.user(role, unit=unit)
    Membership.objects.filter(user=user).update(acting_for=behind)
    mine = queue_for(role, unit_id=unit.pk if unit else None)
    for number in range(count):
        case = case_of(institutions.user(Role.STUDENT))
        waits(case, mine, f"Ask {number}")
        waits(case, queue_for(Role.REGISTRAR))
        record(actor=user, action="test", subject=case, text="invited", role=role)
    client = client_as(user)

    # as for an office of one's own, whom one acts for, what decides what is waited for: units, or what was acted on; who is there
    # to do it, and for the IPD whether the University has begun
    with django_assert_num_queries(16 if role == Role.IPD_COORDINATOR else 15):  # type: ignore[attr-defined]  # a context manager of pytest-django
        page = client.get(reverse("inbox"))

    assert [row.instead_of for row in page.context["rows"]] == [str(behind.person)] * count
    assert sum(one.count for one in page.context["waited"]) == len(page.context["done"]) == count


def heads() -> tuple[User, User, Unit, Unit]:
    """A head of one department who acts for the head of another."""
    own, others = institutions.department("SE"), institutions.department("GM")
    head = institutions.user(Role.DEPARTMENT_HEAD, unit=own)
    absent = institutions.user(Role.DEPARTMENT_HEAD, unit=others, surname="ABSENT", given_names="A.")
    Membership.objects.create(
        user=head,
        role=Role.DEPARTMENT_HEAD,
        university=others.university,
        unit=others,
        starts_on=today(),
        acting_for=absent,
    )
    return head, absent, own, others


def test_work_of_the_department_one_acts_in_is_marked_with_whose_it_is(client_as: ClientAs) -> None:
    head, absent, own, others = heads()
    case = case_of(institutions.user(Role.STUDENT))
    waits(case, queue_for(Role.DEPARTMENT_HEAD, unit_id=own.pk), "Agree to the plan")
    waits(case, queue_for(Role.DEPARTMENT_HEAD, unit_id=others.pk), "Agree on the candidate")

    rows = shown(client_as(head), "rows")

    assert {(row.what, row.instead_of) for row in rows} == {
        ("Agree to the plan", ""),
        ("Agree on the candidate", str(absent.person)),
    }


def test_history_says_for_whom_one_acts_by_the_department_of_the_case() -> None:
    head, absent, own, others = heads()
    here, there = (case_of(institutions.user(Role.STUDENT)) for _ in range(2))
    Application.objects.filter(pk=there.pk).update(department=others)
    there.refresh_from_db()

    for case in (here, there):
        record(actor=head, action="test", subject=case, role=Role.DEPARTMENT_HEAD)

    assert here.department_id == own.pk
    assert [history_of(case).get(action="test").acting_for_id for case in (here, there)] == [None, absent.pk]


@pytest.mark.parametrize("role", [Role.STUDENT, Role.DEPARTMENT_HEAD, Role.PARTNER_COORDINATOR, Role.ADMINISTRATOR])
def test_where_nothing_waits_there_are_words_and_ways_out(client_as: ClientAs, role: Role) -> None:
    unit = institutions.department() if role == Role.DEPARTMENT_HEAD else None
    user = institutions.partner_user() if role == Role.PARTNER_COORDINATOR else institutions.user(role, unit=unit)
    admissions.intake()  # else the page tells what is to be entered first

    page = client_as(user).get(reverse("inbox"))

    assert "Nothing waits for you." in page.content.decode()
    assert page.context["ways"]
    assert all(f'class="button" href="{way.url}"' in page.content.decode() for way in page.context["ways"])


@pytest.mark.parametrize(("role", "decides"), [(Role.AUDITOR, False), (Role.LAWYER, True)])
def test_who_decides_nothing_is_promised_no_decision(client_as: ClientAs, role: Role, *, decides: bool) -> None:
    page = client_as(institutions.user(role)).get(reverse("inbox")).content.decode()

    assert ("needs your decision" in page, "You read everything" in page) == (decides, not decides)


@pytest.mark.parametrize(
    ("where", "head"),
    [("yangtze@demo.example", "yangtze@demo.example"), ("order 5", "Order 5"), ("", "Account closed")],
)
def test_what_was_done_begins_with_a_capital_letter_save_for_an_address(where: str, head: str) -> None:
    assert Deed("account closed", where, timezone.now(), "", "").head == head
