"""History in the reader's words: codes among its parameters are said by their labels."""

from datetime import date

import pytest
from django.utils import translation

from core.history import record
from core.story import name_parameter, story_of
from core.values import Localized
from institutions.models import University
from tests.factories import institutions

pytestmark = pytest.mark.django_db


def _told(language: str, subject: University) -> str:
    with translation.override(language):
        return story_of(subject)[0].text


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("kk", "MAT1: айырмашылықты жою тәртібі – жазғы семестрде, мерзімі – 2027 жылғы 1 шілде"),
        ("ru", "MAT1: порядок ликвидации разницы – в летнем семестре, срок – 1 июля 2027\u00a0г."),
        ("en", "difference in MAT1: in the summer semester, by 1 July 2027"),
    ],
)
def test_a_choice_and_a_day_are_said_in_the_readers_language(language: str, said: str) -> None:
    home = institutions.home()
    params = {"course": "MAT1", "way": "summer", "remove_by": date(2027, 7, 1)}

    record(
        actor=None,
        action="test",
        subject=home,
        text="difference in %(course)s: %(way)s, by %(remove_by)s",
        params=params,
    )

    assert _told(language, home) == said


def test_a_country_is_said_by_its_name() -> None:
    home = institutions.home()

    record(
        actor=None,
        action="test",
        subject=home,
        text="legal review for %(country)s: no contradiction",
        params={"country": "DE"},
    )

    assert _told("en", home) == "legal review for Germany: no contradiction"
    assert _told("ru", home) == "правовая экспертиза (Германия): противоречий нет"


@pytest.mark.parametrize("stored", ["entered into EPVO, № %(number)s", "entered into EPVO, No. %(number)s"])
@pytest.mark.parametrize(
    ("language", "said"),
    [("kk", "ЕПВО-ға енгізілді, № 061-7"), ("ru", "внесено в ЕПВО, № 061-7"), ("en", "entered into EPVO, No. 061-7")],
)
def test_the_sign_of_a_number_is_the_readers_also_where_it_was_stored_otherwise(
    language: str, said: str, stored: str
) -> None:
    home = institutions.home()

    record(actor=None, action="test", subject=home, text=stored, params={"number": "061-7"})

    assert _told(language, home) == said


def test_a_reason_of_the_programs_own_is_said_in_the_readers_language() -> None:
    home = institutions.home()

    record(actor=None, action="test", subject=home, text="no visa is needed", reason="by citizenship")

    with translation.override("kk"):
        assert story_of(home)[0].reason == "азаматтығы бойынша"


def test_what_nobody_named_stays_as_it_is() -> None:
    home = institutions.home()

    record(actor=None, action="test", subject=home, text="uploaded “%(name)s”", params={"name": "summer"})

    assert _told("en", home) == "uploaded “summer”"


def test_a_name_has_one_meaning() -> None:
    with pytest.raises(ValueError, match="named twice"):
        name_parameter("country", str)


def test_a_name_in_three_languages_is_told_in_the_readers() -> None:
    home = institutions.home()
    names = Localized("Нұрланов Қуаныш", "Нурланов Куаныш", "NURLANOV KUANYSH")

    record(actor=None, action="test", subject=home, text="contract signed: %(name)s", params={"name": names})

    assert _told("en", home) == "contract signed: NURLANOV KUANYSH"
    assert _told("kk", home).endswith("Нұрланов Қуаныш")
