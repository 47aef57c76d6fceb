"""Addresses of stays."""

from django.urls import URLPattern, path

from mobility.views import stay

urlpatterns: list[URLPattern] = [
    path("stays/", stay.stays, name="stays"),
    path("stays/many/", stay.stays_bulk, name="stays-bulk"),
    path("stays/rules/", stay.rules, name="arrival-rules"),
    path("stays/of/<int:application>/", stay.stay_of, name="stay-of"),
    path("stays/<int:pk>/", stay.placement, name="placement"),
    path("stays/<int:pk>/advisor/", stay.advisor, name="stay-advisor"),
    path("stays/<int:pk>/arrival/", stay.arrival, name="stay-arrival"),
    path("stays/<int:pk>/arrival/correct/", stay.arrival_correct, name="stay-arrival-correct"),
    path("stays/<int:pk>/came/", stay.came, name="stay-came"),
    path("stays/<int:pk>/registration/", stay.registration, name="stay-registration"),
    path("stays/<int:pk>/contingent/", stay.contingent, name="stay-contingent"),
    path("stays/<int:pk>/transcript/", stay.transcript, name="stay-transcript"),
    path("stays/<int:pk>/end/", stay.end, name="stay-end"),
    path("stays/<int:pk>/acknowledge/", stay.acknowledge, name="stay-acknowledge"),
    path("stays/<int:pk>/message/", stay.message, name="stay-message"),
]
