"""Pages of semester reports."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.bulk import bulk_page
from core.exports import to_xlsx
from core.http import XLSX_TYPE, file_response, list_response, refusals_as_messages
from core.permissions import role_label
from core.story import story_of
from core.tables import listing
from core.way import way_of
from core.workflow import offers
from core.worklist import open_items_of
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
    waiting = open_items_of(now)
    context = {
        "report": report,
        "supplement": selectors.supplement_of(report),
        "where": where,
        "tone": tone,
        "students": selectors.by_student(rows),
        "missing": sum(row.result is None for row in rows),
        "movers": _movers(_offer(anew, who, selectors.report_facts(anew)) if anew else offer),
        "due": waiting[0].due if waiting else None,
        "action": _action(report, offer),
        "blockers": offer.blockers if offer else (),
        "revoked": revocation(story),
        "anew": anew and selectors.reports_visible_to(who).filter(pk=anew.pk).first(),
        "instead_of": selectors.revoked_before(report, who),
        "stages": way_of(REPORT, report.state, ReportState, story),
        "story": story,
    }
    return render(request, "transcripts/semesterreport.html", context)


def _offer(report: SemesterReport, who: Standing, facts: ReportFacts) -> Any:
    """The next step; of a report whose paper was revoked there is none."""
    if facts.revoked:
        return None
    return next(iter(offers(REPORT, report.state, roles=roles_on_report(report, who), facts=facts)), None)


def _movers(offer: Any) -> list[str]:
    if offer is None:
        return []
    roles = [blocker.whose_move for blocker in offer.blockers if blocker.whose_move] or [offer.step.by[0]]
    return [role_label(role) for role in dict.fromkeys(roles)]


def _action(report: SemesterReport, offer: Any) -> dict[str, Any] | None:
    if offer is None or not offer.mine:
        return None
    url = reverse(f"transcripts:report-{offer.step.name}", args=[report.pk])
    return {"label": _(offer.step.label), "url": url, "blockers": offer.blockers, "method": "post"}


def _do(request: HttpRequest, pk: int, verb: Callable[[User], Any]) -> HttpResponse:
    try:
        with refusals_as_messages(request):
            verb(signed_in(request.user))
            messages.success(request, _("Done."))
    except SemesterReport.DoesNotExist:
        raise Http404 from None
    return redirect("transcripts:semesterreport", pk=pk)


@require_POST
def make(request: HttpRequest, pk: int) -> HttpResponse:
    """The IPD makes the report."""
    return _do(request, pk, lambda user: services.make_report(report_id=pk, actor=user))


@require_POST
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """The IPD sends it to the partner."""
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
