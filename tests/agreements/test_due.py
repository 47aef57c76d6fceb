"""What time brings: terms and licences that end come to the IPD's worklist by themselves, once, with the day of their end."""

from datetime import timedelta
from typing import NamedTuple

import pytest
import time_machine
from django.urls import reverse

from agreements.enums import PathwayState
from agreements.models import Agreement, Pathway
from agreements.selectors.admission import admitting
from agreements.services.agreements import move_agreement
from agreements.services.due import settle_due
from agreements.services.renewal import renew_agreement
from core.models import WorkItem
from core.tasks import settle_due as task
from core.values import readable, today
from core.worklist import inbox, open_items_of
from institutions.enums import Role
from institutions.models import Licence
from institutions.permissions import standing_of
from institutions.selectors import cover_of
from institutions.services.universities import add_licence
from tests.conftest import ClientAs
from tests.factories import agreements, institutions

pytestmark = pytest.mark.django_db


class Said(NamedTuple):
    """A work item as the inbox shows it."""

    queue: str
    clause: str
    text: str
    due_in: int


def _open(thing: Agreement | Pathway) -> list[Said]:
    return [
        Said(item.queue, item.clause, item.text % readable(item.params), (item.due - today()).days)
        for item in open_items_of(thing)
    ]


def _ends(pathway: Pathway, *, licence: int = 1000, agreement: int = 1000) -> None:
    """The licence and the agreement end in so many days; set past the services, as years pass."""
    day = today()
    Licence.objects.update(valid_until=day + timedelta(days=licence))
    Agreement.objects.filter(pk=pathway.agreement_id).update(
        valid_from=day - timedelta(days=500), valid_until=day + timedelta(days=agreement)
    )


def _written(days: int) -> str:
    return f"{today() + timedelta(days=days):%d.%m.%Y}"


@pytest.mark.clause("4.2-b")
def test_a_licence_asks_to_be_renewed_half_a_year_before_its_end_and_says_when_it_ended() -> None:
    pathway = agreements.open_pathway()
    _ends(pathway, licence=200)
    end, began = _written(200), today()
    settle_due()
    assert _open(pathway) == []

    with time_machine.travel(began + timedelta(days=20), tick=False):
        settle_due()
        before = _open(pathway)
    with time_machine.travel(began + timedelta(days=200), tick=False):
        settle_due()
        on_its_last_day, admits = _open(pathway), admitting([pathway], today())
    with time_machine.travel(began + timedelta(days=201), tick=False):
        settle_due()
        after, closed = _open(pathway), admitting([pathway], today())

    ends = f"The licence of Hochschule Nordtal for 7M061 ends on {end}."
    ended = f"The licence of Hochschule Nordtal for 7M061 ended on {end}."
    assert before == [Said("ipd_coordinator@home", "4.2", ends, 180)]
    assert on_its_last_day == [Said("ipd_coordinator@home", "4.2", ends, 0)]
    assert after == [Said("ipd_coordinator@home", "4.2", ended, -1)]
    assert (set(admits), set(closed)) == ({pathway.pk}, set())


@pytest.mark.clause("4.2-b")
def test_a_pathway_in_preparation_asks_for_a_licence_only_once_it_lacks_one() -> None:
    pathway = agreements.open_pathway()
    Pathway.objects.update(state=PathwayState.PREPARED)

    _ends(pathway, licence=30)
    settle_due()
    ending = [said for said in _open(pathway) if said.clause == "4.2"]
    _ends(pathway, licence=-30)
    settle_due()
    ended = [said for said in _open(pathway) if said.clause == "4.2"]

    assert ending == []
    assert [said.text for said in ended] == [f"The licence of Hochschule Nordtal for 7M061 ended on {_written(-30)}."]
    assert ended[0].due_in > 0  # there is nothing yet that it could be late for


@pytest.mark.clause("6.12-e")
def test_an_agreement_asks_to_be_renewed_half_a_year_before_its_end_and_says_when_it_ended() -> None:
    pathway = agreements.open_pathway()
    _ends(pathway, agreement=181)
    agreement, end, began = pathway.agreement, _written(181), today()
    settle_due()
    assert _open(agreement) == []

    with time_machine.travel(began + timedelta(days=1), tick=False):
        settle_due()
        before = _open(agreement)
    with time_machine.travel(began + timedelta(days=182), tick=False):
        settle_due()
        after, of_the_pathway = _open(agreement), _open(pathway)

    assert before == [Said("ipd_coordinator@home", "6.12", f"The agreement ends on {end}: renew it.", 180)]
    assert after == [Said("ipd_coordinator@home", "6.12", f"The agreement ended on {end}: renew it or end it.", -1)]
    assert of_the_pathway == []  # said once, with the agreement


@pytest.mark.parametrize("days", [1, 30, 400])
def test_a_second_sweep_and_every_later_one_changes_nothing(days: int) -> None:
    pathway = agreements.open_pathway()
    _ends(pathway, licence=-5, agreement=-5)
    settle_due()
    first = list(WorkItem.objects.order_by("pk").values())

    with time_machine.travel(today() + timedelta(days=days), tick=False):
        task.delay()
        task.delay()

    assert len(first) == 2
    assert list(WorkItem.objects.order_by("pk").values()) == first


def test_it_is_in_the_inbox_without_anybody_opening_a_page() -> None:
    ipd = institutions.user(Role.IPD_COORDINATOR)
    pathway = agreements.open_pathway()
    _ends(pathway, licence=30, agreement=30)

    task.delay()

    assert {item.subject_type for item in inbox(standing_of(ipd).queues)} == {
        "agreements.agreement",
        "agreements.pathway",
    }
    assert inbox(standing_of(institutions.user(Role.REGISTRAR)).queues) == []


def test_the_pages_say_it_too_with_whose_move_it_is(client_as: ClientAs) -> None:
    client = client_as(institutions.user(Role.IPD_COORDINATOR))
    pathway = agreements.open_pathway()
    _ends(pathway, licence=30, agreement=30)
    settle_due()

    agreement = client.get(reverse("agreements:agreement", args=[pathway.agreement_id]))
    way = client.get(reverse("agreements:pathway", args=[pathway.pk]))

    assert f"The agreement ends on {_written(30)}: renew it." in agreement.content.decode()
    assert f"for 7M061 ends on {_written(30)}." in way.content.decode()
    for page in (agreement, way):
        assert "What has to be done" in page.content.decode()
        assert (page.context["movers"], page.context["due"]) == (["You: IPD coordinator"], today() + timedelta(days=30))


@pytest.mark.clause("4.2-b")
def test_a_new_licence_is_the_answer_at_once() -> None:
    pathway = agreements.open_pathway()
    _ends(pathway, licence=30)
    settle_due()
    assert len(_open(pathway)) == 1

    add_licence(
        university=pathway.partner_programme.university,
        number="2",
        issuer="Ministry",
        direction="7M061",
        level="master",
        valid_from=today() + timedelta(days=31),
        valid_until=today() + timedelta(days=900),
        actor=institutions.user(Role.IPD_COORDINATOR),
    )

    assert _open(pathway) == []


def test_a_renewal_is_the_answer_until_it_is_given_up() -> None:
    ipd = institutions.user(Role.IPD_COORDINATOR)
    pathway = agreements.open_pathway()
    _ends(pathway, agreement=30)
    settle_due()

    renewal = renew_agreement(agreement_id=pathway.agreement_id, actor=ipd)
    begun = _open(pathway.agreement)
    move_agreement(agreement_id=renewal.pk, step="abandon", reason="No interest", actor=ipd)
    given_up = _open(pathway.agreement)
    move_agreement(agreement_id=pathway.agreement_id, step="end", reason="Over", actor=ipd)

    assert begun == []
    assert [said.clause for said in given_up] == ["6.12"]
    assert _open(pathway.agreement) == _open(pathway) == []


@pytest.mark.parametrize(
    ("terms", "holds", "ends"),
    [
        ([], False, None),
        ([(-10, None)], True, None),
        ([(-10, 5)], True, 5),
        ([(-10, 5), (6, 40)], True, 40),
        ([(-10, 5), (3, None)], True, None),
        ([(-10, 5), (7, 40)], True, 5),
        ([(-10, -1)], False, -1),
        ([(-90, -50), (-40, -1)], False, -1),
        ([(5, 40)], False, None),
        ([(-10, 0)], True, 0),
    ],
)
def test_licences_that_follow_without_a_gap_count_as_one(
    terms: list[tuple[int, int | None]], *, holds: bool, ends: int | None
) -> None:
    day = today()
    licences = [
        Licence(
            valid_from=day + timedelta(days=start),
            valid_until=None if end is None else day + timedelta(days=end),
        )
        for start, end in terms
    ]

    cover = cover_of(licences, day)

    assert (cover.holds, cover.ends) == (holds, None if ends is None else day + timedelta(days=ends))
