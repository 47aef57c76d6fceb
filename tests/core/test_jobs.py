"""Long work: each item once, also when a worker is killed, a task runs twice or an item fails."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from celery import current_app
from celery.signals import before_task_publish
from django.core.files.storage import default_storage
from django.db.models.fields.files import FieldFile
from django.test import Client
from django.utils import timezone
from django.utils.translation import gettext_noop, override

from core import jobs
from core.jobs import JobKind, Said, failures, live_over, progress, progress_of, recent_of, told_of, wake_lost
from core.models import Job, JobItem
from core.workflow import RefusedError
from institutions.models import User
from tests.factories import institutions

pytestmark = pytest.mark.django_db
OnCommit = Callable[..., Any]
# Of items with a greater ref the worker has something to say.
NOTED = 100


class Worker:
    """Does the work of a kind and remembers it. Items whose ref is in `broken` fail, in `refused` by a rule.

    `whole_breaks`: the file of the whole cannot be made.
    """

    def __init__(self) -> None:
        self.done: list[int] = []
        self.finished = 0
        self.whole_breaks = False
        self.broken: set[int] = set()
        self.refused: set[int] = set()

    def work(self, item: JobItem) -> Said | None:
        if item.ref in self.broken:
            raise ValueError(f"no paper for {item.ref}")
        if item.ref in self.refused:
            raise RefusedError(gettext_noop("Paper No. %(number)s is no longer in force."), {"number": item.ref})
        self.done.append(item.ref)
        return Said(gettext_noop("issued paper № %(number)s"), {"number": item.ref}) if item.ref > NOTED else None

    def finish(self, job: Job) -> tuple[str, bytes]:
        if self.whole_breaks:
            raise OSError("the disk is full")
        self.finished += 1
        return f"{job.kind}.zip", b"the whole"


@pytest.fixture
def worker() -> Iterator[Worker]:
    made = Worker()
    jobs.register(JobKind("test", made.work, made.finish, lambda refs: {ref: f"thing {ref}" for ref in refs}))
    yield made
    del jobs._kinds["test"]


@pytest.fixture
def user() -> User:
    return institutions.user()


def start(user: User, refs: list[int]) -> Job:
    """A job whose wake-up call is lost."""
    return jobs.start("test", title=gettext_noop("Papers"), refs=refs, actor=user)


def test_a_job_is_done_in_order_and_its_file_is_kept(
    worker: Worker, user: User, django_capture_on_commit_callbacks: OnCommit
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        job = start(user, [7, 8, 9])

    job.refresh_from_db()
    assert worker.done == [7, 8, 9]
    with default_storage.open(str(job.result_file.name)) as file:
        assert (job.result_name, file.read()) == ("test.zip", b"the whole")
    told = progress(job)
    assert (told.total, told.done, told.failed, told.is_finished) == (3, 3, 0, True)


def test_a_task_that_runs_again_does_nothing_again(worker: Worker, user: User) -> None:
    job = start(user, [1, 2])

    for _ in range(3):
        jobs.run(job.pk)

    assert (worker.done, worker.finished) == ([1, 2], 1)


def test_what_another_worker_holds_is_left_alone_until_its_lease_ends(worker: Worker, user: User) -> None:
    job = start(user, [1, 2])
    held = JobItem.objects.filter(job=job, ref=1)
    held.update(leased_until=timezone.now() + timedelta(seconds=60), attempts=1)

    jobs.run(job.pk)
    first = list(worker.done)
    held.update(leased_until=timezone.now() - timedelta(seconds=1))
    jobs.run(job.pk)

    assert (first, worker.done, worker.finished) == ([2], [2, 1], 1)
    assert held.get().attempts == 2


def test_a_failing_item_is_tried_three_times_and_stops_none_of_the_others(worker: Worker, user: User) -> None:
    worker.broken = {2}
    job = start(user, [1, 2, 3])

    jobs.run(job.pk)

    job.refresh_from_db()
    assert worker.done == [1, 3]
    told = progress(job)
    assert (told.done, told.failed, told.total, told.is_finished) == (2, 1, 3, True)
    assert [(item.ref, item.params, item.attempts) for item in failures(job)] == [(2, {"error": "no paper for 2"}, 3)]
    (row,) = told_of(job)
    assert (row.name, row.failed) == ("thing 2", True)
    assert row.text == "The program could not do it (no paper for 2); the administrator must look."


def test_a_refusal_is_an_outcome_and_a_real_error_keeps_its_traceback(
    worker: Worker, user: User, caplog: pytest.LogCaptureFixture
) -> None:
    worker.refused, worker.broken = {1}, {2}
    job = start(user, [1, 2])

    with caplog.at_level("INFO", logger="core.jobs"):
        jobs.run(job.pk)

    assert [(row.position, row.failed) for row in told_of(job)] == [(1, True), (2, True)]
    assert JobItem.objects.get(job=job, ref=1).attempts == 1
    logged = [(entry.levelname, entry.exc_info is not None) for entry in caplog.records]
    assert logged == [("INFO", False), *[("ERROR", True)] * jobs.MAX_ATTEMPTS]


def test_an_item_that_works_at_last_leaves_no_error(worker: Worker, user: User) -> None:
    worker.broken = {1}
    job = start(user, [1])
    item = JobItem.objects.get(job=job)
    leased = jobs._lease_next(job.pk)
    assert leased is not None
    jobs._do(jobs._kinds["test"], leased)
    worker.broken = set()

    jobs.run(job.pk)

    item.refresh_from_db()
    assert (item.error, item.attempts, worker.done) == ("", 2, [1])


def test_two_who_finish_at_once_leave_one_file(worker: Worker, user: User) -> None:
    job = start(user, [1])
    jobs.run(job.pk)
    before = Job.objects.get(pk=job.pk).result_file.name

    # The second had looked before the first was through.
    jobs._finish(JobKind("test", worker.work, worker.finish), Job.objects.get(pk=job.pk))

    assert Job.objects.get(pk=job.pk).result_file.name == before
    assert worker.finished == 1


def test_the_sweep_wakes_what_nobody_works_on_and_only_that(
    worker: Worker, user: User, django_capture_on_commit_callbacks: OnCommit
) -> None:
    lost, fresh, held, done = (start(user, [n]) for n in (1, 2, 3, 4))
    jobs.run(done.pk)
    worker.done.clear()
    Job.objects.exclude(pk=fresh.pk).update(woken_at=timezone.now() - timedelta(minutes=5))
    JobItem.objects.filter(job=held).update(leased_until=timezone.now() + timedelta(seconds=60))

    with django_capture_on_commit_callbacks(execute=True):
        wake_lost()

    assert worker.done == [1]
    assert Job.objects.get(pk=lost.pk).finished_at is not None


def test_what_has_just_been_done_does_not_hide_what_was_lost(
    worker: Worker, user: User, django_capture_on_commit_callbacks: OnCommit
) -> None:
    # A worker did the first item, whose lease still runs, and was killed before it took the second.
    job = start(user, [1, 2])
    soon = timezone.now() + timedelta(seconds=100)
    JobItem.objects.filter(job=job, ref=1).update(leased_until=soon, done_at=timezone.now(), attempts=1)
    Job.objects.update(woken_at=timezone.now() - timedelta(minutes=5))

    with django_capture_on_commit_callbacks(execute=True):
        wake_lost()

    assert worker.done == [2]


def test_an_item_that_kills_its_workers_is_given_up(worker: Worker, user: User) -> None:
    job = start(user, [1, 2])
    over = timezone.now() - timedelta(seconds=1)
    JobItem.objects.filter(job=job, ref=1).update(leased_until=over, attempts=jobs.MAX_KILLS)

    jobs.run(job.pk)

    assert worker.done == [2]
    assert [item.ref for item in failures(job)] == [1]
    assert Job.objects.get(pk=job.pk).finished_at is not None


def test_what_refuses_to_be_done_twice_is_done_and_marked_in_one_or_not_at_all(
    user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between the step and its mark: else the next worker would tell as refused what was done."""

    def work(_item: JobItem) -> None:
        if not User.objects.filter(pk=user.pk, language="kk").update(language="en"):
            raise RefusedError(gettext_noop("This has been done already."))

    def killed(_params: object) -> None:
        raise KeyboardInterrupt

    User.objects.filter(pk=user.pk).update(language="kk")
    monkeypatch.setitem(jobs._kinds, "once", JobKind("once", work, in_one=True))
    job = jobs.start("once", title="Once", refs=[1], actor=user)
    with monkeypatch.context() as worker:
        worker.setattr(jobs, "plain", killed)
        with pytest.raises(KeyboardInterrupt):
            jobs.run(job.pk)
    JobItem.objects.update(leased_until=None)

    jobs.run(job.pk)

    assert (progress(job).done, list(failures(job))) == (1, [])


def test_a_broker_that_does_not_answer_loses_nothing(
    worker: Worker, user: User, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: OnCommit
) -> None:
    from core.tasks import run_job  # noqa: PLC0415 -- beside its use

    def refuse(**_options: Any) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(run_job, "apply_async", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        job = start(user, [1])

    assert worker.done == []
    jobs.run(job.pk)
    assert worker.done == [1]


def test_what_nobody_watches_waits_in_a_line_of_its_own(
    worker: Worker, user: User, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: OnCommit
) -> None:
    lines: list[str] = []

    def note(routing_key: str, **_signal: Any) -> None:
        lines.append(routing_key)

    monkeypatch.setitem(current_app.conf, "task_always_eager", False)  # the broker itself is asked
    before_task_publish.connect(note)
    with django_capture_on_commit_callbacks(execute=True):
        start(user, [1])
        with jobs.unwatched():
            start(user, [1])
        start(user, [1])
    before_task_publish.disconnect(note)

    assert lines == ["jobs", jobs.UNWATCHED, "jobs"]


def test_a_whole_that_cannot_be_made_ends_the_job_and_is_told(worker: Worker, user: User, client: Client) -> None:
    """Else its page would ask for ever, and every sweep would begin it anew."""
    job = start(user, [1, 2])
    client.force_login(user)
    page = f"/jobs/{job.pk}/"
    worker.whole_breaks = True

    jobs.run(job.pk)

    told = progress(Job.objects.get(pk=job.pk))
    assert (told.is_finished, told.done, told.error, told.result_name) == (True, 2, "the disk is full", "")
    shown = client.get(page).content.decode()
    assert "The file of the whole could not be made." in shown
    assert "the disk is full" in shown

    worker.whole_breaks = False
    assert client.post(f"{page}again/").status_code == 302
    jobs.run(job.pk)
    told = progress(Job.objects.get(pk=job.pk))
    assert (told.is_finished, told.error, told.result_name, worker.done) == (True, "", "test.zip", [1, 2])
    assert f"{page}again/" not in client.get(page).content.decode()


def test_what_failed_is_tried_again_and_what_is_done_is_not(worker: Worker, user: User, client: Client) -> None:
    worker.broken = {2}
    job, foreign = start(user, [1, 2, 3]), start(institutions.user(), [2])
    for one in (job, foreign):
        jobs.run(one.pk)
    client.force_login(user)
    assert f"/jobs/{job.pk}/again/" in client.get(f"/jobs/{job.pk}/").content.decode()

    worker.broken = set()
    answers = [client.post(f"/jobs/{one.pk}/again/").status_code for one in (job, foreign)]
    jobs.run(job.pk)

    told = progress(Job.objects.get(pk=job.pk))
    assert (answers, worker.done, worker.finished) == ([302, 404], [1, 3, 2], 2)
    assert (told.done, told.failed, told.is_finished) == (3, 0, True)
    assert not jobs.again(job)


def test_where_nothing_was_done_there_is_no_file(worker: Worker, user: User, client: Client) -> None:
    worker.refused = {1, 2}
    job = start(user, [1, 2])
    client.force_login(user)

    jobs.run(job.pk)

    shown = client.get(f"/jobs/{job.pk}/").content.decode()
    assert (worker.finished, progress(Job.objects.get(pk=job.pk)).result_name) == (0, "")
    assert "nothing was done" in shown
    assert "Download the result" not in shown


def test_work_that_stands_in_line_says_so(user: User) -> None:
    job = start(user, [1])
    assert not progress(job).is_waiting

    job.created_at -= 2 * jobs.WORKER_COMES_WITHIN

    assert progress(job).is_waiting


def test_an_empty_job_ends(worker: Worker, user: User) -> None:
    job = start(user, [])

    jobs.run(job.pk)

    assert (progress(Job.objects.get(pk=job.pk)).is_finished, worker.done) == (True, [])


def test_a_job_is_its_askers_alone(worker: Worker, user: User, django_assert_num_queries: Any) -> None:
    job = start(user, [1, 2, 3])

    assert list(jobs.jobs_of(user)) == [job]
    assert list(jobs.jobs_of(institutions.user())) == []
    with django_assert_num_queries(1):
        progress(job)


def test_sweeps_of_other_apps_are_called_once_each() -> None:
    calls: list[int] = []

    def sweep() -> None:
        calls.append(1)

    jobs.register_sweep(sweep)
    jobs.register_sweep(sweep)
    wake_lost()
    jobs._sweeps.remove(sweep)

    assert calls == [1]


def test_a_sweep_that_fails_keeps_none_of_the_others_from_theirs(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []

    def fail() -> None:
        raise OSError("the bucket is away")

    monkeypatch.setattr(jobs, "_sweeps", [fail, lambda: calls.append(1)])

    with pytest.raises(OSError, match="the bucket is away"):
        wake_lost()
    assert calls == [1]


def test_the_file_of_a_job_of_any_kind_is_kept_for_a_week(worker: Worker, user: User, client: Client) -> None:
    job = start(user, [1])
    jobs.run(job.pk)
    name = str(Job.objects.get().result_file.name)

    def shown_after(days: int) -> tuple[bool, int, list[bool]]:
        with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
            wake_lost()
        client.force_login(user)
        pages = [client.get(url).content.decode() for url in (f"/jobs/{job.pk}/", "/jobs/")]
        result = f"/jobs/{job.pk}/result/"
        return default_storage.exists(name), client.get(result).status_code, [result in page for page in pages]

    assert shown_after(6) == (True, 200, [True, True])
    assert shown_after(8) == (False, 404, [False, False])
    assert "The file was kept for a week." in client.get(f"/jobs/{job.pk}/").content.decode()


def test_a_file_that_was_made_anew_while_the_old_one_is_forgotten_stays(
    worker: Worker, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = start(user, [1])
    jobs.run(job.pk)
    Job.objects.update(finished_at=timezone.now() - timedelta(days=8))
    monkeypatch.setattr(FieldFile, "delete", lambda *_a, **_k: Job.objects.update(result_file="jobs/anew.zip"))

    jobs.forget_results()

    assert Job.objects.get(pk=job.pk).result_file.name == "jobs/anew.zip"


# --- what the asker sees ----------------------------------------------------------------------------------------------


def test_what_became_of_items_is_told_by_name_in_the_readers_language(worker: Worker, user: User) -> None:
    worker.refused = {2}
    job = start(user, [1, 2, 101])

    jobs.run(job.pk)

    with override("en"):
        assert [(row.name, row.text, row.failed) for row in told_of(job)] == [
            ("thing 2", "Paper No. 2 is no longer in force.", True),
            ("thing 101", "issued paper № 101", False),
        ]
    for language in ("kk", "ru"):
        with override(language):
            assert "in force" not in told_of(job)[0].text
            assert progress(job).title != "Papers"


def test_a_title_may_have_parameters(worker: Worker, user: User) -> None:
    job = jobs.start("test", title="Papers of %(year)s", params={"year": 2026}, refs=[1], actor=user)

    assert progress(job).title == "Papers of 2026"


def test_many_jobs_are_told_of_in_one_query(worker: Worker, user: User, django_assert_num_queries: Any) -> None:
    worker.broken = {4}
    asked = [start(user, refs) for refs in ([1, 2], [3, 4, 5], [])]
    for job in asked[1:]:
        jobs.run(job.pk)

    with django_assert_num_queries(1):
        told = progress_of(asked)

    assert [(row.total, row.done, row.failed) for row in told] == [(2, 0, 0), (3, 2, 1), (0, 0, 0)]


def test_one_comes_by_what_runs_and_what_has_just_ended(worker: Worker, user: User) -> None:
    running, fresh, old = (start(user, [n]) for n in (1, 2, 3))
    for job in (fresh, old):
        jobs.run(job.pk)
    Job.objects.filter(pk=old.pk).update(finished_at=timezone.now() - jobs.RECENT - timedelta(minutes=1))
    start(institutions.user(), [1])

    assert [row.pk for row in recent_of(user)] == [fresh.pk, running.pk]


def test_what_is_at_work_already_is_found_by_its_asker(worker: Worker, user: User) -> None:
    job = start(user, [1, 2, 3])

    assert live_over("test", [3, 1], actor=user) == job
    assert live_over("test", [3, 4], actor=user) is None
    assert live_over("other", [3, 1], actor=user) is None
    assert live_over("test", [3, 1], actor=institutions.user()) is None
    jobs.run(job.pk)
    assert live_over("test", [3, 1], actor=user) is None


def test_a_jobs_page_is_reached_from_ones_list(worker: Worker, user: User, client: Client) -> None:
    job, foreign = start(user, [1]), start(institutions.user(), [1])
    client.force_login(user)

    page = client.get("/jobs/").content.decode()

    assert f'href="/jobs/{job.pk}/"' in page
    assert f"/jobs/{foreign.pk}/" not in page
    assert f'href="/jobs/{job.pk}/"' in client.get("/").content.decode()
    assert 'href="/jobs/"' in client.get(f"/jobs/{job.pk}/").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_any_length(
    worker: Worker, user: User, client: Client, count: int, django_assert_num_queries: Any
) -> None:
    for _ in range(count):
        start(user, [1, 2])
    client.force_login(user)
    client.get("/jobs/")

    with django_assert_num_queries(8):
        assert client.get("/jobs/").status_code == 200


def test_the_bars_part_brings_the_rows_that_failed(worker: Worker, user: User, client: Client) -> None:
    worker.broken = {2}
    job = start(user, [1, 2])
    client.force_login(user)
    before = client.get(f"/jobs/{job.pk}/", headers={"HX-Request": "true"}).content.decode()

    jobs.run(job.pk)
    after = client.get(f"/jobs/{job.pk}/", headers={"HX-Request": "true"}).content.decode()

    assert 'id="job-rows" hx-swap-oob="true"' in before
    assert "thing 2" not in before
    assert "thing 2" in after
    assert "<html" not in after
    assert "thing 2" in client.get(f"/jobs/{job.pk}/").content.decode()
