"""Pages of mail: what one wants to get, one's calendar address, and the outbox of the administrator."""

from collections.abc import Callable
from http import HTTPStatus

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import quote_etag
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.feeds import feed_of, renew_feed, revoke_feed
from core.http import list_response, page_of_form
from core.models import DigestChoice
from core.notifications import choose_digest, digest_choices, drop, send_again
from core.tables import listing
from core.values import content_hash
from institutions.permissions import signed_in, standing_of
from institutions.services import links
from satbayev_jdp.desk import feed, outbox
from satbayev_jdp.door.limits import AN_HOUR, place_of


class DigestForm(forms.Form):
    """When the message of the day comes."""

    digest = forms.ChoiceField(
        label=_("The message of the day"),
        choices=DigestChoice.choices,
        widget=forms.RadioSelect,
        help_text=_("One e-mail in the morning: what waits for you, and what was decided about what you have sent."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def mail(request: HttpRequest) -> HttpResponse:
    """What one wants to get by e-mail, and the address for one's calendar."""
    user = signed_in(request.user)
    form = DigestForm(request.POST or None, initial={"digest": digest_choices([user.pk])[user.pk]})
    if request.method == "POST" and form.is_valid():
        choose_digest(user, form.cleaned_data["digest"])
        messages.success(request, gettext("Saved."))
        return redirect("mail")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "desk/mail.html", {"form": form, "feed": feed_of(user)}, status=status)


@require_POST
def make_feed(request: HttpRequest) -> HttpResponse:
    """Make the address anew. It is shown on this very page and never again: of its secret only the hash is kept."""
    user = signed_in(request.user)
    address = settings.SITE_URL + reverse("calendar", args=[renew_feed(user)])
    form = DigestForm(initial={"digest": digest_choices([user.pk])[user.pk]})
    return render(request, "desk/mail.html", {"form": form, "feed": feed_of(user), "address": address})


@require_POST
def drop_feed(request: HttpRequest) -> HttpResponse:
    """The address leads nowhere from now on."""
    revoke_feed(signed_in(request.user))
    messages.success(request, gettext("The calendar address leads nowhere from now on."))
    return redirect("mail")


@login_not_required
@require_safe
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """The deadlines behind a secret address, for a calendar program; unchanged ones are not sent again."""
    try:
        content = feed.calendar_at(token, place_of(request))
    except feed.TooOftenError:
        return HttpResponse(status=HTTPStatus.TOO_MANY_REQUESTS, headers={"Retry-After": str(AN_HOUR)})
    if content is None:
        raise Http404
    etag = quote_etag(content_hash(content.decode())[:32])
    headers = {"ETag": etag, "Cache-Control": "private, no-cache", "Referrer-Policy": "no-referrer"}
    if etag in request.headers.get("If-None-Match", ""):
        return HttpResponse(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)


def _administrator(request: HttpRequest) -> None:
    if not outbox.sees_outbox(standing_of(request.user)):
        raise Http404


@require_safe
def outgoing(request: HttpRequest) -> HttpResponse:
    """What waits to be sent, what went out, what was given up and why."""
    _administrator(request)
    found = outbox.OutboxFilter(request.GET, queryset=outbox.messages())
    listed = listing(found.qs, outbox.COLUMNS, request, default_sort="-created_at")
    emails = list(listed.page)
    decided = outbox.decisions_on(emails)
    context = {
        "filter": found,
        "rows": [(email, decided.get(email.pk, [])) for email in emails],
        "counts": [(state.label, count, state.value) for state, count in outbox.counts().items()],
        "failure": outbox.last_error(),
        "links": links.failing(),
    }
    return list_response(request, "desk/outbox.html", listed, name=gettext("Outbox"), context=context)


@require_POST
def resend(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a message that was given up, or dropped since, back into the line."""
    return _decided(request, pk, send_again, gettext("The message is in the line again."))


@require_POST
def drop_message(request: HttpRequest, pk: int) -> HttpResponse:
    """A message that was given up need not go out any more."""
    return _decided(request, pk, drop, gettext("The message is dropped. It can still be sent again."))


def _decided(request: HttpRequest, pk: int, verb: Callable[..., bool], said: str) -> HttpResponse:
    _administrator(request)
    if outbox.decide(pk, verb, actor=signed_in(request.user)):
        messages.success(request, said)
    else:
        messages.error(request, gettext("This message is not given up: it was sent, or it is being tried."))
    return redirect(page_of_form(request))
