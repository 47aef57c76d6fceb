"""Pages of what is held about oneself, and of who opened passports and health documents."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from core.tables import PAGE_SIZE
from core.templatetags.written import day
from institutions.enums import Role
from institutions.models import Person
from institutions.permissions import signed_in, standing_of
from satbayev_jdp.door import held as read
from satbayev_jdp.door.numbers import read_numbers
from satbayev_jdp.door.openings import every_opening, told


@require_safe
def held(request: HttpRequest) -> HttpResponse:
    """What is known of the person, which files there are and who opened them, and a button for all of it."""
    user, standing = signed_in(request.user), standing_of(request.user)
    person = user.person
    uploads = read.uploads_about(standing)
    context = {
        "person_facts": [
            (gettext("Name as in the passport"), person.passport_name),
            (gettext("Name in Cyrillic"), person.name_cyrillic),
            (gettext("Date of birth"), day(person.birth_date) if person.birth_date else ""),
            (gettext("Citizenship"), person.citizenship_name),
            (gettext("IIN"), person.iin),
            (gettext("Passport"), person.passport_number),
            (gettext("Passport valid until"), day(person.passport_valid_until) if person.passport_valid_until else ""),
            (gettext("Language certificate"), person.language_certificate),
            (gettext("E-mail"), person.email),
        ],
        "uploads": list(uploads),
        "made": read.last_made(user),
        "papers": read.papers_about(standing).count(),
        "openings": told(read.openings_about(standing)[:PAGE_SIZE], standing),
    }
    return render(request, "door/held.html", context)


@require_safe
def numbers(request: HttpRequest, pk: int) -> HttpResponse:
    """The numbers of somebody's passport and IIN; that they were read is written down."""
    reader = signed_in(request.user)
    try:
        found = read_numbers(person_id=pk, actor=reader)
    except Person.DoesNotExist as error:
        raise Http404 from error
    person = found.person
    until = day(person.passport_valid_until) if person.passport_valid_until else ""
    context = {
        "person": person,
        "is_own": person.pk == reader.person_id,
        "back": found.back,
        "numbers": [
            (gettext("Passport"), person.passport_number),
            (gettext("Passport valid until"), until),
            *([(gettext("IIN"), person.iin)] if found.with_iin else []),
        ],
    }
    return render(request, "door/numbers.html", context)


@require_POST
def download(request: HttpRequest) -> HttpResponse:
    """Make the ZIP; its bar is on the page of the work."""
    return redirect("core:job", pk=read.start(signed_in(request.user)).pk)


@require_safe
def openings(request: HttpRequest) -> HttpResponse:
    """Who opened which personal document, whose, and when: for whoever audits it."""
    standing = standing_of(request.user)
    if not standing.holds(Role.AUDITOR):
        raise Http404
    page = Paginator(every_opening(), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "door/openings.html", {"page": page, "openings": told(page, standing), "tells_whose": True})
