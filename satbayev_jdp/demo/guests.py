"""Guests of the last semesters that have ended: their marks, some of them late, and the reports on them to Yangtze and Nordtal."""

from collections.abc import Sequence
from datetime import date, timedelta

from core.values import today
from documents.services import revoke, seal
from mobility.services import rules
from programmes.models import AcademicTerm
from satbayev_jdp.demo import marks
from satbayev_jdp.demo.agenda import Agenda
from satbayev_jdp.demo.coming import Guest, Welcome
from satbayev_jdp.demo.homecoming import after_the_year
from satbayev_jdp.demo.incoming import BEFORE_TERM, host, partner_login
from satbayev_jdp.demo.scans import scan
from satbayev_jdp.demo.world import HOME, NORDTAL, YANGTZE, World
from transcripts.models import SemesterReport
from transcripts.services import reports

FROM_YANGTZE = (
    Guest("Y22061204", "XU", "JIAQI", "F", date(2002, 12, 5), "EJ3390417", "IELTS 6.5", "left"),
    Guest("Y22061219", "GAO", "TIANYU", "M", date(2003, 2, 18), "EJ3390562", "IELTS 6.0", "left"),
)
BEFORE_THEM = (
    Guest("Y22061107", "TIAN", "RUOLAN", "F", date(2003, 3, 8), "EJ3380114", "IELTS 6.5", "left"),
)  # fmt: skip
FROM_NORDTAL = (
    Guest("N760808", "ÖZTÜRK-HÄBERLE", "LEYLA", "F", date(1999, 11, 2), "C9PL33071", "IELTS 8.0", "left", citizenship="DE"),
    Guest("N760819", "ŁUKASZEWSKA", "JOANNA", "F", date(2000, 7, 19), "EM5530918", "IELTS 7.0", "left", citizenship="PL"),
)  # fmt: skip
# Percents of their courses at the University, in their order: who has fewer than courses has marks to come.
MARKS = {
    "Y22061204": (91, 84, 77, 88, 95),
    "Y22061107": (82, 90, 76, 88, 69, 93, 85, 80),
    "Y22061219": (73, 66, 81, 59),
    "N760808": (96, 90, 84, 92, 88, 91),
    "N760819": (78, 85, 69),
}
LATE = ((71,), (64,))  # the next ones of the second guest of Nordtal, each in a file of its own


def write_in(world: World, agenda: Agenda) -> None:
    """Arrival, study, departure, marks and reports into the agenda."""
    agenda.add(date(2023, 9, 4), _rules, world)
    term = world.term_before(HOME, world.today)
    earlier = world.term_before(HOME, term.starts_on)
    _guests(world, agenda, YANGTZE, earlier, BEFORE_THEM)
    _guests(world, agenda, YANGTZE, term, FROM_YANGTZE)
    late = _guests(world, agenda, NORDTAL, term, FROM_NORDTAL)
    after_the_year(world, agenda, term, "gm", *(guest.number for guest in FROM_YANGTZE))
    after_the_year(world, agenda, term, "ai", *(guest.number for guest in FROM_NORDTAL))
    _reports(world, agenda, earlier, term, late)


def _guests(world: World, agenda: Agenda, partner: str, term: AcademicTerm, guests: Sequence[Guest]) -> Welcome:
    """The whole stay of these and their marks."""
    before = BEFORE_TERM | {"left": -(term.ends_on - term.starts_on).days - 5}
    welcome = Welcome(world, agenda, host(world, partner, term, before, seats=2))
    welcome.walk(guests)
    agenda.add(term.ends_on + timedelta(days=4), _posted, welcome, guests)
    return welcome


def _rules(world: World) -> None:
    rules.upload_rules(
        file=scan("Order of arrival of foreign students (2023)"), name="arrival-2023.pdf", actor=world.user("ipd")
    )


def _posted(welcome: Welcome, guests: Sequence[Guest]) -> None:
    rows = [row for guest in guests for row in marks.home_rows(welcome.placement(guest), MARKS[guest.number])]
    name = f"results_guests_{welcome.host.login}_{welcome.host.term.year}_{welcome.host.term.kind}.xlsx"
    marks.post(welcome.world, name, marks.home_file(rows), None, "registrar")


# --- reports: Yangtze's is due, that of the semester before is acknowledged; Nordtal's first one is too, its supplements are
# sent, revoked, and made anew ---


def _reports(world: World, agenda: Agenda, earlier: AcademicTerm, term: AcademicTerm, nordtal: Welcome) -> None:
    """In the order of the days: soon after the term has ended all of them fall on the day the demo is made."""
    for ended, after, act, *what in (
        (earlier, 6, reports.open_due_reports),
        (earlier, 6, _made_and_sent, world, YANGTZE, earlier),
        (earlier, 9, _acknowledged, world, YANGTZE, earlier),
        (term, 6, reports.open_due_reports),
        (term, 6, _made_and_sent, world, NORDTAL, term),
        (term, 9, _acknowledged, world, NORDTAL, term),
        (term, 12, _late, nordtal, 0),
        (term, 12, _made_and_sent, world, NORDTAL, term),
        (term, 16, _late, nordtal, 1),
        (term, 16, _made_and_revoked, world, NORDTAL, term),
        (term, 20, _made, world, NORDTAL, term),
    ):
        agenda.add(ended.ends_on + timedelta(days=after), act, *what)


def _last_report(world: World, partner: str, term: AcademicTerm) -> int:
    return SemesterReport.objects.filter(partner=world.university(partner), term=term).latest("number").pk


def _late(welcome: Welcome, position: int) -> None:
    guest = FROM_NORDTAL[1]
    skip = len(MARKS[guest.number]) + position
    rows = marks.home_rows(welcome.placement(guest), LATE[position], skip=skip)
    name = f"results_late_{position + 1}.xlsx"
    marks.post(welcome.world, name, marks.home_file(rows), None, "registrar")


def _made(world: World, partner: str, term: AcademicTerm) -> SemesterReport:
    return reports.make_report(report_id=_last_report(world, partner, term), actor=world.user("ipd"))


def _made_and_sent(world: World, partner: str, term: AcademicTerm) -> None:
    report = _made(world, partner, term)
    if report.document_id:
        seal(report.document_id)
    reports.send_report(report_id=report.pk, actor=world.user("ipd"))


def _acknowledged(world: World, partner: str, term: AcademicTerm) -> None:
    coordinator = world.user(partner_login(partner))
    reports.acknowledge_report(report_id=_last_report(world, partner, term), actor=coordinator)


def _made_and_revoked(world: World, partner: str, term: AcademicTerm) -> None:
    report = _made(world, partner, term)
    reason = f"Есеп {today():%d.%m.%Y} күнгі түзетілген ведомосқа сәйкес келмейді."
    revoke(document_id=report.document_id or 0, reason=reason, actor=world.user("ipd"))
