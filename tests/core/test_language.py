"""What Kazakh and Russian pages and papers say: one word for one thing, no ending glued to a name, one dash, one kind of quotes."""

import re
from collections.abc import Iterator

import pytest
from django.conf import settings

from core.management import catalogues
from regulation.selectors import glossary

TEMPLATES = settings.BASE_DIR / "templates"
# What was said once and is not to come back: pattern, and what is said instead.
AVOIDED = {
    "kk": {
        r"\bжарамды мерзім": "жарамдылық мерзімі",
        r"\bмөрлен": "мөр басылады",
        r"транскриптің\b": "транскрипттің",
        r"\bпаспорт": "төлқұжат",
        r"бағдарламада (ашу|оқи|электрондық)": "жүйеде: «бағдарлама» is what is studied",
        r"\bҚұрметті [^!]*,$": "Құрметті …!",
        r"[EЕ]PVO": "ЕПВО",
        r"\bтіркеу кеңсесі": "Тіркеу кеңсесі",
        r"(?i)\bтергеніңіз": "енгізгеніңіз: «тергеу» is an investigation too",
        r"(Шығыс|Кіріс) ұтқырлық": "серіктеске бару, серіктестен келу",
        r"(?i)\bпрограммалық": "бағдарламалық",
    },
    "ru": {
        r"\b[Чч]ей ход\b": "чья очередь",
        r"\bустранени[ея]\b": "ликвидация академической разницы",
        r"\b(открыть|отчёт|подписано|вне этой) (в )?программ": "система: «программа» is what is studied",
        r"\bофис(а|у|ом|е)? регистратора": "Офис регистратора",
        r"(?i)\b(ис|в)ходящая мобильность": "выезд к партнёру, приезд от партнёра",
        r"должн[оаы] быть датой": "нужна дата",
        r"работали последними": "в последнее время",
        r"\b[Гг]рафы\b": "столбцы",
        r"[EЕ]PVO": "ЕПВО",
        r"версии приложения 1": "Приложения 1",
        r"^([Сс]|[Пп]о)$": "начало, окончание: a heading stands alone",
        r"\bна обычную программу": "на основную образовательную программу",
    },
}
# «Нордталь-ге», «№5-ны»: the ending follows the last vowel of a name that is not known here.
GLUED = re.compile(r"(?:%\(\w+\)[sd]|\}\})-?(?:[гғкқ][ае]|[ндт][ыі]ң?|[ндт][ае]н?|[мбп]ен|[дт]ағы|[дт]егі)\b")


def texts(language: str) -> Iterator[tuple[str, str]]:
    """Every string of the house in this language, and every line of its papers, with where it stands."""
    for app in catalogues.apps():
        path = catalogues.po_path(app, language)
        for message in catalogues.read(path):
            if message.id:
                yield from ((f"{app}: {message.id}", _bare(text)) for text in catalogues.strings_of(message))
    yield from (("glossary", getattr(term.word, language)) for term in glossary())
    for path in sorted(TEMPLATES.rglob(f"*_{language}.*")):
        yield from ((path.name, line.strip()) for line in _bare(path.read_text(encoding="utf-8")).splitlines())


def _bare(text: str) -> str:
    """Without tags and without what is told to the template engine: a variable stays as }}."""
    return re.sub(r"\{%.*?%\}|\{\{.*?(?=\}\})|<[^>]*>", "", text)


@pytest.mark.parametrize("language", AVOIDED)
def test_one_word_stands_for_one_thing(language: str) -> None:
    said = [
        (where, text, instead)
        for where, text in texts(language)
        for pattern, instead in AVOIDED[language].items()
        if re.search(pattern, text)
    ]

    assert said == []


def test_no_kazakh_ending_is_glued_to_a_name_or_number() -> None:
    assert [(where, text) for where, text in texts("kk") if GLUED.search(text)] == []
    assert [bool(GLUED.search(text)) for text in ("%(name)s-ге", "№ %(number)sны", "%(number)s-нұсқа")] == [
        True,
        True,
        False,
    ]


@pytest.mark.parametrize("language", AVOIDED)
def test_dashes_and_quotes_are_of_one_kind(language: str) -> None:
    """Between words an en dash, as on papers; «…» around names. A long dash alone stands in an empty cell."""
    assert [text for _where, text in texts(language) if re.search(r"\S —|— \S|\w - \w|[\"“”]", text)] == []


@pytest.mark.parametrize("language", AVOIDED)
def test_apps_agree_on_what_the_same_words_are_called(language: str) -> None:
    """All catalogues are read as one: of two translations only one would ever be seen, on the pages of both apps."""
    said: dict[tuple[object, str], set[tuple[str, ...]]] = {}
    for app in catalogues.apps():
        for message in catalogues.read(catalogues.po_path(app, language)):
            said.setdefault((message.context, str(message.id)), set()).add(tuple(catalogues.strings_of(message)))

    assert {key: texts for key, texts in said.items() if len(texts) > 1 and key[1]} == {}
