"""Doors of Annex 1: a version as a grid, import with a dry run, propose, agree, return, files and paper."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreements.convert import sums_of
from agreements.enums import AnnexState, Side
from agreements.exports import annex_file_name, annex_workbook
from agreements.forms import AnnexFileForm, ReasonForm, RelationForm
from agreements.imports.rows import AnnexReport
from agreements.models import AnnexVersion, Pathway
from agreements.pdf import ANNEX_FILE
from agreements.permissions import opens_agreements, roles_on_annex, side_of
from agreements.selectors.annex import (
    annexes_visible_to,
    decided_by,
    entries_of,
    facts_of_annex,
    rows_of,
    version_before,
    versions_of,
)
from agreements.services import annex as services
from agreements.tables.changes import changes_between, names_of
from agreements.tables.grid import grid_of
from agreements.views.common import Action, split
from agreements.views.pathways import visible as visible_pathway
from agreements.workflow.agreement import OPEN_TO_ANNEX
from agreements.workflow.annex import ANNEX, AnnexFacts, before_agreeing, coordinator_of
from core.history import subject_type
from core.http import XLSX_TYPE, confirm_page, dry_run_page, file_response, form_page, refusals_as_messages
from core.models import Verdict
from core.permissions import whose_move
from core.story import story_of
from core.values import active_language
from core.way import way_of
from core.workflow import Offer, offers
from core.worklist import due_for, open_items_of
from documents.selectors import papers_of, uploads_visible_to
from institutions.enums import Role
from institutions.permissions import signed_in, standing_of

STATE_TONES = {
    AnnexState.FROZEN.value: "good",
    AnnexState.PROPOSED.value: "attention",
    AnnexState.WITHDRAWN.value: "plain",
}


def visible(request: HttpRequest, pk: int) -> AnnexVersion:
    """The version, if this reader may see it; else a page that does not exist."""
    found: AnnexVersion = get_object_or_404(annexes_visible_to(standing_of(request.user)), pk=pk)
    return found


@require_safe
def annexversion(request: HttpRequest, pk: int) -> HttpResponse:
    """A version: the grid with totals and differences, where it stands, who agreed, other versions, history."""
    standing = standing_of(request.user)
    found = visible(request, pk)
    side = side_of(standing, found.pathway)
    facts = facts_of_annex(found)
    roles = roles_on_annex(found, standing)
    offered = offers(ANNEX, found.state, roles=roles, facts=facts)
    rows = rows_of(found)
    items = open_items_of(found)
    is_open = found.pathway.agreement.state in OPEN_TO_ANNEX
    decided = decided_by(found)
    returned = next((row for row in decided if row.verdict == Verdict.RETURNED and row.part != found.proposed_by), None)
    to_correct = returned is not None and is_open and facts.is_latest
    action, others = split(_actions(found, offered, side, facts) if is_open else [])
    others = [*_table_of(found, side, is_open=is_open), *others]
    if to_correct and side == found.proposed_by:
        anew = reverse("agreements:annex-import", args=[found.pathway_id])
        action = Action(gettext("Import a corrected version"), anew, method="get")
    before = version_before(found, standing)
    rows_before = rows_of(before) if before else []
    forward = next((offer for offer in offered if is_open and not offer.step.way_out), None)
    story = story_of(found)
    context = {
        "version": found,
        "pathway": found.pathway,
        "opens_agreement": opens_agreements(standing),
        "partner": found.pathway.partner_programme.university,
        "tone": STATE_TONES.get(found.state, "accent"),
        "mine": roles,
        "movers": whose_move([coordinator_of(found.proposed_by)] if to_correct else _waited_for(found, forward), roles),
        "due": due_for(items, roles),
        "action": action,
        "others": others,
        "blockers": before_agreeing(forward.step, facts) if forward else (),
        "blocks": grid_of(rows),
        "sums": sums_of(entries_of(rows)),
        "compared_with": before,
        "changes": changes_between(entries_of(rows_before), entries_of(rows), names_of([*rows_before, *rows]))
        if before
        else [],
        "stages": way_of(ANNEX, found.state, AnnexState, story),
        "decisions": [(Side(row.part).label, row) for row in decided],
        "returned": returned,
        "versions": versions_of(found.pathway, standing),
        "papers": papers_of(found, standing),
        "story": story,
        "may_state": is_open and found.state == AnnexState.DRAFT and side == found.proposed_by,
        "may_issue": found.state == AnnexState.FROZEN and standing.holds(Role.IPD_COORDINATOR),
        "ways_out": [
            Action(gettext(offer.step.label), "", confirm_url=reverse("agreements:annex-withdraw", args=[pk]))
            for offer in offered
            if offer.mine and offer.step.way_out and side is not None
        ],
    }
    return render(request, "agreements/annexversion.html", context)


def _table_of(found: AnnexVersion, side: Side | None, *, is_open: bool) -> list[Action]:
    """To go on with a version as a table that is typed into: a side's own draft, or the next version after it."""
    if side is None or not is_open:
        return []
    own = found.state == AnnexState.DRAFT and side == found.proposed_by
    label = gettext("Edit as a table") if own else gettext("New version as a table")
    return [Action(label, reverse("agreements:annex-edit", args=[found.pk]), method="get")]


def _waited_for(found: AnnexVersion, forward: Offer[AnnexFacts] | None) -> list[str]:
    if forward is None:
        return []
    if found.state == AnnexState.DRAFT:
        return [coordinator_of(found.proposed_by)]
    return [blocker.whose_move for blocker in forward.blockers]


def _actions(
    found: AnnexVersion, offered: tuple[Offer[AnnexFacts], ...], side: Side | None, facts: AnnexFacts
) -> list[Action]:
    """Propose one's own draft; agree to what the other side proposed."""
    actions = []
    for offer in offered:
        if offer.step.way_out or not offer.mine or side is None:
            continue
        address = "agreements:annex-propose" if offer.step.name == "propose" else "agreements:annex-agree"
        if side not in facts.agreed:
            lacking = before_agreeing(offer.step, facts)
            url = reverse(address, args=[found.pk])
            asked = url if offer.step.name != "propose" else ""
            actions.append(Action(gettext(offer.step.label), url, blockers=lacking, confirm_url=asked))
    return actions


@require_safe
def workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """The version as a workbook in the printed form."""
    found = visible(request, pk)
    content = annex_workbook(found, rows_of(found), active_language())
    return file_response(content, name=annex_file_name(found), content_type=XLSX_TYPE)


@require_POST
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose a draft to the other side."""
    visible(request, pk)
    with refusals_as_messages(request):
        services.propose_annex(version_id=pk, actor=signed_in(request.user))
    return redirect("agreements:annexversion", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def agree(request: HttpRequest, pk: int) -> HttpResponse:
    """A page that says what agreeing does; then agree to the version that the other side proposed: it freezes."""
    found = visible(request, pk)
    if request.method != "POST":
        side = side_of(standing_of(request.user), found.pathway)
        if side is None or side == found.proposed_by:
            raise Http404
        if found.state != AnnexState.PROPOSED:
            return redirect("agreements:annexversion", pk=pk)
        return confirm_page(
            request,
            label=gettext(ANNEX.step("freeze").label),
            subtitle=found,
            back=reverse("agreements:annexversion", args=[pk]),
            happens=[
                gettext("Both sides have agreed then: the version freezes and never changes."),
                gettext("Students admitted from now on study and are recognised by it; those before keep theirs."),
                gettext("Another content needs another version, agreed to by both sides anew."),
            ],
        )
    with refusals_as_messages(request):
        services.agree_annex(version_id=pk, actor=signed_in(request.user))
    return redirect("agreements:annexversion", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Return or withdraw a version, with a reason."""
    found = visible(request, pk)
    if side_of(standing_of(request.user), found.pathway) is None:
        raise Http404
    form = ReasonForm(request.POST or None)
    return form_page(
        request,
        form,
        label=gettext(ANNEX.step("withdraw").label),
        subtitle=found,
        back=reverse("agreements:pathway", args=[found.pathway_id]),
        save=lambda: services.withdraw_annex(version_id=pk, actor=signed_in(request.user), **form.cleaned_data),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """A page that says what issuing does; then issue a frozen version as a numbered paper."""
    found = visible(request, pk)
    if request.method != "POST":
        if not standing_of(request.user).holds(Role.IPD_COORDINATOR) or found.state != AnnexState.FROZEN:
            raise Http404
        return confirm_page(
            request,
            label=gettext("Issue as a paper"),
            subtitle=found,
            back=reverse("agreements:annexversion", args=[pk]),
            happens=[
                gettext(
                    "The paper gets the next number of the register and today's date; it is sealed and never changes."
                ),
                gettext(
                    "It is written in Kazakh, Russian and English; a paper that said something else is superseded."
                ),
            ],
            preview=reverse("documents:draft", args=["annex1", pk]),
        )
    with refusals_as_messages(request):
        paper = services.issue_annex(version_id=pk, actor=signed_in(request.user))
        messages.success(request, gettext("Paper No. %(number)s is issued.") % {"number": paper.number_text})
    return redirect("agreements:annexversion", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def relation(request: HttpRequest, pk: int, position: int) -> HttpResponse:
    """Say of a one-sided row that it is additional or a difference, and why."""
    found = visible(request, pk)
    rows = [row for row in rows_of(found) if row.position == position]
    if not rows or side_of(standing_of(request.user), found.pathway) != found.proposed_by:
        raise Http404
    initial = {"relation": rows[0].relation, "reason": rows[0].reason}
    form = RelationForm(request.POST or None, initial=initial)
    return form_page(
        request,
        form,
        label=gettext("A row of one side"),
        subtitle=", ".join(line.name for line in rows[0].courses.all()),
        back=reverse("agreements:annexversion", args=[pk]),
        save=lambda: services.state_relation(
            version_id=pk, position=position, actor=signed_in(request.user), **form.cleaned_data
        ),
        to=lambda made: reverse("agreements:annexversion", args=[made.pk]),
        note=gettext("A version never changes: the row as you state it stands in a new version."),
    )


def _own(request: HttpRequest, pk: int) -> Pathway:
    """The pathway, for a coordinator of one of its sides alone."""
    found = visible_pathway(request, pk)
    if side_of(standing_of(request.user), found) is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def import_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand in a workbook; what it would do is shown before anything is written."""
    pathway = _own(request, pk)
    form = AnnexFileForm(request.POST or None, request.FILES or None)
    return form_page(
        request,
        form,
        label=gettext("Import Annex 1"),
        subtitle=pathway,
        back=reverse("agreements:pathway", args=[pk]),
        save=lambda: services.keep_annex_file(pathway_id=pk, actor=signed_in(request.user), **form.sent()),
        to=lambda upload: reverse("agreements:annex-check", args=[pk, upload.pk]),
        beside="file",
        note=gettext(
            "The printed form: No., course, credits and hours of both sides; merged cells tie courses together."
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def check_file(request: HttpRequest, pk: int, upload: int) -> HttpResponse:
    """The dry run of a workbook, row by row; then one transaction. What is written is the file that was tried."""
    pathway = _own(request, pk)
    kept = get_object_or_404(
        uploads_visible_to(standing_of(request.user), purpose=ANNEX_FILE.name),
        pk=upload,
        subject_type=subject_type(Pathway),
        subject_id=pk,
    )
    actor = signed_in(request.user)
    context = {
        "file": kept,
        "subtitle": pathway,
        "ours": Side.HOME.label,
        "theirs": Side.PARTNER.label,
        "here": reverse("agreements:annex-check", args=[pk, upload]),
        "again": reverse("agreements:annex-import", args=[pk]),
        "back": reverse("agreements:pathway", args=[pk]),
        "confirm": gettext("Write as a draft version"),
    }

    def done(report: AnnexReport) -> HttpResponse:
        messages.success(request, told(report.made, written=report.written))
        return redirect("agreements:annexversion", pk=report.made.pk)

    return dry_run_page(
        request,
        attempt=lambda: services.try_annex(upload_id=upload, actor=actor),
        write=lambda: services.import_annex(upload_id=upload, actor=actor),
        done=done,
        context=context,
        template="agreements/annex_check.html",
    )


def told(version: AnnexVersion, *, written: bool) -> str:
    """What whoever brought a table is told of the version that it has become."""
    text = gettext("Version %(number)s is written.") if written else gettext("Nothing new: this is version %(number)s.")
    return text % {"number": version.number}
