"""Pages of marks: what was imported, a new file with its dry run, one file's marks."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.http import asked_sample, dry_run_page, form_response, list_response, told_heads
from core.imports import ImportReport
from core.tables import listing
from core.workflow import RefusedError
from documents.selectors import uploads_visible_to
from institutions.permissions import signed_in, standing_of
from institutions.selectors import universities_visible_to
from programmes.models import AcademicTerm
from transcripts.exports import FILES, RESULTS
from transcripts.filters import FileFilter, ResultFilter
from transcripts.forms.study import MarksFileForm
from transcripts.imports.marks import HEADERS, HOME_HEADERS
from transcripts.permissions.study import may_import_for
from transcripts.selectors import marks as selectors
from transcripts.services import results as services
from transcripts.views.markstable import groups_to_type


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """The marks that this person may see, the last term first."""
    standing = standing_of(request.user)
    found = ResultFilter(request.GET, queryset=selectors.results_visible_to(standing))
    terms, home = _sources(request)
    return list_response(
        request,
        "transcripts/results.html",
        listing(found, RESULTS, request, default_sort="-term__starts_on"),
        name=_("Marks"),
        context={"may_import": bool(terms) or home},
    )


@require_safe
def resultfiles(request: HttpRequest) -> HttpResponse:
    """The imported files that this person may see, the newest first."""
    found = FileFilter(request.GET, queryset=selectors.files_visible_to(standing_of(request.user)))
    listed = listing(found, FILES, request, default_sort="-imported_at")
    return list_response(request, "transcripts/resultfiles.html", listed, name=_("Files of marks"))


def _sources(request: HttpRequest) -> tuple[list[AcademicTerm], bool]:
    """The partners' terms and whether the University's own marks are this person's to bring."""
    standing = standing_of(request.user)
    universities = list(universities_visible_to(standing).order_by("pk"))
    home = any(one.is_home and may_import_for(standing, one.pk, is_home=True) for one in universities)
    return selectors.terms_to_import(standing, [one for one in universities if not one.is_home]), home


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Choose whose marks and the file; it is kept and checked, nothing is posted yet."""
    terms, home = _sources(request)
    if not terms and not home:
        raise Http404
    headers = HOME_HEADERS if home else HEADERS
    if asked := asked_sample(request, _("Marks"), headers):
        return asked
    awaited = selectors.awaited_among(terms)
    form = MarksFileForm(request.POST or None, request.FILES or None, terms=terms, home=home, awaited=awaited)
    if request.method == "POST" and form.is_valid():
        source, file = form.cleaned_data["source"], form.cleaned_data["file"]
        term = next((one for one in terms if str(one.pk) == source), None)
        try:
            upload = services.keep_marks_file(file=file, name=file.name, term=term, actor=signed_in(request.user))
        except RefusedError as error:
            form.add_error("file", str(error))
        else:
            return redirect("transcripts:results-check", pk=upload.pk)
    context = {
        "form": form,
        "may_type": bool(groups_to_type(request)),
        "waiting": selectors.files_to_post(standing_of(request.user)),
        **told_heads(headers),
    }
    return form_response(request, "transcripts/results_new.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """The dry run of a kept file: what would be posted, every problem with its cell; then all its marks are posted, or none."""
    visible = uploads_visible_to(standing_of(request.user))
    upload = get_object_or_404(visible, pk=pk, purpose__in=selectors.MARK_FILES)
    actor = signed_in(request.user)
    context = {
        "file": upload,
        "here": reverse("transcripts:results-check", args=[pk]),
        "again": reverse("transcripts:results-new"),
        "back": reverse("transcripts:results"),
        "confirm": _("Post these marks"),
    }

    def done(report: ImportReport) -> HttpResponse:
        told = _("These marks are posted already: nothing was done.")
        if report.written:
            told = _("Posted marks: %(count)s.") % {"count": report.to_write}
        messages.success(request, told)
        return redirect("transcripts:results")

    return dry_run_page(
        request,
        attempt=lambda: services.check_marks(upload=upload, actor=actor),
        write=lambda: services.post_marks(upload=upload, actor=actor),
        done=done,
        context=context,
        template="transcripts/results_check.html",
    )


@require_safe
def resultfile(request: HttpRequest, pk: int) -> HttpResponse:
    """One imported file with the marks that came from it, each with its row."""
    standing = standing_of(request.user)
    visible = selectors.results_visible_to(standing).filter(file=pk)
    if not visible.exists():
        raise Http404
    first = visible.order_by("pk")[0]
    found = ResultFilter(request.GET, queryset=visible)
    return list_response(
        request,
        "transcripts/resultfile.html",
        listing(found, [column for column in RESULTS if column.name != "university"], request, default_sort="pk"),
        name=first.file.upload.original_name,
        context={
            "file": first.file,
            "university": first.university,
            "may_open": uploads_visible_to(standing).filter(pk=first.file.upload_id).exists(),
        },
    )
