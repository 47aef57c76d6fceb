"""What people fill in about programmes, and the files that they hand in."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import NumberField
from core.values import LANGUAGES, Localized
from core.workflow import mark_of
from institutions.enums import Level, Role, UnitKind
from institutions.forms import DIRECTION_HELP
from institutions.models import Unit, University
from institutions.permissions import Standing
from programmes.models import Programme
from programmes.selectors import values_of
from programmes.services.programmes import ProgrammeData


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
    """A programme of the University or of a partner (4.1), new or one that is corrected."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    university = forms.ModelChoiceField(label=_("University"), queryset=University.objects.none())
    department = forms.ModelChoiceField(
        label=_("Department"),
        queryset=Unit.objects.filter(kind=UnitKind.DEPARTMENT, university__is_home=True).order_by("code"),
        required=False,
        help_text=_("Only for a programme of the University."),
    )
    code = forms.CharField(label=_("Code"), max_length=30)
    name_kk = forms.CharField(
        label=_("Name in Kazakh"),
        max_length=300,
        help_text=_(
            "It stands on the papers of the University. Of a partner's programme the English name may be repeated here until"
            " the international programmes department puts it into Kazakh."
        ),
    )
    name_ru = forms.CharField(label=_("Name in Russian"), max_length=300, required=False)
    name_en = forms.CharField(label=_("Name in English"), max_length=300, required=False)
    name_original = forms.CharField(label=_("Name in its own language"), max_length=300, required=False)
    level = forms.ChoiceField(label=_("Level"), choices=Level.choices)
    direction = forms.CharField(label=_("Training direction"), max_length=20, help_text=DIRECTION_HELP)
    semesters = forms.IntegerField(label=_("Semesters"), min_value=1, max_value=14)
    credits = NumberField(label=_("Credits"), min_value=1, max_digits=6, decimal_places=2)
    degree_kk = forms.CharField(label=_("Degree in Kazakh"), max_length=200, required=False)
    degree_ru = forms.CharField(label=_("Degree in Russian"), max_length=200, required=False)
    degree_en = forms.CharField(label=_("Degree in English"), max_length=200, required=False)

    def __init__(
        self,
        *args: Any,
        standing: Standing,
        programme: Programme | None = None,
        fixed: Collection[str] = (),
        **kwargs: Any,
    ) -> None:
        """`programme`: the one that is corrected; `fixed`: what of it can no longer be (programmes.workflow)."""
        super().__init__(*args, **kwargs)
        self.programme = programme
        if programme is not None:
            kept = ["university", *fixed, *([] if programme.university.is_home else ["department"])]
            for name in kept:
                del self.fields[name]
            self.initial = {**values_of(programme), "department": programme.department_id, "seen": mark_of(programme)}
            return
        universities = University.objects.order_by("-is_home", "short_name")
        if not standing.holds(Role.IPD_COORDINATOR, Role.REGISTRAR, Role.METHODICAL_SECTION):
            universities = universities.filter(pk__in=standing.partner_ids)
            del self.fields["department"]
        choice = self.fields["university"]
        if isinstance(choice, forms.ModelChoiceField):
            choice.queryset = universities

    def typed(self) -> ProgrammeData:
        """What a service takes of it; what is not asked for any more stays as it was."""
        kept = values_of(self.programme) if self.programme else {}
        data = {**kept, **self.cleaned_data}
        names, degree = (Localized(*(data[f"{what}_{one}"] for one in LANGUAGES)) for what in ("name", "degree"))
        plain = {name: data[name] for name in ("code", "level", "direction", "semesters", "credits", "name_original")}
        return ProgrammeData(**plain, names=names, degree=degree, department=data.get("department"))
