"""Forms of the outgoing road."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django import forms
from django.forms.models import ModelChoiceIterator
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from admissions.enums import PartnerAnswer
from admissions.forms.fields import HouseForm, day_field, paper_field, reason_field, seen_field
from agreements.enums import Direction
from agreements.models import Pathway
from core.values import trimmed
from programmes.models import AcademicTerm


class MotivationForm(HouseForm):
    """Why the student wants to study there; kept as it is written."""

    seen = seen_field()
    motivation = forms.CharField(
        label=_("why do you want to study there?"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 8}),
    )


class AnswerForm(HouseForm):
    """The partner's answer to a candidate (8.3)."""

    answer = forms.ChoiceField(label=_("answer"), choices=PartnerAnswer.choices, widget=forms.RadioSelect)
    file = paper_field(_("official invitation or letter"), required=False)
    reason = reason_field(_("reason or note"), required=False)
    seen = seen_field()

    def __init__(self, *args: Any, from_paper: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.from_paper = from_paper

    def clean(self) -> dict[str, Any]:
        """An invitation comes with its letter, a refusal with its reason, anything from paper with the scan."""
        data = super().clean() or {}
        answer = data.get("answer")
        if (self.from_paper or answer == PartnerAnswer.INVITED) and not data.get("file"):
            self.add_error("file", _("Please attach the letter or its scan."))
        if answer == PartnerAnswer.REFUSED and not trimmed(data.get("reason") or ""):
            self.add_error("reason", _("Please give a reason."))
        return data


class DueForm(HouseForm):
    """Until when the package is asked for (8.4)."""

    due = day_field(_("package asked for until"))


class DepartForm(HouseForm):
    """The day of the departure (6.3)."""

    on = day_field(_("departed on"))


class CorrectDepartureForm(DepartForm):
    """Another day of the departure, and why (6.3)."""

    reason = reason_field()


class RequestForm(HouseForm):
    """The institute's request that goes with its list (8.1)."""

    seen = seen_field()
    request_text = forms.CharField(
        label=_("request of the institute"), required=False, max_length=3000, widget=forms.Textarea(attrs={"rows": 4})
    )


class PlacingForm(HouseForm):
    """A candidate's place on the list."""

    rank = forms.IntegerField(label=_("rank"), min_value=1, max_value=999)
    is_reserve = forms.BooleanField(label=_("reserve"), required=False)
    reason = forms.CharField(label=_("reason for the rank"), max_length=300, required=False)


class _ByUniversity(ModelChoiceIterator):  # type: ignore[type-arg]  # not generic at run time
    """The terms under their universities, those of `near` first."""

    field: "TermField"

    def __iter__(self) -> Iterator[Any]:
        near = self.field.near
        places = {university: place for place, university in enumerate(near)}
        terms = sorted(self.queryset, key=lambda term: places.get(term.university_id, len(near)))
        yield "", self.field.empty_label
        for university, own in groupby(terms, key=lambda term: term.university):
            yield university.name, [self.choice(term) for term in own]


class TermField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """A term of a calendar with its days; looked up among those offered, which the page reads anyway.

    `near`: the universities whose terms stand first, by key.
    """

    iterator = _ByUniversity
    near: tuple[int, ...] = ()

    def label_from_instance(self, obj: Any) -> str:
        """Term and days; the university stands above."""
        return f"{obj} ({obj.starts_on:%d.%m.%Y} – {obj.ends_on:%d.%m.%Y})"

    def to_python(self, value: Any) -> AcademicTerm | None:
        """The term that was chosen. ValidationError where it was not offered."""
        if value in self.empty_values:
            return None
        offered = {str(term.pk): term for term in self.queryset or ()}
        if str(value) not in offered:
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        found: AcademicTerm = offered[str(value)]
        return found


class IntakeForm(HouseForm):
    """A call for applications to a pathway."""

    pathway = forms.ModelChoiceField(label=_("pathway"), queryset=Pathway.objects.none())
    direction = forms.ChoiceField(label=_("direction"), choices=Direction.choices)
    term = TermField(label=_("first term there"), queryset=AcademicTerm.objects.none())
    last_term = TermField(label=_("last term there"), queryset=AcademicTerm.objects.none())
    semester = forms.IntegerField(label=_("first semester of the programme spent there"), min_value=1, max_value=12)
    semesters = forms.IntegerField(label=_("semesters there"), min_value=1, max_value=12)
    seats = forms.IntegerField(label=_("places"), min_value=1, max_value=500)
    opens_on = day_field(_("applications from"))
    closes_on = day_field(_("applications until"))

    def __init__(self, *args: Any, pathways: Any, terms: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (("pathway", pathways), ("term", terms), ("last_term", terms)):
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = rows
        way = next((one for one in pathways if str(one.pk) == str(self["pathway"].value())), None)
        if way is not None:
            host = way.host_programme(self["direction"].value() or Direction.OUTGOING)  # what a fresh form has chosen
            both = (host, way.home_programme, way.partner_programme)
            for field in self.fields.values():
                if isinstance(field, TermField):
                    field.near = tuple(dict.fromkeys(one.university_id for one in both))
        if not pathways:
            self.fields["pathway"].help_text = _no_pathway_is_open()
        self.fields["term"].help_text = _where_terms_are_entered(way)


def _no_pathway_is_open() -> str:
    """Why there is no pathway to choose, and where those are that wait to be opened."""
    text, link = gettext("No pathway is open yet:"), gettext("what they wait for")
    return format_html('{} <a href="{}">{}</a>', text, reverse("agreements:pathways"), link)


def _where_terms_are_entered(way: Pathway | None) -> str:
    """Where a term that is missing is entered: the calendars of both sides of a pathway, else those of all universities."""
    calendars = {reverse("institutions:universities"): gettext("Partners")}
    if way is not None:
        sides = [programme.university for programme in (way.partner_programme, way.home_programme)]
        calendars = {reverse("programmes:calendar", args=[side.pk]): side.name for side in sides}
    links = format_html_join(" · ", '<a href="{}" target="_blank" rel="noopener">{}</a>', calendars.items())
    asked = gettext("A term that is missing is entered in the academic calendar of its university:")
    return format_html("{} {}", asked, links)


class ProlongForm(HouseForm):
    """Another last day for applications, and another first one while nobody has applied."""

    seen = seen_field()
    opens_on = day_field(_("applications from"), required=False)
    closes_on = day_field(_("applications until"))
