"""Doors of programmes, curricula and students."""

from collections.abc import Collection, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_http_methods, require_safe

from core.history import subject_type
from core.http import (
    Onward,
    Pointed,
    confirm_page,
    dry_run_page,
    form_page,
    list_response,
    number_on_request,
    onward_from,
    refusals_as_messages,
)
from core.imports import ImportReport, Outcome
from core.machine import Blocker
from core.permissions import whose_move
from core.story import Told, story_of
from core.tables import listing
from core.templatetags.written import day, points
from core.way import Stage
from documents.models import Upload
from documents.selectors import uploads_visible_to
from institutions.enums import Role
from institutions.models import Person, University
from institutions.permissions import STAFF, Standing, may_see_identity, may_see_iin, signed_in, standing_of
from institutions.selectors import home_university
from programmes import selectors
from programmes.filters import EnrolmentFilter, ProgrammeFilter
from programmes.forms import FileForm, ProgrammeForm
from programmes.imports.curricula import HEADERS as CURRICULUM_HEADERS
from programmes.imports.students import HEADERS as REGISTER_HEADERS
from programmes.models import Curriculum, Programme
from programmes.pdf import CURRICULUM_FILE, STUDENTS_FILE
from programmes.permissions import may_enter_programme, may_import_curriculum, may_import_students
from programmes.services import curricula
from programmes.services import programmes as entries
from programmes.services import students as register
from programmes.tables import PROGRAMMES, STUDENTS
from programmes.workflow import RESTS, STAYS, binding, fixed_columns


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
    story = story_of(found)
    ways = onward_from("programmes.programme", pk, standing)
    # Who sees not every pathway is not told that there is none.
    told = bool(ways) or not versions or bool(standing.roles & STAFF)
    may_import, may_correct = may_import_curriculum(standing, found), may_enter_programme(standing, found.university)
    context = {
        "programme": found,
        "crumbs": [(gettext("Programmes"), reverse("programmes:programmes")), (found.university.name, "")],
        **_standing_of(found, versions, ways, mine=standing.roles, may_import=may_import),
        "stages": _stages(versions, ways, story),
        "told": told,
        "onward": ways,
        "versions": versions,
        "shown": shown,
        "blocks": blocks,
        "credits": sum(block.credits for block in blocks),
        "hours": sum(block.hours for block in blocks),
        "may_import": may_import,
        "may_correct": may_correct,
        "may_take_away": may_correct and selectors.is_bare(found),
        "story": story,
    }
    return render(request, "programmes/programme.html", context)


def _standing_of(
    found: Programme,
    versions: Sequence[Curriculum],
    ways: Sequence[Onward],
    *,
    mine: Collection[str],
    may_import: bool,
) -> dict[str, Any]:
    """Where a programme stands, whose move it is, until when, and what it lacks: it has no steps of its own, so its curriculum
    (5.2) and then its pathways (5.7) tell.
    """
    bring = reverse("programmes:curriculum-import", args=[found.pk])
    if not versions:
        mover = Role.METHODICAL_SECTION if found.university.is_home else Role.PARTNER_COORDINATOR
        blocker = Blocker("5.2", gettext_noop("No curriculum has been imported"), mover)
        action = {"label": gettext("Import a curriculum"), "url": bring, "method": "get"} if may_import else None
        return {
            "where": gettext("entered, without a curriculum"),
            "mine": mine,
            "movers": whose_move([mover], mine),
            "due": None,
            "action": action,
            "blockers": [Pointed(blocker, bring) if may_import else blocker],
        }
    waiting = [way for way in ways if way.movers]
    where = gettext("has a curriculum, no pathway to a partner")
    if ways:
        where = gettext("tied to a partner: the pathway is in preparation")
    if any(not way.movers for way in ways):
        where = gettext("taught with a partner: a pathway is ready")
    return {
        "where": where,
        "movers": whose_move(
            [role for way in waiting for role in way.movers or ()], {role for way in waiting for role in way.mine}
        ),
        "due": min((way.due for way in waiting if way.due), default=None),
        "action": {"label": gettext("To the pathway"), "url": waiting[0].url, "method": "get"} if waiting else None,
        "blockers": [],
    }


def _stages(versions: Sequence[Curriculum], ways: Sequence[Onward], story: Sequence[Told]) -> list[Stage]:
    """The way of a programme: entered, its curriculum, its pathways. Who and when stand where history knows them."""
    done = [True, bool(versions), bool(ways), any(not way.movers for way in ways)]
    labels = [
        (gettext("Programme entered"), "4.1"),
        (gettext("Curriculum imported"), "5.2"),
        (gettext("Tied to a partner's programme"), "5.7"),
        (gettext("Ready for students"), "6.12"),
    ]
    came = {
        0: story[-1] if story else None,
        1: next((one for one in story if one.action == curricula.CURRICULUM_IMPORTED), None),
    }
    now = done.index(False) if False in done else len(done)
    return [
        Stage(label, clause, done=at < now, current=at == now, **_came(came.get(at)))
        for at, (label, clause) in enumerate(labels)
    ]


def _came(entry: Told | None) -> dict[str, Any]:
    return {"who": entry.who, "when": entry.at} if entry else {}


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
        save=lambda: entries.enter_programme(
            university=form.cleaned_data["university"], data=form.typed(), actor=signed_in(request.user)
        ),
        to=lambda made: reverse("programmes:programme", args=[made.pk]),
        send=label,
    )


def _own(request: HttpRequest, pk: int) -> Programme:
    """A programme that the reader may correct: 404 for anybody else."""
    standing = standing_of(request.user)
    found = get_object_or_404(selectors.programmes_visible_to(standing), pk=pk)
    if not may_enter_programme(standing, found.university):
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a programme: all of it, or what no agreement rests on, with the pathway that holds the rest."""
    found, namings = _own(request, pk), selectors.namings_of(pk)
    fixed, holder = fixed_columns(selectors.values_of(found), namings), binding(namings)
    form = ProgrammeForm(request.POST or None, standing=standing_of(request.user), programme=found, fixed=fixed)
    return form_page(
        request,
        form,
        label=gettext("Correct the programme"),
        subtitle=found,
        back=reverse("programmes:programme", args=[pk]),
        save=lambda: entries.correct_programme(
            programme_id=pk,
            data=form.typed(),
            actor=signed_in(request.user),
            seen=form.cleaned_data["seen"],
        ),
        note=gettext(RESTS) % {"pathway": holder.pathway} if holder else "",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def take_away(request: HttpRequest, pk: int) -> HttpResponse:
    """Take away a programme that was entered by mistake; one on which something hangs leads back to its page."""
    found, back = _own(request, pk), reverse("programmes:programme", args=[pk])
    if request.method != "POST" and selectors.is_bare(found):
        happens = [
            gettext("“%(name)s” no longer stands among the programmes.") % {"name": found},
            gettext("The history of its university keeps what stood there."),
        ]
        label = gettext("Take away the programme")
        return confirm_page(request, label=label, subtitle=found.university.name, back=back, happens=happens)
    if request.method == "POST":
        with refusals_as_messages(request):
            entries.take_away_programme(programme_id=pk, actor=signed_in(request.user))
            messages.success(request, gettext("Taken away."))
            return redirect("programmes:programmes")
    else:
        messages.error(request, gettext(STAYS))
    return redirect(back)


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
        note=gettext("A course has its name in Kazakh, Russian, English or the partner's own language."),
        headers=CURRICULUM_HEADERS,
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

    return dry_run_page(
        request,
        attempt=lambda: curricula.try_curriculum(upload_id=upload, actor=actor),
        write=lambda: curricula.import_curriculum(upload_id=upload, actor=actor),
        done=done,
        context=context,
    )


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
        "numbers": _numbers(person, standing),
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
        "story": selectors.story_of_student(found),
        "person": person,
    }
    return render(request, "programmes/enrolment.html", context)


def _numbers(person: Person, standing: Standing) -> list[tuple[str, str]]:
    """Passport and IIN, for whose work needs them; to all but their bearer on request."""
    is_own = person.pk == standing.person_id
    if not may_see_identity(standing.roles, is_own=is_own):
        return []
    until = day(person.passport_valid_until) if person.passport_valid_until else ""
    iin = number_on_request(person.iin, person_id=person.pk, is_own=is_own)
    return [
        *([(gettext("IIN"), iin)] if may_see_iin(standing.roles, is_own=is_own) else []),
        (gettext("Passport"), number_on_request(person.passport_number, person_id=person.pk, is_own=is_own)),
        (gettext("Passport valid until"), until),
    ]


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
        headers=REGISTER_HEADERS,
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

    return dry_run_page(
        request,
        attempt=lambda: register.try_students(upload_id=upload, actor=actor),
        write=lambda: register.import_students(upload_id=upload, actor=actor),
        done=done,
        context=context,
    )


def _told(report: ImportReport) -> str:
    counts = {outcome.value: report.count(outcome) for outcome in Outcome}
    return gettext("Students: %(created)s new, %(changed)s changed, %(unchanged)s as before.") % counts
