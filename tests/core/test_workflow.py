"""The one door: role, state, reason, guards, compare-and-set, history."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections, transaction
from django.utils import translation

from agreements.models import Agreement
from core.history import history_of, request_id
from core.machine import Blocker, Machine
from core.models import HistoryEntry
from core.workflow import (
    BlockedError,
    FaultyError,
    NotAllowedError,
    ReasonMissingError,
    RefusedError,
    WrongStateError,
    offers,
    perform,
)
from tests.core.things import AGREED, DRAFT, ENDED, Facts, machine, thing
from tests.factories import institutions


@pytest.fixture(autouse=True)
def things() -> Iterator[Machine[Facts]]:
    with machine() as made:
        yield made


def take(made: Machine[Facts], step: str, subject: Agreement, *roles: str, **more: Any) -> HistoryEntry:
    facts = more.pop("facts", Facts())
    return perform(made, step, subject, actor=more.pop("actor", None), roles=frozenset(roles), facts=facts, **more)


@pytest.mark.django_db
def test_a_step_moves_the_thing_and_history_tells_of_it(things: Machine[Facts]) -> None:
    subject, actor = thing(), institutions.user()
    token = request_id.set("a-request")

    entry = take(things, "agree", subject, "chief", "guest", actor=actor, params={"who": "Chief"})

    request_id.reset(token)
    assert subject.state == Agreement.objects.get(pk=subject.pk).state == AGREED
    assert (entry.action, entry.text, entry.clause, entry.role) == (
        "test-thing.agree",
        "agreed by %(who)s",
        "5.3",
        "chief",
    )
    assert (entry.before, entry.after, entry.params) == ({"state": DRAFT}, {"state": AGREED}, {"who": "Chief"})
    assert (entry.actor_id, entry.request_id) == (actor.pk, "a-request")
    assert list(history_of(subject)) == [entry]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("step", "roles", "more", "refusal"),
    [
        ("agree", {"guest"}, {}, NotAllowedError),
        ("agree", set(), {}, NotAllowedError),
        ("sign", {"chief"}, {}, WrongStateError),
        ("give_up", {"editor"}, {}, ReasonMissingError),
        ("give_up", {"editor"}, {"reason": " \u200b "}, ReasonMissingError),
        ("give_up", {"editor"}, {"reason": "because " * 251}, FaultyError),
        ("agree", {"editor"}, {"facts": Facts(text_is_whole=False)}, BlockedError),
        # The role is asked for first: who may not act does not learn what is missing.
        ("agree", {"guest"}, {"facts": Facts(text_is_whole=False)}, NotAllowedError),
    ],
)
def test_a_refused_step_leaves_nothing_behind(
    things: Machine[Facts], step: str, roles: set[str], more: dict[str, Any], refusal: type[RefusedError]
) -> None:
    subject = thing()

    with pytest.raises(refusal):
        take(things, step, subject, *roles, **more)

    assert Agreement.objects.get(pk=subject.pk).state == DRAFT
    assert not history_of(subject).exists()


@pytest.mark.django_db
@pytest.mark.clause("1.6-a")
def test_no_role_passes_a_gate_without_what_it_asks_for(things: Machine[Facts]) -> None:
    everybody = ("editor", "chief", "administrator", "signatory")

    with pytest.raises(BlockedError) as refused:
        take(things, "agree", thing(), *everybody, facts=Facts(text_is_whole=False, missing=("passport",)))

    assert [blocker.clause for blocker in refused.value.blockers] == ["6.12", "7.1"]
    assert str(refused.value) == "Not yet possible. The text is not whole. (6.12) passport is missing. (7.1)"


@pytest.mark.django_db
def test_a_reason_is_kept(things: Machine[Facts]) -> None:
    subject = thing()

    entry = take(things, "give_up", subject, "editor", reason=" too dear ")

    assert (entry.reason, subject.state) == ("too dear", ENDED)


@pytest.mark.django_db
def test_who_comes_second_with_an_old_copy_is_told_so(things: Machine[Facts]) -> None:
    subject = thing()
    old_copy = Agreement.objects.get(pk=subject.pk)
    take(things, "agree", subject, "editor")

    with pytest.raises(WrongStateError, match="Somebody was first"):
        take(things, "agree", old_copy, "editor")

    assert history_of(subject).count() == 1
    assert old_copy.state == DRAFT


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_does(things: Machine[Facts]) -> None:
    subject = thing()
    both_have_read = threading.Barrier(2)
    outcomes: list[str] = []

    def decide(step: str, reason: str) -> None:
        try:
            copy = Agreement.objects.get(pk=subject.pk)
            both_have_read.wait(timeout=20)
            with transaction.atomic():
                take(things, step, copy, "editor", reason=reason)
            outcomes.append(step)
        except WrongStateError:
            outcomes.append("too late")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=decide, args=args) for args in (("agree", ""), ("give_up", "too dear"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    winner = next(outcome for outcome in outcomes if outcome != "too late")
    assert sorted(outcomes) == sorted([winner, "too late"])
    assert [entry.action for entry in history_of(subject)] == [f"test-thing.{winner}"]
    assert Agreement.objects.get(pk=subject.pk).state == {"agree": AGREED, "give_up": ENDED}[winner]


@pytest.mark.django_db
def test_a_step_and_its_history_are_one(things: Machine[Facts]) -> None:
    subject = thing()

    @transaction.atomic
    def decide_and_fail() -> None:
        take(things, "agree", subject, "editor")
        raise InterruptedError

    with pytest.raises(InterruptedError):
        decide_and_fail()

    assert Agreement.objects.get(pk=subject.pk).state == DRAFT
    assert not history_of(subject).exists()


def test_pages_see_what_perform_would_refuse(things: Machine[Facts]) -> None:
    agree, give_up = offers(things, DRAFT, roles=frozenset({"editor"}), facts=Facts(missing=("passport",)))

    assert (agree.mine, agree.ready, len(agree.blockers)) == (True, False, 1)
    assert (give_up.mine, give_up.ready) == (True, True)
    assert [offer.mine for offer in offers(things, AGREED, roles=frozenset({"editor"}), facts=Facts())] == [False, True]


def test_a_refusal_is_translated_when_it_is_read() -> None:
    refusal = BlockedError((Blocker("7.1", "%(name)s is missing.", "partner", {"name": "паспорт"}),))

    with translation.override("ru"):
        assert str(refusal) == "Пока невозможно. паспорт is missing. (7.1)"
    assert refusal.text == "Not yet possible."
