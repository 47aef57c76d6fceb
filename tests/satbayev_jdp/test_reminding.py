"""To remind those who are late: who may, whom it reaches, what is written, and when one is asked again."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from admissions.models import Application
from admissions.services import incoming
from core.history import REMINDED, history_of
from core.models import OutgoingEmail, WorkItem
from core.story import story_of
from core.tasks import settle_due
from core.values import today
from core.workflow import mark_of
from core.worklist import open_items_of, working_days_after
from institutions.enums import Role
from institutions.models import Membership, User
from institutions.permissions import standing_of
from satbayev_jdp.desk.asks import list_of, page_of_deed
from satbayev_jdp.desk.reminding import remind, reminders_of
from tests.admissions.coming import Guests
from tests.conftest import ClientAs
from tests.factories import institutions

pytestmark = pytest.mark.django_db


@pytest.fixture
def guests() -> Guests:
    return Guests(seats=5)


@pytest.fixture
def late(guests: Guests) -> Iterator[list[Application]]:
    """Three candidates of whom the department has said nothing in time, on the day on which the IPD is told so."""
    waiting = [guests.in_review() for _number in range(3)]
    with time_machine.travel(due_of(waiting[0]) + timedelta(days=1), tick=False):
        settle_due.delay()
        yield waiting


def due_of(application: Application) -> date:
    return open_items_of(application)[0].due


def asked(user: User) -> list[WorkItem]:
    """The reminders that wait for somebody, for a new request."""
    return list(reminders_of(standing_of(User.objects.get(pk=user.pk))))


def mails() -> list[OutgoingEmail]:
    return list(OutgoingEmail.objects.filter(key__startswith="reminder:").order_by("pk"))


def send(client: Client, page: str) -> None:
    """Look at what a link tells and press its button."""
    shown = client.get(page)
    client.post(reverse("remind"), {"action": "remind", "rows": shown.context["rows"], "query": shown.context["query"]})


def test_one_press_writes_to_whoever_is_late_and_the_case_remembers_it(
    client_as: ClientAs, guests: Guests, late: list[Application]
) -> None:
    User.objects.filter(pk=guests.head.pk).update(language="kk")
    case, seen = late[0], mark_of(late[0])
    item = next(one for one in asked(guests.ipd) if one.subject_id == case.pk)

    send(client_as(guests.ipd), page_of_deed(item))

    (mail,) = mails()
    assert (mail.to, mail.language) == (guests.head.email, "kk")
    assert all(
        words in mail.body for words in ("1 күн кешікті", "(7.3)", reverse("admissions:application", args=[case.pk]))
    )
    told = story_of(case)[0]
    assert (told.action, told.who, told.text) == (
        REMINDED,
        str(guests.ipd.person),
        f"reminded by e-mail, head of department: {guests.head.person}",
    )
    assert [one.subject_id for one in asked(guests.ipd)] == [other.pk for other in late[1:]]
    assert mark_of(case) == seen  # what somebody is typing about the case is not out of date


@pytest.mark.parametrize("settled", [False, True])
def test_one_is_asked_again_after_five_working_days_and_not_before(
    guests: Guests, late: list[Application], *, settled: bool
) -> None:
    case = late[0]
    remind([one.pk for one in asked(guests.ipd)], guests.ipd)
    until = working_days_after(today(), 5)
    settle_due.delay()
    assert asked(guests.ipd) == []
    if settled:
        incoming.agree(application_id=case.pk, actor=guests.head)
    with time_machine.travel(until, tick=False):
        settle_due.delay()
        assert asked(guests.ipd) == []
    with time_machine.travel(until + timedelta(days=1), tick=False):
        settle_due.delay()
        again = {one.subject_id for one in asked(guests.ipd) if one.params["role"] == Role.DEPARTMENT_HEAD}
    assert again == {one.pk for one in late} - ({case.pk} if settled else set())


def test_whoever_is_late_with_many_gets_one_message(
    client_as: ClientAs, guests: Guests, late: list[Application]
) -> None:
    client = client_as(guests.ipd)
    row = next(row for row in client.get(reverse("inbox")).context["rows"] if row.count == 3)

    send(client, row.list_url)

    assert row.verb == "Remind"
    assert [mail.to for mail in mails()] == [guests.head.email]
    assert mails()[0].subject == "Reminder: 3 things wait for you and are late"
    assert all(history_of(one).filter(action=REMINDED).count() == 1 for one in late)
    assert client.get(row.list_url).url == f"{reverse('inbox')}?show=incoming"  # type: ignore[attr-defined]  # a redirect
    newest = client.get(reverse("inbox")).context["done"][0]
    assert ("reminded by e-mail" in newest.what, newest.more) == (True, 2)


def test_the_page_says_whom_it_reaches_and_why_not(
    client_as: ClientAs, guests: Guests, late: list[Application]
) -> None:
    page = list_of("incoming", asked(guests.ipd)[0].ask)
    (reached, *_rest) = client_as(guests.ipd).get(page).context["will"]
    assert reached.more.endswith(f"head of department: {guests.head.person}")

    Membership.objects.filter(user=guests.head).update(ends_on=today() - timedelta(days=1))
    shown = client_as(guests.ipd).get(page)

    assert (shown.context["will"], len(shown.context["will_not"])) == ([], 3)
    assert "has an account" in shown.content.decode()


def test_reminders_are_theirs_alone_for_whom_they_wait(
    client_as: ClientAs, guests: Guests, late: list[Application]
) -> None:
    item = asked(guests.ipd)[0]
    registrar = institutions.user(Role.REGISTRAR)
    assert client_as(registrar).get(page_of_deed(item)).status_code == 302

    assert remind([item.pk], registrar).done == 0

    assert (mails(), len(asked(guests.ipd))) == ([], 3)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_any_number(
    client_as: ClientAs,
    guests: Guests,
    late: list[Application],
    count: int,
    django_assert_num_queries: Callable[[int], object],
) -> None:
    items = asked(guests.ipd)
    WorkItem.objects.filter(pk__in=[item.pk for item in items[count:]]).delete()
    client = client_as(guests.ipd)
    page = list_of("incoming", items[0].ask)
    # session, user, memberships; how many, reminders, what they watch, who holds it (offices, people); the inbox of the frame
    with django_assert_num_queries(9):  # type: ignore[attr-defined]  # a context manager of pytest-django
        assert len(client.get(page).context["will"]) == count
