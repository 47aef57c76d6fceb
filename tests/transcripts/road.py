"""What the tests of marks, transcripts and reports share: the clerk, and an incoming student with marks."""

from agreements.enums import Direction
from institutions.enums import Role
from institutions.models import User
from mobility.models import StudyPlan
from programmes.models import AcademicTerm
from tests.factories import institutions, mobility
from tests.factories import transcripts as factory
from transcripts.models import SemesterReport
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
