"""A group that came together is written down together: what will and will not happen and why, by whom, and for whom."""

from datetime import timedelta

import pytest
from django.urls import reverse
from pytest_django import Settings

from core.values import today
from institutions.enums import Role
from institutions.permissions import standing_of
from mobility.enums import PlacementState
from mobility.models import Placement
from mobility.services import stay
from mobility.tables.deeds import deeds_of
from tests.admissions.coming import Guests
from tests.admissions.road import Cast
from tests.conftest import ClientAs
from tests.factories import institutions
from tests.many import confirm, foresee, told

pytestmark = pytest.mark.django_db
MANY = "mobility:stays-bulk"
BOTH = ["stays.arrive", "stays.come"]


@pytest.fixture(autouse=True)
def one_by_one(settings: Settings) -> None:
    """Each is written down in a transaction of its own, locked and read anew: that is no N+1 to be mended."""
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.startswith("zeal.")]


def _now(placement: Placement) -> Placement:
    return Placement.objects.get(pk=placement.pk)


@pytest.mark.clause("9.1-a", "9.2-a", "9.4-a")
def test_the_arrival_of_a_group_is_recorded_with_one_day(client_as: ClientAs) -> None:
    guests = Guests(seats=4)
    group, here = [guests.expected(), guests.expected()], guests.arrived()
    unadvised = Placement.objects.get(application=guests.with_visa())
    client, address = client_as(guests.coordinator), reverse(MANY)
    page = foresee(client, address, "stays.arrive", *[one.pk for one in (*group, here, unadvised)])

    late = confirm(
        client, address, page, crossed_border_on=f"{today() + timedelta(days=1):%d.%m.%Y}", met_by="A. Omarova"
    )
    answer = confirm(client, address, page, crossed_border_on=f"{today():%d.%m.%Y}", met_by="A. Omarova")

    assert [one.pk for one in page.context["will"]] == [one.pk for one in group]
    assert {one.pk: one.reasons for one in page.context["will_not"]} == {
        here.pk: [(f"Now it stands at “{here.where}”: nothing of this kind is to be done any more.", "9.1", "")],
        unadvised.pk: [("No advisor of the department is assigned.", "9.4", "head of department")],
    }
    assert list(late.context["form"].errors) == ["crossed_border_on"]
    assert told(answer) == ["Done for 2 rows."]
    for one in map(_now, group):
        assert (one.state, one.crossed_border_on, one.met_by) == (PlacementState.PRESENT, today(), "A. Omarova")
        assert one.registration_due is not None


@pytest.mark.clause("9.1-a")
def test_a_group_comes_to_the_ipd_on_one_day_and_no_day_is_written_over(client_as: ClientAs) -> None:
    guests = Guests(seats=4)
    first, second, seen, expected = guests.arrived(), guests.arrived(), guests.arrived(), guests.expected()
    stay.record_came_to_ipd(placement_id=seen.pk, day=today(), actor=guests.ipd)
    client, address = client_as(guests.coordinator), reverse(MANY)
    page = foresee(client, address, "stays.come", *[one.pk for one in (first, second, seen, expected)])
    stay.record_came_to_ipd(placement_id=second.pk, day=today(), actor=guests.ipd)

    answer = confirm(client, address, page, day=f"{today():%d.%m.%Y}")

    assert [one.pk for one in page.context["will"]] == [first.pk, second.pk]
    assert {one.pk: one.reasons for one in page.context["will_not"]} == {
        seen.pk: [("The visit to the IPD has been recorded already.", "9.1", "")],
        expected.pk: [
            (
                f"Now it stands at “{expected.where}”: it has not come to this step yet.",
                "9.1",
                "institute coordinator, IPD coordinator",
            )
        ],
    }
    assert told(answer) == ["Done for 1 row.", "This is recorded already; nothing was changed. (1 row)"]
    assert _now(first).came_to_ipd_on == today()
    assert client.get(reverse("mobility:stays"), {"due": "ipd"}).context["page"].paginator.count == 0


def test_nobody_who_goes_arrives_and_nobody_of_another_institute(client_as: ClientAs) -> None:
    cast, guests = Cast(), Guests()
    leaving = Placement.objects.get(application=cast.admitted()[0])
    other = institutions.user(Role.INSTITUTE_COORDINATOR, unit=institutions.institute("GM"))
    arriving, address = guests.expected(), reverse(MANY)

    for action in BOTH:
        (row,) = foresee(client_as(guests.ipd), address, action, leaving.pk).context["will_not"]
        assert row.reasons == [("Arrivals are recorded for incoming students.", "9.1", "")]
        assert foresee(client_as(other), address, action, arriving.pk).status_code == 302
    confirmed = {"action": "stays.arrive", "rows": f"{arriving.pk}:", "crossed_border_on": f"{today():%d.%m.%Y}"}
    client_as(other).post(address, {**confirmed, "met_by": "A. Omarova"})
    assert _now(arriving).state == PlacementState.PLANNED


def test_who_sees_which_deed() -> None:
    institute, department = institutions.institute(), institutions.department()
    seen = {
        Role.INSTITUTE_COORDINATOR: BOTH,
        Role.IPD_COORDINATOR: [*BOTH, "stays.end"],
        Role.INSTITUTE_DIRECTOR: [],
        Role.DEPARTMENT_HEAD: [],
        Role.ADVISOR: [],
        Role.REGISTRAR: [],
        Role.AUDITOR: [],
    }
    units = {
        Role.INSTITUTE_COORDINATOR: institute,
        Role.INSTITUTE_DIRECTOR: institute,
        Role.DEPARTMENT_HEAD: department,
    }
    units[Role.ADVISOR] = department

    people = {role: institutions.user(role, unit=units.get(role)) for role in seen}

    assert {role: [deed.name for deed in deeds_of(standing_of(one))] for role, one in people.items()} == seen
