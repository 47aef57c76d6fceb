"""Reads: editions and their clauses, the references, the glossary, the change-registration sheet. Everybody signed in may read."""

from dataclasses import dataclass
from functools import cache

from django.db import models
from django.db.models import Prefetch, QuerySet

from core.history import subject_type
from core.machine import citations_of
from core.values import Localized, fold, today
from regulation import files
from regulation.convert import shortened
from regulation.files import Reference, Term
from regulation.models import Amendment, Clause, Edition, Section


def edition_in_force() -> str:
    """The number of the edition in force today, kept with every decision (R-1.5-a).

    By the files that the program brings, which every start loads: no query, also before there is a table.
    """
    day = today()
    return next((number for since, number in reversed(files.shipped(files.DATA)) if since <= day), "")


def printed_number(key: str) -> str:
    """The number that the edition in force prints for a clause, in the reader's language; a key it does not know, as it is.

    By the files, as `edition_in_force` is: a page shows many clauses and asks for none of them.
    """
    numbers = files.printed_numbers(edition_in_force())
    return str(numbers[key]) if key in numbers else key


def editions() -> QuerySet[Edition]:
    """All editions, the newest first."""
    return Edition.objects.order_by("-approved_on", "-pk")


def current_edition() -> Edition | None:
    """The edition in force today; None before one is loaded. One query."""
    return editions().filter(approved_on__lte=today()).first()


def edition(number: str = "") -> Edition | None:
    """The edition with this number, or the one in force; None when there is none."""
    return editions().filter(number=number).first() if number else current_edition()


def clauses_by_section(of: Edition, search: str = "") -> list[Section]:
    """The sections of an edition with `found`, their clauses in which every word of `search` stands. Two queries.

    A section without such a clause is left out. A word may be a clause's number or stand in any of the three languages.
    """
    clauses = Clause.objects.filter(edition=of).order_by("position")
    for word in fold(search).split():
        clauses = clauses.filter(search_text__contains=word)
    sections = Section.objects.filter(edition=of).prefetch_related(Prefetch("clauses", clauses, to_attr="found"))
    return [section for section in sections.order_by("position") if section.found]


def clause(key: str, *, of: Edition | None) -> Clause | None:
    """A clause of an edition by its key, with section and the clause that it is a part of. One query."""
    if of is None:
        return None
    return Clause.objects.filter(edition=of, key=key).select_related("edition", "section", "parent").first()


@dataclass(frozen=True)
class Gate:
    """A step that cites a clause: of which machine, the button's text, what the clause demands there (message ids)."""

    title: str
    label: str
    demands: tuple[str, ...]


def gates_of(key: str) -> tuple[Gate, ...]:
    """The steps that cite a clause, each once, with what their guards demand by it."""
    found: dict[tuple[str, str], Gate] = {}
    for cited in citations_of(key):
        gate = found.get((cited.machine, cited.step), Gate(cited.title, cited.label, ()))
        demands = (*gate.demands, cited.demand) if cited.demand else gate.demands
        found[cited.machine, cited.step] = Gate(cited.title, cited.label, demands)
    return tuple(found.values())


@dataclass(frozen=True)
class ClausePage:
    """What the page of a clause shows beside its text."""

    parts: list[Clause]
    before: Clause | None
    after: Clause | None
    gates: tuple[Gate, ...]
    editions: list[Edition]


def clause_page(found: Clause) -> ClausePage:
    """The surroundings of a clause and the gates that cite it. Three queries."""
    near = Clause.objects.filter(edition_id=found.edition_id, position__range=(found.position - 1, found.position + 1))
    by_position = {neighbour.position: neighbour for neighbour in near.order_by("position")}
    return ClausePage(
        parts=list(Clause.objects.filter(parent=found).order_by("position")),
        before=by_position.get(found.position - 1),
        after=by_position.get(found.position + 1),
        gates=gates_of(found.key),
        editions=list(editions().filter(clauses__key=found.key)),
    )


def peek(key: str) -> tuple[Clause, str] | None:
    """A clause of the edition in force with the beginning of its text in the reader's language. Two queries."""
    found = clause(key, of=current_edition())
    return (found, shortened(str(found.text))) if found else None


def references() -> tuple[Reference, ...]:
    """The acts that the regulation rests on, in its order (R-2-a)."""
    return files.read_references(files.DATA)


def reference(key: str) -> Reference:
    """One act, for a paper that rests on it. KeyError when section 2 does not list it."""
    return {act.key: act for act in references()}[key]


def glossary() -> tuple[Term, ...]:
    """The words of pages and papers with their definitions (R-3-a)."""
    return files.read_glossary(files.DATA)


@cache
def _terms() -> dict[str, Localized]:
    return {fold(str(word)): term.word for term in glossary() for word in (term.word.kk, term.word.ru, term.word.en)}


def worded(text: str) -> Localized | str:
    """What somebody typed, in the reader's words where it is a term of the glossary in any language; else as it was typed."""
    return _terms().get(fold(text.strip()), text)


def changes_of(subject: models.Model) -> QuerySet[Amendment]:
    """The change-registration sheet of the regulation or of an agreement, with who entered each change (R-CR-a)."""
    rows = Amendment.objects.filter(subject_type=subject_type(subject), subject_id=subject.pk)
    return rows.select_related("entered_by__person").order_by("number")
