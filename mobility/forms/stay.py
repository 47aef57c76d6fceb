"""Forms of the stay: advisor, arrival, coming to the IPD, migration registration, contingent, a message."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from admissions.forms.fields import HouseForm, day_field
from core.forms import CaseReasonField, WrittenField
from core.templatetags.written import day
from institutions.models import User
from mobility.workflow.reminders import REGISTRATION_STAGES
from mobility.workflow.stay import LONGEST_MESSAGE


class AdvisorForm(HouseForm):
    """The advisor among those of the department."""

    advisor = forms.ModelChoiceField(label=_("advisor"), queryset=User.objects.none())

    def __init__(self, *args: Any, advisors: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["advisor"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = advisors


class ArrivalForm(HouseForm):
    """The student has come."""

    crossed_border_on = day_field(_("entered the country on"))
    met_by = forms.CharField(label=_("met by"), max_length=200)


class ArrivalCorrectionForm(ArrivalForm):
    """The student came on another day, or was met by somebody else."""

    reason = CaseReasonField(label=_("reason"), max_length=300, rows=1)


class CameForm(HouseForm):
    """The student has come to the IPD."""

    day = day_field(_("came to the IPD on"))


class RegistrationForm(HouseForm):
    """The migration registration is done."""

    registered_on = day_field(_("registered on"))
    number = forms.CharField(label=_("registration number"), max_length=60)
    registered_until = day_field(_("registered until"))

    def __init__(self, *args: Any, stay_ends_on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        early, late = REGISTRATION_STAGES
        self.fields["registered_until"].help_text = gettext(
            "The stay ends on %(day)s. Of an end before that the student and you are told %(early)s and %(late)s days ahead."
        ) % {"day": day(stay_ends_on), "early": early, "late": late}


class ContingentForm(HouseForm):
    """What the ministry's platform and the state give the student."""

    epvo_id = forms.CharField(label=_("EPVO id"), max_length=30, required=False)
    iin = forms.CharField(
        label=_("IIN"),
        max_length=12,
        required=False,
        help_text=_("Once it is given out: twelve digits. Left empty it stays as it is."),
    )


class MessageForm(HouseForm):
    """A question to the advisor, or the answer."""

    text = WrittenField(
        label=_("message"),
        max_length=LONGEST_MESSAGE,
        help_text=_("Student and advisor read it, the IPD and the auditor may. Write nothing about health here."),
    )


class RulesForm(HouseForm):
    """The University's order of arrival of foreign students."""

    file = forms.FileField(label=_("document (PDF)"), widget=forms.FileInput(attrs={"accept": "application/pdf"}))
