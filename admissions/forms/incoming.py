"""Forms of the incoming road's decisions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from admissions.forms.fields import HouseForm, reason_field
from agreements.enums import Side
from agreements.models import AnnexRow


class CommentForm(HouseForm):
    """A decision with a comment that goes into history."""

    comment = reason_field(_("comment"), required=False)


class RowsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """Rows of Annex 1 as ticks: the University's courses with their credits."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        """The courses of the University in this row."""
        courses = [one for one in obj.courses.all() if one.side == Side.HOME]
        return "; ".join(f"{one.course.code} {one.course.name} ({one.credits.normalize():f})" for one in courses)


class AgreeForm(CommentForm):
    """The department agrees, with the courses of that term that the student will take (7.3)."""

    rows = RowsField(label=_("courses taught in that term"), queryset=AnnexRow.objects.none(), required=False)
    field_order = ("rows", "comment")

    def __init__(self, *args: Any, offered: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = self.fields["rows"]
        if isinstance(rows, RowsField):
            rows.queryset = offered
