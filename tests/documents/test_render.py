"""What no line may part, and the form of a date that stands before its number."""

from datetime import date

import pytest

from documents.kinds import paper_kinds
from documents.render import kept_together
from documents.templatetags.paper_words import dated


@pytest.mark.parametrize(
    ("text", "together"),
    [
        ("по № 17-К от", ["№ 17-К"]),
        ("Agreement No. 17-K of 17 May 2024", ["No. 17-K", "17 May"]),
        ("2024 жылғы 17 мамырдағы күн", ["17 мамырдағы"]),
        ("5.9 және 7.4-тармақтарына", ["7.4-тармақтарына"]),
        ("3–4-семестрлері", ["3–4-семестрлері"]),
        ("(Е 029-03-01-04.1.02-2023)", ["Е 029-03-01-04.1.02-2023"]),
        ("ABDIGALIYEV ALIKHAN, 14.03.2003", []),
    ],
)
def test_numbers_days_and_endings_stay_with_what_they_belong_to(text: str, together: list[str]) -> None:
    html = kept_together(f'<html lang="kk"><body data-mark="№ 1-К"><p>{text}</p></body></html>')

    kept = [part.partition("</span>")[0] for part in html.split('<span class="nobreak">')[1:]]
    assert kept == together
    assert html.replace('<span class="nobreak">', "").replace("</span>", "") == (
        f'<html lang="kk"><body data-mark="№ 1-К"><p>{text}</p></body></html>'
    )


def test_the_head_of_a_paper_stays_as_it_is() -> None:
    html = "<html><head><title>Бұйрық № 1-К</title></head><body class=''>x</body></html>"

    assert kept_together(html) == html


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 1, 5), "2026 жылғы 5 қаңтардағы"),
        (date(2026, 4, 5), "2026 жылғы 5 сәуірдегі"),
        (date(2026, 7, 5), "2026 жылғы 5 шілдедегі"),
        (date(2026, 9, 5), "2026 жылғы 5 қыркүйектегі"),
        (date(2026, 12, 5), "2026 жылғы 5 желтоқсандағы"),
    ],
)
def test_a_kazakh_date_before_its_number(day: date, words: str) -> None:
    assert dated(day, "kk") == words
    assert dated(day, "en").endswith("2026")
    assert dated(None, "kk") == ""


def test_every_kind_of_paper_has_a_readers_name() -> None:
    assert [kind.name for kind in paper_kinds() if not kind.label] == []
