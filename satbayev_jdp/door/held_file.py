"""The file that a person reads: the rows of data.json in words, as one page that needs nothing beside it.

A key that leads to another row of the file is that row's number; any other is the name of what it leads to. As many queries
for two hundred rows as for one: each table is read once, and so is what its keys lead to.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext

from core.models import Verdict
from core.permissions import role_label
from core.templatetags.written import credits_, day, points
from documents.kinds import paper_kind
from documents.models import OfficialDocument, Upload
from institutions.models import Person, User
from institutions.phrases import country_name
from institutions.services.sessions import named
from satbayev_jdp.door.held_words import FOR_MACHINES, KEEPS_THE_DOOR, OF_A_TABLE, TABLES, WORDS

Rows = Mapping[type[models.Model], set[int]]
Places = Mapping[type[models.Model], Mapping[int, int]]
Names = Mapping[tuple[type[models.Model], int], str]
# What is read along so that a row can be named without asking again.
_PATHWAY = tuple(f"pathway__{part}" for part in ("home_programme", "partner_programme", "agreement"))
_NAMED_WITH: dict[str, tuple[str, ...]] = {
    "institutions.User": ("person",),
    "programmes.Curriculum": ("programme",),
    "agreements.AnnexVersion": _PATHWAY,
    "admissions.Intake": ("term", *_PATHWAY),
    "admissions.CandidateList": ("intake__term", *(f"intake__{part}" for part in _PATHWAY)),
    "admissions.Order": ("document",),
    "transcripts.SemesterReport": ("partner", "programme", "term"),
}
# Rows of the file that are better known by a name of their own than by their number here.
_BY_NAME = (OfficialDocument, Upload, Person, User)
_LANGUAGES = frozenset({"language", "languages", "study_language"})
_COUNTRIES = frozenset({"citizenship", "country"})
# The program gives reasons too: such a one is a message id.
_REASON = "reason"
_POINTS = frozenset({"gpa", "points"})
# Names in three languages stand in three columns; a reader wants one.
_IN_THREE = {"documents.OfficialDocument": "name", "institutions.Membership": "position"}


@dataclass(frozen=True, slots=True)
class Link:
    """Another row of the file, by its number there."""

    text: str
    to: str


Shown = str | Link


@dataclass(frozen=True, slots=True)
class Table:
    """A table as the page shows it: `lines` are a row's number, its mark and what stands in it. One row stands on end."""

    title: str
    heads: Sequence[str]
    lines: Sequence[tuple[int, str, Sequence[Shown]]]

    @property
    def facts(self) -> list[tuple[str, Shown]]:
        """The one row, head by head; nothing where there are more."""
        return list(zip(self.heads, self.lines[0][2], strict=True)) if len(self.lines) == 1 else []


def page_about(user: User, rows: Rows, data: Mapping[str, Any], files: Iterable[tuple[str, str]]) -> str:
    """The page in the language that is spoken: `rows` and `data` as data.json has them, `files` by path and name."""
    order = list(TABLES)
    known = sorted(rows, key=lambda model: order.index(_label(model)) if _label(model) in order else len(order))
    places = {model: {pk: n for n, pk in enumerate(sorted(rows[model]), 1)} for model in known}
    loaded = {model: _loaded(model, rows[model]) for model in known}
    names = _names_of_targets(loaded, places)
    context = {
        "title": gettext("What is held about me"),
        "name": str(user),
        "made_at": written(data["made_at"]),
        "tables": [_table(model, loaded[model], places, names) for model in known],
        "lists": _lists(data, places),
        "files": list(files),
    }
    return render_to_string("door/file/held.html", context)


def fields_of(model: type[models.Model]) -> list[tuple[str, str]]:
    """The fields of a table that a person reads, and what each is called. KeyError where nobody has called it anything."""
    label = _label(model)
    found = [
        (field.name, str(OF_A_TABLE.get(f"{label}.{field.name}") or _word(field)))
        for field in model._meta.local_fields  # noqa: SLF001 -- Django's documented name
        if not {field.name, f"{label}.{field.name}"} & (FOR_MACHINES | KEEPS_THE_DOOR)
    ]
    return [*found, *((name, str(WORDS[name])) for name in (_IN_THREE.get(label),) if name)]


def _word(field: models.Field[Any, Any]) -> object:
    return field.verbose_name if isinstance(field.verbose_name, Promise) else WORDS[field.name]


def _label(model: type[models.Model]) -> str:
    return model._meta.label  # noqa: SLF001 -- Django's documented name


def _title(model: type[models.Model]) -> str:
    return str(TABLES.get(_label(model), model._meta.verbose_name_plural))  # noqa: SLF001 -- as above


def _loaded(model: type[models.Model], keys: set[int]) -> list[models.Model]:
    return list(model._default_manager.filter(pk__in=keys).order_by("pk"))  # noqa: SLF001 -- Django's documented name


def _targets(rows: Iterable[models.Model]) -> Iterable[tuple[type[models.Model], int]]:
    for row in rows:
        for field in row._meta.local_fields:  # noqa: SLF001 -- Django's documented name
            key = getattr(row, field.attname) if field.related_model else None
            if key is not None and field.name not in FOR_MACHINES:
                yield field.related_model, key  # type: ignore[misc]  # a class by now


def _names_of_targets(loaded: Mapping[type[models.Model], Sequence[models.Model]], places: Places) -> Names:
    """What everything is called that the rows lead to and that is no numbered row of the file. A query for each table of it."""
    wanted: dict[type[models.Model], set[int]] = defaultdict(set)
    for rows in loaded.values():
        for model, key in _targets(rows):
            if not _is_numbered(model, key, places):
                wanted[model].add(key)
    names: dict[tuple[type[models.Model], int], str] = {}
    for model, keys in wanted.items():
        along = _NAMED_WITH.get(_label(model), ())
        found = model._default_manager.select_related(*along).in_bulk(keys)  # noqa: SLF001 -- Django's documented name
        names |= {(model, pk): str(thing) for pk, thing in found.items()}
    return names


def _table(model: type[models.Model], rows: Sequence[models.Model], places: Places, names: Names) -> Table:
    fields = fields_of(model)
    cells = [[_shown(row, name, places, names) for name, _word in fields] for row in rows]
    told = [n for n in range(len(fields)) if any(line[n] != "" for line in cells)]
    lines = [
        (places[model][row.pk], _mark(model, row.pk), [line[n] for n in told])
        for row, line in zip(rows, cells, strict=True)
    ]
    return Table(_title(model), [fields[n][1] for n in told], lines)


def _mark(model: type[models.Model], pk: int) -> str:
    return f"{_label(model)}-{pk}"


def _shown(row: models.Model, name: str, places: Places, names: Names) -> Shown:
    """A field in words: what it leads to, its choice, its day. Empty where there is nothing."""
    if _IN_THREE.get(_label(type(row))) == name:
        return str(getattr(row, name))
    field: models.Field[Any, Any] = row._meta.get_field(name)  # type: ignore[assignment]  # noqa: SLF001 -- Django's documented name; a column
    value = getattr(row, field.attname)
    if value is None or value == "":
        return ""
    if isinstance(field, models.ForeignKey):
        return _led_to(field.related_model, value, places, names)
    if field.choices:
        return str(getattr(row, f"get_{name}_display")())
    return _coded(row, name, value)


def _led_to(target: type[models.Model], key: int, places: Places, names: Names) -> Shown:
    if _is_numbered(target, key, places):
        return Link(f"{gettext('No.')} {places[target][key]}", _mark(target, key))
    return names.get((target, key), "")


def _coded(row: models.Model, name: str, value: object) -> str:
    if name == "kind" and isinstance(row, OfficialDocument):
        return str(paper_kind(row.kind).title)
    if name in _COUNTRIES:
        return country_name(str(value))
    if name in _LANGUAGES:
        return ", ".join(word for code, word in settings.LANGUAGES if code in str(value))
    if name == _REASON:
        return gettext(str(value))
    return points(value) if name in _POINTS else written(value)


def written(value: object) -> str:
    """A value as the program writes it; days in full with the time of the University: the file is read years later too."""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, datetime):
        return f"{day(value)}, {timezone.localtime(value):%H:%M}"
    if isinstance(value, date):
        return day(value)
    if isinstance(value, Decimal):
        return credits_(value)
    return "" if value is None else str(value)


# --- what is no row about somebody ------------------------------------------------------------------------------------


def _lists(data: Mapping[str, Any], places: Places) -> list[Table]:
    """History, decisions, openings, mail and sign-ins."""
    when, who = gettext("When"), gettext("Who")
    told: list[tuple[str, list[str], list[tuple[object, ...]]]] = [
        (
            gettext("What happened"),
            [when, gettext("With what"), who, gettext("What")],
            [(one["at"], _thing(one["of"], places), one["who"], one["text"]) for one in data["history"]],
        ),
        (
            gettext("Decisions"),
            [when, gettext("Role"), gettext("Decision"), gettext("Reason")],
            [
                (
                    one["at"],
                    role_label(one["role"]),
                    str(Verdict(one["verdict"]).label),
                    gettext(one[_REASON]) if one[_REASON] else "",
                )
                for one in data["decisions"]
            ],
        ),
        (
            gettext("Who opened your files and papers"),
            [when, who, gettext("Role"), gettext("Document"), gettext("File")],
            [
                (one["at"], one["who"], ", ".join(map(role_label, one["roles"])), one["document"], one["file"])
                for one in data["openings_of_files"]
            ],
        ),
        (
            gettext("Mail to you"),
            [gettext("Written"), gettext("Sent"), gettext("Subject")],
            [(one["created_at"], one["sent_at"], one["subject"]) for one in data["mail"]],
        ),
        (
            gettext("Sign-ins"),
            [when, gettext("Until"), gettext("Address of the device"), gettext("Browser")],
            [
                (one["attempt_time"], one["logout_time"], one["ip_address"], named(one["user_agent"]))
                for one in data["signed_in"]
            ],
        ),
    ]
    return [
        Table(title, heads, [(n, "", _line(line)) for n, line in enumerate(lines, 1)])
        for title, heads, lines in told
        if lines
    ]


def _line(values: Iterable[object]) -> list[Shown]:
    return [value if isinstance(value, Link) else written(value) for value in values]


def _thing(of: str, places: Places) -> Shown:
    """What an entry of history is about: the table, and its row here."""
    name, _space, pk = of.partition(" ")
    model = apps.get_model(name)
    number = places.get(model, {}).get(int(pk))
    words = f"{_title(model)}, {gettext('No.')} {number}" if number else _title(model)
    return Link(words, _mark(model, int(pk))) if number else words


def _is_numbered(model: type[models.Model], pk: int, places: Places) -> bool:
    return not issubclass(model, _BY_NAME) and pk in places.get(model, {})
