"""Doors of the evidence that a pathway's opening asks for: Councils, EPVO, teachers, money; and of what was entered by mistake."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from agreements.forms import CouncilForm, EpvoForm, MoneyForm, TeacherForm
from agreements.models import Pathway
from agreements.permissions import MONEY_ROLES, recorder_of, side_of
from agreements.selectors.agreements import facts_of_agreement
from agreements.selectors.councils import councils_of
from agreements.services import evidence as services
from agreements.views.common import only, told_once, unseen
from agreements.views.pathways import visible
from core.http import confirm_page, form_page, refusals_as_messages
from institutions.enums import Role
from institutions.permissions import signed_in, standing_of


@require_http_methods(["GET", "HEAD", "POST"])
def council(request: HttpRequest, pk: int, university: int, seen_hash: str) -> HttpResponse:
    """Record a Council's decision on what was shown: one's own, or for the IPD also, from paper, a partner's."""
    found = visible(request, pk)
    if recorder_of(standing_of(request.user), university) is None:
        raise Http404
    subtitle, back = _named(found, university), reverse("agreements:pathway", args=[pk]) + "#councils"
    if led_back := unseen(request, seen_hash, facts_of_agreement(found.agreement).whole_hash, back):
        return led_back
    before = next((row for row in councils_of([found]) if row.university_id == university), None)
    form = CouncilForm(request.POST or None, request.FILES or None, before=before)

    def save() -> object:
        data = dict(form.cleaned_data)
        file = data.pop("file")
        return services.record_council(
            pathway_id=pk,
            university_id=university,
            file=file,
            file_name=file.name if file else "",
            actor=signed_in(request.user),
            seen_hash=seen_hash,
            **data,
        )

    return form_page(
        request,
        form,
        label=gettext("Decision of the Academic Council"),
        subtitle=subtitle,
        back=back,
        save=save,
        to=told_once(request, back),
    )


def _named(found: Pathway, university_id: int) -> str:
    names = {
        party.university_id: party.university.name for party in found.agreement.parties.select_related("university")
    }
    if university_id not in names:
        raise Http404
    return f"{names[university_id]} · {found}"


@require_http_methods(["GET", "HEAD", "POST"])
def epvo(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter the programme's number and date in EPVO."""
    only(request, Role.IPD_COORDINATOR, Role.REGISTRAR)
    found = visible(request, pk)
    form = EpvoForm(request.POST or None, initial={"number": found.epvo_number, "day": found.epvo_date})
    return form_page(
        request,
        form,
        label=gettext("Entry into EPVO"),
        subtitle=found,
        back=reverse("agreements:pathway", args=[pk]),
        save=lambda: services.enter_epvo(pathway_id=pk, actor=signed_in(request.user), **form.cleaned_data),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def teacher(request: HttpRequest, pk: int) -> HttpResponse:
    """Name a teacher of one's side."""
    found = visible(request, pk)
    side = side_of(standing_of(request.user), found)
    if side is None:
        raise Http404
    sides = [found.partner_programme.university]
    if side == "home":
        sides.insert(0, found.home_programme.university)
    form = TeacherForm(request.POST or None, sides=sides)
    return form_page(
        request,
        form,
        label=gettext("Name a teacher"),
        subtitle=found,
        back=reverse("agreements:pathway", args=[pk]),
        save=lambda: services.name_teacher(pathway_id=pk, actor=signed_in(request.user), **form.cleaned_data),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def money(request: HttpRequest, pk: int) -> HttpResponse:
    """Fix a term of money."""
    only(request, *MONEY_ROLES)
    found = visible(request, pk)
    form = MoneyForm(request.POST or None)
    return form_page(
        request,
        form,
        label=gettext("Add a term of money"),
        subtitle=found,
        back=reverse("agreements:pathway", args=[pk]),
        save=lambda: services.add_money_term(pathway_id=pk, actor=signed_in(request.user), **form.cleaned_data),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def teacher_away(request: HttpRequest, pk: int, teacher: int) -> HttpResponse:
    """Take away a teacher who was named by mistake."""
    found = visible(request, pk)
    named = found.teachers.filter(pk=teacher).first()
    if named and recorder_of(standing_of(request.user), named.university_id) is None:
        raise Http404
    return _taken_away(
        request,
        found,
        label=gettext("Take away a teacher"),
        name=f"{named.full_name}, {named.get_part_display()}" if named else "",
        part="teachers",
        take=lambda: services.take_away_teacher(pathway_id=pk, teacher_id=teacher, actor=signed_in(request.user)),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def money_away(request: HttpRequest, pk: int, term: int) -> HttpResponse:
    """Take away a term of money that was entered by mistake."""
    only(request, *MONEY_ROLES)
    found = visible(request, pk)
    fixed = found.money_terms.filter(pk=term).first()
    return _taken_away(
        request,
        found,
        label=gettext("Take away a term of money"),
        name=f"{fixed.purpose}, {fixed.told}" if fixed else "",
        part="money",
        take=lambda: services.take_away_money_term(pathway_id=pk, term_id=term, actor=signed_in(request.user)),
    )


def _taken_away(
    request: HttpRequest, found: Pathway, *, label: str, name: str, part: str, take: Callable[[], None]
) -> HttpResponse:
    """A page that says what is taken away, then take it; what is gone already (no `name`) leads back to the pathway's `part`."""
    back = reverse("agreements:pathway", args=[found.pk]) + f"#{part}"
    if request.method != "POST" and name:
        happens = [
            gettext("“%(name)s” no longer stands on this pathway.") % {"name": name},
            gettext("The history keeps what stood there."),
        ]
        return confirm_page(request, label=label, subtitle=found, back=back, happens=happens)
    if request.method == "POST":
        with refusals_as_messages(request):
            take()
            messages.success(request, gettext("Taken away."))
    return redirect(back)
