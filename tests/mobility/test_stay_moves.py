"""The block of a stay's page: everything that is waited for, the reader's own first, and the main action leads to the first."""

from datetime import timedelta

import pytest
from django.urls import reverse

from core.http import Pointed
from core.machine import Blocker
from core.tasks import settle_due
from core.values import today
from core.workflow import FaultyError
from institutions.enums import Role
from mobility.enums import PlacementState
from mobility.models import Placement
from tests.admissions.coming import Guests
from tests.admissions.road import Cast
from tests.conftest import ClientAs
from tests.factories import institutions, mobility

pytestmark = pytest.mark.django_db


def _told(shown: list[Pointed | Blocker]) -> list[tuple[str, str, str]]:
    """Of each line of the block the clause, whose move it is, and where it leads."""
    lines = [(one.blocker, one.url) if isinstance(one, Pointed) else (one, "") for one in shown]
    return [(blocker.clause, blocker.whose_move, url) for blocker, url in lines]


@pytest.mark.clause("6.3")
def test_before_the_departure_the_page_says_what_is_to_be_done_and_leads_the_ipd_there(client_as: ClientAs) -> None:
    cast = Cast()
    application, student = cast.admitted()
    url = reverse("mobility:placement", args=[Placement.objects.get(application=application).pk])
    departure = reverse("admissions:depart", args=[application.pk])

    pending = client_as(cast.ipd).get(url)
    cast.grant_visa(application)
    granted = client_as(cast.ipd).get(url)
    to_student = client_as(student).get(url)

    assert pending.context["action"].url == reverse("admissions:application", args=[application.pk]) + "#visa"
    assert granted.context["action"].url == departure
    assert _told(granted.context["blockers"]) == [("6.3", "ipd_coordinator", departure)]
    assert granted.context["due"] is not None
    assert to_student.context["action"] is None
    assert _told(to_student.context["blockers"]) == [("6.3", "ipd_coordinator", "")]
    for page in (granted, to_student):
        assert "Record the departure" in page.content.decode()
        assert "What has to be done" in page.content.decode()


@pytest.mark.clause("6.3", "7.5a")
def test_the_end_of_a_stay_stands_in_the_block_with_the_transcripts_and_is_asked_about_first(
    client_as: ClientAs,
) -> None:
    placement = mobility.placement()
    ipd = institutions.user(Role.IPD_COORDINATOR)
    ended = today() - timedelta(days=500)
    Placement.objects.filter(pk=placement.pk).update(
        state=PlacementState.PRESENT, starts_on=ended - timedelta(days=90), ends_on=ended
    )
    settle_due.delay()
    client, end = client_as(ipd), reverse("mobility:stay-end", args=[placement.pk])

    page = client.get(reverse("mobility:placement", args=[placement.pk]))

    told = _told(page.context["blockers"])
    assert {("6.3", "ipd_coordinator"), ("7.5a", "ipd_coordinator")} == {line[:2] for line in told[:2]}
    assert page.context["action"].url == told[0][2]
    assert {line[1] for line in told[2:]} == {"student", "registrar", "institute_coordinator"}
    # The copy is missed by two offices in the same words: one line, that leads the IPD to where it says that it has it.
    assert {mover for _clause, mover, url in told if not url} == {"student", "registrar"}

    sure = client.get(end)
    assert "This cannot be undone." in sure.content.decode()
    placement.refresh_from_db()
    assert placement.state == PlacementState.PRESENT
    client.post(end)
    placement.refresh_from_db()
    assert placement.state == PlacementState.ENDED
    assert client.get(end).status_code == 302


@pytest.mark.clause("9.2-a")
def test_of_somebody_who_is_here_the_main_action_is_the_readers_own_move(client_as: ClientAs) -> None:
    guests = Guests()
    placement = guests.arrived()
    page = reverse("mobility:placement", args=[placement.pk])
    registration, came = (reverse(f"mobility:stay-{one}", args=[placement.pk]) for one in ("registration", "came"))

    to_ipd = client_as(guests.ipd).get(page)
    to_institute = client_as(guests.coordinator).get(page)
    guests.register(placement, placement.ends_on)
    stood_in = client_as(guests.ipd).get(page)

    assert to_ipd.context["action"].url == registration
    assert _told(to_ipd.context["blockers"])[0] == ("9.2", "ipd_coordinator", registration)
    assert to_institute.context["action"].url == came
    assert stood_in.context["action"].url == came  # nothing is the IPD's own: it may write down the institute's


@pytest.mark.clause("7.5b", "7.6")
def test_before_the_arrival_the_ipds_own_moves_have_their_links(client_as: ClientAs) -> None:
    guests = Guests()
    application = guests.admitted()
    placement = Placement.objects.get(application=application)
    case = reverse("admissions:application", args=[application.pk])

    page = client_as(guests.ipd).get(reverse("mobility:placement", args=[placement.pk]))

    own = [line for line in _told(page.context["blockers"]) if line[2]]
    assert own[0] == ("7.5b", "ipd_coordinator", case)
    assert {url for _clause, _mover, url in own} == {case, f"{case}#visa"}
    assert page.context["action"].url == case
    assert not page.context["action"].blockers


@pytest.mark.clause("9.2")
@pytest.mark.parametrize("number", ["\u202eabc", "abc😀", "=1+1"])
def test_the_number_of_a_registration_is_one(number: str) -> None:
    guests = Guests()
    placement = guests.arrived()
    with pytest.raises(FaultyError) as refused:
        guests.register(placement, placement.ends_on, number)
    assert [field for field, _words in refused.value.told()] == ["number"]
    guests.register(placement, placement.ends_on, "MR 2026/1.a")
    assert Placement.objects.get(pk=placement.pk).registration_number == "MR 2026/1.a"
