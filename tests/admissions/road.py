"""People and verbs of the outgoing road, for tests: each verb is done by the role whose move it is."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from admissions.enums import PartnerAnswer
from admissions.models import Application, CandidateList, Intake, Order
from admissions.services import chair, contract, letters, lists, orders, outgoing, package, visa
from admissions.services.applications import take_step
from agreements.models import Pathway
from core.values import today
from institutions.enums import Role
from institutions.models import User
from programmes.models import Enrolment
from satbayev_jdp.demo.scans import scan
from tests.factories import admissions, agreements, institutions, programmes

PDF = scan("Document").getvalue()
# An application with its student.
Case = tuple[Application, User]


def pdf() -> io.BytesIO:
    """A PDF of one page."""
    return io.BytesIO(PDF)


@dataclass
class Cast:
    """Everybody whose move comes up on the outgoing road of one pathway."""

    pathway: Pathway = field(default_factory=agreements.open_pathway)
    seats: int = 2
    first: Case = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.intake: Intake = admissions.intake(self.pathway, seats=self.seats)
        department = institutions.department()
        institute = institutions.institute()
        self.coordinator = institutions.user(Role.INSTITUTE_COORDINATOR, unit=institute)
        self.director = institutions.user(Role.INSTITUTE_DIRECTOR, unit=institute)
        self.head = institutions.user(Role.DEPARTMENT_HEAD, unit=department)
        self.ipd = institutions.user(Role.IPD_COORDINATOR)
        self.registrar = institutions.user(Role.REGISTRAR)
        self.signatory = institutions.user(Role.SIGNATORY)
        self.partner = institutions.partner_user(self.pathway.partner_programme.university)

    def student(self, **values: object) -> User:
        """An account with an enrolment in the pathway's programme."""
        account = institutions.user()
        programmes.enrolment(self.pathway.home_programme, account.person, **values)
        return account

    def outsider(self) -> User:
        """A student of another programme."""
        account = institutions.user()
        programmes.enrolment(programmes.programme(code="7M09999"), account.person)
        return account

    def draft(self, student: User, motivation: str = "I want to study there.") -> Application:
        made = outgoing.start_application(intake_id=self.intake.pk, actor=student)
        return outgoing.save_draft(application_id=made.pk, motivation=motivation, actor=student)

    def submitted(self, student: User | None = None) -> Case:
        who = student or self.student()
        application = self.draft(who)
        return take_step(application_id=application.pk, name="submit", actor=who), who

    def gathered(self) -> CandidateList:
        return lists.gather(intake_id=self.intake.pk, actor=self.coordinator)

    def sent(self) -> CandidateList:
        made = self.gathered()
        return lists.send_list(list_id=made.pk, request_text="Please propose them.", actor=self.coordinator)

    def proposed(self, student: User | None = None) -> Case:
        application, who = self.submitted(student)
        letters.send_official_letter(list_id=self.sent().pk, actor=self.ipd)
        return fresh(application), who

    def invite(self, application: Application) -> None:
        outgoing.answer(
            application_id=application.pk,
            answer=PartnerAnswer.INVITED,
            actor=self.partner,
            file=pdf(),
            name="invitation.pdf",
        )

    def invited(self, student: User | None = None) -> Case:
        application, who = self.proposed(student)
        self.invite(application)
        return fresh(application), who

    def hand_in(self, application: Application, who: User) -> None:
        givers = {"student": who, "institute": self.coordinator, "partner": self.partner, "registrar": self.registrar}
        for item in application.package.exclude(status__in=["accepted", "submitted"]):
            package.submit_document(
                application_id=application.pk, kind=item.kind, file=pdf(), name="paper.pdf", actor=givers[item.giver]
            )
        package.accept_everything(application_id=application.pk, actor=self.ipd)

    def signed(self, application: Application, who: User) -> None:
        chair.sign_chair_application(application_id=application.pk, language="kk", actor=who)
        contract.make_contract(application_id=application.pk, actor=self.ipd)
        for signer in (who, self.signatory, self.partner):
            contract.sign_contract(application_id=application.pk, actor=signer)

    def complete(self, student: User | None = None) -> Case:
        application, who = self.invited(student)
        return self.complete_documents(application, who), who

    def complete_documents(self, application: Application, who: User) -> Application:
        """The package asked for and accepted, application to the Chair and contract signed."""
        outgoing.request_package(application_id=application.pk, due=today() + timedelta(days=10), actor=self.ipd)
        self.hand_in(application, who)
        self.signed(application, who)
        return take_step(application_id=application.pk, name="complete_documents", actor=self.ipd)

    def requested(self, student: User | None = None) -> Case:
        application, who = self.complete(student)
        return self.request_order(application), who

    def request_order(self, application: Application) -> Application:
        """The visa file handed in, the order asked for."""
        visa.visa_step(application_id=application.pk, name="submit", actor=self.ipd, submitted_on=today())
        return take_step(application_id=application.pk, name="request_order", actor=self.ipd)

    def ordered(self, application: Application) -> Order:
        """The order on departure of a requested application, drafted and signed."""
        order = orders.draft_departure(applications=[application.pk], actor=self.registrar)
        orders.send_for_signature(order_id=order.pk, actor=self.registrar)
        return orders.sign(order_id=order.pk, actor=self.signatory)

    def admitted(self, student: User | None = None) -> Case:
        application, who = self.requested(student)
        self.ordered(application)
        return fresh(application), who

    def grant_visa(self, application: Application) -> None:
        """The visa, valid from today for 300 days."""
        visa.visa_step(
            application_id=application.pk,
            name="grant",
            actor=self.ipd,
            valid_from=today(),
            valid_until=today() + timedelta(days=300),
        )

    def granted(self, student: User | None = None) -> Case:
        """Admitted, with a visa."""
        application, who = self.admitted(student)
        self.grant_visa(application)
        return fresh(application), who

    def departed(self, student: User | None = None) -> Case:
        """Gone today."""
        application, who = self.granted(student)
        return outgoing.depart(application_id=application.pk, on=today(), actor=self.ipd), who

    def walk(self) -> Iterator[Case]:
        """One application at every state up to the order's request, with its student, by everybody's own moves."""
        who = self.student()
        application = self.draft(who)
        yield application, who
        yield take_step(application_id=application.pk, name="submit", actor=who), who
        candidates = self.sent()
        yield fresh(application), who
        letters.send_official_letter(list_id=candidates.pk, actor=self.ipd)
        yield fresh(application), who
        self.invite(application)
        yield fresh(application), who
        yield self.complete_documents(application, who), who
        yield self.request_order(application), who

    def at(self, state: str) -> Case:
        """An application that walked to `state`, with its student."""
        return next((application, who) for application, who in self.walk() if application.state == state)


def _begin(cast: Cast) -> None:
    cast.first = cast.submitted()


# Where a test can begin, by the name of its fixture (conftest.py): each stage is a step further than the one before it.
STAGES: tuple[tuple[str, Callable[[Cast], object]], ...] = (
    ("submitted", _begin),
    ("proposed", lambda cast: letters.send_official_letter(list_id=cast.sent().pk, actor=cast.ipd)),
    ("invited", lambda cast: cast.invite(cast.first[0])),
    ("complete", lambda cast: cast.complete_documents(*cast.first)),
    ("requested", lambda cast: cast.request_order(cast.first[0])),
    ("admitted", lambda cast: cast.ordered(cast.first[0])),
    ("granted", lambda cast: cast.grant_visa(cast.first[0])),
    ("departed", lambda cast: outgoing.depart(application_id=cast.first[0].pk, on=today(), actor=cast.ipd)),
)


def fresh(application: Application) -> Application:
    """The application as the database has it now."""
    return Application.objects.get(pk=application.pk)


def enrolment_of(account: User) -> Enrolment:
    """The one enrolment of a student."""
    return Enrolment.objects.get(person=account.person)
