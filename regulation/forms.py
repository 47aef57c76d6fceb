"""What goes in: a line of the change-registration sheet."""

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from core.values import today
from regulation.enums import AmendmentKind


class AmendForm(forms.Form):
    """A change, with the columns of the regulation's own form."""

    clause = forms.CharField(label=capfirst(_("section, clause")), max_length=60)
    kind = forms.ChoiceField(label=capfirst(_("kind of change")), choices=AmendmentKind.choices)
    notice = forms.CharField(label=capfirst(_("number and date of the notice")), max_length=120)
    entered_on = forms.DateField(label=capfirst(_("entered on")), initial=today)
    position = forms.CharField(label=capfirst(_("position")), max_length=200)
