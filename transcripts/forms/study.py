"""What goes into marks, protocols and transcripts from pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from core.forms import CaseReasonField
from programmes.models import AcademicTerm
from transcripts.enums import RemovalWay
from transcripts.workflow.days import RemovalDays


class MarksFileForm(forms.Form):
    """A file of marks and whose they are: of the University itself, or of a partner's term."""

    source = forms.ChoiceField(label=_("Whose marks, of which term"))
    file = forms.FileField(
        label=_("File of marks"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        help_text=_("XLSX or CSV"),
    )

    def __init__(
        self, *args: Any, terms: list[AcademicTerm], home: bool, awaited: frozenset[int] = frozenset(), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choices: list[tuple[str, Any]] = [("home", _("Satbayev University: terms stand in the file"))] if home else []
        choices += [(str(term.pk), _named(term, awaited)) for term in terms]
        self.fields["source"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField
        # It opens on what is waited for longest; terms come newest first.
        late = [term for term in terms if term.pk in awaited]
        if late and not home:
            self.fields["source"].initial = str(late[-1].pk)


def _named(term: AcademicTerm, awaited: frozenset[int]) -> str:
    name = f"{term.university.name} · {term}"
    return gettext("%(term)s · marks are waited for") % {"term": name} if term.pk in awaited else name


class RemovalForm(forms.Form):
    """How and until when a difference is removed."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    way = forms.ChoiceField(label=_("Way of removal"), choices=RemovalWay.choices)
    due = forms.DateField(
        label=pgettext_lazy("deadline", "Until"),
        widget=forms.DateInput(format="%d.%m.%Y"),
        input_formats=["%d.%m.%Y", "%Y-%m-%d"],
    )

    def __init__(self, *args: Any, days: RemovalDays, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = gettext("By %(last)s at the latest.") % {"last": f"{days.last:%d.%m.%Y}"}
        summers = gettext("Summer semesters: %(summers)s.") % {"summers": days.summers_told} if days.summers else ""
        self.fields["due"].help_text = f"{told} {summers}".rstrip()


class ReasonForm(forms.Form):
    """A reason."""

    reason = CaseReasonField(label=_("Reason"), max_length=1000)


class DecisionForm(forms.Form):
    """What the director decides about one course of a protocol: a line of the table of decisions."""

    seen = forms.CharField(required=False)
    decision = forms.ChoiceField(choices=[("recognise", ""), ("refuse", "")], required=False)
    reason = forms.CharField(required=False, max_length=300)
    way = forms.ChoiceField(choices=[("", ""), *RemovalWay.choices], required=False)
    due = forms.DateField(required=False, input_formats=["%d.%m.%Y", "%Y-%m-%d"])


class RemovedForm(forms.Form):
    """The day on which a difference was removed."""

    removed_on = forms.DateField(
        label=_("Removed on"), widget=forms.DateInput(format="%d.%m.%Y"), input_formats=["%d.%m.%Y", "%Y-%m-%d"]
    )
