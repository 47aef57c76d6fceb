"""E-mail is written down once, in its reader's language, and sent until it is through."""

import dataclasses
import re
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from django.conf import settings
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.template.loader import render_to_string
from django.utils import timezone, translation
from pytest_django import Settings

from core.models import OutgoingEmail
from core.notifications import MAX_ATTEMPTS, Notification, notify, send_waiting
from core.values import LANGUAGES, Localized

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
    ours = settings.TEMPLATES[0]  # type: ignore[attr-defined]  # pytest-django's wrapper
    loaders = [("django.template.loaders.locmem.Loader", TEMPLATES), "django.template.loaders.filesystem.Loader"]
    options = {"builtins": ours["OPTIONS"]["builtins"], "loaders": loaders}
    engine = {"BACKEND": ours["BACKEND"], "DIRS": ours["DIRS"], "OPTIONS": options}
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


def _raw() -> EmailMessage:
    """The last message that went out, as a mail program reads it."""
    found = message_from_bytes(mail.outbox[-1].message().as_bytes(), policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def test_a_message_is_text_and_html_of_the_same_words(settings: Settings) -> None:
    settings.SITE_URL = "https://jdp.example"
    notify(hello())
    OutgoingEmail.objects.update(
        body="Қош келдіңіз, <Әсел>!\n\nМұнда:\nhttps://jdp.example/a/1/\n\n• Қол қою\n  https://jdp.example/b/\n\nТаңдау: https://jdp.example/c/\n\nhttps://jdp.example.evil/"
    )

    send_waiting()

    message = _raw()
    assert message.get_content_type() == "multipart/alternative"
    text, html = (part.get_content() for part in message.iter_parts())
    assert "Қош келдіңіз, <Әсел>!" in text
    assert "Қош келдіңіз, &lt;Әсел&gt;!" in html
    assert '<html lang="kk">' in html
    assert '<a href="https://jdp.example/a/1/">Жүйеде ашу</a>' in html
    assert '<a href="https://jdp.example/b/">Қол қою</a>' in html
    assert 'Таңдау: <a href="https://jdp.example/c/">https://jdp.example/c/</a>' in html
    assert 'href="https://jdp.example.evil/' not in html  # somebody else's address is words
    assert not re.search(r"<(?:img|script|link)|url\(|@import", html)  # nothing is fetched by whoever reads it


def test_a_message_says_that_a_machine_wrote_it_and_keeps_its_name_over_attempts() -> None:
    notify(hello())
    send_waiting()
    first = _raw()
    OutgoingEmail.objects.update(sent_at=None, leased_until=None)
    send_waiting()

    assert first["Auto-Submitted"] == "auto-generated"
    assert first["Message-ID"].endswith("@satbayev.example>")
    assert _raw()["Message-ID"] == first["Message-ID"]
    assert first["List-Unsubscribe"] is None


def test_what_is_a_matter_of_choice_says_where_to_choose() -> None:
    notify(dataclasses.replace(hello(), choice_path="/account/mail/"))
    send_waiting()

    assert _raw()["List-Unsubscribe"] == "<http://localhost:8000/account/mail/>"


def test_attempts_lie_further_and_further_apart() -> None:
    notify(hello())
    Backend.down = True
    waited = []
    for _ in range(MAX_ATTEMPTS):
        before = timezone.now()
        OutgoingEmail.objects.update(leased_until=None)
        send_waiting()
        until = OutgoingEmail.objects.get().leased_until
        assert until is not None
        waited.append(round((until - before).total_seconds() / 60))

    assert waited == [5, 10, 20, 40, 80, 160, 320, 640]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mail_begins_with_the_same_greeting_and_ends_with_the_same_close(language: str) -> None:
    bodies = sorted(settings.BASE_DIR.glob("templates/*/email/*_body.txt"))
    with translation.override(language):
        body = render_to_string("core/email/message.txt", {"name": "Ә. Б. & В."})

    assert bodies
    assert {path.read_text().partition("\n")[0] for path in bodies} == {'{% extends "core/email/message.txt" %}'}
    assert body.startswith({"kk": "Құрметті", "ru": "Здравствуйте, ", "en": "Dear "}[language])
    assert "Ә. Б. & В." in body
    assert body.rstrip().endswith("Satbayev University")
