"""Addresses under admissions/: each part has its own module."""

from admissions.urls import outgoing

app_name = "admissions"
urlpatterns = [*outgoing.urlpatterns]
