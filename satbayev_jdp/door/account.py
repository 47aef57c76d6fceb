"""Pages of one's own account: the second factor, the places where one is signed in."""

import segno
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.http import form_page, form_response, taken
from institutions import totp
from institutions.forms import FactorCodeForm, NewFactorForm
from institutions.permissions import signed_in, standing_of
from institutions.selectors import sessions_of
from institutions.services import factors, sessions
from satbayev_jdp.door import passing

_NEW_SECRET = "new_factor"  # noqa: S105 -- the name of a place in the session


def _only_with_factors() -> None:
    if settings.SECOND_FACTOR == "off":
        raise Http404


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Password, second factor, where one is signed in."""
    user = signed_in(request.user)
    context = {
        "factor": factors.factor_of(user),
        "has_factors": settings.SECOND_FACTOR != "off",
        "codes_left": factors.codes_left(user),
        "roles": standing_of(request.user).roles,
        "sessions": sessions_of(user, current=request.session.session_key or ""),
    }
    return render(request, "door/account.html", context)


@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    """End every session of the account but this one."""
    user = signed_in(request.user)
    sessions.end_sessions(user_id=user.pk, but=request.session.session_key or "")
    messages.success(request, gettext("You are signed out everywhere else."))
    return redirect("account")


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def factor(request: HttpRequest) -> HttpResponse:
    """Set up an authenticator app: a QR code, and the first code as proof. Who has one is asked for it, or sees how it stands."""
    _only_with_factors()
    user = signed_in(request.user)
    if factors.has_factor(user):
        return _shown(request, FactorCodeForm()) if request.session.get(passing.BY_FACTOR) else _show(request)
    secret = request.session.setdefault(_NEW_SECRET, totp.new_secret())
    form = NewFactorForm(request.POST or None, has_password=user.has_usable_password())
    codes: list[str] = []
    if taken(request, form, lambda: codes.extend(factors.set_up(user=user, secret=secret, **form.cleaned_data))):
        del request.session[_NEW_SECRET]
        request.session[passing.BY_FACTOR] = True
        sessions.end_sessions(user_id=user.pk, but=request.session.session_key or "")
        return render(request, "door/codes.html", {"codes": codes})
    context = {
        "form": form,
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "qr": segno.make(totp.address_of(secret, user.email), error="m").svg_data_uri(scale=5, border=2),
        "is_owed": passing.wants_factor(user),
    }
    return form_response(request, "door/factor_new.html", context)


def _show(request: HttpRequest) -> HttpResponse:
    """A session older than the factor, or one that came by single sign-on, shows it now."""
    form, user = FactorCodeForm(request.POST or None), signed_in(request.user)
    if taken(request, form, lambda: factors.check(user=user, code=form.cleaned_data["code"])):
        request.session[passing.BY_FACTOR] = True
        return redirect("account")
    return form_response(request, "registration/factor.html", {"form": form})


def _shown(request: HttpRequest, form: FactorCodeForm) -> HttpResponse:
    context = {"may_give_up": not passing.wants_factor(request.user), "form": form}
    return form_response(request, "door/factor.html", context)


@sensitive_post_parameters()
@require_POST
def factor_codes(request: HttpRequest) -> HttpResponse:
    """New recovery codes in the place of the old ones, for a code of the app."""
    _only_with_factors()
    form, user = FactorCodeForm(request.POST), signed_in(request.user)
    codes: list[str] = []
    if taken(request, form, lambda: codes.extend(factors.new_codes(user=user, **form.cleaned_data))):
        return render(request, "door/codes.html", {"codes": codes})
    return _shown(request, form)


@sensitive_post_parameters()
@require_POST
def factor_off(request: HttpRequest) -> HttpResponse:
    """Give the app up, where nobody must have one."""
    _only_with_factors()
    if passing.wants_factor(request.user):
        return redirect("factor")
    form, label = FactorCodeForm(request.POST), gettext("Take the second factor away")

    def save() -> None:
        factors.take_away(user=signed_in(request.user), **form.cleaned_data)
        request.session.pop(passing.BY_FACTOR, None)
        messages.success(request, gettext("The second factor is taken away."))

    return form_page(
        request, form, label=label, back=reverse("factor"), save=save, to=lambda _made: reverse("account"), send=label
    )
