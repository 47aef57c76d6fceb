"""Pages of recognition protocols."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.bulk import bulk_page
from core.http import confirm_page, form_page, form_response, list_response, refusals_as_messages, taken
from core.machine import Blocker
from core.permissions import whose_move
from core.story import Told, story_of
from core.tables import listing
from core.values import text_hash
from core.way import sent_back, way_of
from core.workflow import offers
from core.worklist import due_for, open_items_of
from documents.enums import DocumentState
from institutions.enums import Role
from institutions.models import User
from institutions.permissions import Standing, signed_in, standing_of
from transcripts.enums import DifferenceCause, ProtocolState
from transcripts.exports import PROTOCOLS
from transcripts.filters import ProtocolFilter
from transcripts.forms.study import ReasonForm, RemovalForm, RemovedForm
from transcripts.models import Difference, RecognitionProtocol
from transcripts.permissions.study import roles_on_protocol
from transcripts.phrases import explain, scale_name
from transcripts.selectors import protocols as selectors
from transcripts.selectors.removals import removal_days
from transcripts.services import differences
from transcripts.services import protocols as services
from transcripts.tables.deeds import protocol_deeds_of
from transcripts.views.standing import revocation, standing
from transcripts.workflow.protocols import PROTOCOL, differences_have_an_end

TONES = {"draft": "attention", "made": "accent", "certified": "good"}


@require_safe
def recognitionprotocols(request: HttpRequest) -> HttpResponse:
    """The protocols that this person may see; the director picks several to make, the vice-rector to certify."""
    who = standing_of(request.user)
    found = ProtocolFilter(request.GET, queryset=_listed(who), request=request)
    listed = listing(found, PROTOCOLS, request, default_sort="-term__starts_on")
    return list_response(
        request,
        "transcripts/recognitionprotocols.html",
        listed,
        name=_("Recognition protocols"),
        beside={row.pk: standing(row, TONES) for row in listed.page},
        deeds=protocol_deeds_of(who),
        deeds_url=reverse("transcripts:protocols-bulk"),
    )


def _listed(who: Standing) -> "QuerySet[RecognitionProtocol]":
    return selectors.with_counts(selectors.protocols_visible_to(who))


@require_POST
def protocols_bulk(request: HttpRequest) -> HttpResponse:
    """Many protocols made, certified or returned: first which can be, then done, each as the list showed it."""
    who = standing_of(request.user)
    return bulk_page(
        request,
        deeds=protocol_deeds_of(who),
        standing=who,
        visible=selectors.protocols_visible_to(who),
        narrowed=lambda query: ProtocolFilter(query, queryset=selectors.protocols_visible_to(who), request=request).qs,
        back=reverse("transcripts:recognitionprotocols"),
        label=_("Recognition protocols"),
    )


@require_safe
def recognitionprotocol(request: HttpRequest, pk: int) -> HttpResponse:
    """One protocol: each line with the rule in words, differences with way and date, what is missing, who made it."""
    user = signed_in(request.user)
    who = standing_of(user)
    protocol = get_object_or_404(selectors.protocols_visible_to(who), pk=pk)
    roles = roles_on_protocol(protocol, who)
    facts = selectors.protocol_facts(protocol, actor=user if who.holds(Role.VICE_RECTOR) else None)
    offered = {offer.step.name: offer for offer in offers(PROTOCOL, protocol.state, roles=roles, facts=facts)}
    step = offered.get("make") or offered.get("certify")
    blockers = step.blockers if step else selectors.lacking_after(protocol)
    waiting = open_items_of(protocol)
    story = story_of(protocol)
    lines = list(selectors.lines_of(protocol))
    earned = selectors.partner_credits(lines)
    gaps = list(selectors.differences_of(protocol))
    where, tone = standing(protocol, TONES)
    action, others = _actions(protocol, step, roles, gaps if facts.results_posted else ())
    context = {
        "protocol": protocol,
        "where": where,
        "tone": tone,
        "lines": [(line, explain(line.explanation), there) for line, there in zip(lines, earned, strict=True)],
        "credits_there": sum((there.credits for there in earned), Decimal(0)),
        "credits_here": sum((line.credits for line in lines), Decimal(0)),
        "scale": next((scale_name(line.explanation) for line in lines if line.explanation.get("scale")), ""),
        "differences": gaps,
        "posted": facts.results_posted,
        "mine": roles,
        "movers": whose_move(
            [blocker.whose_move for blocker in blockers] or ([step.step.by[0]] if step else []), roles
        ),
        "due": due_for(waiting, roles),
        "action": action or _bring(facts.results_posted, roles) or _put_right(protocol, roles, blockers),
        "others": others,
        "blockers": blockers,
        "may_return": "return" in offered and offered["return"].mine,
        "directs": protocol.state == ProtocolState.DRAFT and Role.INSTITUTE_DIRECTOR in roles,
        "removes": _in_force(protocol) and who.holds(Role.REGISTRAR),
        **_corrections(protocol, roles, story),
        "stages": way_of(PROTOCOL, protocol.state, ProtocolState, story),
        "returned": sent_back(PROTOCOL, protocol.state, story),
        "story": story,
        "reason_form": ReasonForm(),
    }
    return render(request, "transcripts/recognitionprotocol.html", context)


def _corrections(protocol: RecognitionProtocol, roles: frozenset[str], story: Sequence[Told]) -> dict[str, Any]:
    """What this protocol corrects and why, what corrects it, who revoked it (5.11)."""
    newer = selectors.correction_of(protocol)
    certified = protocol.state == ProtocolState.CERTIFIED
    return {
        "newer": newer,
        "may_correct": newer is None and certified and Role.INSTITUTE_DIRECTOR in roles,
        "older": selectors.corrected_by(protocol),
        "why": next((entry for entry in story if entry.action == services.CORRECTION_OPENED), None),
        "revoked": revocation(story),
    }


def _put_right(
    protocol: RecognitionProtocol, roles: frozenset[str], blockers: Sequence[Blocker]
) -> dict[str, Any] | None:
    """What a certified protocol has come to lack is put right by its mover: the director here, the Registrar's Office there."""
    if protocol.state != ProtocolState.CERTIFIED or not blockers or blockers[0].whose_move not in roles:
        return None
    if blockers[0].whose_move == Role.REGISTRAR:
        url = reverse("transcripts:student", args=[protocol.plan.enrolment_id])
        return {"label": _("To the transcript"), "url": url, "blockers": (), "method": "get"}
    return {"label": _("Open a correction"), "url": "#correction", "blockers": (), "method": "get"}


def _in_force(protocol: RecognitionProtocol) -> bool:
    """True while the protocol's paper is neither superseded by a correction nor revoked."""
    return protocol.document is not None and protocol.document.state == DocumentState.ISSUED


def _actions(
    protocol: RecognitionProtocol, offer: Any, roles: frozenset[str], gaps: Sequence[Difference]
) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
    """The main action and the others. While the reader's own step is blocked, what unblocks it comes first, if it is theirs."""
    step, others = _action(protocol, offer), _others(protocol, roles)
    deed = _give_an_end(protocol, roles, gaps)
    return (deed, [step, *others]) if deed and step and step["blockers"] else (step, others)


def _give_an_end(
    protocol: RecognitionProtocol, roles: frozenset[str], gaps: Sequence[Difference]
) -> dict[str, Any] | None:
    """The director of a draft is led to the first difference without a way or a date (5.11)."""
    if protocol.state != ProtocolState.DRAFT or Role.INSTITUTE_DIRECTOR not in roles:
        return None
    for gap in gaps:
        if not gap.way or not gap.due:
            url = reverse("transcripts:protocol-removal", args=[protocol.pk, gap.pk])
            return {"label": _(differences_have_an_end.ask), "url": url, "blockers": (), "method": "get"}
    return None


def _action(protocol: RecognitionProtocol, offer: Any) -> dict[str, Any] | None:
    """The one main action, if it is this reader's; what is certified is what this page shows."""
    if offer is None or not offer.mine:
        return None
    seen = [protocol.content_hash] if offer.step.name == "certify" else []
    url = reverse(f"transcripts:protocol-{offer.step.name}", args=[protocol.pk, *seen])
    method = "get" if offer.step.name == "certify" else "post"
    return {"label": _(offer.step.label), "url": url, "blockers": offer.blockers, "method": method}


def _others(protocol: RecognitionProtocol, roles: frozenset[str]) -> list[dict[str, Any]]:
    """What it would say, for whoever makes or certifies it."""
    mine = roles & {Role.INSTITUTE_DIRECTOR, Role.VICE_RECTOR}
    if not mine or protocol.state == ProtocolState.CERTIFIED:
        return []
    return [{"label": _("Preview"), "url": _draft(protocol.pk), "method": "get"}]


def _draft(pk: int) -> str:
    return reverse("documents:draft", args=["recognition_protocol", pk])


def _bring(posted: bool, roles: frozenset[str]) -> dict[str, Any] | None:  # noqa: FBT001 -- a fact
    """While the marks are late the partner's coordinator is led to where they are brought."""
    if posted or Role.PARTNER_COORDINATOR not in roles:
        return None
    url = reverse("transcripts:results-new")
    return {"label": _("Bring a file of marks"), "url": url, "blockers": (), "method": "get"}


def _do(request: HttpRequest, pk: int, verb: Callable[[User], Any]) -> HttpResponse:
    """Call a verb; whoever may not see the protocol gets 404, a refusal becomes a message, the page is shown again."""
    try:
        with refusals_as_messages(request):
            verb(signed_in(request.user))
            messages.success(request, _("Done."))
    except (RecognitionProtocol.DoesNotExist, Difference.DoesNotExist):
        raise Http404 from None
    return redirect("transcripts:recognitionprotocol", pk=pk)


def _part(
    request: HttpRequest, pk: int, form: Form, verb: Callable[..., Any], context: Mapping[str, Any]
) -> HttpResponse:
    """The page of a form about a part of the protocol: its cleaned fields are the verb's own arguments."""

    def save() -> None:
        verb(actor=signed_in(request.user), **form.cleaned_data)
        messages.success(request, _("Done."))

    if taken(request, form, save):
        return redirect("transcripts:recognitionprotocol", pk=pk)
    return form_response(request, "transcripts/protocol_part.html", {"form": form, "back": pk, **context})


@require_POST
def make(request: HttpRequest, pk: int) -> HttpResponse:
    """The institute director makes the protocol."""
    return _do(request, pk, lambda user: services.make_protocol(protocol_id=pk, actor=user))


@require_http_methods(["GET", "HEAD", "POST"])
def certify(request: HttpRequest, pk: int, seen_hash: str) -> HttpResponse:
    """A page that says what certifying does; then the vice-rector certifies the protocol as it was seen."""
    if request.method != "POST":
        protocol = _visible_for(request, pk, Role.VICE_RECTOR)
        if protocol.state != ProtocolState.MADE:
            return redirect("transcripts:recognitionprotocol", pk=pk)
        return confirm_page(
            request,
            label=_(PROTOCOL.step("certify").label),
            subtitle=protocol.plan.enrolment.person,
            back=reverse("transcripts:recognitionprotocol", args=[pk]),
            happens=[
                _(
                    "The protocol gets the next number of the register and today's date; it is sealed and never changes."
                ),
                _("The recognised credits may stand on the student's transcript from now on."),
                _("What was wrong is put right by a correction alone, made and certified anew."),
            ],
            preview=_draft(pk),
        )
    return _do(request, pk, lambda user: services.certify_protocol(protocol_id=pk, actor=user, seen_hash=seen_hash))


@require_POST
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Return it with a reason."""
    return _with_reason(request, pk, _("Return with a reason"), services.return_protocol)


def _with_reason(request: HttpRequest, pk: int, label: str, verb: Callable[..., RecognitionProtocol]) -> HttpResponse:
    """What a small form of the protocol's page asked for; refused, it is a page of its own with what was typed."""
    protocol = get_object_or_404(selectors.protocols_visible_to(standing_of(request.user)), pk=pk)
    form = ReasonForm(request.POST)
    return form_page(
        request,
        form,
        label=label,
        subtitle=protocol.plan.enrolment.person,
        back=reverse("transcripts:recognitionprotocol", args=[pk]),
        save=lambda: verb(protocol_id=pk, actor=signed_in(request.user), **form.cleaned_data),
        to=lambda made: reverse("transcripts:recognitionprotocol", args=[made.pk]),
        send=label,
    )


@require_POST
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a correction of a certified protocol."""
    return _with_reason(request, pk, _("Open a correction"), services.correct_protocol)


def _visible_difference(request: HttpRequest, pk: int, difference_pk: int, role: str) -> Difference:
    protocol = _visible_for(request, pk, role)
    return get_object_or_404(selectors.differences_of(protocol).select_related("protocol"), pk=difference_pk)


def _visible_for(request: HttpRequest, pk: int, role: str) -> RecognitionProtocol:
    """The protocol, for whoever may see it and holds this role on it; to others the form does not exist."""
    who = standing_of(request.user)
    protocol: RecognitionProtocol = get_object_or_404(selectors.protocols_visible_to(who), pk=pk)
    if role not in roles_on_protocol(protocol, who):
        raise Http404
    return protocol


@require_http_methods(["GET", "POST"])
def removal(request: HttpRequest, pk: int, difference_pk: int) -> HttpResponse:
    """Set how and until when a difference is removed."""
    difference = _visible_difference(request, pk, difference_pk, Role.INSTITUTE_DIRECTOR)
    shown = {"seen": text_hash(differences.removal_words(difference)), "way": difference.way, "due": difference.due}
    form = RemovalForm(request.POST or None, initial=shown, days=removal_days(difference.protocol))
    verb = partial(differences.set_removal, protocol_id=pk, difference_id=difference.pk)
    context = {
        "label": _("Set way and date"),
        "title": difference.course,
        "again": _can_be_recognised(difference),
        "difference": difference,
    }
    return _part(request, pk, form, verb, context)


def _can_be_recognised(difference: Difference) -> bool:
    return difference.cause == DifferenceCause.REFUSED


@require_POST
def recognise_again(request: HttpRequest, pk: int, difference_pk: int) -> HttpResponse:
    """Take a refusal back."""
    difference = _visible_difference(request, pk, difference_pk, Role.INSTITUTE_DIRECTOR)
    if not _can_be_recognised(difference):
        raise Http404
    return _do(
        request,
        pk,
        lambda user: differences.recognise_again(protocol_id=pk, difference_id=difference.pk, actor=user),
    )


@require_http_methods(["GET", "POST"])
def refuse(request: HttpRequest, pk: int, line_pk: int) -> HttpResponse:
    """Refuse to recognise a line, with a reason."""
    protocol = _visible_for(request, pk, Role.INSTITUTE_DIRECTOR)
    line = get_object_or_404(selectors.lines_of(protocol), pk=line_pk)
    form = ReasonForm(request.POST or None)
    verb = partial(differences.refuse_line, protocol_id=pk, line_id=line.pk)
    context = {"label": _("Refuse to recognise"), "title": line.course, "again": False, "difference": None}
    return _part(request, pk, form, verb, context)


@require_http_methods(["GET", "POST"])
def removed(request: HttpRequest, pk: int, difference_pk: int) -> HttpResponse:
    """The Registrar's Office writes down that a certified difference is removed."""
    difference = _visible_difference(request, pk, difference_pk, Role.REGISTRAR)
    if not _in_force(difference.protocol):
        raise Http404
    if difference.removed_on:
        messages.info(request, _("Somebody was first: this difference is removed already."))
        return redirect("transcripts:recognitionprotocol", pk=pk)
    form = RemovedForm(request.POST or None)
    verb = partial(differences.difference_removed, difference_id=difference.pk)
    context = {"label": _("Difference removed"), "title": difference.course, "again": False, "difference": None}
    return _part(request, pk, form, verb, context)
