"""Addresses of the incoming road's decisions."""

from django.urls import URLPattern, path

from admissions.views import incoming

urlpatterns: list[URLPattern] = [
    path("incoming/", incoming.incoming, name="incoming"),
    path("incoming/many/", incoming.many, name="incoming-many"),
    path("applications/<int:pk>/review/", incoming.send, name="incoming-send"),
    path("applications/<int:pk>/agree/", incoming.agree, name="incoming-agree"),
    path("applications/<int:pk>/refuse/", incoming.refuse, name="incoming-refuse"),
    path("applications/<int:pk>/propose/", incoming.propose, name="incoming-propose"),
    path("applications/<int:pk>/order/", incoming.to_order, name="incoming-order"),
    path("applications/<int:pk>/invite/", incoming.invite, name="incoming-invite"),
]
