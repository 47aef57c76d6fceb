"""The road here, rung by rung, for candidates of one partner and one term."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from admissions.models import Application, CandidateList, Intake
from admissions.services import chair, contract, incoming, intakes, invitations, nominations, orders, package, visa
from admissions.services.applications import take_step
from admissions.workflow.nominations import Candidate
from agreements.enums import Direction, PathwayState
from agreements.models import GradeScale, Pathway
from core.values import round_half_up, today
from institutions.models import User
from mobility.models import Placement
from mobility.services import stay
from programmes.models import AcademicTerm
from satbayev_jdp.demo import plans
from satbayev_jdp.demo.agenda import Agenda
from satbayev_jdp.demo.scans import scan
from satbayev_jdp.demo.world import PASSWORD, World, email_of

# The rungs in their order; each is climbed by the person whose move it is.
RUNGS = (
    "named",
    "reviewed",
    "agreed",
    "recommended",
    "complete",
    "ordered",
    "invited",
    "visa asked",
    "visa granted",
    "arrived",
    "came",
    "registered",
    "planned",
    "left",
)
_TOGETHER = frozenset({"named", "ordered"})


@dataclass(frozen=True)
class Guest:
    """An incoming student: number at the partner, passport, the last rung that was climbed, and what happened besides.

    `on`: days of this guest's own, in place of the group's.
    """

    number: str
    surname: str
    given_names: str
    sex: str
    born: date
    passport: str
    certificate: str
    upto: str
    twist: str = ""
    citizenship: str = "CN"
    on: Mapping[str, int] = field(default_factory=dict)

    def climbs(self, rung: str) -> bool:
        """Whether this guest comes as far as a rung."""
        return RUNGS.index(rung) <= RUNGS.index(self.upto)

    @property
    def login(self) -> str:
        """The account's name in the demo."""
        return f"student.{self.number.lower()}"


@dataclass(frozen=True)
class Host:
    """Who receives them, and when: a rung is climbed so many days before `anchor` (after it where the number is negative)."""

    partner: str
    login: str
    unit: str
    department: str
    term: AcademicTerm
    semester: int
    seats: int
    closes_on: date
    anchor: date
    before: Mapping[str, int]

    def day(self, what: str, guest: Guest | None = None) -> date:
        """The day of a rung or a twist; KeyError for what this group never does."""
        before = {**self.before, **(guest.on if guest else {})}
        return self.anchor - timedelta(days=before[what])


@dataclass
class Welcome:
    """Writes a group's guests into the agenda."""

    world: World
    agenda: Agenda
    host: Host
    twists: Mapping[str, Callable[["Welcome", Guest], object]] = field(default_factory=dict)

    def walk(self, guests: Sequence[Guest]) -> None:
        """Each rung on its day; what only some of them live through on the day of its own."""
        host = self.host
        if "opened" in host.before:
            self.agenda.add(host.day("opened"), self.open)
        for rung in RUNGS:
            climbing = [guest for guest in guests if guest.climbs(rung)]
            act = getattr(self, rung.replace(" ", "_"))
            if climbing and rung in _TOGETHER:
                self.agenda.add(host.day(rung), act, climbing)
            else:
                for guest in climbing:
                    self.agenda.add(host.day(rung, guest), act, guest)
        for guest in guests:
            if guest.twist:
                self.agenda.add(host.day(guest.twist, guest), self.twists[guest.twist], self, guest)

    # --- who they are -----------------------------------------------------------------------------------------------

    def office(self, name: str) -> User:
        """`head`, `advisor` of the department; `director`, `coordinator` of the institute."""
        unit = self.host.department if name in {"head", "advisor"} else self.host.unit
        return self.world.user(f"{name}.{unit}")

    @property
    def ipd(self) -> User:
        """The IPD's coordinator."""
        return self.world.user("ipd")

    @property
    def partner(self) -> User:
        """The partner's coordinator."""
        return self.world.user(self.host.login)

    @property
    def intake(self) -> Intake:
        """The partner's intake of the term."""
        partner = self.world.university(self.host.partner)
        return Intake.objects.select_related("pathway__home_programme").get(
            pathway__partner_programme__university=partner, direction=Direction.INCOMING, term=self.host.term
        )

    def application(self, guest: Guest) -> Application:
        """The guest's application to that intake."""
        found = Application.objects.select_related("enrolment__person", "intake__term", "intake__last_term")
        return found.get(
            enrolment__student_number=guest.number, intake__term=self.host.term, direction=Direction.INCOMING
        )

    def key(self, guest: Guest) -> int:
        """The key of that application."""
        return self.application(guest).pk

    def placement(self, guest: Guest) -> Placement:
        """The guest's stay."""
        return Placement.objects.get(application=self.application(guest))

    # --- the rungs --------------------------------------------------------------------------------------------------

    def open(self) -> None:
        """The IPD opens the intake."""
        host = self.host
        partner = self.world.university(host.partner)
        pathway = Pathway.objects.get(partner_programme__university=partner, state=PathwayState.OPEN)
        intakes.open_intake(
            pathway_id=pathway.pk,
            direction=Direction.INCOMING,
            term_id=host.term.pk,
            last_term_id=host.term.pk,
            semester=host.semester,
            semesters=1,
            seats=host.seats,
            opens_on=today(),
            closes_on=host.closes_on,
            actor=self.ipd,
        )

    def named(self, guests: Sequence[Guest]) -> None:
        """The partner names its candidates, hands their packages in and sends the list."""
        intake = self.intake
        for guest in guests:
            candidate = self._candidate(guest, intake)
            application = nominations.add_candidate(intake_id=intake.pk, candidate=candidate, actor=self.partner)
            files = {
                item.kind: (scan(f"{guest.surname}: {item.kind}"), f"{guest.number}-{item.kind}.pdf")
                for item in application.package.order_by("pk")
            }
            package.submit_documents(application_id=application.pk, files=files, actor=self.partner)
        candidates = CandidateList.objects.filter(intake=intake).latest("number")
        nominations.send_list(list_id=candidates.pk, actor=self.partner)

    def reviewed(self, guest: Guest) -> None:
        """The IPD sends the candidate to department and institute."""
        incoming.send_to_review(application_id=self.key(guest), actor=self.ipd)

    def agreed(self, guest: Guest) -> None:
        """The department agrees."""
        comment = "Тілі мен үлгерімі жеткілікті."
        incoming.agree(application_id=self.key(guest), actor=self.office("head"), comment=comment)

    def recommended(self, guest: Guest) -> None:
        """The institute proposes; the student sets the demo's password by the link in the e-mail."""
        incoming.propose(application_id=self.key(guest), actor=self.office("director"))
        account = self.world.user(guest.login)
        account.set_password(PASSWORD)
        account.save(update_fields=["password"])

    def complete(self, guest: Guest) -> None:
        """Application and contract signed, package accepted."""
        pk, student = self.key(guest), self.world.user(guest.login)
        chair.sign_chair_application(application_id=pk, language=student.language, actor=student)
        contract.make_contract(application_id=pk, actor=self.ipd)
        for signer in (student, self.world.user("rector"), self.partner):
            contract.sign_contract(application_id=pk, actor=signer)
        package.accept_everything(application_id=pk, actor=self.ipd)
        take_step(application_id=pk, name="complete_documents", actor=self.ipd)

    def ordered(self, guests: Sequence[Guest]) -> None:
        """One order for all of them, drafted and signed."""
        orders.sign(order_id=self.send_order(guests), actor=self.world.user("rector"))

    def invited(self, guest: Guest) -> None:
        """Invitation and order sent together; the department assigns its advisor."""
        invitations.send_invitation(application_id=self.key(guest), actor=self.ipd)
        advisor, head = self.office("advisor"), self.office("head")
        stay.assign_advisor(placement_id=self.placement(guest).pk, advisor_id=advisor.pk, actor=head)

    def visa_asked(self, guest: Guest) -> None:
        """The visa is asked for with the ministry's number; who needs none has none."""
        if self.needs_visa(guest):
            visa.visa_step(
                application_id=self.key(guest),
                name="submit",
                actor=self.ipd,
                submitted_on=today(),
                invitation_number=f"KZ-{today():%y}-{int(guest.passport[-4:]):04}",
            )

    def visa_granted(self, guest: Guest) -> None:
        """The visa is granted for the whole stay."""
        if self.needs_visa(guest):
            visa.visa_step(
                application_id=self.key(guest),
                name="grant",
                actor=self.ipd,
                valid_from=max(today(), self.host.term.starts_on - timedelta(days=15)),
                valid_until=self.host.term.ends_on + timedelta(days=30),
            )

    def arrived(self, guest: Guest) -> None:
        """The guest crosses the border, and the institute meets him or her."""
        stay.record_arrival(
            placement_id=self.placement(guest).pk,
            crossed_border_on=today(),
            met_by=self.office("coordinator").person.name_cyrillic,
            actor=self.office("coordinator"),
        )

    def came(self, guest: Guest) -> None:
        """The guest comes to the IPD and reads the rules."""
        placement = self.placement(guest).pk
        stay.record_came_to_ipd(placement_id=placement, day=today(), actor=self.ipd)
        stay.acknowledge_rules(placement_id=placement, actor=self.world.user(guest.login))

    def registered(self, guest: Guest) -> None:
        """The migration police registers the guest."""
        placement = self.placement(guest)
        stay.record_registration(
            placement_id=placement.pk,
            registered_on=today(),
            number=f"RV-{10000 + int(guest.passport[-4:])}",
            registered_until=placement.ends_on + timedelta(days=20),
            actor=self.ipd,
        )

    def planned(self, guest: Guest) -> None:
        """The plan that opened with the order goes to everybody, and everybody agrees."""
        plans.approve(self.world, self.host.department, self.host.login, self.application(guest))

    def left(self, guest: Guest) -> None:
        """The stay is over."""
        stay.end_stay(placement_id=self.placement(guest).pk, actor=self.ipd)

    # --- what rungs and twists are made of --------------------------------------------------------------------------

    def send_order(self, guests: Sequence[Guest]) -> int:
        """The IPD drafts an order for these and sends it to the signatory; its key."""
        keys = [self.key(guest) for guest in guests]
        order = orders.draft_admission(applications=keys, actor=self.ipd, language="en")
        orders.send_for_signature(order_id=order.pk, actor=self.ipd)
        return order.pk

    def needs_visa(self, guest: Guest) -> bool:
        """Citizens of Kyrgyzstan come without one (domain.md 5)."""
        return guest.citizenship != "KG"

    def _candidate(self, guest: Guest, intake: Intake) -> Candidate:
        return Candidate(
            surname=guest.surname,
            given_names=guest.given_names,
            birth_date=guest.born,
            sex=guest.sex,
            citizenship=guest.citizenship,
            passport_number=guest.passport,
            passport_valid_until=self.world.today.replace(day=1) + timedelta(days=365 * 5),
            email=email_of(guest.login),
            matriculation=guest.number,
            programme=intake.pathway.home_programme.code,
            semester=intake.semester,
            language_certificate=guest.certificate,
            average_mark=_average(guest, intake.pathway.scale),
        )


def _average(guest: Guest, scale: GradeScale | None) -> Decimal | None:
    """An average of a good student on the partner's scale, another one for each number; None where no scale is agreed."""
    if scale is None:
        return None
    share = Decimal(5 + 37 * int("".join(filter(str.isdigit, guest.number))) % 45) / 100
    return round_half_up(scale.best - (scale.best - scale.passing) * share, 2)
