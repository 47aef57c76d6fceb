"""Addresses of study plans."""

from django.urls import path

from mobility.views import plans as views
from mobility.views import plantable

urlpatterns = [
    path("plans/", views.studyplans, name="studyplans"),
    path("plans/many/", views.studyplans_bulk, name="studyplans-bulk"),
    path("plans/<int:pk>/", views.studyplan, name="studyplan"),
    path("plans/make/<int:placement_pk>/", views.make, name="studyplan-make"),
    path("plans/<int:pk>/propose/", views.propose, name="studyplan-propose"),
    path("plans/<int:pk>/agree/<str:seen_hash>/", views.agree, name="studyplan-agree"),
    path("plans/<int:pk>/return/", views.send_back, name="studyplan-return"),
    path("plans/<int:pk>/revise/", views.revise, name="studyplan-revise"),
    path("plans/<int:pk>/give-up/", views.give_up, name="studyplan-give-up"),
    path("plans/<int:pk>/lines/", plantable.plan_lines, name="studyplan-lines"),
    path("plans/<int:pk>/lines/<int:item_pk>/", views.line, name="studyplan-line"),
    path("plans/<int:pk>/modules/<int:course_pk>/", views.module, name="studyplan-module"),
]
