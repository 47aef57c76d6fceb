"""Addresses under mobility/: each part has its own module."""

from mobility.urls import plans, stay

app_name = "mobility"
urlpatterns = [*stay.urlpatterns, *plans.urlpatterns]
