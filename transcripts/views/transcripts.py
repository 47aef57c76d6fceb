"""Pages of transcripts: who can get one, one transcript, a line's chain, many at once."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.bulk import bulk_page
from core.http import Pointed, confirm_page, list_response, page_of
from core.jobs import recent_of
from core.tables import listing
from core.workflow import RefusedError
from documents.enums import DocumentState
from institutions.permissions import Standing, signed_in, standing_of
from programmes.models import Enrolment
from programmes.selectors import enrolments_visible_to
from transcripts.exports import TRANSCRIPTS
from transcripts.filters import TranscriptFilter
from transcripts.permissions.study import issues_transcripts
from transcripts.selectors import transcripts as selectors
from transcripts.selectors.chain import chain_of, may_open
from transcripts.selectors.protocols import open_differences_of
from transcripts.services import transcripts as services
from transcripts.tables.deeds import transcript_deeds_of
from transcripts.views.standing import PAPER_TONES

IN_FORCE = DocumentState.ISSUED


@require_safe
def transcripts(request: HttpRequest) -> HttpResponse:
    """Students with marks, each with the last transcript; the Registrar's Office issues one or many."""
    standing = standing_of(request.user)
    found = TranscriptFilter(request.GET, queryset=_students(standing))
    return list_response(
        request,
        "transcripts/transcripts.html",
        listing(found, TRANSCRIPTS, request, default_sort="person__name_cyrillic"),
        name=gettext("Transcripts"),
        context={"recent_jobs": recent_of(request.user) if issues_transcripts(standing) else []},
        deeds=transcript_deeds_of(standing),
        deeds_url=reverse("transcripts:bulk"),
    )


def _students(standing: Standing) -> "QuerySet[Enrolment]":
    return selectors.with_last_transcript(enrolments_visible_to(standing))


@require_safe
def student(request: HttpRequest, pk: int) -> HttpResponse:
    """What a transcript of a student would hold today, and those that were issued."""
    standing = standing_of(request.user)
    enrolment = get_object_or_404(enrolments_visible_to(standing), pk=pk)
    contents = selectors.contents_of(enrolment)
    digest = selectors.digest_of(enrolment, contents)
    issued = list(selectors.transcripts_visible_to(standing).filter(enrolment=enrolment).order_by("-pk"))
    context = {
        "enrolment": enrolment,
        "contents": contents,
        "digest": digest,
        "issued": [(row, PAPER_TONES[row.document.state]) for row in issued],
        # What stands in force says the very same: there is nothing to issue.
        "same": next((row for row in issued if row.content_hash == digest and row.document.state == IN_FORCE), None),
        "may_issue": issues_transcripts(standing),
        "mine": standing.roles,
        "blockers": selectors.lacking_for(enrolment, contents),
        "differences": open_differences_of(enrolment),
    }
    return render(request, "transcripts/student.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """A page that says what issuing a transcript of one student does; then issue it."""
    if request.method != "POST":
        return _issue_asked(request, pk)
    try:
        seen = request.POST.get("seen", "")
        made = services.issue_transcript(enrolment_id=pk, actor=signed_in(request.user), seen=seen)
    except Enrolment.DoesNotExist:
        raise Http404 from None
    except services.AlreadyIssuedError as already:
        messages.info(request, str(already))
        return redirect("transcripts:transcript", pk=already.transcript.pk)
    except RefusedError as refusal:
        messages.error(request, str(refusal))
        return redirect("transcripts:student", pk=pk)
    return redirect("transcripts:transcript", pk=made.pk)


def _issue_asked(request: HttpRequest, pk: int) -> HttpResponse:
    standing = standing_of(request.user)
    enrolment = get_object_or_404(enrolments_visible_to(standing), pk=pk)
    if not issues_transcripts(standing):
        raise Http404
    last = selectors.in_force_of(enrolment)
    happens = [
        gettext(
            "The transcript gets the next number of the register and today's date; it is sealed and never changes."
        ),
        gettext("It holds what is posted and certified now; what comes later stands on the next one."),
    ]
    if last:
        happens.append(gettext("No. %(number)s is superseded by it.") % {"number": last.document.number_text})
    return confirm_page(
        request,
        label=gettext("Issue the transcript"),
        subtitle=enrolment.person,
        back=reverse("transcripts:student", args=[pk]),
        happens=happens,
        preview=reverse("documents:draft", args=["transcript", pk]),
        seen=request.GET.get("seen", ""),
    )


@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Transcripts of many students: first of whom there is something to print, then a job with a bar and a ZIP."""
    standing = standing_of(request.user)
    students = _students(standing)
    return bulk_page(
        request,
        deeds=transcript_deeds_of(standing),
        standing=standing,
        visible=students,
        narrowed=lambda query: TranscriptFilter(query, queryset=students).qs,
        back=reverse("transcripts:transcripts"),
        label=gettext("Transcripts"),
    )


@require_safe
def transcript(request: HttpRequest, pk: int) -> HttpResponse:
    """One transcript as it was issued: number, lines, each leading to its chain."""
    standing = standing_of(request.user)
    found = get_object_or_404(selectors.transcripts_visible_to(standing), pk=pk)
    lines = selectors.lines_visible_to(standing).filter(transcript=found).order_by("position")
    again = reverse("transcripts:student", args=[found.enrolment_id])
    context = {
        "transcript": found,
        "lines": lines,
        "tone": PAPER_TONES[found.document.state],
        "successor": selectors.successor_of(found),
        "mine": standing.roles,
        "lacking": [
            Pointed(one, again) if issues_transcripts(standing) else one for one in selectors.lacking_since(found)
        ],
    }
    return render(request, "transcripts/transcript.html", context)


@require_safe
def chain(request: HttpRequest, pk: int) -> HttpResponse:
    """Why a credit stands on a transcript, link by link."""
    standing = standing_of(request.user)
    line = get_object_or_404(selectors.lines_visible_to(standing), pk=pk)
    links = [(link, page_of(link.subject, link.pk) if may_open(link, standing) else "") for link in chain_of(line)]
    return render(request, "transcripts/chain.html", {"line": line, "links": links})
