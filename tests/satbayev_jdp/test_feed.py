"""Deadlines in one's own calendar: at a secret address, read only, without health or passports, for open accounts alone."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from admissions.workflow import phrases
from core.feeds import owner_of, renew_feed, revoke_feed
from core.models import CalendarFeed, HistoryEntry, WorkItem
from institutions.enums import Role
from institutions.models import User
from satbayev_jdp.desk import feed
from tests.admissions.coming import Guests
from tests.conftest import ClientAs
from tests.factories import institutions

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


def read(client: Client, token: str, **headers: str) -> tuple[int, str]:
    response = client.get(f"/calendar/{token}.ics", headers=headers)
    return response.status_code, response.content.decode()


def test_every_deadline_is_a_whole_day_with_a_page_and_a_name_that_stays(client: Client) -> None:
    guests = Guests()
    application = guests.in_review()
    token = renew_feed(guests.head)

    status, text = read(client, token)
    found: list[Any] = Calendar.from_ical(text).walk("VEVENT")
    (event,) = found
    item = WorkItem.objects.get(queue__startswith="department_head@", closed_at=None)

    assert status == 200
    assert event["DTSTART"].dt == item.due
    assert event["DTEND"].dt == item.due + timedelta(days=1)
    assert event["SUMMARY"].startswith("Agree on the candidate – ")
    assert event["URL"] == f"http://localhost:8000/admissions/applications/{application.pk}/"
    assert event["UID"] == f"work-{item.pk}@localhost"


def test_it_says_what_is_missing_and_whose_move_it_is_and_the_clause_as_it_is_printed(client: Client) -> None:
    student = institutions.user(Role.STUDENT)
    WorkItem.objects.create(
        subject_type="admissions.application",
        subject_id=1,
        queue=f"student@person:{student.person_id}",
        clause="7.5a",
        text="The application to the Chair is not signed.",
        ask="Sign the application to the Chair of the Board",
        due=student.created_at.date(),
    )

    found: list[Any] = Calendar.from_ical(read(client, renew_feed(student))[1]).walk("VEVENT")
    (event,) = found

    assert event["DESCRIPTION"].splitlines() == [
        "The application to the Chair is not signed.",
        "Whose move: student",
        "clause 7.5",
    ]


@pytest.mark.parametrize(("language", "name"), [("kk", "мерзімдерім"), ("ru", "мои сроки"), ("en", "my deadlines")])
def test_it_speaks_its_owners_language(client: Client, language: str, name: str) -> None:
    user = institutions.user(Role.REGISTRAR)
    User.objects.filter(pk=user.pk).update(language=language)

    assert name in read(client, renew_feed(user))[1]


def test_what_has_not_changed_is_not_sent_again(client: Client) -> None:
    guests = Guests()
    guests.in_review()
    token = renew_feed(guests.head)
    first = client.get(f"/calendar/{token}.ics")

    again = client.get(f"/calendar/{token}.ics", headers={"If-None-Match": first["ETag"]})
    guests.in_review()
    changed = client.get(f"/calendar/{token}.ics", headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert changed.status_code == 200


def test_neither_health_nor_passports_stand_in_a_calendar(client: Client) -> None:
    student = institutions.user(Role.STUDENT)
    for cause, text in enumerate(
        (phrases.MISSING["medical"], phrases.RETURNED["passport"], phrases.PASSPORT_TOO_SHORT)
    ):
        WorkItem.objects.create(
            subject_type="admissions.application",
            subject_id=1,
            queue=f"student@person:{student.person_id}",
            cause=str(cause),
            clause="6.12",
            text=text,
            params={"reason": "N12345678", "passport": "01.01.2027", "stay": "01.02.2027"},
            due=student.created_at.date(),
        )

    text = read(client, renew_feed(student))[1]

    assert text.count("SUMMARY:Documents of the case") == 3
    assert not {"medical", "assport", "N12345678"} & set(text.replace(":", " ").split())
    assert "N12345678" not in text


def test_only_the_hash_of_the_secret_is_kept_and_a_new_one_ends_the_old(client: Client) -> None:
    user = institutions.user(Role.REGISTRAR)
    old = renew_feed(user)
    new = renew_feed(user)

    assert new not in str(list(CalendarFeed.objects.values()))
    assert (read(client, old)[0], read(client, new)[0]) == (404, 200)
    revoke_feed(user)
    assert read(client, new)[0] == 404
    assert HistoryEntry.objects.filter(action__startswith="account.feed").count() == 3


def test_a_closed_account_has_no_calendar(client: Client) -> None:
    user = institutions.user(Role.REGISTRAR)
    token = renew_feed(user)
    User.objects.filter(pk=user.pk).update(is_active=False)

    assert owner_of(token) is None
    assert read(client, token)[0] == 404


def test_whoever_asks_too_often_waits(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "BY_ONE_CALENDAR", 2)
    monkeypatch.setattr(feed, "OF_UNKNOWN_FROM_ONE_PLACE", 2)
    token = renew_feed(institutions.user(Role.REGISTRAR))

    with time_machine.travel(timezone.now(), tick=False):  # else a new hour may begin
        assert [read(client, token)[0] for _ in range(3)] == [200, 200, 429]
        assert [read(client, f"guess{n}")[0] for n in range(3)] == [404, 404, 429]


def test_the_address_is_shown_once_on_the_page_that_makes_it(client_as: ClientAs) -> None:
    client = client_as(institutions.user(Role.REGISTRAR))

    made = client.post("/account/mail/calendar/")
    address = made.context["address"]

    assert address in made.content.decode()
    assert "calendar/" not in client.get("/account/mail/").content.decode().replace("/account/mail/calendar/", "")
    assert client.get(address.removeprefix("http://localhost:8000")).status_code == 200
    assert client.post("/account/mail/calendar/off/").status_code == 302
    assert client.get(address.removeprefix("http://localhost:8000")).status_code == 404


def test_the_work_of_one_and_of_three_costs_the_same(client: Client, django_assert_num_queries: Any) -> None:
    guests = Guests(seats=9)
    guests.in_review()
    token = renew_feed(guests.head)
    with django_assert_num_queries(5):
        read(client, token)
    guests.in_review()
    guests.in_review()
    with django_assert_num_queries(5):
        read(client, token)
