"""Offices held in somebody's place: the work comes to who acts, and history says for whom the step was taken."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from core.history import history_of, record
from core.models import HistoryEntry
from core.story import story_of
from core.story import told as told_of
from core.values import today
from core.worklist import inbox
from institutions.enums import Role
from institutions.models import Membership, User
from institutions.permissions import standing_of
from institutions.selectors import holders_of, roles_today, signature_of
from tests.agreements.road import Road
from tests.factories import institutions

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


def _acting(role: str, instead_of: User, *, user: User | None = None) -> User:
    account = user or institutions.user(name_cyrillic="Ә. Орынбасар", surname="ORYNBASAR", given_names="A.")
    Membership.objects.create(
        user=account, role=role, university=institutions.home(), starts_on=today(), acting_for=instead_of
    )
    return account


def _last(road_agreement: object, action: str) -> HistoryEntry:
    return history_of(road_agreement).get(action=action)  # type: ignore[arg-type]  # an agreement


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("kk", "Ә. Орынбасар (м.а.; кімнің орнына: Д. Проректор)"),
        ("ru", "Ә. Орынбасар (и.о., замещает: Д. Проректор)"),
        ("en", "ORYNBASAR A. (acting for PROREKTOR D.)"),
    ],
)
def test_history_says_for_whom_a_step_was_taken(language: str, said: str) -> None:
    road = Road(
        vice_rector=institutions.user(
            Role.VICE_RECTOR, name_cyrillic="Д. Проректор", surname="PROREKTOR", given_names="D."
        )
    )
    deputy = _acting(Role.VICE_RECTOR, road.vice_rector)

    agreement = road.moved(road.walked_to("examined").agreement, "approve", deputy)

    entry = _last(agreement, "agreement.approve")
    assert (entry.actor_id, entry.role, entry.acting_for_id) == (deputy.pk, Role.VICE_RECTOR, road.vice_rector.pk)
    with translation.override(language):
        assert next(told.who for told in story_of(agreement) if told.action == "agreement.approve") == said


def test_what_is_written_beside_a_step_says_it_too() -> None:
    road = Road()
    deputy = _acting(Role.LAWYER, road.lawyer)
    agreement = road.walked_to("agreed").agreement

    road.review(agreement, by=deputy)

    assert _last(agreement, "agreement.law_reviewed").acting_for_id == road.lawyer.pk


def test_who_holds_the_role_in_his_own_right_acts_for_nobody() -> None:
    road = Road()
    _acting(Role.VICE_RECTOR, institutions.user(Role.VICE_RECTOR), user=road.vice_rector)

    agreement = road.moved(road.walked_to("examined").agreement, "approve", road.vice_rector)

    assert _last(agreement, "agreement.approve").acting_for_id is None


def test_an_acting_membership_that_is_over_says_nothing() -> None:
    vice_rector = institutions.user(Role.VICE_RECTOR)
    deputy = _acting(Role.VICE_RECTOR, vice_rector)
    Membership.objects.filter(user=deputy).update(
        starts_on=today() - timedelta(days=9), ends_on=today() - timedelta(days=1)
    )

    assert standing_of(deputy).acting == {}
    assert standing_of(deputy).roles == frozenset()


def test_the_work_of_an_office_comes_to_who_acts_in_it(client_as: SignIn) -> None:
    road = Road()
    deputy = _acting(Role.VICE_RECTOR, road.vice_rector)
    agreement = road.walked_to("examined").agreement

    waiting = inbox(standing_of(deputy).queues)

    # Letters and papers go to the first of them: who holds the office, not who acts in it.
    assert [row.user for row in holders_of(Role.VICE_RECTOR)] == [road.vice_rector, deputy]
    assert [(item.subject_type, item.subject_id) for item in waiting] == [("agreements.agreement", agreement.pk)]
    page = client_as(deputy).get(reverse("inbox")).content.decode()
    assert reverse("agreements:agreement", args=[agreement.pk]) in page


@pytest.mark.parametrize("count", [1, 3])
def test_a_story_costs_one_query_however_many_acted_for_others(
    count: int, django_assert_num_queries: Callable[[int], object]
) -> None:
    agreement = Road().drafted().agreement
    for _ in range(count):
        lawyer = institutions.user(Role.LAWYER, surname="ZANGER", given_names="Z.")
        deputy = _acting(Role.LAWYER, lawyer)
        record(actor=deputy, action="test", subject=agreement, role=Role.LAWYER)

    with django_assert_num_queries(1):  # type: ignore[attr-defined]  # a context manager of pytest-django
        told = [entry for entry in map(told_of, history_of(agreement)) if entry.action == "test"]

    assert len({entry.who for entry in told}) == 1
    assert len(told) == count


_ACTING_RECTOR = {
    "kk": "Басқарма төрағасы – Ректордың м.а.",
    "ru": "И.о. Председателя Правления – Ректора",
    "en": "Acting Chair of the Board – Rector",
}
_RECTOR = {
    "kk": "Басқарма төрағасы – Ректор",
    "ru": "Председатель Правления – Ректор",
    "en": "Chair of the Board – Rector",
}


def test_who_acts_signs_papers_as_acting() -> None:
    rector = institutions.user(Role.SIGNATORY)
    deputy = _acting(Role.SIGNATORY, rector)

    assert signature_of(deputy, Role.SIGNATORY)["position"] == _ACTING_RECTOR
    assert signature_of(rector, Role.SIGNATORY)["position"] == _RECTOR


def test_who_acts_signs_by_the_office_that_was_written_for_him() -> None:
    deputy = _acting(Role.SIGNATORY, institutions.user(Role.SIGNATORY))
    own = {"kk": "Бірінші проректор, м.а.", "ru": "Первый проректор, и.о.", "en": "First Vice-Rector, acting"}
    Membership.objects.filter(user=deputy).update(**{f"position_{language}": text for language, text in own.items()})

    assert signature_of(deputy, Role.SIGNATORY)["position"] == own


def test_who_holds_the_office_in_his_own_right_signs_by_it() -> None:
    deputy = _acting(Role.SIGNATORY, institutions.user(Role.SIGNATORY))
    Membership.objects.create(user=deputy, role=Role.SIGNATORY, university=institutions.home(), starts_on=today())

    assert signature_of(deputy, Role.SIGNATORY)["position"] == _RECTOR
    assert standing_of(deputy).acting_roles == frozenset()


def test_each_office_has_a_title_for_who_acts_in_it() -> None:
    for role in set(Role) - {Role.STUDENT}:
        with translation.override("kk"):
            assert str(role.acting_title).endswith(" м.а."), role
        with translation.override("ru"):
            assert str(role.acting_title).startswith("И.о. "), role
        with translation.override("en"):
            assert str(role.acting_title).startswith("Acting "), role


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("kk", "заңгер, Басқарма төрағасы – Ректор (м.а.)"),
        ("ru", "юрист, Председатель Правления – Ректор (и.о.)"),
        ("en", "lawyer, Chair of the Board – Rector (acting)"),
    ],
)
def test_pages_say_in_which_role_somebody_acts(client_as: SignIn, language: str, said: str) -> None:
    lawyer = institutions.user(Role.LAWYER)
    _acting(Role.SIGNATORY, institutions.user(Role.SIGNATORY), user=lawyer)
    client = client_as(lawyer)
    client.cookies["django_language"] = language

    page = client.get(reverse("inbox")).content.decode()

    assert f'<span class="me-role" title="{said}">{said}</span>' in page
    with translation.override(language):
        assert roles_today(lawyer) == said
