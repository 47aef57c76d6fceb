"""Many rows of a list at once: a page that says row by row what will happen and what will not and why, then one button.

What is decided is what was shown: the button sends the rows of the page, each with the mark it was shown under. A few rows
are done while the reader waits, many by a job with a bar. What is given with it and cannot be so stands beside its field, and
the page stays as it was.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_noop, ngettext

from core import jobs
from core.http import keys, refusals_as_messages, show_refusal
from core.machine import Blocker, Machine
from core.models import Job, JobItem
from core.permissions import role_label
from core.workflow import FaultyError, RefusedError

# So many are done while the reader waits; more are a job's. So many are taken at once: the page says where there are more.
AT_ONCE = 50
MOST = 1000
# So many rows are tried before a job begins: what is wrong with each of them is wrong with what was given.
TRIED = 20
NOT_YET = gettext_noop("Now it stands at “%(state)s”: it has not come to this step yet.")
WRONG_STATE = gettext_noop("Now it stands at “%(state)s”: nothing of this kind is to be done any more.")
NOT_YOURS = gettext_noop("This step is not yours to take.")


@dataclass(frozen=True, slots=True)
class Prospect:
    """What a deed would do with one row: nothing stands in its way, or these blockers do.

    `mark`: as what it was shown. `url`: its page. `details`: what it holds, where that is what one decides about.
    """

    pk: int
    name: str
    more: str = ""
    blockers: tuple[Blocker, ...] = ()
    mark: str = ""
    url: str = ""
    details: tuple[str, ...] = ()

    @property
    def reasons(self) -> list[tuple[str, str, str]]:
        """Why not: words, clause, whose move it is; one thing that several may remove is told once."""
        told: dict[tuple[str, str], list[str]] = {}
        for blocker in self.blockers:
            who = role_label(blocker.whose_move) if blocker.whose_move else ""
            told.setdefault((jobs.in_words(blocker.text, blocker.params), blocker.clause), []).append(who)
        return [(text, clause, ", ".join(filter(None, dict.fromkeys(who)))) for (text, clause), who in told.items()]


@dataclass(frozen=True)
class Deed:
    """What can be done with many rows of a list. Texts are message ids.

    `label`: the button's. `will`: what the page says will happen. `foresee`: what would become of loaded rows, for a standing,
    in a fixed number of queries. `do(pk, actor, mark, **given)` takes the step with one row, raising RefusedError or that it is not
    there; `begin` instead starts one job over all of them.
    `together` does it with all rows at once, where they belong together.
    `form`: what has to be given with it. `finish`: the file a job makes of all.
    """

    name: str
    label: str
    will: str
    foresee: Callable[[Any, Sequence[Any]], list[Prospect]]
    do: Callable[..., object] | None = None
    begin: Callable[[Sequence[int], Any], Job] | None = None
    together: Callable[[Sequence[int], Any], "Outcome"] | None = None
    form: type[forms.Form] | None = None
    clause: str = ""
    way_out: bool = False
    names: Callable[[Sequence[int]], Mapping[int, str]] | None = None

    def __post_init__(self) -> None:
        if self.do is not None:
            _deeds[self.name] = self
            jobs.register(jobs.JobKind(f"bulk.{self.name}", work=_work_on, names=self.names, in_one=True))


_deeds: dict[str, Deed] = {}


@dataclass(frozen=True)
class Outcome:
    """What became of many: how many were done, and why others were not, each reason with how often.

    `faulty`: those of the reasons that are faults of something given with the deed.
    """

    done: int
    refused: Mapping[str, int] = field(default_factory=dict)
    faulty: Mapping[str, FaultyError] = field(default_factory=dict)


def bulk_page(
    request: HttpRequest,
    *,
    deeds: Iterable[Deed],
    standing: Any,
    visible: QuerySet[Any],
    narrowed: Callable[[QueryDict], QuerySet[Any]],
    back: str,
    label: str,
) -> HttpResponse:
    """Answer a list's POST: what will become of the picked rows (or of all that match, `all`), then, sent again, do it.

    An address can ask the first question as well: a link leads to what would become of rows.
    `visible`: the rows that this person may see; `narrowed`: those that the list's filters leave. `back`: the list.
    """
    asked = request.POST if request.method == "POST" else request.GET
    deed = next((one for one in deeds if one.name == asked.get("action")), None)
    if deed is None:
        raise Http404
    query = QueryDict(asked.get("query", ""))
    home = f"{back}?{query.urlencode()}" if query else back
    sent = "rows" in request.POST
    form = deed.form(request.POST if sent else None) if deed.form else None
    if sent:
        marks = _marks(request.POST["rows"])
        if (form is None or form.is_valid()) and (done := _do(request, deed, marks, form, home)):
            return done
        chosen = visible.filter(pk__in=[*marks, *keys(request.POST.get("beside", "").split(","))])
    else:
        chosen = narrowed(query) if asked.get("all") else visible.filter(pk__in=keys(asked.getlist("pick")))
    total = max([chosen.count(), *keys([request.POST.get("total", "")])])
    foreseen = deed.foresee(standing, list(chosen.order_by("pk")[:MOST]))
    if not foreseen:
        messages.info(request, gettext("Nothing was picked."))
        return redirect(home)
    will, will_not = ([one for one in foreseen if bool(one.blockers) is blocked] for blocked in (False, True))
    context = {
        "deed": deed,
        "will": will,
        "will_not": will_not,
        "rows": ",".join(f"{one.pk}:{one.mark}" for one in will),
        "beside": ",".join(str(one.pk) for one in will_not),
        "total": total,
        "form": form,
        "query": query.urlencode(),
        "back": home,
        "list_label": label,
        "left_out": total - len(foreseen),
        "as_job": deed.begin is not None or (deed.together is None and len(will) > AT_ONCE),
    }
    return render(request, "ui/bulk.html", context, status=422 if form is not None and form.is_bound else 200)


def _marks(written: str) -> dict[int, str]:
    """The rows of the page by key, each with its mark."""
    pairs = (one.partition(":") for one in written.split(",")[:MOST])
    return {key: mark for name, _colon, mark in pairs for key in keys([name])}


def _do(
    request: HttpRequest, deed: Deed, marks: Mapping[int, str], form: forms.Form | None, home: str
) -> HttpResponse | None:
    """Do it, and lead on; None where nothing is done for something given that cannot be so, which its field says then."""
    given = form.cleaned_data if form is not None else {}
    actor: Any = request.user
    if deed.together is not None:
        tell(request, deed.together(list(marks), actor))
        return redirect(home)
    if deed.begin is not None or len(marks) > AT_ONCE:
        if form is not None and _stands_beside(form, _faulty_throughout(deed, marks, actor, given)):
            return None
        with refusals_as_messages(request):
            job = deed.begin(list(marks), actor) if deed.begin else _start(deed, marks, request.POST, actor)
            return redirect("core:job", pk=job.pk)
        return redirect(home)
    outcome = do_all(deed, marks, actor=actor, given=given)
    if form is not None and not outcome.done and (told := _stands_beside(form, outcome.faulty)):
        tell(request, Outcome(0, {why: count for why, count in outcome.refused.items() if why not in told}))
        return None
    tell(request, outcome)
    return redirect(home)


def _stands_beside(form: forms.Form, faulty: Mapping[str, FaultyError]) -> frozenset[str]:
    """Put faults beside the fields of the form; which of the reasons have been told so."""
    here = {why: one for why, one in faulty.items() if all(fault.field in form.fields for fault in one.faults)}
    for refusal in here.values():
        show_refusal(form, refusal)
    return frozenset(here)


def _faulty_throughout(
    deed: Deed, marks: Mapping[int, str], actor: Any, given: Mapping[str, Any]
) -> Mapping[str, FaultyError]:
    """The faults for which a job would do nothing at all: rows are tried and taken back, up to the first that is done.

    What is wrong with `TRIED` of them is wrong with what was given.
    """
    found: dict[str, FaultyError] = {}
    for pk, mark in islice(marks.items(), TRIED):
        with transaction.atomic():
            outcome = do_all(deed, {pk: mark}, actor=actor, given=given)
            transaction.set_rollback(True)
        if outcome.done:
            return {}
        found.update(outcome.faulty)
    return found


def do_all(deed: Deed, marks: Mapping[int, str], *, actor: Any, given: Mapping[str, Any]) -> Outcome:
    """Do it with each row, in a transaction of its own: one that is refused does not undo the others. Foreign rows are nobody's."""
    if deed.do is None:
        raise TypeError(f"{deed.name} is begun as a whole")
    done, refused, faulty = 0, Counter[str](), dict[str, FaultyError]()
    for pk, mark in marks.items():
        try:
            deed.do(pk, actor=actor, mark=mark, **given)
            done += 1
        except RefusedError as refusal:
            refused[str(refusal)] += 1
            if isinstance(refusal, FaultyError):
                faulty[str(refusal)] = refusal
        except ObjectDoesNotExist:
            continue
    return Outcome(done, refused, faulty)


def tell(request: HttpRequest, outcome: Outcome) -> None:
    """Say in messages what became of many."""
    if outcome.done:
        text = ngettext("Done for %(count)d row.", "Done for %(count)d rows.", outcome.done)
        messages.success(request, text % {"count": outcome.done})
    for why, count in outcome.refused.items():
        rows = ngettext("%(why)s (%(count)d row)", "%(why)s (%(count)d rows)", count)
        messages.error(request, rows % {"why": why, "count": count})


def _start(deed: Deed, marks: Mapping[int, str], posted: QueryDict, actor: AbstractBaseUser) -> Job:
    typed = {name: posted[name] for name in deed.form.base_fields if name in posted} if deed.form else {}
    params = {"deed": deed.name, "given": typed, "marks": {str(pk): mark for pk, mark in marks.items()}}
    return jobs.start(f"bulk.{deed.name}", title=deed.label, refs=list(marks), actor=actor, params=params)


def _work_on(item: JobItem) -> None:
    """One row of a deed that a job does: in one transaction with its mark, for a step that was taken is refused the second time."""
    params = item.job.params
    deed = _deeds[params["deed"]]
    form = deed.form(params["given"]) if deed.form else None
    given = form.cleaned_data if form is not None and form.is_valid() else {}
    if deed.do is not None:
        deed.do(item.ref, actor=item.job.created_by, mark=params["marks"].get(str(item.ref), ""), **given)


def stands_elsewhere(
    machine: Machine[Any], state: str, goals: Collection[str], *, words: object, facts: Any, clause: str = ""
) -> tuple[Blocker, ...]:
    """Why nothing is done with a row: it leaves from one of `goals`, where the row has not come yet, or stands no more.

    Where it has not: what it lacks to go on from where it stands, as its own page says it; where it lacks nothing, whose move
    it is. `words`: how the row stands, for the reader.
    """
    said = {"state": str(words)}
    lacking = [step.blockers(facts) for step in machine.steps_towards(state, goals)]
    if lacking and all(lacking):
        return tuple(dict.fromkeys(blocker for blockers in lacking for blocker in blockers))
    movers = machine.movers_towards(state, goals)
    return tuple(Blocker(clause, NOT_YET, mover, said) for mover in movers) or (Blocker(clause, WRONG_STATE, "", said),)


def step_lacks(
    machine: Machine[Any], name: str, thing: Any, *, roles: frozenset[str], facts: Any
) -> tuple[Blocker, ...]:
    """What a machine's step lacks with a thing, as `perform` would find it."""
    step = machine.step(name)
    if not roles & set(step.by):
        return (not_yours(step.clause),)
    if thing.state not in step.sources:
        words = thing.get_state_display()
        return stands_elsewhere(machine, thing.state, step.sources, words=words, facts=facts, clause=step.clause)
    return step.blockers(facts)


def not_yours(clause: str = "") -> Blocker:
    """Why a step is not taken with a row: by others."""
    return Blocker(clause, NOT_YOURS, "")
