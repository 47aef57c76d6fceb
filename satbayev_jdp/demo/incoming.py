"""The road here as it stands today: candidates for the next semester, and guests who study here now.

The workbook of Nordtal's nominations (data) is not imported: it is left for walking by hand.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from admissions.services import incoming, nominations, package, visa
from admissions.services.applications import take_step
from mobility.services import stay
from programmes.models import AcademicTerm
from satbayev_jdp.demo import plans
from satbayev_jdp.demo.agenda import Agenda
from satbayev_jdp.demo.coming import Guest, Host, Welcome
from satbayev_jdp.demo.world import HOME, NORDTAL, YANGTZE, World

# --- who is who: number, passport, how far, what happened besides ----------------------------------------------------------

# Yangtze's list for the next semester.
YANGTZE_NEXT = (
    Guest("Y24070907", "LIU", "HAORAN", "M", date(2004, 3, 2), "EJ5520219", "IELTS 6.0", "reviewed"),
    Guest("Y24070911", "ZHAO", "LINGYUN", "F", date(2004, 12, 17), "EJ5520744", "IELTS 7.0", "reviewed", on={"reviewed": 2}),
    Guest("Y24070913", "TANG", "YIFAN", "M", date(2004, 5, 9), "EJ5520801", "IELTS 5.5", "reviewed", "refused by the head"),
    Guest("Y24070914", "FENG", "RUOXI", "F", date(2004, 1, 23), "EJ5520977", "IELTS 6.0", "agreed", "refused by the director"),
    Guest("Y24070915", "HUANG", "ZIHAN", "F", date(2004, 6, 6), "EJ5521310", "IELTS 6.5", "agreed"),
    Guest("Y24070918", "ZHOU", "MINGZE", "M", date(2004, 2, 28), "EJ5521455", "TOEFL 90", "recommended"),
    Guest("Y24070923", "WU", "SIYUAN", "M", date(2003, 9, 19), "EJ5521890", "IELTS 6.5", "complete"),
    Guest("Y24070926", "SUN", "JIAYI", "F", date(2004, 4, 11), "EJ5522001", "IELTS 6.0", "complete", "order waits for signature"),
    Guest("Y24070930", "MA", "RUI", "M", date(2004, 10, 1), "EJ5522317", "IELTS 6.5", "ordered"),
    Guest("Y24070934", "ZHU", "WENJING", "F", date(2004, 7, 25), "EJ5522650", "IELTS 7.0", "invited"),
    # A citizen of Kyrgyzstan who studies there: no visa is needed, the advisor is assigned, the arrival is due.
    Guest("Y24070938", "ASANOV", "BEKZAT", "M", date(2003, 3, 3), "AC2290117", "IELTS 6.0", "invited", citizenship="KG"),
    Guest("Y24070941", "LUO", "TINGTING", "F", date(2004, 11, 12), "EJ5522981", "IELTS 6.0", "named", "taken back"),
    Guest("Y24070944", "PENG", "ZHIYUAN", "M", date(2004, 8, 8), "EJ5523077", "IELTS 6.0", "named", "returned to the partner"),
)  # fmt: skip
# Named today.
JUST_NAMED = (
    Guest("Y24070902", "CHEN", "YUTONG", "F", date(2004, 8, 21), "EJ5520013", "IELTS 6.5", "named"),
)  # fmt: skip
NORDTAL_NEXT = (
    Guest("N781102", "GRÖẞLER", "MAXIMILIAN", "M", date(2001, 6, 17), "C7XK21904", "IELTS 7.5", "named", citizenship="DE"),
    Guest("N781115", "YILDIZ", "ÖZGE", "F", date(2001, 2, 3), "U22781345", "TOEFL 96", "reviewed", citizenship="TR"),
    Guest("N781121", "SØRENSEN", "FREJA", "F", date(2000, 10, 29), "P40118276", "IELTS 8.0", "agreed", citizenship="DK"),
    Guest("N781126", "KOWALCZYK", "STANISŁAW", "M", date(2001, 12, 8), "ZS8812045", "IELTS 6.5", "recommended", citizenship="PL"),
)  # fmt: skip
# A whole list of today: all but the last are ready for the department, of the last a document was sent back.
NORDTAL_TODAY = (
    Guest("N781131", "ABENDROTH", "JULIA", "F", date(2001, 3, 12), "C8ZR10131", "IELTS 7.5", "named", citizenship="DE"),
    Guest("N781135", "BRÜCKNER", "TOBIAS", "M", date(2000, 11, 4), "C8ZR10135", "IELTS 7.0", "named", citizenship="DE"),
    Guest("N781138", "DE LA CRUZ", "INÉS", "F", date(2001, 7, 26), "XDB104138", "TOEFL 98", "named", citizenship="ES"),
    Guest("N781142", "EĞİLMEZ", "BARAN", "M", date(2001, 1, 15), "U22790142", "IELTS 6.5", "named", citizenship="TR"),
    Guest("N781147", "FÖRSTER", "LUKAS", "M", date(2000, 8, 9), "C8ZR10147", "IELTS 7.0", "named", citizenship="DE"),
    Guest("N781151", "GIRAUD", "CAMILLE", "F", date(2001, 5, 31), "19AC40151", "TOEFL 101", "named", citizenship="FR"),
    Guest("N781156", "HOLUB", "ONDŘEJ", "M", date(2000, 12, 20), "44810156", "IELTS 6.5", "named", citizenship="CZ"),
    Guest("N781160", "IVANOVSKA", "ELENA", "F", date(2001, 9, 2), "A1400160", "IELTS 7.0", "named", citizenship="MK"),
    Guest("N781163", "JANSEN", "SANNE", "F", date(2001, 4, 18), "NW0R10163", "IELTS 8.0", "named", citizenship="NL"),
    Guest("N781169", "KRÜGER", "PHILIPP", "M", date(2000, 6, 14), "C8ZR10169", "IELTS 7.5", "named", "photograph sent back",
          citizenship="DE"),
)  # fmt: skip
# Here in the semester that runs.
YANGTZE_NOW = (
    Guest("Y23071101", "LI", "WEI", "M", date(2003, 5, 14), "EJ4410021", "IELTS 6.5", "planned"),
    Guest("Y23071105", "ZHANG", "XIAOMEI", "F", date(2004, 1, 9), "EJ4410088", "IELTS 6.0", "planned", "asked the advisor"),
    Guest("Y23071112", "WANG", "JUN", "M", date(2003, 11, 30), "EJ4411270", "TOEFL 84", "visa granted", "came twelve days ago"),
    Guest("Y23071118", "GUO", "YAWEN", "F", date(2003, 4, 27), "EJ4411533", "IELTS 6.5", "visa granted", "came yesterday"),
    Guest("Y23071120", "DENG", "HAOYU", "M", date(2003, 7, 16), "EJ4411604", "IELTS 6.0", "visa granted"),  # has not arrived
    Guest("Y23071123", "XIE", "MENGQI", "F", date(2003, 8, 5), "EJ4411777", "IELTS 6.0", "visa asked", "cannot come"),
)  # fmt: skip
NORDTAL_NOW = (
    Guest("N770311", "VON LÜDERS", "ANNA-LENA", "F", date(2000, 9, 12), "C4VF70112", "IELTS 8.0", "registered", "plan returned",
          citizenship="DE"),
    Guest("N770324", "ŽUPAN", "MATIJA", "M", date(1999, 5, 21), "PB0933718", "TOEFL 101", "registered", "plan half agreed to",
          citizenship="SI"),
    Guest("N770330", "NGUYỄN", "THỊ HOA", "F", date(2000, 3, 14), "K0216649", "IELTS 7.0", "planned", "plan made anew",
          citizenship="VN"),
)  # fmt: skip

# --- when: days before the demo is made, or before the first day of the semester -------------------------------------------

_NEXT = {
    "opened": 30,
    "named": 30,
    "reviewed": 10,
    "agreed": 8,
    "recommended": 6,
    "complete": 6,
    "ordered": 4,
    "invited": 2,
    "taken back": 12,
    "returned to the partner": 11,
    "refused by the head": 8,
    "refused by the director": 5,
    "order waits for signature": 2,
}
_NORDTAL_NEXT = {"opened": 25, "named": 12, "reviewed": 9, "agreed": 5, "recommended": 3}
BEFORE_TERM = {
    "opened": 120,
    "named": 120,
    "reviewed": 80,
    "agreed": 78,
    "recommended": 75,
    "complete": 75,
    "ordered": 45,
    "invited": 40,
    "visa asked": 38,
    "visa granted": 20,
    "cannot come": 20,
    "arrived": 3,
    "came": 2,
    "registered": 1,
    "planned": -2,
}


def write_in(world: World, agenda: Agenda) -> None:
    """Everybody's road into the agenda."""
    term = world.term_of(HOME, world.today)
    lately = {**BEFORE_TERM, **_lately(world, term)}
    Welcome(world, agenda, host(world, YANGTZE, term, lately, seats=6), TWISTS).walk(YANGTZE_NOW)
    Welcome(world, agenda, host(world, NORDTAL, term, lately, seats=4), TWISTS).walk(NORDTAL_NOW)
    for partner, guests, before in (
        (YANGTZE, YANGTZE_NEXT, _NEXT),
        (NORDTAL, NORDTAL_NEXT, _NORDTAL_NEXT),
        (YANGTZE, JUST_NAMED, {"named": 0}),
        (NORDTAL, NORDTAL_TODAY, {"named": 0, "photograph sent back": 0}),
    ):
        Welcome(world, agenda, _next(world, partner, before), TWISTS).walk(guests)


def _lately(world: World, term: AcademicTerm) -> dict[str, int]:
    """What happened in the last days, in days before the first of the term, and never before the rung it rests on."""
    return {
        what: min((term.starts_on - world.ago(days)).days, BEFORE_TERM[rung])
        for what, days, rung in (
            ("came twelve days ago", 12, "arrived"),
            ("came yesterday", 1, "arrived"),
            ("asked the advisor", 2, "registered"),
            ("plan returned", 3, "registered"),
            ("plan half agreed to", 4, "registered"),
            ("plan made anew", 1, "planned"),
        )
    }


def host(world: World, partner: str, term: AcademicTerm, before: Mapping[str, int], *, seats: int) -> Host:
    """The department that receives the partner's students from a term on that has begun: days are counted before its first."""
    unit, department, autumn = DEPARTMENTS[partner]
    return Host(
        partner=partner,
        login=partner_login(partner),
        unit=unit,
        department=department,
        term=term,
        semester=autumn if term.kind == "autumn" else autumn + 1,
        seats=seats,
        closes_on=term.starts_on - timedelta(days=60),
        anchor=term.starts_on,
        before=before,
    )


def _next(world: World, partner: str, before: Mapping[str, int]) -> Host:
    term = world.terms_after(HOME, world.today)[0]
    unit, department, autumn = DEPARTMENTS[partner]
    return Host(
        partner=partner,
        login=partner_login(partner),
        unit=unit,
        department=department,
        term=term,
        semester=autumn if term.kind == "autumn" else autumn + 1,
        seats=12,
        closes_on=min(world.today + timedelta(days=20), term.starts_on),
        anchor=world.today,
        before=before,
    )


# Institute, department, and the semester of the programme that begins in autumn.
DEPARTMENTS = {YANGTZE: ("gm", "me", 5), NORDTAL: ("ai", "se", 1)}


def partner_login(partner: str) -> str:
    """The partner's coordinator."""
    return {YANGTZE: "yangtze", NORDTAL: "nordtal"}[partner]


# --- what happened besides -------------------------------------------------------------------------------------------------


def _photograph_sent_back(welcome: Welcome, guest: Guest) -> None:
    reason = "The photograph is older than six months."
    package.return_document(application_id=welcome.key(guest), kind="photo", reason=reason, actor=welcome.ipd)


def _refused_by_head(welcome: Welcome, guest: Guest) -> None:
    reason = "Пререквизиттер өтілмеген: «Тау жыныстарының механикасы» пәні оқылмаған."
    incoming.refuse(application_id=welcome.key(guest), reason=reason, actor=welcome.office("head"))


def _refused_by_director(welcome: Welcome, guest: Guest) -> None:
    reason = "Бұл семестрде зертханада орын жоқ: келесі семестрге ұсыныңыз."
    incoming.refuse(application_id=welcome.key(guest), reason=reason, actor=welcome.office("director"))


def _taken_back(welcome: Welcome, guest: Guest) -> None:
    reason = "The student has accepted an internship at home."
    nominations.drop_candidate(application_id=welcome.key(guest), reason=reason, actor=welcome.partner)


def _returned_to_partner(welcome: Welcome, guest: Guest) -> None:
    pk, reason = welcome.key(guest), "The scan of the passport is cut off at the machine-readable lines."
    package.return_document(application_id=pk, kind="passport", reason=reason, actor=welcome.ipd)
    nominations.return_candidate(application_id=pk, reason=reason, actor=welcome.ipd)


def _order_waits(welcome: Welcome, guest: Guest) -> int:
    return welcome.send_order([guest])


def _cannot_come(welcome: Welcome, guest: Guest) -> None:
    pk = welcome.key(guest)
    visa.visa_step(application_id=pk, name="refuse", reason="Консулдық: құжаттар толық емес.", actor=welcome.ipd)
    take_step(application_id=pk, name="cancel", reason="Виза берілмеді: студент келе алмайды.", actor=welcome.ipd)


def _came(welcome: Welcome, guest: Guest) -> None:
    welcome.arrived(guest)


def _asked_advisor(welcome: Welcome, guest: Guest) -> None:
    placement, student = welcome.placement(guest).pk, welcome.world.user(guest.login)
    text = "May I take Mine Surveying instead of Project Management?"
    stay.write_to_advisor(placement_id=placement, text=text, actor=student)
    text = "Only if Annex 1 has the row: come on Tuesday, we will look at your plan together."
    stay.write_to_advisor(placement_id=placement, text=text, actor=welcome.office("advisor"))


def _plan_returned(welcome: Welcome, guest: Guest) -> None:
    application = welcome.application(guest)
    plans.propose(welcome.world, welcome.host.department, application)
    plans.send_back(
        application, welcome.world.user(guest.login), "I have passed two of these courses at Nordtal already."
    )


def _plan_half_agreed(welcome: Welcome, guest: Guest) -> None:
    application = welcome.application(guest)
    plans.propose(welcome.world, welcome.host.department, application)
    four = plans.parties(welcome.world, welcome.host.department, welcome.host.login, application)
    plans.agree(application, *four[:3])


def _plan_made_anew(welcome: Welcome, guest: Guest) -> None:
    plans.revise(welcome.application(guest), welcome.office("advisor"))


TWISTS: dict[str, Callable[[Welcome, Guest], object]] = {
    "refused by the head": _refused_by_head,
    "refused by the director": _refused_by_director,
    "taken back": _taken_back,
    "returned to the partner": _returned_to_partner,
    "order waits for signature": _order_waits,
    "photograph sent back": _photograph_sent_back,
    "cannot come": _cannot_come,
    "came twelve days ago": _came,
    "came yesterday": _came,
    "asked the advisor": _asked_advisor,
    "plan returned": _plan_returned,
    "plan half agreed to": _plan_half_agreed,
    "plan made anew": _plan_made_anew,
}
