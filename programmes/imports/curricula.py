"""A working curriculum as a department or a partner sends it: XLSX or CSV, in Kazakh, Russian, English or German."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import BinaryIO

from django.utils.translation import gettext_noop

from core.faults import code_faults, letter_faults
from core.heads import Header, heads, read_rows
from core.imports import Grid, Outcome, Problem, ReportLine, Row, Word, faults_among
from core.sheets import open_grid
from core.values import Localized, content_hash, fold
from programmes.enums import Component, CourseKind, Cycle
from programmes.models import Course

HEADERS = (
    Header("code", Localized("Коды", "Код", "Code"), ("Пән коды", "Course code", "course_code", "Modulnummer", "Шифр")),
    Header(
        "name_kk",
        Localized("Пәннің атауы", "Название на казахском", "Name in Kazakh"),
        ("Пән", "Қазақша атауы"),
        required=False,
    ),
    Header(
        "name_ru",
        Localized("Орысша атауы", "Наименование дисциплины", "Name in Russian"),
        ("Дисциплина", "Название на русском"),
        required=False,
    ),
    Header(
        "name_en",
        Localized("Ағылшынша атауы", "Название на английском", "Course title"),
        ("Course", "Course name", "course_name", "Module title", "Name in English"),
        required=False,
    ),
    Header(
        "name_original",
        Localized("Өз тіліндегі атауы", "Название на своём языке", "Name in its own language"),
        ("Modul", "Modulname", "课程名称", "Nazwa przedmiotu", "Название на языке оригинала"),
        required=False,
    ),
    Header("cycle", Localized("Цикл", "Цикл", "Cycle"), required=False),
    Header("component", Localized("Компонент", "Компонент", "Component"), ("Pflicht / Wahl",), required=False),
    Header("kind", Localized("Түрі", "Вид", "Type"), ("Kind",), required=False),
    Header(
        "credits",
        Localized("Кредиттер саны", "Кредиты", "Credits"),
        ("Количество кредитов", "Кредит", "Кредиттер", "ECTS", "Leistungspunkte"),
    ),
    Header("hours", Localized("Сағаттар", "Часы", "Hours"), ("Сағат", "Количество часов", "Workload (h)", "Stunden")),
    Header("semester", Localized("Семестр", "Семестр", "Semester")),
    Header("prerequisites", Localized("Пререквизиттер", "Пререквизиты", "Prerequisites"), required=False),
)
_KINDS = (
    Word(CourseKind.COURSE, Localized("пән", "дисциплина", "course")),
    Word(CourseKind.PRACTICE, Localized("практика", "практика", "practice"), ("тәжірибе",)),
    Word(CourseKind.RESEARCH, Localized("ғылыми жұмыс", "научная работа", "research")),
    Word(CourseKind.FINAL_ATTESTATION, Localized("қорытынды аттестаттау", "итоговая аттестация", "final attestation")),
    Word(CourseKind.THESIS, Localized("дипломдық жұмыс", "дипломная работа", "thesis")),
)
_CYCLES = (
    Word(Cycle.GENERAL, Localized("ЖББП", "ООД", "GED")),
    Word(Cycle.BASIC, Localized("БП", "БД", "BD")),
    Word(Cycle.MAJOR, Localized("КП", "ПД", "MD")),
    Word(Cycle.RESEARCH, Localized("ҒЗЖ", "НИР", "RW")),
    Word(Cycle.FINAL, Localized("ҚА", "ИА", "FA")),
)
_COMPONENTS = (
    Word(Component.COMPULSORY, Localized("МК", "ОК", "compulsory"), ("Pflicht",)),
    Word(Component.UNIVERSITY, Localized("ЖК", "ВК", "university")),
    Word(Component.ELECTIVE, Localized("ТК", "КВ", "elective"), ("Wahl",)),
)
# A file without a column of kinds still tells practices and the thesis by their names; "Praktikum Deep Learning" is a course.
_KIND_WORDS = (
    (CourseKind.THESIS, ("thesis", "masterarbeit", "bachelorarbeit")),
    (CourseKind.PRACTICE, ("internship", "industriepraktikum", "field practice", "practice")),
)
_NAMES = ("name_kk", "name_ru", "name_en", "name_original")
MAX_CREDITS, MAX_HOURS, MAX_SEMESTER = Decimal(60), 2400, 14


@dataclass(frozen=True, slots=True)
class CourseRow:
    """A typed line of a curriculum. `where` and `where_before` (of its prerequisites) name its cells and are no content."""

    code: str
    name_kk: str
    name_ru: str
    name_en: str
    name_original: str
    kind: str
    cycle: str
    component: str
    credits: Decimal
    hours: int
    semester: int
    prerequisites: tuple[str, ...]
    where: str
    where_before: str

    @property
    def shown_name(self) -> str:
        """The first name that the file gives."""
        return self.name_kk or self.name_original or self.name_en or self.name_ru

    def content(self) -> list[object]:
        """What is hashed."""
        values = (self.code, self.name_kk, self.name_ru, self.name_en, self.name_original, self.kind, self.cycle)
        return [
            *values,
            self.component,
            self.credits,
            self.hours,
            self.semester,
            list(self.prerequisites),
        ]


@dataclass(frozen=True)
class CurriculumFile:
    """What a file says, and what is wrong with it. `kinds_guessed`: codes whose kind was told by the name; `refused`: the rows
    that could not be read.
    """

    title: str
    rows: tuple[CourseRow, ...]
    problems: tuple[Problem, ...]
    kinds_guessed: frozenset[str] = frozenset()
    refused: tuple[ReportLine, ...] = ()

    @property
    def hash(self) -> str:
        """The same content, in whatever file, has the same hash."""
        return content_hash([row.content() for row in self.rows])


def read_curriculum(file: BinaryIO, filename: str, *, total: Decimal) -> CurriculumFile:
    """Read, type and check a curriculum whose credits must add up to `total`. Raises UnreadableFileError."""
    grid, problems = open_grid(file, filename, heads(HEADERS))
    rows, guessed = [], set()
    refused: list[ReportLine] = []
    named: set[str] = set()
    sheet = grid.name
    for row in read_rows(grid, HEADERS, problems):
        typed, was_guessed = _typed(row)
        if typed is not None:
            rows.append(typed)
            if was_guessed:
                guessed.add(typed.code)
        else:
            refused.append(ReportLine(row.where("code"), Outcome.REFUSED, row.shown("code", *_NAMES)))
            named.add(row.cells["code"].text)
    if not rows and not faults_among(problems):
        problems.append(Problem(f"«{sheet}»", gettext_noop("There is no course in this file.")))
    problems += _check_codes(rows)
    problems += _check_prerequisites(rows, named)
    if not faults_among(problems):
        problems += _check_total(rows, total, sheet)
    return CurriculumFile(_title(grid, filename), tuple(rows), tuple(problems), frozenset(guessed), tuple(refused))


def _title(grid: Grid, filename: str) -> str:
    first = grid.cell(1, 1).text
    is_header = any(first.casefold() == title.casefold() for header in HEADERS for title in header.titles)
    return (filename if is_header or not first else first)[:300]


def _typed(row: Row) -> tuple[CourseRow | None, bool]:
    code = row.text_for(Course, "code")
    names = {name: row.text_for(Course, name, required=False) if name in row.cells else "" for name in _NAMES}
    for fault in (*code_faults("code", code), *letter_faults(**names)):
        row.problem(fault.field, fault.text, **fault.params)
    if not any(names.values()) and not any(row.cells[name].is_told for name in _NAMES if name in row.cells):
        row.problem("code", gettext_noop("the course has no name in any language"))
    credits = row.decimal("credits", low=Decimal("0.5"), high=MAX_CREDITS, places=2)
    hours = row.integer("hours", low=1, high=MAX_HOURS)
    semester = row.integer("semester", low=1, high=MAX_SEMESTER)
    kind = row.choice("kind", _KINDS, required=False) if "kind" in row.cells else ""
    cycle = row.choice("cycle", _CYCLES, required=False) if "cycle" in row.cells else ""
    component = row.choice("component", _COMPONENTS, required=False) if "component" in row.cells else ""
    prerequisites = row.text("prerequisites", required=False)
    guessed = "" if kind else _kind_by_name(" ".join(names.values()))
    if not code or credits is None or hours is None or semester is None or not any(names.values()):
        return None, False
    typed = CourseRow(
        code=code,
        name_kk=names["name_kk"],
        name_ru=names["name_ru"],
        name_en=names["name_en"],
        name_original=names["name_original"],
        kind=kind or guessed or CourseKind.COURSE,
        cycle=cycle,
        component=component,
        credits=credits,
        hours=hours,
        semester=semester,
        prerequisites=tuple(dict.fromkeys(code for code in re.split(r"[,;\s]+", prerequisites) if code)),
        where=row.where("code"),
        where_before=row.where("prerequisites" if "prerequisites" in row.cells else "code"),
    )
    return typed, bool(guessed)


def _kind_by_name(names: str) -> str:
    folded = fold(names)
    for kind, words in _KIND_WORDS:
        if any(word in folded for word in words):
            return kind
    return ""


def _check_codes(rows: list[CourseRow]) -> list[Problem]:
    seen: dict[str, str] = {}
    problems = []
    for row in rows:
        if row.code in seen:
            text = gettext_noop("the code %(code)s stands here twice; first at %(first)s")
            problems.append(Problem(row.where, text, {"code": row.code, "first": seen[row.code]}))
        seen.setdefault(row.code, row.where)
    return problems


def _check_prerequisites(rows: list[CourseRow], named: set[str]) -> list[Problem]:
    """Prerequisites are courses of the file that come no later. `named`: courses in rows that could not be read."""
    by_code = {row.code: row for row in rows}
    problems = []
    for row in rows:
        for code in row.prerequisites:
            before = by_code.get(code)
            if before is None and code in named:
                continue
            if before is None:
                text = gettext_noop("its prerequisite %(code)s is not in this curriculum")
            elif before is row:
                text = gettext_noop("a course cannot be its own prerequisite")
            elif before.semester > row.semester:
                text = gettext_noop("its prerequisite %(code)s comes in a later semester")
            else:
                continue
            problems.append(Problem(row.where_before, text, {"code": code}))
    return problems


def _check_total(rows: list[CourseRow], total: Decimal, sheet: str) -> list[Problem]:
    found = sum((row.credits for row in rows), Decimal(0))
    if found == total:
        return []
    text = gettext_noop("The credits add up to %(found)s; the programme has %(total)s.")
    return [Problem(f"«{sheet}»", text, {"found": found, "total": total})]
