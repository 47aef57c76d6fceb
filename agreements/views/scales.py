"""Doors of grade scales."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from agreements import selectors
from agreements.forms import ScaleForm
from agreements.services.scales import enter_scale
from agreements.views.common import form_page
from institutions.enums import Role
from institutions.permissions import signed_in, standing_of


@require_safe
def scales(request: HttpRequest) -> HttpResponse:
    """The grade scales of partners' countries."""
    context = {"scales": selectors.scales(), "is_ipd": standing_of(request.user).holds(Role.IPD_COORDINATOR)}
    return render(request, "agreements/scales.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Enter a scale."""
    if not standing_of(request.user).holds(Role.IPD_COORDINATOR):
        raise Http404
    form = ScaleForm(request.POST or None)
    return form_page(
        request,
        form,
        label=gettext("Enter a grade scale"),
        subtitle="",
        back=reverse("agreements:scales"),
        save=lambda: enter_scale(actor=signed_in(request.user), **form.values()),
    )
