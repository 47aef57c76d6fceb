"""History and decisions never change: the database refuses it, on both databases, also to SQL."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction

from core import appendonly
from core.decisions import agreed_parts, decide, decisions_of_many, decisions_on
from core.history import history_of, record
from core.models import Decision, HistoryEntry, Verdict
from tests.factories import institutions

pytestmark = pytest.mark.django_db
POSTGRESQL = connection.vendor == "postgresql"


def entry() -> HistoryEntry:
    return record(actor=institutions.user(), action="test.done", subject=institutions.home(), text="done")


def decision(part: str = "home", verdict: str = Verdict.AGREED, subject_hash: str = "h1", reason: str = "") -> Decision:
    return decide(
        subject=institutions.home(),
        part=part,
        role="chief",
        actor=institutions.user(),
        verdict=verdict,
        subject_hash=subject_hash,
        reason=reason,
    )


@pytest.mark.parametrize("make", [entry, decision])
def test_no_row_is_changed_or_deleted(make: Any) -> None:
    row: models.Model = make()
    rows = type(row)._default_manager.filter(pk=row.pk)
    before = rows.values().get()

    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(role="nobody")
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.delete()

    assert rows.values().get() == before


@pytest.mark.parametrize("table", ["core_historyentry", "core_decision"])
def test_no_sql_goes_past_it(table: str) -> None:
    entry()
    decision()
    connection.check_constraints()  # PostgreSQL truncates no table that has checks of keys before it
    statements = ["UPDATE {} SET role = 'x'", "DELETE FROM {}"]
    if POSTGRESQL:
        statements += ["TRUNCATE {}", "TRUNCATE {} CASCADE"]
    else:
        statements.append("INSERT OR REPLACE INTO {} SELECT * FROM {}")

    for statement in statements:
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement.replace("{}", table))

    assert (HistoryEntry.objects.count(), Decision.objects.count()) == (1, 1)


def test_triggers_are_put_back_as_often_as_one_likes() -> None:
    appendonly.install(connection)
    appendonly.install(connection)
    row = entry()

    with pytest.raises(IntegrityError), transaction.atomic():
        HistoryEntry.objects.filter(pk=row.pk).delete()


def test_history_holds_plain_values_and_untranslated_text() -> None:
    home = institutions.home()

    row = record(
        actor=None, action="test.done", subject=home, text="%(n)s done", params={"n": 3}, before={"role": {"b", "a"}}
    )

    assert HistoryEntry.objects.get(pk=row.pk).before == {"role": ["a", "b"]}
    assert (row.actor, row.subject_type, row.text) == (None, "institutions.university", "%(n)s done")
    assert list(history_of(institutions.partner())) == []


def test_the_last_word_of_each_part_on_this_content_counts() -> None:
    decision("home", Verdict.RETURNED, reason="a slip")
    decision("partner")
    decision("home")
    decision("lawyer", subject_hash="h0")

    home = institutions.home()
    assert agreed_parts(home, "h1") == {"home", "partner"}
    assert decisions_on(home, "h1")["home"].verdict == Verdict.AGREED


def test_a_change_of_mind_and_a_changed_content_ask_again() -> None:
    decision("home")
    decision("home", Verdict.REFUSED, reason="too dear")

    assert agreed_parts(institutions.home(), "h1") == frozenset()
    assert agreed_parts(institutions.home(), "h2") == frozenset()


@pytest.mark.parametrize("verdict", [Verdict.RETURNED, Verdict.REFUSED])
def test_a_no_says_why(verdict: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        decision(verdict=verdict)


def test_decisions_of_many_things_cost_one_query(django_assert_num_queries: Any) -> None:
    decision("home")
    home, partner = institutions.home(), institutions.partner()

    with django_assert_num_queries(1):
        found = decisions_of_many([home, partner], {home.pk: "h1", partner.pk: "h1"})

    assert found[home.pk]["home"].person_id
    assert found[partner.pk] == {}
    assert decisions_of_many([], {}) == {}
