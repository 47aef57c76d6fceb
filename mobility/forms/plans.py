"""What goes into a study plan from pages. `seen`: what the writer was shown (core.workflow.refuse_unseen_change)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import CaseReasonField
from mobility.enums import LineKind, StudyMode


class PartnerLineForm(forms.Form):
    """When and how the partner teaches a line of its own side."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    semester = forms.IntegerField(label=_("Semester"), min_value=1, max_value=12)
    is_summer = forms.BooleanField(label=_("Summer semester"), required=False)
    mode = forms.ChoiceField(label=_("Mode of study"), choices=StudyMode.choices)


class LineForm(PartnerLineForm):
    """When and how a line is mastered; the difference and the commission are the University's words (5.14)."""

    difference_reason = forms.CharField(
        label=_("Difference: why"),
        required=False,
        max_length=300,
        help_text=_("Fill this in to state the course as a difference; leave it empty to plan it."),
    )
    joint_commission = forms.BooleanField(label=_("Before a joint commission"), required=False)


class ModuleForm(forms.Form):
    """What becomes of a module of the partner's list that stands in no row of Annex 1 (5.14)."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=_("What becomes of it"),
        choices=[(kind.value, kind.label) for kind in (LineKind.ADDITIONAL, LineKind.DIFFERENCE, LineKind.WAIVED)],
    )
    semester = forms.IntegerField(label=_("Semester"), min_value=1, max_value=12)
    reason = CaseReasonField(label=_("Reason"), max_length=300, rows=1)


class ReasonForm(forms.Form):
    """A reason for a return or a refusal."""

    reason = CaseReasonField(label=_("Reason"), max_length=1000)
