"""Pages of the door: sign in by password or by the house's single sign-on, show the second factor."""

import logging
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from core.http import form_response, taken
from institutions.forms import FactorCodeForm
from institutions.permissions import signed_in
from institutions.selectors import accounts_with_email
from institutions.services import factors
from satbayev_jdp.door import limits, oidc, passing, unsent

logger = logging.getLogger(__name__)
_AWAY = "away_at_provider"


class SignInForm(AuthenticationForm):
    """As Django's, with words of ours: the same whether there is such an account, or it is closed, or not."""

    def get_invalid_login_error(self) -> ValidationError:
        """What is said of whatever does not fit together."""
        return ValidationError(gettext("The e-mail or the password is wrong."), code="invalid_login")


@method_decorator(login_not_required, name="dispatch")
class SignInView(LoginView):
    """As Django's; strangers who have tried too much wait, and who has a second factor is asked for it."""

    authentication_form = SignInForm

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refuse before any password is looked at where too much was tried."""
        if settings.AXES_ENABLED and limits.is_too_much(request):
            return render(request, "registration/locked_out.html", status=429)
        return super().post(request, *args, **kwargs)

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """Say so; a known browser is counted by itself."""
        limits.count_wrong(self.request)
        return super().form_invalid(form)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Come in, or go on to the second factor."""
        user, to = signed_in(form.get_user()), self.get_success_url()
        if not passing.pass_in(self.request, user, to=to):
            return redirect("login_factor")
        response = redirect(to)
        limits.remember(response, user)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The button of the single sign-on, where there is one; whether a file did not arrive."""
        told = super().get_context_data(**kwargs)
        lost = unsent.lost_a_file(str(told.get(self.redirect_field_name, "")))
        return {**told, "sso": settings.OIDC_NAME if settings.OIDC_ISSUER else "", "lost_a_file": lost}


class SignOutView(LogoutView):
    """As Django's; the browser is told to forget what it kept of the pages, typed words among it. Its cookies name nobody."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Sign out."""
        response = super().post(request, *args, **kwargs)
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def login_factor(request: HttpRequest) -> HttpResponse:
    """The second step of signing in, for whoever has taken the first one in this browser within five minutes."""
    owing = passing.who_owes(request)
    if owing is None:
        return redirect("login")
    user, to = owing
    form = FactorCodeForm(request.POST or None)
    if taken(request, form, lambda: factors.check(user=user, code=form.cleaned_data["code"])):
        passing.pay(request, user)
        response = redirect(to)
        limits.remember(response, user)
        return response
    return form_response(request, "registration/factor.html", {"form": form})


# --- single sign-on -------------------------------------------------------------------------------------------------


def _only_with_sso() -> None:
    if not settings.OIDC_ISSUER:
        raise Http404


def _back() -> str:
    return f"{settings.SITE_URL}{reverse('sso_back')}"


@login_not_required
@never_cache
@require_safe
def sso(request: HttpRequest) -> HttpResponse:
    """Go to the provider; what came with us is kept in the session until it answers."""
    _only_with_sso()
    to = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(to, {request.get_host()}, require_https=request.is_secure()):
        to = reverse(settings.LOGIN_REDIRECT_URL)
    try:
        start, address = oidc.begin(back=_back(), to=to)
    except oidc.ProviderError:
        logger.exception("single sign-on does not begin")
        return _sso_failed(request, unknown=False)
    request.session[_AWAY] = asdict(start)
    return redirect(address)


@login_not_required
@never_cache
@require_safe
def sso_back(request: HttpRequest) -> HttpResponse:
    """The provider sends somebody back: whoever it vouches for comes in, if there is such an account."""
    _only_with_sso()
    kept = request.session.pop(_AWAY, None)
    if kept is None:
        return redirect("login")
    start = oidc.Start(**kept)
    try:
        vouched = oidc.finish(start, request.GET.dict(), back=_back())
    except oidc.ProviderError as error:
        logger.warning("single sign-on is refused: %s", error)
        return _sso_failed(request, unknown=False)
    user = accounts_with_email(vouched.email).first()
    if user is None:
        return _sso_failed(request, unknown=True)
    if not passing.pass_in(request, user, to=start.to, strong=vouched.strong):
        return redirect("login_factor")
    return redirect(start.to)


def _sso_failed(request: HttpRequest, *, unknown: bool) -> HttpResponse:
    return render(request, "registration/sso_failed.html", {"unknown": unknown}, status=403)
