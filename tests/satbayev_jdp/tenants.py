"""A small world for the walk over all addresses: two institutes with a partner each, and two students side by side.

`out.*` and `in.*` name things of the two roads, each with the student whose it is; everything is reached by services.
"""

import io
from dataclasses import dataclass, field
from datetime import date

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models
from django.utils import timezone

from admissions.enums import ItemState
from admissions.models import Application, PackageItem
from admissions.services import invitations, orders
from admissions.services.nominations import keep_file as keep_nominations
from agreements.enums import AgreementState, AnnexState, Direction, PathwayState, Side
from agreements.models import AnnexVersion, GradeScale, Pathway
from agreements.selectors.agreements import facts_of_agreement
from agreements.services.annex import keep_annex_file
from core.models import Job
from core.values import content_hash
from documents.models import OfficialDocument, Upload
from documents.services import bring_licence_scan
from institutions.enums import Role
from institutions.models import Holiday, Licence, Person, Unit, User
from mobility.models import Placement, StudyPlan
from programmes.enums import TermKind
from programmes.models import Course
from programmes.services.curricula import keep_curriculum_file
from programmes.services.students import keep_students_file
from tests.admissions.coming import Guests
from tests.admissions.road import PDF, Cast, enrolment_of
from tests.factories import agreements, institutions, mobility, programmes, transcripts
from transcripts.models import SemesterReport, Transcript
from transcripts.services.reports import open_due_reports
from transcripts.services.transcripts import issue_transcript, start_bulk

TABLE = b"code;name\n1;x\n"


@dataclass(frozen=True)
class Thing:
    """What an address names: its key, and the student to whom it belongs."""

    key: int | str
    student: User | None = None


@dataclass
class Tenant:
    """An institute, its department, its partner, and what was done there."""

    institute: Unit
    department: Unit
    pathway: Pathway
    things: dict[str, Thing] = field(default_factory=dict)

    def put(self, name: str, thing: models.Model | str, student: User | None = None) -> None:
        """Remember a thing by name."""
        self.things[name] = Thing(thing if isinstance(thing, str) else thing.pk, student)


def tenant(institute: str, department: str, code: str, partner: str) -> Tenant:
    """An institute with an open pathway to a partner of its own."""
    unit = institutions.institute(institute)
    part = institutions.department(department, unit)
    ours = programmes.programme(code=code, department=part)
    made = Tenant(unit, part, agreements.open_pathway(institutions.partner(partner), ours))
    made.put("unit", institutions.department(f"{department}-spare", unit))  # nothing names it
    _agreement_side(made)
    return made


def furnish(made: Tenant) -> Tenant:
    """Send students out and take guests in, each stopped at another step."""
    _outgoing(made)
    _studying(made)
    _incoming(made)
    _reported(made)
    return made


def classmates(made: Tenant) -> Tenant:
    """Other students of the same programme, intake and partner, with cases of their own."""
    other = Tenant(made.institute, made.department, made.pathway)
    _outgoing(other)
    _studying(other)
    _incoming(other)
    return other


# --- agreement --------------------------------------------------------------------------------------------------------


def _agreement_side(made: Tenant) -> None:
    way = made.pathway
    ipd, partner = institutions.user(Role.IPD_COORDINATOR), institutions.partner_user(way.partner_programme.university)
    made.put("agreement", way.agreement)
    made.put("pathway", way)
    made.put("annex", way.annex_versions.get())
    made.put("university", way.partner_programme.university)
    made.put("home-university", institutions.home())
    free = programmes.term(way.partner_programme.university, starts_in=3000, kind=TermKind.SUMMER)
    made.put("free-term", free)
    day_off, _ = Holiday.objects.get_or_create(country="KZ", day=date(2020, 12, 16), name_kk="Тәуелсіздік күні")
    made.put("day-off", day_off)
    made.put("programme", way.home_programme)
    made.put("bare-programme", programmes.programme(code=f"{way.home_programme.code}-0", department=made.department))
    made.put("partner-course", Course.objects.get(curriculum=way.partner_curriculum, code="INF2"))
    made.put("partner-programme", way.partner_programme)
    for side in (Side.HOME, Side.PARTNER):
        made.put(f"{side}-draft", _draft_annex(way, side, ipd if side == Side.HOME else partner))
    licence = Licence.objects.get(university=way.partner_programme.university)
    made.put("licence", licence)
    scan = bring_licence_scan(licence_id=licence.pk, scan=io.BytesIO(PDF), scan_name="scan.pdf", actor=ipd)
    made.put("licence-scan", scan)
    kept = keep_annex_file(pathway_id=way.pk, file=io.BytesIO(TABLE), name="annex.csv", actor=partner)
    made.put("annex-file", kept)
    names = {"name_kk": "Шкала", "name_ru": "Шкала", "name_en": "Scale"}
    made.put("scale", GradeScale.objects.get_or_create(code="AT", best=1, passing=4, worst=5, defaults=names)[0])
    kept = keep_curriculum_file(
        programme_id=way.partner_programme_id, file=io.BytesIO(TABLE), name="plan.csv", actor=partner
    )
    made.put("curriculum-file", kept)
    _drafted(made, ipd)


def _draft_annex(way: Pathway, side: str, by: User) -> AnnexVersion:
    number = way.annex_versions.count() + 1
    return AnnexVersion.objects.create(
        pathway=way,
        number=number,
        content_hash=content_hash(["draft", way.pk, number]),
        state=AnnexState.DRAFT,
        proposed_by=side,
        created_by=by,
    )


def _drafted(made: Tenant, ipd: User) -> None:
    """Beside the signed agreement one that is still a draft, with a pathway in preparation."""
    way = made.pathway
    agreement = agreements.agreement(
        way.partner_programme.university,
        state=AgreementState.DRAFT,
        number="",
        signed_on=None,
        valid_from=None,
        valid_until=None,
        created_by=ipd,
    )
    made.put("draft", agreement)
    pathway = Pathway.objects.create(
        agreement=agreement,
        home_programme=way.home_programme,
        partner_programme=way.partner_programme,
        home_semesters=2,
        partner_semesters=2,
        quota_out=1,
        quota_in=1,
        required_documents={"outgoing": [], "incoming": []},
        state=PathwayState.PREPARED,
    )
    made.put("draft-pathway", pathway)
    made.put(
        "teacher",
        pathway.teachers.create(university=way.partner_programme.university, full_name="Prof. X", part="teaching"),
    )
    waived = pathway.money_terms.create(
        payer="student", payee="partner", purpose_kk="оқу ақысы", amount=0, currency="EUR", is_waived=True
    )
    made.put("money-term", waived)
    shown = facts_of_agreement(agreement)
    made.put("draft-text", shown.text_hash)
    made.put("draft-whole", shown.whole_hash)
    made.put("whole", facts_of_agreement(way.agreement).whole_hash)


# --- going out --------------------------------------------------------------------------------------------------------


def _cast(made: Tenant) -> Cast:
    cast = Cast(made.pathway, seats=20)
    cast.coordinator = institutions.user(Role.INSTITUTE_COORDINATOR, unit=made.institute)
    cast.director = institutions.user(Role.INSTITUTE_DIRECTOR, unit=made.institute)
    cast.head = institutions.user(Role.DEPARTMENT_HEAD, unit=made.department)
    return cast


def _student(cast: Cast) -> User:
    account = institutions.user(Role.STUDENT)
    programmes.enrolment(cast.pathway.home_programme, account.person)
    return account


def _outgoing(made: Tenant) -> None:
    cast = _cast(made)
    made.put("out.intake", cast.intake)
    application, who = cast.requested(_student(cast))
    made.put("out.application", application, who)
    made.put("out.enrolment", enrolment_of(who), who)
    made.put("out.person", enrolment_of(who).person, who)
    made.put("out.list", _list_of(application), who)
    made.put("out.order", orders.draft_departure(applications=[application.pk], actor=cast.registrar), who)
    for name, purpose in (("out.package-file", "package_document"), ("out.passport-file", "private_document")):
        item = application.package.filter(upload__purpose=purpose).first()
        made.put(name, item.upload if item and item.upload else "", who)
    made.put("out.partner-letter", _upload("partner_letter", application), who)
    for kind in ("official_letter", "chair_application", "three_party_contract"):
        made.put(f"out.{kind}", _paper(kind, application), who)
    application, who = cast.proposed(_student(cast))
    made.put("out.proposed", application, who)
    cast.submitted(_student(cast))
    made.put("out.sent-list", cast.sent())
    application, who = cast.submitted(_student(cast))
    made.put("out.submitted", application, who)
    made.put("out.draft-list", cast.gathered(), who)
    who = _student(cast)
    made.put("out.draft", cast.draft(who), who)
    made.put("out.newcomer", "", _student(cast))


def _list_of(application: Application) -> models.Model:
    if application.candidate_list is None:
        raise LookupError("the application stands on a list")
    return application.candidate_list


def _paper(kind: str, application: Application) -> OfficialDocument:
    if kind == "official_letter" and application.letter:
        return application.letter
    return OfficialDocument.objects.get(kind=kind, subject_id=application.pk)


def _upload(purpose: str, subject: models.Model) -> Upload:
    return Upload.objects.get(purpose=purpose, subject_id=subject.pk)


def _studying(made: Tenant) -> None:
    """Stays of a term that is over: plans in draft, proposed, approved; protocols in draft and certified; a transcript."""
    draft = transcripts.draft(_half_passed(made.pathway))
    who = mobility.account_of(draft.plan.enrolment.person)
    made.put("out.stay", draft.plan.placement, who)
    made.put("out.plan", draft.plan, who)
    made.put("out.term", draft.plan.placement.application.intake.term)
    made.put("out.plan-line", draft.plan.items.order_by("pk")[0], who)
    made.put("out.protocol", draft, who)
    made.put("out.protocol-line", draft.lines.all()[0], who)
    made.put("out.difference", draft.differences.all()[0], who)
    refused = transcripts.refused(transcripts.passed_plan(made.pathway))
    who = mobility.account_of(refused.protocol.plan.enrolment.person)
    made.put("out.refusing", refused.protocol, who)
    made.put("out.refused", refused, who)
    certified = transcripts.certified_with_differences(_half_passed(made.pathway))
    who = mobility.account_of(certified.plan.enrolment.person)
    made.put("out.certified", certified, who)
    made.put("out.settled", certified.differences.all()[0], who)
    made.put("out.recognition_protocol", certified.document or "", who)
    registrar = institutions.user(Role.REGISTRAR)
    transcript = issue_transcript(enrolment_id=certified.plan.enrolment_id, actor=registrar)
    made.put("out.transcript", transcript, who)
    made.put("out.transcript-line", transcript.lines.all()[0], who)
    made.put("out.transcript-paper", transcript.document, who)
    graded = transcripts.certified_with_differences(_half_passed(made.pathway)).plan.enrolment
    made.put("out.graded", graded, mobility.account_of(graded.person))
    result = certified.lines.all()[0].results.all()[0]
    made.put("out.marks", result.file, who)
    made.put("out.marks-file", result.file.upload, who)
    drafted = mobility.plan(mobility.placement(made.pathway))
    made.put("out.draft-plan", drafted, mobility.account_of(drafted.enrolment.person))
    made.put("out.draft-line", drafted.items.order_by("pk")[0], mobility.account_of(drafted.enrolment.person))


def _half_passed(pathway: Pathway) -> StudyPlan:
    """An approved plan of which the partner has sent one passed and one failed mark: a line, and differences."""
    plan = mobility.approved(mobility.placement(pathway))
    rows = [transcripts.row(plan, "INF2", "5,0"), transcripts.row(plan, "INF4", "1,3", credits=5)]
    transcripts.post(transcripts.host_term(plan), rows)
    return plan


# --- coming in --------------------------------------------------------------------------------------------------------


def _guests(made: Tenant) -> Guests:
    guests = Guests(made.pathway, seats=20)
    guests.coordinator = institutions.user(Role.INSTITUTE_COORDINATOR, unit=made.institute)
    guests.director = institutions.user(Role.INSTITUTE_DIRECTOR, unit=made.institute)
    guests.head = institutions.user(Role.DEPARTMENT_HEAD, unit=made.department)
    guests.advisor = institutions.user(Role.ADVISOR, unit=made.department)
    guests._number = Person.objects.count()
    return guests


def _incoming(made: Tenant) -> None:
    guests = _guests(made)
    made.put("in.intake", guests.intake)
    code = made.pathway.home_programme.code
    roads = (("in.nominated", guests.nominated), ("in.review", guests.in_review), ("in.admitted", guests.admitted))
    for name, verb in roads:
        application = verb(programme=code)
        made.put(name, application, User.objects.filter(person=application.enrolment.person_id).first())
    invitations.send_invitation(application_id=application.pk, actor=guests.ipd)
    waiting = PackageItem.objects.filter(application=int(made.things["in.review"].key), status=ItemState.SUBMITTED)
    made.put("in.passport", str(waiting.get(kind="passport").upload_id))
    made.put("in.uploads", ",".join(str(item.upload_id) for item in waiting))
    drafted = guests.draft(programme=code)
    made.put("in.draft", drafted)
    kept = keep_nominations(intake_id=guests.intake.pk, content=TABLE, filename="nominations.csv", actor=guests.partner)
    made.put("nomination-file", kept)
    made.put("in.list", guests.listed(drafted))
    who = made.things["in.admitted"].student
    stay = Placement.objects.get(application=application)
    made.put("in.stay", stay, who)
    for kind in ("admission_order", "invitation", "order_extract"):
        made.put(f"in.{kind}", _paper_of_stay(kind, stay), who)
    made.put("in.order", stay.order_line.order, who)


def _paper_of_stay(kind: str, stay: Placement) -> OfficialDocument:
    subject = stay.order_line.order_id if kind == "admission_order" else stay.application_id
    return OfficialDocument.objects.get(kind=kind, subject_id=subject)


def _reported(made: Tenant) -> None:
    """A guest of the term that is over, with an approved plan: the report on it is due."""
    number = f"2025{Placement.objects.count():03d}"
    stay = mobility.placement(made.pathway, Direction.INCOMING, number_here=number)
    plan = mobility.approved(stay)
    who = mobility.account_of(plan.enrolment.person)
    made.put("in.plan", plan, who)
    made.put("in.present", stay, who)
    made.put("in.enrolment", plan.enrolment, who)
    made.put("in.person", plan.enrolment.person, who)
    open_due_reports()
    made.put("in.report", SemesterReport.objects.get(partner=made.pathway.partner_programme.university, number=0), who)


# --- of nobody in particular --------------------------------------------------------------------------------------------


def offices(made: Tenant, registrar: User, colleague: User) -> None:
    """Jobs and files of one desk and of the desk beside it."""
    for name, who in (("mine", registrar), ("colleague", colleague)):
        keys = list(Transcript.objects.values_list("enrolment", flat=True))
        job = start_bulk(enrolment_ids=keys, actor=who)
        Job.objects.filter(pk=job.pk).update(
            result_file=_file(), result_name="transcripts.zip", finished_at=timezone.now()
        )
        made.put(f"{name}.job", job)
    kept = keep_students_file(file=io.BytesIO(TABLE), name="students.csv", actor=colleague)
    made.put("students-file", kept)
    made.put("home-marks-file", transcripts.home_upload([], actor=colleague))
    made.put("verify-code", Transcript.objects.all()[0].document.code)


def put_account(made: Tenant, account: User) -> None:
    """An account with its role, for the pages of people."""
    made.put("account", account)
    made.put("role", account.memberships.get())


def with_files() -> None:
    """Give every paper a file, as a worker would have done after the commit."""
    OfficialDocument.objects.filter(sha256="").update(sha256="0" * 64, file=_file())


def _file() -> str:
    return default_storage.save("papers/world.pdf", ContentFile(PDF))
