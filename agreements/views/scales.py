"""Doors of grade scales."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from agreements.exports import SCALES
from agreements.filters import ScaleFilter
from agreements.forms import ScaleForm
from agreements.selectors import scales as read
from agreements.services.scales import enter_scale
from agreements.views.common import only
from core.http import form_page, list_response
from core.tables import listing
from institutions.enums import Role
from institutions.permissions import signed_in, standing_of


@require_safe
def scales(request: HttpRequest) -> HttpResponse:
    """The grade scales of partners' countries."""
    return list_response(
        request,
        "agreements/scales.html",
        listing(ScaleFilter(request.GET, queryset=read.scales()), SCALES, request, default_sort="code"),
        name=gettext("Grade scales"),
        context={"is_ipd": standing_of(request.user).holds(Role.IPD_COORDINATOR)},
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
        save=lambda: enter_scale(actor=signed_in(request.user), **form.values()),
    )
