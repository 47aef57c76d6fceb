"""Who is waited for is derived from the machine, opened once, closed when it waits no longer."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from agreements.models import Agreement
from core.machine import Blocker, Machine
from core.models import WorkItem
from core.values import Localized, joined, readable, today
from core.worklist import (
    INBOX_PAGE,
    Wait,
    due_for,
    inbox,
    is_late,
    open_count,
    open_items_of,
    reconcile,
    wait_for,
    waits_of,
    working_days_after,
)
from tests.core.things import AGREED, DRAFT, SIGNED, Facts, machine, thing
from tests.factories import institutions


@pytest.fixture(autouse=True)
def things() -> Iterator[Machine[Facts]]:
    with machine() as made:
        yield made


def settle(subject: Agreement, waits: Any, *, due: date | None = None) -> None:
    reconcile(
        subject,
        waits,
        queue_of=lambda role: None if role == "nobody" else f"{role}@home",
        due=lambda _wait: due or today(),
        title="A thing",
    )


def item(queue: str, due: date, *, subject_id: int = 1, cause: str = "x") -> WorkItem:
    return WorkItem.objects.create(
        subject_type="x.y", subject_id=subject_id, queue=queue, cause=cause, clause="7.1", text="x", due=due
    )


def test_blockers_name_who_is_waited_for(things: Machine[Facts]) -> None:
    waits = waits_of(things, DRAFT, Facts(text_is_whole=False, missing=("passport", "visa")))

    assert [(wait.role, wait.clause) for wait in waits] == [("lawyer", "6.12"), ("partner", "7.1"), ("partner", "7.1")]
    assert len({wait.cause for wait in waits}) == 3


def test_without_blockers_the_steps_first_role_is_waited_for_and_a_way_out_makes_nobody_wait(
    things: Machine[Facts],
) -> None:
    assert [(wait.role, wait.cause) for wait in waits_of(things, DRAFT, Facts())] == [("editor", "agree")]
    assert [(wait.role, wait.cause) for wait in waits_of(things, AGREED, Facts())] == [("chief", "sign")]
    assert waits_of(things, SIGNED, Facts()) == ()


@pytest.mark.django_db
def test_what_waits_is_opened_once_and_closed_when_it_is_done(things: Machine[Facts]) -> None:
    subject = thing()
    both, one = Facts(missing=("passport", "visa")), Facts(missing=("visa",))

    settle(subject, waits_of(things, DRAFT, both), due=today() + timedelta(days=3))
    first = open_items_of(subject)
    settle(subject, waits_of(things, DRAFT, both), due=today() + timedelta(days=9))
    again = open_items_of(subject)
    settle(subject, waits_of(things, DRAFT, one))
    left = open_items_of(subject)
    settle(subject, waits_of(things, DRAFT, Facts()))
    last = open_items_of(subject)

    assert {row.params["name"] for row in first} == {"passport", "visa"}
    assert [(row.pk, row.due) for row in again] == [(row.pk, row.due) for row in first]
    assert [row.pk for row in left] == [row.pk for row in first if row.params["name"] == "visa"]
    assert [(row.queue, row.cause, row.title) for row in last] == [("editor@home", "agree", "A thing")]
    assert WorkItem.objects.exclude(closed_at=None).count() == 2


@pytest.mark.django_db
def test_a_role_that_nobody_holds_yet_opens_nothing() -> None:
    subject = thing()

    settle(subject, [Wait("nobody", "x", "7.1", "x")])

    assert open_items_of(subject) == []


@pytest.mark.django_db
def test_what_was_done_may_be_waited_for_again() -> None:
    subject, wait = thing(), Wait("editor", "agree", "5.3", "Agree")

    settle(subject, [wait])
    settle(subject, [])
    settle(subject, [wait])

    assert [row.closed_at is None for row in WorkItem.objects.filter(subject_id=subject.pk).order_by("pk")] == [
        False,
        True,
    ]


@pytest.mark.django_db
def test_the_database_refuses_the_same_wait_twice() -> None:
    item("a@home", today())

    with pytest.raises(IntegrityError), transaction.atomic():
        item("a@home", today())


@pytest.mark.django_db
def test_a_subject_with_a_worklist_costs_the_same_however_much_waits(django_assert_num_queries: Any) -> None:
    subject = thing()
    many = [Wait("editor", f"cause {n}", "7.1", "x") for n in range(30)]

    with django_assert_num_queries(2):
        settle(subject, many)
    with django_assert_num_queries(2):
        settle(subject, many[:10])

    assert [row.cause for row in open_items_of(subject)] == [wait.cause for wait in many[:10]]


@pytest.mark.django_db
def test_the_inbox_merges_queues_by_deadline(django_assert_num_queries: Any) -> None:
    late, soon, later = today() - timedelta(days=2), today(), today() + timedelta(days=5)
    expected = [
        item("b@home", late),
        item("a@home", soon),
        item("b@home", soon, cause="y"),
        item("a@home", later, cause="z"),
    ]
    item("c@home", late)
    closed = item("a@home", late, cause="closed")
    WorkItem.objects.filter(pk=closed.pk).update(closed_at=closed.opened_at)

    with django_assert_num_queries(1):
        found = inbox(["b@home", "a@home", "b@home"])

    assert found == expected
    assert (open_count(["a@home", "b@home"]), open_count([]), inbox([])) == (4, 0, [])
    assert [is_late(row) for row in found] == [True, False, False, False]


@pytest.mark.django_db
def test_the_inbox_shows_a_page_and_tells_of_more() -> None:
    for number in range(INBOX_PAGE + 5):
        item("a@home", today(), subject_id=number)

    assert len(inbox(["a@home", "b@home"])) == INBOX_PAGE + 1
    assert len(inbox(["a@home"], limit=3)) == 4


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        (date(2026, 11, 23), 5, date(2026, 11, 30)),  # Monday to Monday
        (date(2026, 11, 27), 1, date(2026, 11, 30)),  # Friday: the weekend does not count
        (date(2026, 11, 28), 1, date(2026, 11, 30)),  # a Saturday
        (date(2026, 12, 15), 1, date(2026, 12, 18)),  # two days of holidays
        (date(2026, 11, 24), 0, date(2026, 11, 24)),
    ],
)
def test_working_days_pass_over_weekends_and_holidays(start: date, days: int, expected: date) -> None:
    holidays = frozenset({date(2026, 12, 16), date(2026, 12, 17)})

    assert working_days_after(start, days, holidays) == expected


@pytest.mark.django_db
def test_an_items_subject_is_known_by_kind_and_key() -> None:
    subject = thing()
    settle(subject, [Wait("editor", "x", "7.1", "x")])

    assert WorkItem.objects.get().subject_type == "agreements.agreement"
    assert open_items_of(institutions.home()) == []


@pytest.mark.django_db
def test_a_title_and_a_name_in_an_item_are_read_in_the_readers_language() -> None:
    subject = thing()
    names = Localized("Нұрланов Қуаныш", "Нурланов Куаныш", "NURLANOV KUANYSH")
    blocker = Blocker("7.1", "%(who)s is missing.", "editor", {"who": names})

    for language in ("kk", "ru", "en"):  # whoever causes it, it is one cause
        with translation.override(language):
            reconcile(
                subject,
                [wait_for(blocker)],
                queue_of=lambda role: f"{role}@home",
                due=lambda _wait: date(2026, 12, 1),
                title=joined(names, Localized("Нордталь", "Нордталь", "Hochschule Nordtal"), "№ 1"),
            )

    item = WorkItem.objects.get()
    assert item.title == "NURLANOV KUANYSH · Hochschule Nordtal · № 1"
    assert item.text % readable(item.params) == "NURLANOV KUANYSH is missing."
    with translation.override("kk"):
        assert item.title == "Нұрланов Қуаныш · Нордталь · № 1"
        assert item.text % readable(item.params) == "Нұрланов Қуаныш is missing."


@pytest.mark.parametrize(("roles", "days"), [({"registrar"}, 5), ({"lawyer"}, -2), (set(), -2)])
def test_a_strip_says_the_readers_own_term_and_else_the_earliest(roles: set[str], days: int) -> None:
    items = [
        WorkItem(queue="registrar@", due=today() - timedelta(days=3), cause="late:7.1:x"),  # to remind the student
        WorkItem(queue="student@person:1", due=today() - timedelta(days=2)),
        WorkItem(queue="registrar@", due=today() + timedelta(days=5)),
        WorkItem(queue="registrar@", due=today() + timedelta(days=9)),
    ]

    assert due_for(items, roles) == today() + timedelta(days=days)
    assert due_for([], roles) is None
