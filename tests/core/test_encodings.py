"""Text files of other Windows are refused, never read as Russian letters that nobody wrote."""

import pytest

from core.encodings import text_of
from core.imports import UnreadableFileError

GERMAN = "Code;Name;ECTS\nA1;Künstliche Intelligenz für größere Öfen;5\nA2;Übung;5\n"
POLISH = "Kod;Nazwa\nA;Sztuczna inteligencja i uczenie się\nB;Łączność\n"
CHINESE = "代码;课程;学分\nA1;人工智能;5\nA2;机器学习;4\nA3;数据结构;3\n"
TURKISH = "Ders;Ad\nA;Yapay Zekâ ve Öğrenme\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (GERMAN, "cp1252"),
        (GERMAN, "cp850"),
        (POLISH, "cp1250"),
        (CHINESE, "gb18030"),
        (CHINESE, "big5"),
        (TURKISH, "cp1254"),
        ("Код;Наименование\nCSE1;Машинное обучение\n", "koi8-r"),
        ("Code;Name\nA;Prüfung\n", "cp1252"),
    ],
)
def test_what_is_neither_unicode_nor_russian_is_refused_with_what_to_do(text: str, encoding: str) -> None:
    with pytest.raises(UnreadableFileError, match="CSV UTF-8"):
        text_of(text.encode(encoding, errors="ignore"))


@pytest.mark.parametrize(
    "text",
    [
        "Код;Наименование;Кредиты\nCSE1;Машинное обучение в Python – «основы», ч. 1 (№ 2);5\n",
        "Код;Атауы\nA;Машиналык окыту жуйелерi\nB;ИИ\n",
        "Фамилия;Имя\nСЕРІКОВ;Ерлан\nДосжан-Ұлы".replace("Ұ", "У"),
    ],
)
def test_what_a_russian_windows_saves_is_read(text: str) -> None:
    assert text_of(text.encode("cp1251")) == text


def test_unicode_is_read_whatever_its_letters_and_cut_short_it_is_refused() -> None:
    assert [text_of(GERMAN.encode(name)) for name in ("utf-8", "utf-8-sig", "utf-16")] == [GERMAN] * 3
    with pytest.raises(UnreadableFileError):
        text_of(CHINESE.encode("utf-16")[:-1])
