"""The outbox page: what waits, what went out, what was given up and why; the given up ones can be sent again."""

from typing import Any

import pytest
from django.utils import timezone

from core.models import HistoryEntry, OutgoingEmail, WorkItem
from core.notifications import MAX_ATTEMPTS
from core.worklist import ALL
from institutions.enums import Role
from institutions.permissions import standing_of
from satbayev_jdp.desk import outbox
from satbayev_jdp.desk.worklist import lines
from tests.conftest import ClientAs
from tests.factories import institutions

pytestmark = pytest.mark.django_db


def mail(key: str, **values: object) -> OutgoingEmail:
    return OutgoingEmail.objects.create(
        **{
            "key": key,
            "to": f"{key}@example.org",
            "language": "kk",
            "subject": f"SUBJECT {key}",
            "body": "SECRET",
            **values,
        }
    )


def four() -> None:
    mail("waiting")
    mail("failing", attempts=2, error="server is away", leased_until=timezone.now())
    mail("sent", attempts=1, sent_at=timezone.now())
    mail("failed", attempts=MAX_ATTEMPTS, error="no such mailbox", leased_until=timezone.now())


def test_each_message_shows_its_state_and_its_error_and_none_its_text(client_as: ClientAs) -> None:
    four()
    client = client_as(institutions.user(Role.ADMINISTRATOR))

    page = client.get("/outbox/")

    assert {email.key: email.state for email, _decided in page.context["rows"]} == {
        "waiting": "waiting",
        "failing": "failing",
        "sent": "sent",
        "failed": "failed",
    }
    assert [count for _label, count, _state in page.context["counts"]] == [1, 1, 1, 1, 0]
    text = page.content.decode()
    assert "no such mailbox" in text
    assert "SECRET" not in text
    assert page.context["failure"].key == "failed"


def test_subjects_name_people_and_are_neither_shown_nor_exported_nor_found(client_as: ClientAs) -> None:
    four()
    client = client_as(institutions.user(Role.ADMINISTRATOR))

    for asked in ("", "?export=csv", "?state=failed"):
        assert "SUBJECT" not in client.get(f"/outbox/{asked}").content.decode()
    assert not client.get("/outbox/?q=SUBJECT").context["rows"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("state=failed", {"failed"}),
        ("q=WAITING@", {"waiting"}),
        ("q=sent@Example", {"sent"}),
        ("language=ru", set()),
        ("language=kk&state=sent", {"sent"}),
    ],
)
def test_the_list_is_narrowed(client_as: ClientAs, asked: str, found: set[str]) -> None:
    four()
    page = client_as(institutions.user(Role.ADMINISTRATOR)).get(f"/outbox/?{asked}")

    assert {email.key for email, _decided in page.context["rows"]} == found


def test_a_message_that_was_given_up_is_sent_again_and_its_history_keeps_why(client_as: ClientAs) -> None:
    four()
    administrator = institutions.user(Role.ADMINISTRATOR)
    client, email = client_as(administrator), OutgoingEmail.objects.get(key="failed")

    client.post(f"/outbox/{email.pk}/again/")
    client.post(f"/outbox/{email.pk}/again/")

    email.refresh_from_db()
    entry = HistoryEntry.objects.get(subject_type="core.outgoingemail")
    assert (email.attempts, email.leased_until) == (0, None)
    assert (entry.actor, entry.before) == (administrator, {"attempts": MAX_ATTEMPTS, "error": "no such mailbox"})
    assert "no such mailbox" in client.get("/outbox/").content.decode()


def waiting_for_the_administrator() -> list[str]:
    outbox.settle_given_up()
    return [line.where for line in lines(standing_of(institutions.user(Role.ADMINISTRATOR)), ALL)[0]]


def test_a_message_that_was_given_up_waits_for_the_administrator_until_it_is_sent_again(client_as: ClientAs) -> None:
    four()
    assert waiting_for_the_administrator() == waiting_for_the_administrator() == ["failed@example.org"]
    client, email = client_as(institutions.user(Role.ADMINISTRATOR)), OutgoingEmail.objects.get(key="failed")

    page = client.get("/").content.decode()
    assert 'href="/outbox/?state=failed"' in page
    assert "no such mailbox" in page
    client.post(f"/outbox/{email.pk}/again/")

    assert not WorkItem.objects.filter(closed_at=None).exists()
    OutgoingEmail.objects.update(attempts=MAX_ATTEMPTS)
    assert "failed@example.org" in waiting_for_the_administrator()
    watcher = client_as(institutions.user(Role.VICE_RECTOR)).get("/moves/")  # who sees every case has no part in mail
    assert (watcher.context["lines"], watcher.context["moves"]) == ([], [])


def test_a_message_that_nobody_needs_is_dropped_and_may_still_be_sent_again(client_as: ClientAs) -> None:
    four()
    outbox.settle_given_up()
    client, email = client_as(institutions.user(Role.ADMINISTRATOR)), OutgoingEmail.objects.get(key="failed")

    for _ in range(2):
        client.post(f"/outbox/{email.pk}/drop/")

    assert waiting_for_the_administrator() == []
    assert HistoryEntry.objects.filter(action="outbox.drop").count() == 1
    page = client.get("/outbox/?state=dropped")
    (row,) = page.context["rows"]
    assert row[0].pk == email.pk
    assert page.context["failure"].key == "failing"  # what was dropped is no failure to speak of any more
    client.post(f"/outbox/{email.pk}/again/")
    email.refresh_from_db()
    assert (email.attempts, email.dropped_at) == (0, None)


@pytest.mark.parametrize("key", ["waiting", "failing", "sent"])
def test_nothing_else_is_sent_again(client_as: ClientAs, key: str) -> None:
    four()
    before = list(OutgoingEmail.objects.order_by("pk").values())

    client_as(institutions.user(Role.ADMINISTRATOR)).post(f"/outbox/{OutgoingEmail.objects.get(key=key).pk}/again/")

    assert list(OutgoingEmail.objects.order_by("pk").values()) == before


def test_it_is_the_administrators_alone(client_as: ClientAs) -> None:
    for role in (Role.IPD_COORDINATOR, Role.AUDITOR, Role.STUDENT):
        client = client_as(institutions.user(role))
        assert (client.get("/outbox/").status_code, client.post("/outbox/1/again/").status_code) == (404, 404)
        assert client.post("/outbox/1/drop/").status_code == 404


def test_the_list_costs_the_same_for_one_and_for_three(client_as: ClientAs, django_assert_num_queries: Any) -> None:
    client = client_as(institutions.user(Role.ADMINISTRATOR))
    client.get("/outbox/")
    for keys in (("a",), ("b", "c")):
        for key in keys:
            mail(key)
        with django_assert_num_queries(11):
            client.get("/outbox/")
