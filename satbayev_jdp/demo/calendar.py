"""Days off in Kazakhstan and the terms of each university, from three years ago to two years ahead, computed."""

from collections.abc import Mapping
from datetime import date

from core.values import Localized
from institutions.models import University, User
from institutions.services import days_off
from institutions.services.days_off import DayOff
from programmes.enums import TermKind
from programmes.services import calendar
from programmes.services.calendar import TermDates
from satbayev_jdp.demo.world import ERTIS, HOME, NORDTAL, WSCHODNIA, YANGTZE, World

# (month, day): the state and national holidays, and Orthodox Christmas. The first day of Kurban ait moves: data below.
_HOLIDAYS = {
    (1, 1): Localized("Жаңа жыл", "Новый год", "New Year"),
    (1, 2): Localized("Жаңа жыл", "Новый год", "New Year"),
    (1, 7): Localized("Рождество", "Рождество Христово", "Orthodox Christmas"),
    (3, 8): Localized("Халықаралық әйелдер күні", "Международный женский день", "International Women’s Day"),
    (3, 21): Localized("Наурыз мейрамы", "Наурыз мейрамы", "Nauryz"),
    (3, 22): Localized("Наурыз мейрамы", "Наурыз мейрамы", "Nauryz"),
    (3, 23): Localized("Наурыз мейрамы", "Наурыз мейрамы", "Nauryz"),
    (5, 1): Localized(
        "Қазақстан халқының бірлігі мерекесі",
        "Праздник единства народа Казахстана",
        "Unity Day of the People of Kazakhstan",
    ),
    (5, 7): Localized("Отан қорғаушы күні", "День защитника Отечества", "Defender of the Fatherland Day"),
    (5, 9): Localized("Жеңіс күні", "День Победы", "Victory Day"),
    (7, 6): Localized("Астана күні", "День столицы", "Capital City Day"),
    (8, 30): Localized("Конституция күні", "День Конституции", "Constitution Day"),
    (10, 25): Localized("Республика күні", "День Республики", "Republic Day"),
    (12, 16): Localized("Тәуелсіздік күні", "День Независимости", "Independence Day"),
}
_KURBAN_AIT_NAME = Localized("Құрбан айттың бірінші күні", "Первый день Курбан-айта", "First day of Kurban Ait")
_KURBAN_AIT = (date(2023, 6, 28), date(2024, 6, 16), date(2025, 6, 6), date(2026, 5, 27))

# Per university: kind → (month, day) of first and last day, years to add to the academic year's, and the term's own name.
_Span = tuple[tuple[int, int], int, tuple[int, int], int, str]
_OURS: dict[TermKind, _Span] = {
    TermKind.AUTUMN: ((9, 1), 0, (1, 31), 1, ""),
    TermKind.SPRING: ((2, 1), 1, (6, 30), 1, ""),
    TermKind.SUMMER: ((7, 1), 1, (8, 31), 1, ""),
}
_TERMS: dict[str, dict[TermKind, _Span]] = {
    HOME: _OURS,
    ERTIS: _OURS,
    NORDTAL: {
        TermKind.AUTUMN: ((10, 1), 0, (3, 31), 1, "Wintersemester"),
        TermKind.SPRING: ((4, 1), 1, (9, 30), 1, "Sommersemester"),
    },
    YANGTZE: {
        TermKind.AUTUMN: ((9, 1), 0, (1, 31), 1, "秋季学期"),
        TermKind.SPRING: ((2, 1), 1, (7, 31), 1, "春季学期"),
    },
    WSCHODNIA: {
        TermKind.AUTUMN: ((10, 1), 0, (2, 15), 1, "semestr zimowy"),
        TermKind.SPRING: ((2, 16), 1, (9, 30), 1, "semestr letni"),
    },
}
YEARS_AHEAD = 2
FIRST_YEAR = 2023


def enter_days_off(world: World, actor: User) -> None:
    """Enter the days off of every year that the demo touches."""
    years = range(FIRST_YEAR, world.today.year + YEARS_AHEAD + 1)
    fixed = [DayOff(date(year, *at), names) for year in years for at, names in _HOLIDAYS.items()]
    moving = [DayOff(day, _KURBAN_AIT_NAME) for day in _KURBAN_AIT]
    days_off.enter_days_off(days_off=[*fixed, *moving], actor=actor)


def enter_terms(world: World, places: Mapping[str, University], actor: User) -> None:
    """Enter the terms of the University and of each partner (3)."""
    for name, terms in terms_of_the_demo(world.today.year).items():
        calendar.enter_terms(university=places[name], terms=terms, actor=actor)


def terms_of_the_demo(this_year: int) -> dict[str, list[TermDates]]:
    """The calendar of each university, by its short name, until `YEARS_AHEAD` years after this one."""
    return {
        name: [
            TermDates(
                year=year,
                kind=kind,
                starts_on=date(year + first_add, *first),
                ends_on=date(year + last_add, *last),
                name_original=own_name,
            )
            for year in range(FIRST_YEAR, this_year + YEARS_AHEAD + 1)
            for kind, (first, first_add, last, last_add, own_name) in kinds.items()
        ]
        for name, kinds in _TERMS.items()
    }
