"""Doors of the package, the application to the Chair, the contract and the visa: one address for each verb."""

from django.contrib import messages
from django.forms import model_to_dict
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from admissions.enums import DocumentKind
from admissions.forms.applications import (
    LANGUAGE_CHOICES,
    ChairForm,
    ChairPaperForm,
    DocumentForm,
    PackageForm,
    ReasonForm,
    SignatureForm,
    VisaForm,
)
from admissions.models import Application, PackageItem
from admissions.permissions.applications import roles_on
from admissions.selectors.cases import case_of
from admissions.services import chair as chair_services
from admissions.services import contract as contracts
from admissions.services import package, visa
from admissions.views.case_facts import document_rows
from admissions.views.cases import form_of_case, led_back, visible
from admissions.workflow.visa import VISA
from agreements.enums import Direction
from agreements.selectors.annex import frozen_annex_of
from core.http import confirm_page, form_response, keys, refusals_as_messages, show_refusal, taken, tell_done
from core.values import active_language
from core.workflow import RefusedError, mark_of
from institutions.enums import Role
from institutions.permissions import signed_in, standing_of


@require_http_methods(["GET", "POST"])
def document_submit(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Hand in a document of the package."""
    application = visible(request, pk)
    item = get_object_or_404(application.package, kind=kind)
    item.application = application
    if not package.may_hand_in(item, roles_on(application, standing_of(request.user))):
        raise Http404
    form = DocumentForm(request.POST or None, request.FILES or None)

    def save() -> None:
        file = form.cleaned_data["file"]
        package.submit_document(application_id=pk, kind=kind, file=file, name=file.name, actor=signed_in(request.user))
        messages.success(request, _handed_in(item.get_kind_display(), file.name))

    label = gettext("Hand in a document: %(document)s") % {"document": item.get_kind_display()}
    return form_of_case(request, application, form, label, save)


def _handed_in(document: str, name: str) -> str:
    return gettext("Handed in: %(document)s (%(name)s)") % {"document": document, "name": name}


@require_http_methods(["GET", "POST"])
def documents_submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand in several documents at once. Each is told by itself: what is wrong with one keeps no other back."""
    application = visible(request, pk)
    rows = document_rows(application, case_of(application), roles_on(application, standing_of(request.user)))
    wanted = sorted((row for row in rows if row.may_hand_in), key=lambda row: row.is_there)
    documents = [(row.item.kind, row.label, row.note) for row in wanted]
    if not documents:
        return _nothing_to_hand_in(request, application)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = PackageForm(*sent, documents=documents)
    if form.is_valid():
        actor = signed_in(request.user)
        for kind, file in [(kind, file) for kind, file in form.cleaned_data.items() if file]:
            try:
                package.submit_document(application_id=pk, kind=kind, file=file, name=file.name, actor=actor)
            except RefusedError as refusal:
                show_refusal(form, refusal, beside=kind)
            else:
                messages.success(request, _handed_in(str(form.fields[kind].label), file.name))
                del form.fields[kind]
        if form.is_valid():
            return redirect("admissions:application", pk=pk)
    there = [row for row in rows if row.is_there and not row.may_hand_in]
    label = gettext("Hand in several documents")
    context = {"application": application, "form": form, "label": label, "there": there}
    return form_response(request, "admissions/documents.html", context)


def _nothing_to_hand_in(request: HttpRequest, application: Application) -> HttpResponse:
    """Back to the case for who hands documents of it in, and finds all of them taken already."""
    roles = roles_on(application, standing_of(request.user))
    items = list(application.package.all())
    for item in items:
        item.application = application
    if not any(package.may_hand_in(item, roles) for item in items):
        raise Http404
    return led_back(request, application)


@require_POST
def document_accept(request: HttpRequest, pk: int, kind: str, seen: int) -> HttpResponse:
    """Accept a document: the file that the page showed."""
    visible(request, pk)
    with refusals_as_messages(request):
        try:
            package.accept_document(application_id=pk, kind=kind, actor=signed_in(request.user), seen=[seen])
            messages.success(request, gettext("Accepted: %(document)s") % {"document": DocumentKind(kind).label})
        except PackageItem.DoesNotExist as error:
            raise Http404 from error
    return redirect("admissions:application", pk=pk)


@require_POST
def documents_accept(request: HttpRequest, pk: int, seen: str) -> HttpResponse:
    """Accept everything that waits to be checked: the files that the page showed."""
    visible(request, pk)
    with refusals_as_messages(request):
        package.accept_everything(application_id=pk, actor=signed_in(request.user), seen=keys(seen.split(",")))
        messages.success(request, gettext("What was handed in is accepted."))
    return redirect("admissions:application", pk=pk)


@require_http_methods(["GET", "POST"])
def document_return(request: HttpRequest, pk: int, kind: str, seen: int) -> HttpResponse:
    """Return a document with a reason: the file that the page showed."""
    application = visible(request, pk)
    item = get_object_or_404(application.package, kind=kind)
    if Role.IPD_COORDINATOR not in roles_on(application, standing_of(request.user)):
        raise Http404
    form = ReasonForm(request.POST or None)

    def save() -> None:
        actor = signed_in(request.user)
        package.return_document(application_id=pk, kind=kind, actor=actor, seen=[seen], **form.cleaned_data)
        messages.success(request, gettext("Returned: %(document)s") % {"document": item.get_kind_display()})

    label = gettext("Return a document: %(document)s") % {"document": item.get_kind_display()}
    return form_of_case(request, application, form, label, save)


@require_http_methods(["GET", "POST"])
def chair(request: HttpRequest, pk: int) -> HttpResponse:
    """The application to the Chair of the Board: choose a language, read the text, sign; or the IPD enters it from paper."""
    application = visible(request, pk)
    roles = roles_on(application, standing_of(request.user))
    if not roles & {Role.STUDENT, Role.IPD_COORDINATOR}:
        raise Http404
    signed = hasattr(application, "chair_application")
    if request.method == "GET" and (signed or not chair_services.may_be_signed(application)):
        return redirect("admissions:application", pk=pk)
    is_student = Role.STUDENT in roles
    language = request.GET.get("language") or request.POST.get("language") or active_language()
    if language not in {"kk", "ru", "en"}:
        raise Http404
    form: ChairForm = (
        ChairForm({"language": language})
        if is_student
        else ChairPaperForm(request.POST or None, request.FILES or None, initial={"language": "kk"})
    )
    if taken(request, form, lambda: _keep_chair(request, pk, form, is_student=is_student)):
        return redirect("admissions:application", pk=pk)
    context = {
        "application": application,
        "form": form,
        "is_student": is_student,
        "language": language,
        "languages": LANGUAGE_CHOICES,
        "text": chair_services.text_to_sign(application, language),
        "pathway": application.intake.pathway,
        "annex": frozen_annex_of(application.intake.pathway),
    }
    return form_response(request, "admissions/chair.html", context)


def _keep_chair(request: HttpRequest, pk: int, form: ChairForm, *, is_student: bool) -> None:
    actor = signed_in(request.user)
    data = form.cleaned_data
    if is_student:
        chair_services.sign_chair_application(application_id=pk, language=data["language"], actor=actor)
    else:
        chair_services.enter_chair_application(
            application_id=pk,
            language=data["language"],
            signed_on=data["signed_on"],
            file=data["file"],
            name=data["file"].name,
            actor=actor,
        )
    messages.success(request, gettext("The application is signed."))


@require_http_methods(["GET", "POST"])
def contract_make(request: HttpRequest, pk: int) -> HttpResponse:
    """A page that says what making the three-party contract does; then make it."""
    application = visible(request, pk)
    if request.method == "GET":
        if Role.IPD_COORDINATOR not in roles_on(application, standing_of(request.user)):
            raise Http404
        if not contracts.may_be_made(application) or case_of(application).contract:
            return redirect("admissions:application", pk=pk)
        return confirm_page(
            request,
            label=gettext("Make the contract"),
            subtitle=application,
            back=reverse("admissions:application", args=[pk]),
            happens=[
                gettext("The contract gets the next number of the register; its text is frozen and never changes."),
                gettext(
                    "Student, University and partner are asked to sign it; it is in force with the last signature."
                ),
            ],
            preview=reverse("documents:draft", args=["three_party_contract", pk]),
        )
    with refusals_as_messages(request):
        contracts.make_contract(application_id=pk, actor=signed_in(request.user))
        messages.success(request, gettext("The contract is made: three signatures are asked for."))
    return redirect("admissions:application", pk=pk)


@require_http_methods(["GET", "POST"])
def contract_sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign the contract for one's party: first a page that says what will happen."""
    application = visible(request, pk)
    party = contracts.party_of(roles_on(application, standing_of(request.user)))
    case = case_of(application)
    if not party or case.contract is None:
        raise Http404
    if request.method == "POST":
        with refusals_as_messages(request):
            contracts.sign_contract(application_id=pk, actor=signed_in(request.user))
            messages.success(request, gettext("The contract is signed for your party."))
        return redirect("admissions:application", pk=pk)
    signed = any(one.key == party and one.signature for one in case.parties)
    if signed or not contracts.takes_signatures(application):
        return redirect("admissions:application", pk=pk)
    context = {"application": application, "case": case, "party": party}
    return render(request, "admissions/contract_sign.html", context)


@require_http_methods(["GET", "POST"])
def contract_enter(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter a signature given on paper."""
    application = visible(request, pk)
    if Role.IPD_COORDINATOR not in roles_on(application, standing_of(request.user)):
        raise Http404
    form = SignatureForm(request.POST or None, request.FILES or None)

    def save() -> None:
        data, actor = form.cleaned_data, signed_in(request.user)
        contracts.enter_signature(application_id=pk, name=data["file"].name, actor=actor, **data)
        messages.success(request, gettext("Saved."))

    return form_of_case(request, application, form, gettext("Enter a signature from paper"), save)


@require_http_methods(["GET", "POST"])
def visa_step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Move the visa case."""
    application = visible(request, pk)
    now = case_of(application).visa
    if now is None:
        raise Http404
    known = next((known for known in VISA[application.direction].steps if known.name == step), None)
    if known is None or not roles_on(application, standing_of(request.user)) & set(known.by):
        raise Http404
    if now.state not in known.sources and request.method != "POST":
        ahead = VISA[application.direction].movers_towards(now.state, known.sources)
        return led_back(request, application, ahead=bool(ahead))
    incoming = application.direction == Direction.INCOMING
    form = VisaForm(request.POST if request.method == "POST" else None, step=step, incoming=incoming)

    def save() -> None:
        visa.visa_step(application_id=pk, name=step, actor=signed_in(request.user), **form.cleaned_data)
        tell_done(request, known)

    return form_of_case(request, application, form, gettext(known.label), save)


@require_http_methods(["GET", "POST"])
def visa_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what was written down of a visa, with a reason."""
    application = visible(request, pk)
    case = case_of(application).visa
    ipd = Role.IPD_COORDINATOR in roles_on(application, standing_of(request.user))
    if case is None or not ipd:
        raise Http404
    if not visa.may_be_corrected(application, case) and request.method != "POST":
        return led_back(request, application)
    form = VisaForm(
        request.POST if request.method == "POST" else None,
        step=f"correct {case.state}",
        incoming=application.direction == Direction.INCOMING,
        initial={**model_to_dict(case), "seen": mark_of(application)},
    )

    def save() -> None:
        visa.correct_visa(application_id=pk, actor=signed_in(request.user), **form.cleaned_data)
        messages.success(request, gettext("Saved."))

    return form_of_case(request, application, form, gettext("Correct the visa"), save)
