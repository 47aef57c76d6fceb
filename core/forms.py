"""Form fields as people here write them: numbers by the rule of files, reasons that somebody can read."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from core.imports import parse_decimal
from core.values import trimmed


def speak_in_our_words() -> None:
    """Let Django's own fields say what is wrong as pages here do, in English too; once, before any form is made."""
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


class WrittenField(forms.CharField):
    """A text that people read: signs at its ends that nobody sees do not count, and nothing but such signs is no text."""

    def __init__(self, *, rows: int = 3, **options: Any) -> None:
        widget = forms.Textarea(attrs={"rows": rows}) if rows > 1 else forms.TextInput()
        super().__init__(widget=widget, **options)

    def to_python(self, value: Any) -> str:
        """The text without white space and unseen signs at its ends."""
        text = super().to_python(value) or ""
        return text if "\0" in text else trimmed(text)  # a NUL is refused by name
