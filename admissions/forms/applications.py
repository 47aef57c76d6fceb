"""Forms that both roads share: reasons, days, papers."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from admissions.enums import ContractParty
from admissions.forms.fields import HouseForm, day_field, paper_field, reason_field, seen_field
from core.machine import Step

LANGUAGE_CHOICES = (("kk", _("Kazakh")), ("ru", _("Russian")), ("en", _("English")))
_BOTH_READ = _("The partner reads this reason too: write nothing about health or documents in it.")
_HOUSE_READS = _("Why stays in the University: the partner reads only what was done. Write nothing about health here.")


class ReasonForm(HouseForm):
    """Why a step is taken; of a step of a case its writer, unless the partner, is told who reads that, and asked only where it
    is needed. Nobody writes of health there.
    """

    reason = reason_field()

    def __init__(self, *args: Any, step: Step[Any] | None = None, by_partner: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if step is not None and not step.needs_reason:
            del self.fields["reason"]
        elif step is not None and not by_partner:
            self.fields["reason"].help_text = _BOTH_READ if step.tells_partner else _HOUSE_READS


class DocumentForm(HouseForm):
    """A document of the package."""

    file = paper_field()


class PackageForm(HouseForm):
    """Several documents at once, each beside its name: a file is for the document on which it is dropped."""

    def __init__(self, *args: Any, documents: Iterable[tuple[str, str, str]], **kwargs: Any) -> None:
        """`documents`: of each its kind, its name and what has to be known before it is brought, as people wrote it."""
        super().__init__(*args, **kwargs)
        for kind, name, note in documents:
            self.fields[kind] = paper_field(capfirst(name), required=False, help_text=note)

    def clean(self) -> dict[str, Any]:
        """Something has to be brought."""
        data = super().clean() or {}
        if not self.errors and not any(data.values()):
            raise forms.ValidationError(_("Choose at least one file."))
        return data


class ChairForm(HouseForm):
    """The language in which the student writes to the Chair of the Board."""

    language = forms.ChoiceField(label=_("language of the application"), choices=LANGUAGE_CHOICES)


class ChairPaperForm(ChairForm):
    """An application signed on paper."""

    signed_on = day_field(_("signed on"))
    file = paper_field(_("scan"))


class SignatureForm(HouseForm):
    """A signature of the contract given on paper."""

    party = forms.ChoiceField(label=_("party"), choices=ContractParty.choices)
    signed_by = forms.CharField(label=_("signed by"), max_length=200)
    signed_on = day_field(_("signed on"))
    file = paper_field(_("scan"))


class VisaForm(HouseForm):
    """What came with a step of the visa case; the view keeps the fields that the step asks for."""

    submitted_on = day_field(_("submitted on"))
    category = forms.CharField(label=_("category"), max_length=20, required=False)
    invitation_number = forms.CharField(label=_("invitation number of the ministry"), max_length=60, required=False)
    valid_from = day_field(_("valid from"))
    valid_until = day_field(_("valid until"))
    reason = reason_field()
    seen = seen_field()
    note = reason_field(_("how the rest of the stay is covered, where the visa does not reach"), required=False)

    ASKED = {
        "submit": ("submitted_on", "category"),
        "grant": ("valid_from", "valid_until", "category", "note"),
        "refuse": ("reason",),
        "waive": ("reason",),
        "collect_again": (),
        # What was written down and why it is put right.
        "correct submitted": ("submitted_on", "category", "reason", "seen"),
        "correct granted": ("submitted_on", "valid_from", "valid_until", "category", "note", "reason", "seen"),
    }
    field_order = ("submitted_on", "valid_from", "valid_until", "category", "invitation_number", "note", "reason")

    def __init__(self, *args: object, step: str, incoming: bool = False, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        numbered = incoming and "submitted_on" in self.ASKED[step]
        asked = {*self.ASKED[step], *(["invitation_number"] if numbered else [])}
        for name in [name for name in self.fields if name not in asked]:
            del self.fields[name]
