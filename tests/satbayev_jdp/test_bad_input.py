"""Every form of the program, filled with what nobody should write: answered, escaped, never half done, never a failure."""

import gc
import logging
from collections.abc import Iterator, Mapping
from typing import Any
from unittest import mock

import pytest
from django.contrib import messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.test import Client
from django.urls import resolve, reverse

from core.workflow import RefusedError, WrongStateError
from tests.satbayev_jdp.forms import Form, forms_of
from tests.satbayev_jdp.inhabited import Inhabited
from tests.satbayev_jdp.walk import LETTERS, MODELS, Browser, Row, Watch, kwargs_of, student_of, table

SCRIPT = "<script>alert('1')</script>"
# A sign that turns the writing round: what stands after it reads as somebody else's text.
TURNED = "safe\u202efdp.exe"
BAD = (
    "",
    " \u200b\u2060 ",
    SCRIPT,
    TURNED,
    "😀🏳️‍🌈" * 5,
    "Ә" * 200,
    "Ә" * 20_000,
    "' OR 1=1; --",
    "=cmd|' /C calc'!A0",
    "31.02.2026",
    "29.02.2027",
    "29.02.2028",
    "01.01.0001",
    "31.12.9999",
    "-1",
    "1e999999",
    "NaN",
    "1,5",
    "1.000.000,5",
    "²",
    "9" * 40,
    "١٢",
    "%(name)s {0} {{ x }} %",
)
FILES = {
    "none": b"",
    "an executable that says it is a PDF": b"MZ\x90\x00" + b"\x00" * 200,
    "a PDF cut short": b"%PDF-1.7\n",
    "an archive": b"PK\x03\x04" + b"\x00" * 40,
    "a page": b"<html><script>1</script></html>",
}


class TestBadInput(Inhabited):
    """Each form once for each shape in which somebody is shown it."""

    def setUp(self) -> None:
        """No failure has been told yet."""
        self.faults: list[str] = []
        self.sent = 0
        self.somebody_was_first: set[str] = set()
        self._note_who_was_first()
        logging.disable(logging.ERROR)
        self.addCleanup(logging.disable, logging.NOTSET)
        gc.disable()
        self.addCleanup(gc.enable)

    def _note_who_was_first(self) -> None:
        def noted(refusal: WrongStateError) -> str:
            text = RefusedError.__str__(refusal)
            self.somebody_was_first.add(text)
            return text

        patched = mock.patch.object(WrongStateError, "__str__", noted)
        patched.start()
        self.addCleanup(patched.stop)

    @pytest.mark.timeout(900)
    def test_every_form(self) -> None:
        """Everything that is written holds each bad value at once; every file is each bad file."""
        forms = list(self._forms())
        self.watch = Watch()  # only now: to look at some pages is kept in history
        for form, client, where in forms:
            for value in BAD:
                self._send(form, client, form.filled(value), f"{where} {value[:30]!r}")
            files = [one.name for one in form.fields if one.kind == "file"]
            for told, content in FILES.items() if files else ():
                brought = {name: SimpleUploadedFile("scan.pdf", content) for name in files}
                self._send(form, client, {**form.filled("1"), **brought}, f"{where} {told}")
        assert len(forms) > 70
        assert not self.faults, f"{len(self.faults)} faults of {self.sent} answers:\n" + "\n".join(self.faults[:60])

    def _forms(self) -> Iterator[tuple[Form, Browser, str]]:
        clients: dict[int, Browser] = {}
        known = set()
        for row in table():
            mine = kwargs_of(row, self.own)
            if row.method != "GET" or mine is None:
                continue
            address = reverse(row.name, kwargs=mine)
            for letter in self._readers(row):
                user = {**self.people, "S": student_of(row, self.own)}[letter]
                client = clients.setdefault(user.pk if user else 0, Browser(user))
                for form in forms_of(client.get(address).content.decode(errors="replace"), address):
                    mark = (resolve(form.action).view_name, form.mark)
                    if form.mark and mark not in known:
                        known.add(mark)
                        yield form, client, f"{letter} {address} → {form.action}:"

    def _refused(self, answer: Any) -> bool:
        """Whether the answer hands on that something was not taken; where somebody was first nothing is left to fill in."""
        told = [str(one) for one in answer.wsgi_request._messages._queued_messages if one.level >= messages.ERROR]
        return bool(set(told) - self.somebody_was_first)

    @staticmethod
    def _readers(row: Row) -> list[str]:
        return [letter for letter, seen in zip(LETTERS, row.own, strict=True) if seen == letter]

    def _send(self, form: Form, client: Browser, data: Mapping[str, object], where: str) -> None:
        self.sent += 1
        with self.watch:
            answer: Any = client.post(form.action, data)
            taken = answer.status_code == 302
            half_done = not taken and self.watch.changed()
            turned = list(_turned()) if taken and TURNED in data.values() else []
        body = "" if answer.streaming else answer.content.decode(errors="replace")
        if answer.status_code >= 500:
            self.faults.append(f"{where} {[repr(error)[:200] for error in answer.failed]}")
        elif half_done:
            self.faults.append(f"{where} {answer.status_code}, and yet something changed")
        if taken and any(one.typed for one in form.fields) and self._refused(answer):
            self.faults.append(f"{where} is refused by a message on another page: the typing is lost")
        if SCRIPT in body:
            self.faults.append(f"{where} is not escaped")
        self.faults += [f"{where} is kept in {told}" for told in turned]


def _turned() -> Iterator[str]:
    """The columns where a turned text is kept now."""
    for name, model in MODELS.items():
        for one in model._meta.concrete_fields:
            text = isinstance(one, models.CharField | models.TextField)
            if text and model._default_manager.filter(**{f"{one.attname}__contains": "\u202e"}).exists():
                yield f"{name}.{one.attname}"


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "sent", "answer"), [("/login/", 6000, 413), ("/login/%00", 0, 400)])
def test_what_cannot_be_taken_is_answered_in_the_readers_language(
    client: Client, path: str, sent: int, answer: int
) -> None:
    client.cookies["django_language"] = "ru"

    response = client.post(path, {f"field{n}": "" for n in range(sent)})

    assert (response.status_code, '<html lang="ru">' in response.text) == (answer, True)
