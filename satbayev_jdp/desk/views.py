"""Pages of the front desk: inbox, whose move the rest is, search, language, accounts of the demo."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from admissions.selectors.lists import inviting
from core import worklist as kernel
from core.bulk import bulk_page
from core.http import list_response, part_of
from core.jobs import recent_of
from core.middleware import remember_language
from core.models import WorkItem
from core.tables import listing
from core.values import LANGUAGES
from institutions.enums import Role
from institutions.models import User
from institutions.permissions import signed_in, standing_of
from institutions.services.people import choose_language
from satbayev_jdp.demo.accounts import accounts
from satbayev_jdp.demo.world import PASSWORD
from satbayev_jdp.desk import reminding, worklist
from satbayev_jdp.desk import search as finders
from satbayev_jdp.desk.beginning import beginning
from satbayev_jdp.desk.context import menu_of
from satbayev_jdp.desk.kinds import KINDS
from satbayev_jdp.desk.mine import closed_lately, done_lately, own_cases
from satbayev_jdp.desk.others import waited_for
from satbayev_jdp.desk.outbox import mail_does_not_go_out
from satbayev_jdp.desk.vacancies import vacancies, vacant


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """The first page: what waits for me, oldest deadline first; below, what I wait for and what I did last."""
    standing, user = standing_of(request.user), signed_in(request.user)
    looks = worklist.views()
    view = request.GET.get("show", "all")
    if view not in looks:
        view = "all"
    lines, more = worklist.lines(standing, looks[view])
    rows = worklist.rows_of(lines)
    waited = waited_for(standing, user)
    counts = kernel.open_counts(standing.queues, looks)
    context = {
        "rows": rows[: worklist.SHOWN],
        "more": more or len(rows) > worklist.SHOWN,
        "pills": worklist.pills(view, counts),
        "view": view,
        "opened": request.GET.get("open", ""),
        "counts": counts,
        "cases": own_cases(standing),
        "closed": closed_lately(standing),
        "waited": waited,
        "done": done_lately(user, standing),
        "invited": inviting(standing) if view == "all" else [],
        "mail_stands": mail_does_not_go_out(standing),
        "vacancies": vacancies(standing),
        "beginning": beginning(standing),
        "ways": menu_of(standing, request.path)[1:],
        "watches": standing.sees_everything,
        "decides": standing.roles != {Role.AUDITOR},
        "recent_jobs": recent_of(request.user),
    }
    return render(request, "desk/inbox.html", context)


@require_safe
@part_of("inbox")
def rest(request: HttpRequest) -> HttpResponse:
    """A part of the first page, fetched after it: whose move everything open is. Only for those who see everything."""
    standing = standing_of(request.user)
    if not standing.sees_everything:
        raise Http404
    return render(request, "desk/_rest.html", {"moves": worklist.moves_by_role(but=standing.roles)})


@require_safe
def moves(request: HttpRequest) -> HttpResponse:
    """Everything that waits, of everybody: whose move, until when (1.4-a). Only for those who see everything."""
    if not standing_of(request.user).sees_everything:
        raise Http404
    role, view = request.GET.get("role", ""), request.GET.get("show", "all")
    listed = listing(worklist.open_items(role, view), worklist.COLUMNS, request, default_sort="due")
    queues = {item.queue for item in listed.page}
    owners, unheld = worklist.owners(queues), vacant(queues)
    by_role = worklist.moves_by_role()
    context = {
        "lines": [worklist.line_of(item, owners[item.queue], unheld=item.queue in unheld) for item in listed.page],
        "moves": by_role,
        "role": role,
        "view": view,
        "heading": next((row.label for row in by_role if row.role == role), ""),
    }
    return list_response(request, "desk/moves.html", listed, name=gettext("Open work"), context=context)


@require_http_methods(["GET", "HEAD", "POST"])
def remind(request: HttpRequest) -> HttpResponse:
    """Whom reminders of one's inbox would reach, of all or of a kind; then they are sent."""
    standing = standing_of(request.user)
    waiting = reminding.reminders_of(standing)

    def narrowed(query: QueryDict) -> "QuerySet[WorkItem]":
        kind = query.get("show", "")
        return waiting.filter(kind=kind) if kind in KINDS else waiting

    return bulk_page(
        request,
        deeds=(reminding.REMINDING,),
        standing=standing,
        visible=waiting,
        narrowed=narrowed,
        back=reverse("inbox"),
        label=pgettext("menu", "My work"),
    )


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """People, universities and papers by name or number, of what this person may see."""
    words = request.GET.get("q", "").strip()
    groups = finders.find(standing_of(request.user), words) if words else []
    return render(request, "desk/search.html", {"words": words, "groups": groups})


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Change the language: kept in a cookie, and with the account of whoever is signed in; then back to the page."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = redirect(back)
    language = next((code for code in LANGUAGES if code == request.POST.get("language")), None)
    if language is None:
        return response
    if isinstance(request.user, User):
        choose_language(user=request.user, language=language)
    remember_language(response, language)
    return response


@login_not_required
@require_safe
@never_cache
def demo(request: HttpRequest) -> HttpResponse:
    """The accounts of the demo, each with a button that signs in. There is no such page outside the demo."""
    if not settings.DEMO:
        raise Http404
    return render(request, "desk/demo.html", {"accounts": accounts(), "password": PASSWORD})
