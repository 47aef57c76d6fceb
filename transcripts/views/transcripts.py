"""Pages of transcripts: who can get one, one transcript, a line's chain, many at once."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from core.http import Pointed, keys, page_of
from core.jobs import recent_of
from core.tables import paged
from core.workflow import RefusedError
from documents.enums import DocumentState
from institutions.permissions import signed_in, standing_of
from programmes.models import Enrolment
from programmes.selectors import enrolments_visible_to, search_enrolments
from transcripts.permissions.study import issues_transcripts
from transcripts.selectors import transcripts as selectors
from transcripts.selectors.chain import chain_of, may_open
from transcripts.selectors.protocols import open_differences_of
from transcripts.services import transcripts as services
from transcripts.views.standing import PAPER_TONES

IN_FORCE = DocumentState.ISSUED


@require_safe
def transcripts(request: HttpRequest) -> HttpResponse:
    """Students with marks, each with the last transcript; the Registrar's Office issues one or many."""
    standing = standing_of(request.user)
    search, programme = request.GET.get("q", "").strip(), request.GET.get("programme", "")
    owed = bool(request.GET.get("owed"))
    found = selectors.with_last_transcript(enrolments_visible_to(standing))
    if search:
        found = search_enrolments(found, search)
    programmes = selectors.programmes_of(enrolments_visible_to(standing))
    if programme.isdecimal():
        found = found.filter(programme__in=keys([programme]))
    if owed:
        found = selectors.owed_among(found)
    context = {
        "page": paged(found.order_by("person__name_cyrillic", "pk"), request.GET),
        "search": search,
        "programme": programme,
        "owed": owed,
        "programmes": [(str(pk), name) for pk, name in programmes],
        "may_issue": issues_transcripts(standing),
        "recent_jobs": recent_of(request.user) if issues_transcripts(standing) else [],
    }
    return render(request, "transcripts/transcripts.html", context)


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
        "blockers": selectors.lacking_for(enrolment, contents),
        "differences": open_differences_of(enrolment),
    }
    return render(request, "transcripts/student.html", context)


@require_POST
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Issue a transcript of one student."""
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


@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Ask for transcripts of the chosen students or of many; leads to the page with the live bar."""
    try:
        job = services.start_bulk(enrolment_ids=_asked_for(request), actor=signed_in(request.user))
    except services.AlreadyRunningError as running:
        messages.info(request, str(running))
        return redirect("core:job", pk=running.job.pk)
    except RefusedError as refusal:
        messages.error(request, str(refusal))
        return redirect("transcripts:transcripts")
    return redirect("core:job", pk=job.pk)


def _asked_for(request: HttpRequest) -> list[int]:
    """The chosen students, or all of a `programme`; by `owed`, with a programme or for all, those whose recognised credits are."""
    owed = request.POST.get("owed", "")
    programme = keys([owed or request.POST.get("programme", "")])
    if not owed and not programme:
        return keys(request.POST.getlist("chosen"))
    found = selectors.with_marks(enrolments_visible_to(standing_of(request.user)))
    if owed:
        found = selectors.owed_among(found)
    if programme:
        found = found.filter(programme__in=programme)
    return list(found.values_list("pk", flat=True))


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
