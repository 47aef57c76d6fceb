"""The fifth stage: who has studied abroad and here, their plans, marks, recognitions, transcripts and reports.

20240101–106 are at Nordtal since winter 2025/26; their marks are late: `results_nordtal_2025_winter.xlsx` is left for walking
by hand. 20230101–105 are at Yangtze since autumn 2025; of their first term something stands at each step.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from openpyxl import Workbook

from admissions.enums import PartnerAnswer
from admissions.models import Application, Intake
from admissions.services import chair, contract, intakes, letters, lists, nominations, orders, outgoing, package, visa
from admissions.services.applications import take_step
from admissions.workflow.nominations import Candidate
from agreements.enums import Direction, PathwayState
from agreements.models import Pathway
from institutions.models import User
from mobility.models import Placement, StudyPlan
from mobility.services import plans, stay
from programmes.models import AcademicTerm
from satbayev_jdp.demo.incoming import Guest, Staff
from satbayev_jdp.demo.scans import scan
from satbayev_jdp.demo.world import HOME, NORDTAL, YANGTZE, World, email_of
from transcripts.enums import RemovalWay
from transcripts.models import RecognitionProtocol
from transcripts.services import protocols, reports, results, transcripts

AT_NORDTAL = tuple(f"2024010{n}" for n in range(1, 7))
AT_YANGTZE = tuple(f"2023010{n}" for n in range(1, 6))
# Of the Yangtze students' first term: certified, certified with a difference, waiting for the vice-rector, left to the director.
CERTIFIED, WITH_DIFFERENCE, MADE = "20230103", "20230101", ("20230102", "20230105")
GUESTS = (
    Guest("Y22061204", "XU", "JIAQI", "F", date(2002, 12, 5), "EJ3390417", "IELTS 6.5"),
    Guest("Y22061219", "GAO", "TIANYU", "M", date(2003, 2, 18), "EJ3390562", "IELTS 6.0"),
)
# Percents of the guests' courses at the University; the last course of the second one has no mark yet.
GUEST_MARKS = ((91, 84, 77, 88, 95), (73, 66, 81, 59))


@dataclass(frozen=True)
class Road:
    """One outgoing group of the past: partner, unit, department, first semester there, first term's year, visa category."""

    partner: str
    login: str
    unit: str
    department: str
    numbers: tuple[str, ...]
    semester: int
    category: str


ROADS = (
    Road(NORDTAL, "nordtal", "ai", "se", AT_NORDTAL, 3, "D"),
    Road(YANGTZE, "yangtze", "gm", "me", AT_YANGTZE, 5, "X1"),
)


def build(world: World) -> None:
    """Home marks, the two groups abroad with approved plans, Yangtze's marks and recognitions, guests of the last semester."""
    _import(world, "results_home_7M06102_2024_25.xlsx", None, "registrar")
    for road in ROADS:
        applications = _abroad(world, road)
        for application in applications.values():
            _approve_plan(world, road, application)
    _import(world, "results_yangtze_2025_autumn.csv", _term(world, YANGTZE, "autumn"), "yangtze")
    _recognitions(world)
    protocols.open_due()
    _transcripts(world)
    _guests(world)
    reports.open_due_reports()


# --- marks --------------------------------------------------------------------------------------------------------------


def _term(world: World, university: str, kind: str) -> AcademicTerm:
    return AcademicTerm.objects.get(university=world.university(university), year=2025, kind=kind)


def _import(world: World, name: str, term: AcademicTerm | None, login: str) -> None:
    actor = world.user(login)
    upload = results.keep_marks_file(file=world.opened(name), name=name, term=term, actor=actor)
    report = results.post_marks(upload=upload, actor=actor)
    if not report.written:
        raise ValueError(f"{name}: {[str(problem) for problem in report.problems]}")


# --- the road out, walked in 2025 ------------------------------------------------------------------------------------------


def _abroad(world: World, road: Road) -> dict[str, Application]:
    """Apply, list, letter, invitation, package, contract, visa, order, departure."""
    intake = _intake(world, road)
    applications = {number: _applied(world, road, intake, number) for number in road.numbers}
    coordinator = world.user(f"coordinator.{road.unit}")
    candidates = lists.gather(intake_id=intake.pk, actor=coordinator)
    lists.send_list(
        list_id=candidates.pk,
        request_text="Кандидаттарды серіктеске ұсынуды сұраймыз: үлгерімі мен тіл деңгейі жеткілікті.",
        actor=coordinator,
    )
    letters.send_official_letter(list_id=candidates.pk, actor=world.user("ipd"))
    for number, application in applications.items():
        _prepared(world, road, application, number)
    registrar = world.user("registrar")
    order = orders.draft_departure(applications=[one.pk for one in applications.values()], actor=registrar)
    orders.send_for_signature(order_id=order.pk, actor=registrar)
    first = intake.term.starts_on
    orders.sign(order_id=order.pk, actor=world.user("rector"), signed_on=first - timedelta(days=20))
    for application in applications.values():
        visa.visa_step(
            application_id=application.pk,
            name="grant",
            actor=world.user("ipd"),
            category=road.category,
            valid_from=first - timedelta(days=30),
            valid_until=intake.last_term.ends_on + timedelta(days=30),
        )
        outgoing.depart(application_id=application.pk, on=first - timedelta(days=4), actor=world.user("ipd"))
    intakes.prolong_intake(intake_id=intake.pk, closes_on=first - timedelta(days=90), actor=world.user("ipd"))
    return applications


def _intake(world: World, road: Road) -> Intake:
    pathway = Pathway.objects.get(partner_programme__university=world.university(road.partner), state=PathwayState.OPEN)
    term = _term(world, road.partner, "autumn")
    return intakes.open_intake(
        pathway_id=pathway.pk,
        direction=Direction.OUTGOING,
        term_id=term.pk,
        last_term_id=_term(world, road.partner, "spring").pk,
        semester=road.semester,
        semesters=2,
        seats=len(road.numbers),
        opens_on=term.starts_on - timedelta(days=150),
        closes_on=world.today + timedelta(days=1),
        actor=world.user("ipd"),
    )


def _applied(world: World, road: Road, intake: Intake, number: str) -> Application:
    student = world.user(f"student.{number}")
    application = outgoing.start_application(intake_id=intake.pk, actor=student)
    outgoing.save_draft(
        application_id=application.pk,
        motivation="Серіктесте таңдаған бағытымды тереңдетіп, екінші диплом алғым келеді.",
        actor=student,
    )
    return take_step(application_id=application.pk, name="submit", actor=student)


def _prepared(world: World, road: Road, application: Application, number: str) -> None:
    student, ipd, partner, pk = (
        world.user(f"student.{number}"),
        world.user("ipd"),
        world.user(road.login),
        application.pk,
    )
    outgoing.answer(
        application_id=pk, answer=PartnerAnswer.INVITED, actor=partner, file=scan("Invitation"), name="invitation.pdf"
    )
    outgoing.request_package(application_id=pk, due=world.today + timedelta(days=5), actor=ipd)
    contract.make_contract(application_id=pk, actor=ipd)
    for item in application.package.filter(upload=None).order_by("pk"):
        giver = world.user(f"coordinator.{road.unit}") if item.giver == "institute" else student
        package.submit_document(
            application_id=pk, kind=item.kind, file=scan(item.kind), name=f"{item.kind}.pdf", actor=giver
        )
    package.accept_everything(application_id=pk, actor=ipd)
    chair.sign_chair_application(application_id=pk, language="kk", actor=student)
    for signer in (student, world.user("rector"), partner):
        contract.sign_contract(application_id=pk, actor=signer)
    take_step(application_id=pk, name="complete_documents", actor=ipd)
    first = application.intake.term.starts_on
    visa.visa_step(
        application_id=pk, name="submit", actor=ipd, submitted_on=first - timedelta(days=60), category=road.category
    )
    take_step(application_id=pk, name="request_order", actor=ipd)


def _approve_plan(world: World, road: Road, application: Application) -> None:
    """The plan that opened with the order goes to everybody, and everybody agrees."""
    student = User.objects.get(person=application.enrolment.person_id)
    _agreed_by_all(
        world, road.department, road.login, student, StudyPlan.objects.get(placement__application=application)
    )


def _agreed_by_all(world: World, department: str, login: str, student: User, plan: StudyPlan) -> None:
    advisor = world.user(f"advisor.{department}")
    plan = plans.propose_plan(plan_id=plan.pk, actor=advisor)
    for user in (student, advisor, world.user(f"head.{department}"), world.user(login)):
        plans.agree_to_plan(plan_id=plan.pk, actor=user, seen_hash=plan.content_hash)


# --- recognition ---------------------------------------------------------------------------------------------------------------


def _recognitions(world: World) -> None:
    """Certified without and with a difference, two waiting for the vice-rector, one left to the director."""
    director, vice_rector = world.user("director.gm"), world.user("vicerector")
    for number in (CERTIFIED, WITH_DIFFERENCE, *MADE):
        protocol = RecognitionProtocol.objects.get(
            plan__enrolment__student_number=number, term=_term(world, YANGTZE, "autumn")
        )
        for difference in protocol.differences.order_by("position"):
            protocols.set_removal(
                protocol_id=protocol.pk,
                difference_id=difference.pk,
                way=RemovalWay.SUMMER,
                due=world.today + timedelta(days=240),
                actor=director,
            )
        protocols.make_protocol(protocol_id=protocol.pk, actor=director)
        if number not in MADE:
            protocols.certify_protocol(protocol_id=protocol.pk, actor=vice_rector)


def _transcripts(world: World) -> None:
    """The Registrar's Office has issued one with recognised lines and one of home marks alone."""
    for number in (CERTIFIED, AT_NORDTAL[0]):
        enrolment = StudyPlan.objects.filter(enrolment__student_number=number)[0].enrolment_id
        transcripts.issue_transcript(enrolment_id=enrolment, actor=world.user("registrar"))


# --- guests of the last semester at the University ------------------------------------------------------------------------------


def _guests(world: World) -> None:
    """Two of Yangtze who studied here in the last semester that has ended, with marks; the report about them is due."""
    ended = AcademicTerm.objects.filter(university=world.university(HOME), ends_on__lt=world.today).exclude(
        kind="summer"
    )
    term = ended.order_by("-ends_on")[0]
    semester = 5 if term.kind == "autumn" else 6
    pathway = Pathway.objects.get(partner_programme__university=world.university(YANGTZE), state=PathwayState.OPEN)
    intake = intakes.open_intake(
        pathway_id=pathway.pk,
        direction=Direction.INCOMING,
        term_id=term.pk,
        last_term_id=term.pk,
        semester=semester,
        semesters=1,
        seats=len(GUESTS),
        opens_on=term.starts_on - timedelta(days=150),
        closes_on=world.today + timedelta(days=1),
        actor=world.user("ipd"),
    )
    staff = Staff(world, "gm", "me", "yangtze")
    applications = _nominated(world, intake)
    staff.admit(list(applications.values()))
    rows = []
    for position, application in enumerate(applications.values()):
        placement = _here(world, staff, application, f"KZ-26-{1180 + position}")
        rows += _marks(placement, term, semester, GUEST_MARKS[position])
    intakes.prolong_intake(intake_id=intake.pk, closes_on=term.starts_on - timedelta(days=90), actor=world.user("ipd"))
    registrar = world.user("registrar")
    upload = results.keep_marks_file(file=_workbook(rows), name="results_guests.xlsx", term=None, actor=registrar)
    report = results.post_marks(upload=upload, actor=registrar)
    if not report.written:
        raise ValueError([str(problem) for problem in report.problems])


def _nominated(world: World, intake: Intake) -> dict[str, Application]:
    partner, made = world.user("yangtze"), {}
    for guest in GUESTS:
        candidate = Candidate(
            surname=guest.surname,
            given_names=guest.given_names,
            birth_date=guest.born,
            sex=guest.sex,
            citizenship=guest.citizenship,
            passport_number=guest.passport,
            passport_valid_until=world.today + timedelta(days=365 * 4),
            email=email_of(f"student.{guest.number.lower()}"),
            matriculation=guest.number,
            programme=intake.pathway.home_programme.code,
            semester=intake.semester,
            language_certificate=guest.certificate,
        )
        made[guest.number] = nominations.add_candidate(intake_id=intake.pk, candidate=candidate, actor=partner)
        for item in made[guest.number].package.order_by("pk"):
            package.submit_document(
                application_id=item.application_id,
                kind=item.kind,
                file=scan(item.kind),
                name=f"{guest.number}-{item.kind}.pdf",
                actor=partner,
            )
    nominations.send_list(list_id=next(iter(made.values())).candidate_list_id or 0, actor=partner)
    return made


def _here(world: World, staff: Staff, application: Application, invitation: str) -> Placement:
    """Invited, with a visa, arrived, registered, with an approved plan."""
    placement = staff.invite(application)
    staff.grant_visa(application, invitation)
    border = application.intake.term.starts_on - timedelta(days=3)
    ipd = world.user("ipd")
    stay.record_arrival(
        placement_id=placement.pk, crossed_border_on=border, met_by="Тұрсынбек Үміт", actor=world.user("coordinator.gm")
    )
    stay.record_came_to_ipd(placement_id=placement.pk, day=border + timedelta(days=1), actor=ipd)
    stay.record_registration(
        placement_id=placement.pk,
        registered_on=border + timedelta(days=2),
        number=f"RV-{invitation[-4:]}",
        registered_until=placement.ends_on + timedelta(days=10),
        actor=ipd,
    )
    student = User.objects.get(person=application.enrolment.person_id)
    stay.acknowledge_rules(placement_id=placement.pk, actor=student)
    _agreed_by_all(world, "me", "yangtze", student, StudyPlan.objects.get(placement=placement))
    return placement


Cells = Sequence[object]


def _marks(placement: Placement, term: AcademicTerm, semester: int, percents: Sequence[int]) -> list[Cells]:
    """Rows of the Registrar's file for a guest: the courses of the plan at the University, in their order."""
    plan = StudyPlan.objects.get(placement=placement)
    items = plan.items.filter(term=term).select_related("course").order_by("position")
    person = placement.application.enrolment.person
    return [
        (
            placement.host_student_number,
            person.passport_name,
            item.course.code,
            item.course.credits,
            term.academic_year,
            semester,
            percent,
            term.ends_on - timedelta(days=6 - position),
            1,
        )
        for position, (item, percent) in enumerate(zip(items, percents, strict=False))
    ]


def _workbook(rows: Sequence[Cells]) -> io.BytesIO:
    book = Workbook()
    sheet = book.create_sheet("Қорытынды", 0)
    sheet.append(["ID", "Тегі, аты", "Коды", "Кредит", "Оқу жылы", "Семестр", "Пайыз", "Емтихан күні", "Әрекет"])
    for row in rows:
        sheet.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    stream.seek(0)
    return stream
