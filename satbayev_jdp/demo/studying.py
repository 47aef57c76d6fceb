"""What lies behind us: who has studied abroad, marks from there, recognitions and transcripts in each state.

20240101–106 went to Nordtal in winter 2025/26; their marks are late: `results_nordtal_2025_winter.xlsx` is left for walking
by hand. 20230101–105 went to Yangtze in autumn 2025: of their first term and of their second something stands at each step.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from core.jobs import run
from core.values import today
from documents.services import revoke
from programmes.models import AcademicTerm, Enrolment
from satbayev_jdp.demo import marks
from satbayev_jdp.demo.agenda import Agenda
from satbayev_jdp.demo.going import Case, Group, Road
from satbayev_jdp.demo.homecoming import came_home
from satbayev_jdp.demo.outgoing import ABROAD, PLACES
from satbayev_jdp.demo.world import NORDTAL, YANGTZE, World
from transcripts.enums import RemovalWay
from transcripts.models import RecognitionProtocol, Transcript
from transcripts.selectors.removals import removal_days
from transcripts.services import differences, opening, protocols, transcripts

AT_NORDTAL = tuple(f"2024010{n}" for n in range(1, 7))
AT_YANGTZE = tuple(f"2023010{n}" for n in range(1, 6))
YEAR = 2025  # of their study there
MINERS = "6B07203"
HOME_MARKS_ON = date(2025, 7, 7)
STUDY_ENDS = date(2027, 8, 31)  # of those who were at Yangtze: a difference ends before it (5.11)
# Scores of Yangtze's spring (100 points, 60 to pass), in the order of the plan and then again from the first.
SPRING = {
    "20230101": (81, 76, 90, 68),
    "20230102": (74, 55, 83, 79),
    "20230103": (88, 92, 79, 95),
    "20230104": (66, 71, 62, 85),
    "20230105": (93, 58, 87, 90),
}

Done = Sequence[str]


def write_in(world: World, agenda: Agenda) -> None:
    """Both groups' roads, home marks, Yangtze's marks and what came of them into the agenda."""
    for partner, numbers, semester in ((YANGTZE, AT_YANGTZE, 5), (NORDTAL, AT_NORDTAL, 3)):
        Road(world, agenda, _group(world, partner, semester, len(numbers))).walk([Case(n, "planned") for n in numbers])
    name = "results_home_7M06102_2024_25.xlsx"
    agenda.add(HOME_MARKS_ON, marks.post, world, name, world.opened(name), None, "registrar")
    agenda.add(HOME_MARKS_ON, _first_year, world, YEAR - 1)
    agenda.add(HOME_MARKS_ON.replace(year=YEAR + 1), _first_year, world, YEAR)
    for partner, unit, home in ((YANGTZE, "gm", AT_YANGTZE[:3]), (NORDTAL, "ai", (*AT_NORDTAL[:2], *AT_NORDTAL[3:5]))):
        term = _term(world, partner, "spring")
        agenda.add(term.ends_on + timedelta(days=20), came_home, world, term, unit, *home)
    _recognition(world, agenda)
    _transcripts(world, agenda)
    _waiting_files(world, agenda)
    agenda.add(world.today, opening.open_due)


def _group(world: World, partner: str, semester: int, seats: int) -> Group:
    first, last = _term(world, partner, "autumn"), _term(world, partner, "spring")
    unit, department, category, login = PLACES[partner]
    return Group(
        partner=partner,
        login=login,
        unit=unit,
        department=department,
        category=category,
        first=first,
        last=last,
        semester=semester,
        seats=seats,
        closes_on=first.starts_on - timedelta(days=90),
        anchor=first.starts_on,
        before=ABROAD,
    )


def _term(world: World, partner: str, kind: str) -> AcademicTerm:
    return AcademicTerm.objects.get(university=world.university(partner), year=YEAR, kind=kind)


def _first_year(world: World, year: int) -> None:
    """The Registrar's Office posts the miners' marks of their first year."""
    file = marks.home_file(marks.first_year_rows(world, MINERS, year))
    marks.post(world, f"results_home_{MINERS}_{year}_{year % 100 + 1}.xlsx", file, None, "registrar")


# --- recognition: days after the end of a term at Yangtze ------------------------------------------------------------------


def _recognition(world: World, agenda: Agenda) -> None:
    autumn, spring = _term(world, YANGTZE, "autumn"), _term(world, YANGTZE, "spring")
    name = "results_yangtze_2025_autumn.csv"
    for term, after, act, *what in (
        (autumn, 21, _autumn_marks, name),
        (autumn, 35, _certify, "20230103", "20230101"),  # without a difference and with one
        (autumn, 220, _settle_difference, "20230101"),
        (spring, 21, _spring_marks),
        # the last of these with a difference that is still to be removed
        (spring, 35, _certify, "20230103", "20230101", "20230104", "20230105"),
        (spring, 36, _make, "20230102"),
        (spring, 40, _return, "20230102"),
        (spring, 50, _revoke, "20230104"),
        (spring, 55, _correct, "20230101"),
    ):
        agenda.add(term.ends_on + timedelta(days=after), act, world, term, *what)
    lately = min(world.ago(4), STUDY_ENDS - timedelta(days=30))
    agenda.add(lately, _make, world, autumn, "20230102", "20230105")


def _autumn_marks(world: World, term: AcademicTerm, name: str) -> None:
    marks.post(world, name, world.opened(name), term, "yangtze")


def _spring_marks(world: World, term: AcademicTerm) -> None:
    marks.post(world, "results_yangtze_2026_spring.csv", marks.yangtze_file(term, SPRING), term, "yangtze")


def _protocol(number: str, term: AcademicTerm) -> RecognitionProtocol:
    return RecognitionProtocol.objects.filter(plan__enrolment__student_number=number, term=term).latest("pk")


def _make(world: World, term: AcademicTerm, *numbers: str) -> None:
    """The director says how and until when each difference is removed, and makes the protocol."""
    director = world.user("director.gm")
    for number in numbers:
        protocol = _protocol(number, term)
        for difference in protocol.differences.filter(way="").order_by("position"):
            differences.set_removal(
                protocol_id=protocol.pk,
                difference_id=difference.pk,
                way=RemovalWay.SUMMER,
                due=removal_days(protocol).summers[0].last,
                actor=director,
            )
        protocols.make_protocol(protocol_id=protocol.pk, actor=director)


def _certify(world: World, term: AcademicTerm, *numbers: str) -> None:
    for number in numbers:
        _make(world, term, number)
        protocols.certify_protocol(protocol_id=_protocol(number, term).pk, actor=world.user("vicerector"))


def _return(world: World, term: AcademicTerm, number: str) -> None:
    reason = "Академиялық айырмашылықты жою мерзімі жазғы семестрден кейін тұр: нақтылаңыз."
    protocols.return_protocol(protocol_id=_protocol(number, term).pk, reason=reason, actor=world.user("vicerector"))


def _settle_difference(world: World, term: AcademicTerm, number: str) -> None:
    difference = _protocol(number, term).differences.order_by("position")[0]
    differences.difference_removed(difference_id=difference.pk, removed_on=today(), actor=world.user("registrar"))


def _revoke(world: World, term: AcademicTerm, number: str) -> None:
    reason = "Серіктес бір пән бойынша бағаны түзетіп жіберді: хаттама жаңадан жасалады."
    paper = _protocol(number, term).document_id or 0
    revoke(document_id=paper, reason=reason, actor=world.user("vicerector"))


def _correct(world: World, term: AcademicTerm, number: str) -> None:
    reason = "Пән кредиттерінің саны 1-қосымшаның жолымен сәйкестендірілді."
    director = world.user("director.gm")
    protocols.correct_protocol(protocol_id=_protocol(number, term).pk, reason=reason, actor=director)
    _certify(world, term, number)


# --- transcripts, their jobs, and files that wait -----------------------------------------------------------------------------


def _transcripts(world: World, agenda: Agenda) -> None:
    """Issued after the autumn and, with the spring's credits, anew; one revoked; of home marks alone; and many at once."""
    after_autumn = _term(world, YANGTZE, "autumn").ends_on + timedelta(days=60)
    agenda.add(after_autumn, _issue, world, "20230103", "20230101")
    agenda.add(world.ago(3), _issue, world, "20230103", AT_NORDTAL[0], AT_NORDTAL[1], "20230101")
    agenda.add(world.ago(2), _revoke_transcript, world, AT_NORDTAL[1])
    agenda.add(world.ago(1), _issue_many, world, "20260101", "20260102")
    agenda.add(world.ago(1), _issue_many, world, AT_NORDTAL[2])


def _issue(world: World, *numbers: str) -> None:
    for enrolment in _enrolments(numbers):
        transcripts.issue_transcript(enrolment_id=enrolment, actor=world.user("registrar"))


def _issue_many(world: World, *numbers: str) -> None:
    """The Registrar's Office asks for many; this stands in for the worker. Who has no mark yet is told as failed."""
    job = transcripts.start_bulk(enrolment_ids=_enrolments(numbers), actor=world.user("registrar"))
    run(job.pk)


def _revoke_transcript(world: World, number: str) -> None:
    paper = Transcript.objects.filter(enrolment__student_number=number).latest("pk").document_id
    reason = "Студенттің аты-жөні төлқұжаттағыдай жазылмаған."
    revoke(document_id=paper, reason=reason, actor=world.user("registrar"))


def _enrolments(numbers: Done) -> list[int]:
    home = Enrolment.objects.filter(university__is_home=True, student_number__in=numbers)
    return list(home.order_by("student_number").values_list("pk", flat=True))


def _waiting_files(world: World, agenda: Agenda) -> None:
    """Files that were checked and wait to be posted: of Yangtze, where a row is refused, and then the right one."""
    term = _term(world, YANGTZE, "spring")
    agenda.add(world.ago(2), _keep_refused, world, term)
    agenda.add(world.ago(1), _keep_sound, world, term)


def _keep_refused(world: World, term: AcademicTerm) -> None:
    refused = marks.yangtze_file(term, {"20230104": (66, 171, 62, 85)})
    marks.keep(world, "results_yangtze_2026_spring_retakes.csv", refused, term, "yangtze")


def _keep_sound(world: World, term: AcademicTerm) -> None:
    retakes = marks.yangtze_retakes(term, "20230105", 74, world.ago(8))
    marks.keep(world, "results_yangtze_2026_spring_retakes_2.csv", retakes, term, "yangtze")
