"""Doors of grade scales."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from agreements.exports import SCALES
from agreements.filters import ScaleFilter
from agreements.forms import ScaleForm
from agreements.selectors import scales as read
from agreements.services.scales import ScaleData, correct_scale, enter_scale
from agreements.views.common import only
from core.http import form_page, list_response
from core.tables import listing
from institutions.enums import Role
from institutions.permissions import signed_in, standing_of


@require_safe
def scales(request: HttpRequest) -> HttpResponse:
    """The grade scales of partners' countries."""
    is_ipd = standing_of(request.user).holds(Role.IPD_COORDINATOR)
    return list_response(
        request,
        "agreements/scales.html",
        listing(ScaleFilter(request.GET, queryset=read.scales()), SCALES, request, default_sort="code"),
        name=gettext("Grade scales"),
        context={"is_ipd": is_ipd, "correctable": read.unnamed_scales() if is_ipd else frozenset()},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Enter a scale."""
    only(request, Role.IPD_COORDINATOR)
    form = ScaleForm(request.POST or None)
    return form_page(
        request,
        form,
        label=gettext("Enter a grade scale"),
        back=reverse("agreements:scales"),
        save=lambda: enter_scale(data=ScaleData(**form.values()), actor=signed_in(request.user)),
        note=gettext(
            "Compare with the partner's own rules: once a pathway names the scale, it can no longer be corrected."
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a scale that no pathway names yet."""
    only(request, Role.IPD_COORDINATOR)
    scale = get_object_or_404(read.scales(), pk=pk)
    if pk not in read.unnamed_scales():  # from another window, where no pathway named it
        messages.error(request, gettext("A pathway names this scale: it can no longer be corrected. Enter a new one."))
        return redirect("agreements:scales")
    form, actor = ScaleForm(request.POST or None, scale=scale), signed_in(request.user)

    def save() -> object:
        return correct_scale(scale_id=pk, data=ScaleData(**form.values()), actor=actor, seen=form.cleaned_data["seen"])

    return form_page(
        request,
        form,
        label=gettext("Correct the grade scale"),
        subtitle=scale.name,
        back=reverse("agreements:scales"),
        save=save,
    )
