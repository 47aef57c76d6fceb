"""What the tests of marks, protocols, transcripts and reports share: the clerk, an incoming student with marks, a difference."""

from decimal import Decimal

from agreements.enums import Direction
from institutions.enums import Role
from institutions.models import User
from mobility.models import StudyPlan
from programmes.models import AcademicTerm
from tests.factories import institutions, mobility
from tests.factories import transcripts as factory
from transcripts.models import Difference, RecognitionProtocol, SemesterReport
from transcripts.services import reports

NUMBER = "20269001"


def registrar() -> User:
    """Somebody of the Registrar's Office."""
    return institutions.user(Role.REGISTRAR)


def autumn_of_2024() -> None:
    """The University's term in which a student of the pathway's programme has the first marks."""
    AcademicTerm.objects.create(
        university=institutions.home(), year=2024, kind="autumn", starts_on="2024-09-01", ends_on="2025-01-31"
    )


def guest() -> StudyPlan:
    """The approved plan of an incoming student, who bears a number of the University."""
    return mobility.approved(mobility.placement(direction=Direction.INCOMING, number_here=NUMBER))


def guest_mark(plan: StudyPlan, code: str, percent: int) -> None:
    """A mark of the University for the guest, posted."""
    term = factory.host_term(plan)
    report = factory.post_home([(NUMBER, "", code, 5, term.academic_year, 3, percent, term.ends_on, 1)])
    assert report.written, report.problems


def reported() -> tuple[StudyPlan, SemesterReport]:
    """A guest with one mark of three, and the report that has fallen due, once."""
    plan = guest()
    guest_mark(plan, "CSE2", 88)
    assert reports.open_due_reports() == 1
    assert reports.open_due_reports() == 0
    return plan, SemesterReport.objects.get()


def said(protocol: RecognitionProtocol) -> dict[str, tuple[Decimal, int | None, str]]:
    """What a protocol recognises, by code of the home course: credits, percent, letter."""
    return {
        line.course.code: (line.credits, line.percent, line.letter) for line in protocol.lines.select_related("course")
    }


def missing(protocol: RecognitionProtocol) -> dict[str, str]:
    """What a protocol does not recognise, by code of the home course: the cause."""
    return {gap.course.code: gap.cause for gap in protocol.differences.select_related("course")}


def with_a_difference() -> tuple[RecognitionProtocol, Difference]:
    """A draft with INF2 passed and INF4 failed: CSE4 is a difference."""
    plan = mobility.approved()
    factory.post(
        factory.host_term(plan), [factory.row(plan, "INF2", "1,7"), factory.row(plan, "INF4", "5,0", credits=5)]
    )
    protocol = factory.draft(plan)
    return protocol, protocol.differences.get()
