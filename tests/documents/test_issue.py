"""Papers are numbered without gaps and never change."""

import multiprocessing
from multiprocessing.synchronize import Barrier

import pytest
from celery import current_app
from django.db import DatabaseError, IntegrityError, connections, transaction

from core.history import history_of
from core.story import story_of
from core.values import today
from core.workflow import FaultyError, RefusedError, WrongStateError
from documents import services
from documents.enums import DocumentState
from documents.models import OfficialDocument, Register
from institutions.models import User
from tests.documents.papers import issue, sealed
from tests.factories import institutions

PROCESSES, EACH = 8, 4


@pytest.mark.django_db
def test_numbers_follow_each_other_and_dates_too() -> None:
    papers = [issue() for _ in range(3)]

    assert [paper.number_text for paper in papers] == ["1-Т", "2-Т", "3-Т"]
    assert papers[0].issued_at <= papers[1].issued_at <= papers[2].issued_at
    assert story_of(institutions.home())[0].text == f"issued a paper: {papers[-1].name}, No. 3-Т"


def _ask_for_numbers(user_id: int, start: Barrier) -> None:
    """One process: asks for numbers, and throws every second one away before it is through."""
    current_app.conf.update(task_always_eager=False, broker_url="memory://")
    user = User.objects.get(pk=user_id)
    start.wait(timeout=60)
    for attempt in range(2 * EACH):
        with transaction.atomic():
            issue(user)
            transaction.set_rollback(bool(attempt % 2))
    connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_eight_processes_at_once_leave_no_gap_and_no_double() -> None:
    user = institutions.user("registrar")
    institutions.home()
    fork = multiprocessing.get_context("fork")
    start = fork.Barrier(PROCESSES)
    connections.close_all()  # no process may inherit this one's connection

    processes = [fork.Process(target=_ask_for_numbers, args=(user.pk, start)) for _ in range(PROCESSES)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(timeout=90)

    assert [process.exitcode for process in processes] == [0] * PROCESSES
    papers = OfficialDocument.objects.order_by("number")
    assert [paper.number for paper in papers] == list(range(1, PROCESSES * EACH + 1))
    moments = [paper.issued_at for paper in papers]
    assert moments == sorted(moments)
    assert Register.objects.get(series="TST", year=today().year).last_number == PROCESSES * EACH


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        {"number_text": "9-Т"},
        {"context": {"who": "somebody else"}},
        {"code": "AAAA-AAAA"},
        {"kind": "other"},
        {"languages": "en"},
        {"name_kk": "Басқа қағаз"},
        {"issued_by": None},
        {"sha256": "0" * 64, "file": "other.pdf"},
    ],
)
def test_an_issued_paper_never_changes_not_even_by_sql(change: dict[str, object]) -> None:
    paper = sealed()

    with pytest.raises(IntegrityError), transaction.atomic():
        OfficialDocument.objects.filter(pk=paper.pk).update(**change)

    name = next(iter(change))
    assert getattr(OfficialDocument.objects.get(pk=paper.pk), name) == getattr(paper, name)


@pytest.mark.django_db
def test_an_issued_paper_is_never_deleted() -> None:
    paper = issue()

    with pytest.raises(DatabaseError), transaction.atomic():
        OfficialDocument.objects.filter(pk=paper.pk).delete()

    assert OfficialDocument.objects.filter(pk=paper.pk).exists()


@pytest.mark.django_db
def test_a_correction_supersedes_once() -> None:
    registrar = institutions.user("registrar")
    first = issue(registrar)

    second = issue(registrar, supersedes=first)

    first.refresh_from_db()
    assert first.state == DocumentState.SUPERSEDED
    assert second.supersedes == first
    assert [entry.action for entry in history_of(first)] == ["paper.supersede"]
    with pytest.raises(WrongStateError):
        issue(registrar, supersedes=first)


@pytest.mark.django_db
def test_revoking_asks_for_a_reason_and_ends_deliveries() -> None:
    registrar = institutions.user("registrar")
    paper = issue(registrar)

    with pytest.raises(RefusedError, match="reason"):
        services.revoke(document_id=paper.pk, reason=" ", actor=registrar)
    with pytest.raises(FaultyError, match="At most 2000 signs; this text has 5000"):
        services.revoke(document_id=paper.pk, reason="x" * 5000, actor=registrar)
    services.revoke(document_id=paper.pk, reason="wrong student", actor=registrar)

    paper.refresh_from_db()
    assert paper.state == DocumentState.REVOKED
    assert history_of(paper).get().reason == "wrong student"
    with pytest.raises(RefusedError, match="no longer in force"):
        services.deliver(document=paper, recipient="Nordtal", actor=registrar)
