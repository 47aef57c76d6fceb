"""Fields as people here write them."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from core.forms import CaseReasonField


def day_field(label: Any, **options: Any) -> forms.DateField:
    """A date typed as 24.11.2026 in every language."""
    widget = forms.DateInput(format="%d.%m.%Y")
    return forms.DateField(label=label, input_formats=["%d.%m.%Y", "%Y-%m-%d"], widget=widget, **options)


def paper_field(label: Any = None, **options: Any) -> forms.FileField:
    """A PDF or an image of a paper."""
    widget = forms.FileInput(attrs={"accept": "application/pdf,image/png,image/jpeg"})
    return forms.FileField(label=label or _("file (PDF or image)"), widget=widget, **options)


def reason_field(label: Any = None, *, required: bool = True) -> forms.CharField:
    """Why: a short text that goes into history."""
    return CaseReasonField(label=label or _("reason"), max_length=300, required=required)


def seen_field() -> forms.CharField:
    """What the page showed (docs/decisions/0015): another's change since is told before it is overwritten."""
    return forms.CharField(required=False, widget=forms.HiddenInput)


class HouseForm(forms.Form):
    """A form whose labels begin with a capital, as those of model forms do."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.label = capfirst(str(field.label)) if field.label else field.label
