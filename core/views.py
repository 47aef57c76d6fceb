"""Pages of the kernel itself: a job's bar, and its result."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from core import jobs
from core.http import file_response


@require_safe
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """A job's page, or to htmx its bar alone. Only for the person who asked for it."""
    found = get_object_or_404(jobs.jobs_of(request.user), pk=pk)
    template = "ui/progress.html" if request.headers.get("HX-Request") else "core/job.html"
    return render(request, template, {"job": jobs.progress(found), "failures": jobs.failures(found)})


@require_safe
def job_result(request: HttpRequest, pk: int) -> HttpResponse:
    """The file that a finished job made."""
    found = get_object_or_404(jobs.jobs_of(request.user), pk=pk)
    if not found.result_file:
        raise Http404
    with found.result_file.open("rb") as opened:
        content = opened.read()
    return file_response(content, name=found.result_name, content_type="application/zip")
