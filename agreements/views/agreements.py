"""Doors of agreements: list, page, draft, terms, the parties' yes, steps, law, signature, renewal."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreements.enums import AgreementState, Aim, TermGroup
from agreements.exports import AGREEMENTS
from agreements.filters import AgreementFilter
from agreements.forms import AgreementForm, ReasonForm, ReviewForm, SignForm, TermForm
from agreements.models import Agreement
from agreements.pdf import COUNCIL_PROTOCOL, LEGAL_OPINION
from agreements.permissions import roles_on_agreement, sees_all_agreements
from agreements.selectors.agreements import (
    agreements_visible_to,
    facts_of_agreement,
    law_reviews_of,
    objections_to,
    terms_of,
    text_hash,
)
from agreements.selectors.councils import councils_of
from agreements.selectors.pathways import pathways_of
from agreements.services import agreements as services
from agreements.services.renewal import renew_agreement
from agreements.views.common import Action, only, pointed, split, step_page, told_once, unseen
from agreements.views.places import OnAgreement
from agreements.workflow.agreement import (
    AGREEMENT,
    OFFER,
    SIGNED_OR_LATER,
    AgreementFacts,
    asked_meanwhile,
    before_signature,
    term_runs_on,
)
from agreements.workflow.words import named_as
from core.http import form_page, list_response, refusals_as_messages
from core.machine import Blocker
from core.models import Verdict
from core.permissions import whose_move
from core.story import story_of
from core.tables import listing
from core.way import sent_back, way_of
from core.workflow import Offer, RefusedError, offers
from core.worklist import due_for, open_items_of
from documents.selectors import with_uploads
from institutions.enums import Role
from institutions.permissions import signed_in, standing_of
from regulation.selectors import changes_of

STATE_TONES = {
    AgreementState.SIGNED.value: "good",
    AgreementState.DRAFT.value: "attention",
    AgreementState.ENDED.value: "plain",
}


def visible(request: HttpRequest, pk: int) -> Agreement:
    """The agreement, if this reader may see it; else a page that does not exist."""
    found: Agreement = get_object_or_404(agreements_visible_to(standing_of(request.user)), pk=pk)
    return found


@require_safe
def agreements(request: HttpRequest) -> HttpResponse:
    """Agreements and memoranda, with partners, term and state; as page or file."""
    standing = standing_of(request.user)
    found = AgreementFilter(request.GET, queryset=agreements_visible_to(standing))
    return list_response(
        request,
        "agreements/agreements.html",
        listing(found, AGREEMENTS, request, default_sort="-pk"),
        name=gettext("Agreements"),
        context={"is_ipd": standing.holds(Role.IPD_COORDINATOR), "tones": STATE_TONES},
    )


@require_safe
def agreement(request: HttpRequest, pk: int) -> HttpResponse:
    """An agreement: where it stands, what it lacks, its contents, reviews, pathways, changes, history."""
    standing = standing_of(request.user)
    found = visible(request, pk)
    roles = roles_on_agreement(found, standing)
    facts = facts_of_agreement(found)
    offered = offers(AGREEMENT, found.state, roles=roles, facts=facts)
    forward = [offer for offer in offered if not offer.step.way_out]
    blockers = _lacking(found, forward, facts)
    items = open_items_of(found)
    is_ipd = Role.IPD_COORDINATOR in roles
    pathways = pathways_of(found, standing)
    here = OnAgreement(found, facts, pathways, roles, standing)
    action, others = split(_actions(found, forward, roles, facts, standing.partner_ids), here.deed(blockers))
    story = story_of(found)
    reviews = law_reviews_of(found)
    context = {
        "agreement": found,
        "partners": [party.university for party in found.parties.all() if not party.university.is_home],
        "facts": facts,
        "tone": STATE_TONES.get(found.state, "accent"),
        "mine": roles,
        "movers": whose_move(
            [blocker.whose_move for blocker in blockers] or [offer.step.by[0] for offer in forward[:1]], roles
        ),
        "due": due_for(items, roles),
        "action": action,
        "others": others,
        "blockers": pointed(blockers, here.place),
        "asked": "" if forward else gettext("What has to be done"),
        "ways_out": [
            Action(
                _label(found, o.step.label),
                "",
                confirm_url=reverse("agreements:agreement-step", args=[pk, o.step.name]),
            )
            for o in offered
            if o.mine and o.step.way_out
        ],
        "stages": way_of(AGREEMENT, found.state, AgreementState, story),
        "returned": None
        if all(one.agreed for one in facts.parties if one.is_home)
        else sent_back(AGREEMENT, found.state, story),
        "terms": terms_of(found),
        "reviews": with_uploads(reviews, standing, purpose=LEGAL_OPINION.name),
        "objections": objections_to(found.state, reviews),
        "pathways": pathways,
        "councils": with_uploads(councils_of(pathways), standing, purpose=COUNCIL_PROTOCOL.name),
        "renewal": found.renewals.order_by("-pk").first() if sees_all_agreements(standing) else None,
        "aims": [Aim(aim).label for aim in found.aims],
        "changes": changes_of(found),
        "story": story,
        "is_draft": found.state == AgreementState.DRAFT,
        "is_ipd": is_ipd,
        "may_review": here.may_review,
        "may_renew": here.may_renew,
    }
    return render(request, "agreements/agreement.html", context)


def _label(found: Agreement, text: str) -> str:
    """In the reader's language what is said of an agreement, or of a memorandum."""
    return gettext(named_as(text, is_memorandum=found.is_memorandum))


def _lacking(found: Agreement, forward: list[Offer[AgreementFacts]], facts: AgreementFacts) -> tuple[Blocker, ...]:
    """What the next step lacks; for the signature without what its own form gives; of a signed one, what its term asks."""
    if found.state == AgreementState.SIGNED:
        return term_runs_on(facts)
    if found.state == AgreementState.CONFIRMED:
        return before_signature(facts)
    return (*forward[0].blockers, *asked_meanwhile(found.state, facts)) if forward else ()


def _actions(
    found: Agreement,
    forward: list[Offer[AgreementFacts]],
    roles: frozenset[str],
    facts: AgreementFacts,
    partner_ids: frozenset[int],
) -> list[Action]:
    """What this reader may do next: a party's yes to the text in a draft, else the step itself, also while it is blocked."""
    actions = _decision(found, roles, facts, partner_ids) if found.state == AgreementState.DRAFT else []
    for offer in forward:
        if not offer.mine or (offer.step.name == "agree" and offer.blockers and actions):
            continue
        if offer.step.name == "sign":
            url = reverse("agreements:sign", args=[found.pk, facts.whole_hash])
            lacking = before_signature(facts)
            actions.append(Action(_label(found, offer.step.label), url, blockers=lacking, confirm_url=url))
        else:
            url = reverse("agreements:agreement-decide", args=[found.pk, offer.step.name, facts.whole_hash])
            actions.append(Action(_label(found, offer.step.label), url, blockers=offer.blockers))
    return actions


def _decision(
    found: Agreement, roles: frozenset[str], facts: AgreementFacts, partner_ids: frozenset[int]
) -> list[Action]:
    offered = all(party.agreed for party in facts.parties if party.is_home)
    url = reverse("agreements:text", args=[found.pk, "agreed", facts.text_hash])
    if Role.IPD_COORDINATOR in roles and not offered:
        lacking = tuple(blocker for rule in OFFER for blocker in rule(facts))
        return [Action(gettext("Offer this text to the partner"), url, blockers=lacking)]
    if offered and any(not party.agreed for party in facts.parties if party.university_id in partner_ids):
        back = reverse("agreements:text", args=[found.pk, "returned", facts.text_hash])
        return [
            Action(gettext(AGREEMENT.step("agree").label), url),
            Action(gettext("Return with remarks"), back, method="get"),
        ]
    return []


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Draft an agreement or a memorandum."""
    only(request, Role.IPD_COORDINATOR)
    form = AgreementForm(request.POST or None)
    return form_page(
        request,
        form,
        label=gettext("New agreement"),
        back=reverse("agreements:agreements"),
        save=lambda: services.draft_agreement(actor=signed_in(request.user), **form.values()),
        to=lambda made: reverse("agreements:agreement", args=[made.pk]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change titles, award, aims and partners of a draft."""
    only(request, Role.IPD_COORDINATOR)
    found = visible(request, pk)
    form = AgreementForm(request.POST or None, agreement=found)
    return form_page(
        request,
        form,
        label=gettext("Change the draft"),
        subtitle=found,
        back=reverse("agreements:agreement", args=[pk]),
        save=lambda: services.edit_agreement(
            agreement_id=pk, actor=signed_in(request.user), seen=form.cleaned_data["seen"], **form.values()
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def term(request: HttpRequest, pk: int, group: str) -> HttpResponse:
    """Write one of the seven groups of contents."""
    only(request, Role.IPD_COORDINATOR)
    found = visible(request, pk)
    written = {one.group: one for one in terms_of(found)}
    if group not in written:
        raise Http404
    form = TermForm(request.POST or None, initial=TermForm.of(written[group]))
    return form_page(
        request,
        form,
        label=str(TermGroup(group).label).capitalize(),
        subtitle=found,
        back=reverse("agreements:agreement", args=[pk]) + "#terms",
        save=lambda: services.write_term(
            agreement_id=pk,
            group=group,
            text=form.text(),
            actor=signed_in(request.user),
            seen=form.cleaned_data["seen"],
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def text(request: HttpRequest, pk: int, verdict: str, seen_hash: str) -> HttpResponse:
    """A party's word on the text as it was shown: yes by one click, remarks by a form."""
    found = visible(request, pk)
    back = reverse("agreements:agreement", args=[pk])
    if verdict == Verdict.AGREED:
        if request.method != "POST":
            return redirect(back)
        with refusals_as_messages(request):
            services.decide_text(agreement_id=pk, verdict=verdict, actor=signed_in(request.user), seen_hash=seen_hash)
        return redirect(back)
    roles = roles_on_agreement(found, standing_of(request.user))
    if verdict != Verdict.RETURNED or not roles & {Role.IPD_COORDINATOR, Role.PARTNER_COORDINATOR}:
        raise Http404
    if led_back := unseen(request, seen_hash, text_hash(found), back):
        return led_back
    form = ReasonForm(request.POST or None)
    return form_page(
        request,
        form,
        label=gettext("Return with remarks"),
        subtitle=found,
        back=back,
        save=lambda: services.decide_text(
            agreement_id=pk,
            verdict=Verdict.RETURNED,
            actor=signed_in(request.user),
            seen_hash=seen_hash,
            reason=form.cleaned_data["reason"],
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, pk: int, name: str, seen_hash: str = "") -> HttpResponse:
    """A step of the agreement: one click on what was shown, or a reason for a way out."""
    found = visible(request, pk)
    return step_page(
        request,
        AGREEMENT,
        name,
        subject=found,
        roles=roles_on_agreement(found, standing_of(request.user)),
        back=reverse("agreements:agreement", args=[pk]),
        word=lambda label: _label(found, label),
        take=lambda **why: services.move_agreement(
            agreement_id=pk, step=name, actor=signed_in(request.user), seen_hash=seen_hash, **why
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, pk: int, seen_hash: str) -> HttpResponse:
    """The lawyer's word for a country on the text as it was shown."""
    only(request, Role.LAWYER)
    found = visible(request, pk)
    back = reverse("agreements:agreement", args=[pk]) + "#law"
    if led_back := unseen(request, seen_hash, text_hash(found), back):
        return led_back
    countries = sorted({party.university.country for party in found.parties.all()})
    examined = frozenset(row.country for row in law_reviews_of(found) if row.text_hash == seen_hash)
    form = ReviewForm(request.POST or None, request.FILES or None, countries=countries, examined=examined)
    return form_page(
        request,
        form,
        label=gettext("Legal review"),
        subtitle=found,
        back=back,
        save=lambda: services.review_law(
            agreement_id=pk, actor=signed_in(request.user), seen_hash=seen_hash, **form.values()
        ),
        to=told_once(request, back),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest, pk: int, seen_hash: str) -> HttpResponse:
    """The signature: number, date, term. It cannot be undone, so the page says what happens."""
    only(request, Role.SIGNATORY)
    found = visible(request, pk)
    back = reverse("agreements:agreement", args=[pk])
    if found.state in SIGNED_OR_LATER:
        messages.info(request, _label(found, gettext_noop("The agreement is signed already.")))
        return redirect(back)
    if led_back := unseen(request, seen_hash, facts_of_agreement(found).whole_hash, back):
        return led_back
    form = SignForm(request.POST or None)
    return form_page(
        request,
        form,
        label=_label(found, AGREEMENT.step("sign").label),
        subtitle=found,
        back=back,
        save=lambda: services.sign_agreement(
            agreement_id=pk, actor=signed_in(request.user), seen_hash=seen_hash, **form.cleaned_data
        ),
        note=gettext("After the signature the text does not change; a new Annex 1 becomes an amendment."),
    )


@require_POST
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    """Draft the successor."""
    visible(request, pk)
    try:
        made = renew_agreement(agreement_id=pk, actor=signed_in(request.user))
    except RefusedError as refusal:
        messages.error(request, str(refusal))
        return redirect("agreements:agreement", pk=pk)
    return redirect("agreements:agreement", pk=made.pk)
