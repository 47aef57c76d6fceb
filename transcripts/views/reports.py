"""Pages of semester reports."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.bulk import bulk_page
from core.exports import to_xlsx
from core.http import XLSX_TYPE, confirm_page, file_response, list_response, refusals_as_messages
from core.permissions import whose_move
from core.story import Told, story_of
from core.tables import listing
from core.way import Stage, way_of
from core.workflow import offers
from core.worklist import due_for, open_items_of
from documents.enums import DocumentState
from institutions.models import User
from institutions.permissions import Standing, signed_in, standing_of
from transcripts.enums import ReportState
from transcripts.exports import REPORT_COLUMNS, REPORTS
from transcripts.filters import ReportFilter
from transcripts.models import SemesterReport
from transcripts.permissions.study import roles_on_report
from transcripts.selectors import reports as selectors
from transcripts.services import reports as services
from transcripts.tables.deeds import report_deeds_of
from transcripts.views.standing import revocation, standing
from transcripts.workflow.reports import REPORT, ReportFacts

# What the steps do that cannot be taken back.
_ASKS = {
    "make": (
        gettext_noop(
            "The report gets the next number of the register and today's date; it is sealed and never changes."
        ),
        gettext_noop("Marks that are missing now are listed as missing; once they come, a supplement becomes due."),
    ),
    "send": (
        gettext_noop("The partner is told, and reads the report in the program from now on."),
        gettext_noop("Its coordinator is asked to acknowledge it."),
    ),
}
TONES = {"due": "attention", "made": "accent", "sent": "accent", "acknowledged": "good"}


@require_safe
def semesterreports(request: HttpRequest) -> HttpResponse:
    """The reports that this person may see, newest term first."""
    who = standing_of(request.user)
    found = ReportFilter(request.GET, queryset=selectors.reports_listed(who), request=request)
    listed = listing(found, REPORTS, request, default_sort="-term__starts_on")
    return list_response(
        request,
        "transcripts/semesterreports.html",
        listed,
        name=_("Semester reports"),
        beside={row.pk: (selectors.supplement_of(row), *standing(row, TONES)) for row in listed.page},
        deeds=report_deeds_of(who),
        deeds_url=reverse("transcripts:reports-bulk"),
    )


@require_POST
def reports_bulk(request: HttpRequest) -> HttpResponse:
    """Many reports made or sent: first which can be, then done."""
    who = standing_of(request.user)
    visible = selectors.reports_visible_to(who)
    return bulk_page(
        request,
        deeds=report_deeds_of(who),
        standing=who,
        visible=visible,
        narrowed=lambda query: ReportFilter(query, queryset=visible, request=request).qs,
        back=reverse("transcripts:semesterreports"),
        label=_("Semester reports"),
    )


@require_safe
def semesterreport(request: HttpRequest, pk: int) -> HttpResponse:
    """One report: each student's courses in both scales, gaps in words, its paper, where it stands."""
    who = standing_of(request.user)
    report = get_object_or_404(selectors.reports_visible_to(who), pk=pk)
    rows = selectors.told_by(report)
    facts = selectors.report_facts(report)
    offer = _offer(report, who, facts)
    story = story_of(report)
    where, tone = standing(report, TONES)
    # What is waited for after a revoked paper is waited for at the number that tells it anew.
    anew = selectors.numbers_after(report).first() if facts.revoked else None
    now = anew or report
    waiting, mine = open_items_of(now), roles_on_report(now, who)
    context = {
        "report": report,
        "supplement": selectors.supplement_of(report),
        "where": where,
        "tone": tone,
        "students": selectors.by_student(rows),
        "missing": sum(row.result is None for row in rows),
        "mine": mine,
        "movers": _movers(_offer(anew, who, selectors.report_facts(anew)) if anew else offer, mine),
        "due": due_for(waiting, mine),
        "action": _action(report, offer) or _onto(anew, who),
        "others": _others(report, offer),
        "blockers": offer.blockers if offer else (),
        "revoked": revocation(story),
        "anew": anew and selectors.reports_visible_to(who).filter(pk=anew.pk).first(),
        "instead_of": selectors.revoked_before(report, who),
        "stages": _stages(report, story, is_over=facts.revoked),
        "story": story,
    }
    return render(request, "transcripts/semesterreport.html", context)


def _stages(report: SemesterReport, story: Sequence[Told], *, is_over: bool) -> list[Stage]:
    """The way of a report; of one whose paper was revoked as far as it came, for it goes no further."""
    stages = way_of(REPORT, report.state, ReportState, story)
    if not is_over:
        return stages
    came = [replace(stage, done=True, current=False) for stage in stages if stage.done or stage.current]
    return [*came, Stage(str(capfirst(DocumentState.REVOKED.label)), clause="6.9", current=True)]


def _onto(anew: SemesterReport | None, who: Standing) -> dict[str, Any] | None:
    """To the report that is made in the place of a revoked one, for whoever reads that."""
    if anew is None or not selectors.reports_visible_to(who).filter(pk=anew.pk).exists():
        return None
    url = reverse("transcripts:semesterreport", args=[anew.pk])
    return {"label": _("To the report made anew"), "url": url, "blockers": (), "method": "get"}


def _offer(report: SemesterReport, who: Standing, facts: ReportFacts) -> Any:
    """The next step; of a report whose paper was revoked there is none."""
    if facts.revoked:
        return None
    return next(iter(offers(REPORT, report.state, roles=roles_on_report(report, who), facts=facts)), None)


def _movers(offer: Any, mine: Collection[str]) -> list[str]:
    if offer is None:
        return []
    return whose_move([blocker.whose_move for blocker in offer.blockers] or [offer.step.by[0]], mine)


def _action(report: SemesterReport, offer: Any) -> dict[str, Any] | None:
    if offer is None or not offer.mine:
        return None
    url = reverse(f"transcripts:report-{offer.step.name}", args=[report.pk])
    asks = offer.step.name in _ASKS
    return {"label": _(offer.step.label), "url": url, "blockers": offer.blockers, "method": "get" if asks else "post"}


def _others(report: SemesterReport, offer: Any) -> list[dict[str, Any]]:
    """What it would say, while nothing is numbered."""
    if offer is None or not offer.mine or offer.step.name != "make":
        return []
    return [{"label": _("Preview"), "url": _draft(report.pk), "method": "get"}]


def _draft(pk: int) -> str:
    return reverse("documents:draft", args=["semester_report", pk])


def _asked(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """The page that says what a step does, for whoever may take it now."""
    who = standing_of(request.user)
    report = get_object_or_404(selectors.reports_visible_to(who), pk=pk)
    if not roles_on_report(report, who) & set(REPORT.step(name).by):
        raise Http404
    offer = _offer(report, who, selectors.report_facts(report))
    if offer is None or offer.step.name != name:
        return redirect("transcripts:semesterreport", pk=pk)
    return confirm_page(
        request,
        label=_(offer.step.label),
        subtitle=f"{report.partner}, {report.term}",
        back=reverse("transcripts:semesterreport", args=[pk]),
        happens=[_(sentence) for sentence in _ASKS[name]],
        preview=_draft(pk) if name == "make" else "",
    )


def _do(request: HttpRequest, pk: int, verb: Callable[[User], Any]) -> HttpResponse:
    try:
        with refusals_as_messages(request):
            verb(signed_in(request.user))
            messages.success(request, _("Done."))
    except SemesterReport.DoesNotExist:
        raise Http404 from None
    return redirect("transcripts:semesterreport", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def make(request: HttpRequest, pk: int) -> HttpResponse:
    """A page that says what making the report does; then the IPD makes it."""
    if request.method != "POST":
        return _asked(request, pk, "make")
    return _do(request, pk, lambda user: services.make_report(report_id=pk, actor=user))


@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """A page that says what sending does; then the IPD sends it to the partner."""
    if request.method != "POST":
        return _asked(request, pk, "send")
    return _do(request, pk, lambda user: services.send_report(report_id=pk, actor=user))


@require_POST
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """The partner acknowledges it."""
    return _do(request, pk, lambda user: services.acknowledge_report(report_id=pk, actor=user))


@require_safe
def xlsx(request: HttpRequest, pk: int) -> HttpResponse:
    """The report's rows as a workbook (R-6.9-d)."""
    report = get_object_or_404(selectors.reports_visible_to(standing_of(request.user)), pk=pk)
    content = to_xlsx(str(report.programme.code), REPORT_COLUMNS, selectors.told_by(report))
    name = f"report-{report.programme.code}-{report.term.academic_year.replace('/', '-')}-{report.number}.xlsx"
    return file_response(content, name=name, content_type=XLSX_TYPE)
