"""The page that a link in an e-mail leads to: its reader sets a password, in the language of the e-mail."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import PasswordResetConfirmView
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.utils.translation import override

from core.middleware import remember_language
from core.values import LANGUAGES


@method_decorator(login_not_required, name="dispatch")
class SetPasswordView(PasswordResetConfirmView):
    """As Django's, but the link says the reader's language (`?language=en`): who comes by it has no cookie and no session."""

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
