"""What every page's frame shows: menu, who is signed in, languages, what waits."""

from typing import Any

from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context variable `frame`."""
    return {
        "frame": {
            "menu": [],
            "user_name": "",
            "user_role": "",
            "languages": [],
            "inbox_count": 0,
            "demo": False,
            "search_url": "",
        }
    }
