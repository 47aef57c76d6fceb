"""What is wrong with something entered: days that people write down, and each fault beside its field."""

from datetime import date, timedelta
from typing import Any

import pytest
from django import forms
from django.test import RequestFactory
from django.utils import translation

from core.faults import Fault, day_faults, letter_faults, past_faults
from core.http import form_page, show_refusal
from core.values import FIRST_DAY, LAST_DAY
from core.workflow import FaultyError, RefusedError, refuse_faults

TODAY = date(2026, 11, 24)
DAY = timedelta(days=1)


class DayForm(forms.Form):
    """A day and a name."""

    day = forms.DateField()
    name = forms.CharField()


def typed() -> DayForm:
    """The form as somebody sent it."""
    form = DayForm({"day": "2026-11-25", "name": "Ән"})
    assert form.is_valid()
    return form


def told(*faults: Fault) -> list[tuple[str, str]]:
    """Field and words of each fault."""
    return [(fault.field, fault.text % fault.params) for fault in faults]


# --- days ---------------------------------------------------------------------------------------------------------------


def test_what_has_happened_lies_in_the_past_or_today() -> None:
    days = [TODAY + days * DAY for days in (-365, -1, 0, 1)]

    assert [bool(list(past_faults("day", day, today=TODAY))) for day in days] == [False, False, False, True]


@pytest.mark.parametrize(
    ("day", "bounds", "why"),
    [
        (TODAY + DAY, {}, "This day lies ahead."),
        (date(1, 1, 1), {}, "The date must lie between 01.01.2000 and 24.11.2026."),
        (date(1026, 1, 1), {}, "The date must lie between 01.01.2000 and 24.11.2026."),
        (FIRST_DAY - DAY, {}, "The date must lie between 01.01.2000 and 24.11.2026."),
        (
            date(2026, 3, 1),
            {"since": date(2026, 4, 1), "until": date(2026, 5, 1)},
            "The date must lie between 01.04.2026 and 01.05.2026.",
        ),
        (date(2026, 3, 1), {"since": date(2026, 4, 1), "before": "Signed on %(day)s."}, "Signed on 01.04.2026."),
        (date(2026, 6, 1), {"until": date(2026, 5, 1), "after": "Over on %(day)s."}, "Over on 01.05.2026."),
        # What may begin only later has not happened: the reason is said all the same.
        (TODAY, {"since": TODAY + DAY, "before": "From %(day)s on."}, "From 25.11.2026 on."),
    ],
)
def test_a_day_outside_is_told_at_its_field_with_its_bounds(day: date, bounds: dict[str, Any], why: str) -> None:
    assert told(*past_faults("signed_on", day, today=TODAY, **bounds)) == [("signed_on", why)]


def test_a_day_that_may_lie_ahead_has_bounds_too() -> None:
    assert told(*day_faults("until", LAST_DAY + DAY)) == [
        ("until", "The date must lie between 01.01.2000 and 31.12.2100.")
    ]
    assert [list(day_faults("until", day)) for day in (FIRST_DAY, LAST_DAY)] == [[], []]


# --- refused, and beside the field ----------------------------------------------------------------------------------------


def test_what_is_refused_is_what_was_found_wrong() -> None:
    fault = Fault("day", "has passed")

    assert refuse_faults(iter(())) is None  # type: ignore[func-returns-value]  # nothing wrong: nothing is raised
    with pytest.raises(FaultyError) as refused:
        refuse_faults(iter([fault]))
    assert refused.value.faults == (fault,)


def test_all_faults_are_told_in_whole_sentences_of_the_readers_language() -> None:
    with pytest.raises(FaultyError) as refused:
        refuse_faults([Fault("day", "This day lies ahead."), Fault("name", "“%(name)s” is too short", {"name": "Ә"})])

    assert str(refused.value) == "This day lies ahead. “Ә” is too short."
    with translation.override("ru"):
        assert str(refused.value) == "Этот день ещё не наступил. “Ә” is too short."


def test_each_fault_stands_beside_its_field_and_what_the_form_does_not_ask_above_it() -> None:
    form = typed()

    refused = FaultyError(
        Fault("day", "has passed"), Fault("rank", "is taken"), Fault("name", "is %(a)s", {"a": "odd"})
    )

    show_refusal(form, refused)

    assert form.errors == {"day": ["Has passed."], "__all__": ["Is taken."], "name": ["Is odd."]}


@pytest.mark.parametrize(
    ("refusal", "errors"),
    [
        (FaultyError(Fault("day", "This day lies ahead.")), {"day": ["This day lies ahead."]}),
        (RefusedError("Not now."), {"__all__": ["Not now."]}),
    ],
)
def test_the_page_of_a_form_shows_a_fault_beside_its_field_and_a_refusal_above(
    refusal: RefusedError, errors: dict[str, list[str]]
) -> None:
    form = DayForm({"day": "2026-11-25", "name": "Ән"})

    def save() -> None:
        raise refusal

    page = form_page(RequestFactory().post("/"), form, label="A day", back="/", save=save)

    assert page.status_code == 422
    assert form.errors == errors
    assert 'value="2026-11-25"' in page.content.decode()


@pytest.mark.parametrize("odd", ["김민수", "محمد", "გიორგი", "नेहा"])
def test_letters_that_no_paper_can_print_are_refused_and_named(odd: str) -> None:
    (fault,) = letter_faults(name=f"Әсел {odd}", other="Ǯ ΑΩ Ұлы 王军 ヤマダ 山々 Nguyễn O’Brien 5-К")

    assert (fault.field, set(fault.params["letters"]) <= set(odd)) == ("name", True)
