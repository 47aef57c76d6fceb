"""Door of the dossier."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from core.permissions import role_label
from core.templatetags.written import points
from institutions.permissions import Standing, standing_of
from programmes.models import Enrolment
from satbayev_jdp.desk.context import menu_of
from satbayev_jdp.desk.dossier.ledger import ledger_of
from satbayev_jdp.desk.dossier.reading import Reading, enrolment_for, read
from satbayev_jdp.desk.dossier.record import chapter_of, transcripts_of
from satbayev_jdp.desk.worklist import line_of


@require_safe
def dossier(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole case of a student, clause by clause, as far as this reader may see each part (1.4)."""
    standing = standing_of(request.user)
    enrolment = enrolment_for(standing, pk)
    if enrolment is None:
        raise Http404
    reading = read(standing, enrolment.person)
    context = {
        "enrolment": enrolment,
        "person": reading.person,
        "spelling": reading.person.other_spelling,
        "enrolments": [(one, _facts(reading, one), one.pk in reading.known) for one in reading.enrolments],
        "chapters": [(chapter_of(reading, road), ledger_of(reading, road)) for road in reading.roads],
        "transcripts": transcripts_of(reading),
        "missing": [line_of(item, role_label(item.queue.partition("@")[0])) for item in reading.waiting],
        "crumbs": _crumbs(request, standing, enrolment, reading),
    }
    return render(request, "desk/dossier.html", context)


def _crumbs(request: HttpRequest, standing: Standing, enrolment: Enrolment, reading: Reading) -> list[tuple[str, str]]:
    """The way here: the list of students, where this reader has it in the menu, and the student's own page."""
    students = reverse("programmes:students")
    way = [(word.label, word.url) for word in menu_of(standing, request.path) if word.url == students]
    own = reverse("programmes:enrolment", args=[enrolment.pk]) if enrolment.pk in reading.known else ""
    return [*way, (str(reading.person), own)]


def _facts(reading: Reading, enrolment: Enrolment) -> list[tuple[str, object]]:
    """Who the student is. Funding and marks are for those who see the student's own page; a passport stands in no dossier."""
    roads = [road for road in reading.roads if road.application.enrolment_id == enrolment.pk]
    partners = {road.application.intake.pathway.partner_programme.university.name for road in roads}
    facts: list[tuple[str, object]] = [
        (gettext("Student number"), enrolment.student_number),
        (gettext("Programme"), enrolment.programme),
    ]
    # a guest's university is the partner: it is named once
    if partners - {enrolment.university.name}:
        facts.append((gettext("Partner"), ", ".join(sorted(partners))))
    facts.append((gettext("University"), enrolment.university.name))
    # what a partner says of its candidate stands with the case, and is for who sees that
    facts += [
        (gettext("Average mark"), told) for road in roads if road.case and (told := road.application.average_told)
    ]
    if enrolment.pk in reading.known:
        facts += [
            (gettext("Year of entry"), enrolment.entry_year),
            (gettext("Funding"), enrolment.get_funding_display()),
            (gettext("Language of study"), enrolment.get_study_language_display()),
            (gettext("GPA in the register"), "" if enrolment.gpa is None else points(enrolment.gpa)),
        ]
    return facts
