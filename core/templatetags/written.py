"""How dates, numbers and texts in three languages are written: filters, and functions for who writes without a template.

The module is a builtin of the template engine: no {% load %} is needed.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django import template
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from core.values import active_language, numbered, printed, round_half_up, today

register = template.Library()
_DECIMAL = re.compile(r"\d+(?:[.,]\d+)?")
register.filter(numbered)
register.filter(printed)
NOTHING = "—"
# Names of months as they stand inside a date. Ours: Django's Kazakh ones are capitalised, which Kazakh does not do.
MONTHS = {
    "kk": (
        "қаңтар",
        "ақпан",
        "наурыз",
        "сәуір",
        "мамыр",
        "маусым",
        "шілде",
        "тамыз",
        "қыркүйек",
        "қазан",
        "қараша",
        "желтоқсан",
    ),
    "ru": (
        "января",
        "февраля",
        "марта",
        "апреля",
        "мая",
        "июня",
        "июля",
        "августа",
        "сентября",
        "октября",
        "ноября",
        "декабря",
    ),
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
}
WITH_YEAR = {"kk": "{year} жылғы {day} {month}", "ru": "{day} {month} {year}\u00a0г.", "en": "{day} {month} {year}"}
ON_PAPER = {"kk": "{year} жылғы {day} {month}", "ru": "{day} {month} {year} года", "en": "{day} {month} {year}"}


def as_date(value: object) -> date | None:
    """A date from a date, a moment (the university's day) or ISO text as frozen contexts hold it; else None."""
    if isinstance(value, str):
        value = parse_datetime(value) or parse_date(value) if value[:4].isdigit() else None
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value if isinstance(value, date) else None


def _written(value: date, forms: Mapping[str, str], language: str) -> str:
    return forms[language].format(day=value.day, month=MONTHS[language][value.month - 1], year=value.year)


def _near_word(days: int) -> str:
    """The word for a day that is `days` away from today; empty when it is further than one day."""
    return {-1: gettext("yesterday"), 0: gettext("today"), 1: gettext("tomorrow")}.get(days, "")


@register.filter
def near(value: object) -> str:
    """A date as people say it: yesterday, today, tomorrow in words, else day and month, with the year when it is another.

    A text that is no date passes through; nothing is a dash.
    """
    day_ = as_date(value)
    if day_ is None:
        return str(value) if value else NOTHING
    if word := _near_word((day_ - today()).days):
        return word
    if day_.year == today().year:
        return day_of_year(day_)
    return _written(day_, WITH_YEAR, active_language())


@register.filter
def day_of_year(value: date) -> str:
    """A date whose year is known without saying: day and month."""
    return f"{value.day} {MONTHS[active_language()][value.month - 1]}"


@register.filter
def day(value: object) -> str:
    """A date in full, with its year."""
    day_ = as_date(value)
    return _written(day_, WITH_YEAR, active_language()) if day_ else NOTHING


@register.filter
def moment(value: object) -> str:
    """A moment: the day as `near` says it, and the time at the university."""
    if not isinstance(value, datetime):
        return near(value)
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{near(local)}, {local:%H:%M}"


@register.filter
def days_left(value: object) -> str:
    """How far a deadline is: "8 days left"; "3 days late" when it has passed; empty for today and for no date."""
    day_ = as_date(value)
    count = (day_ - today()).days if day_ else 0
    if count < 0:
        return ngettext("%(count)d day late", "%(count)d days late", -count) % {"count": -count}
    return ngettext("%(count)d day left", "%(count)d days left", count) % {"count": count} if count else ""


@register.filter
def due(value: object) -> SafeString | str:
    """A deadline: what is late is a red chip with words, today and tomorrow an amber one, what is later plain text."""
    day_ = as_date(value)
    if day_ is None:
        return NOTHING
    days = (day_ - today()).days
    text = days_left(day_) if days < -1 else near(day_)
    tone = "chip chip-bad " if days < 0 else "chip chip-attention " if days <= 1 else ""
    return format_html('<time class="{}due" datetime="{}">{}</time>', tone, day_.isoformat(), text)


@register.filter
def paper_date(value: object, language: str) -> str:
    """A date as official papers write it in `language`: 2026 жылғы 24 қараша, 24 ноября 2026 года, 24 November 2026."""
    day_ = as_date(value)
    return _written(day_, ON_PAPER, language) if day_ else ""


def with_paper_dates(text: str) -> str:
    """A sentence of a page for an official paper in Russian: the year of its days in full, «13 августа 2026 года»."""
    return text.replace("\u00a0г.", " года")


@register.filter
def figures_date(value: object) -> str:
    """A date in figures alone, for a paper that is read in three languages at once: 14.03.2003."""
    day_ = as_date(value)
    return f"{day_:%d.%m.%Y}" if day_ else ""


@register.filter(name="credits")
def credits_(value: object, language: str = "") -> str:
    """A decimal without trailing zeros, with the reader's decimal sign (or that of `language`, on papers)."""
    try:
        text = format(Decimal(str(value)).normalize(), "f")
    except InvalidOperation:
        return NOTHING
    return _signed(text, language)


def _signed(text: str, language: str) -> str:
    """A number with the reader's decimal sign and a true minus; in `language`, on papers, a dash: their fonts have no minus."""
    text = text.replace("-", "\N{EN DASH}" if language else "\N{MINUS SIGN}")
    return text if (language or active_language()) == "en" else text.replace(".", ",")


@register.filter
def mark(value: object, language: str = "") -> str:
    """A mark of a partner's scale with the decimals that it has («2,0»), and the reader's decimal sign or that of a paper.

    Files write 1.3 and 1,3, and both in one file; what is no number («bestanden») stays as it is.

    >>> mark("1.7", "kk"), mark("1,7", "en"), mark("zal.", "kk")
    ('1,7', '1.7', 'zal.')
    """
    if value is None:
        return NOTHING
    text = str(value)
    return _signed(text.replace(",", "."), language) if _DECIMAL.fullmatch(text) else text


@register.filter
def points(value: object) -> str:
    """Points and a GPA: always two decimals, half up, and a point in every language, as transcripts write them."""
    try:
        return f"{round_half_up(Decimal(str(value)), 2):f}"
    except InvalidOperation:
        return NOTHING


@register.filter
def hundredths(value: object, language: str = "") -> str:
    """A percent before it is rounded: two decimals, half up, with the reader's decimal sign (or that of `language`, on papers)."""
    written = points(value)
    return written if written == NOTHING else _signed(written, language)


@register.filter
def money(value: object) -> str:
    """An amount, its thousands apart as the reader's language writes them: «1 150 000», “1,150,000”."""
    try:
        text = f"{Decimal(str(value)):,.2f}".removesuffix(".00")
    except InvalidOperation:
        return NOTHING
    if active_language() == "en":
        return text
    return text.replace(",", "\N{NO-BREAK SPACE}").replace(".", ",")


@register.filter
def files(value: object) -> SafeString:
    """A text in which long names of files and addresses may break anywhere, while words keep whole."""
    parts = re.split(r"(\s+)", str(value))
    return format_html_join("", "{}", ((_breaking(part),) for part in parts))


def _breaking(part: str) -> SafeString | str:
    """No word of a language is as long and has such a sign inside."""
    is_file = len(part) >= 18 and any(sign in part.strip("«».,") for sign in "._@")
    return format_html('<span class="filename">{}</span>', part) if is_file else part


@register.filter
def quoted(value: object) -> str:
    """Somebody's own words, in the quotation marks of the reader's language."""
    return f"“{value}”" if active_language() == "en" else f"«{value}»"


@register.filter
def in_language(texts: object, language: str) -> str:
    """One of the three texts of a mapping with kk, ru, en, or of an object with those attributes; Kazakh where it is missing."""
    for code in (language, "kk"):
        text = texts.get(code) if isinstance(texts, Mapping) else getattr(texts, code, "")
        if text:
            return str(text)
    return ""
