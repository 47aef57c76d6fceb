"""Files of marks as offices send them, kept and posted by their services."""

import io
from collections.abc import Sequence
from datetime import date, timedelta

from openpyxl import Workbook

from agreements.models import GradeScale, Pathway
from core.imports import ImportReport
from core.values import today
from documents.models import Upload
from institutions.enums import Role
from institutions.models import Membership, User
from mobility.models import StudyPlan
from programmes.models import AcademicTerm
from tests.factories import institutions, mobility
from transcripts.enums import DifferenceCause, RemovalWay
from transcripts.models import Difference, RecognitionProtocol
from transcripts.services import differences, protocols, results

PARTNER_HEAD = ("Student (home ID)", "Name", "Module code", "ECTS", "Grade", "Date of examination", "Attempt")
HOME_HEAD = ("ID", "Тегі, аты", "Коды", "Кредит", "Оқу жылы", "Семестр", "Пайыз", "Емтихан күні", "Әрекет")
Cells = Sequence[object]


def home_scale() -> GradeScale:
    """The University's own scale, once."""
    found, _ = GradeScale.objects.get_or_create(
        code="KZ",
        defaults={
            "name_kk": "Қазақстандық шкала",
            "name_ru": "Казахстанская шкала",
            "name_en": "Kazakh scale",
            "best": 100,
            "passing": 50,
            "worst": 0,
        },
    )
    return found


def workbook(head: Cells, rows: Sequence[Cells], title: str = "Examination results") -> io.BytesIO:
    """An XLSX file with a title row, a head and rows."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Marks"
    sheet.append([title])
    sheet.append(list(head))
    for row in rows:
        sheet.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    stream.seek(0)
    return stream


def partner_upload(term: AcademicTerm, rows: Sequence[Cells], *, actor: User | None = None) -> Upload:
    """A partner's file, kept."""
    who = actor or institutions.partner_user(term.university)
    return results.keep_marks_file(file=workbook(PARTNER_HEAD, rows), name="marks.xlsx", term=term, actor=who)


def post(term: AcademicTerm, rows: Sequence[Cells]) -> ImportReport:
    """A partner's file, kept and posted."""
    who = institutions.partner_user(term.university)
    return results.post_marks(upload=partner_upload(term, rows, actor=who), actor=who)


def home_upload(rows: Sequence[Cells], *, actor: User | None = None) -> Upload:
    """A file of the University's own marks, kept."""
    home_scale()
    who = actor or institutions.user(Role.REGISTRAR)
    return results.keep_marks_file(file=workbook(HOME_HEAD, rows), name="home.xlsx", term=None, actor=who)


def post_home(rows: Sequence[Cells]) -> ImportReport:
    """A file of the University's own marks, kept and posted."""
    who = institutions.user(Role.REGISTRAR)
    return results.post_marks(upload=home_upload(rows, actor=who), actor=who)


def row(
    plan: StudyPlan, code: str, mark: object, *, credits: object = 10, attempt: int = 1, day: date | None = None
) -> Cells:
    """A row of a partner's file for a plan's student, examined in the last days of the term."""
    person = plan.enrolment.person
    examined = f"{day or examination_day(plan):%d.%m.%Y}"
    return (plan.enrolment.student_number, person.name_cyrillic, code, credits, mark, examined, attempt)


def examination_day(plan: StudyPlan) -> date:
    """A day in the session of the stay's term."""
    return host_term(plan).ends_on - timedelta(days=6)


def host_term(plan: StudyPlan) -> AcademicTerm:
    """The term of the stay."""
    return plan.placement.application.intake.term


def director(plan: StudyPlan) -> User:
    """The director of the plan's institute."""
    return institutions.user(Role.INSTITUTE_DIRECTOR, unit=plan.placement.application.institute)


def passed_plan(pathway: Pathway | None = None) -> StudyPlan:
    """An approved plan whose marks are posted, all passed: INF2 1,7 and INF4 2,0."""
    plan = mobility.approved(mobility.placement(pathway))
    report = post(host_term(plan), [row(plan, "INF2", "1,7"), row(plan, "INF4", "2,0", credits=5)])
    assert report.written, report.problems
    return plan


def draft(plan: StudyPlan | None = None) -> RecognitionProtocol:
    """The draft protocol of a plan with passed marks."""
    return RecognitionProtocol.objects.get(plan=plan or passed_plan())


def made(plan: StudyPlan | None = None) -> RecognitionProtocol:
    """A protocol that the director has made."""
    protocol = draft(plan)
    return protocols.make_protocol(protocol_id=protocol.pk, actor=director(protocol.plan))


def certified(plan: StudyPlan | None = None) -> RecognitionProtocol:
    """A certified protocol."""
    protocol = made(plan)
    return protocols.certify_protocol(protocol_id=protocol.pk, actor=institutions.user(Role.VICE_RECTOR))


def remove_in_summer(difference: Difference, *, by: User) -> None:
    """The director says that a difference is removed in the summer."""
    differences.set_removal(
        protocol_id=difference.protocol_id,
        difference_id=difference.pk,
        way=RemovalWay.SUMMER,
        due=today() + timedelta(days=200),
        actor=by,
    )


def certified_with_differences(plan: StudyPlan) -> RecognitionProtocol:
    """A certified protocol whose differences are to be removed in the summer."""
    protocol, who = draft(plan), director(plan)
    for difference in protocol.differences.all():
        remove_in_summer(difference, by=who)
    return certified(plan)


def refused(plan: StudyPlan) -> Difference:
    """What the director of the institute has refused to recognise of a plan with passed marks: its first line."""
    protocol, who = draft(plan), director(plan)
    line = protocol.lines.order_by("pk")[0]
    differences.refuse_line(protocol_id=protocol.pk, line_id=line.pk, reason="Another course", actor=who)
    return protocol.differences.get(cause=DifferenceCause.REFUSED)


def acting(user: User, role: str, instead_of: User) -> Membership:
    """Let somebody act in an office for somebody else."""
    return Membership.objects.create(
        user=user, role=role, university=institutions.home(), starts_on=user.created_at.date(), acting_for=instead_of
    )
