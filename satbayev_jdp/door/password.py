"""Passwords: a forgotten one, one that a link sets, one that is changed."""

from typing import Any

from axes.utils import reset
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import PasswordChangeView, PasswordResetConfirmView
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_noop, override
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from core.middleware import remember_language
from core.values import LANGUAGES
from institutions.forms import ChangedPasswordForm, ForgottenPasswordForm, NewPasswordForm
from institutions.notifications import tell_owner
from institutions.permissions import signed_in
from institutions.services import links, sessions
from satbayev_jdp.door import limits

CHANGED = gettext_noop("the password was changed")


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a link. The answer is the same, and as quick, whether there is such an account or not."""
    form = ForgottenPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not limits.may_ask_for_link(request):
            return render(request, "registration/locked_out.html", status=429)
        links.ask_for_link(form.cleaned_data["email"])
        return redirect("password_reset_done")
    return render(request, "registration/password_reset_form.html", {"form": form})


@method_decorator(login_not_required, name="dispatch")
class SetPasswordView(PasswordResetConfirmView):
    """As Django's, but the link says the reader's language (`?language=en`): who comes by it has no cookie and no session."""

    form_class = NewPasswordForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer in the language of the link and keep it for the pages that follow."""
        language = next((code for code in LANGUAGES if code == request.GET.get("language")), None)
        if language is None:
            return super().dispatch(request, *args, **kwargs)
        with override(language):
            response = super().dispatch(request, *args, **kwargs)
            if isinstance(response, TemplateResponse):
                response.render()  # now: after this it would be the language of the cookie that is not there yet
        response.headers["Content-Language"] = language
        remember_language(response, language)
        return response

    def get_user(self, uidb64: str) -> Any:
        """Nobody, where the account is closed: its links work no longer."""
        found = super().get_user(uidb64)
        return found if found and found.is_active else None

    def form_valid(self, form: Any) -> HttpResponse:
        """Every session ends with the old password, and what was tried on the account is forgotten: its owner is here."""
        response = super().form_valid(form)
        sessions.end_sessions(user_id=form.user.pk)
        reset(username=form.user.email)
        tell_owner(form.user, CHANGED)
        return response


@method_decorator(sensitive_post_parameters(), name="dispatch")
class ChangePasswordView(PasswordChangeView):
    """As Django's; every other session ends, and the owner is told."""

    form_class = ChangedPasswordForm

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep this session alone."""
        user = signed_in(self.request.user)
        response = super().form_valid(form)  # the session goes on under a new key
        sessions.end_sessions(user_id=user.pk)
        sessions.note_signed_in(
            user=user,
            session_key=self.request.session.session_key or "",
            browser=self.request.META.get("HTTP_USER_AGENT", ""),
        )
        tell_owner(user, CHANGED)
        return response
