"""One request after another, each told by one letter: who comes in, who changes something, who finds nothing."""

import copy
import io
import re
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.signals import got_request_exception
from django.db import connection, transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse

from core.values import today
from institutions.enums import Role
from institutions.models import User
from institutions.permissions import standing_of
from tests.admissions.road import PDF
from tests.satbayev_jdp.headers import faults_of
from tests.satbayev_jdp.tenants import Tenant

TABLE = Path(__file__).parent / "access.txt"
# The order of the letters in the table, and who holds a role in a tenant rather than at the whole University.
LETTERS: Mapping[str, str] = {
    "S": Role.STUDENT,
    "A": Role.ADVISOR,
    "H": Role.DEPARTMENT_HEAD,
    "C": Role.INSTITUTE_COORDINATOR,
    "D": Role.INSTITUTE_DIRECTOR,
    "P": Role.PARTNER_COORDINATOR,
    "I": Role.IPD_COORDINATOR,
    "R": Role.REGISTRAR,
    "M": Role.METHODICAL_SECTION,
    "L": Role.LAWYER,
    "F": Role.FINANCE_OFFICER,
    "V": Role.VICE_RECTOR,
    "G": Role.SIGNATORY,
    "U": Role.AUDITOR,
    "X": Role.ADMINISTRATOR,
    "N": "",
}
OF_A_TENANT = "SAHCDP"
NOT_THERE, MOVED, BROKEN = ".", ":", "!"
# Who opens a paper that was delivered to him is noted (7.5), and who opens a passport: the GETs that write.
NOTES_THE_READER = {"documents:download", "documents:upload", "numbers"}
# A sentence about the reader as about somebody else.
OF_ONE_IN_THE_ROOM = re.compile(r"\bThe student (?:has|is|can|must|was|studies)\b[^<]*")
WRITES = re.compile(r'\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM)\s+"?(\w+)', re.IGNORECASE)
# The tables of the house: a session or a login that was tried is nobody's thing.
MODELS: Mapping[str, type[Model]] = {
    model._meta.db_table: model
    for model in apps.get_models(include_auto_created=True)
    if model._meta.app_label in settings.HOUSE
}
BODY: Mapping[str, object] = {
    "reason": "Because.",
    "comment": "Seen.",
    "text": "A question.",
    "motivation": "To learn.",
    "request_text": "Please propose them.",
    "language": "en",
    "answer": "refused",
    "way": "summer",
    "verdict": "agreed",
    "opened": "no",
}


@dataclass(frozen=True)
class Row:
    """A line of the table: an address with what stands in it, a method, and who gets what of which tenant."""

    name: str
    method: str
    filled: str
    own: str
    elsewhere: str
    classmate: str

    def line(self) -> str:
        """As the table writes it."""
        return f"{self.method:4} {self.name} {self.filled}".ljust(84) + f"{self.own} {self.elsewhere} {self.classmate}"

    def with_cells(self, own: str, elsewhere: str, classmate: str) -> "Row":
        """The same with other letters."""
        return Row(self.name, self.method, self.filled, own, elsewhere, classmate)

    @property
    def room(self) -> str:
        """The app whose address it is; empty for the frame."""
        return self.name.partition(":")[0] if ":" in self.name else ""

    @property
    def things(self) -> dict[str, str]:
        """What stands in the address: `pk=out.application` is a thing of a tenant, `step="submit"` a word."""
        return dict(part.split("=", 1) for part in self.filled.split(",")) if self.filled != "-" else {}


def table() -> list[Row]:
    """The rows of access.txt."""
    rows = []
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            method, name, filled, own, elsewhere, classmate = line.split()
            rows.append(Row(name, method, filled, own, elsewhere, classmate))
    return rows


def kwargs_of(row: Row, tenant: Tenant) -> dict[str, object] | None:
    """What fills the address with a tenant's own things; None when this tenant has no such thing."""
    found: dict[str, object] = {}
    for place, thing in row.things.items():
        if thing.startswith('"'):
            found[place] = thing.strip('"')
        elif thing not in tenant.things:
            return None
        else:
            found[place] = tenant.things[thing].key
    return found


def student_of(row: Row, tenant: Tenant) -> User:
    """Whose the first thing of the address is; else a student of the tenant who has nothing yet."""
    for thing in row.things.values():
        if thing in tenant.things and (owner := tenant.things[thing].student):
            return owner
    newcomer = tenant.things["out.newcomer"].student
    if newcomer is None:
        raise LookupError("a tenant has a newcomer")
    return newcomer


class KnownUser:
    """Stands in for Django's AuthenticationMiddleware: who asks comes with the request, and what they hold was read before.

    A walk asks thousands of times for the same sixteen people; that sessions tell who somebody is, is held where people sign in.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.user = copy.copy(request.META.get("walk.user")) or AnonymousUser()
        return self.get_response(request)


class Browser(Client):
    """A client that keeps neither cookies nor copies of templates' contexts: a walk asks thousands of times."""

    def __init__(self, user: User | None) -> None:
        super().__init__()
        self.defaults["walk.user"] = user  # type: ignore[assignment]  # for KnownUser, no header
        self.cookies["django_language"] = "en"
        standing_of(user)

    def request(self, **request: Any) -> Any:
        """The answer; where the program failed, with the error as `failed`."""
        failed: list[BaseException] = []

        def note(**_signal: Any) -> None:
            error = sys.exc_info()[1]
            failed.extend([error] if error else [])

        got_request_exception.connect(note)
        try:
            answer: Any = self.handler(self._base_environ(**request))  # type: ignore[attr-defined]  # not in the stubs
        finally:
            got_request_exception.disconnect(note)
        answer.failed = failed
        return answer


class Watch:
    """Tells whether what was done within changed anything of the house, and undoes it: `with watch: …; watch.changed()`."""

    def __init__(self) -> None:
        self._written: set[str] = set()
        self._state = {table: _rows(model) for table, model in MODELS.items()}
        self._stack = ExitStack()

    def __enter__(self) -> None:
        self._written.clear()
        self._stack.enter_context(transaction.atomic())
        self._stack.enter_context(connection.execute_wrapper(self._note))

    def __exit__(self, *error: object) -> None:
        transaction.set_rollback(True)
        self._stack.close()

    def changed(self) -> bool:
        """Whether a row of the house is another than before; to be asked within."""
        return any(_rows(MODELS[table]) != self._state[table] for table in set(self._written))

    def _note(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 -- Django's signature
        if (found := WRITES.match(sql)) and found[1] in MODELS:
            self._written.add(found[1])
        return execute(sql, params, many, context)


# What pages fetch for themselves: typed as an address, it leads to its page.
PARTS = frozenset({"rest", "cards", "regulation:peek"})
AS_HTMX = {"HX-Request": "true"}


class Walker:
    """Asks as one person after another, undoes what came of it, and tells in a letter what it was."""

    def __init__(self) -> None:
        self.clients: dict[int, Browser] = {}
        self.faults: list[str] = []
        self._watch = Watch()

    def letter(self, row: Row, letter: str, user: User | None, kwargs: Mapping[str, object]) -> str:
        """Upper: sees the page, or (POST) changed something. Lower: POST was answered and changed nothing.

        `:` led on to another page, `.` there is no such page for this person, `!` a fault of the program.
        """
        client = self._client(user)
        with self._watch:
            answer = self._ask(client, row, reverse(row.name, kwargs=dict(kwargs)))
            changed = self._watch.changed()
        if answer.status_code >= 500:
            self._fault(row, letter, answer)
            return BROKEN
        self.faults += [f"{row.method} {row.name} as {letter}: {fault}" for fault in faults_of(answer)]
        self.faults += [f"{row.name} as {letter}: {fault}" for fault in _told_otherwise(answer)]
        if letter == "S" and row.room != "regulation":
            self.faults += [f"{row.name} tells a student: {told}" for told in OF_ONE_IN_THE_ROOM.findall(_page(answer))]
        if "Allow" in answer.headers:
            self.faults.append(f"{row.name} knows no {row.method}")
        if answer.status_code in {403, 404} or _asks_to_sign_in(answer):
            return NOT_THERE if not changed else BROKEN
        if row.method == "POST":
            return letter if changed else letter.lower()
        if changed and row.name not in NOTES_THE_READER:
            self.faults.append(f"{row.name}: a GET by {letter} changed something")
        return MOVED if answer.status_code in {301, 302} else letter

    def _client(self, user: User | None) -> Browser:
        key = user.pk if user else 0
        if key not in self.clients:
            self.clients[key] = Browser(user)
        return self.clients[key]

    @staticmethod
    def _ask(client: Browser, row: Row, address: str) -> Any:
        if row.method == "GET":
            answer: Any = client.get(address, headers=AS_HTMX if row.name in PARTS else None)
        else:
            days = {name: str(today() + timedelta(days=5)) for name in ("due", "closes_on")}
            days |= {name: str(today()) for name in ("on", "signed_on", "removed_on")}
            file = io.BytesIO(PDF)
            file.name = "paper.pdf"
            answer = client.post(address, {**BODY, **days, "file": file})
        return answer

    def _fault(self, row: Row, letter: str, answer: HttpResponse) -> None:
        errors = [f"{type(error).__name__}: {error}" for error in getattr(answer, "failed", ())]
        self.faults.append(f"{row.method} {row.name} {row.filled} as {letter}: {'; '.join(errors)}")


def _page(answer: HttpResponse) -> str:
    return "" if answer.streaming else answer.content.decode(errors="replace")


def _told_otherwise(answer: HttpResponse) -> list[str]:
    """Whom the strip of a page calls "you" and what stands in the way by the name of the office."""
    body = _page(answer)
    mine = set(re.findall(r">You: ([^<·]+?)\s*[<·]", body))
    blocked = [who for line in re.findall(r"Whose move: ([^<]+)", body) for who in line.split(", ")]
    return [f'"{who.strip()}" is the reader' for who in blocked if who.strip() in mine]


def _asks_to_sign_in(answer: HttpResponse) -> bool:
    return answer.status_code == 302 and answer["Location"].startswith(f"{settings.LOGIN_URL}")


def _rows(model: type[Model]) -> list[Any]:
    """Every row of a table."""
    return list(model._default_manager.order_by("pk").values_list())
