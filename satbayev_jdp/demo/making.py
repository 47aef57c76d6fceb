"""How far the demo is while it is being made, and what whoever opens it meanwhile is shown: that, and then the demo."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation

from core.http import language_of

LOOK_AGAIN = 1  # seconds


def _file() -> Path:
    """Holds the percent that are made; bin/demo lays it down before anything is started."""
    return Path(settings.DATA_DIR) / "making"


@contextmanager
def making() -> Iterator[None]:
    """The demo is being made as long as this lasts."""
    _file().parent.mkdir(parents=True, exist_ok=True)
    _file().write_text("0")
    try:
        yield
    finally:
        _file().unlink(missing_ok=True)


def tell(percent: float) -> None:
    """Write down how far the making is. Nothing, where nobody makes it to be looked at."""
    if _file().exists():
        _file().write_text(f"{percent:.0f}")


def how_far() -> int | None:
    """The percent that are made; None: nothing is being made."""
    try:
        return int(_file().read_text() or 0)
    except FileNotFoundError:
        return None


class WaitForTheDemo:
    """Answers every page while the demo is being made: there are no tables yet, or half a university."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.DEMO:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Say how far it is; the page looks again by itself."""
        percent = how_far()
        if percent is None or request.path.startswith("/health/"):
            return self.get_response(request)
        with translation.override(language_of(request)):
            page = render_to_string("desk/making.html", {"percent": percent, "look_again": LOOK_AGAIN})
        return HttpResponse(page, status=HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": str(LOOK_AGAIN)})
