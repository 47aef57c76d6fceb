"""Doors of a partner's nominations: intakes and lists, import with a dry run, a typed candidate, sending."""

from collections.abc import Iterable
from functools import partial

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from admissions.enums import ApplicationState, ListState
from admissions.exports.lists import CALLS
from admissions.filters.lists import CallFilter
from admissions.forms.applications import ReasonForm
from admissions.forms.nominations import CandidateForm, NominationFileForm
from admissions.imports.nominations import HEADERS
from admissions.models import Application, CandidateList, Intake
from admissions.pdf.nominations import NOMINATION_FILE
from admissions.permissions.applications import roles_on
from admissions.permissions.nominations import roles_on_nominations
from admissions.selectors import nominations as read
from admissions.services import nominations as services
from admissions.views.cases import Action, decision, form_of_case, led_back, visible
from admissions.workflow.incoming import INCOMING
from admissions.workflow.nominations import NOMINATION_LIST
from agreements.enums import Direction
from core.faults import Fault
from core.http import (
    asked_sample,
    dry_run_page,
    form_response,
    list_response,
    refusals_as_messages,
    taken,
    told_heads,
)
from core.imports import ImportReport
from core.permissions import whose_move
from core.story import story_of
from core.tables import listing
from core.values import today
from core.workflow import RefusedError, offers
from core.worklist import due_for, open_items_of
from documents.models import Upload
from documents.selectors import uploads_visible_to
from institutions.enums import Role
from institutions.permissions import signed_in, standing_of
from programmes.services.files import kept_file


def _intake(request: HttpRequest, pk: int) -> Intake:
    found: Intake = get_object_or_404(read.incoming_intakes(standing_of(request.user)), pk=pk)
    return found


def _of_partner(request: HttpRequest, pk: int) -> Intake:
    """The intake, for a coordinator of its partner alone."""
    found = _intake(request, pk)
    if Role.PARTNER_COORDINATOR not in roles_on_nominations(found, standing_of(request.user)):
        raise Http404
    return found


@require_GET
def nominations(request: HttpRequest) -> HttpResponse:
    """Incoming intakes with their lists of candidates, those still open first."""
    standing = standing_of(request.user)
    found = CallFilter(request.GET, queryset=read.calls_listed(standing), request=request)
    return list_response(
        request,
        "admissions/nominations/index.html",
        listing(found, CALLS, request, default_sort="-term__starts_on"),
        name=gettext("Incoming candidates"),
        context={"today": today(), "is_partner": bool(standing.partner_ids)},
    )


@require_GET
def nominationlist(request: HttpRequest, pk: int) -> HttpResponse:
    """A list: its candidates with what each still lacks, packages, and, for the partner, sending."""
    standing = standing_of(request.user)
    found: CandidateList = get_object_or_404(read.nominations_visible_to(standing), pk=pk)
    roles = roles_on_nominations(found.intake, standing)
    nominees = read.nominees_of(found)
    facts = read.nomination_facts(found, nominees)
    offered = offers(NOMINATION_LIST, found.state, roles=roles, facts=facts)
    items = open_items_of(found)
    send = next(iter(offered), None)
    is_draft = found.state == ListState.DRAFT
    context = {
        "list": found,
        "nominees": nominees,
        "is_partner": Role.PARTNER_COORDINATOR in roles,
        "is_draft": is_draft,
        "where": found.get_state_display(),
        "mine": roles,
        "movers": whose_move([send.step.by[0]], roles) if send else [],
        "due": due_for(items, roles),
        "action": Action(
            gettext(send.step.label), reverse("admissions:nominationlist-send", args=[pk]), blockers=send.blockers
        )
        if send and send.mine
        else None,
        "blockers": send.blockers if send else (),
        "left": facts.candidates - facts.whole if is_draft else 0,
        "story": story_of(found),
    }
    return render(request, "admissions/nominations/list.html", context)


@require_http_methods(["GET", "POST"])
def import_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand in a file; what it would do is shown before anything is written."""
    intake = _of_partner(request, pk)
    if asked := asked_sample(request, gettext("List of candidates"), HEADERS):
        return asked
    form = NominationFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            upload = services.keep_file(
                intake_id=pk, content=file.read(), filename=file.name, actor=signed_in(request.user)
            )
        except RefusedError as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("admissions:nomination-check", pk=pk, upload=upload.pk)
    context = {"intake": intake, "form": form, **told_heads(HEADERS)}
    return form_response(request, "admissions/nominations/import.html", context)


@require_http_methods(["GET", "POST"])
def check_file(request: HttpRequest, pk: int, upload: int) -> HttpResponse:
    """The dry run of a file, row by row; then one transaction."""
    intake = _of_partner(request, pk)
    kept: Upload = get_object_or_404(
        uploads_visible_to(standing_of(request.user), purpose=NOMINATION_FILE.name),
        pk=upload,
        subject_type="admissions.intake",
        subject_id=pk,
    )
    context = {
        "file": kept,
        "here": reverse("admissions:nomination-check", args=[pk, upload]),
        "again": reverse("admissions:nomination-import", args=[pk]),
        "back": reverse("admissions:nominations"),
        "confirm": gettext("Put them on the list"),
    }

    def done(report: ImportReport) -> HttpResponse:
        count = len(report.lines)
        text = ngettext("%(count)d candidate is on the list.", "%(count)d candidates are on the list.", count)
        messages.success(request, text % {"count": count})
        made = read.imported_before(intake, report.digest)
        return redirect("admissions:nominationlist", pk=made.pk) if made else redirect("admissions:nominations")

    def run(*, dry_run: bool = False) -> ImportReport:
        return services.import_nominations(
            intake_id=pk,
            content=kept_file(kept).read(),  # refused once it is erased
            filename=kept.original_name,
            actor=signed_in(request.user),
            dry_run=dry_run,
        )

    return dry_run_page(
        request,
        attempt=partial(run, dry_run=True),
        write=run,
        done=done,
        context=context,
        template="admissions/nominations/check.html",
    )


@require_http_methods(["GET", "POST"])
def candidate_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Type a candidate."""
    intake = _of_partner(request, pk)
    form = CandidateForm(request.POST or None, intake=intake)
    made: list[Application] = []

    def save() -> None:
        actor = signed_in(request.user)
        made.append(services.add_candidate(intake_id=pk, candidate=form.candidate(intake), actor=actor))
        messages.success(request, gettext("The candidate is on the list. Next: the documents."))

    if taken(request, form, save, faults=lambda: services.candidate_faults(form.candidate(intake), intake)):
        return redirect("admissions:application", pk=made[0].pk) if made else redirect("admissions:intake", pk=pk)
    label = gettext("Name a candidate")
    context = {"intake": intake, "form": form, "label": label}
    return form_response(request, "admissions/nominations/candidate.html", context)


@require_http_methods(["GET", "POST"])
def candidate_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a candidate before the list is sent, e.g. enter the new passport."""
    application = visible(request, pk)
    mine = Role.PARTNER_COORDINATOR in roles_on(application, standing_of(request.user))
    if not mine or application.direction != Direction.INCOMING:
        raise Http404
    if application.state != ApplicationState.DRAFT and request.method != "POST":
        return led_back(request, application)
    known = CandidateForm.initial_of(application)
    form = CandidateForm(request.POST or None, intake=application.intake, initial=known)

    def save() -> None:
        services.correct_candidate(
            application_id=pk,
            candidate=form.candidate(application.intake),
            actor=signed_in(request.user),
            seen=form.cleaned_data["seen"],
        )

    def found() -> Iterable[Fault]:
        return services.candidate_faults(form.candidate(application.intake), application.intake, besides=application)

    if taken(request, form, save, faults=found):
        return redirect("admissions:application", pk=pk)
    label = gettext("Correct the candidate")
    context = {"intake": application.intake, "application": application, "form": form, "label": label}
    return form_response(request, "admissions/nominations/candidate.html", context)


@require_http_methods(["GET", "POST"])
def candidate_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Partner or student take a candidate back, with the reason."""
    application = visible(request, pk)
    mine = roles_on(application, standing_of(request.user)) & {Role.PARTNER_COORDINATOR, Role.STUDENT}
    if not mine or application.direction != Direction.INCOMING:
        raise Http404
    shown = decision(application, roles_on(application, standing_of(request.user)), "withdraw")
    if shown["moved_on"] and request.method != "POST":
        return led_back(request, application, ahead=shown["ahead"])
    by_partner = Role.PARTNER_COORDINATOR in mine
    form = ReasonForm(request.POST or None, step=INCOMING.step("withdraw"), by_partner=by_partner)
    actor = signed_in(request.user)
    return form_of_case(
        request,
        application,
        form,
        gettext("Withdraw"),
        lambda: services.drop_candidate(application_id=pk, actor=actor, **form.cleaned_data),
        shown,
    )


@require_POST
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the list: whole candidates go, the others stay behind on a list of their own."""
    get_object_or_404(read.nominations_visible_to(standing_of(request.user)), pk=pk)
    with refusals_as_messages(request):
        result = services.send_list(list_id=pk, actor=signed_in(request.user))
        text = ngettext("%(count)d candidate is sent.", "%(count)d candidates are sent.", len(result.sent))
        messages.success(request, text % {"count": len(result.sent)})
        if result.left_behind:
            names = ", ".join(one.application.enrolment.person.passport_name for one in result.left_behind)
            messages.warning(request, gettext("Stay behind, see what is missing: %(names)s.") % {"names": names})
    return redirect("admissions:nominationlist", pk=pk)
