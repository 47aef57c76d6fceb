"""Pages of the kernel itself: one's own jobs, a job's bar, and its result."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from core import jobs
from core.http import file_response
from core.tables import PAGE_SIZE


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The long work that this person asked for, newest first, each with its bar's counts and its result."""
    page = Paginator(jobs.jobs_of(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "core/jobs.html", {"page": page, "jobs": jobs.progress_of(page)})


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


@require_safe
def job_result(request: HttpRequest, pk: int) -> HttpResponse:
    """The file that a finished job made."""
    found = get_object_or_404(jobs.jobs_of(request.user), pk=pk)
    if not found.result_file:
        raise Http404
    with found.result_file.open("rb") as opened:
        content = opened.read()
    return file_response(content, name=found.result_name, content_type="application/zip")
