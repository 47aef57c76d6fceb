"""Doors of pathways: list, page, readiness, terms, curricula, Councils, EPVO, teachers, money, opening."""

from collections.abc import Sequence
from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from agreements.enums import AgreementState, AskedDocument, Direction, PathwayKind, PathwayState
from agreements.exports import PATHWAYS
from agreements.filters import PathwayFilter
from agreements.forms import CurriculaForm, PathwayForm
from agreements.models import Pathway
from agreements.pdf import COUNCIL_PROTOCOL, READINESS_DOSSIER
from agreements.permissions import MONEY_ROLES, TELLS_MONEY, opens_agreements, recorder_of, roles_on_pathway, side_of
from agreements.selectors.admission import admits_on
from agreements.selectors.agreements import facts_of_agreement
from agreements.selectors.annex import versions_of
from agreements.selectors.councils import councils_of
from agreements.selectors.pathways import (
    facts_of_pathway,
    facts_of_pathways,
    money_terms_for,
    pathways_visible_to,
    waiting_for,
)
from agreements.selectors.readiness import ReadyRow, readiness_of
from agreements.services import pathways as services
from agreements.views.agreements import visible as visible_agreement
from agreements.views.common import Action, asked_of, only, pointed, split, step_page
from agreements.views.places import OnPathway
from agreements.workflow import pathway as life
from agreements.workflow.agreement import OPEN_TO_ANNEX, OPEN_TO_COUNCILS
from agreements.workflow.pathway import PATHWAY, PathwayFacts, joint_test, licence_runs_on
from core.http import confirm_page, form_page, list_response, onward_from, refusals_as_messages
from core.machine import Blocker
from core.models import WorkItem
from core.permissions import whose_move
from core.story import story_of
from core.tables import listing
from core.templatetags.written import credits_
from core.values import today
from core.way import way_of
from core.workflow import Offer, offers
from core.worklist import due_for
from documents.selectors import papers_of, with_uploads
from institutions.enums import Role
from institutions.permissions import Standing, signed_in, standing_of
from programmes.selectors import comparison_of

STATE_TONES = {
    PathwayState.OPEN.value: "good",
    PathwayState.PREPARED.value: "attention",
    PathwayState.CLOSED.value: "plain",
}


def visible(request: HttpRequest, pk: int) -> Pathway:
    """The pathway, if this reader may see it; else a page that does not exist."""
    found: Pathway = get_object_or_404(pathways_visible_to(standing_of(request.user)), pk=pk)
    return found


@require_safe
def pathways(request: HttpRequest) -> HttpResponse:
    """Pathways with what their opening lacks; as page or file."""
    found = PathwayFilter(request.GET, queryset=pathways_visible_to(standing_of(request.user)))
    listed = listing(found, PATHWAYS, request, default_sort="-pk")
    facts = facts_of_pathways(list(listed.page))
    opening = PATHWAY.step("open")
    return list_response(
        request,
        "agreements/pathways.html",
        listed,
        name=gettext("Pathways"),
        context={"opens_agreement": opens_agreements(standing_of(request.user))},
        beside={way.pk: (len(opening.blockers(facts[way.pk])), STATE_TONES[way.state]) for way in listed.page},
    )


def _step_of(found: Pathway, offer: Offer[PathwayFacts]) -> Action:
    url = reverse("agreements:pathway-step", args=[found.pk, offer.step.name])
    return Action(gettext(offer.step.label), url, blockers=offer.blockers)


@require_safe
def pathway(request: HttpRequest, pk: int) -> HttpResponse:
    """A pathway: where it stands, what its opening lacks, what it fixes, its evidence, Annex 1, history."""
    standing = standing_of(request.user)
    found = visible(request, pk)
    roles = roles_on_pathway(found, standing)
    facts = facts_of_pathway(found)
    offered = offers(PATHWAY, found.state, roles=roles, facts=facts)
    forward = [offer for offer in offered if not offer.step.way_out or offer.step.name == "reopen"]
    lacking = forward[0].blockers if forward else admits_on(found, today())
    blockers = lacking or (() if forward else licence_runs_on(facts))
    later = life.later(facts) if found.state == PathwayState.PREPARED else []
    waiting = waiting_for(found)
    recordable = _recordable(found, facts, standing)
    whole_hash = facts_of_agreement(found.agreement).whole_hash if recordable else ""
    here = OnPathway(found, standing, whole_hash)
    actions = [_step_of(found, offer) for offer in forward if offer.mine]
    action, others = split(actions, here.deed(waiting, blockers))
    is_draft = found.agreement.state == AgreementState.DRAFT
    story = [one for one in story_of(found) if roles or one.action not in TELLS_MONEY]
    money = money_terms_for(found, roles)
    context = {
        "pathway": found,
        "opens_agreement": opens_agreements(standing),
        "partner": found.partner_programme.university,
        "tone": STATE_TONES[found.state],
        "mine": roles,
        "movers": whose_move(_waited_for(waiting, blockers, forward), roles),
        "due": due_for(waiting, roles),
        "action": action,
        "others": others,
        "blockers": pointed([one for one in blockers if one not in later], here.place),
        "later": [one for one in blockers if one in later],
        "asked": "" if lacking else gettext("What has to be done"),
        "not_joint": found.kind == PathwayKind.JOINT and bool(joint_test(facts)),
        "ways_out": [
            Action(gettext(o.step.label), "", confirm_url=reverse("agreements:pathway-step", args=[pk, o.step.name]))
            for o in offered
            if o.mine and o.step.name == "close"
        ],
        "stages": way_of(PATHWAY, found.state, PathwayState, story),
        "fixed": _fixed(found),
        "comparison": comparison_of(
            (found.home_programme, found.home_curriculum), (found.partner_programme, found.partner_curriculum)
        ),
        "documents": _documents(found),
        "councils": with_uploads(councils_of([found]), standing, purpose=COUNCIL_PROTOCOL.name),
        "facts": facts,
        "recordable": recordable,
        "whole_hash": whole_hash,
        "teachers": found.teachers.select_related("university").order_by("-university__is_home", "full_name"),
        "money": money,
        "sees_money": bool(roles) or money.exists(),
        "versions": versions_of(found, standing),
        "onward": onward_from("agreements.pathway", pk, standing) if found.state == PathwayState.OPEN else [],
        "story": story,
        "is_draft": is_draft,
        "is_ipd": Role.IPD_COORDINATOR in roles,
        **_may(found, roles, standing),
    }  # fmt: skip
    return render(request, "agreements/pathway.html", context)


def _waited_for(
    waiting: Sequence[WorkItem], blockers: Sequence[Blocker], forward: Sequence[Offer[PathwayFacts]]
) -> list[str]:
    """The roles in whose inboxes it lies today; where nobody has been asked yet, those whose move it will be."""
    return asked_of(waiting, blockers) or [offer.step.by[0] for offer in forward[:1]]


def _documents(found: Pathway) -> list[tuple[object, object]]:
    """The documents asked for, by direction."""
    return [
        (way.label, ", ".join(str(AskedDocument(kind).label) for kind in found.required_documents.get(way.value, [])))
        for way in Direction
    ]


def _may(found: Pathway, roles: frozenset[str], standing: Standing) -> dict[str, object]:
    """What this reader may do with the evidence."""
    state = found.agreement.state
    speaks = side_of(standing, found) is not None
    sides = (found.home_programme.university_id, found.partner_programme.university_id)
    return {
        "may_edit": Role.IPD_COORDINATOR in roles and state == AgreementState.DRAFT,
        "may_epvo": bool(roles & {Role.IPD_COORDINATOR, Role.REGISTRAR}) and state == AgreementState.SIGNED,
        "may_teacher": speaks,
        "speaks_for": {side for side in sides if recorder_of(standing, side)},
        "may_money": bool(roles & {*MONEY_ROLES}),
        "may_import": speaks and state in OPEN_TO_ANNEX,
    }


def _recordable(found: Pathway, facts: PathwayFacts, standing: Standing) -> frozenset[int]:
    """The parties whose Council's decision this reader may write down now."""
    if found.agreement.state not in OPEN_TO_COUNCILS:
        return frozenset()
    return frozenset(one.university_id for one in facts.councils if recorder_of(standing, one.university_id))


def _fixed(found: Pathway) -> list[tuple[object, object]]:
    """What the pathway fixes, as labels and values."""
    return [
        (gettext("Kind"), found.get_kind_display()),
        (gettext("Semesters at the University"), found.home_semesters),
        (gettext("Semesters at the partner"), found.partner_semesters),
        (gettext("Places for outgoing students"), found.quota_out),
        (gettext("Places for incoming students"), found.quota_in),
        (gettext("Lowest GPA"), credits_(found.min_gpa) if found.min_gpa is not None else ""),
        (gettext("Partner's grade scale"), found.scale or ""),
        (gettext("Conversion of marks"), found.get_rule_display() if found.rule else ""),
        (gettext("EPVO number"), found.epvo_number),
    ]


@require_safe
def readiness(request: HttpRequest, pk: int) -> HttpResponse:
    """Each demand of sections 4–6 with clause, evidence, whose move it is and its state."""
    found = visible(request, pk)
    rows = [_led(row) for row in readiness_of(found, today(), standing_of(request.user))]
    context = {"pathway": found, "rows": rows, "met": sum(row.met for row in rows), "total": len(rows)}
    is_ipd = standing_of(request.user).holds(Role.IPD_COORDINATOR)
    papers = [one for one in papers_of(found, standing_of(request.user)) if one.kind == READINESS_DOSSIER.name]
    return render(request, "agreements/readiness.html", {**context, "is_ipd": is_ipd, "papers": papers})


def _led(row: ReadyRow) -> ReadyRow:
    if row.place is None:
        return row
    url = reverse(row.place.name, args=row.place.keys)
    return replace(row, url=f"{url}#{row.place.part}" if row.place.part else url)


@require_http_methods(["GET", "HEAD", "POST"])
def readiness_issue(request: HttpRequest, pk: int) -> HttpResponse:
    """A page that says what issuing the readiness dossier does; then issue it."""
    only(request, Role.IPD_COORDINATOR)
    found = visible(request, pk)
    back = reverse("agreements:readiness", args=[pk])
    if request.method != "POST":
        return confirm_page(
            request,
            label=gettext("Issue the readiness dossier"),
            subtitle=found,
            back=back,
            happens=[
                gettext(
                    "The paper gets the next number of the register and today's date; it is sealed and never changes."
                ),
                gettext("It shows each demand as it stands today; a dossier of an earlier state is superseded."),
            ],
            preview=reverse("documents:draft", args=[READINESS_DOSSIER.name, pk]),
        )
    with refusals_as_messages(request):
        paper = services.issue_readiness(pathway_id=pk, actor=signed_in(request.user))
        messages.success(request, gettext("Paper No. %(number)s is issued.") % {"number": paper.number_text})
    return redirect(back)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a pathway to a draft agreement."""
    only(request, Role.IPD_COORDINATOR)
    agreement = visible_agreement(request, pk)
    form = PathwayForm(request.POST or None, agreement=agreement)
    return form_page(
        request,
        form,
        label=gettext("Add a pathway"),
        subtitle=agreement,
        back=reverse("agreements:agreement", args=[pk]),
        save=lambda: services.add_pathway(
            agreement_id=pk,
            home_programme_id=form.cleaned_data["home_programme"],
            partner_programme_id=form.cleaned_data["partner_programme"],
            terms=form.terms(),
            actor=signed_in(request.user),
        ),
        to=lambda made: reverse("agreements:pathway", args=[made.pk]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what a pathway fixes."""
    only(request, Role.IPD_COORDINATOR)
    found = visible(request, pk)
    form = PathwayForm(request.POST or None, agreement=found.agreement, pathway=found)
    return form_page(
        request,
        form,
        label=gettext("Terms of the pathway"),
        subtitle=found,
        back=reverse("agreements:pathway", args=[pk]),
        save=lambda: services.edit_pathway(
            pathway_id=pk, terms=form.terms(), actor=signed_in(request.user), seen=form.cleaned_data["seen"]
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def curricula(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the curriculum versions that Annex 1 speaks of."""
    only(request, Role.IPD_COORDINATOR)
    found = visible(request, pk)
    form = CurriculaForm(request.POST or None, pathway=found)
    return form_page(
        request,
        form,
        label=gettext("Curricula of both sides"),
        subtitle=found,
        back=reverse("agreements:pathway", args=[pk]),
        save=lambda: services.tie_curricula(
            pathway_id=pk,
            home_curriculum_id=form.cleaned_data["home_curriculum"],
            partner_curriculum_id=form.cleaned_data["partner_curriculum"],
            actor=signed_in(request.user),
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Open, close with a reason, open again."""
    found = visible(request, pk)
    return step_page(
        request,
        PATHWAY,
        name,
        subject=found,
        roles=roles_on_pathway(found, standing_of(request.user)),
        back=reverse("agreements:pathway", args=[pk]),
        take=lambda **why: services.move_pathway(pathway_id=pk, step=name, actor=signed_in(request.user), **why),
    )
