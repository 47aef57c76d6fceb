"""What people fill in about programmes, and the files that they hand in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import NumberField
from core.values import Localized
from institutions.enums import Level, Role, UnitKind
from institutions.models import Unit, University
from institutions.permissions import Standing


class FileForm(forms.Form):
    """A table to import."""

    file = forms.FileField(
        label=_("File"), widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}), help_text=_("XLSX or CSV")
    )

    def sent(self) -> dict[str, Any]:
        """What a service takes."""
        file = self.cleaned_data["file"]
        return {"file": file, "name": file.name}


class ProgrammeForm(forms.Form):
    """A programme of the University or of a partner (4.1)."""

    university = forms.ModelChoiceField(label=_("University"), queryset=University.objects.none())
    department = forms.ModelChoiceField(
        label=_("Department"),
        queryset=Unit.objects.filter(kind=UnitKind.DEPARTMENT, university__is_home=True).order_by("code"),
        required=False,
        help_text=_("Only for a programme of the University."),
    )
    code = forms.CharField(label=_("Code"), max_length=30)
    name_kk = forms.CharField(label=_("Name in Kazakh"), max_length=300)
    name_ru = forms.CharField(label=_("Name in Russian"), max_length=300, required=False)
    name_en = forms.CharField(label=_("Name in English"), max_length=300, required=False)
    name_original = forms.CharField(label=_("Name in its own language"), max_length=300, required=False)
    level = forms.ChoiceField(label=_("Level"), choices=Level.choices)
    direction = forms.CharField(label=_("Training direction"), max_length=20, help_text=_("e.g. 7M061, 6B072"))
    semesters = forms.IntegerField(label=_("Semesters"), min_value=1, max_value=14)
    credits = NumberField(label=_("Credits"), min_value=1, max_digits=6, decimal_places=2)
    degree_kk = forms.CharField(label=_("Degree in Kazakh"), max_length=200, required=False)
    degree_ru = forms.CharField(label=_("Degree in Russian"), max_length=200, required=False)
    degree_en = forms.CharField(label=_("Degree in English"), max_length=200, required=False)

    def __init__(self, *args: Any, standing: Standing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        universities = University.objects.order_by("-is_home", "short_name")
        if not standing.holds(Role.IPD_COORDINATOR, Role.REGISTRAR, Role.METHODICAL_SECTION):
            universities = universities.filter(pk__in=standing.partner_ids)
            del self.fields["department"]
        choice = self.fields["university"]
        if isinstance(choice, forms.ModelChoiceField):
            choice.queryset = universities

    def values(self) -> dict[str, Any]:
        """What a service takes."""
        data = dict(self.cleaned_data)
        names = Localized(data.pop("name_kk"), data.pop("name_ru"), data.pop("name_en"))
        degree = Localized(data.pop("degree_kk"), data.pop("degree_ru"), data.pop("degree_en"))
        return {**data, "names": names, "degree": degree}
