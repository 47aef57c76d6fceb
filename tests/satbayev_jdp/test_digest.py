"""The message of the day: one a working day and person, only when there is something to say, in the person's language."""

from datetime import date, datetime, time, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from admissions.services import incoming, outgoing
from admissions.services.applications import take_step
from core.models import DigestChoice, OutgoingEmail
from core.notifications import choose_digest, html_of, send_waiting
from core.values import today
from core.worklist import open_items_of
from institutions.enums import Role
from institutions.models import Holiday, Membership, User
from institutions.permissions import queue_for
from satbayev_jdp.desk.digest import send_digests
from satbayev_jdp.tasks import send_digests as task
from tests.admissions.coming import Guests
from tests.admissions.road import Cast
from tests.conftest import ClientAs
from tests.factories import institutions
from tests.satbayev_jdp.test_desk import waits

pytestmark = pytest.mark.django_db


def morning(day: date, hour: int = 8) -> datetime:
    """An hour of a day in Almaty."""
    return timezone.make_aware(datetime.combine(day, time(hour)))


def working_day(after: int = 0) -> date:
    """A Tuesday or later of the coming week: the day before it is a working day too."""
    day = today() + timedelta(days=7 - today().weekday() + 1)
    return day + timedelta(days=after)


def to(user: User) -> list[OutgoingEmail]:
    """The messages of the day that somebody got."""
    return list(OutgoingEmail.objects.filter(to=user.email, key__startswith="digest:").order_by("pk"))


def only(user: User) -> OutgoingEmail:
    (email,) = to(user)
    return email


def test_what_waits_is_told_once_a_day_however_often_the_scheduler_wakes() -> None:
    guests = Guests()
    guests.in_review()
    with time_machine.travel(morning(working_day()), tick=False):
        task.delay()
        task.delay()
    with time_machine.travel(morning(working_day(), 15), tick=False):
        task.delay()
    assert len(to(guests.head)) == 1
    with time_machine.travel(morning(working_day(1)), tick=False):
        task.delay()
    assert len(to(guests.head)) == 2


@pytest.mark.clause("7.6-a")
def test_no_other_reason_is_told_to_the_partner_nor_that_a_paper_was_handed_over() -> None:
    guests = Guests()
    with time_machine.travel(morning(working_day(), 10), tick=False):
        application = guests.invited()
        take_step(application_id=application.pk, name="cancel", actor=guests.ipd, reason="Broken leg")
    with time_machine.travel(morning(working_day(1)), tick=False):
        send_digests()

    told = only(guests.partner).body
    assert "• Cancelled – " in told
    assert "Broken leg" not in told
    assert application.enrolment.person.user.email not in told


@pytest.mark.parametrize(
    ("hour", "shift", "sent"), [(7, 0, False), (8, 0, True), (12, 0, True), (9, 4, False), (9, 5, False), (9, 6, True)]
)
def test_it_comes_in_the_morning_of_working_days(*, hour: int, shift: int, sent: bool) -> None:
    guests = Guests()
    guests.in_review()
    with time_machine.travel(morning(working_day(shift), hour), tick=False):
        send_digests()
    assert bool(to(guests.head)) is sent


def test_nobody_is_written_to_on_a_holiday() -> None:
    guests = Guests()
    guests.in_review()
    Holiday.objects.create(country="KZ", day=working_day(), name_kk="Күн")
    with time_machine.travel(morning(working_day()), tick=False):
        assert send_digests() == 0


def test_what_is_late_stands_first_and_each_thing_once_with_its_page() -> None:
    guests = Guests()
    application = guests.in_review()
    with time_machine.travel(morning(today() + timedelta(days=30 - today().weekday())), tick=False):
        send_digests()
        body = only(guests.head).body
    assert body.count(f"/admissions/applications/{application.pk}/") == 1
    assert "Late\n----" in body
    assert "days late: Agree on the candidate" in body
    assert "(7.3)" in body
    assert only(guests.head).subject.startswith("Your work today: 1 waiting, 1 late")


def test_a_student_reads_of_the_own_case_without_the_own_name() -> None:
    cast = Cast()
    application, student = cast.submitted()
    home = application.enrolment.university
    Membership.objects.create(user=student, role=Role.STUDENT, university=home, starts_on=today())
    outgoing.return_to_student(application_id=application.pk, reason="Which term?", actor=cast.coordinator)
    due = open_items_of(application)[0].due
    with time_machine.travel(morning(due + timedelta(days=7 - due.weekday())), tick=False):
        send_digests()
    body = only(student).body
    assert f"/admissions/applications/{application.pk}/" in body
    assert body.count(student.person.passport_name) == 1  # in the greeting


def test_what_is_to_be_done_with_many_is_one_line() -> None:
    guests = Guests(seats=9)
    for _ in range(4):
        guests.in_review()
    with time_machine.travel(morning(working_day()), tick=False):
        send_digests()
    body = only(guests.head).body
    assert body.count("Agree on the candidate") == 1
    line = next(line for line in body.splitlines() if "Agree on the candidate" in line)
    assert ": Agree on the candidate – 4: ØVERGÅRDB INGRID, " in line
    assert line.endswith(" … · Hochschule Nordtal (7.3)")  # the partner of all of them, once


@pytest.mark.clause("7.3-b")
def test_a_refusal_is_told_to_the_partner_with_its_reason() -> None:
    guests = Guests()
    with time_machine.travel(morning(working_day(), 10), tick=False):
        application = guests.in_review()
        incoming.refuse(application_id=application.pk, reason="The marks", actor=guests.head)
    with time_machine.travel(morning(working_day(1)), tick=False):
        send_digests()

    email = only(guests.partner)
    assert "Decided in cases that you had a part in\n----" in email.body
    assert "«The marks»" in email.body
    assert email.subject == "What was decided since yesterday"
    with time_machine.travel(morning(working_day(2)), tick=False):
        send_digests()
    assert len(to(guests.partner)) == 1  # told, and nothing waits


def test_what_people_typed_is_no_part_of_the_message() -> None:
    """A heading, an entry or a button in a reason would be the University's own word in an official message."""
    typed = "Later.\n\nhttps://evil.example/login\n\nUrgent\n------\n• Pay here\n  https://evil.example/pay"
    registrar = institutions.user(Role.REGISTRAR)
    waits(queue_for(Role.REGISTRAR), working_day(), text="Draft the order anew: %(reason)s", reason=typed)

    with time_machine.travel(morning(working_day()), tick=False):
        send_digests()

    email = only(registrar)
    html = html_of(email.subject, email.body, email.language)
    assert "Pay here" in html
    assert 'href="https://evil.example' not in html
    assert "\nUrgent" not in email.body
    assert "\n• Pay here" not in email.body


@pytest.mark.parametrize(
    ("choice", "before", "after"),
    [(DigestChoice.DAILY, 1, 1), (DigestChoice.LATE, 0, 1), (DigestChoice.NONE, 0, 0)],
)
def test_everybody_chooses_when_it_comes(choice: str, before: int, after: int) -> None:
    sent, later = working_day(), working_day(28)
    # In office hours: what came before eight stands in that day's own message.
    with time_machine.travel(morning(sent, 9), tick=False):
        guests = Guests()
        guests.in_review()
    choose_digest(guests.head, choice)
    with time_machine.travel(morning(sent + timedelta(days=1)), tick=False):
        send_digests()
        early = len(to(guests.head))
    OutgoingEmail.objects.all().delete()
    with time_machine.travel(morning(later), tick=False):
        send_digests()
    assert (early, len(to(guests.head))) == (before, after)


def test_neither_closed_accounts_nor_people_without_a_role_are_written_to() -> None:
    guests = Guests()
    guests.in_review()
    other = institutions.user(Role.DEPARTMENT_HEAD, unit=institutions.department())
    User.objects.filter(pk=guests.head.pk).update(is_active=False)
    Membership.objects.filter(user=other).update(ends_on=today())
    with time_machine.travel(morning(working_day()), tick=False):
        send_digests()
    assert to(guests.head) == to(other) == []


@pytest.mark.parametrize(("language", "words"), [("kk", "Мерзімі өткен"), ("ru", "Просрочено"), ("en", "Late")])
def test_it_speaks_the_readers_language(language: str, words: str) -> None:
    guests = Guests()
    guests.in_review()
    User.objects.filter(pk=guests.head.pk).update(language=language)
    with time_machine.travel(morning(today() + timedelta(days=29 - today().weekday())), tick=False):
        send_digests()
    assert f"{words}\n----" in only(guests.head).body


def test_it_says_where_to_choose(mailoutbox: list[object]) -> None:
    guests = Guests()
    guests.in_review()
    with time_machine.travel(morning(working_day()), tick=False):
        send_digests()
    OutgoingEmail.objects.exclude(key__startswith="digest:").delete()
    OutgoingEmail.objects.exclude(to=guests.head.email).delete()
    send_waiting()
    (sent,) = mailoutbox
    assert sent.extra_headers["List-Unsubscribe"] == "<http://localhost:8000/account/mail/>"  # type: ignore[attr-defined]  # Django's message


def test_reading_costs_the_same_for_one_and_for_three() -> None:
    guests, counts = Guests(seats=9), []
    for more in (1, 2):
        for _ in range(more):
            guests.in_review()
            institutions.user(Role.DEPARTMENT_HEAD, unit=institutions.department())
        for user in User.objects.all():
            choose_digest(user, DigestChoice.NONE)
        with time_machine.travel(morning(working_day()), tick=False), CaptureQueriesContext(connection) as asked:
            assert send_digests() == 0
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_page_keeps_what_was_chosen(client_as: ClientAs) -> None:
    user = institutions.user(Role.REGISTRAR)
    client = client_as(user)

    assert client.get("/account/mail/").context["form"].initial == {"digest": "daily"}
    assert client.post("/account/mail/", {"digest": "late"}, follow=True).context["form"].initial == {"digest": "late"}
    assert client.post("/account/mail/", {"digest": "weekly"}).status_code == 422
