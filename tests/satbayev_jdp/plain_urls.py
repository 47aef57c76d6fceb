"""The house's addresses with a bare page for what is not there: the walk asks for thousands of those."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotFound

from satbayev_jdp.urls import urlpatterns

__all__ = ["handler404", "urlpatterns"]


def handler404(_request: HttpRequest, exception: Exception) -> HttpResponse:
    """Nothing but the status."""
    del exception
    return HttpResponseNotFound()
