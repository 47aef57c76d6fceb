"""Addresses of orders."""

from django.urls import URLPattern, path

from admissions.views import orders

urlpatterns: list[URLPattern] = [
    path("orders/", orders.orders, name="orders"),
    path("orders/many/", orders.orders_bulk, name="orders-bulk"),
    path("orders/new/<slug:kind>/<int:intake>/", orders.order_new, name="order-new"),
    path("orders/<int:pk>/", orders.order, name="order"),
    path("orders/<int:pk>/anew/", orders.order_anew, name="order-anew"),
    path("orders/<int:pk>/send/", orders.order_send, name="order-send"),
    path("orders/<int:pk>/sign/", orders.order_sign, name="order-sign"),
    path("orders/<int:pk>/return/", orders.order_return, name="order-return"),
    path("orders/<int:pk>/cancel/", orders.order_cancel, name="order-cancel"),
]
