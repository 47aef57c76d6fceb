"""Pages of study plans."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.bulk import bulk_page
from core.http import confirm_page, form_page, list_response, refusals_as_messages
from core.machine import Blocker
from core.permissions import whose_move
from core.story import story_of
from core.tables import listing
from core.values import text_hash
from core.way import ended, sent_back, way_of
from core.workflow import Offer, RefusedError, offers
from core.worklist import due_for, open_items_of
from institutions.enums import Role
from institutions.models import User
from institutions.permissions import as_read_by, signed_in, standing_of
from mobility.enums import LineKind, PlanState
from mobility.exports.stay import PLANS
from mobility.filters.stay import PlanFilter
from mobility.forms.plans import LineForm, ModuleForm, PartnerLineForm, ReasonForm
from mobility.models import Placement, StudyPlan
from mobility.permissions.plans import (
    at_university,
    edits_partner_side,
    edits_university_side,
    lacks_advisor,
    roles_on_plan,
)
from mobility.selectors import plans as selectors
from mobility.selectors.plan_sheets import parts_of, sheet_of
from mobility.services import plan_changes
from mobility.services import plans as services
from mobility.tables.plan_deeds import plan_deeds_of
from mobility.workflow.plans import PLAN
from mobility.workflow.stay import StayFacts, advisor_assigned
from programmes.models import Course

_SIDE_LIST = 100  # stays without a plan: few, since the signed order opens the plans
_TONES = {"draft": "attention", "proposed": "accent", "approved": "good", "replaced": "plain", "dropped": "bad"}


@require_safe
def studyplans(request: HttpRequest) -> HttpResponse:
    """The plans and the stays that still need one, of those this person may see."""
    standing = standing_of(request.user)
    found = PlanFilter(request.GET, queryset=selectors.plans_visible_to(standing), request=request)
    return list_response(
        request,
        "mobility/studyplans.html",
        listing(found, PLANS, request, default_sort="state"),
        name=_("Individual study plans"),
        context={
            "tones": _TONES,
            "stays": Paginator(selectors.stays_without_plan(standing).order_by("-pk"), _SIDE_LIST).page(1),
            "may_make": standing.holds(Role.ADVISOR, Role.DEPARTMENT_HEAD, Role.INSTITUTE_COORDINATOR),
        },
        deeds=plan_deeds_of(standing),
        deeds_url=reverse("mobility:studyplans-bulk"),
    )


@require_POST
def studyplans_bulk(request: HttpRequest) -> HttpResponse:
    """Many plans sent for approval, agreed to or returned: first which can be, then done, each as it was shown."""
    standing = standing_of(request.user)
    visible = selectors.plans_visible_to(standing)
    return bulk_page(
        request,
        deeds=plan_deeds_of(standing),
        standing=standing,
        visible=visible,
        narrowed=lambda query: PlanFilter(query, queryset=visible, request=request).qs,
        back=reverse("mobility:studyplans"),
        label=_("Individual study plans"),
    )


@require_safe
def studyplan(request: HttpRequest, pk: int) -> HttpResponse:
    """One plan: the grid by semester, sums, who has agreed, what is missing; with `?edit=1` the lines of one's own side."""
    standing = standing_of(request.user)
    plan = get_object_or_404(selectors.plans_visible_to(standing), pk=pk)
    facts = selectors.plan_facts_of([plan])[plan.pk]
    roles = roles_on_plan(plan, standing)
    sheet = sheet_of(plan, standing)
    offered = {offer.step.name: offer for offer in offers(PLAN, plan.state, roles=roles, facts=facts)}
    missing = _no_advisor(plan)
    asked = {one.clause for one in missing}
    # For an advisor the head of department is asked with the stay.
    waiting = [
        *open_items_of(plan),
        *(one for one in (open_items_of(plan.placement) if missing else ()) if one.clause in asked),
    ]
    story = as_read_by(roles, story_of(plan))
    agreed = {part.name for part in sheet.parts if part.agreed}
    context = {
        "plan": plan,
        "tone": _TONES[plan.state],
        "sheet": sheet,
        "mine": roles,
        "movers": whose_move(_movers(offered, missing), roles),
        "due": due_for(waiting, roles),
        "action": _action(plan, offered, sheet.my_parts, agreed) or _naming(plan, missing, roles),
        "blockers": (*(missing if offered else ()), *_list_blockers(offered)),
        "may_return": plan.state == PlanState.PROPOSED and bool(sheet.my_parts),
        "may_edit": plan.state == PlanState.DRAFT and sheet.can_edit,
        "may_revise": sheet.can_edit and selectors.may_be_revised(plan),
        "may_give_up": _may_give_up(offered),
        "versions": selectors.versions_beside(plan),
        "stages": way_of(PLAN, plan.state, PlanState, story),
        "returned": sent_back(PLAN, plan.state, story) or ended(PLAN, plan.state, story),
        "story": story,
        "reason_form": ReasonForm(),
    }
    return render(request, "mobility/studyplan.html", context)


def _no_advisor(plan: StudyPlan) -> tuple[Blocker, ...]:
    """A guest's advisor is named by the head of department (9.4); until then nobody has the advisor's part of the plan."""
    return advisor_assigned(StayFacts(has_advisor=False)) if lacks_advisor(plan.placement) else ()


def _naming(plan: StudyPlan, missing: tuple[Blocker, ...], roles: frozenset[str]) -> dict[str, Any] | None:
    """To name the advisor, for whoever does."""
    for blocker in missing:
        if blocker.whose_move in roles and plan.state in (PlanState.DRAFT, PlanState.PROPOSED):
            url = reverse("mobility:stay-advisor", args=[plan.placement_id])
            return {"label": _(blocker.ask), "url": url, "blockers": (), "method": "get"}
    return None


def _movers(offered: dict[str, Offer[Any]], missing: tuple[Blocker, ...]) -> list[str]:
    """Whose move it is: whoever blocks the next step, else whoever takes it; for an advisor who is not named yet
    whoever names one.
    """
    offer = offered.get("propose") or offered.get("approve")
    if offer is None:
        return []
    roles = [blocker.whose_move for blocker in offer.blockers] or [offer.step.by[0]]
    if missing:
        roles = [missing[0].whose_move if role == Role.ADVISOR else role for role in roles]
    return roles


def _may_give_up(offered: dict[str, Offer[Any]]) -> bool:
    offer = offered.get("give_up")
    return offer is not None and offer.mine and not offer.blockers


def _list_blockers(offered: dict[str, Offer[Any]]) -> tuple[Any, ...]:
    offer = offered.get("propose") or offered.get("approve")
    return offer.blockers if offer else ()


def _action(
    plan: StudyPlan, offered: dict[str, Offer[Any]], my_parts: tuple[str, ...], agreed: set[str]
) -> dict[str, Any] | None:
    """The one main action of this reader: to send the draft, or to agree."""
    propose = offered.get("propose")
    if propose and propose.mine:
        url = reverse("mobility:studyplan-propose", args=[plan.pk])
        return {"label": _(propose.step.label), "url": url, "blockers": propose.blockers, "method": "post"}
    if plan.state == PlanState.PROPOSED and set(my_parts) - agreed:
        url = reverse("mobility:studyplan-agree", args=[plan.pk, plan.content_hash])
        return {"label": _("Agree to the plan"), "url": url, "blockers": (), "method": "post"}
    return None


@require_POST
def make(request: HttpRequest, placement_pk: int) -> HttpResponse:
    """Make the plan of a stay."""
    try:
        plan = services.make_plan(placement_id=placement_pk, actor=signed_in(request.user))
    except Placement.DoesNotExist:
        raise Http404 from None
    except RefusedError as refusal:
        messages.error(request, str(refusal))
        return redirect("mobility:studyplans")
    return redirect("mobility:studyplan", pk=plan.pk)


@require_POST
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a draft for approval."""
    return _step(request, pk, lambda user: services.propose_plan(plan_id=pk, actor=user))


@require_POST
def agree(request: HttpRequest, pk: int, seen_hash: str) -> HttpResponse:
    """Agree to the plan as it was seen."""
    return _step(request, pk, lambda user: services.agree_to_plan(plan_id=pk, actor=user, seen_hash=seen_hash), _agreed)


def _agreed(plan: StudyPlan) -> str:
    """What somebody who has agreed is told: who is still asked, or that the plan is approved."""
    asked = [part.label for part in parts_of(plan) if not part.agreed]
    if plan.state == PlanState.APPROVED or not asked:
        return _("You have agreed; everybody has, and the plan is approved.")
    return _("You have agreed. Still to agree: %(parts)s.") % {"parts": ", ".join(asked)}


@require_POST
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the plan with a reason; refused, it is a page of its own with what was typed."""
    plan = get_object_or_404(selectors.plans_visible_to(standing_of(request.user)), pk=pk)
    form = ReasonForm(request.POST)
    label = _("Return with a reason")

    def save() -> None:
        returned = services.return_plan(plan_id=pk, actor=signed_in(request.user), **form.cleaned_data)
        messages.success(request, _done(returned))

    return _form_of(request, plan, form, label, save, send=label)


@require_http_methods(["GET", "HEAD", "POST"])
def revise(request: HttpRequest, pk: int) -> HttpResponse:
    """A page that says what a next version asks of everybody; then it is made as a draft."""
    if request.method == "POST":
        return _step(request, pk, lambda user: services.revise_plan(plan_id=pk, actor=user))
    plan = _made_by_reader(request, pk)
    if not selectors.may_be_revised(plan):
        return redirect("mobility:studyplan", pk=pk)
    return confirm_page(
        request,
        label=_("Make a new version"),
        subtitle=plan.enrolment.person,
        back=reverse("mobility:studyplan", args=[pk]),
        happens=(
            _("The next version begins as a copy of this plan, as a draft that both sides can change."),
            _("Student, advisor, head of department and partner are asked for their agreement anew."),
            _("Until all have agreed, this plan holds. The draft can be given up."),
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def give_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Why the draft of a later version comes to nothing."""
    plan, actor = _made_by_reader(request, pk), signed_in(request.user)
    form, label = ReasonForm(request.POST or None), _("Give this version up")

    def save() -> None:
        services.give_up_version(plan_id=pk, actor=actor, **form.cleaned_data)
        messages.success(request, _("Given up. The approved plan holds on."))

    return _form_of(request, plan, form, label, save, send=label)


def _made_by_reader(request: HttpRequest, pk: int) -> StudyPlan:
    standing = standing_of(request.user)
    plan = get_object_or_404(selectors.plans_visible_to(standing), pk=pk)
    roles = roles_on_plan(plan, standing)
    if not (edits_university_side(roles) or edits_partner_side(roles)):
        raise Http404
    return plan


def _done(plan: StudyPlan) -> str:
    """What has come of a step: from a draft, whose it is now."""
    if plan.state == PlanState.DRAFT:
        return _("Done. The plan is the advisor's to change and to send for approval.")
    return _("Done. The plan is sent to those who have to agree to it.")


def _step(
    request: HttpRequest, pk: int, verb: Callable[[User], StudyPlan], said: Callable[[StudyPlan], str] = _done
) -> HttpResponse:
    """Call a verb; whoever may not see the plan gets 404, a refusal becomes a message, and the page is shown again."""
    try:
        with refusals_as_messages(request):
            plan = verb(signed_in(request.user))
            pk = plan.pk
            messages.success(request, said(plan))
    except StudyPlan.DoesNotExist:
        raise Http404 from None
    return redirect("mobility:studyplan", pk=pk)


@require_http_methods(["GET", "POST"])
def line(request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
    """Change one line of one's own side."""
    standing = standing_of(request.user)
    plan = get_object_or_404(selectors.plans_visible_to(standing), pk=pk)
    item = get_object_or_404(plan.items.select_related("course"), pk=item_pk)
    ours = at_university(item, plan.placement.direction)
    roles = roles_on_plan(plan, standing)
    if not (edits_university_side(roles) if ours else edits_partner_side(roles)):
        raise Http404
    initial = {
        "seen": text_hash(selectors.line_in_words(item)),
        "semester": item.semester,
        "is_summer": item.is_summer,
        "mode": item.mode,
        # A reason that the program gave is a message id: shown in the reader's language, and kept as the id.
        "difference_reason": _(item.reason) if item.kind == LineKind.DIFFERENCE and item.reason else "",
        "joint_commission": item.joint_commission,
    }
    form = (LineForm if ours else PartnerLineForm)(request.POST or None, initial=initial)

    def save() -> None:
        given = form.cleaned_data
        if item.reason and given.get("difference_reason") == _(item.reason):
            given["difference_reason"] = item.reason
        plan_changes.change_line(item_id=item.pk, plan_id=plan.pk, actor=signed_in(request.user), **given)

    return _form_of(request, plan, form, item.course, save)


@require_http_methods(["GET", "POST"])
def module(request: HttpRequest, pk: int, course_pk: int) -> HttpResponse:
    """The partner decides on a module of its list."""
    standing = standing_of(request.user)
    plan = get_object_or_404(selectors.plans_visible_to(standing), pk=pk)
    if not edits_partner_side(roles_on_plan(plan, standing)):
        raise Http404
    curriculum = plan.placement.application.intake.pathway.partner_curriculum_id
    course = get_object_or_404(Course, pk=course_pk, curriculum=curriculum)
    decided = plan.items.filter(course=course).first()
    initial = {"seen": text_hash(""), "semester": course.semester}
    if decided:
        seen = text_hash(selectors.line_in_words(decided))
        initial = {"seen": seen, "semester": decided.semester, "kind": decided.kind, "reason": decided.reason}
    form = ModuleForm(request.POST or None, initial=initial)

    def save() -> None:
        actor = signed_in(request.user)
        plan_changes.decide_module(plan_id=plan.pk, course_id=course.pk, actor=actor, **form.cleaned_data)

    return _form_of(request, plan, form, course, save)


def _form_of(
    request: HttpRequest, plan: StudyPlan, form: Form, label: object, save: Callable[[], object], send: str = ""
) -> HttpResponse:
    back = reverse("mobility:studyplan", args=[plan.pk])
    person = plan.enrolment.person
    return form_page(request, form, label=str(label), subtitle=person, back=back, save=save, send=send)
