"""Addresses of the whole house."""

from django.conf import settings
from django.contrib.auth import views as auth
from django.urls import URLPattern, URLResolver, include, path

from documents import views as papers
from institutions.forms import ForgottenPasswordForm
from satbayev_jdp.desk import views as desk
from satbayev_jdp.desk.password import SetPasswordView

urlpatterns: list[URLPattern | URLResolver] = [
    path("", desk.inbox, name="inbox"),
    path("rest/", desk.rest, name="rest"),
    path("moves/", desk.moves, name="moves"),
    path("search/", desk.search, name="search"),
    path("language/", desk.set_language, name="set_language"),
    path("demo/", desk.demo, name="demo"),
    path("v/", papers.verify, name="verify"),
    path("v/<str:code>/", papers.verification, name="verification"),
    path("login/", auth.LoginView.as_view(), name="login"),
    path("logout/", auth.LogoutView.as_view(), name="logout"),
    path("password/", auth.PasswordChangeView.as_view(), name="password_change"),
    path("password/done/", auth.PasswordChangeDoneView.as_view(), name="password_change_done"),
    path("password/reset/", auth.PasswordResetView.as_view(form_class=ForgottenPasswordForm), name="password_reset"),
    path("password/reset/sent/", auth.PasswordResetDoneView.as_view(), name="password_reset_done"),
    path("password/reset/<uidb64>/<token>/", SetPasswordView.as_view(), name="password_reset_confirm"),
    path("password/reset/complete/", auth.PasswordResetCompleteView.as_view(), name="password_reset_complete"),
    path("jobs/", include("core.urls")),
    path("health/", include("satbayev_jdp.health")),
    # The pages of each app under its own name; the kernel has its jobs above.
    *(path(f"{name}/", include(f"{name}.urls")) for name in settings.HOUSE if name != "core"),
]
