"""Form fields as people here write them: numbers and days by the rule of files, texts that somebody can read."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.faults import Fault, no_such_day, sentence, sign_faults
from core.imports import is_written_as, parse_decimal
from core.values import trimmed

_text_of = forms.CharField.to_python


def speak_in_our_words() -> None:
    """Let Django's own fields read as pages here do and say what is wrong in our words, in English too; once, before any form
    is made.
    """
    forms.CharField.to_python = _written  # type: ignore[method-assign, assignment]  # so for a model's form and Django's own, too
    forms.DateField.strptime = _day  # type: ignore[method-assign, assignment]  # likewise
    forms.DateField.default_error_messages["invalid"] = _("Enter a date as 03.01.2027 (day.month.year).")
    MinValueValidator.message = _("Must not be less than %(limit_value)s.")
    MaxValueValidator.message = _("Must not be more than %(limit_value)s.")


class NumberField(forms.DecimalField):
    """A number with a comma or a point and with spaces between its digits, in each language: what a file may hold too.

    Shown as the reader writes it, and never a power: “1e9” is no amount that anybody means.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(localize=True, **options)

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # the stubs know its parent alone
        """What was typed as a number."""
        if value in self.empty_values or not str(value).strip():
            return None
        number = parse_decimal(str(value))
        if number is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return number


def _written(field: forms.CharField, value: Any) -> Any:
    """A text without white space and unseen signs at its ends: nothing but such signs is no text. Signs that nobody writes are
    refused by name. A password is taken as it is.
    """
    text = _text_of(field, value)
    if not field.strip or not isinstance(text, str):
        return text
    for fault in sign_faults("", text):
        raise _told(fault)
    return trimmed(text) or field.empty_value


def _day(_field: forms.DateField, value: str, format: str) -> date:  # noqa: A002 -- as Django calls it
    """The day, where it is written by this one of the field's formats; a day that is, and that no calendar has, is called so."""
    try:
        return datetime.strptime(value, format).date()  # noqa: DTZ007 -- a calendar day has no zone
    except ValueError as error:
        if is_written_as(value, format):
            raise _told(no_such_day("", value)) from error
        raise


def _told(fault: Fault) -> ValidationError:
    return ValidationError(sentence(gettext(fault.text) % fault.params), code="invalid")


# History keeps what is written there for good, and more people read it than may know of somebody's health.
NO_HEALTH = _("Write nothing about health here.")


class WrittenField(forms.CharField):
    """A text of a few lines, such as a reason."""

    def __init__(self, *, rows: int = 3, **options: Any) -> None:
        widget = forms.Textarea(attrs={"rows": rows}) if rows > 1 else forms.TextInput()
        super().__init__(widget=widget, **options)


class CaseReasonField(WrittenField):
    """Why something is done in a student's case; its writer is warned."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", NO_HEALTH)
        super().__init__(**options)
