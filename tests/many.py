"""What a test does with many rows of a list: picks them, reads what will become of each, and confirms."""

from typing import Any

from django.http import HttpResponse
from django.test import Client


def foresee(client: Client, address: str, action: str, *pks: object, **more: object) -> Any:
    """The page that says what will become of the picked rows."""
    return client.post(address, {"action": action, "pick": list(pks), **more})


def confirm(client: Client, address: str, page: HttpResponse, **given: object) -> Any:
    """Press the button of such a page; the messages of where it leads."""
    context: Any = page.context  # type: ignore[attr-defined]  # Django's test client adds it
    sent = {name: context[name] for name in ("rows", "beside", "total", "query")} | {"action": context["deed"].name}
    return client.post(address, {**sent, **given}, follow=True)


def told(answer: Any) -> list[str]:
    """The messages of a page."""
    return [str(message) for message in answer.context["messages"]]
