"""What the pages of the Agreement road share: buttons, the way, forms of one step, dry runs."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from core.history import history_of
from core.machine import Blocker, Machine
from core.workflow import RefusedError


@dataclass(frozen=True)
class Action:
    """A button as ui/_action.html shows it."""

    label: str
    url: str
    method: str = "post"
    blockers: tuple[Blocker, ...] = ()
    confirm_url: str = ""


@dataclass(frozen=True, slots=True)
class Stage:
    """A state on the way, as ui/timeline.html shows it."""

    label: str
    clause: str
    done: bool
    current: bool
    who: str = ""
    when: datetime | None = None


def stages_of(machine: Machine[Any], subject: models.Model, labels: dict[str, str]) -> list[Stage]:
    """The straight road of a thing: states reached (who, when), the one it is in, those to come. One query."""
    reached: dict[str, tuple[str, datetime]] = {}
    for entry in history_of(subject):
        to = entry.after.get("state")
        if isinstance(to, str):
            reached[to] = (str(entry.actor or ""), entry.at)
    state: str = subject.state  # type: ignore[attr-defined]  # every subject of a machine has a state
    at = machine.path.index(state) if state in machine.path else len(machine.path)
    clauses = {step.to: step.clause for step in machine.steps if not step.way_out}
    stages = []
    for position, name in enumerate(machine.path):
        who, when = reached.get(name, ("", None)) if position <= at else ("", None)
        last = position == len(machine.path) - 1
        stages.append(
            Stage(
                label=labels[name],
                clause=clauses.get(name, ""),
                done=position < at or (position == at and last),
                current=position == at and not last,
                who=who,
                when=when,
            )
        )
    return stages


def form_page(
    request: HttpRequest,
    form: forms.Form,
    *,
    label: str,
    subtitle: object,
    back: str,
    save: Callable[[], object],
    to: Callable[[Any], str] | None = None,
    note: str = "",
) -> HttpResponse:
    """A page of one form: typed in, `save` is called; what it refuses stands above the form, with what was typed.

    `to` says where to go with what `save` made; else back.
    """
    if request.method == "POST" and form.is_valid():
        try:
            made = save()
        except RefusedError as refusal:
            form.add_error(None, str(refusal))
        except ObjectDoesNotExist as error:
            raise Http404 from error
        else:
            return redirect(to(made) if to else back)
    context = {"form": form, "label": label, "subtitle": subtitle, "back": back, "note": note}
    return render(request, "agreements/form.html", context, status=422 if form.is_bound and form.errors else 200)


def movers_of(roles: Iterable[str], label: Callable[[str], str]) -> list[str]:
    """Whose move it is, each role once, in words."""
    return list(dict.fromkeys(label(role) for role in roles if role))


def split(actions: Sequence[Action]) -> tuple[Action | None, list[Action]]:
    """The one main action, the first that nothing blocks, and the rest."""
    ready = [action for action in actions if not action.blockers]
    main = next(iter(ready or actions), None)
    return main, [action for action in actions if action is not main]


def labels_of(states: type[models.TextChoices]) -> dict[str, str]:
    """States in the reader's language."""
    return {state.value: str(state.label) for state in states}
