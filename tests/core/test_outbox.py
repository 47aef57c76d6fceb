"""E-mail is written down once, in its reader's language, and sent until it is through."""

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone, translation

from core.models import OutgoingEmail
from core.notifications import MAX_ATTEMPTS, Notification, notify, send_waiting
from core.values import Localized

pytestmark = pytest.mark.django_db
TEMPLATES = {
    "test/hello_subject.txt": "{% load i18n %}{% translate 'Search' %}:\n  {{ name }}",
    "test/hello_body.txt": "{{ name }} {{ site_url }}",
}


class Backend(EmailBackend):
    """Sends, unless the net is down."""

    down = False

    def send_messages(self, messages: object) -> int:
        if Backend.down:
            raise ConnectionRefusedError("mail server is away")
        return super().send_messages(messages)  # type: ignore[arg-type]  # passed through


@pytest.fixture(autouse=True)
def _mail(settings: object) -> Iterator[None]:
    loader = ("django.template.loaders.locmem.Loader", TEMPLATES)
    engine = {"BACKEND": "django.template.backends.django.DjangoTemplates", "OPTIONS": {"loaders": [loader]}}
    settings.TEMPLATES = [engine]  # type: ignore[attr-defined]  # pytest-django's wrapper
    settings.EMAIL_BACKEND = f"{__name__}.Backend"  # type: ignore[attr-defined]  # pytest-django's wrapper
    Backend.down = False
    yield
    Backend.down = False


def hello(key: str = "hello-1", *, to: str = "a@example.org", language: str = "kk") -> Notification:
    return Notification(key=key, to=to, language=language, template="test/hello", context={"name": "Әсел"})


def test_a_message_is_written_in_its_readers_language() -> None:
    written = [notify(hello(language, language=language)) for language in ("kk", "ru", "en")]

    assert [email.subject for email in written if email] == ["Іздеу: Әсел", "Поиск: Әсел", "Search: Әсел"]
    assert mail.outbox == []


def test_the_same_key_is_one_message() -> None:
    first, second = notify(hello()), notify(hello())
    send_waiting()
    third = notify(hello())

    assert first is not None
    assert (second, third) == (None, None)
    assert len(mail.outbox) == 1


def test_nobody_without_an_address_is_written_to() -> None:
    assert notify(hello(to="")) is None
    assert OutgoingEmail.objects.count() == 0


def test_what_waits_is_sent_once() -> None:
    notify(hello("1"))
    notify(hello("2", to="b@example.org"))

    assert (send_waiting(limit=1), send_waiting(), send_waiting()) == (1, 1, 0)
    assert [message.to for message in mail.outbox] == [["a@example.org"], ["b@example.org"]]


def test_a_failed_message_is_tried_again_after_its_lease() -> None:
    notify(hello())
    Backend.down = True

    failed = send_waiting()
    kept = OutgoingEmail.objects.get()
    Backend.down = False
    too_early = send_waiting()
    OutgoingEmail.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    sent = send_waiting()

    assert (failed, too_early, sent) == (0, 0, 1)
    assert (kept.error, kept.attempts, kept.sent_at) == ("mail server is away", 1, None)
    assert OutgoingEmail.objects.get().error == ""
    assert len(mail.outbox) == 1


def test_a_message_is_given_up_after_eight_attempts() -> None:
    notify(hello())
    OutgoingEmail.objects.update(attempts=MAX_ATTEMPTS)

    assert send_waiting() == 0


def test_a_long_subject_begins_on_the_line_of_its_name() -> None:
    subject = "Documents of Қайратқызы Еңлік are due: 2026 жылғы 29 қараша, кандидаттар тізімі"
    OutgoingEmail.objects.create(key="long", to="a@example.org", language="kk", subject=subject, body="x")

    send_waiting()

    raw = mail.outbox[0].message().as_bytes()
    assert b"Subject: =?utf-8?" in raw
    assert message_from_bytes(raw, policy=policy.default)["Subject"] == subject


def test_names_are_read_in_the_readers_language_and_not_in_that_of_whoever_acts() -> None:
    name = Localized(kk="Әсел", ru="Асель", en="Assel")
    with translation.override("kk"):
        written = notify(Notification("names", "a@example.org", "en", "test/hello", {"name": name}))

    assert written is not None
    assert written.subject == "Search: Assel"
