"""The road out, rung by rung, for a group of students who go to one partner from one term on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from admissions.enums import DocumentGiver, PartnerAnswer
from admissions.models import Application, Intake
from admissions.services import chair, contract, intakes, letters, lists, orders, outgoing, package, visa
from admissions.services.applications import take_step
from agreements.enums import Direction, PathwayState
from agreements.models import Pathway
from core.values import today
from institutions.models import User
from programmes.models import AcademicTerm
from satbayev_jdp.demo import plans
from satbayev_jdp.demo.agenda import Agenda
from satbayev_jdp.demo.scans import scan
from satbayev_jdp.demo.world import World

# The rungs in their order; each is climbed by the person whose move it is.
RUNGS = (
    "begun",
    "submitted",
    "listed",
    "proposed",
    "invited",
    "asked",
    "complete",
    "requested",
    "ordered",
    "visa",
    "departed",
    "planned",
)
_TOGETHER = frozenset({"listed", "proposed", "ordered"})
# Whoever does not say why in the scenario says one of these.
_WHY = (
    "Серіктесте таңдаған бағытымды тереңдетіп, екінші диплом алғым келеді.",
    "Хочу сравнить две инженерные школы и вернуться с темой для дипломного проекта.",
    "I would like to work in the partner's laboratory and to improve my language.",
    "Шетелдік кеніштердегі қауіпсіздік жүйелерін өз көзіммен көріп, үйренгім келеді.",
    "Меня интересуют дисциплины, которых нет в нашем учебном плане.",
)


@dataclass(frozen=True)
class Case:
    """One student of the scenario: number, the last rung that was climbed, what happened besides, and why he or she goes."""

    number: str
    upto: str
    twist: str = ""
    why: str = ""

    def climbs(self, rung: str) -> bool:
        """Whether this student comes as far as a rung."""
        return RUNGS.index(rung) <= RUNGS.index(self.upto)


@dataclass(frozen=True)
class Group:
    """Where and from when on they go, and on which day a rung is climbed: so many days before `anchor`.

    Without "opened" among the days the intake is open already: it is another group's too.
    """

    partner: str
    login: str
    unit: str
    department: str
    category: str
    first: AcademicTerm
    last: AcademicTerm
    semester: int
    seats: int
    closes_on: date
    anchor: date
    before: Mapping[str, int]
    request: str = "Кандидаттарды серіктеске ұсынуды сұраймыз: үлгерімі мен тіл деңгейі жеткілікті."

    def day(self, what: str) -> date:
        """The day of a rung or a twist; KeyError for what this group never does."""
        return self.anchor - timedelta(days=self.before[what])


@dataclass
class Road:
    """Writes a group's cases into the agenda. The intake is known once it is opened."""

    world: World
    agenda: Agenda
    group: Group
    twists: Mapping[str, Callable[["Road", Case], object]] = field(default_factory=dict)

    def walk(self, cases: Sequence[Case]) -> None:
        """Each rung on its day; what only some of them live through on the day of its own."""
        group = self.group
        if "opened" in group.before:
            self.agenda.add(group.day("opened"), self.open)
        for rung in RUNGS:
            climbing = [case for case in cases if case.climbs(rung)]
            if climbing and rung in _TOGETHER:
                self.agenda.add(group.day(rung), getattr(self, rung), climbing)
            else:
                for case in climbing:
                    self.agenda.add(group.day(rung), getattr(self, rung), case)
        for case in cases:
            if case.twist:
                self.agenda.add(group.day(case.twist), self.twists[case.twist], self, case)

    # --- who they are -----------------------------------------------------------------------------------------------

    def student(self, case: Case) -> User:
        """The student's account."""
        return self.world.user(f"student.{case.number}")

    @property
    def coordinator(self) -> User:
        """The institute's coordinator."""
        return self.world.user(f"coordinator.{self.group.unit}")

    @property
    def pathway(self) -> Pathway:
        """The pathway that the group takes: the open one with the partner."""
        partner = self.world.university(self.group.partner)
        return Pathway.objects.get(partner_programme__university=partner, state=PathwayState.OPEN)

    @property
    def intake(self) -> Intake:
        """The intake of this pathway and term."""
        return Intake.objects.get(pathway=self.pathway, direction=Direction.OUTGOING, term=self.group.first)

    def application(self, case: Case) -> Application:
        """The student's application to this intake."""
        found = Application.objects.select_related("intake__term", "intake__last_term", "enrolment")
        return found.get(
            enrolment__student_number=case.number,
            intake__term=self.group.first,
            intake__direction=Direction.OUTGOING,
        )

    def key(self, case: Case) -> int:
        """The key of that application."""
        return self.application(case).pk

    # --- the rungs --------------------------------------------------------------------------------------------------

    def open(self) -> None:
        """The IPD opens the intake."""
        group = self.group
        intakes.open_intake(
            pathway_id=self.pathway.pk,
            direction=Direction.OUTGOING,
            term_id=group.first.pk,
            last_term_id=group.last.pk,
            semester=group.semester,
            semesters=2,
            seats=group.seats,
            opens_on=today(),
            closes_on=group.closes_on,
            actor=self.world.user("ipd"),
        )

    def begun(self, case: Case) -> None:
        """The student begins, says why, and hands the passport in."""
        student = self.student(case)
        application = outgoing.start_application(intake_id=self.intake.pk, actor=student)
        why = case.why or _WHY[int(case.number) % len(_WHY)]
        outgoing.save_draft(application_id=application.pk, motivation=why, actor=student)
        self._hand_in(application, ("passport",), student)

    def submitted(self, case: Case) -> None:
        """The student submits."""
        take_step(application_id=self.key(case), name="submit", actor=self.student(case))

    def listed(self, _cases: Sequence[Case]) -> None:
        """The institute gathers whoever waits, and sends the list."""
        candidates = lists.gather(intake_id=self.intake.pk, actor=self.coordinator)
        lists.send_list(list_id=candidates.pk, request_text=self.group.request, actor=self.coordinator)

    def proposed(self, cases: Sequence[Case]) -> None:
        """The IPD sends the official letter."""
        candidates = self.application(cases[0]).candidate_list_id or 0
        letters.send_official_letter(list_id=candidates, actor=self.world.user("ipd"))

    def invited(self, case: Case) -> None:
        """The partner invites."""
        outgoing.answer(
            application_id=self.key(case),
            answer=PartnerAnswer.INVITED,
            actor=self.world.user(self.group.login),
            file=scan("Letter of invitation"),
            name="invitation.pdf",
        )

    def asked(self, case: Case) -> None:
        """The IPD asks for the package and makes the contract."""
        pk, ipd = self.key(case), self.world.user("ipd")
        due = min(today() + timedelta(days=22), self.group.first.starts_on)
        outgoing.request_package(application_id=pk, due=due, actor=ipd)
        contract.make_contract(application_id=pk, actor=ipd)

    def complete(self, case: Case) -> None:
        """Everybody hands in and signs; the IPD finds the package complete."""
        application, ipd = self.application(case), self.world.user("ipd")
        for giver, user in ((DocumentGiver.INSTITUTE, self.coordinator), (DocumentGiver.STUDENT, self.student(case))):
            missing = application.package.filter(upload=None, giver=giver).order_by("pk")
            self._hand_in(application, [item.kind for item in missing], user)
        package.accept_everything(application_id=application.pk, actor=ipd)
        chair.sign_chair_application(application_id=application.pk, language="kk", actor=self.student(case))
        for signer in (self.student(case), self.world.user("rector"), self.world.user(self.group.login)):
            contract.sign_contract(application_id=application.pk, actor=signer)
        take_step(application_id=application.pk, name="complete_documents", actor=ipd)

    def requested(self, case: Case) -> None:
        """The visa file goes to the consulate, the package to the Registrar's Office."""
        self.ask_visa(case)
        take_step(application_id=self.key(case), name="request_order", actor=self.world.user("ipd"))

    def ordered(self, cases: Sequence[Case]) -> None:
        """The Registrar's Office drafts one order for them all; the rector signs it."""
        order = self.draft_order(cases)
        orders.send_for_signature(order_id=order, actor=self.world.user("registrar"))
        orders.sign(order_id=order, actor=self.world.user("rector"))

    def visa(self, case: Case) -> None:
        """The visa is granted for the whole stay."""
        visa.visa_step(
            application_id=self.key(case),
            name="grant",
            actor=self.world.user("ipd"),
            category=self.group.category,
            valid_from=max(today(), self.group.first.starts_on - timedelta(days=10)),
            valid_until=self.group.last.ends_on + timedelta(days=30),
        )

    def departed(self, case: Case) -> None:
        """The student leaves."""
        outgoing.depart(application_id=self.key(case), on=today(), actor=self.world.user("ipd"))

    def planned(self, case: Case) -> None:
        """The plan that opened with the order goes to everybody, and everybody agrees."""
        plans.approve(self.world, self.group.department, self.group.login, self.application(case))

    # --- what rungs and twists are made of --------------------------------------------------------------------------

    def ask_visa(self, case: Case) -> None:
        """The visa file is submitted."""
        visa.visa_step(
            application_id=self.key(case),
            name="submit",
            actor=self.world.user("ipd"),
            submitted_on=today(),
            category=self.group.category,
        )

    def draft_order(self, cases: Sequence[Case]) -> int:
        """The Registrar's Office drafts an order for these; its key."""
        keys = [self.key(case) for case in cases]
        return orders.draft_departure(applications=keys, actor=self.world.user("registrar"), language="en").pk

    def _hand_in(self, application: Application, kinds: Sequence[str], user: User) -> None:
        files = {kind: (scan(kind.capitalize()), f"{kind}.pdf") for kind in kinds}
        package.submit_documents(application_id=application.pk, files=files, actor=user)
