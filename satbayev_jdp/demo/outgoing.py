"""The road out as it stands today: who applies for the next semester, and who is at Yangtze now.

First-years 20260101 and 20260102 have not applied: they are left for walking by hand.
"""

from collections.abc import Callable
from datetime import timedelta

from admissions.enums import PartnerAnswer
from admissions.services import contract, lists, orders, outgoing, package, visa
from admissions.services.applications import take_step
from satbayev_jdp.demo import plans
from satbayev_jdp.demo.agenda import Agenda
from satbayev_jdp.demo.going import Case, Group, Road
from satbayev_jdp.demo.scans import scan
from satbayev_jdp.demo.world import NORDTAL, YANGTZE, World

# --- who is who: number, how far, what happened besides, why ---------------------------------------------------------------

# To Yangtze from the next semester on: the first list went out, most were invited.
FIRST_LIST = (
    Case("20250104", "visa", why="Жер асты кеніштерін цифрлық жобалауды үйренгім келеді; серіктестің зертханасында "
                                 "осы сала жақсы дамыған."),
    Case("20250105", "requested", why="Хочу изучать геомеханику и вентиляцию шахт и вернуться с готовой темой "
                                      "дипломного проекта."),
    Case("20250119", "requested", "order waits for signature"),
    Case("20250118", "requested", "order returned"),
    Case("20250117", "requested", "order drafted"),
    Case("20250114", "complete"),
    Case("20250103", "asked", "passport returned", "I would like to learn mine planning software and improve my Chinese."),
    Case("20250113", "invited"),  # nobody has asked for the package yet
    Case("20250115", "asked"),
    Case("20250116", "asked", "cannot go"),
    Case("20250112", "proposed", "on the waiting list"),
    Case("20250111", "proposed", "refused by the partner"),
)  # fmt: skip
# Who did not come onto it.
NOT_LISTED = (
    Case("20250108", "submitted", "returned"),
    Case("20250109", "submitted", "refused by the institute"),
    Case("20250110", "submitted", "withdrew"),
)
# Later: one waits for Yangtze, one in reserve; one waits for the letter; one for the list; the last ones have just come.
SECOND_LIST = (
    Case("20250106", "proposed", why="Меня интересует обогащение полезных ископаемых и жизнь в другой академической среде."),
    Case("20250101", "listed", why="Қытай тілін үйреніп, тау-кен техникасы бойынша екі елдің тәжірибесін "
                                   "салыстырғым келеді."),
)  # fmt: skip
THIRD_LIST = (Case("20250120", "listed"),)
GATHERED = (Case("20250121", "submitted", "gathered"),)
JUST_CAME = (
    Case("20250102", "submitted", why="Хочу пройти часть программы у партнёра; задолженность закрою в эту сессию."),
    Case("20250107", "begun"),
)
# First-years who look at Nordtal.
TO_NORDTAL = (
    Case("20260103", "begun"),
    Case("20260104", "submitted", "returned"),
    Case("20260105", "submitted", "refused by the institute"),
    Case("20260106", "submitted", "withdrew"),
)
# At Yangtze in the semester that runs.
AT_YANGTZE_NOW = (
    Case("20240107", "planned"),
    Case("20240110", "departed", "plan returned"),
    Case("20240111", "ordered", "stayed at home"),
    Case("20240112", "visa"),  # nobody has written the departure down
)

# --- when: days before the demo is made, or before the first day of the semester -------------------------------------------

_SECOND = {"begun": 7, "submitted": 7, "listed": 6, "proposed": 6}
_THIRD = {"begun": 5, "submitted": 5, "listed": 4}
_FIRST = {
    "opened": 25,
    "begun": 22,
    "submitted": 22,
    "listed": 20,
    "proposed": 20,
    "invited": 14,
    "asked": 14,
    "complete": 10,
    "requested": 10,
    "ordered": 7,
    "visa": 7,
    "passport returned": 10,
    "on the waiting list": 13,
    "refused by the partner": 12,
    "cannot go": 5,
    "order waits for signature": 3,
    "order returned": 2,
    "order drafted": 1,
}
_NOT_LISTED = {"begun": 22, "submitted": 22, "returned": 21, "refused by the institute": 21, "withdrew": 21}
ABROAD = {
    "opened": 150,
    "begun": 140,
    "submitted": 140,
    "listed": 88,
    "proposed": 88,
    "invited": 75,
    "asked": 75,
    "complete": 62,
    "requested": 62,
    "ordered": 20,
    "visa": 15,
    "stayed at home": 8,
    "departed": 4,
    "planned": 3,
    "plan returned": 2,
}


def write_in(world: World, agenda: Agenda) -> None:
    """Everybody's road into the agenda."""
    for cases, before in (
        (FIRST_LIST, _FIRST),
        (NOT_LISTED, _NOT_LISTED),
        (SECOND_LIST, _SECOND),
        (THIRD_LIST, _THIRD),
        (GATHERED, {"begun": 3, "submitted": 3, "gathered": 2}),
        (JUST_CAME, {"begun": 1, "submitted": 1}),
    ):
        Road(world, agenda, _next(world, YANGTZE, before, semester=4, seats=12), TWISTS).walk(cases)
    before = {"opened": 25, **_NOT_LISTED}
    Road(world, agenda, _next(world, NORDTAL, before, semester=2, seats=4), TWISTS).walk(TO_NORDTAL)
    Road(world, agenda, _now(world), TWISTS).walk(AT_YANGTZE_NOW)


def _next(world: World, partner: str, before: dict[str, int], *, semester: int, seats: int) -> Group:
    """Those who go with the partner's next term; days are counted before the day the demo is made."""
    first, last = world.terms_after(partner, world.today)[:2]
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
        closes_on=min(world.today + timedelta(days=24), first.starts_on),
        anchor=world.today,
        before=before,
    )


def _now(world: World) -> Group:
    """Those who went with Yangtze's term that runs; days are counted before its first."""
    first = world.term_of(YANGTZE, world.today)
    unit, department, category, login = PLACES[YANGTZE]
    return Group(
        partner=YANGTZE,
        login=login,
        unit=unit,
        department=department,
        category=category,
        first=first,
        last=world.terms_after(YANGTZE, first.starts_on)[0],
        semester=5 if first.kind == "autumn" else 6,
        seats=len(AT_YANGTZE_NOW),
        closes_on=first.starts_on - timedelta(days=90),
        anchor=first.starts_on,
        before=ABROAD,
    )


PLACES = {YANGTZE: ("gm", "me", "X1", "yangtze"), NORDTAL: ("ai", "se", "D", "nordtal")}


# --- what happened besides -------------------------------------------------------------------------------------------------


def _returned(road: Road, case: Case) -> None:
    reason = "Мотивация тым қысқа: қандай пәндерді және не үшін таңдағаныңызды жазыңыз."
    outgoing.return_to_student(application_id=road.key(case), reason=reason, actor=road.coordinator)


def _refused(road: Road, case: Case) -> None:
    director = road.world.user(f"director.{road.group.unit}")
    reason = "Академиялық қарызы бар және тіл деңгейі жеткіліксіз."
    take_step(application_id=road.key(case), name="refuse", reason=reason, actor=director)


def _withdrew(road: Road, case: Case) -> None:
    reason = "По семейным обстоятельствам не смогу поехать в этом году."
    take_step(application_id=road.key(case), name="withdraw", reason=reason, actor=road.student(case))


def _gathered(road: Road, _case: Case) -> None:
    lists.gather(intake_id=road.intake.pk, actor=road.coordinator)


def _answered(answer: PartnerAnswer, reason: str) -> Callable[[Road, Case], object]:
    def act(road: Road, case: Case) -> None:
        partner = road.world.user(road.group.login)
        outgoing.answer(application_id=road.key(case), answer=answer, reason=reason, actor=partner)

    return act


def _passport_returned(road: Road, case: Case) -> None:
    """The passport is to be brought again, the language certificate to be checked, the rest is missing; the partner signed."""
    pk, ipd, student = road.key(case), road.world.user("ipd"), road.student(case)
    files = {"language": (scan("IELTS"), "ielts.pdf")}
    package.submit_documents(application_id=pk, files=files, actor=student)
    files = {"transcript": (scan("Transcript"), "transcript.pdf")}
    package.submit_documents(application_id=pk, files=files, actor=road.coordinator)
    package.accept_document(application_id=pk, kind="transcript", actor=ipd)
    package.return_document(application_id=pk, kind="passport", reason="көшірмесі анық емес", actor=ipd)
    contract.sign_contract(application_id=pk, actor=road.world.user(road.group.login))


def _visa_refused(road: Road, case: Case) -> None:
    road.ask_visa(case)
    reason = "Консульство: банк анықтамасы жеткіліксіз, құжаттарды толықтырып қайта тапсыруға болады."
    visa.visa_step(application_id=road.key(case), name="refuse", reason=reason, actor=road.world.user("ipd"))


def _cannot_go(road: Road, case: Case) -> None:
    _visa_refused(road, case)
    reason = "Виза екінші рет берілмеді: оқу басталғанға дейін үлгермейді."
    take_step(application_id=road.key(case), name="cancel", reason=reason, actor=road.world.user("ipd"))


def _order_drafted(road: Road, case: Case) -> None:
    road.draft_order([case])


def _order_waits(road: Road, case: Case) -> int:
    order = road.draft_order([case])
    orders.send_for_signature(order_id=order, actor=road.world.user("registrar"))
    return order


def _order_returned(road: Road, case: Case) -> None:
    reason = "Бір студенттің кететін күні өзгерді: бұйрық жаңа күнмен қайта дайындалсын."
    orders.return_order(order_id=_order_waits(road, case), reason=reason, actor=road.world.user("rector"))


def _stayed_at_home(road: Road, case: Case) -> None:
    reason = "Отбасы жағдайына байланысты бармайтынын айтып, өтініш берді."
    take_step(application_id=road.key(case), name="cancel_admitted", reason=reason, actor=road.world.user("ipd"))


def _plan_returned(road: Road, case: Case) -> None:
    application = road.application(case)
    plans.propose(road.world, road.group.department, application)
    head = road.world.user(f"head.{road.group.department}")
    plans.send_back(application, head, "Өндірістік тәжірибенің семестрін нақтылаңыз.")


TWISTS: dict[str, Callable[[Road, Case], object]] = {
    "returned": _returned,
    "refused by the institute": _refused,
    "withdrew": _withdrew,
    "gathered": _gathered,
    "on the waiting list": _answered(PartnerAnswer.WAITING, "Орын босаса, шақырамыз."),
    "refused by the partner": _answered(
        PartnerAnswer.REFUSED, "The level of English is below what the courses ask for."
    ),
    "passport returned": _passport_returned,
    "cannot go": _cannot_go,
    "order drafted": _order_drafted,
    "order waits for signature": _order_waits,
    "order returned": _order_returned,
    "stayed at home": _stayed_at_home,
    "plan returned": _plan_returned,
}
