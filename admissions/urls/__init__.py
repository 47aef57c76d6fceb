"""Addresses under admissions/: each part has its own module."""

from admissions.urls import incoming, nominations, orders, outgoing

app_name = "admissions"
urlpatterns = [*outgoing.urlpatterns, *nominations.urlpatterns, *incoming.urlpatterns, *orders.urlpatterns]
