"""Pages of papers: the register, one paper, its file; uploads; and the public page behind the QR."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.bulk import bulk_page
from core.http import (
    file_response,
    form_page,
    form_response,
    in_the_browsers_language,
    keys,
    list_response,
    page_of,
    show_refusal,
    taken,
)
from core.story import story_of
from core.tables import listing
from core.workflow import RefusedError, offers
from documents import selectors, services
from documents.enums import ScanState
from documents.filters import PaperFilter
from documents.forms import CheckFileForm, CodeForm, DeliveryForm, FileForm, LicenceWithScanForm, ReasonForm
from documents.kinds import draft_source, paper_kind
from documents.models import OfficialDocument
from documents.permissions import may_deliver, roles_that_revoke
from documents.seal import normalise_code
from documents.tables import DEEDS, PAPERS
from documents.workflow import PAPER, PaperFacts
from institutions.permissions import MAY, Standing, signed_in, standing_of
from institutions.selectors import licences_visible_to, universities_visible_to
from regulation.permissions import may_amend
from regulation.selectors import current_edition


@require_safe
def papers(request: HttpRequest) -> HttpResponse:
    """The register of papers that the reader may see."""
    standing = standing_of(request.user)
    found = PaperFilter(request.GET, queryset=selectors.papers_listed(standing))
    listed = listing(found, PAPERS, request, default_sort="-issued_at")
    opened = selectors.papers_opened_by(standing).filter(pk__in=[row.pk for row in listed.page])
    return list_response(
        request,
        "documents/papers.html",
        listed,
        name=gettext("Papers"),
        beside=dict.fromkeys(opened.values_list("pk", flat=True), True),
        deeds=DEEDS,
        deeds_url=reverse("documents:papers-bulk"),
    )


@require_POST
def papers_bulk(request: HttpRequest) -> HttpResponse:
    """Many papers as one ZIP: first which are sealed, then a job with a bar."""
    visible = selectors.papers_listed(standing_of(request.user))
    return bulk_page(
        request,
        deeds=DEEDS,
        standing=standing_of(request.user),
        visible=visible,
        narrowed=lambda query: PaperFilter(query, queryset=visible).qs,
        back=reverse("documents:papers"),
        label=gettext("Papers"),
    )


def _paper(request: HttpRequest, pk: int) -> OfficialDocument:
    return get_object_or_404(selectors.visible_paper(standing_of(request.user), pk))


@require_safe
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """One paper: number, state, seal, to whom it went, what happened to it. To htmx only its file, until it is sealed."""
    found, standing = _paper(request, pk), standing_of(request.user)
    file = {"paper": found, "may_open": selectors.may_open(standing, found)}
    if request.headers.get("HX-Request"):
        return render(request, "documents/_file.html", file)
    context = {
        **file,
        "newer": getattr(found, "superseded_by", None),
        "has_parties": paper_kind(found.kind).signed_by_parties,
        "deliveries": selectors.deliveries_of(found),
        "story": story_of(found),
        "may_revoke": _may_revoke(standing, found),
        "delivery_form": DeliveryForm() if may_deliver(standing, found) else None,
        "subject_url": page_of(found.subject_type, found.subject_id),
    }
    return render(request, "documents/paper.html", context)


@require_safe
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """The sealed file; `?inline` shows it. Notes the first opening by the person it was delivered to, and who opened it where
    it bears the number of a passport.
    """
    found = _paper(request, pk)
    if not found.sha256 or not selectors.may_open(standing_of(request.user), found):
        raise Http404
    services.mark_opened(document_id=found.pk, person_id=signed_in(request.user).person_id)
    services.note_opening(opened=found, actor=signed_in(request.user))
    return file_response(
        selectors.content_of(found.file),
        name=f"{found.number_text}.pdf",
        content_type="application/pdf",
        inline="inline" in request.GET,
    )


@require_safe
def draft(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """A paper as it would look if it were issued now: a watermark, no number, no seal. Nothing is written.

    `?pick=`: keys of what it is to name, where a paper names only what was picked.
    """
    source = draft_source(kind)
    if source is None:
        raise Http404
    try:
        drafted = source(signed_in(request.user), pk, keys(request.GET.getlist("pick")))
    except ObjectDoesNotExist as error:
        raise Http404 from error
    content = services.preview(kind=kind, **drafted.said)
    draft_word = pgettext("paper", "draft")
    name = f"{capfirst(paper_kind(kind).title)} – {draft_word}.pdf"
    return file_response(content, name=name, content_type="application/pdf", inline=True)


def _may_revoke(standing: Standing, paper: OfficialDocument) -> bool:
    offered = offers(PAPER, paper.state, roles=roles_that_revoke(standing, paper), facts=PaperFacts())
    return any(offer.mine and offer.step.name == "revoke" for offer in offered)


@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """A page that says what revoking does and asks why; then revoke."""
    found, standing = _paper(request, pk), standing_of(request.user)
    if not roles_that_revoke(standing, found):
        raise Http404
    if not _may_revoke(standing, found):
        messages.info(request, gettext("This paper is in force no longer; nothing was changed."))
        return redirect("documents:officialdocument", pk=pk)
    form = ReasonForm(request.POST or None)
    actor = signed_in(request.user)
    if taken(request, form, lambda: services.revoke(document_id=pk, actor=actor, **form.cleaned_data)):
        return redirect("documents:officialdocument", pk=pk)
    return form_response(request, "documents/revoke.html", {"paper": found, "form": form})


@require_POST
def deliver(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down that a paper went to somebody by e-mail, by post or by hand."""
    found, form, actor = _paper(request, pk), DeliveryForm(request.POST), signed_in(request.user)
    return form_page(
        request,
        form,
        label=gettext("Write down that it was sent"),
        subtitle=found,
        back=reverse("documents:officialdocument", args=[pk]),
        save=lambda: services.note_delivery(document_id=pk, actor=actor, **form.cleaned_data),
        send=gettext("Write down"),
    )


@require_safe
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """A file that came from outside, saved and never shown by the browser; an infected or erased one is not given out."""
    found = get_object_or_404(selectors.upload_for_opening(standing_of(request.user), pk))
    if found.scan == ScanState.INFECTED or not found.file:
        raise Http404
    content = selectors.content_of(found.file)
    services.note_opening(opened=found, actor=signed_in(request.user))
    return file_response(content, name=found.safe_name, content_type=found.content_type)


@login_not_required
@require_safe
@in_the_browsers_language
def verify(request: HttpRequest) -> HttpResponse:
    """Where anybody types the code of a paper."""
    form = CodeForm(request.GET if "code" in request.GET else None)
    if form.is_bound and form.is_valid():
        return redirect("verification", code=normalise_code(form.cleaned_data["code"]))
    return render(request, "documents/verify.html", {"form": form})


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@in_the_browsers_language
def verification(request: HttpRequest, code: str) -> HttpResponse:
    """What the QR leads to: what the paper shows and how it stands now. POST compares a file with the seal and keeps nothing."""
    found = selectors.verification_of(code)
    if found is None:
        context = {"form": CodeForm(initial={"code": code}), "unknown": code}
        return render(request, "documents/verify.html", context, status=404)
    form = CheckFileForm(request.POST or None, request.FILES or None)
    same: bool | None = None
    if request.method == "POST" and form.is_valid():
        same = services.is_the_sealed_file(file=form.cleaned_data["file"], digest=found.sha256)
    return render(request, "documents/verification.html", {"paper": found, "form": form, "same": same})


# --- a partner's right to train, with its scan ------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def add_licence(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter a licence of a university with its scan (4.2)."""
    standing = standing_of(request.user)
    university = get_object_or_404(universities_visible_to(standing), pk=pk)
    if not standing.roles & MAY["licence.add"]:
        raise Http404
    form = LicenceWithScanForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        scan = values.pop("scan")
        try:
            made = services.add_licence(
                university_id=pk, scan=scan, scan_name=scan.name, actor=signed_in(request.user), **values
            )
        except RefusedError as refusal:
            show_refusal(form, refusal, beside="scan")
        else:
            return redirect("institutions:licence", pk=made.pk)
    return form_response(request, "documents/licence_form.html", {"form": form, "university": university})


@require_POST
def licence_scan(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a scan to a licence."""
    found = get_object_or_404(licences_visible_to(standing_of(request.user)), pk=pk)
    form = FileForm(request.POST, request.FILES)

    def save() -> None:
        scan = form.cleaned_data["file"]
        services.bring_licence_scan(licence_id=pk, scan=scan, scan_name=scan.name, actor=signed_in(request.user))

    back = reverse("institutions:licence", args=[pk])
    return form_page(request, form, label=gettext("Scan"), subtitle=found, back=back, save=save, beside="file")


# --- the regulation's change-registration sheet ------------------------------------------------------------------------


@require_POST
def change_sheet(request: HttpRequest) -> HttpResponse:
    """Print the change-registration sheet of the edition in force as a paper, for those who keep it (R-CR-a)."""
    edition = current_edition()
    if edition is None or not may_amend(request.user):
        raise Http404
    made = services.issue_change_sheet(edition=edition, actor=signed_in(request.user))
    return redirect("documents:officialdocument", pk=made.pk)
