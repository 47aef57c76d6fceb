"""People and verbs of the incoming road, for tests: each verb is done by the role whose move it is."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from admissions.models import Application, CandidateList, Intake, Order
from admissions.services import chair, contract, incoming, invitations, nominations, orders, package, visa
from admissions.services.applications import take_step
from admissions.workflow.nominations import Candidate
from agreements.enums import Direction
from agreements.models import Pathway
from core.values import today
from institutions.enums import Role
from institutions.models import User
from mobility.models import Placement
from mobility.services import stay
from satbayev_jdp.demo.scans import scan
from tests.factories import admissions, agreements, institutions

PDF = scan("Document").getvalue()


@dataclass
class Guests:
    """Everybody whose move comes up on the incoming road of one pathway."""

    pathway: Pathway = field(default_factory=agreements.open_pathway)
    seats: int = 2

    def __post_init__(self) -> None:
        self.intake: Intake = admissions.intake(self.pathway, Direction.INCOMING, seats=self.seats)
        department, institute = institutions.department(), institutions.institute()
        self.coordinator = institutions.user(Role.INSTITUTE_COORDINATOR, unit=institute)
        self.director = institutions.user(Role.INSTITUTE_DIRECTOR, unit=institute)
        self.head = institutions.user(Role.DEPARTMENT_HEAD, unit=department)
        self.advisor = institutions.user(Role.ADVISOR, unit=department)
        self.ipd = institutions.user(Role.IPD_COORDINATOR)
        self.registrar = institutions.user(Role.REGISTRAR)
        self.signatory = institutions.user(Role.SIGNATORY)
        self.partner = institutions.partner_user(self.pathway.partner_programme.university)
        self._number = 0

    def candidate(self, **values: object) -> Candidate:
        """A candidate in order; `values` put something else in it."""
        self._number += 1
        n = self._number
        return Candidate(
            **{  # type: ignore[arg-type]  # a test's shorthand
                "surname": "ØVERGÅRD" + "".join("ABCDEFGHIJ"[int(digit)] for digit in str(n)),
                "given_names": "INGRID",
                "birth_date": date(2002, 11, 30),
                "sex": "F",
                "citizenship": "NO",
                "passport_number": f"NO-{n:06d}",
                "passport_valid_until": today() + timedelta(days=2000),
                "email": f"i.overgard{n}@example.org",
                "matriculation": f"N78{n:04d}",
                "programme": "7M06102",
                "semester": self.intake.semester,
                "language_certificate": "IELTS 7.0",
                **values,
            }
        )

    def draft(self, **values: object) -> Application:
        return nominations.add_candidate(
            intake_id=self.intake.pk, candidate=self.candidate(**values), actor=self.partner
        )

    def hand_in(self, application: Application, content: bytes = PDF) -> None:
        for item in application.package.all():
            package.submit_document(
                application_id=application.pk,
                kind=item.kind,
                file=io.BytesIO(content),
                name="p.pdf",
                actor=self.partner,
            )

    def listed(self, application: Application) -> CandidateList:
        found = fresh(application).candidate_list
        assert found is not None
        return found

    def nominated(self, **values: object) -> Application:
        return self.nominate(self.draft(**values))

    def nominate(self, application: Application) -> Application:
        self.hand_in(application)
        nominations.send_list(list_id=self.listed(application).pk, actor=self.partner)
        return fresh(application)

    def in_review(self, **values: object) -> Application:
        application = self.nominated(**values)
        return incoming.send_to_review(application_id=application.pk, actor=self.ipd)

    def agreed(self, **values: object) -> Application:
        return incoming.agree(application_id=self.in_review(**values).pk, actor=self.head)

    def proposed(self, **values: object) -> Application:
        return incoming.propose(application_id=self.agreed(**values).pk, actor=self.director)

    def student(self, application: Application) -> User:
        return User.objects.get(person=application.enrolment.person_id)

    def complete(self, **values: object) -> Application:
        return self.sign_papers(self.proposed(**values))

    def sign_papers(self, application: Application) -> Application:
        """Application to the Chair, contract and package of a recommended candidate."""
        student = self.student(application)
        chair.sign_chair_application(application_id=application.pk, language="en", actor=student)
        contract.make_contract(application_id=application.pk, actor=self.ipd)
        for signer in (student, self.signatory, self.partner):
            contract.sign_contract(application_id=application.pk, actor=signer)
        package.accept_everything(application_id=application.pk, actor=self.ipd)
        return take_step(application_id=application.pk, name="complete_documents", actor=self.ipd)

    def drafted(self, *applications: Application) -> Order:
        students = applications or (self.complete(),)
        return orders.draft_admission(applications=[one.pk for one in students], actor=self.ipd)

    def for_signature(self, *applications: Application) -> Order:
        return orders.send_for_signature(order_id=self.drafted(*applications).pk, actor=self.ipd)

    def signed(self, *applications: Application) -> Order:
        return orders.sign(order_id=self.for_signature(*applications).pk, actor=self.signatory)

    def admitted(self, **values: object) -> Application:
        application = self.complete(**values)
        self.signed(application)
        return fresh(application)

    def invited(self, **values: object) -> Application:
        application = self.admitted(**values)
        invitations.send_invitation(application_id=application.pk, actor=self.ipd)
        return fresh(application)

    def with_visa(self, **values: object) -> Application:
        return self.grant_visa(self.invited(**values))

    def grant_visa(self, application: Application) -> Application:
        """The visa, asked for and granted today for a year."""
        visa.visa_step(
            application_id=application.pk,
            name="submit",
            actor=self.ipd,
            submitted_on=today(),
            invitation_number="KZ-77",
        )
        visa.visa_step(
            application_id=application.pk,
            name="grant",
            actor=self.ipd,
            valid_from=today(),
            valid_until=today() + timedelta(days=365),
        )
        return fresh(application)

    def expected(self, **values: object) -> Placement:
        return self.advise(self.with_visa(**values))

    def advise(self, application: Application) -> Placement:
        placement = Placement.objects.get(application=application)
        return stay.assign_advisor(placement_id=placement.pk, advisor_id=self.advisor.pk, actor=self.head)

    def arrived(self, **values: object) -> Placement:
        return self.arrive(self.expected(**values))

    def arrive(self, placement: Placement) -> Placement:
        return stay.record_arrival(
            placement_id=placement.pk, crossed_border_on=today(), met_by="A. Omarova", actor=self.coordinator
        )

    def register(self, placement: Placement, until: date, number: str = "R-1") -> None:
        """The migration registration of today, entered by the IPD."""
        stay.record_registration(
            placement_id=placement.pk,
            registered_on=today(),
            number=number,
            registered_until=until,
            actor=self.ipd,
        )

    def walk(self) -> Iterator[Application]:
        """One application at every state up to arrival, by everybody's own moves."""
        application = self.draft()
        yield application
        yield self.nominate(application)
        yield incoming.send_to_review(application_id=application.pk, actor=self.ipd)
        yield incoming.agree(application_id=application.pk, actor=self.head)
        yield incoming.propose(application_id=application.pk, actor=self.director)
        yield self.sign_papers(application)
        order = self.drafted(application)
        yield fresh(application)
        orders.send_for_signature(order_id=order.pk, actor=self.ipd)
        orders.sign(order_id=order.pk, actor=self.signatory)
        yield fresh(application)
        invitations.send_invitation(application_id=application.pk, actor=self.ipd)
        yield fresh(application)
        self.arrive(self.advise(self.grant_visa(application)))
        yield fresh(application)

    def at(self, state: str) -> Application:
        """An application that walked to `state`."""
        return next(application for application in self.walk() if application.state == state)


def fresh(application: Application) -> Application:
    """The application as the database has it now."""
    return Application.objects.get(pk=application.pk)
