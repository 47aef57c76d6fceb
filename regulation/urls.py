"""Addresses of the regulation: a clause lives at its number, /regulation/7.3/."""

from django.urls import path

from regulation import views

app_name = "regulation"
urlpatterns = [
    path("", views.index, name="index"),
    path("references/", views.references, name="references"),
    path("glossary/", views.glossary, name="glossary"),
    path("changes/", views.changes, name="changes"),
    path("changes/new/", views.amend, name="amend"),
    path("<str:key>/", views.clause, name="clause"),
    path("<str:key>/peek/", views.peek, name="peek"),
]
