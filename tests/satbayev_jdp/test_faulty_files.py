"""Every import, every fault of a file: told by cell in the reader's language, and nothing half-written.

What a single cell may hold is tested with each import; here all five meet the same files.
"""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from django.db.models import Model
from django.utils import translation
from openpyxl import load_workbook

from admissions.models import Application, CandidateList
from admissions.services import nominations
from agreements.models import AnnexRow, AnnexVersion
from agreements.services import annex
from core import archives, sheets
from core.imports import ImportReport
from core.workflow import RefusedError
from institutions.enums import Role
from institutions.models import Person, User
from programmes.models import Course, Curriculum, Enrolment
from programmes.services import curricula, students
from tests.admissions.coming import Guests
from tests.agreements.road import ANNEX, Road
from tests.core.workbooks import with_member
from tests.factories import institutions, mobility, programmes
from tests.factories import transcripts as marks
from tests.programmes.files import sent
from transcripts.models import Result, ResultFile
from transcripts.services import results

pytestmark = pytest.mark.django_db
Bring = Callable[[bytes, str], ImportReport]


@dataclass
class Import:
    """An import with a file that it would take, and what it would write."""

    good: bytes
    bring: Bring
    writes: tuple[type[Model], ...]
    before: tuple[int, ...] = field(default=())

    def __post_init__(self) -> None:
        self.before = self.counts()

    def counts(self) -> tuple[int, ...]:
        """How much of everything that it writes there is."""
        return tuple(model._default_manager.count() for model in self.writes)


def _curriculum() -> Import:
    ipd, programme = institutions.user(Role.IPD_COORDINATOR), programmes.programme()

    def bring(content: bytes, name: str) -> ImportReport:
        kept = curricula.keep_curriculum_file(programme_id=programme.pk, file=io.BytesIO(content), name=name, actor=ipd)
        return curricula.import_curriculum(upload_id=kept.pk, actor=ipd)

    return Import(sent("curriculum_7M06102.xlsx").read(), bring, (Curriculum, Course))


def _students() -> Import:
    registrar = institutions.user(Role.REGISTRAR)
    programmes.programme()
    programmes.programme(code="6B07203")

    def bring(content: bytes, name: str) -> ImportReport:
        kept = students.keep_students_file(file=io.BytesIO(content), name=name, actor=registrar)
        return students.import_students(upload_id=kept.pk, actor=registrar)

    return Import(sent("students_registrar.csv").read(), bring, (Person, Enrolment, User))


def _annex() -> Import:
    road = Road()
    pathway = road.drafted()

    def bring(content: bytes, name: str) -> ImportReport:
        kept = annex.keep_annex_file(pathway_id=pathway.pk, file=io.BytesIO(content), name=name, actor=road.ipd)
        return annex.import_annex(upload_id=kept.pk, actor=road.ipd)

    return Import(sent(ANNEX).read(), bring, (AnnexVersion, AnnexRow))


def _nominations() -> Import:
    guests = Guests()

    def bring(content: bytes, name: str) -> ImportReport:
        nominations.keep_file(intake_id=guests.intake.pk, content=content, filename=name, actor=guests.partner)
        return nominations.import_nominations(
            intake_id=guests.intake.pk, content=content, filename=name, actor=guests.partner
        )

    good = sent("nominations_nordtal_2027_spring.xlsx").read()
    return Import(good, bring, (CandidateList, Application, Person))


def _marks() -> Import:
    plan = mobility.approved()
    who = institutions.partner_user(plan.placement.host)

    def bring(content: bytes, name: str) -> ImportReport:
        kept = results.keep_marks_file(file=io.BytesIO(content), name=name, term=marks.host_term(plan), actor=who)
        return results.post_marks(upload=kept, actor=who)

    good = marks.workbook(marks.PARTNER_HEAD, [marks.row(plan, "INF2", 1.7), marks.row(plan, "INF4", 2.0, credits=5)])
    return Import(good.read(), bring, (ResultFile, Result))


MAKERS: dict[str, Callable[[], Import]] = {
    "curriculum": _curriculum,
    "students": _students,
    "annex": _annex,
    "nominations": _nominations,
    "marks": _marks,
}


@pytest.fixture(params=list(MAKERS))
def kind(request: pytest.FixtureRequest) -> str:
    """One import after another."""
    return str(request.param)


def told(one: Import, content: bytes, name: str = "file.xlsx") -> str:
    """What the reader is told, in Kazakh; the same in English is another text. Nothing was written."""
    said = {}
    for language in ("en", "kk"):
        with translation.override(language):
            try:
                report = one.bring(content, name)
            except RefusedError as refusal:
                said[language] = str(refusal)
            else:
                assert not report.ok
                assert not report.written
                said[language] = "\n".join(str(problem) for problem in report.problems)
    assert one.counts() == one.before
    assert said["kk"] != said["en"]
    return said["kk"]


def test_a_file_of_another_kind(kind: str) -> None:
    assert "marks.xlsx" in told(MAKERS[kind](), b"%PDF-1.7 not a table", "marks.xlsx")


def test_an_archive_and_a_workbook_with_macros(kind: str) -> None:
    one = MAKERS[kind]()
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("readme.txt", "x")

    assert "file.xlsx" in told(one, stream.getvalue())
    assert "file.xlsx" in told(one, with_member(sent(ANNEX).read(), "xl/vbaProject.bin", b"x"))


def test_a_broken_workbook(kind: str) -> None:
    one = MAKERS[kind]()
    whole = sent(ANNEX).read()

    assert told(one, with_member(whole, "xl/worksheets/sheet1.xml", b"<worksheet>"))
    assert told(one, whole[: len(whole) // 2])


def test_a_workbook_that_unpacks_to_a_huge_one(kind: str) -> None:
    bomb = with_member(sent(ANNEX).read(), "xl/media/image.png", b"\0" * (archives.MAX_UNPACKED_BYTES + 1))

    assert told(MAKERS[kind](), bomb)


def test_a_table_with_too_many_rows(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    one = MAKERS[kind]()
    monkeypatch.setattr(sheets, "MAX_ROWS", 1)

    assert told(one, one.good, "file.csv" if kind == "students" else "file.xlsx")


def test_a_formula_is_named_by_its_cell(kind: str) -> None:
    if kind == "students":  # a CSV file has no formulas: what looks like one is text
        return
    one = MAKERS[kind]()
    content, cell = with_formula(one.good)

    assert cell in told(one, content)


def with_formula(content: bytes) -> tuple[bytes, str]:
    """The same workbook with a formula in the place of the last whole number below the head, and where that is."""
    book = load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    numbers = [cell for row in sheet.iter_rows(min_row=2) for cell in row if isinstance(cell.value, int | float)]
    column = numbers[-1].column if len(numbers) < 4 else numbers[len(numbers) // 2].column
    cell = next(one for one in numbers if one.column == column)
    cell.value = "=1+1"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue(), str(cell.coordinate)
