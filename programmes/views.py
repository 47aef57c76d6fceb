"""Doors of programmes, curricula and students."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from core.history import subject_type
from core.http import dry_run_page, form_page, list_response, refusals_as_messages
from core.imports import ImportReport, Outcome
from core.story import story_of
from core.tables import listing
from core.templatetags.written import points
from documents.models import Upload
from documents.selectors import uploads_visible_to
from institutions.models import University
from institutions.permissions import may_see_identity, signed_in, standing_of
from institutions.selectors import home_university
from programmes import selectors
from programmes.filters import EnrolmentFilter, ProgrammeFilter
from programmes.forms import FileForm, ProgrammeForm
from programmes.models import Programme
from programmes.pdf import CURRICULUM_FILE, STUDENTS_FILE
from programmes.permissions import may_enter_programme, may_import_curriculum, may_import_students
from programmes.services import curricula
from programmes.services import students as register
from programmes.tables import PROGRAMMES, STUDENTS


@require_safe
def programmes(request: HttpRequest) -> HttpResponse:
    """The University's programmes and those of partners; as page or file."""
    standing = standing_of(request.user)
    found = ProgrammeFilter(request.GET, queryset=selectors.programmes_visible_to(standing))
    listed = listing(found, PROGRAMMES, request, default_sort="-university__is_home")
    context = {"may_enter": may_enter_programme(standing, home_university()) or standing.partner_ids}
    return list_response(request, "programmes/programmes.html", listed, name=gettext("Programmes"), context=context)


@require_safe
def programme(request: HttpRequest, pk: int) -> HttpResponse:
    """A programme: what it is, its curriculum by semester with totals, other versions, history."""
    standing = standing_of(request.user)
    found = get_object_or_404(selectors.programmes_visible_to(standing), pk=pk)
    versions = list(found.curricula.order_by("-number"))
    asked = request.GET.get("version", "")
    shown = next((version for version in versions if str(version.number) == asked), versions[0] if versions else None)
    blocks = selectors.semesters_of(shown) if shown else ()
    context = {
        "programme": found,
        "versions": versions,
        "shown": shown,
        "blocks": blocks,
        "credits": sum(block.credits for block in blocks),
        "hours": sum(block.hours for block in blocks),
        "may_import": may_import_curriculum(standing, found),
        "story": story_of(found),
    }
    return render(request, "programmes/programme.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Enter a programme."""
    standing = standing_of(request.user)
    if not (may_enter_programme(standing, home_university()) or standing.partner_ids):
        raise Http404
    form, label = ProgrammeForm(request.POST or None, standing=standing), gettext("Enter a programme")
    return form_page(
        request,
        form,
        label=label,
        back=reverse("programmes:programmes"),
        save=lambda: curricula.enter_programme(actor=signed_in(request.user), **form.values()),
        to=lambda made: reverse("programmes:programme", args=[made.pk]),
        send=label,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def import_curriculum(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand in a curriculum; what it would do is shown before anything is written."""
    standing = standing_of(request.user)
    found = get_object_or_404(selectors.programmes_visible_to(standing), pk=pk)
    if not may_import_curriculum(standing, found):
        raise Http404
    form = FileForm(request.POST or None, request.FILES or None)
    return form_page(
        request,
        form,
        label=gettext("Import a curriculum"),
        subtitle=found,
        back=reverse("programmes:programme", args=[pk]),
        save=lambda: curricula.keep_curriculum_file(programme_id=pk, actor=signed_in(request.user), **form.sent()),
        to=lambda upload: reverse("programmes:curriculum-check", args=[pk, upload.pk]),
        beside="file",
        note=gettext(
            "Columns: code, name (Kazakh, Russian, English or the partner's own), credits, hours, semester; "
            "besides cycle, component, kind, prerequisites."
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def check_curriculum(request: HttpRequest, pk: int, upload: int) -> HttpResponse:
    """The dry run of a curriculum; then one transaction. What is written is the file that was tried."""
    standing = standing_of(request.user)
    found = get_object_or_404(selectors.programmes_visible_to(standing), pk=pk)
    if not may_import_curriculum(standing, found):
        raise Http404
    kept = _kept(request, upload, purpose=CURRICULUM_FILE.name, subject=found)
    actor = signed_in(request.user)
    context = {
        "file": kept,
        "subtitle": found,
        "here": reverse("programmes:curriculum-check", args=[pk, upload]),
        "again": reverse("programmes:curriculum-import", args=[pk]),
        "back": reverse("programmes:programme", args=[pk]),
        "confirm": gettext("Write as a new version"),
    }

    def done(report: ImportReport) -> HttpResponse:
        told = gettext("Nothing new: this version is there already.")
        if report.written:
            told = gettext("The curriculum is written as a new version.")
        messages.success(request, told)
        return redirect("programmes:programme", pk=pk)

    with refusals_as_messages(request):
        return dry_run_page(
            request,
            attempt=lambda: curricula.try_curriculum(upload_id=upload, actor=actor),
            write=lambda: curricula.import_curriculum(upload_id=upload, actor=actor),
            done=done,
            context=context,
        )
    return redirect("programmes:curriculum-import", pk=pk)


def _kept(request: HttpRequest, upload: int, *, purpose: str, subject: Programme | University) -> Upload:
    found: Upload = get_object_or_404(
        uploads_visible_to(standing_of(request.user), purpose=purpose),
        pk=upload,
        subject_type=subject_type(subject),
        subject_id=subject.pk,
    )
    return found


@require_safe
def students(request: HttpRequest) -> HttpResponse:
    """Students that this reader may see; as page or file."""
    standing = standing_of(request.user)
    found = EnrolmentFilter(request.GET, queryset=selectors.enrolments_visible_to(standing))
    listed = listing(found, STUDENTS, request, default_sort="person__name_cyrillic")
    context = {"may_import": may_import_students(standing)}
    return list_response(request, "programmes/students.html", listed, name=gettext("Students"), context=context)


@require_safe
def enrolment(request: HttpRequest, pk: int) -> HttpResponse:
    """A student: own data for the student, for those who watch, and for the department."""
    standing = standing_of(request.user)
    found = get_object_or_404(selectors.enrolments_visible_to(standing), pk=pk)
    person = found.person
    context = {
        "enrolment": found,
        "is_own": person.pk == standing.person_id,
        "shows_identity": may_see_identity(standing.roles, is_own=person.pk == standing.person_id),
        "study": [
            (gettext("Student number"), found.student_number),
            (gettext("University"), found.university.name),
            (gettext("Programme"), found.programme),
            (gettext("Curriculum"), found.curriculum),
            (gettext("Year of entry"), found.entry_year),
            (gettext("Funding"), found.get_funding_display()),
            (gettext("Language of study"), found.get_study_language_display()),
            (gettext("GPA"), "" if found.gpa is None else points(found.gpa)),
            (gettext("Debts (courses)"), found.debts),
        ],
        "story": story_of(found),
        "person": person,
    }
    return render(request, "programmes/enrolment.html", context)


def _only_the_register(request: HttpRequest) -> None:
    if not may_import_students(standing_of(request.user)):
        raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
def import_students(request: HttpRequest) -> HttpResponse:
    """Hand in the register of students."""
    _only_the_register(request)
    form = FileForm(request.POST or None, request.FILES or None)
    return form_page(
        request,
        form,
        label=gettext("Import the register of students"),
        back=reverse("programmes:students"),
        save=lambda: register.keep_students_file(actor=signed_in(request.user), **form.sent()),
        to=lambda upload: reverse("programmes:students-check", args=[upload.pk]),
        beside="file",
        note=gettext(
            "The export of the Registrar's Office as it is. Students are told apart by number, never by name."
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def check_students(request: HttpRequest, upload: int) -> HttpResponse:
    """The dry run of the register, student by student; then one transaction."""
    _only_the_register(request)
    kept = _kept(request, upload, purpose=STUDENTS_FILE.name, subject=home_university())
    actor = signed_in(request.user)
    context = {
        "file": kept,
        "here": reverse("programmes:students-check", args=[upload]),
        "again": reverse("programmes:students-import"),
        "back": reverse("programmes:students"),
        "confirm": gettext("Write into the register"),
    }

    def done(report: ImportReport) -> HttpResponse:
        messages.success(request, _told(report))
        return redirect("programmes:students")

    with refusals_as_messages(request):
        return dry_run_page(
            request,
            attempt=lambda: register.try_students(upload_id=upload, actor=actor),
            write=lambda: register.import_students(upload_id=upload, actor=actor),
            done=done,
            context=context,
        )
    return redirect("programmes:students-import")


def _told(report: ImportReport) -> str:
    counts = {outcome.value: report.count(outcome) for outcome in Outcome}
    return gettext("Students: %(created)s new, %(changed)s changed, %(unchanged)s as before.") % counts
