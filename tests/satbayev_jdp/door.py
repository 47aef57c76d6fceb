"""The front door as a browser meets it: the sign-in page sent off, and whether one is in."""

from typing import Any

from django.test import Client
from django.urls import reverse

PASSWORD = "a long password"


def sign_in(client: Client, email: str, password: str = PASSWORD, **extra: Any) -> Any:
    """Send the login page off."""
    client.cookies["django_language"] = "en"
    return client.post(reverse("login"), {"username": email, "password": password}, **extra)


def is_in(client: Client) -> bool:
    """True where the browser is let in."""
    return client.get(reverse("account")).status_code == 200
