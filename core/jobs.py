"""Long work that survives a killed worker.

What was asked for stands in the database; the broker only wakes a worker. A worker takes an item by a lease, does it by
a function that may run twice without harm, and marks it. What has no live lease is woken again by the sweep.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from core.models import Job, JobItem
from core.turns import take_turns
from core.values import plain
from core.workflow import BlockedError, RefusedError

logger = logging.getLogger(__name__)
LEASE = timedelta(seconds=120)
WAKE_AGAIN_AFTER = timedelta(seconds=60)
MAX_ATTEMPTS = 3
MAX_KILLS = 8
WORKERS_WOKEN = 2
# How long after its end a job is still shown where its asker comes by, as what runs is.
RECENT = timedelta(hours=24)
# How long the file of the whole is kept: what its asker may read is another matter by then, and it can be asked for anew.
RESULTS_KEPT = timedelta(days=7)
WORKER_COMES_WITHIN = timedelta(seconds=15)
RECENT_SHOWN = 3
_DEADLY = gettext_noop("The program broke off at it each time; the administrator must look.")
_UNEXPECTED = gettext_noop("The program could not do it (%(error)s); the administrator must look.")
# The queue (settings.CELERY_TASK_QUEUES) of what nobody watches; every other task has its queue by the routes there.
UNWATCHED = "unwatched"
_queue: ContextVar[str] = ContextVar("queue")


@dataclass(frozen=True)
class Said:
    """What is to be known of an item: a message id with parameters, translated when somebody reads it."""

    text: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class JobKind:
    """How a kind of work is done: `work` on one item (idempotent), `finish` gives the file of the whole (name, bytes).

    `work` may say something of an item that is done; `names` tells what the refs are called in the reader's language.
    `in_one`: the work and the mark that it is done are one transaction, for work that refuses to be done twice.
    """

    name: str
    work: Callable[[JobItem], Said | None]
    finish: Callable[[Job], tuple[str, bytes]] | None = None
    names: Callable[[Sequence[int]], Mapping[int, str]] | None = None
    in_one: bool = False


@dataclass(frozen=True)
class Progress:
    """A job's bar in the reader's language: counts that add up. `result_name`: of the file, while it is kept."""

    pk: int
    title: str
    total: int
    done: int
    failed: int
    is_finished: bool
    result_name: str
    created_at: datetime
    error: str = ""
    result_was_kept: bool = False

    @property
    def may_try_again(self) -> bool:
        """True where something of it failed, rows or the file of the whole."""
        return self.is_finished and bool(self.failed or self.error)

    @property
    def is_waiting(self) -> bool:
        """True while it stands in line: nothing of it has been done for longer than a worker needs to come."""
        begun = self.is_finished or self.done or self.failed
        return not begun and timezone.now() - self.created_at > WORKER_COMES_WITHIN


@dataclass(frozen=True)
class Told:
    """What became of an item, in the reader's language: its name, what was said, whether it failed."""

    position: int
    name: str
    text: str
    failed: bool


_kinds: dict[str, JobKind] = {}
_sweeps: list[Callable[[], None]] = []


def register(kind: JobKind) -> None:
    """Make a kind of work known; apps do it in their `tasks` module."""
    _kinds[kind.name] = kind


def register_sweep(sweep: Callable[[], None]) -> None:
    """Let `sweep` be called every half minute: it finds what was lost and queues it again."""
    if sweep not in _sweeps:
        _sweeps.append(sweep)


def enqueue(name: str, **ids: int) -> None:
    """Queue a task by name once the transaction is through. A broker that does not answer loses nothing: the sweep asks again."""
    queue = _queue.get("")
    transaction.on_commit(lambda: _wake(name, ids, queue))


@contextmanager
def unwatched() -> Iterator[None]:
    """What is queued within waits in a line of its own: a worker takes from each line in turn, so people's work goes ahead."""
    token = _queue.set(UNWATCHED)
    try:
        yield
    finally:
        _queue.reset(token)


def _wake(name: str, ids: dict[str, int], queue: str) -> None:
    # By the registry, not send_task: that one ignores eager mode. core.apps has imported every tasks module.
    task = current_app.tasks[name]
    try:
        if queue:
            task.apply_async(kwargs=ids, queue=queue)
        else:
            task.apply_async(kwargs=ids)
    except (OSError, task.OperationalError) as error:
        logger.warning("broker does not answer, the sweep will wake %s again: %s", name, error)


def start(
    kind: str, *, title: str, refs: Sequence[int], actor: AbstractBaseUser, params: dict[str, Any] | None = None
) -> Job:
    """Write down a job over `refs` (keys, in order) and wake workers when the transaction is through.

    `title` is a message id with the parameters `params`.
    """
    with transaction.atomic():
        job = Job.objects.create(kind=kind, title=title, params=params or {}, created_by_id=actor.pk)
        JobItem.objects.bulk_create(JobItem(job=job, position=n, ref=ref) for n, ref in enumerate(refs, start=1))
        for _ in range(min(WORKERS_WOKEN, max(len(refs), 1))):
            enqueue("core.run_job", job_id=job.pk)
    return job


def live_over(kind: str, refs: Sequence[int], *, actor: AbstractBaseUser) -> Job | None:
    """The actor's own unfinished job of this kind that holds all of `refs`; None when there is none.

    To start one where there is none: lock first what two requests have in common, the actor's row.
    """
    asked = set(refs)
    for job in jobs_of(actor).filter(kind=kind, finished_at=None):
        if asked <= set(job.items.values_list("ref", flat=True)):
            return job
    return None


def run(job_id: int) -> None:
    """Work on a job until nothing of it is free. Any number of workers may do so at once, and be killed at any point."""
    job = Job.objects.get(pk=job_id)
    kind = _kinds[job.kind]
    _give_up_killers(job_id)
    while item := _lease_next(job_id):
        _do(kind, item)
    if not JobItem.objects.filter(job_id=job_id, done_at=None).exists():
        try:
            _finish(kind, job)
        except Exception as error:  # else it would be begun anew for ever, and never be told of
            logger.exception("job %s is done, its whole is not", job_id)
            Job.objects.filter(pk=job_id, finished_at=None).update(finished_at=timezone.now(), error=_told(error))


def again(job: Job) -> bool:
    """Try once more what failed of a finished job, and make its whole anew; what is done is not done twice. False for nothing."""
    with transaction.atomic():
        mine = Job.objects.select_for_update().exclude(finished_at=None).filter(pk=job.pk)
        found = mine.first()
        if found is None or not (failures(found).exists() or found.error):
            return False
        failures(found).update(done_at=None, leased_until=None, attempts=0, error="", params={})
        mine.update(finished_at=None, woken_at=timezone.now(), result_name="", result_file="", error="")
        if found.result_file:
            transaction.on_commit(lambda: found.result_file.delete(save=False))
        enqueue("core.run_job", job_id=found.pk)
    return True


def _give_up_killers(job_id: int) -> None:
    # An item that was begun so often and never came back, not even with an error, takes its worker down each time.
    killers = JobItem.objects.filter(_free(), job_id=job_id, attempts__gte=MAX_KILLS)
    _give_up(killers, Said(_DEADLY))


def _free() -> Q:
    return Q(done_at=None) & (Q(leased_until=None) | Q(leased_until__lt=timezone.now()))


def _lease_next(job_id: int) -> JobItem | None:
    while True:
        item = JobItem.objects.filter(_free(), job_id=job_id).order_by("position").first()
        if item is None:
            return None
        mine = JobItem.objects.filter(_free(), pk=item.pk)
        if mine.update(leased_until=timezone.now() + LEASE, attempts=F("attempts") + 1):
            item.refresh_from_db()
            return item


def _do(kind: JobKind, item: JobItem) -> None:
    mine = JobItem.objects.filter(pk=item.pk, done_at=None)
    try:
        with transaction.atomic() if kind.in_one else nullcontext():
            said = kind.work(item) or Said("")
            mine.update(done_at=timezone.now(), error="", note=said.text, params=plain(said.params))
    except RefusedError as refusal:  # what the rules refuse is an outcome, and the same however often it is tried
        logger.info("job %s, item %s is refused: %s", item.job_id, item.position, type(refusal).__name__)
        _give_up(mine, _refusal(refusal))
    except Exception as error:  # one bad item must not stop the others: it is told row by row
        logger.exception("job %s, item %s", item.job_id, item.position)
        why = Said(_UNEXPECTED, {"error": _told(error)})
        if item.attempts >= MAX_ATTEMPTS:
            _give_up(mine, why)
        else:
            mine.update(error=why.text, params=plain(why.params), leased_until=None)


def _told(error: Exception) -> str:
    return str(error)[:500] or type(error).__name__


def _give_up(items: QuerySet[JobItem], why: Said) -> None:
    items.update(done_at=timezone.now(), error=why.text, params=plain(why.params))


def _refusal(refused: RefusedError) -> Said:
    """What the rules refuse, in their words: of several blockers the first."""
    if isinstance(refused, BlockedError):
        return Said(refused.blockers[0].text, refused.blockers[0].params)
    return Said(refused.text, refused.params)


def _finish(kind: JobKind, job: Job) -> None:
    if not Job.objects.filter(pk=job.pk, finished_at=None).exists():
        return
    nothing_came = job.items.exists() and not job.items.filter(error="").exists()
    name, content = kind.finish(job) if kind.finish and not nothing_came else ("", b"")
    stored = Job(pk=job.pk)
    if content:
        stored.result_file.save(name, ContentFile(content), save=False)
    mine = Job.objects.filter(pk=job.pk, finished_at=None).update(
        finished_at=timezone.now(), result_name=name, result_file=stored.result_file.name or ""
    )
    if not mine and content:
        stored.result_file.delete(save=False)


def progress(job: Job) -> Progress:
    """How far a job is, in one query."""
    return progress_of([job])[0]


def progress_of(jobs: Iterable[Job]) -> list[Progress]:
    """How far each of these jobs is, in their order, in one query."""
    asked = list(jobs)
    through = Q(done_at__isnull=False)
    counted = JobItem.objects.filter(job__in=asked).order_by("job").values_list("job")
    rows = counted.annotate(
        total=Count("pk"),
        done=Count("pk", filter=through & Q(error="")),
        failed=Count("pk", filter=through & ~Q(error="")),
    )
    counts = {row[0]: row[1:] for row in rows}
    return [_progress(job, *counts.get(job.pk, (0, 0, 0))) for job in asked]


def _progress(job: Job, total: int, done: int, failed: int) -> Progress:
    return Progress(
        pk=job.pk,
        title=in_words(job.title, job.params),
        is_finished=job.finished_at is not None,
        result_name=job.result_name if job.result_file else "",
        result_was_kept=bool(job.result_name and not job.result_file),
        created_at=job.created_at,
        error=job.error,
        total=total,
        done=done,
        failed=failed,
    )


def in_words(text: str, params: Mapping[str, Any]) -> str:
    """A message id with parameters in the reader's language."""
    said = gettext(text) if text else ""
    return said % params if params else said


def failures(job: Job) -> QuerySet[JobItem]:
    """The items that were given up, in order, each with its error (a message id with parameters)."""
    return job.items.filter(done_at__isnull=False).exclude(error="")


def told_of(job: Job) -> list[Told]:
    """The items of which there is something to say, failed or done, by name and in the reader's language."""
    items = list(job.items.filter(done_at__isnull=False).exclude(error="", note=""))
    kind = _kinds.get(job.kind)
    names = kind.names([item.ref for item in items]) if kind and kind.names and items else {}
    return [
        Told(item.position, names.get(item.ref, ""), in_words(item.error or item.note, item.params), bool(item.error))
        for item in items
    ]


def jobs_of(user: AbstractBaseUser | AnonymousUser) -> QuerySet[Job]:
    """The jobs this person asked for, newest first."""
    return Job.objects.filter(created_by_id=user.pk).order_by("-pk")


def recent_of(user: AbstractBaseUser | AnonymousUser) -> list[Progress]:
    """This person's jobs that run, or ended within a day: what is shown wherever the person comes by. Two queries."""
    fresh = Q(finished_at=None) | Q(finished_at__gte=timezone.now() - RECENT)
    return progress_of(jobs_of(user).filter(fresh)[:RECENT_SHOWN])


def wake_lost() -> None:
    """The sweep: wake unfinished jobs that nobody works on, and call what other apps registered, also when one of it fails."""
    now = timezone.now()
    # One subquery over the same item: `exclude(items__a=…, items__b=…)` would ask two different ones.
    held = JobItem.objects.filter(job_id=OuterRef("pk"), done_at=None, leased_until__gte=now)
    idle = Job.objects.filter(~Exists(held), finished_at=None, woken_at__lt=now - WAKE_AGAIN_AFTER)
    for pk in idle.order_by("pk").values_list("pk", flat=True)[:100]:
        Job.objects.filter(pk=pk).update(woken_at=now)
        enqueue("core.run_job", job_id=pk)
    with unwatched():
        take_turns([forget_results, *_sweeps])


def forget_results() -> None:
    """Delete the files of jobs that ended `RESULTS_KEPT` ago, before their rows forget them: what breaks off is done anew."""
    over = Job.objects.filter(finished_at__lt=timezone.now() - RESULTS_KEPT).exclude(result_file="")
    for job in over.order_by("pk"):
        name = job.result_file.name
        job.result_file.delete(save=False)
        Job.objects.filter(pk=job.pk, result_file=name).update(result_file="")  # it may have been made anew meanwhile
