"""What people fill in about universities, licences, people and roles."""

from datetime import date
from functools import partial
from typing import Any

from django import forms
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm
from django.db.models import QuerySet
from django.forms.models import model_to_dict
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from core.forms import WrittenField
from core.values import Localized, today
from core.workflow import mark_of
from institutions.enums import Level, LicenceKind, Role, Sex, UnitKind
from institutions.models import Licence, Unit, University, User
from institutions.phrases import country_choices
from institutions.selectors import roles_today

DIRECTION_HELP = _("By Kazakhstan's classifier, for a partner too: e.g. 7M061, 6B072")


class UniversityForm(forms.ModelForm[University]):
    """A university as the IPD enters it (6.12). `seen`: `core.workflow.mark_of` the one that is corrected."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = University
        fields = (
            "name_kk",
            "name_ru",
            "name_en",
            "name_original",
            "short_name",
            "country",
            "city_kk",
            "city_ru",
            "city_en",
            "address_kk",
            "address_ru",
            "address_en",
            "website",
            "rating",
        )
        labels = {
            "address_kk": _("Address in Kazakh"),
            "address_ru": _("Address in Russian"),
            "address_en": _("Address in English"),
            "website": _("Website"),
        }
        field_classes = {"website": partial(forms.URLField, assume_scheme="https")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"] = forms.ChoiceField(label=_("Country"), choices=[("", "—"), *country_choices()])
        if self.instance.pk:  # what other rows are known by does not change
            del self.fields["country"], self.fields["short_name"]
            self.initial["seen"] = mark_of(self.instance)
        else:
            del self.fields["seen"]

    def values(self) -> dict[str, Any]:
        """What a service takes."""
        data = dict(self.cleaned_data)
        names = Localized(data.pop("name_kk"), data.pop("name_ru"), data.pop("name_en"))
        city = Localized(data.pop("city_kk"), data.pop("city_ru"), data.pop("city_en"))
        address = Localized(data.pop("address_kk"), data.pop("address_ru"), data.pop("address_en"))
        return {**data, "names": names, "city": city, "address": address}


class UnitForm(forms.ModelForm[Unit]):
    """A unit of the University. `seen`: `core.workflow.mark_of` the one that is corrected, whose kind and place stay."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Unit
        fields = ("kind", "parent", "name_kk", "name_ru", "name_en", "code")
        labels = {"parent": _("Stands in")}
        help_texts = {
            "parent": _("For a department its institute or school."),
            "code": _("Short, e.g. AI; lists stand in the order of codes."),
        }

    def __init__(self, *args: Any, institutes: QuerySet[Unit] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["kind"], self.fields["parent"]
            self.initial["seen"] = mark_of(self.instance)
        else:
            del self.fields["seen"]
            self.fields["kind"] = forms.ChoiceField(label=_("Kind"), choices=[("", "—"), *UnitKind.choices])
            self.fields["parent"].queryset = institutes  # type: ignore[attr-defined]  # a ModelChoiceField

    def values(self) -> dict[str, Any]:
        """What a service takes."""
        data = dict(self.cleaned_data)
        names = Localized(data.pop("name_kk"), data.pop("name_ru"), data.pop("name_en"))
        return {**data, "names": names}


class LicenceForm(forms.Form):
    """A right to train (4.2). `seen`: `core.workflow.mark_of` the one that is corrected."""

    kind = forms.ChoiceField(label=_("Kind"), choices=LicenceKind.choices)
    number = forms.CharField(label=_("Number"), max_length=60)
    issuer = forms.CharField(label=pgettext_lazy("licence", "Issued by"), max_length=200)
    direction = forms.CharField(label=_("Training direction"), max_length=20, help_text=DIRECTION_HELP)
    level = forms.ChoiceField(label=_("Level"), choices=Level.choices)
    valid_from = forms.DateField(label=_("Valid from"))
    valid_until = forms.DateField(
        label=_("Valid until"), required=False, help_text=_("Leave it empty where the licence has no end.")
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, licence: Licence | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if licence:
            self.initial = {**model_to_dict(licence, exclude=["university"]), "seen": mark_of(licence)}
        else:
            del self.fields["seen"]


class AccountForm(forms.Form):
    """A person and the account: an e-mail to sign in with and the language of its pages."""

    name_cyrillic = forms.CharField(label=capfirst(_("surname and name in Cyrillic")), max_length=200, required=False)
    surname = forms.CharField(label=capfirst(_("surname as in the passport")), max_length=100)
    given_names = forms.CharField(label=capfirst(_("given names as in the passport")), max_length=100, required=False)
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("The person signs in with it; the link to set a password goes there."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=[("kk", "Қазақша"), ("ru", "Русский"), ("en", "English")])
    birth_date = forms.DateField(label=capfirst(_("date of birth")), required=False)
    sex = forms.ChoiceField(label=capfirst(_("sex")), choices=[("", "—"), *Sex.choices], required=False)
    citizenship = forms.ChoiceField(label=_("Citizenship"), required=False)
    iin = forms.CharField(label=_("IIN"), max_length=12, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["citizenship"].choices = [("", "—"), *country_choices()]  # type: ignore[attr-defined]  # a ChoiceField


class MembershipForm(forms.Form):
    """A role within a scope, from a day to a day."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    university = forms.ModelChoiceField(label=_("University"), queryset=University.objects.none())
    unit = forms.ModelChoiceField(
        label=_("Unit"),
        queryset=Unit.objects.none(),
        required=False,
        help_text=_(
            "For directors and coordinators of institutes an institute, for heads of departments a department, for advisors either."
        ),
    )
    starts_on = forms.DateField(label=_("From"), initial=today)
    ends_on = forms.DateField(label=_("Until (the last day)"), required=False)
    acting_for = forms.ModelChoiceField(
        label=_("Acting for"),
        queryset=User.objects.none(),
        required=False,
        help_text=_("Only for somebody who is away and holds this very role on all these days."),
    )
    position_kk = forms.CharField(label=_("Office in Kazakh, as papers name it"), max_length=200, required=False)
    position_ru = forms.CharField(label=_("Office in Russian"), max_length=200, required=False)
    position_en = forms.CharField(label=_("Office in English"), max_length=200, required=False)

    def __init__(self, *args: Any, universities: QuerySet[University], people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["university"].queryset = universities  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["unit"].queryset = Unit.objects.filter(university__in=universities).order_by("university", "code")  # type: ignore[attr-defined]  # a ModelChoiceField
        behind = self.fields["acting_for"]
        behind.queryset = people  # type: ignore[attr-defined]  # a ModelChoiceField
        behind.label_from_instance = lambda user: f"{user} – {roles_today(user)}"  # type: ignore[attr-defined]  # a ModelChoiceField

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        data = dict(self.cleaned_data)
        position = Localized(data.pop("position_kk"), data.pop("position_ru"), data.pop("position_en"))
        return {**data, "position": position}


class EndRoleForm(forms.Form):
    """When a role ends, and why. `takes_back`: the day that takes it back, where that can be done."""

    ends_on = forms.DateField(label=_("The last day"), initial=today)
    reason = WrittenField(label=_("Reason"), max_length=300, rows=1)

    def __init__(self, *args: Any, takes_back: date | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if takes_back:
            text = gettext(
                "Given by mistake? With %(day)s for its last day the role is taken back: it opens nothing from now on."
            )
            self.fields["ends_on"].initial = takes_back
            self.fields["ends_on"].help_text = text % {"day": f"{takes_back:%d.%m.%Y}"}


class OpeningForm(forms.Form):
    """That an account is opened or closed, as its page offered, and why: sent twice it is done once."""

    opened = forms.TypedChoiceField(
        choices=[("yes", ""), ("no", "")], coerce=lambda word: word == "yes", widget=forms.HiddenInput
    )

    reason = WrittenField(label=_("Reason"), max_length=300, rows=1)


class ResetFactorForm(forms.Form):
    """Why somebody's second factor is taken away."""

    reason = WrittenField(label=_("Reason"), max_length=300, rows=1)


class ForgottenPasswordForm(forms.Form):
    """The address to which a link goes, if there is an account with it."""

    email = forms.EmailField(
        label=_("E-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


class NewPasswordForm(SetPasswordForm):  # type: ignore[type-arg]  # not generic at run time
    """A password that a link sets. What is wrong with it stands beside the field where it was chosen, not by its repetition."""

    def validate_password_for_user(self, user: User, _field: str = "") -> None:
        """Too short, too common."""
        super().validate_password_for_user(user, "new_password1")


class ChangedPasswordForm(NewPasswordForm, PasswordChangeForm):
    """A password that its owner changes."""


_CODE = {"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}


class FactorCodeForm(forms.Form):
    """A code of the authenticator app, or a recovery code."""

    code = forms.CharField(
        label=_("Code from the app"),
        max_length=20,
        help_text=_("Six digits from the app, or one of your recovery codes."),
        widget=forms.TextInput(attrs=_CODE),
    )


class NewFactorForm(forms.Form):
    """The first code of a new app; and the password, so that an unlocked computer is not enough."""

    code = forms.CharField(
        label=_("Code that the app shows"),
        max_length=20,
        widget=forms.TextInput(attrs={**_CODE, "inputmode": "numeric"}),
    )
    password = forms.CharField(
        label=_("Password of the account"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, has_password: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_password:  # signed in by the single sign-on alone
            self.fields["password"] = forms.CharField(required=False, widget=forms.HiddenInput)
