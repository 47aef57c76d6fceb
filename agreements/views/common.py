"""What the pages of the Agreement road share: buttons, the way, steps, who may come in."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from agreements.forms import ReasonForm
from agreements.services.records import Recorded
from core.http import Pointed, form_page, refusals_as_messages
from core.machine import Blocker, Machine
from core.models import WorkItem
from institutions.permissions import standing_of


@dataclass(frozen=True)
class Action:
    """A button as ui/_action.html shows it."""

    label: str
    url: str
    method: str = "post"
    blockers: tuple[Blocker, ...] = ()
    confirm_url: str = ""


def step_page(
    request: HttpRequest,
    machine: Machine[Any],
    name: str,
    *,
    subject: models.Model,
    roles: frozenset[str],
    back: str,
    take: Callable[..., object],
    word: Callable[[str], str] = gettext,
) -> HttpResponse:
    """A step of a machine by its address: one click, or a page that asks why. Not there for who may not take it.

    `word`: what the step is called here.
    """
    step = next((one for one in machine.steps if one.name == name), None)
    if step is None or not roles & set(step.by):
        raise Http404
    if step.needs_reason:
        form = ReasonForm(request.POST or None)
        return form_page(
            request,
            form,
            label=word(step.label),
            subtitle=subject,
            back=back,
            save=lambda: take(**form.cleaned_data),
        )
    if request.method == "POST":
        with refusals_as_messages(request):
            take()
    return redirect(back)


def unseen(request: HttpRequest, seen_hash: str, now: str, back: str) -> HttpResponse | None:
    """Back to what stands there now, with a word, for who comes from a page that showed another text; None: it is this one.

    Who has filled the form in is told it by the service, with what was typed.
    """
    if seen_hash == now or request.method == "POST":
        return None
    messages.warning(request, gettext("The text was changed after you opened it. Please read it again."))
    return redirect(back)


def told_once(request: HttpRequest, back: str) -> Callable[[Recorded[Any]], str]:
    """Where a form leads whose words may stand written already: back, and then with a word."""

    def to(made: Recorded[Any]) -> str:
        if not made.is_new:
            messages.info(request, gettext("This is recorded already; nothing was changed."))
        return back

    return to


def only(request: HttpRequest, *roles: str) -> None:
    """The page is not there for who holds none of these roles."""
    if not standing_of(request.user).holds(*roles):
        raise Http404


def pointed(blockers: Iterable[Blocker], place: Callable[[Blocker], str]) -> list[Blocker | Pointed]:
    """What stands in the way, with the page where it is removed, where `place` knows one."""
    return [Pointed(blocker, url) if (url := place(blocker)) else blocker for blocker in blockers]


def asked_of(waiting: Sequence[WorkItem], blockers: Sequence[Blocker]) -> list[str]:
    """The roles in whose inboxes something lies today; where nobody has been asked yet, those whose move it will be."""
    return [item.queue.partition("@")[0] for item in waiting if not item.reminds] or [
        blocker.whose_move for blocker in blockers
    ]


def split(actions: Sequence[Action], deed: Action | None = None) -> tuple[Action | None, list[Action]]:
    """The one main action, the first that nothing blocks, and the rest.

    While all are blocked, `deed` comes first: what the reader is asked for, so that one of them is blocked no more.
    """
    ready = [action for action in actions if not action.blockers]
    main = next(iter(ready), None) or deed or next(iter(actions), None)
    return main, [action for action in actions if action is not main]
