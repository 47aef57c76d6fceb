"""The academic calendar of each side: entered, corrected, taken away; and the days off of Kazakhstan beside it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from admissions.models import Intake
from core.history import history_of
from core.story import story_of
from core.values import Localized, today
from core.workflow import ChangedMeanwhileError, FaultyError, NotAllowedError, WrongStateError
from institutions.enums import Role
from institutions.models import Holiday, University, User
from institutions.selectors import holidays_of
from institutions.services.days_off import DayOff, enter_day_off, take_away_day_off
from programmes.enums import TermKind
from programmes.models import AcademicTerm
from programmes.services.calendar import TermDates, correct_term, dates_of, enter_term, enter_terms, take_away_term
from satbayev_jdp.demo.calendar import terms_of_the_demo
from tests.factories import admissions, institutions, programmes

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
AUTUMN = TermDates(2026, "autumn", date(2026, 9, 1), date(2027, 1, 31))
SPRING = TermDates(2026, "spring", date(2027, 2, 1), date(2027, 6, 30))
SUMMER = TermDates(2026, "summer", date(2027, 7, 1), date(2027, 8, 31))


@pytest.fixture
def home() -> University:
    return institutions.home()


@pytest.fixture
def ipd(home: University) -> User:
    return institutions.user(Role.IPD_COORDINATOR)


# --- terms ------------------------------------------------------------------------------------------------------------


@pytest.mark.clause("3-f")
def test_terms_are_entered_by_the_ipd_and_the_administrator_alone(home: University) -> None:
    for role in set(Role) - Role.unit_roles():
        actor = institutions.user(role)
        if role in {Role.IPD_COORDINATOR, Role.ADMINISTRATOR}:
            enter_terms(university=home, terms=[AUTUMN, SPRING, SUMMER], actor=actor)
        else:
            with pytest.raises(NotAllowedError):
                enter_terms(university=home, terms=[AUTUMN], actor=actor)

    assert [dates_of(term) for term in home.terms.order_by("starts_on")] == [AUTUMN, SPRING, SUMMER]


@pytest.mark.clause("3-f")
@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        ({"ends_on": AUTUMN.starts_on}, "ends_on", "cannot end before it begins"),
        ({"ends_on": date(2026, 10, 1)}, "ends_on", "at least 8 weeks: this one ends on 26.10.2026 at the earliest"),
        ({"kind": "summer", "ends_on": date(2026, 9, 13)}, "ends_on", "at least 2 weeks: this one ends on 14.09.2026"),
        ({"ends_on": date(2027, 9, 1)}, "ends_on", "not longer than a year: this one ends on 31.08.2027"),
        ({"starts_on": date(26, 9, 1)}, "starts_on", "begins between 01.01.2026 and 31.12.2027"),
        ({"starts_on": date(2028, 1, 1), "ends_on": date(2028, 2, 1)}, "starts_on", "begins between 01.01.2026"),
        ({"ends_on": SPRING.starts_on}, "ends_on", "there is another term: 2026/27, spring semester, 01.02.2027"),
        ({"starts_on": date(2027, 6, 30), "ends_on": date(2027, 8, 31)}, "starts_on", "there is another term"),
        ({"name_original": "가을"}, "name_original", "cannot be printed"),
        ({"year": 26}, "year", "no such term"),
        ({"year": 2100}, "year", "no such term"),
        ({"kind": "winter"}, "year", "no such term"),
    ],
)
def test_what_cannot_be_a_term_is_said_at_its_field(
    ipd: User, home: University, wrong: dict[str, object], field: str, said: str
) -> None:
    enter_terms(university=home, terms=[SPRING], actor=ipd)
    term = replace(AUTUMN, **wrong)  # type: ignore[arg-type]  # fields of several types
    attempts: Sequence[Callable[[], object]] = (
        lambda: enter_terms(university=home, terms=[term], actor=ipd),
        lambda: enter_term(university=home, term=term, actor=ipd),
    )

    for attempt in attempts:
        with pytest.raises(FaultyError) as refusal:
            attempt()
        with override("en"):
            ((told_at, words),) = refusal.value.told()
        assert told_at == field
        assert said in words

    assert home.terms.count() == 1


@pytest.mark.parametrize(
    "term", [replace(AUTUMN, ends_on=date(2026, 10, 26)), replace(SUMMER, ends_on=date(2027, 7, 14))]
)
def test_a_term_of_a_partner_may_be_short(ipd: User, home: University, term: TermDates) -> None:
    made = enter_term(university=institutions.partner(), term=term, actor=ipd)

    assert dates_of(made) == term


def test_terms_of_one_handing_in_do_not_overlap_either(ipd: User, home: University) -> None:
    with pytest.raises(FaultyError):
        enter_terms(university=home, terms=[AUTUMN, replace(SPRING, starts_on=AUTUMN.ends_on)], actor=ipd)


def test_calendars_of_two_universities_overlap(ipd: User, home: University) -> None:
    for university in (home, institutions.partner()):
        enter_term(university=university, term=AUTUMN, actor=ipd)

    assert AcademicTerm.objects.count() == 2


def test_the_calendars_of_the_demo_are_such(ipd: User, home: University) -> None:
    for name, terms in terms_of_the_demo(today().year).items():
        at = institutions.partner(name)
        enter_terms(university=at, terms=terms, actor=ipd)
        assert at.terms.count() == len(terms)


def test_a_term_that_is_there_is_not_entered_again(ipd: User, home: University) -> None:
    enter_term(university=home, term=AUTUMN, actor=ipd)

    with pytest.raises(FaultyError) as refusal:
        enter_term(university=home, term=replace(AUTUMN, ends_on=date(2027, 1, 15)), actor=ipd)

    assert [fault.field for fault in refusal.value.faults] == ["kind"]


@pytest.mark.clause("3-f")
def test_a_correction_of_a_term_that_is_in_use_says_from_which_days_to_which(ipd: User) -> None:
    call = admissions.intake()
    term, university = call.term, call.term.university
    was = dates_of(term)
    now = replace(was, ends_on=was.ends_on + timedelta(days=7), name_original="Semester")

    correct = {"starts_on": now.starts_on, "ends_on": now.ends_on, "name_original": now.name_original}
    correct_term(term_id=term.pk, actor=ipd, seen=was.mark, **correct)  # type: ignore[arg-type]  # fields of several types
    correct_term(term_id=term.pk, actor=ipd, seen=now.mark, **correct)  # type: ignore[arg-type]  # the same changes nothing

    (entry,) = history_of(university).filter(action="programmes.term_corrected")
    assert (entry.before["ends_on"], entry.after["ends_on"]) == (f"{was.ends_on}", f"{now.ends_on}")
    with override("en"):
        assert f"last day: {was.ends_on:%d.%m.%Y} → {now.ends_on:%d.%m.%Y}" in story_of(university)[0].text
    with override("kk"):
        assert "соңғы күні" in story_of(university)[0].text
    term.refresh_from_db()
    assert dates_of(term) == now


def test_entering_a_calendar_again_keeps_what_was(ipd: User, home: University) -> None:
    enter_terms(university=home, terms=[AUTUMN, SPRING], actor=ipd)
    enter_terms(university=home, terms=[replace(AUTUMN, ends_on=date(2027, 1, 15)), SPRING], actor=ipd)

    entry = history_of(home).get(action="programmes.term_corrected")
    assert (entry.before, entry.after["ends_on"]) == ({"ends_on": "2027-01-31"}, "2027-01-15")


def test_a_correction_overlaps_with_no_other_term(ipd: User, home: University) -> None:
    autumn, _spring = enter_terms(university=home, terms=[AUTUMN, SPRING], actor=ipd)

    with pytest.raises(FaultyError):
        correct_term(term_id=autumn.pk, starts_on=AUTUMN.starts_on, ends_on=SPRING.ends_on, actor=ipd)


def test_whoever_comes_second_is_told_what_was_saved(ipd: User, home: University) -> None:
    (autumn,) = enter_terms(university=home, terms=[AUTUMN], actor=ipd)
    correct_term(term_id=autumn.pk, starts_on=AUTUMN.starts_on, ends_on=date(2027, 1, 20), actor=ipd, seen=AUTUMN.mark)

    with pytest.raises(ChangedMeanwhileError, match=r"20\.01\.2027"):
        correct_term(
            term_id=autumn.pk, starts_on=AUTUMN.starts_on, ends_on=date(2027, 1, 25), actor=ipd, seen=AUTUMN.mark
        )


def test_a_term_that_nothing_names_is_taken_away_and_remembered(ipd: User, home: University) -> None:
    made = enter_term(university=home, term=AUTUMN, actor=ipd)

    with pytest.raises(NotAllowedError):
        take_away_term(term_id=made.pk, actor=institutions.user(Role.REGISTRAR))
    take_away_term(term_id=made.pk, actor=ipd)

    assert not home.terms.exists()
    with override("en"):
        told = [entry.text for entry in story_of(home)]
    assert "term taken away: 2026/27, autumn semester, 01.09.2026 – 31.01.2027" in told


def test_a_term_that_is_named_stays_and_says_by_what(ipd: User) -> None:
    call = admissions.intake()
    admissions.application(call)

    with pytest.raises(WrongStateError) as refusal:
        take_away_term(term_id=call.term_id, actor=ipd)

    with override("en"):
        assert "in use (intake, application)" in str(refusal.value)
    with override("kk"):
        assert "қолданылып тұр" in str(refusal.value)
    assert Intake.objects.get().term_id == call.term_id


# --- the pages --------------------------------------------------------------------------------------------------------


@pytest.mark.clause("3-f")
def test_the_calendar_shows_the_newest_year_first_with_its_state(
    client_as: SignIn, ipd: User, home: University
) -> None:
    past, now, ahead = (
        programmes.term(home, starts_in=days, kind=TermKind.AUTUMN, days=100) for days in (-800, -50, 700)
    )

    page = client_as(institutions.user(Role.AUDITOR)).get(reverse("programmes:calendar", args=[home.pk]))

    assert [(row.term, row.is_now, row.is_over) for row in page.context["rows"]] == [
        (ahead, False, False),
        (now, True, False),
        (past, False, True),
    ]
    text = page.content.decode()
    assert "Take away" not in text
    assert "Enter a term" not in text


@pytest.mark.parametrize("count", [1, 3])
def test_the_calendar_costs_the_same_for_any_length(
    count: int,
    client_as: SignIn,
    ipd: User,
    home: University,
    django_assert_num_queries: Callable[[int], object],
) -> None:
    for number in range(count):
        programmes.term(home, starts_in=400 * number, kind=TermKind.AUTUMN)
        Holiday.objects.create(country="KZ", day=today() + timedelta(days=number), name_kk="Күн")
    client = client_as(ipd)

    with django_assert_num_queries(8):  # type: ignore[attr-defined]  # a context manager of pytest-django
        page = client.get(reverse("programmes:calendar", args=[home.pk]))

    assert len(page.context["rows"]) == count


def test_a_term_is_entered_corrected_and_taken_away_on_its_pages(
    client_as: SignIn, ipd: User, home: University
) -> None:
    client, back = client_as(ipd), reverse("programmes:calendar", args=[home.pk])
    year = today().year
    typed = {"year": year, "kind": "autumn", "starts_on": f"01.09.{year}", "ends_on": f"31.12.{year}"}

    refused = client.post(reverse("programmes:term-add", args=[home.pk]), {**typed, "ends_on": f"01.08.{year}"})
    entered = client.post(reverse("programmes:term-add", args=[home.pk]), typed)
    term = home.terms.get()
    form = client.get(reverse("programmes:term-correct", args=[term.pk])).context["form"]
    shown = {**form.initial, "starts_on": f"01.09.{year}", "ends_on": f"20.12.{year}"}
    corrected = client.post(reverse("programmes:term-correct", args=[term.pk]), shown)
    sure = client.get(reverse("programmes:term-away", args=[term.pk]))
    listed = client.get(back).content.decode()
    gone = client.post(reverse("programmes:term-away", args=[term.pk]))

    assert refused.status_code == 422
    assert refused.context["form"].errors["ends_on"]
    assert (entered.status_code, corrected.url, gone.url) == (302, back, back)  # type: ignore[attr-defined]  # redirects
    assert f"01.09.{year} – 20.12.{year}" in sure.content.decode()
    assert reverse("programmes:term-away", args=[term.pk]) in listed
    assert not home.terms.exists()


def test_the_page_offers_to_take_away_what_is_free_and_says_why_the_rest_is_not(client_as: SignIn, ipd: User) -> None:
    term = admissions.intake().term
    client, away = client_as(ipd), reverse("programmes:term-away", args=[term.pk])

    calendar = client.get(reverse("programmes:calendar", args=[term.university_id]))
    asked = client.get(away, follow=True)
    sent = client.post(away, follow=True)

    assert away not in calendar.content.decode()
    assert "in use (intake)" in asked.content.decode()
    assert "in use (intake)" in sent.content.decode()
    assert AcademicTerm.objects.filter(pk=term.pk).exists()


def test_a_university_leads_to_its_calendar_and_a_new_intake_to_those_of_both_sides(
    client_as: SignIn, ipd: User, home: University
) -> None:
    call = admissions.intake()
    partner, client = call.pathway.partner_programme.university, client_as(ipd)

    page = client.get(reverse("institutions:university", args=[partner.pk]))
    form = client.get(reverse("admissions:intake-new"), {"pathway": call.pathway_id})

    assert reverse("programmes:calendar", args=[partner.pk]) in page.content.decode()
    for side in (partner, home):
        assert reverse("programmes:calendar", args=[side.pk]) in form.content.decode()


# --- days off ---------------------------------------------------------------------------------------------------------


@pytest.mark.clause("3-f")
def test_a_day_off_is_entered_renamed_and_taken_away_with_history(ipd: User, home: University) -> None:
    day, names = date(2026, 12, 16), Localized("Тәуелсіздік күні", "День Независимости", "Independence Day")
    with pytest.raises(NotAllowedError):
        enter_day_off(day_off=DayOff(day, names), actor=institutions.user(Role.REGISTRAR))

    enter_day_off(day_off=DayOff(day, Localized("Күн")), actor=ipd)
    made = enter_day_off(day_off=DayOff(day, names), actor=ipd)
    assert holidays_of() == {day}
    with override("en"):
        assert made.name == "Independence Day"
    with override("ru"):
        take_away_day_off(day_off_id=made.pk, actor=institutions.user(Role.ADMINISTRATOR))
        told = [entry.text for entry in story_of(home)]

    assert holidays_of() == frozenset()
    assert told == [
        "убран нерабочий день: 16.12.2026, День Независимости",
        "внесён нерабочий день: 16.12.2026, День Независимости",
        "внесён нерабочий день: 16.12.2026, Күн",
    ]


@pytest.mark.parametrize(
    ("field", "day", "name"), [("day", date(26, 12, 16), "Күн"), ("name_kk", date(2026, 12, 16), "독립")]
)
def test_what_cannot_be_a_day_off_is_said_at_its_field(ipd: User, field: str, day: date, name: str) -> None:
    with pytest.raises(FaultyError) as refusal:
        enter_day_off(day_off=DayOff(day, Localized(name)), actor=ipd)

    assert [fault.field for fault in refusal.value.faults] == [field]


def test_days_off_stand_beside_the_universitys_own_calendar_this_year_and_the_next_first(
    client_as: SignIn, ipd: User, home: University
) -> None:
    this = today().year
    for year in (this - 2, this + 1, this, this + 2):
        Holiday.objects.create(country="KZ", day=date(year, 12, 16), name_kk="Тәуелсіздік күні")
    client = client_as(institutions.user(Role.STUDENT))

    page = client.get(reverse("programmes:calendar", args=[home.pk]))
    partners = client_as(ipd).get(reverse("programmes:calendar", args=[institutions.partner().pk]))

    assert [(one.year, one.is_near) for one in page.context["years_off"]] == [
        (this, True),
        (this + 1, True),
        (this + 2, False),
        (this - 2, False),
    ]
    assert "Тәуелсіздік күні" in page.content.decode()
    assert partners.context["years_off"] == []


def test_a_day_off_is_entered_and_taken_away_on_its_pages(client_as: SignIn, ipd: User, home: University) -> None:
    client = client_as(ipd)

    refused = client.post(reverse("programmes:day-off-add"), {"day": "16.12.0026", "name_kk": "Күн"})
    client.post(reverse("programmes:day-off-add"), {"day": "16.12.2026", "name_kk": "Күн", "name_ru": "День"})
    made = Holiday.objects.get()
    sure = client.get(reverse("programmes:day-off-away", args=[made.pk]))
    client.post(reverse("programmes:day-off-away", args=[made.pk]))

    assert refused.context["form"].errors["day"]
    assert "16.12.2026, Күн" in sure.content.decode()
    assert not Holiday.objects.exists()
