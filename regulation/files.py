"""The data folder: editions, references, glossary and requirements as files, read into typed values."""

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from core.values import Localized

DATA = Path(__file__).resolve().parent / "data"


@dataclass(frozen=True, slots=True)
class SectionData:
    """A section as its edition's file has it."""

    key: str
    printed: Localized
    title: Localized


@dataclass(frozen=True, slots=True)
class ClauseData:
    """A clause as its edition's file has it. `parent`: the key of the clause that it is a part of."""

    key: str
    printed: Localized
    section: str
    parent: str
    text_only: bool
    text: Localized


@dataclass(frozen=True, slots=True)
class EditionData:
    """A whole edition."""

    number: str
    code: str
    decision: str
    approved_on: date
    title: Localized
    source: Localized
    translation_note: Localized
    sections: tuple[SectionData, ...]
    clauses: tuple[ClauseData, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """An act that the regulation rests on (section 2). Papers cite it by name, number and date."""

    key: str
    kind: str
    number: str
    day: date | None
    amended: bool
    issuer: Localized
    name: Localized


@dataclass(frozen=True, slots=True)
class Term:
    """A word of pages and papers; its definition is empty where section 3 gives none."""

    identifier: str
    word: Localized
    definition: Localized


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a clause asks of the program. Its text is English: it speaks to those who build it."""

    id: str
    clause: str
    text: str


def edition_paths(folder: Path = DATA) -> tuple[Path, ...]:
    """The files of all editions that the program brings, oldest first."""
    return tuple(sorted(folder.glob("edition_*.toml"), key=lambda path: _toml(path)["edition"]["approved_on"]))


def read_edition(path: Path) -> EditionData:
    """One edition. KeyError or TOMLDecodeError when the file is not in the form of regulation/data/README.md."""
    raw = _toml(path)
    head = raw["edition"]
    return EditionData(
        number=head["number"],
        code=head["code"],
        decision=head["decision"],
        approved_on=head["approved_on"],
        title=_texts(head, "title"),
        source=Localized(kk=head["source"], ru=head.get("source_ru", ""), en=head.get("source_en", "")),
        translation_note=_texts(head, "translation_note"),
        sections=tuple(SectionData(row["key"], _printed(row), _texts(row, "title")) for row in raw["section"]),
        clauses=tuple(_clause(row) for row in raw["clause"]),
    )


def _clause(row: Mapping[str, Any]) -> ClauseData:
    return ClauseData(
        key=row["key"],
        printed=_printed(row),
        section=row["section"],
        parent=row.get("parent", ""),
        text_only=row["text_only"],
        text=Localized(kk=row["kk"].strip(), ru=row["ru"].strip(), en=row["en"].strip()),
    )


def _printed(row: Mapping[str, Any]) -> Localized:
    return Localized(kk=row["printed"], ru=row.get("printed_ru", ""), en=row.get("printed_en", ""))


def _texts(row: Mapping[str, Any], name: str) -> Localized:
    return Localized(kk=row.get(f"{name}_kk", ""), ru=row.get(f"{name}_ru", ""), en=row.get(f"{name}_en", ""))


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def read_references(folder: Path = DATA) -> tuple[Reference, ...]:
    """The acts of section 2, in its order."""
    return tuple(
        Reference(
            key=row["key"],
            kind=row["kind"],
            number=row.get("number", ""),
            day=row.get("date"),
            amended=row["amended"],
            issuer=_texts(row, "issuer"),
            name=_texts(row, "name"),
        )
        for row in _toml(folder / "references.toml")["reference"]
    )


@cache
def read_glossary(folder: Path = DATA) -> tuple[Term, ...]:
    """The words of the house, in the order of the file."""
    return tuple(
        Term(row["identifier"], Localized(kk=row["kk"], ru=row["ru"], en=row["en"]), _texts(row, "definition"))
        for row in _toml(folder / "glossary.toml")["term"]
    )


@cache
def read_requirements(folder: Path = DATA) -> tuple[Requirement, ...]:
    """What the clauses ask of the program, in the regulation's order."""
    with (folder / "requirements.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(Requirement(row["id"], row["clause"], row["text"]) for row in csv.DictReader(lines))


@cache
def shipped(folder: Path = DATA) -> tuple[tuple[date, str], ...]:
    """Since when which edition is in force, by the files that the program brings, oldest first."""
    heads = [_toml(path)["edition"] for path in edition_paths(folder)]
    return tuple((head["approved_on"], head["number"]) for head in heads)


@cache
def printed_numbers(number: str, folder: Path = DATA) -> Mapping[str, Localized]:
    """What an edition prints for each of its clauses, by key; nothing for an edition that there is not."""
    found = (read_edition(path) for path in edition_paths(folder))
    return {row.key: row.printed for edition in found if edition.number == number for row in edition.clauses}
