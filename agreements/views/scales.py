"""Doors of grade scales."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from agreements.forms import ScaleForm
from agreements.selectors import scales as read
from agreements.services.scales import enter_scale
from agreements.views.common import only
from core.http import form_page
from institutions.enums import Role
from institutions.permissions import signed_in, standing_of


@require_safe
def scales(request: HttpRequest) -> HttpResponse:
    """The grade scales of partners' countries."""
    context = {"scales": read.scales(), "is_ipd": standing_of(request.user).holds(Role.IPD_COORDINATOR)}
    return render(request, "agreements/scales.html", context)


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
        save=lambda: enter_scale(actor=signed_in(request.user), **form.values()),
    )
