"""Addresses of the kernel's pages."""

from django.urls import path

from core import views

app_name = "core"
urlpatterns = [
    path("", views.index, name="jobs"),
    path("<int:pk>/", views.job, name="job"),
    path("<int:pk>/again/", views.job_again, name="job-again"),
    path("<int:pk>/result/", views.job_result, name="job-result"),
]
