"""Doors of orders: the list, the draft, the page of one order, its signature, return."""

from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from admissions.enums import ApplicationState, OrderKind, OrderState
from admissions.exports.orders import ORDERS
from admissions.filters.orders import OrderFilter
from admissions.forms.applications import ReasonForm
from admissions.forms.orders import OrderForm
from admissions.models import Application, Order
from admissions.pdf.orders import PAPER_OF_KIND, order_context, seen_hash_of
from admissions.permissions.orders import drafts, mover_of, roles_on
from admissions.selectors import orders as read
from admissions.services import orders as services
from admissions.tables.orders import deeds_of
from admissions.views.cases import Action, picked, state_groups
from admissions.workflow.orders import ORDER
from core.bulk import bulk_page
from core.http import form_page, form_response, list_response, refusals_as_messages, taken, tell_done
from core.permissions import whose_move
from core.story import story_of
from core.tables import listing
from core.templatetags.written import day
from core.values import numbered
from core.way import sent_back, way_of
from core.workflow import Offer, offers
from core.worklist import due_for, open_items_of
from institutions.enums import Role
from institutions.permissions import Standing, signed_in, standing_of

TONES = {OrderState.SIGNED: "good", OrderState.CANCELLED: "bad", OrderState.DRAFT: "plain"}


def _visible(request: HttpRequest, pk: int) -> Order:
    found: Order = get_object_or_404(read.orders_visible_to(standing_of(request.user)), pk=pk)
    return found


def _draft(order: Order) -> str:
    return reverse("documents:draft", args=[PAPER_OF_KIND[order.kind].name, order.pk])


@require_GET
def orders(request: HttpRequest) -> HttpResponse:
    """The list of orders, with the students who wait for one on top."""
    standing = standing_of(request.user)
    filters = OrderFilter(request.GET, queryset=read.orders_for_list(standing), request=request)
    return list_response(
        request,
        "admissions/orders/list.html",
        listing(filters, ORDERS, request, default_sort="-signed_at"),
        name=gettext("Orders"),
        context={"ready": _ready(standing)},
        deeds=deeds_of(standing),
        deeds_url=reverse("admissions:orders-bulk"),
    )


@require_POST
def orders_bulk(request: HttpRequest) -> HttpResponse:
    """Many orders sent for signature, signed or returned: first which can be, then done, each as it was shown."""
    standing = standing_of(request.user)
    visible = read.orders_visible_to(standing)
    return bulk_page(
        request,
        deeds=deeds_of(standing),
        standing=standing,
        visible=visible,
        narrowed=lambda query: OrderFilter(query, queryset=visible, request=request).qs,
        back=reverse("admissions:orders"),
        label=gettext("Orders"),
    )


def _ready(standing: Standing) -> list[dict[str, Any]]:
    """Students ready for an order, by intake, for the office that drafts it."""
    groups: dict[tuple[str, int], dict[str, Any]] = {}
    for kind in services.VERB_OF_KIND:
        for student in read.ready_for_order(standing, kind):
            group = groups.setdefault(
                (kind, student.intake_id), {"kind": kind, "intake": student.intake, "students": []}
            )
            group["students"].append(student)
    return list(groups.values())


@require_http_methods(["GET", "POST"])
def order_new(request: HttpRequest, kind: str, intake: int) -> HttpResponse:
    """Draft an order: students of one intake who are ready, period, format; courses and credits are counted."""
    standing = standing_of(request.user)
    if kind not in services.VERB_OF_KIND or not drafts(kind, standing):
        raise Http404
    students = list(read.ready_for_order(standing, kind).filter(intake=intake))
    if not students:
        messages.info(request, gettext("No student of this intake waits for an order."))
        return redirect("admissions:orders")
    form = OrderForm(request.POST or None, initial=OrderForm.initial_of(students[0].intake))
    verb = services.VERB_OF_KIND[kind]
    return _drafting(request, kind, students, form, verb, chosen={one.pk for one in students})


@require_http_methods(["GET", "POST"])
def order_anew(request: HttpRequest, pk: int) -> HttpResponse:
    """Draft an order anew, e.g. one that was returned: its students and what it says are filled in; the former is given up."""
    found, standing = _visible(request, pk), standing_of(request.user)
    if not drafts(found.kind, standing):
        raise Http404
    if found.state != OrderState.DRAFT:
        return redirect("admissions:order", pk=pk)
    own = read.applications_on(found)
    ready = read.ready_for_order(standing, found.kind).filter(intake=found.intake_id)
    verb = partial(services.draft_anew, order_id=pk)
    form = OrderForm(request.POST or None, initial=OrderForm.said_of(found))
    return _drafting(request, found.kind, [*own, *ready], form, verb, chosen={one.pk for one in own}, former=found)


def _drafting(
    request: HttpRequest,
    kind: str,
    students: Sequence[Application],
    form: OrderForm,
    verb: Callable[..., Order],
    *,
    chosen: Collection[int],
    former: Order | None = None,
) -> HttpResponse:
    """The form of a draft. `chosen`: who is ticked at first; `former`: the draft that is given up with it."""
    if request.method == "POST":
        chosen = picked(request)
    made: list[Order] = []

    def save() -> None:
        made.append(verb(applications=chosen, actor=signed_in(request.user), **form.cleaned_data))
        messages.success(request, gettext("The order is drafted: check it and send it for signature."))

    if taken(request, form, save):
        return redirect("admissions:order", pk=made[0].pk) if made else redirect("admissions:orders")
    loads = read.loads(students) if kind == OrderKind.ADMISSION_IN else {}
    context = {
        "form": form,
        "kind": OrderKind(kind),
        "is_incoming": kind == OrderKind.ADMISSION_IN,
        "intake": students[0].intake,
        "former": former,
        "rows": [{"student": one, "load": loads.get(one.pk), "picked": one.pk in chosen} for one in students],
    }
    return form_response(request, "admissions/orders/new.html", context)


@require_GET
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of an order: where it stands, what blocks it, its students, its paper, its history."""
    found = _visible(request, pk)
    standing = standing_of(request.user)
    facts = read.order_facts(found)
    roles = roles_on(found, standing)
    offered = offers(ORDER, found.state, roles=roles, facts=facts)
    forward = [offer for offer in offered if not offer.step.way_out]
    items, story, lines = open_items_of(found), story_of(found), read.lines_of(found)
    returned = sent_back(ORDER, found.state, story)
    anew, steps = _anew(found, standing), [_action(found, offer) for offer in forward if offer.mine]
    actions = [*anew, *steps] if returned else [*steps, *anew]
    context = {
        "order": found,
        "lines": lines,
        "fallen": [line for line in lines if found.document_id and line.application.state in ApplicationState.closed()],
        "is_incoming": found.kind == OrderKind.ADMISSION_IN,
        **state_groups(),
        "tone": TONES.get(OrderState(found.state), "accent"),
        "where": found.get_state_display(),
        "mine": roles,
        "movers": whose_move(_movers(found, forward), roles),
        "due": due_for(items, roles),
        "action": next(iter(actions), None),
        "others": [*_preview(found), *actions[1:]],
        "blockers": forward[0].blockers if forward else (),
        "ways_out": [_action(found, offer) for offer in offered if offer.mine and offer.step.way_out],
        "returned": returned,
        "stages": way_of(ORDER, found.state, OrderState, story),
        "story": story,
        "order_facts": _facts(found),
        "redrafted": read.redraft_of(found),
        "proposals": read.proposals_of(read.applications_on(found)),
    }
    return render(request, "admissions/orders/order.html", context)


def _movers(found: Order, forward: list[Offer[Any]]) -> list[str]:
    roles: list[str] = []
    for offer in forward:
        roles += [blocker.whose_move for blocker in offer.blockers] or [mover_of(found, offer.step.by[0])]
    return roles


def _preview(found: Order) -> list[Action]:
    return [Action(gettext("Preview"), _draft(found), "get")] if found.state in OrderState.under_way() else []


def _anew(found: Order, standing: Standing) -> list[Action]:
    """To draft it anew, for those who draft its kind: what a returned draft waits for."""
    if found.state != OrderState.DRAFT or not drafts(found.kind, standing):
        return []
    return [Action(gettext("Draft anew"), reverse("admissions:order-anew", args=[found.pk]), "get")]


def _action(found: Order, offer: Offer[Any]) -> Action:
    pages = {
        "send_for_signature": "admissions:order-send",
        "sign": "admissions:order-sign",
        "return": "admissions:order-return",
        "cancel": "admissions:order-cancel",
    }
    url = reverse(pages[offer.step.name], args=[found.pk])
    confirm = "" if offer.step.name == "send_for_signature" else url
    return Action(gettext(offer.step.label), url, blockers=offer.blockers, confirm_url=confirm)


def _in_epvo(found: Order) -> str:
    """Under which codes the ministry's platform takes an order; departures have no category there."""
    if found.epvo_category is None:
        return gettext("order type %(type)s") % {"type": found.epvo_type}
    return gettext("order type %(type)s, category %(category)s") % {
        "type": found.epvo_type,
        "category": found.epvo_category,
    }


def _facts(found: Order) -> list[tuple[str, object]]:
    rows: list[tuple[str, object]] = [
        (gettext("Kind"), found.get_kind_display()),
        (gettext("Period"), f"{day(found.starts_on)} – {day(found.ends_on)}"),
        (gettext("Host"), found.host),
    ]
    if found.intake:
        agreement = found.intake.pathway.agreement
        signed = f", {day(agreement.signed_on)}" if agreement.signed_on else ""
        rows += [
            (gettext("Programme"), found.intake.pathway.home_programme),
            (gettext("Agreement"), f"{numbered(agreement.number)}{signed}"),
            (gettext("Places"), found.intake.seats),
        ]
    rows += [
        (gettext("Format"), found.get_format_display()),
        (gettext("Language"), found.get_language_display()),
        (gettext("EPVO"), _in_epvo(found)),
        (gettext("Drafted by"), found.drafted_by),
    ]
    if found.basis_kk:
        rows.append((gettext("Further basis"), found.basis))
    return rows


@require_POST
def order_send(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the draft for signature."""
    _visible(request, pk)
    with refusals_as_messages(request):
        services.send_for_signature(order_id=pk, actor=signed_in(request.user))
        messages.success(request, gettext("The order lies before the signatory."))
    return redirect("admissions:order", pk=pk)


@require_http_methods(["GET", "POST"])
def order_sign(request: HttpRequest, pk: int) -> HttpResponse:
    """A page that says what signing does; then sign."""
    found = _visible(request, pk)
    if Role.SIGNATORY not in roles_on(found, standing_of(request.user)):
        raise Http404
    if request.method == "POST":
        with refusals_as_messages(request):
            seen = request.POST.get("seen", "")
            signed = services.sign(order_id=pk, actor=signed_in(request.user), seen_hash=seen)
            number = signed.document.number_text if signed.document else ""
            messages.success(request, gettext("The order is signed: No. %(number)s.") % {"number": number})
        return redirect("admissions:order", pk=pk)
    if found.state != OrderState.FOR_SIGNATURE:
        return redirect("admissions:order", pk=pk)
    items = open_items_of(found)
    (sign,) = [
        offer
        for offer in offers(ORDER, found.state, roles=frozenset({Role.SIGNATORY}), facts=read.order_facts(found))
        if offer.step.name == "sign"
    ]
    context = {
        "order": found,
        "preview": _draft(found),
        "seen": seen_hash_of(order_context(found, read.applications_on(found))),
        "lines": read.lines_of(found),
        "is_incoming": found.kind == OrderKind.ADMISSION_IN,
        **state_groups(),
        "where": found.get_state_display(),
        "mine": {Role.SIGNATORY},
        "movers": whose_move(_movers(found, [sign]), {Role.SIGNATORY}),
        "due": due_for(items, {Role.SIGNATORY}),
        "blockers": sign.blockers,
    }
    return render(request, "admissions/orders/sign.html", context)


@require_http_methods(["GET", "POST"])
def order_return(request: HttpRequest, pk: int) -> HttpResponse:
    """The signatory returns the draft with a reason."""
    return _with_reason(request, pk, "return", services.return_order)


@require_http_methods(["GET", "POST"])
def order_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """The office gives its draft up with a reason."""
    return _with_reason(request, pk, "cancel", services.cancel_order)


def _with_reason(request: HttpRequest, pk: int, name: str, verb: Callable[..., Order]) -> HttpResponse:
    found = _visible(request, pk)
    step = ORDER.step(name)
    if not roles_on(found, standing_of(request.user)) & set(step.by):
        raise Http404
    if found.state not in step.sources and request.method != "POST":
        return redirect("admissions:order", pk=pk)
    form = ReasonForm(request.POST or None)

    def save() -> None:
        verb(order_id=pk, actor=signed_in(request.user), **form.cleaned_data)
        tell_done(request, step)

    label, subtitle = gettext(step.label), capfirst(found.get_kind_display())
    back = reverse("admissions:order", args=[pk])
    return form_page(request, form, label=label, subtitle=subtitle, back=back, save=save, send=label)
