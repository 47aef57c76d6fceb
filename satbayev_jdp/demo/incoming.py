"""The fifth stage: incoming students of the next semester at each step of the road. All from Yangtze: Ertis is not open yet.

The intake of Nordtal for the next spring stays empty: its file of nominations is left for walking by hand.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from admissions.models import Application, Intake
from admissions.services import chair, contract, incoming, intakes, invitations, nominations, orders, package, visa
from admissions.services.applications import take_step
from admissions.workflow.nominations import Candidate
from agreements.enums import Direction, PathwayState
from agreements.models import Pathway
from core.values import today
from institutions.models import User
from mobility.models import Placement
from mobility.services import stay
from programmes.models import AcademicTerm
from programmes.selectors import next_term
from satbayev_jdp.demo.scans import scan
from satbayev_jdp.demo.world import HOME, PASSWORD, YANGTZE, World, email_of


@dataclass(frozen=True)
class Guest:
    """An incoming student: number at the partner, passport, and how far he or she comes."""

    number: str
    surname: str
    given_names: str
    sex: str
    born: date
    passport: str
    certificate: str = ""
    citizenship: str = "CN"


# For the next spring, one at each step.
NOMINATED = Guest("Y24070902", "CHEN", "YUTONG", "F", date(2004, 8, 21), "EJ5520013", "IELTS 6.5")
REVIEWED = (
    Guest("Y24070907", "LIU", "HAORAN", "M", date(2004, 3, 2), "EJ5520219", "IELTS 6.0"),
    Guest("Y24070911", "ZHAO", "LINGYUN", "F", date(2004, 12, 17), "EJ5520744", "IELTS 7.0"),
)
AGREED = Guest("Y24070915", "HUANG", "ZIHAN", "F", date(2004, 6, 6), "EJ5521310", "IELTS 6.5")
PROPOSED = Guest("Y24070918", "ZHOU", "MINGZE", "M", date(2004, 2, 28), "EJ5521455", "TOEFL 90")
COMPLETE = Guest("Y24070923", "WU", "SIYUAN", "M", date(2003, 9, 19), "EJ5521890", "IELTS 6.5")
DRAFTED = Guest("Y24070926", "SUN", "JIAYI", "F", date(2004, 4, 11), "EJ5522001", "IELTS 6.0")
ADMITTED = Guest("Y24070930", "MA", "RUI", "M", date(2004, 10, 1), "EJ5522317", "IELTS 6.5")
INVITED = Guest("Y24070934", "ZHU", "WENJING", "F", date(2004, 7, 25), "EJ5522650", "IELTS 7.0")
# A citizen of Kyrgyzstan who studies there: no visa is needed, the advisor is assigned, the arrival is due.
EXPECTED = Guest("Y24070938", "ASANOV", "BEKZAT", "M", date(2003, 3, 3), "AC2290117", "IELTS 6.0", "KG")


# --- intakes and lists ------------------------------------------------------------------------------------------------


def open_intake(
    world: World, partner: str, term: AcademicTerm, *, semester: int, seats: int, closes_on: date
) -> Intake:
    """Open an intake of one term for students of a partner, today."""
    pathway = Pathway.objects.get(partner_programme__university=world.university(partner), state=PathwayState.OPEN)
    return intakes.open_intake(
        pathway_id=pathway.pk,
        direction=Direction.INCOMING,
        term_id=term.pk,
        last_term_id=term.pk,
        semester=semester,
        semesters=1,
        seats=seats,
        opens_on=today(),
        closes_on=closes_on,
        actor=world.user("ipd"),
    )


def _term_after(world: World) -> AcademicTerm:
    term = next_term(world.university(HOME), world.today)
    if term is None:
        raise LookupError("no term of the University lies ahead")
    return term


def named(world: World, login: str, intake: Intake, guests: Sequence[Guest]) -> dict[str, Application]:
    """The partner names its candidates, hands their packages in and sends the list."""
    partner = world.user(login)
    made = {}
    for guest in guests:
        made[guest.number] = nominations.add_candidate(
            intake_id=intake.pk, candidate=_candidate(world, guest, intake), actor=partner
        )
        for item in made[guest.number].package.all():
            package.submit_document(
                application_id=item.application_id,
                kind=item.kind,
                file=scan(f"{guest.surname}: {item.kind}"),
                name=f"{guest.number}-{item.kind}.pdf",
                actor=partner,
            )
    first = next(iter(made.values()))
    nominations.send_list(list_id=first.candidate_list_id or 0, actor=partner)
    return made


def _candidate(world: World, guest: Guest, intake: Intake) -> Candidate:
    return Candidate(
        surname=guest.surname,
        given_names=guest.given_names,
        birth_date=guest.born,
        sex=guest.sex,
        citizenship=guest.citizenship,
        passport_number=guest.passport,
        passport_valid_until=world.today.replace(day=1) + timedelta(days=365 * 5),
        email=email_of(f"student.{guest.number.lower()}"),
        matriculation=guest.number,
        programme=intake.pathway.home_programme.code,
        semester=intake.semester,
        language_certificate=guest.certificate,
    )


# --- steps of one candidate -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Staff:
    """Whose moves they are in one institute, with one partner."""

    world: World
    unit: str
    department: str
    partner: str

    def user(self, login: str) -> User:
        """An account of the cast, freshly read."""
        return self.world.user(login)

    def review(self, application: Application) -> None:
        """The IPD sends it to department and institute."""
        incoming.send_to_review(application_id=application.pk, actor=self.user("ipd"))

    def agree(self, application: Application, comment: str = "") -> None:
        """The department agrees."""
        self.review(application)
        incoming.agree(application_id=application.pk, actor=self.user(f"head.{self.department}"), comment=comment)

    def propose(self, application: Application) -> User:
        """The institute proposes; the student sets the password of the demo by the link in the e-mail."""
        self.agree(application)
        incoming.propose(application_id=application.pk, actor=self.user(f"director.{self.unit}"))
        account = User.objects.get(person=application.enrolment.person_id)
        account.set_password(PASSWORD)
        account.save(update_fields=["password"])
        return account

    def complete(self, application: Application) -> None:
        """Application and contract signed, package accepted."""
        student, ipd, pk = self.propose(application), self.user("ipd"), application.pk
        chair.sign_chair_application(application_id=pk, language=student.language, actor=student)
        contract.make_contract(application_id=pk, actor=ipd)
        for signer in (student, self.user("rector"), self.user(self.partner)):
            contract.sign_contract(application_id=pk, actor=signer)
        package.accept_everything(application_id=pk, actor=ipd)
        take_step(application_id=pk, name="complete_documents", actor=ipd)

    def admit(self, applications: Sequence[Application]) -> None:
        """One order for all of them, drafted and signed."""
        order = orders.draft_admission(
            applications=[one.pk for one in applications], actor=self.user("ipd"), language="en"
        )
        orders.send_for_signature(order_id=order.pk, actor=self.user("ipd"))
        orders.sign(order_id=order.pk, actor=self.user("rector"))

    def invite(self, application: Application) -> Placement:
        """Invitation and order sent together; the department assigns its advisor."""
        invitations.send_invitation(application_id=application.pk, actor=self.user("ipd"))
        placement = Placement.objects.get(application=application)
        return stay.assign_advisor(
            placement_id=placement.pk,
            advisor_id=self.user(f"advisor.{self.department}").pk,
            actor=self.user(f"head.{self.department}"),
        )

    def ask_visa(self, application: Application, number: str) -> None:
        """The visa is asked for with the ministry's number."""
        visa.visa_step(
            application_id=application.pk,
            name="submit",
            actor=self.user("ipd"),
            submitted_on=today(),
            invitation_number=number,
        )

    def grant_visa(self, application: Application) -> None:
        """The visa is granted for the whole stay."""
        intake = application.intake
        visa.visa_step(
            application_id=application.pk,
            name="grant",
            actor=self.user("ipd"),
            valid_from=intake.term.starts_on - timedelta(days=15),
            valid_until=intake.last_term.ends_on + timedelta(days=30),
        )


# --- the intake of the next semester -------------------------------------------------------------------------------------


def build(world: World) -> None:
    """Partner, IPD, department, institute, students and signatory make their own moves, each on its day."""
    staff = Staff(world, "gm", "me", "yangtze")
    guests = (*REVIEWED, AGREED, PROPOSED, COMPLETE, DRAFTED, ADMITTED, INVITED, EXPECTED)
    ordered = (ADMITTED, INVITED, EXPECTED)
    with world.on(world.ago(30)):
        term = _term_after(world)
        closes_on = min(world.today + timedelta(days=20), term.starts_on)
        intake = open_intake(world, YANGTZE, term, semester=6, seats=6, closes_on=closes_on)
        made = named(world, "yangtze", intake, guests)
    with world.on(world.ago(6)):
        staff.propose(made[PROPOSED.number])
        for guest in (*ordered, DRAFTED, COMPLETE):
            staff.complete(made[guest.number])
    with world.on(world.ago(4)):
        staff.admit([made[guest.number] for guest in ordered])
    with world.on(world.ago(2)):
        for guest in (INVITED, EXPECTED):
            staff.invite(made[guest.number])
        order = orders.draft_admission(applications=[made[DRAFTED.number].pk], actor=world.user("ipd"), language="en")
        orders.send_for_signature(order_id=order.pk, actor=world.user("ipd"))
        for guest in REVIEWED:
            staff.review(made[guest.number])
        staff.agree(made[AGREED.number], "Тілі мен үлгерімі жеткілікті.")
    named(world, "yangtze", intake, (NOMINATED,))
