"""The fourth stage: intakes of the next semester in both directions, and students at each step of the road to Yangtze.

First-years (20260101–106) have not applied: they are left for walking by hand.
"""

from datetime import timedelta

from admissions.enums import PartnerAnswer
from admissions.models import Application, Intake
from admissions.services import chair, contract, letters, lists, orders, outgoing, package, visa
from admissions.services.applications import take_step
from admissions.services.intakes import open_intake
from agreements.enums import Direction, PathwayState
from agreements.models import Pathway
from core.values import today
from institutions.models import University
from programmes.models import AcademicTerm
from programmes.selectors import next_term
from satbayev_jdp.demo.scans import scan
from satbayev_jdp.demo.world import HOME, NORDTAL, YANGTZE, World

# How far each has come; the rank follows from the criteria.
ADMITTED, REQUESTED, PARTLY = "20250104", "20250105", "20250103"
PROPOSED, RESERVE, SUBMITTED = "20250106", "20250101", "20250102"
MOTIVATION = {
    ADMITTED: "Жер асты кеніштерін цифрлық жобалауды үйренгім келеді; серіктестің зертханасында осы сала жақсы дамыған.",
    REQUESTED: "Хочу изучать геомеханику и вентиляцию шахт и вернуться с готовой темой дипломного проекта.",
    PARTLY: "I would like to learn mine planning software and improve my Chinese.",
    PROPOSED: "Меня интересует обогащение полезных ископаемых и жизнь в другой академической среде.",
    RESERVE: "Қытай тілін үйреніп, тау-кен техникасы бойынша екі елдің тәжірибесін салыстырғым келеді.",
    SUBMITTED: "Хочу пройти часть программы у партнёра; задолженность закрою в эту сессию.",
}


def build(world: World) -> None:
    """Open the intakes, then let each student, office and partner make their own moves, each on its day."""
    with world.on(world.ago(25)):
        _intake(world, NORDTAL, Direction.OUTGOING, semester=2, semesters=2, seats=4)
        _intake(world, NORDTAL, Direction.INCOMING, semester=2, semesters=1, seats=4)
        yangtze = _intake(world, YANGTZE, Direction.OUTGOING, semester=4, semesters=2, seats=4)
    _first_list(world, yangtze)
    with world.on(world.ago(6)):
        _second_list(world, yangtze)
    with world.on(world.ago(1)):
        _applied(world, yangtze, SUBMITTED)


def _intake(world: World, partner: str, direction: str, *, semester: int, semesters: int, seats: int) -> Intake:
    university = world.university(partner)
    pathway = Pathway.objects.get(partner_programme__university=university, state=PathwayState.OPEN)
    host = university if direction == Direction.OUTGOING else world.university(HOME)
    first = _term_after(host, world)
    last = first if semesters == 1 else _next(host, first)
    return open_intake(
        pathway_id=pathway.pk,
        direction=direction,
        term_id=first.pk,
        last_term_id=last.pk,
        semester=semester,
        semesters=semesters,
        seats=seats,
        opens_on=today(),
        closes_on=min(world.today + timedelta(days=24), first.starts_on),
        actor=world.user("ipd"),
    )


def _term_after(host: University, world: World) -> AcademicTerm:
    term = next_term(host, world.today)
    if term is None:
        raise LookupError(f"no term of {host} after {world.today}")
    return term


def _next(host: University, term: AcademicTerm) -> AcademicTerm:
    """The autumn after a spring and the spring after an autumn: summers are not spent there."""
    later = AcademicTerm.objects.filter(university=host, starts_on__gt=term.starts_on).exclude(kind="summer")
    return later.order_by("starts_on")[0]


def _applied(world: World, intake: Intake, number: str) -> Application:
    student = world.user(f"student.{number}")
    application = outgoing.start_application(intake_id=intake.pk, actor=student)
    outgoing.save_draft(application_id=application.pk, motivation=MOTIVATION[number], actor=student)
    package.submit_document(
        application_id=application.pk, kind="passport", file=scan("Passport"), name="passport.pdf", actor=student
    )
    return take_step(application_id=application.pk, name="submit", actor=student)


def _first_list(world: World, intake: Intake) -> None:
    """Three candidates on one letter: one admitted, one waiting for the order, one still collecting documents."""
    ipd = world.user("ipd")
    with world.on(world.ago(22)):
        applications = {number: _applied(world, intake, number) for number in (ADMITTED, REQUESTED, PARTLY)}
    with world.on(world.ago(20)):
        _send(
            world, intake, "Үш кандидатты серіктеске ұсынуды сұраймыз: үшеуінің де үлгерімі мен тіл деңгейі жеткілікті."
        )
    due = min(world.today + timedelta(days=8), intake.term.starts_on)
    with world.on(world.ago(14)):
        for application in applications.values():
            _invited(world, application)
            outgoing.request_package(application_id=application.pk, due=due, actor=ipd)
            contract.make_contract(application_id=application.pk, actor=ipd)
    with world.on(world.ago(10)):
        for number in (ADMITTED, REQUESTED):
            _complete(world, applications[number], number)
        _partly(world, applications[PARTLY])
    with world.on(world.ago(7)):
        _admitted(world, applications[ADMITTED])


def _send(world: World, intake: Intake, request: str) -> None:
    coordinator = world.user("coordinator.gm")
    candidates = lists.gather(intake_id=intake.pk, actor=coordinator)
    lists.send_list(list_id=candidates.pk, request_text=request, actor=coordinator)
    letters.send_official_letter(list_id=candidates.pk, actor=world.user("ipd"))


def _invited(world: World, application: Application) -> None:
    outgoing.answer(
        application_id=application.pk,
        answer=PartnerAnswer.INVITED,
        actor=world.user("yangtze"),
        file=scan("Letter of invitation"),
        name="invitation.pdf",
    )


def _complete(world: World, application: Application, number: str) -> None:
    student, ipd, pk = world.user(f"student.{number}"), world.user("ipd"), application.pk
    for kind in ("motivation", "language", "medical"):
        package.submit_document(application_id=pk, kind=kind, file=scan(kind), name=f"{kind}.pdf", actor=student)
    package.submit_document(
        application_id=pk,
        kind="transcript",
        file=scan("Transcript"),
        name="transcript.pdf",
        actor=world.user("coordinator.gm"),
    )
    package.accept_everything(application_id=pk, actor=ipd)
    chair.sign_chair_application(application_id=pk, language="kk", actor=student)
    for signer in (student, world.user("rector"), world.user("yangtze")):
        contract.sign_contract(application_id=pk, actor=signer)
    take_step(application_id=pk, name="complete_documents", actor=ipd)
    visa.visa_step(application_id=pk, name="submit", actor=ipd, submitted_on=today(), category="X1")
    take_step(application_id=pk, name="request_order", actor=ipd)


def _partly(world: World, application: Application) -> None:
    """Passport returned, transcript and language certificate to be checked, the rest missing; only the partner has signed."""
    student, pk = world.user(f"student.{PARTLY}"), application.pk
    package.submit_document(application_id=pk, kind="language", file=scan("IELTS"), name="ielts.pdf", actor=student)
    package.submit_document(
        application_id=pk,
        kind="transcript",
        file=scan("Transcript"),
        name="transcript.pdf",
        actor=world.user("coordinator.gm"),
    )
    ipd = world.user("ipd")
    package.accept_document(application_id=pk, kind="transcript", actor=ipd)
    package.return_document(application_id=pk, kind="passport", reason="көшірмесі анық емес", actor=ipd)
    contract.sign_contract(application_id=pk, actor=world.user("yangtze"))


def _admitted(world: World, application: Application) -> None:
    registrar, ipd, rector = world.user("registrar"), world.user("ipd"), world.user("rector")
    order = orders.draft_departure(applications=[application.pk], actor=registrar)
    orders.send_for_signature(order_id=order.pk, actor=registrar)
    orders.sign(order_id=order.pk, actor=rector)
    intake = application.intake
    visa.visa_step(
        application_id=application.pk,
        name="grant",
        actor=ipd,
        category="X1",
        valid_from=today(),
        valid_until=intake.last_term.ends_on + timedelta(days=20),
    )


def _second_list(world: World, intake: Intake) -> None:
    """A second list for the place that is left: one proposed and waiting for Yangtze, one in reserve."""
    for number in (PROPOSED, RESERVE):
        _applied(world, intake, number)
    _send(world, intake, "Қалған бір орынға бір кандидатты ұсынамыз, екіншісі резервте.")
