"""Doors of the academic calendar of each side (3), and of the days off of Kazakhstan."""

from collections.abc import Callable, Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from core.http import confirm_page, form_page, refusals_as_messages
from core.values import Localized, today
from institutions.permissions import signed_in, standing_of
from institutions.selectors import home_university, universities_visible_to
from institutions.services import days_off as holidays
from institutions.services.days_off import DayOff
from programmes import selectors
from programmes.forms import DayOffForm, TermDaysForm, TermForm
from programmes.permissions import may_edit_calendar
from programmes.services import calendar as services
from programmes.services.calendar import TermDates


def _only_editors(request: HttpRequest) -> None:
    if not may_edit_calendar(standing_of(request.user)):
        raise Http404


@require_safe
def calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """The terms of a university; with the University's own the days off of Kazakhstan."""
    standing, day = standing_of(request.user), today()
    found = get_object_or_404(universities_visible_to(standing), pk=pk)
    context = {
        "university": found,
        "crumbs": [
            (gettext("Partners"), reverse("institutions:universities")),
            (found.name, reverse("institutions:university", args=[pk])),
        ],
        "rows": selectors.calendar_of(found, day),
        "years_off": selectors.days_off_by_year(day) if found.is_home else [],
        "may_edit": may_edit_calendar(standing),
    }
    return render(request, "programmes/calendar.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add_term(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter a term of a university."""
    _only_editors(request)
    found = get_object_or_404(universities_visible_to(standing_of(request.user)), pk=pk)
    form, actor = TermForm(request.POST or None), signed_in(request.user)
    return form_page(
        request,
        form,
        label=gettext("Enter a term"),
        subtitle=found.name,
        back=reverse("programmes:calendar", args=[pk]),
        save=lambda: services.enter_term(university=found, term=TermDates(**form.cleaned_data), actor=actor),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def correct_term(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct days and name of a term."""
    _only_editors(request)
    found = get_object_or_404(selectors.terms_visible_to(standing_of(request.user)), pk=pk)
    shown, actor = services.dates_of(found), signed_in(request.user)
    initial = {name: getattr(shown, name) for name in ("name_original", "starts_on", "ends_on")}
    form = TermDaysForm(request.POST or None, initial={**initial, "seen": shown.mark})
    return form_page(
        request,
        form,
        label=gettext("Correct the term"),
        subtitle=f"{found.university.name} · {found}",
        back=reverse("programmes:calendar", args=[found.university_id]),
        save=lambda: services.correct_term(term_id=pk, actor=actor, **form.cleaned_data),
        note=gettext(
            "What is reckoned from now on follows the new days. Stays, orders, papers and deadlines that there are keep theirs."
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def take_away_term(request: HttpRequest, pk: int) -> HttpResponse:
    """Take away a term that nothing names."""
    _only_editors(request)
    found = get_object_or_404(selectors.terms_visible_to(standing_of(request.user)), pk=pk)
    actor, back = signed_in(request.user), reverse("programmes:calendar", args=[found.university_id])
    if request.method != "POST":
        with refusals_as_messages(request):
            services.refuse_named(found)
            days = services.dates_of(found).days
            happens = [
                gettext("“%(term)s”, %(days)s, no longer stands in the calendar.") % {"term": found, "days": days},
                gettext("The history keeps what stood there."),
            ]
            return _asked(request, gettext("Take away the term"), back, happens, subtitle=found.university.name)
        return redirect(back)
    return _taken_away(request, back, lambda: services.take_away_term(term_id=pk, actor=actor))


def _asked(request: HttpRequest, label: str, back: str, happens: Sequence[str], *, subtitle: str = "") -> HttpResponse:
    return confirm_page(request, label=label, subtitle=subtitle, back=back, happens=happens)


def _taken_away(request: HttpRequest, back: str, take: Callable[[], None]) -> HttpResponse:
    with refusals_as_messages(request):
        take()
        messages.success(request, gettext("Taken away."))
    return redirect(back)


def _back_to_days_off() -> str:
    return reverse("programmes:calendar", args=[home_university().pk]) + "#days-off"


@require_http_methods(["GET", "HEAD", "POST"])
def add_day_off(request: HttpRequest) -> HttpResponse:
    """Enter a day off of Kazakhstan."""
    _only_editors(request)
    form, actor = DayOffForm(request.POST or None), signed_in(request.user)

    def save() -> object:
        typed = form.cleaned_data
        names = Localized(typed["name_kk"], typed["name_ru"], typed["name_en"])
        return holidays.enter_day_off(day_off=DayOff(typed["day"], names), actor=actor)

    return form_page(
        request,
        form,
        label=gettext("Enter a day off"),
        back=_back_to_days_off(),
        save=save,
        note=gettext(
            "Working days are counted without it from now on; what waits already keeps its day. "
            "A day that is entered already gets the new name."
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def take_away_day_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Take away a day off of Kazakhstan."""
    _only_editors(request)
    found = get_object_or_404(selectors.days_off_visible_to(standing_of(request.user)), pk=pk)
    actor, back = signed_in(request.user), _back_to_days_off()
    if request.method != "POST":
        happens = [
            gettext("“%(day)s” is a working day from now on, unless it falls on a weekend.")
            % {"day": holidays.told(found)},
            gettext("What waits already keeps its day."),
        ]
        return _asked(request, gettext("Take away the day off"), back, happens)
    return _taken_away(request, back, lambda: holidays.take_away_day_off(day_off_id=pk, actor=actor))
