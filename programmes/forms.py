"""What people fill in about programmes, and the files that they hand in."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import NumberField
from core.values import LANGUAGES, Localized, today
from core.workflow import mark_of
from institutions.enums import Level, Role, UnitKind
from institutions.forms import DIRECTION_HELP
from institutions.models import Unit, University
from institutions.permissions import Standing
from programmes.enums import TermKind
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


class TermDaysForm(forms.Form):
    """First and last day of a term and how its university calls it (3). `seen`: what the page showed (decision 0015)."""

    name_original = forms.CharField(
        label=_("Name in its own language"),
        max_length=60,
        required=False,
        help_text=_("As the university itself calls it, where it has a name of its own: Wintersemester."),
    )
    starts_on = forms.DateField(label=_("First day"))
    ends_on = forms.DateField(label=_("Last day"))
    seen = forms.CharField(required=False, widget=forms.HiddenInput)


# Years of calendars that are entered: so many before this one, and after it.
_YEARS_BACK, _YEARS_AHEAD = 10, 6


class TermForm(TermDaysForm):
    """A term of the calendar."""

    year = forms.TypedChoiceField(label=_("Academic year"), coerce=int)
    kind = forms.ChoiceField(label=_("Term"), choices=TermKind.choices)
    field_order = ("year", "kind", "name_original", "starts_on", "ends_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["seen"]
        this = today().year
        years = range(this + _YEARS_AHEAD, this - _YEARS_BACK, -1)
        choice = self.fields["year"]
        choice.choices = [(year, f"{year}/{(year + 1) % 100:02d}") for year in years]  # type: ignore[attr-defined]  # a ChoiceField
        choice.initial = this


class DayOffForm(forms.Form):
    """A day on which nobody works."""

    day = forms.DateField(label=_("Day"))
    name_kk = forms.CharField(label=_("Name in Kazakh"), max_length=120)
    name_ru = forms.CharField(label=_("Name in Russian"), max_length=120, required=False)
    name_en = forms.CharField(label=_("Name in English"), max_length=120, required=False)
