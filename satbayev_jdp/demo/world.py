"""What the stages of the demo hand on: the people, units and partners of the cast by name, and the files that offices sent."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

import time_machine
from django.db.models import QuerySet
from django.utils import timezone

from core.values import today
from institutions.models import Unit, University, User
from institutions.services.home import SHORT_NAME
from programmes.enums import TermKind
from programmes.models import AcademicTerm

DOMAIN = "demo.satbayev.example"
PASSWORD = "satbayev-demo"  # noqa: S105 -- printed on the first page of the demo
HOME, NORDTAL, YANGTZE = SHORT_NAME, "Hochschule Nordtal", "Yangtze Institute of Technology"
ERTIS, WSCHODNIA = "Ертіс МУ", "Politechnika Wschodnia"
OPENS_AT, CLOSES_AT = 10, 18  # the offices of the demo
OPENED = date(2023, 1, 9)  # the University began to work with the program
_DATA = Path(__file__).resolve().parent / "data"


@dataclass(frozen=True)
class World:
    """The demo university as one stage finds it. `today` is the day it is made: dates lie around it."""

    today: date
    _users: dict[str, User] = field(default_factory=dict)  # of this day: standing changes with the days

    @classmethod
    def now(cls) -> "World":
        """The world of today."""
        return cls(today=today())

    @contextmanager
    def on(self, day: date) -> Iterator[Callable[[int], None]]:
        """What is done within was done on that day, in the morning: rules, papers, registers and history say so.

        Gives what lets minutes pass, as long as an office is open.
        """
        minute = day.toordinal() * 13 % 60  # not everything happened on the stroke of the hour
        opening = datetime.combine(day, time(OPENS_AT, minute), tzinfo=timezone.get_default_timezone())
        self._users.clear()
        with time_machine.travel(opening, tick=True) as clock:

            def pass_time(minutes: int) -> None:
                if timezone.localtime().hour < CLOSES_AT - 1:
                    clock.shift(timedelta(minutes=minutes))

            yield pass_time
        self._users.clear()

    def ago(self, days: int) -> date:
        """The day so many days before the demo is made."""
        return self.today - timedelta(days=days)

    def user(self, login: str) -> User:
        """The account of somebody in the cast, read once a day: `ipd`, `student.20240101`. DoesNotExist for nobody."""
        if login not in self._users:
            self._users[login] = User.objects.select_related("person").get(email=email_of(login))
        return self._users[login]

    def unit(self, code: str) -> Unit:
        """A unit of the University by its code: AI, GM, SE, ME."""
        return Unit.objects.get(university__is_home=True, code=code)

    def university(self, short_name: str) -> University:
        """A university by its short name: HOME, NORDTAL, YANGTZE, ERTIS, WSCHODNIA of this module."""
        return University.objects.get(short_name=short_name)

    def terms_after(self, name: str, day: date) -> list[AcademicTerm]:
        """The terms of a university that begin after a day, summers aside, in their order."""
        return list(self._terms(name).filter(starts_on__gt=day))

    def term_of(self, name: str, day: date) -> AcademicTerm:
        """The term of a university that began last on a day, summers aside."""
        return self._terms(name).filter(starts_on__lte=day).reverse()[0]

    def term_before(self, name: str, day: date) -> AcademicTerm:
        """The term of a university that ended last before a day, summers aside."""
        return self._terms(name).filter(ends_on__lt=day).reverse()[0]

    def _terms(self, name: str) -> "QuerySet[AcademicTerm]":
        terms = AcademicTerm.objects.filter(university=self.university(name)).exclude(kind=TermKind.SUMMER)
        return terms.order_by("starts_on")

    def data_file(self, name: str) -> Path:
        """A file as an office sent it (satbayev_jdp/demo/data). FileNotFoundError when there is none of that name."""
        path = _DATA / name
        if not path.is_file():
            raise FileNotFoundError(name)
        return path

    def opened(self, name: str) -> io.BytesIO:
        """The same file's content, as an upload brings it."""
        return io.BytesIO(self.data_file(name).read_bytes())


def email_of(login: str) -> str:
    """The e-mail with which somebody of the cast signs in."""
    return f"{login}@{DOMAIN}"
