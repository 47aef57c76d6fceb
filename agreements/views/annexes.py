"""The door of the list of all versions of Annex 1."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from agreements.exports import ANNEXES
from agreements.filters import AnnexFilter
from agreements.selectors.annex import annexes_listed
from core.http import list_response
from core.tables import listing
from institutions.permissions import standing_of


@require_safe
def annexversions(request: HttpRequest) -> HttpResponse:
    """The versions of Annex 1 of all pathways in sight, the newest first."""
    found = AnnexFilter(request.GET, queryset=annexes_listed(standing_of(request.user)), request=request)
    listed = listing(found, ANNEXES, request, default_sort="-created_at")
    return list_response(request, "agreements/annexversions.html", listed, name=gettext("Versions of Annex 1"))
