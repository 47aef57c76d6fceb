"""The third stage, what lies behind us: who has studied abroad and here, plans, marks, recognitions, transcripts, reports.

Everything is done on its own day. 20240101–106 are at Nordtal since winter 2025/26; their marks are late:
`results_nordtal_2025_winter.xlsx` is left for walking by hand. 20230101–105 are at Yangtze since autumn 2025; of their first
term something stands at each step.
"""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, timedelta

from admissions.enums import PartnerAnswer
from admissions.models import Application, Intake
from admissions.services import chair, contract, intakes, letters, lists, orders, outgoing, package, visa
from admissions.services.applications import take_step
from agreements.enums import Direction, PathwayState
from agreements.models import Pathway
from core.values import today
from mobility.models import StudyPlan
from programmes.models import AcademicTerm
from satbayev_jdp.demo import guests
from satbayev_jdp.demo.scans import scan
from satbayev_jdp.demo.world import NORDTAL, YANGTZE, World
from transcripts.enums import RemovalWay
from transcripts.models import RecognitionProtocol
from transcripts.services import differences, opening, protocols, reports, results, transcripts

OPENS, CLOSES = 150, 90  # days before the first term that an intake opens and closes
AT_NORDTAL = tuple(f"2024010{n}" for n in range(1, 7))
AT_YANGTZE = tuple(f"2023010{n}" for n in range(1, 6))
# Of the Yangtze students' first term: certified, certified with a difference, waiting for the vice-rector, left to the director.
CERTIFIED, WITH_DIFFERENCE, MADE = "20230103", "20230101", ("20230102", "20230105")
HOME_MARKS_ON = date(2025, 7, 7)
STUDY_ENDS = date(2027, 8, 31)  # of those who are at Yangtze: a difference ends before it (5.11)


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


ROADS = (  # by the day they left: the registers' numbers follow it
    Road(YANGTZE, "yangtze", "gm", "me", AT_YANGTZE, 5, "X1"),
    Road(NORDTAL, "nordtal", "ai", "se", AT_NORDTAL, 3, "D"),
)


def build(world: World) -> None:
    """Home marks, the two groups abroad, guests of the last semester and of this one, Yangtze's marks and recognitions."""
    for road in ROADS:
        _abroad(world, road)
    with world.on(HOME_MARKS_ON):
        _import(world, "results_home_7M06102_2024_25.xlsx", None, "registrar")
    guests.of_last_term(world)
    guests.of_this_term(world)
    _recognitions(world)
    _transcripts(world)
    opening.open_due()
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


def _abroad(world: World, road: Road) -> None:
    """Apply, list, letter, invitation, package, contract, visa, order, departure, plan: counted in days before the first."""
    first = _term(world, road.partner, "autumn").starts_on

    def before(days: int) -> AbstractContextManager[None]:
        return world.on(first - timedelta(days=days))

    with before(OPENS):
        intake = _intake(world, road)
    with before(140):
        applications = {number: _applied(world, road, intake, number) for number in road.numbers}
    with before(CLOSES - 2):
        _proposed(world, road, intake)
    with before(75):
        for application in applications.values():
            _invited(world, road, application)
    with before(62):
        for number, application in applications.items():
            _prepared(world, road, application, number)
    with before(20):
        _ordered(world, applications.values())
    with before(15):
        for application in applications.values():
            _visa_granted(world, road, application)
    with before(4):
        for application in applications.values():
            outgoing.depart(application_id=application.pk, on=today(), actor=world.user("ipd"))
            guests.approve_plan(world, road.department, road.login, application)


def _proposed(world: World, road: Road, intake: Intake) -> None:
    coordinator = world.user(f"coordinator.{road.unit}")
    candidates = lists.gather(intake_id=intake.pk, actor=coordinator)
    lists.send_list(
        list_id=candidates.pk,
        request_text="Кандидаттарды серіктеске ұсынуды сұраймыз: үлгерімі мен тіл деңгейі жеткілікті.",
        actor=coordinator,
    )
    letters.send_official_letter(list_id=candidates.pk, actor=world.user("ipd"))


def _ordered(world: World, applications: Iterable[Application]) -> None:
    registrar = world.user("registrar")
    order = orders.draft_departure(applications=[one.pk for one in applications], actor=registrar)
    orders.send_for_signature(order_id=order.pk, actor=registrar)
    orders.sign(order_id=order.pk, actor=world.user("rector"))


def _visa_granted(world: World, road: Road, application: Application) -> None:
    intake = application.intake
    visa.visa_step(
        application_id=application.pk,
        name="grant",
        actor=world.user("ipd"),
        category=road.category,
        valid_from=intake.term.starts_on - timedelta(days=10),
        valid_until=intake.last_term.ends_on + timedelta(days=30),
    )


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
        opens_on=today(),
        closes_on=term.starts_on - timedelta(days=CLOSES),
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


def _invited(world: World, road: Road, application: Application) -> None:
    pk = application.pk
    outgoing.answer(
        application_id=pk,
        answer=PartnerAnswer.INVITED,
        actor=world.user(road.login),
        file=scan("Invitation"),
        name="invitation.pdf",
    )
    outgoing.request_package(application_id=pk, due=today() + timedelta(days=14), actor=world.user("ipd"))
    contract.make_contract(application_id=pk, actor=world.user("ipd"))


def _prepared(world: World, road: Road, application: Application, number: str) -> None:
    student, ipd, pk = world.user(f"student.{number}"), world.user("ipd"), application.pk
    for item in application.package.filter(upload=None).order_by("pk"):
        giver = world.user(f"coordinator.{road.unit}") if item.giver == "institute" else student
        package.submit_document(
            application_id=pk, kind=item.kind, file=scan(item.kind), name=f"{item.kind}.pdf", actor=giver
        )
    package.accept_everything(application_id=pk, actor=ipd)
    chair.sign_chair_application(application_id=pk, language="kk", actor=student)
    for signer in (student, world.user("rector"), world.user(road.login)):
        contract.sign_contract(application_id=pk, actor=signer)
    take_step(application_id=pk, name="complete_documents", actor=ipd)
    visa.visa_step(application_id=pk, name="submit", actor=ipd, submitted_on=today(), category=road.category)
    take_step(application_id=pk, name="request_order", actor=ipd)


# --- recognition ---------------------------------------------------------------------------------------------------------------


def _recognitions(world: World) -> None:
    """Yangtze's marks came after the term. Certified without and with a difference; two waiting; one left to the director."""
    term = _term(world, YANGTZE, "autumn")
    with world.on(term.ends_on + timedelta(days=21)):
        _import(world, "results_yangtze_2025_autumn.csv", term, "yangtze")
    with world.on(term.ends_on + timedelta(days=35)):
        for number in (CERTIFIED, WITH_DIFFERENCE):
            made = _made(world, number, term)
            protocols.certify_protocol(protocol_id=made.pk, actor=world.user("vicerector"))
    with world.on(min(world.ago(4), STUDY_ENDS - timedelta(days=30))):
        for number in MADE:
            _made(world, number, term)


def _made(world: World, number: str, term: AcademicTerm) -> RecognitionProtocol:
    director = world.user("director.gm")
    protocol = RecognitionProtocol.objects.get(plan__enrolment__student_number=number, term=term)
    for difference in protocol.differences.order_by("position"):
        differences.set_removal(
            protocol_id=protocol.pk,
            difference_id=difference.pk,
            way=RemovalWay.SUMMER,
            due=min(today() + timedelta(days=240), STUDY_ENDS),
            actor=director,
        )
    protocols.make_protocol(protocol_id=protocol.pk, actor=director)
    return protocol


def _transcripts(world: World) -> None:
    """The Registrar's Office has issued those with recognised lines, and one of home marks alone."""
    with world.on(world.ago(3)):
        for number in (CERTIFIED, AT_NORDTAL[0], WITH_DIFFERENCE):
            enrolment = StudyPlan.objects.filter(enrolment__student_number=number)[0].enrolment_id
            transcripts.issue_transcript(enrolment_id=enrolment, actor=world.user("registrar"))
