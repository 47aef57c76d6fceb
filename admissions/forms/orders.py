"""Forms of orders: the draft and its students."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from admissions.enums import MobilityFormat
from admissions.forms.fields import HouseForm, day_field
from admissions.models import Intake, Order
from admissions.workflow.orders import LONGEST_BASIS
from core.forms import WrittenField
from programmes.enums import StudyLanguage


class OrderForm(HouseForm):
    """What an order says beside its students; courses and credits are counted, never typed (5.9)."""

    starts_on = day_field(_("from"))
    ends_on = day_field(_("until"))
    format = forms.ChoiceField(label=_("format"), choices=MobilityFormat.choices, initial=MobilityFormat.ON_SITE)
    language = forms.ChoiceField(label=_("language of study"), choices=StudyLanguage.choices)
    basis_kk = WrittenField(label=_("further basis in Kazakh"), required=False, rows=2, max_length=LONGEST_BASIS)
    basis_ru = WrittenField(label=_("further basis in Russian"), required=False, rows=2, max_length=LONGEST_BASIS)

    @classmethod
    def said_of(cls, order: Order) -> dict[str, Any]:
        """What an order says, to be said otherwise."""
        return {name: getattr(order, name) for name in cls.base_fields}

    @staticmethod
    def initial_of(intake: Intake) -> dict[str, Any]:
        """The period of the intake's terms."""
        return {
            "starts_on": intake.term.starts_on,
            "ends_on": intake.last_term.ends_on,
            "language": StudyLanguage.ENGLISH,
        }
