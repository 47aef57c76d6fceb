"""What people fill in about agreements, pathways, Councils, EPVO, scales and Annex 1."""

from decimal import Decimal
from typing import Any

from django import forms
from django.forms import model_to_dict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agreements.convert import range_in_words
from agreements.enums import (
    AgreementKind,
    Aim,
    AskedDocument,
    AwardKind,
    ConversionRule,
    CouncilResult,
    Direction,
    Party,
    PathwayKind,
    Relation,
    TeacherPart,
)
from agreements.models import Agreement, AgreementTerm, CouncilDecision, GradeScale, Pathway
from agreements.services.evidence import council_in_words
from agreements.services.pathways import PathwayTerms
from core.forms import NumberField, WrittenField
from core.values import LANGUAGES, Localized, text_hash
from core.workflow import mark_of
from institutions.models import University
from institutions.phrases import country_name
from programmes.forms import FileForm
from programmes.models import Curriculum, Programme

_WHOLE = Decimal(100)


def _parsed_table(text: str) -> list[dict[str, str]]:
    """A conversion table typed as lines “from – to = percent”, at most 100. ValueError names the line that is not one."""
    rows = []
    for line in text.splitlines():
        if not line.strip():
            continue
        marks, _equals, percent = line.replace(",", ".").partition("=")
        low, _dash, high = marks.replace("–", "-").partition("-")
        values = [part.strip() for part in (low, high or low, percent)]
        if not all(value.replace(".", "", 1).isdecimal() for value in values) or Decimal(values[2]) > _WHOLE:
            raise ValueError(line)
        rows.append({"from": values[0], "to": values[1], "percent": values[2]})
    return rows


class AgreementForm(forms.Form):
    """Titles, award, aims and partners of a draft (4.2, 4.3)."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("Kind"), choices=AgreementKind.choices)
    name_kk = forms.CharField(label=_("Title in Kazakh"), max_length=300)
    name_ru = forms.CharField(label=_("Title in Russian"), max_length=300, required=False)
    name_en = forms.CharField(label=_("Title in English"), max_length=300, required=False)
    partners = forms.ModelMultipleChoiceField(
        label=_("Partners"),
        queryset=University.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    award = forms.ChoiceField(
        label=_("Award"),
        choices=[("", "—"), *AwardKind.choices],
        required=False,
        help_text=_("An agreement names what graduates get; a memorandum does not."),
    )
    aims = forms.MultipleChoiceField(
        label=_("Aims that it serves"), choices=Aim.choices, widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args: Any, agreement: Agreement | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        partners = self.fields["partners"]
        if isinstance(partners, forms.ModelMultipleChoiceField):
            partners.queryset = University.objects.filter(is_home=False).order_by("short_name")
            where, link = reverse("institutions:add-university"), gettext("Enter a university")
            partners.help_text = _led_on(gettext("One that is missing is entered first:"), where, link)
        if agreement is not None:
            del self.fields["kind"]
            self.initial = {
                "seen": mark_of(agreement),
                "name_kk": agreement.name_kk,
                "name_ru": agreement.name_ru,
                "name_en": agreement.name_en,
                "award": agreement.award,
                "aims": agreement.aims,
                "partners": [p.university_id for p in agreement.parties.all() if not p.university.is_home],
            }

    def values(self) -> dict[str, Any]:
        """What a service takes."""
        data = self.cleaned_data
        values = {
            "names": Localized(data["name_kk"], data["name_ru"], data["name_en"]),
            "award": data["award"],
            "aims": data["aims"],
            "partner_ids": [partner.pk for partner in data["partners"]],
        }
        return {**values, "kind": data["kind"]} if "kind" in data else values


class TermForm(forms.Form):
    """One of the seven groups of contents in three languages (6.12)."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    text_kk = forms.CharField(label=_("Text in Kazakh"), widget=forms.Textarea(attrs={"rows": 6}))
    text_ru = forms.CharField(label=_("Text in Russian"), widget=forms.Textarea(attrs={"rows": 6}), required=False)
    text_en = forms.CharField(label=_("Text in English"), widget=forms.Textarea(attrs={"rows": 6}), required=False)

    @classmethod
    def of(cls, term: AgreementTerm) -> dict[str, str]:
        """What is written already."""
        shown = text_hash(term.whole_text)
        return {"seen": shown, "text_kk": term.text_kk, "text_ru": term.text_ru, "text_en": term.text_en}

    def text(self) -> Localized:
        """What a service takes."""
        data = self.cleaned_data
        return Localized(data["text_kk"], data["text_ru"], data["text_en"])


class ReasonForm(forms.Form):
    """Why."""

    reason = WrittenField(label=_("Reason"), max_length=2000)


class ReviewForm(forms.Form):
    """The lawyer's word for one country (4.2)."""

    country = forms.ChoiceField(label=_("Country"))
    law = forms.CharField(label=_("Law examined"), max_length=300)
    result = forms.ChoiceField(
        label=_("Result"),
        choices=[("yes", _("does not contradict")), ("no", _("contradicts"))],
        widget=forms.RadioSelect,
    )
    reviewed_on = forms.DateField(label=_("Date"))
    note = WrittenField(label=_("Note"), max_length=2000, required=False)
    file = forms.FileField(
        label=_("Opinion (scan)"),
        help_text=_("A correction may keep the scan that is there already."),
        error_messages={"required": _("Attach the opinion.")},
    )

    def __init__(self, *args: Any, countries: list[str], examined: frozenset[str], **kwargs: Any) -> None:
        """`examined`: the countries whose review is of this very text, and so may be corrected without a scan."""
        super().__init__(*args, **kwargs)
        self.fields["country"] = forms.ChoiceField(
            label=_("Country"), choices=[(code, country_name(code)) for code in countries]
        )
        self.initial["country"] = next((code for code in countries if code not in examined), countries[0])
        self.fields["file"].required = self.data.get("country", self.initial["country"]) not in examined

    def values(self) -> dict[str, Any]:
        """What a service takes."""
        data = dict(self.cleaned_data)
        is_positive, file = data.pop("result") == "yes", data["file"]
        return {**data, "is_positive": is_positive, "file_name": file.name if file else ""}


class SignForm(forms.Form):
    """Number, date of signature and term of validity (4.2, 6.12)."""

    number = forms.CharField(
        label=_("Number"), max_length=40, help_text=_("By the register of agreements, such as 17-К.")
    )
    signed_on = forms.DateField(label=_("Date of signature"))
    valid_from = forms.DateField(label=_("Valid from"))
    valid_until = forms.DateField(label=_("Valid until"))


def _none_yet(*, is_home: bool) -> SafeString:
    """What stands beside a choice of programmes that has none, and where one is entered."""
    text = gettext("The partner has no programme here yet. A pathway needs one:")
    if is_home:
        text = gettext("The University has no programme here yet. A pathway needs one:")
    return _led_on(text, reverse("programmes:programme-new"), gettext("enter it first"))


def _led_on(text: str, url: str, link: str) -> SafeString:
    return format_html('{} <a href="{}">{}</a>', text, url, link)


class PathwayForm(forms.Form):
    """What a pathway fixes (5.7)."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    home_programme = forms.TypedChoiceField(label=_("Programme of the University"), coerce=int)
    partner_programme = forms.TypedChoiceField(label=_("Programme of the partner"), coerce=int)
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=PathwayKind.choices,
        help_text=_("Joint only where both sides teach for the same length (5.5)."),
    )
    home_semesters = forms.IntegerField(label=_("Semesters at the University"), min_value=0, max_value=14)
    partner_semesters = forms.IntegerField(label=_("Semesters at the partner"), min_value=0, max_value=14)
    quota_out = forms.IntegerField(label=_("Places for outgoing students"), min_value=0, max_value=500)
    quota_in = forms.IntegerField(label=_("Places for incoming students"), min_value=0, max_value=500)
    scale = forms.ModelChoiceField(
        label=_("Partner's grade scale"), queryset=GradeScale.objects.order_by("code"), required=False
    )
    rule = forms.ChoiceField(
        label=_("Conversion of marks"), choices=[("", "—"), *ConversionRule.choices], required=False
    )
    rule_table = forms.CharField(
        label=_("Conversion table"),
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        help_text=_("Only for the rule “table”: a line for each range of the partner's marks, e.g. 1,0–1,5 = 95"),
    )
    min_gpa = NumberField(
        label=_("Lowest GPA"), min_value=0, max_value=4, max_digits=3, decimal_places=2, required=False
    )
    documents_outgoing = forms.MultipleChoiceField(
        label=_("Documents of outgoing students"),
        choices=AskedDocument.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    documents_incoming = forms.MultipleChoiceField(
        label=_("Documents of incoming students"),
        choices=AskedDocument.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, agreement: Agreement, pathway: Pathway | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if pathway is not None:
            del self.fields["home_programme"], self.fields["partner_programme"]
            apart = {"seen", "rule_table", "documents_outgoing", "documents_incoming"}
            self.initial = {name: getattr(pathway, name) for name in self.fields if name not in apart}
            self.initial["seen"] = mark_of(pathway)
            self.initial["scale"] = pathway.scale_id
            for way in Direction:
                self.initial[f"documents_{way.value}"] = pathway.required_documents.get(way.value, [])
            self.initial["rule_table"] = "\n".join(range_in_words(row) for row in pathway.rule_table)
            return
        parties = [party.university_id for party in agreement.parties.all()]
        found = Programme.objects.filter(university__in=parties).select_related("university").order_by("code")
        for name, is_home in (("home_programme", True), ("partner_programme", False)):
            choice = self.fields[name]
            if isinstance(choice, forms.TypedChoiceField):
                choice.choices = [(one.pk, str(one)) for one in found if one.university.is_home == is_home]
                if not choice.choices:
                    choice.help_text = _none_yet(is_home=is_home)

    def clean_rule_table(self) -> list[dict[str, str]]:
        """Lines become ranges."""
        try:
            return _parsed_table(self.cleaned_data["rule_table"])
        except ValueError as error:
            raise forms.ValidationError(
                gettext("“%(line)s” is not a line such as 1,0–1,5 = 95") % {"line": error}
            ) from error

    def terms(self) -> PathwayTerms:
        """What a service takes."""
        apart = {"seen", "home_programme", "partner_programme"}
        own = {name: value for name, value in self.cleaned_data.items() if name not in apart}
        documents = {way.value: own.pop(f"documents_{way.value}") for way in Direction}
        return PathwayTerms(**own, required_documents=documents)


class CurriculaForm(forms.Form):
    """Which versions Annex 1 speaks of (5.2)."""

    home_curriculum = forms.TypedChoiceField(label=_("Curriculum of the University"), coerce=int)
    partner_curriculum = forms.TypedChoiceField(label=_("Curriculum of the partner"), coerce=int)

    def __init__(self, *args: Any, pathway: Pathway, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sides = {
            "home_curriculum": (pathway.home_programme_id, pathway.home_curriculum_id),
            "partner_curriculum": (pathway.partner_programme_id, pathway.partner_curriculum_id),
        }
        programmes = [programme for programme, _now in sides.values()]
        found = Curriculum.objects.filter(programme__in=programmes).select_related("programme").order_by("-number")
        for name, (programme, now) in sides.items():
            choice = self.fields[name]
            if isinstance(choice, forms.TypedChoiceField):
                choice.choices = [(one.pk, f"{one}: {one.title}") for one in found if one.programme_id == programme]
            self.initial.setdefault(name, now)


class CouncilForm(forms.Form):
    """What a party's Academic Council decided (5.4)."""

    council = forms.CharField(label=_("Council"), max_length=200)
    protocol_number = forms.CharField(label=_("Protocol number"), max_length=40)
    decided_on = forms.DateField(label=_("Date"))
    result = forms.ChoiceField(label=_("Result"), choices=CouncilResult.choices, widget=forms.RadioSelect)
    file = forms.FileField(label=_("Protocol (scan)"), error_messages={"required": _("Attach the protocol.")})
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, before: CouncilDecision | None, **kwargs: Any) -> None:
        """`before`: what is written down already, to be corrected."""
        super().__init__(*args, **kwargs)
        self.initial["seen"] = text_hash(council_in_words(before))
        if before is not None:
            self.initial.update({name: getattr(before, name) for name in self.fields if name not in ("file", "seen")})
            self.fields["file"].required = False
            self.fields["file"].help_text = gettext("A correction may keep the scan that is there already.")


class EpvoForm(forms.Form):
    """The programme's number and date in EPVO (5.3)."""

    number = forms.CharField(
        label=_("EPVO number"), max_length=40, help_text=_("As the platform gives it, such as 061-0417.")
    )
    day = forms.DateField(label=_("Date"))


class TeacherForm(forms.Form):
    """A teacher with a part in the programme (5.7.4)."""

    university_id = forms.TypedChoiceField(label=_("University"), coerce=int)
    full_name = forms.CharField(label=_("Name"), max_length=200)
    part = forms.ChoiceField(label=_("Part"), choices=TeacherPart.choices)
    note = forms.CharField(label=_("Course or commission"), max_length=300, required=False)

    def __init__(self, *args: Any, sides: list[University], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(side.pk, side.name) for side in sides]
        self.fields["university_id"] = forms.TypedChoiceField(label=_("University"), coerce=int, choices=choices)


class MoneyForm(forms.Form):
    """Who pays whom, for what, how much, when (6.5)."""

    payer = forms.ChoiceField(label=_("Who pays"), choices=Party.choices)
    payee = forms.ChoiceField(label=_("To whom"), choices=Party.choices)
    purpose_kk = forms.CharField(label=_("For what, in Kazakh"), max_length=200)
    purpose_ru = forms.CharField(label=_("For what, in Russian"), max_length=200, required=False)
    purpose_en = forms.CharField(label=_("For what, in English"), max_length=200, required=False)
    amount = NumberField(label=_("Amount"), min_value=0, max_digits=12, decimal_places=2)
    currency = forms.CharField(label=_("Currency"), max_length=3, help_text=_("Three letters, e.g. KZT, EUR"))
    is_waived = forms.BooleanField(label=_("Waived"), required=False)
    due_kk = forms.CharField(
        label=_("When, in Kazakh"), max_length=200, required=False, help_text=_("Empty only where it is waived.")
    )
    due_ru = forms.CharField(label=_("When, in Russian"), max_length=200, required=False)
    due_en = forms.CharField(label=_("When, in English"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        """Texts in three languages are one value each, as the service takes them."""
        data = super().clean() or {}
        for name in ("purpose", "due"):
            data[name] = Localized(*(data.pop(f"{name}_{language}", "") for language in LANGUAGES))
        return data


class ScaleForm(forms.Form):
    """A grade scale (domain.md 3), new or one that is corrected."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    code = forms.CharField(label=_("Code"), max_length=20)
    name_kk = forms.CharField(label=_("Name in Kazakh"), max_length=300)
    name_ru = forms.CharField(label=_("Name in Russian"), max_length=300)
    name_en = forms.CharField(label=_("Name in English"), max_length=300)
    best = NumberField(label=_("Best mark"), max_digits=6, decimal_places=2)
    passing = NumberField(label=_("Lowest pass"), max_digits=6, decimal_places=2)
    worst = NumberField(label=_("Worst mark"), max_digits=6, decimal_places=2)
    pass_words = forms.CharField(label=_("Words for a pass"), required=False, help_text=_("Separated by commas"))
    fail_words = forms.CharField(label=_("Words for a fail"), required=False, help_text=_("Separated by commas"))
    _WORDS = ("pass_words", "fail_words")

    def __init__(self, *args: Any, scale: GradeScale | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if scale is not None:
            words = {name: ", ".join(getattr(scale, name)) for name in self._WORDS}
            self.initial = {**model_to_dict(scale, exclude=self._WORDS), **words, "seen": mark_of(scale)}

    def values(self) -> dict[str, Any]:
        """What a service takes of it, beside what was seen."""
        data = {name: value for name, value in self.cleaned_data.items() if name != "seen"}
        names = Localized(data.pop("name_kk"), data.pop("name_ru"), data.pop("name_en"))
        words = {name: [word.strip() for word in data.pop(name).split(",") if word.strip()] for name in self._WORDS}
        return {**data, **words, "names": names}


class AnnexFileForm(FileForm):
    """A workbook of Annex 1 in the printed form (A1)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].label = gettext("Workbook")
        self.fields["file"].help_text = gettext("XLSX in the form of the regulation's Annex 1, or CSV")


class RelationForm(forms.Form):
    """What a one-sided row is, and why (A1)."""

    relation = forms.ChoiceField(
        label=_("This row is"),
        choices=[(kind.value, kind.label) for kind in (Relation.TAKEN_THERE, Relation.ADDITIONAL, Relation.DIFFERENCE)],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        required=False,
        help_text=_("Asked for where the row is additional or a difference."),
    )
