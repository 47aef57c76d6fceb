"""What every answer of the program must say to the browser, and what no page may hold: held by the walk over all addresses."""

import re
from typing import Any

from tests.architecture.test_templates import INLINE

# Scripts run, styles apply and forms go nowhere but here.
DIRECTIVES = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
)
SAID = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# Only what says of itself that it is a page or a part of one can run anything.
_PAGE = re.compile(r"^text/html\b")
# Papers of our own making, by a browser's reader of PDF; what came from outside is saved (tests/documents/test_views.py).
_MAY_BE_SHOWN = {"application/json", "application/pdf"}


def faults_of(answer: Any) -> list[str]:
    """What is missing from an answer's head, and what its page holds that it should not."""
    policy = answer.headers.get("Content-Security-Policy", "")
    parts = {part.strip() for part in policy.split(";")}
    found = [f"CSP without {part}" for part in DIRECTIVES if part not in parts]
    found += ["CSP allows what is unsafe"] if "unsafe" in policy or "*" in policy else []
    found += [f"{name} is not {value}" for name, value in SAID.items() if answer.headers.get(name) != value]
    found += ["no Permissions-Policy"] if "camera=()" not in answer.headers.get("Permissions-Policy", "") else []
    found += ["it may be kept in a cache"] if "no-store" not in answer.headers.get("Cache-Control", "") else []
    content_type = answer.headers.get("Content-Type", "")
    if _PAGE.match(content_type):
        found += [f"inline: {match[0]}" for match in INLINE.finditer(answer.content.decode())]
    elif answer.status_code == 200 and content_type not in _MAY_BE_SHOWN:
        disposition = answer.headers.get("Content-Disposition", "")
        found += ["a file that is shown"] if not disposition.startswith("attachment") else []
    return found
