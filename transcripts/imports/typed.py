"""Marks typed on a page become a file like any other: the same reader checks it, and a credit's chain ends in it."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from core.imports import place
from programmes.enums import TermKind
from programmes.models import AcademicTerm


@dataclass(frozen=True, slots=True)
class TypedMark:
    """A line as it was typed: texts."""

    student: str = ""
    code: str = ""
    credits: str = ""
    mark: str = ""
    day: str = ""
    attempt: str = ""


COLUMNS = tuple(field.name for field in fields(TypedMark))
# The heads that `read_marks` knows, in the order of COLUMNS; the University's own files say the term of each row besides.
_HEADS = ("Student ID", "Course code", "credits", "Mark", "exam_date", "Attempt")
_HOME_HEADS = ("Academic year", "Semester")


def typed_file(lines: Sequence[TypedMark], term: AcademicTerm) -> bytes:
    """The lines as a CSV file of a term's marks."""
    home = term.university.is_home
    # Autumn is any odd semester to the reader, spring any even one.
    when = (term.academic_year, "1" if term.kind == TermKind.AUTUMN else "2") if home else ()
    stream = io.StringIO(newline="")
    rows = csv.writer(stream, delimiter=";")
    rows.writerow((*_HEADS, *(_HOME_HEADS if home else ())))
    for line in lines:
        # A line break would be a cell's own, and none here has one.
        rows.writerow([*(" ".join(getattr(line, name).split()) for name in COLUMNS), *when])
    return stream.getvalue().encode("utf-8-sig", errors="replace")


def cells_of(keys: Sequence[str], name: str) -> Mapping[str, tuple[str, str]]:
    """Of each place in the file `name` the key of its line and the column: problems are told by place."""
    return {
        place(name, row, column): (key, title)
        for row, key in enumerate(keys, start=2)
        for column, title in enumerate(COLUMNS, start=1)
    }
