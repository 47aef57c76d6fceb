"""What was sent and not taken: the session had ended, or the page was older than it. Nothing of it is done.

Words that were typed come back in their tab (static/js/keep.js). The page that somebody is led back to says what did not
arrive: its address carries that, through every way of signing in, and without JavaScript.
"""

from urllib.parse import parse_qs, urlsplit

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from core.http import page_of_form

ASK = "unsent"
FILE, FORM = "file", "form"


def back_to_form(request: HttpRequest, *, what: str = "") -> str:
    """The page that a form was sent from, with a mark of what did not arrive: a file, if one came along, else `what`."""
    page = urlsplit(page_of_form(request))
    query = QueryDict(page.query, mutable=True)
    query.pop(ASK, None)
    if request.method == "POST" and request.FILES:
        what = FILE
    if what:
        query[ASK] = what
    return page._replace(query=query.urlencode()).geturl() if what or ASK in page.query else page.geturl()


def told_at(request: HttpRequest) -> str:
    """What the address of a page that is read says did not arrive."""
    return request.GET.get(ASK, "") if request.method == "GET" else ""


def lost_a_file(address: str) -> bool:
    """True where the address that somebody signs in for says that a file did not arrive."""
    return parse_qs(urlsplit(address).query).get(ASK) == [FILE]


def stale(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's answer to a form without the token of this session: nothing is done.

    Whoever is signed in and sent a form of this house signed in anew since it was opened: back to it, where what was typed
    is filled in, with a new token. Anybody else finds a page with words.
    """
    del reason
    if request.user.is_authenticated and page_of_form(request) != "/":
        return redirect(back_to_form(request, what=FORM))
    return render(request, "403_csrf.html", {"back": page_of_form(request)}, status=403)
