"""What people fill in about papers."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import CaseReasonField
from documents.enums import Channel
from institutions.forms import LicenceForm


class CodeForm(forms.Form):
    """The code printed on a paper."""

    code = forms.CharField(
        label=_("Code on the paper"), max_length=20, help_text=_("Eight letters and digits, such as 7K2M-XQ4D.")
    )


class CheckFileForm(forms.Form):
    """A PDF whose hash is compared with the seal. It is not kept."""

    file = forms.FileField(
        label=_("PDF file"),
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf,.pdf"}),
        help_text=_("It is only compared and not kept."),
    )


_PAPER_FILES = {"accept": ".pdf,.png,.jpg,.jpeg,application/pdf,image/png,image/jpeg"}


def _scan_field() -> forms.FileField:
    return forms.FileField(label=_("Scan (PDF, PNG, JPEG)"), widget=forms.ClearableFileInput(attrs=_PAPER_FILES))


class FileForm(forms.Form):
    """One file."""

    file = _scan_field()


class LicenceWithScanForm(LicenceForm):
    """A right to train with the scan that proves it (4.2)."""

    scan = _scan_field()


class ReasonForm(forms.Form):
    """Why something that cannot be undone is done."""

    reason = CaseReasonField(label=_("Reason"), max_length=1000)


class DeliveryForm(forms.Form):
    """A paper went out of the house."""

    recipient = forms.CharField(label=_("To whom"), max_length=300)
    channel = forms.ChoiceField(label=_("How"), choices=Channel.choices, initial=Channel.EMAIL)
