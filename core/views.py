"""Pages of the kernel itself: one's own jobs, a job's bar, and its result."""

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from core import jobs
from core.exports import Column
from core.http import file_response, language_of, list_response
from core.models import Job
from core.tables import listing

JOBS: tuple[Column[Job], ...] = (
    Column(_("What"), lambda job: jobs.in_words(job.title, job.params), width=40, name="what"),
    Column(_("Asked for"), lambda job: job.created_at, order="created_at", name="asked"),
    Column(_("How far"), lambda job: _("ended") if job.finished_at else _("running"), order="finished_at", name="far"),
    Column(_("Result"), lambda job: job.result_name, name="result", width=30),
)


def unreadable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """In answer to what cannot be read, or is too much; in the reader's language, as it may be refused before that is set."""
    too_much = isinstance(exception, (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent))
    page, code = ("413.html", HTTPStatus.REQUEST_ENTITY_TOO_LARGE) if too_much else ("400.html", HTTPStatus.BAD_REQUEST)
    with translation.override(language_of(request)):
        return HttpResponse(render_to_string(page), status=code)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The long work that this person asked for, newest first, each with its bar's counts and its result."""
    listed = listing(jobs.jobs_of(request.user), JOBS, request, default_sort="-created_at")
    beside = {one.pk: one for one in jobs.progress_of(listed.page)}
    return list_response(request, "core/jobs.html", listed, name=gettext("Long work"), beside=beside)


@require_safe
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """A job's page, or to htmx what changes on it. Only for the person who asked for it."""
    found = get_object_or_404(jobs.jobs_of(request.user), pk=pk)
    template = "core/_job_live.html" if request.headers.get("HX-Request") else "core/job.html"
    told = jobs.told_of(found)
    context = {
        "job": jobs.progress(found),
        "failures": [row for row in told if row.failed],
        "notes": [row for row in told if not row.failed],
    }
    return render(request, template, context)


@require_POST
def job_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Try once more what failed of a job."""
    if not jobs.again(get_object_or_404(jobs.jobs_of(request.user), pk=pk)):
        messages.info(request, gettext("Nothing of it has failed; nothing was begun anew."))
    return redirect("core:job", pk=pk)


@require_safe
def job_result(request: HttpRequest, pk: int) -> HttpResponse:
    """The file that a finished job made."""
    found = get_object_or_404(jobs.jobs_of(request.user), pk=pk)
    if not found.result_file:
        raise Http404
    with found.result_file.open("rb") as opened:
        content = opened.read()
    return file_response(content, name=found.result_name, content_type="application/zip")
