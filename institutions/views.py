"""Pages of partners, their licences, and of people and their roles."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.faults import Fault
from core.http import Pointed, confirm_page, form_page, form_response, list_response, refusals_as_messages, taken
from core.permissions import whose_move
from core.story import story_of
from core.tables import listing
from core.values import today
from core.workflow import mark_of
from institutions import selectors
from institutions.filters import PeopleFilter, UniversityFilter
from institutions.forms import (
    AccountForm,
    EndRoleForm,
    LicenceForm,
    MembershipForm,
    OpeningForm,
    ResetFactorForm,
    UnitForm,
    UniversityForm,
)
from institutions.models import Licence, Unit, User
from institutions.permissions import MAY, may_see_story, signed_in, standing_of
from institutions.services import factors
from institutions.services import people as people_services
from institutions.services import universities as university_services
from institutions.services.due import renewal_of
from institutions.services.links import INVITATIONS, unsent_invitation
from institutions.tables import PEOPLE, UNIVERSITIES
from institutions.workflow import day_before, may_be_taken_back


def _may(request: HttpRequest, what: str) -> bool:
    return bool(standing_of(request.user).roles & MAY[what])


def _only_who_may(request: HttpRequest, what: str) -> None:
    if not _may(request, what):
        raise Http404


# --- universities ---------------------------------------------------------------------------------------------------


@require_safe
def universities(request: HttpRequest) -> HttpResponse:
    """The University and its partners, with how many licences of each are valid today."""
    found = UniversityFilter(request.GET, queryset=selectors.universities_listed(standing_of(request.user)))
    listed = listing(found, UNIVERSITIES, request, default_sort="-is_home")
    context = {"may_edit": _may(request, "university.edit")}
    return list_response(request, "institutions/universities.html", listed, name=gettext("Partners"), context=context)


@require_safe
def home(_request: HttpRequest) -> HttpResponse:
    """On to the page of the University itself."""
    return redirect("institutions:university", pk=selectors.home_university().pk)


@require_safe
def university(request: HttpRequest, pk: int) -> HttpResponse:
    """A partner: what is known of it, its right to train and until when (4.2), its units, what happened."""
    standing = standing_of(request.user)
    found = get_object_or_404(selectors.universities_visible_to(standing), pk=pk)
    may_edit_units = found.is_home and _may(request, "unit.edit")
    context = {
        "university": found,
        "licences": selectors.licences_of(found.pk, standing),
        "units": selectors.units_of(found.pk),
        "story": story_of(found) if may_see_story(standing) else [],
        "may_edit": _may(request, "university.edit"),
        "may_add_licence": _may(request, "licence.add"),
        "may_edit_units": may_edit_units,
        "removable": selectors.removable_units(found.pk) if may_edit_units else (),
    }
    return render(request, "institutions/university.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add_university(request: HttpRequest) -> HttpResponse:
    """Enter a partner."""
    _only_who_may(request, "university.edit")
    form, actor = UniversityForm(request.POST or None), signed_in(request.user)
    return form_page(
        request,
        form,
        label=gettext("Enter a university"),
        back=reverse("institutions:universities"),
        save=lambda: university_services.create_university(actor=actor, **form.values()),
        to=lambda made: reverse("institutions:university", args=[made.pk]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def change_university(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what is known of a partner."""
    _only_who_may(request, "university.edit")
    found = get_object_or_404(selectors.universities_visible_to(standing_of(request.user)), pk=pk)
    form, actor = UniversityForm(request.POST or None, instance=found), signed_in(request.user)
    return form_page(
        request,
        form,
        label=gettext("Correct what is known of the university"),
        subtitle=found.name,
        back=reverse("institutions:university", args=[pk]),
        save=lambda: university_services.change_university(university_id=pk, actor=actor, **form.values()),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def add_unit(request: HttpRequest) -> HttpResponse:
    """Enter an institute or a department of the University; partners are known as a whole."""
    _only_who_may(request, "unit.edit")
    home, actor = selectors.home_university(), signed_in(request.user)
    form = UnitForm(request.POST or None, institutes=selectors.institutes_of(home.pk))
    return form_page(
        request,
        form,
        label=gettext("Enter a unit"),
        subtitle=home.name,
        back=reverse("institutions:university", args=[home.pk]),
        save=lambda: university_services.add_unit(university=home, actor=actor, **form.values()),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def change_unit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct how a unit is called."""
    found, actor = _unit(request, pk), signed_in(request.user)
    form = UnitForm(request.POST or None, instance=found)
    return form_page(
        request,
        form,
        label=gettext("Correct how the unit is called"),
        subtitle=found.name,
        back=reverse("institutions:university", args=[found.university_id]),
        save=lambda: university_services.change_unit(unit_id=pk, actor=actor, **form.values()),
        note=gettext("Pages show the new name at once; papers that are issued keep the one that they have."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def remove_unit(request: HttpRequest, pk: int) -> HttpResponse:
    """A page that says what removing does; then take a unit off that nothing names."""
    found = _unit(request, pk)
    back = reverse("institutions:university", args=[found.university_id])
    if request.method == "POST":
        with refusals_as_messages(request):
            university_services.remove_unit(unit_id=pk, actor=signed_in(request.user))
            messages.success(request, gettext("Removed."))
    elif pk in selectors.removable_units(found.university_id):
        happens = [
            gettext("The unit is taken off the list; nothing names it yet. The history of the University keeps it.")
        ]
        return confirm_page(request, label=gettext("Remove the unit"), subtitle=found.name, back=back, happens=happens)
    return redirect(back)


def _unit(request: HttpRequest, pk: int) -> Unit:
    _only_who_may(request, "unit.edit")
    return get_object_or_404(selectors.units_of(selectors.home_university().pk), pk=pk)


@require_safe
def licence(request: HttpRequest, pk: int) -> HttpResponse:
    """A right to train: what it covers, until when, its scan."""
    found = get_object_or_404(selectors.licences_visible_to(standing_of(request.user)), pk=pk)
    context = {"licence": found, "holds": found.holds_on(today()), "story": story_of(found)}
    context["may_correct"] = _may(request, "licence.add")
    return render(request, "institutions/licence.html", {**context, **_renewal(request, found)})


@require_http_methods(["GET", "HEAD", "POST"])
def correct_licence(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a right to train that was entered wrongly."""
    found, actor = _own_licence(request, pk), signed_in(request.user)
    form = LicenceForm(request.POST or None, licence=found)
    return form_page(
        request,
        form,
        label=gettext("Correct the licence"),
        subtitle=found.university.name,
        back=reverse("institutions:licence", args=[pk]),
        save=lambda: university_services.correct_licence(licence_id=pk, actor=actor, **form.cleaned_data),
        note=gettext("Whoever is admitted stays admitted; the pathways that need it are examined anew at once."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def take_away_licence(request: HttpRequest, pk: int) -> HttpResponse:
    """A page that says what taking away does; then take away a right to train that was entered by mistake."""
    found, back = _own_licence(request, pk), reverse("institutions:licence", args=[pk])
    if request.method != "POST":
        happens = [
            gettext("“%(name)s” no longer stands among the rights to train of this university.") % {"name": found},
            gettext("Whoever is admitted stays admitted; the pathways that need it are examined anew at once."),
            gettext("The history of the university keeps what it was."),
            gettext("Its scans stay stored; only whoever brought one can open it still."),
        ]
        label, name = gettext("Take away the licence"), found.university.name
        return confirm_page(request, label=label, subtitle=name, back=back, happens=happens, seen=mark_of(found))
    with refusals_as_messages(request):
        actor, seen = signed_in(request.user), request.POST.get("seen", "")
        university_services.take_away_licence(licence_id=pk, actor=actor, seen=seen)
        messages.success(request, gettext("Taken away."))
        return redirect("institutions:university", pk=found.university_id)
    return redirect(back)


def _own_licence(request: HttpRequest, pk: int) -> Licence:
    _only_who_may(request, "licence.add")
    return get_object_or_404(selectors.licences_visible_to(standing_of(request.user)), pk=pk)


def _renewal(request: HttpRequest, found: Licence) -> dict[str, Any]:
    """Until when a renewed one is asked for and where it is entered, while this one is about to end or ended lately (4.2)."""
    if not selectors.licences_about_to_end(today()).filter(pk=found.pk).exists():
        return {"asked": ()}
    asked, mine = renewal_of(found), standing_of(request.user).roles
    enter = {
        "label": gettext("Enter the renewed one"),
        "url": reverse("documents:licence-add", args=[found.university_id]),
        "method": "get",
    }
    return {
        "asked": [Pointed(asked, reverse("institutions:university", args=[found.university_id]))],
        "mine": mine,
        "movers": whose_move([asked.whose_move], mine),
        "due": found.valid_until,
        "action": enter if _may(request, "licence.add") else None,
    }


# --- people ---------------------------------------------------------------------------------------------------------


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """All accounts, for those who administer or audit them."""
    _only_who_may(request, "people.see")
    found = PeopleFilter(request.GET, queryset=selectors.people_visible_to(standing_of(request.user)))
    listed = listing(found, PEOPLE, request, default_sort="person__name_cyrillic")
    return list_response(
        request,
        "institutions/people.html",
        listed,
        name=gettext("People"),
        context={"may_add": _may(request, "account.create")},
        beside={user.pk: selectors.roles_today(user) for user in listed.page},
    )


@require_safe
def user(request: HttpRequest, pk: int) -> HttpResponse:
    """An account: who it is, what roles it holds from when to when, what happened to it."""
    standing = standing_of(request.user)
    found = get_object_or_404(selectors.people_visible_to(standing), pk=pk)
    day = today()
    context = {
        "account": found,
        "memberships": [
            (row, selectors.is_in_force(row, day) or (row.starts_on > day and not row.taken_back))
            for row in found.memberships.all()
        ],
        "story": (story := story_of(found)),
        "may_invite": _may(request, "account.create") and found.awaits_invitation,
        "unsent": unsent_invitation(found.email) if found.awaits_invitation else None,
        "invited": next((told for told in story if told.action in INVITATIONS), None),
        "may_edit": _may(request, "membership.edit"),
        "is_own": found.pk == standing.user_id,
        "may_close": _may(request, "account.close") and found.pk != standing.user_id,
        "may_reset": _may(request, "factor.reset") and found.pk != standing.user_id and factors.has_factor(found),
        "reset_form": ResetFactorForm(auto_id="id_reset_%s"),
        "opening_form": OpeningForm(initial={"opened": "no" if found.is_active else "yes"}),
    }
    return render(request, "institutions/user.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add_account(request: HttpRequest) -> HttpResponse:
    """Enter a person and make the account; a role is given on the next page."""
    _only_who_may(request, "account.create")
    form, label, actor = AccountForm(request.POST or None), gettext("Make an account"), signed_in(request.user)

    def save() -> User:
        made = people_services.enter_with_account(actor=actor, **form.cleaned_data)
        messages.success(request, gettext("The account is made. Now give it a role."))
        return made

    def faults() -> Iterable[Fault]:
        names = ("surname", "given_names", "name_cyrillic", "birth_date", "sex", "iin")
        read = {name: form.cleaned_data[name] for name in names if name in form.cleaned_data}
        found: Iterable[Fault] = people_services.faults_of_person(**read)
        return found

    return form_page(
        request,
        form,
        label=label,
        subtitle=gettext("The person is sent a link to set the password; it works once and for a day."),
        back=reverse("institutions:people"),
        save=save,
        to=lambda made: f"{reverse('institutions:give-role', args=[made.pk])}?{request.GET.urlencode()}".rstrip("?"),
        send=label,
        faults=faults,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def give_role(request: HttpRequest, pk: int) -> HttpResponse:
    """Give somebody a role within a scope: the one for which the account was made, where the address names it."""
    _only_who_may(request, "membership.edit")
    standing = standing_of(request.user)
    found = get_object_or_404(selectors.people_visible_to(standing), pk=pk)
    form = MembershipForm(
        request.POST or None,
        initial={name: request.GET[name] for name in ("role", "university", "unit") if name in request.GET},
        universities=selectors.universities_visible_to(standing).order_by("-is_home", "name_kk"),
        people=selectors.can_be_acted_for(standing).exclude(pk=pk),
    )
    label, actor = gettext("Give a role"), signed_in(request.user)
    note = gettext(
        "From the first day on the person sees what waits for this role and takes its steps: agrees, decides, signs in its name."
        " A role given by mistake can be taken back on its first day."
    )
    return form_page(
        request,
        form,
        label=label,
        subtitle=found.person,
        back=reverse("institutions:user", args=[pk]),
        save=lambda: people_services.give_role(user=found, actor=actor, **form.values()),
        note=note,
        send=label,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def end_role(request: HttpRequest, pk: int) -> HttpResponse:
    """Say when a role ends."""
    _only_who_may(request, "membership.edit")
    found = get_object_or_404(selectors.memberships_visible_to(standing_of(request.user)), pk=pk)
    may_take_back = may_be_taken_back(found.starts_on, today=today())
    form = EndRoleForm(request.POST or None, takes_back=day_before(found.starts_on) if may_take_back else None)
    actor = signed_in(request.user)
    if taken(request, form, lambda: people_services.end_role(membership_id=pk, actor=actor, **form.cleaned_data)):
        return redirect("institutions:user", pk=found.user_id)
    return form_response(request, "institutions/end_role.html", {"form": form, "membership": found})


@require_POST
def reset_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """Take away the second factor of somebody who has lost the phone."""
    found = get_object_or_404(selectors.people_visible_to(standing_of(request.user)), pk=pk)
    form = ResetFactorForm(request.POST)

    def save() -> None:
        factors.reset(user_id=pk, reason=form.cleaned_data["reason"], actor=signed_in(request.user))
        messages.success(request, gettext("The second factor is taken away."))

    return _form_of_account(request, found, form, gettext("Take the second factor away"), save)


def _form_of_account(
    request: HttpRequest, found: User, form: forms.Form, label: str, save: Callable[[], object]
) -> HttpResponse:
    """What a small form of an account's page asked for; refused, it is a page of its own with what was typed."""
    back = reverse("institutions:user", args=[found.pk])
    return form_page(request, form, label=label, subtitle=found.person, back=back, save=save, send=label)


@require_POST
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the invitation to an account that was never used once more."""
    _only_who_may(request, "account.create")
    found = get_object_or_404(selectors.people_visible_to(standing_of(request.user)), pk=pk)
    with refusals_as_messages(request):
        people_services.invite_again(user_id=pk, actor=signed_in(request.user))
        messages.success(request, gettext("The invitation goes out in a minute."))
    return redirect("institutions:user", pk=found.pk)


@require_POST
def set_active(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an account, or open it again: whichever the page offered."""
    found = get_object_or_404(selectors.people_visible_to(standing_of(request.user)), pk=pk)
    form = OpeningForm(request.POST)
    label = gettext("Close the account") if found.is_active else gettext("Open the account again")
    return _form_of_account(
        request,
        found,
        form,
        label,
        lambda: people_services.set_account_active(
            user_id=pk,
            active=form.cleaned_data["opened"],
            actor=signed_in(request.user),
            reason=form.cleaned_data["reason"],
        ),
    )
