"""Transcripts: only the Registrar's Office, only certified recognitions, every line opens to its chain; reports to partners."""

import zipfile
from decimal import Decimal
from io import BytesIO
from itertools import product

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils.translation import gettext, override
from pytest_django import DjangoAssertNumQueries

from agreements.enums import Direction, Side
from agreements.models import AnnexCourse
from core import jobs
from core.models import Job
from core.workflow import BlockedError, NotAllowedError, RefusedError
from documents.models import OfficialDocument
from documents.services import revoke, seal
from institutions.enums import Role
from institutions.models import User
from institutions.permissions import standing_of
from mobility.models import StudyPlan
from tests.conftest import ClientAs
from tests.core.test_paper import fonts_of, text_of
from tests.factories import agreements, institutions, mobility
from tests.factories import transcripts as factory
from transcripts.models import SemesterReport, Transcript, TranscriptLine
from transcripts.selectors.chain import chain_of
from transcripts.selectors.reports import by_student, told_by
from transcripts.selectors.transcripts import contents_of, lines_visible_to
from transcripts.services import reports, transcripts

pytestmark = pytest.mark.django_db


def registrar() -> User:
    return institutions.user(Role.REGISTRAR)


@pytest.mark.clause("5.12-a")
def test_only_certified_recognitions_enter_the_transcript() -> None:
    plan = factory.passed_plan()
    protocol = factory.made(plan)
    assert contents_of(plan.enrolment).lines == []

    protocols_certified(protocol.plan)

    assert {line.course.code for line in contents_of(plan.enrolment).lines} == {"CSE2", "CSE3", "CSE4"}


def protocols_certified(plan: StudyPlan) -> None:
    from transcripts.services import protocols  # noqa: PLC0415 -- the service under another name above

    protocols.certify_protocol(protocol_id=plan.protocols.get().pk, actor=institutions.user(Role.VICE_RECTOR))


@pytest.mark.clause("6.11-a")
def test_a_recognised_line_names_partner_course_credits_and_mark() -> None:
    protocol = factory.certified()

    issued = transcripts.issue_transcript(enrolment_id=protocol.plan.enrolment_id, actor=registrar())

    (block,) = issued.document.context["blocks"]
    assert protocol.document is not None
    assert block["protocol"] == protocol.document.number_text
    line = block["lines"][0]
    assert line["partner"] == "Hochschule Nordtal"
    assert [(source["credits"], source["mark"]) for source in line["sources"]] == [("10", "1,7")]
    # (3.33·5 + 3.33·5 + 3.0·5) / 15 = 3.22
    assert (issued.document.context["credits"], issued.document.context["gpa"]) == ("15", "3.22")


@pytest.mark.clause("6.11-b")
@pytest.mark.parametrize("role", [Role.IPD_COORDINATOR, Role.VICE_RECTOR, Role.METHODICAL_SECTION, Role.AUDITOR])
def test_nobody_but_the_registrars_office_issues_transcripts(role: str) -> None:
    protocol = factory.certified()

    with pytest.raises(NotAllowedError):
        transcripts.issue_transcript(enrolment_id=protocol.plan.enrolment_id, actor=institutions.user(role))


def test_a_transcript_without_marks_is_refused() -> None:
    plan = mobility.approved()

    with pytest.raises(RefusedError):
        transcripts.issue_transcript(enrolment_id=plan.enrolment_id, actor=registrar())


@pytest.mark.clause("5.12")
def test_the_paper_holds_what_it_says_in_our_fonts() -> None:
    protocol = factory.certified()
    issued = transcripts.issue_transcript(enrolment_id=protocol.plan.enrolment_id, actor=registrar())

    with seal(issued.document_id).file.open("rb") as file:
        content = file.read()

    text = text_of(content)
    assert "ТРАНСКРИПТ" in text
    assert "Transcript of records" in text
    assert "Әбдіғалиев Әлихан" in text
    assert "қайта есептелді, хаттама № 1-ҚЕ" in text
    assert {name for name in fonts_of(content) if not name.startswith("Paper-Sans")} == set()


@pytest.mark.clause("5.11-a")
def test_the_protocols_paper_is_in_three_languages() -> None:
    protocol = factory.certified()
    assert protocol.document is not None

    with seal(protocol.document_id or 0).file.open("rb") as file:
        text = text_of(file.read())

    for title in ("ХАТТАМАСЫ", "ПРОТОКОЛ ПЕРЕЗАЧЁТА", "PROTOCOL OF RECOGNITION"):
        assert title in text
    assert "88.33; 88" in text


@pytest.mark.clause("5.12")
def test_each_credit_opens_to_its_chain() -> None:
    protocol = factory.certified()
    clerk = registrar()
    transcripts.issue_transcript(enrolment_id=protocol.plan.enrolment_id, actor=clerk)
    line = lines_visible_to(standing_of(clerk)).get(course__code="CSE2")

    chain = chain_of(line)

    assert [link.kind for link in chain] == ["line", "recognition", "mark", "row", "annex", "agreement"]
    assert chain[3].detail == ("Marks, 3",)
    assert "INF2" in chain[4].detail[0]
    assert chain[5].title == protocol.plan.placement.application.intake.pathway.agreement.number


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_a_chain_names_the_annexs_courses_in_the_readers_language(language: str) -> None:
    protocol = factory.certified()
    clerk = registrar()
    transcripts.issue_transcript(enrolment_id=protocol.plan.enrolment_id, actor=clerk)
    line = lines_visible_to(standing_of(clerk)).get(course__code="CSE2")
    assert line.recognition is not None
    ours = AnnexCourse.objects.get(row=line.recognition.annex_row, side=Side.HOME, course=line.course)
    assert ours.printed_name == ours.course.name_kk != ours.course.name_en

    with override(language):
        detail = chain_of(line)[4].detail[0]

    shown = {"kk": ours.printed_name, "ru": ours.course.name_ru, "en": ours.course.name_en}
    assert [code for code, name in shown.items() if f"{name} (" in detail] == [language]


def test_an_issued_transcript_never_changes() -> None:
    protocol = factory.certified()
    transcripts.issue_transcript(enrolment_id=protocol.plan.enrolment_id, actor=registrar())

    for change in (
        lambda: TranscriptLine.objects.update(percent=100),
        lambda: Transcript.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


@pytest.mark.clause("5.9-a")
def test_an_incoming_students_transcript_bears_included_education() -> None:
    plan = mobility.approved(mobility.placement(direction=Direction.INCOMING, number_here="20269001"))
    term = plan.placement.application.intake.term
    factory.post_home([("20269001", "", "CSE2", 5, term.academic_year, 3, 88, term.ends_on, 1)])

    issued = transcripts.issue_transcript(enrolment_id=plan.enrolment_id, actor=registrar())

    included = issued.document.context["included"]
    assert (included["courses"], included["credits"]) == (3, "15")


# --- many at once -------------------------------------------------------------------------------------------------------


def test_a_bulk_issues_each_once_however_often_it_runs() -> None:
    pathway = agreements.open_pathway()
    plans = [factory.certified(factory.passed_plan(pathway)).plan for _ in range(2)]
    job = transcripts.start_bulk(enrolment_ids=[plan.enrolment_id for plan in plans], actor=registrar())

    for item in job.items.all():
        transcripts.work_on(item)
        transcripts.work_on(item)
    jobs.run(job.pk)
    jobs.run(job.pk)

    job.refresh_from_db()
    assert Transcript.objects.count() == 2
    assert not OfficialDocument.objects.filter(job_item__job=job, sha256="").exists()
    with job.result_file.open("rb") as file, zipfile.ZipFile(BytesIO(file.read())) as archive:
        assert len(archive.namelist()) == 2
    assert jobs.progress(job).done == 2


def test_a_bulk_tells_what_it_could_not_do() -> None:
    plan = mobility.approved()
    job = transcripts.start_bulk(enrolment_ids=[plan.enrolment_id], actor=registrar())

    for _ in range(jobs.MAX_ATTEMPTS):
        jobs.run(job.pk)

    (told,) = jobs.told_of(job)
    assert told.text == "There is no mark to print yet."
    assert told.name == f"{plan.enrolment.person} · {plan.enrolment.student_number}"
    assert jobs.progress(job).failed == 1


def test_a_bulk_packs_what_is_issued_already_and_tells_its_number() -> None:
    pathway = agreements.open_pathway()
    plans = [factory.certified(factory.passed_plan(pathway)).plan for _ in range(2)]
    clerk = registrar()
    before = transcripts.issue_transcript(enrolment_id=plans[0].enrolment_id, actor=clerk)

    job = transcripts.start_bulk(enrolment_ids=[plan.enrolment_id for plan in plans], actor=clerk)
    jobs.run(job.pk)

    job.refresh_from_db()
    assert Transcript.objects.count() == 2
    (told,) = jobs.told_of(job)
    assert (told.text, told.failed) == (f"issued already: № {before.document.number_text}", False)
    with job.result_file.open("rb") as file, zipfile.ZipFile(BytesIO(file.read())) as archive:
        names = archive.namelist()
    assert len(names) == 2
    assert any(before.document.number_text in name for name in names)


def test_a_bulk_is_not_started_again_while_it_runs_and_has_no_effect_afterwards(client_as: ClientAs) -> None:
    pathway = agreements.open_pathway()
    plans = [factory.certified(factory.passed_plan(pathway)).plan for _ in range(2)]
    keys = [plan.enrolment_id for plan in plans]
    clerk = registrar()
    client: Client = client_as(clerk)
    job = transcripts.start_bulk(enrolment_ids=keys, actor=clerk)

    again = client.post("/transcripts/bulk/", {"chosen": keys}, follow=True)

    assert again.request["PATH_INFO"] == f"/jobs/{job.pk}/"
    assert "are being made already" in again.content.decode()
    assert Job.objects.count() == 1
    jobs.run(job.pk)
    later = transcripts.start_bulk(enrolment_ids=keys, actor=clerk)
    jobs.run(later.pk)
    assert Transcript.objects.count() == 2
    assert [row.text.split(":")[0] for row in jobs.told_of(later)] == ["issued already", "issued already"]


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_a_bulks_page_speaks_the_readers_language(language: str, client_as: ClientAs) -> None:
    clerk = registrar()
    with override("kk"):
        job = transcripts.start_bulk(enrolment_ids=[mobility.approved().enrolment_id], actor=clerk)
        jobs.run(job.pk)
    client: Client = client_as(clerk)
    client.cookies["django_language"] = language

    page = client.get(f"/jobs/{job.pk}/").content.decode()

    with override(language):
        assert f"<h1>{gettext('Transcripts')}</h1>" in page
        assert gettext("There is no mark to print yet.") in page


# --- one in force -------------------------------------------------------------------------------------------------------


@pytest.mark.clause("6.11")
def test_the_same_transcript_is_not_issued_twice(client_as: ClientAs) -> None:
    protocol = factory.certified()
    student = protocol.plan.enrolment_id
    client: Client = client_as(registrar())
    tabs = [client.get(f"/transcripts/students/{student}/") for _ in range(2)]

    told = [
        client.post(f"/transcripts/students/{student}/issue/", {"seen": tab.context["digest"]}, follow=True)
        for tab in tabs
    ]

    made = Transcript.objects.get()
    assert [answer.request["PATH_INFO"] for answer in told] == [f"/transcripts/{made.pk}/"] * 2
    said = f"issued already: № {made.document.number_text}"
    assert [said in answer.content.decode() for answer in told] == [False, True]
    page = client.get(f"/transcripts/students/{student}/").content.decode()
    assert "Issue the transcript" not in page
    assert f"№ {made.document.number_text}" in page


@pytest.mark.clause("6.11")
def test_a_new_transcript_supersedes_the_last_so_that_one_is_in_force() -> None:
    plan = mobility.approved(mobility.placement(direction=Direction.INCOMING, number_here="20269001"))
    term = plan.placement.application.intake.term
    made = []
    for code, percent in (("CSE2", 88), ("CSE3", 70), ("CSE4", 91)):
        factory.post_home([("20269001", "", code, 5, term.academic_year, 3, percent, term.ends_on, 1)])
        made.append(transcripts.issue_transcript(enrolment_id=plan.enrolment_id, actor=registrar()))

    states = [OfficialDocument.objects.get(pk=one.document_id).state for one in made]

    assert states == ["superseded", "superseded", "issued"]
    assert made[2].document.supersedes_id == made[1].document_id


def test_after_a_revoked_transcript_the_same_may_be_issued_again() -> None:
    protocol = factory.certified()
    clerk = registrar()
    first = transcripts.issue_transcript(enrolment_id=protocol.plan.enrolment_id, actor=clerk)
    revoke(document_id=first.document_id, reason="A mistake in the seal.", actor=clerk)

    second = transcripts.issue_transcript(enrolment_id=protocol.plan.enrolment_id, actor=clerk)

    assert second.document.supersedes_id is None
    assert second.content_hash == first.content_hash


def test_a_transcript_that_is_no_longer_what_was_seen_is_not_issued(client_as: ClientAs) -> None:
    plan = mobility.approved(mobility.placement(direction=Direction.INCOMING, number_here="20269001"))
    term = plan.placement.application.intake.term
    factory.post_home([("20269001", "", "CSE2", 5, term.academic_year, 3, 88, term.ends_on, 1)])
    client: Client = client_as(registrar())
    address = f"/transcripts/students/{plan.enrolment_id}/"
    seen = client.get(address).context["digest"]
    factory.post_home([("20269001", "", "CSE3", 5, term.academic_year, 3, 70, term.ends_on, 1)])

    told = client.post(f"{address}issue/", {"seen": seen}, follow=True)

    assert told.request["PATH_INFO"] == address
    assert "has changed since you looked" in told.content.decode()
    assert not Transcript.objects.exists()


# --- semester reports ---------------------------------------------------------------------------------------------------


def reported() -> tuple[StudyPlan, SemesterReport]:
    plan = mobility.approved(mobility.placement(direction=Direction.INCOMING, number_here="20269001"))
    term = plan.placement.application.intake.term
    factory.post_home([("20269001", "", "CSE2", 5, term.academic_year, 3, 88, term.ends_on, 1)])
    assert reports.open_due_reports() == 1
    assert reports.open_due_reports() == 0
    return plan, SemesterReport.objects.get()


@pytest.mark.clause("6.9-a")
@pytest.mark.clause("6.9-b")
def test_a_report_is_due_when_the_semester_ends_and_lists_missing_marks() -> None:
    _plan, report = reported()

    (student,) = by_student(told_by(report))

    assert [(row.course.code, row.result is not None) for row in student.rows] == [
        ("CSE2", True),
        ("CSE3", False),
        ("CSE4", False),
    ]
    assert (student.credits, student.gpa, student.missing) == (Decimal(5), Decimal("3.33"), 2)
    # 88 % on the German scale: 1 + 3·(100 − 88)/50 = 1.72 → 1.7
    assert student.rows[0].theirs == Decimal("1.7")


@pytest.mark.clause("6.9-b")
def test_a_report_is_made_sealed_sent_and_acknowledged() -> None:
    plan, report = reported()
    ipd = institutions.user(Role.IPD_COORDINATOR)
    partner = institutions.partner_user(plan.placement.application.intake.pathway.partner_programme.university)
    with pytest.raises(SemesterReport.DoesNotExist):
        reports.acknowledge_report(report_id=report.pk, actor=partner)

    made = reports.make_report(report_id=report.pk, actor=ipd)
    with pytest.raises(BlockedError):
        reports.send_report(report_id=report.pk, actor=ipd)
    seal(made.document_id or 0)
    reports.send_report(report_id=report.pk, actor=ipd)
    done = reports.acknowledge_report(report_id=report.pk, actor=partner)

    assert (done.state, done.acknowledged_by) == ("acknowledged", partner)


@pytest.mark.clause("6.9-c")
def test_late_marks_make_a_numbered_supplement() -> None:
    plan, report = reported()
    ipd = institutions.user(Role.IPD_COORDINATOR)
    reports.make_report(report_id=report.pk, actor=ipd)
    term = plan.placement.application.intake.term
    factory.post_home([("20269001", "", "CSE4", 5, term.academic_year, 3, 95, term.ends_on, 1)])

    supplement = SemesterReport.objects.get(number=1)
    report.refresh_from_db()

    assert [row.course.code for row in told_by(supplement)] == ["CSE4"]
    assert [row.result is None for row in told_by(report)] == [False, True, True]


# --- pages ------------------------------------------------------------------------------------------------------------------


def test_every_page_of_the_road_opens(client_as: ClientAs) -> None:
    protocol = factory.certified()
    clerk = registrar()
    issued = transcripts.issue_transcript(enrolment_id=protocol.plan.enrolment_id, actor=clerk)
    _plan, report = reported()
    client: Client = client_as(clerk)
    addresses = (
        "/transcripts/marks/",
        "/transcripts/marks/new/",
        f"/transcripts/marks/files/{protocol.lines.all()[0].results.all()[0].file_id}/",
        "/transcripts/protocols/",
        f"/transcripts/protocols/{protocol.pk}/",
        "/transcripts/",
        f"/transcripts/students/{protocol.plan.enrolment_id}/",
        f"/transcripts/{issued.pk}/",
        f"/transcripts/lines/{issued.lines.all()[0].pk}/",
        "/transcripts/reports/",
        f"/transcripts/reports/{report.pk}/",
        f"/transcripts/reports/{report.pk}/xlsx/",
        f"/mobility/plans/{protocol.plan_id}/",
    )

    for language, address in product(("kk", "ru", "en"), addresses):
        client.cookies["django_language"] = language
        assert client.get(address).status_code == 200, f"{address} in {language}"


def test_a_file_is_checked_and_posted_on_pages(client_as: ClientAs) -> None:
    plan = mobility.approved()
    who = institutions.partner_user(plan.placement.host)
    client: Client = client_as(who)
    book = factory.workbook(factory.PARTNER_HEAD, [factory.row(plan, "INF2", "1,7")])
    book.name = "marks.xlsx"

    checked = client.post("/transcripts/marks/new/", {"source": factory.host_term(plan).pk, "file": book}, follow=True)
    address = checked.request["PATH_INFO"].replace("check", "post")
    posted = client.post(address, follow=True)
    again = client.post(address, follow=True)

    assert "Post these marks" in checked.content.decode()
    assert "Posted marks: 1." in posted.content.decode()
    assert "posted already" in again.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_lists_cost_the_same_for_any_length(
    count: int, client_as: ClientAs, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    pathway = agreements.open_pathway()
    for _ in range(count):
        factory.certified(factory.passed_plan(pathway))
    client: Client = client_as(registrar())
    client.get("/transcripts/")

    for address, queries in (("/transcripts/protocols/", 7), ("/transcripts/", 9), ("/transcripts/marks/", 10)):
        with django_assert_num_queries(queries):
            assert client.get(address).status_code == 200


def test_what_is_not_theirs_does_not_exist(client_as: ClientAs) -> None:
    protocol = factory.certified()
    issued = transcripts.issue_transcript(enrolment_id=protocol.plan.enrolment_id, actor=registrar())
    stranger = institutions.partner_user(institutions.partner("Elsewhere", "PL"))
    client: Client = client_as(stranger)

    for address in (
        f"/transcripts/protocols/{protocol.pk}/",
        f"/transcripts/{issued.pk}/",
        f"/transcripts/lines/{issued.lines.all()[0].pk}/",
        f"/transcripts/students/{protocol.plan.enrolment_id}/",
    ):
        assert client.get(address).status_code == 404
    assert client.post(f"/transcripts/protocols/{protocol.pk}/make/").status_code == 404
    assert client.post(f"/transcripts/students/{protocol.plan.enrolment_id}/issue/").status_code in {302, 404}
    assert Transcript.objects.count() == 1


def test_the_student_sees_own_transcript(client_as: ClientAs) -> None:
    protocol = factory.certified()
    issued = transcripts.issue_transcript(enrolment_id=protocol.plan.enrolment_id, actor=registrar())
    client: Client = client_as(mobility.account_of(protocol.plan.enrolment.person))

    assert client.get(f"/transcripts/{issued.pk}/").status_code == 200
