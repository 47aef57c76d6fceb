"""Forms of a partner's nominations: the file, and a candidate as the passport has him or her."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from admissions.forms.fields import HouseForm, day_field, seen_field
from admissions.models import Application, Intake
from admissions.workflow.nominations import Candidate
from core.forms import NumberField
from core.workflow import mark_of
from institutions.enums import Sex
from institutions.passport import number_of


class NominationFileForm(HouseForm):
    """The list as XLSX or CSV."""

    file = forms.FileField(
        label=_("list of candidates (XLSX or CSV)"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )


class CandidateForm(HouseForm):
    """A candidate. What the intake fixes (programme, semester) is not asked."""

    seen = seen_field()
    surname = forms.CharField(label=_("surname as in the passport"), max_length=100)
    given_names = forms.CharField(label=_("given names as in the passport"), max_length=100, required=False)
    birth_date = day_field(_("date of birth"))
    sex = forms.ChoiceField(label=_("sex"), choices=Sex.choices, widget=forms.RadioSelect)
    citizenship = forms.CharField(
        label=_("citizenship"), max_length=2, min_length=2, help_text=_("ISO code of the country, e.g. DE")
    )
    passport_number = forms.CharField(label=_("passport number"), max_length=30)
    passport_valid_until = day_field(_("passport valid until"))
    email = forms.EmailField(label=_("e-mail"), help_text=_("The student's account and the invitation go there."))
    matriculation = forms.CharField(label=_("student number at your university"), max_length=30)
    language_certificate = forms.CharField(label=_("language certificate"), max_length=100, required=False)
    average_mark = NumberField(label=_("average mark"), decimal_places=2, required=False)
    _TEXTS = (
        *("surname", "given_names", "sex", "citizenship", "passport_number"),
        *("email", "matriculation", "language_certificate"),
    )

    def __init__(self, *args: Any, intake: Intake, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scale = intake.pathway.scale
        self.fields["average_mark"].help_text = (
            gettext("As you state it, on the scale of the agreement: %(scale)s.") % {"scale": scale} if scale else ""
        )

    def candidate(self, intake: Intake) -> Candidate:
        """What was typed, with the programme and semester of the intake; what cannot be read is left empty."""
        read = self.cleaned_data
        texts = {name: read.get(name) or "" for name in self._TEXTS}
        written = {
            "citizenship": texts["citizenship"].upper(),
            "email": texts["email"].lower(),
            "passport_number": number_of(texts["passport_number"]),
        }
        return Candidate(
            **{**texts, **written},
            birth_date=read.get("birth_date"),
            passport_valid_until=read.get("passport_valid_until"),
            average_mark=read.get("average_mark"),
            programme=intake.pathway.home_programme.code,
            semester=intake.semester,
        )

    @classmethod
    def initial_of(cls, application: Application) -> dict[str, object]:
        """What is known of a candidate, to be corrected."""
        enrolment = application.enrolment
        person = enrolment.person
        names = [name for name in cls.base_fields if name not in {"seen", "matriculation", "average_mark"}]
        known = {name: getattr(person, name) for name in names}
        return {
            **known,
            "matriculation": enrolment.student_number,
            "average_mark": application.average_mark,
            "seen": mark_of(application),
        }
