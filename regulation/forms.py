"""What goes in: a line of the change-registration sheet."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.values import today
from regulation.enums import AmendmentKind


class AmendForm(forms.Form):
    """A change, with the columns of the regulation's own form."""

    clause = forms.CharField(label=_("section, clause"), max_length=60)
    kind = forms.ChoiceField(label=_("kind of change"), choices=AmendmentKind.choices)
    notice = forms.CharField(label=_("number and date of the notice"), max_length=120)
    entered_on = forms.DateField(label=_("entered on"), initial=today)
    position = forms.CharField(label=_("position"), max_length=200)
