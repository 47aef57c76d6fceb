"""Addresses of the whole house."""

from django.conf import settings
from django.contrib.auth import views as auth
from django.urls import URLPattern, URLResolver, include, path

from documents import views as papers
from satbayev_jdp.desk import mail as letters
from satbayev_jdp.desk import views as desk
from satbayev_jdp.desk.dossier import pages as dossiers
from satbayev_jdp.desk.pictures import pages as pictures
from satbayev_jdp.door import account as own
from satbayev_jdp.door import privacy
from satbayev_jdp.door import views as door
from satbayev_jdp.door.password import ChangePasswordView, SetPasswordView, forgotten

handler400 = "core.views.unreadable"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", desk.inbox, name="inbox"),
    path("rest/", desk.rest, name="rest"),
    path("moves/", desk.moves, name="moves"),
    path("remind/", desk.remind, name="remind"),
    path("search/", desk.search, name="search"),
    path("students/<int:pk>/dossier/", dossiers.dossier, name="dossier"),
    path("overview/", pictures.overview, name="overview"),
    path("overview/cards/", pictures.cards, name="cards"),
    path("language/", desk.set_language, name="set_language"),
    path("demo/", desk.demo, name="demo"),
    path("account/mail/", letters.mail, name="mail"),
    path("account/mail/calendar/", letters.make_feed, name="make_feed"),
    path("account/mail/calendar/off/", letters.drop_feed, name="drop_feed"),
    path("calendar/<str:token>.ics", letters.calendar, name="calendar"),
    path("outbox/", letters.outgoing, name="outbox"),
    path("outbox/<int:pk>/again/", letters.resend, name="resend"),
    path("outbox/<int:pk>/drop/", letters.drop_message, name="drop_message"),
    path("v/", papers.verify, name="verify"),
    path("v/<str:code>/", papers.verification, name="verification"),
    path("login/", door.SignInView.as_view(), name="login"),
    path("login/factor/", door.login_factor, name="login_factor"),
    path("login/sso/", door.sso, name="sso"),
    path("login/sso/back/", door.sso_back, name="sso_back"),
    path("logout/", door.SignOutView.as_view(), name="logout"),
    path("account/", own.account, name="account"),
    path("account/held/", privacy.held, name="held"),
    path("account/held/download/", privacy.download, name="held_download"),
    path("openings/", privacy.openings, name="openings"),
    path("numbers/<int:pk>/", privacy.numbers, name="numbers"),
    path("account/sessions/end/", own.end_sessions, name="end_sessions"),
    path("account/factor/", own.factor, name="factor"),
    path("account/factor/codes/", own.factor_codes, name="factor_codes"),
    path("account/factor/off/", own.factor_off, name="factor_off"),
    path("password/", ChangePasswordView.as_view(), name="password_change"),
    path("password/done/", auth.PasswordChangeDoneView.as_view(), name="password_change_done"),
    path("password/reset/", forgotten, name="password_reset"),
    path("password/reset/sent/", auth.PasswordResetDoneView.as_view(), name="password_reset_done"),
    path("password/reset/<uidb64>/<token>/", SetPasswordView.as_view(), name="password_reset_confirm"),
    path("password/reset/complete/", auth.PasswordResetCompleteView.as_view(), name="password_reset_complete"),
    path("jobs/", include("core.urls")),
    path("health/", include("satbayev_jdp.health")),
    # The pages of each app under its own name; the kernel has its jobs above.
    *(path(f"{name}/", include(f"{name}.urls")) for name in settings.HOUSE if name != "core"),
]
