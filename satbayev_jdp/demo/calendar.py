"""Days off in Kazakhstan and the terms of each university, from three years ago to two years ahead, computed."""

from collections.abc import Mapping
from datetime import date

from institutions.models import University, User
from institutions.services import universities
from programmes.enums import TermKind
from programmes.services import calendar
from programmes.services.calendar import TermDates
from satbayev_jdp.demo.world import ERTIS, HOME, NORDTAL, WSCHODNIA, YANGTZE, World

# (month, day): the state and national holidays, and Orthodox Christmas. The first day of Kurban ait moves: data below.
_HOLIDAYS = {
    (1, 1): "Жаңа жыл",
    (1, 2): "Жаңа жыл",
    (1, 7): "Рождество",
    (3, 8): "Халықаралық әйелдер күні",
    (3, 21): "Наурыз мейрамы",
    (3, 22): "Наурыз мейрамы",
    (3, 23): "Наурыз мейрамы",
    (5, 1): "Қазақстан халқының бірлігі мерекесі",
    (5, 7): "Отан қорғаушы күні",
    (5, 9): "Жеңіс күні",
    (7, 6): "Астана күні",
    (8, 30): "Конституция күні",
    (10, 25): "Республика күні",
    (12, 16): "Тәуелсіздік күні",
}
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


def enter_holidays(world: World, actor: User) -> None:
    """Enter the days off of every year that the demo touches."""
    for year in range(FIRST_YEAR, world.today.year + YEARS_AHEAD + 1):
        for (month, day), name in _HOLIDAYS.items():
            universities.add_holiday(country="KZ", day=date(year, month, day), name=name, actor=actor)
    for day_off in _KURBAN_AIT:
        universities.add_holiday(country="KZ", day=day_off, name="Құрбан айттың бірінші күні", actor=actor)


def enter_terms(world: World, places: Mapping[str, University], actor: User) -> None:
    """Enter the terms of the University and of each partner (3)."""
    for name, kinds in _TERMS.items():
        terms = [
            TermDates(
                year=year,
                kind=kind,
                starts_on=date(year + first_add, *first),
                ends_on=date(year + last_add, *last),
                name_original=own_name,
            )
            for year in range(FIRST_YEAR, world.today.year + YEARS_AHEAD + 1)
            for kind, (first, first_add, last, last_add, own_name) in kinds.items()
        ]
        calendar.enter_terms(university=places[name], terms=terms, actor=actor)
