"""Differences: refused and recognised again, how and until when each is removed, and that it was (5.11)."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from core.values import today
from core.workflow import BlockedError, ReasonMissingError, RefusedError, WrongStateError
from institutions.enums import Role
from programmes.enums import TermKind
from programmes.models import Enrolment
from tests.conftest import ClientAs
from tests.factories import institutions, mobility, programmes
from tests.factories import transcripts as factory
from tests.transcripts.road import missing, said, with_a_difference
from transcripts.enums import DifferenceCause, ProtocolState, RemovalWay
from transcripts.models import Difference
from transcripts.services import differences, protocols

pytestmark = pytest.mark.django_db


@pytest.mark.clause("5.11-b")
def test_a_protocol_with_a_difference_needs_its_way_and_date() -> None:
    protocol, gap = with_a_difference()
    director = factory.director(protocol.plan)
    with pytest.raises(BlockedError, match="CSE4"):
        protocols.make_protocol(protocol_id=protocol.pk, actor=director)

    factory.remove_in_summer(gap, by=director)
    made = protocols.make_protocol(protocol_id=protocol.pk, actor=director)

    assert (made.state, made.made_by) == (ProtocolState.MADE, director)
    assert made.differences.get().way == RemovalWay.SUMMER


@pytest.mark.clause("5.11-b")
def test_the_director_is_led_by_the_main_button_to_the_difference_that_has_no_end_yet(client_as: ClientAs) -> None:
    protocol, gap = with_a_difference()
    director = factory.director(protocol.plan)
    client, page = client_as(director), reverse("transcripts:recognitionprotocol", args=[protocol.pk])
    form = reverse("transcripts:protocol-removal", args=[protocol.pk, gap.pk])

    blocked = client.get(page)
    factory.remove_in_summer(gap, by=director)
    ready = client.get(page)

    link = f'<a class="button button-main" href="{form}">Set how and when the difference is removed</a>'
    assert link in blocked.content.decode()
    assert [one["label"] for one in blocked.context["others"]] == ["Make the protocol", "Preview"]
    assert client.get(form).status_code == 200
    assert (link in ready.content.decode(), ready.context["action"]["label"]) == (False, "Make the protocol")


@pytest.mark.clause("5.7.3-a")
def test_a_refusal_needs_a_reason_and_can_be_taken_back() -> None:
    protocol = factory.draft()
    director = factory.director(protocol.plan)
    line = protocol.lines.get(course__code="CSE4")
    with pytest.raises(ReasonMissingError):
        differences.refuse_line(protocol_id=protocol.pk, line_id=line.pk, reason=" ", actor=director)

    differences.refuse_line(protocol_id=protocol.pk, line_id=line.pk, reason="Other contents", actor=director)
    assert missing(protocol) == {"CSE4": DifferenceCause.REFUSED}
    differences.recognise_again(protocol_id=protocol.pk, difference_id=protocol.differences.get().pk, actor=director)

    assert missing(protocol) == {}
    assert "CSE4" in said(protocol)


@pytest.mark.clause("5.11-c")
def test_only_the_removal_of_a_certified_difference_is_written_later() -> None:
    protocol, gap = with_a_difference()
    director = factory.director(protocol.plan)
    due = today() + timedelta(days=90)
    differences.set_removal(
        protocol_id=protocol.pk, difference_id=gap.pk, way=RemovalWay.ONLINE, due=due, actor=director
    )
    factory.certified(protocol.plan)

    # Making the protocol derives its differences anew.
    certified = protocol.differences.get()

    removed = differences.difference_removed(
        difference_id=certified.pk, removed_on=today(), actor=institutions.user(Role.REGISTRAR)
    )

    assert (removed.way, removed.due, removed.removed_on) == (RemovalWay.ONLINE, due, today())
    with pytest.raises(IntegrityError), transaction.atomic():
        Difference.objects.update(due=today())
    with pytest.raises(WrongStateError, match="removed already"):
        differences.difference_removed(
            difference_id=certified.pk,
            removed_on=today() - timedelta(days=1),
            actor=institutions.user(Role.REGISTRAR),
        )


@pytest.mark.clause("5.11-c")
def test_students_see_what_they_have_to_remove_beside_their_transcript(client_as: ClientAs) -> None:
    protocol, gap = with_a_difference()
    factory.remove_in_summer(gap, by=factory.director(protocol.plan))
    factory.certified(protocol.plan)
    student = protocol.plan.enrolment
    client = client_as(mobility.account_of(student.person))
    address = f"/transcripts/students/{student.pk}/"

    (shown,) = client.get(address).context["differences"]
    assert shown.course.code == "CSE4"
    differences.difference_removed(
        difference_id=protocol.differences.get().pk, removed_on=today(), actor=institutions.user(Role.REGISTRAR)
    )

    assert "Differences to be removed" not in client.get(address).content.decode()


@pytest.mark.clause("5.11-c")
def test_a_removal_of_tomorrow_is_refused_beside_its_day(client_as: ClientAs) -> None:
    protocol, gap = with_a_difference()
    due = today() + timedelta(days=90)
    director = factory.director(protocol.plan)
    differences.set_removal(
        protocol_id=protocol.pk, difference_id=gap.pk, way=RemovalWay.ONLINE, due=due, actor=director
    )
    factory.certified(protocol.plan)
    certified = protocol.differences.get()
    day = f"{today() + timedelta(days=1):%d.%m.%Y}"

    page = client_as(institutions.user(Role.REGISTRAR)).post(
        reverse("transcripts:protocol-removed", args=[protocol.pk, certified.pk]), {"removed_on": day}
    )

    assert page.context["form"].errors == {"removed_on": ["This day lies ahead."]}
    assert f'value="{day}"' in page.content.decode()
    assert protocol.differences.get().removed_on is None


@pytest.mark.clause("5.11-b")
@pytest.mark.parametrize(
    ("entry", "last"),
    [
        (lambda stay: stay.year + 5, lambda stay, entry: date(entry + 2, 8, 31)),
        (lambda stay: stay.year - 9, lambda stay, entry: stay + timedelta(days=365)),
        (lambda stay: None, lambda stay, entry: stay + timedelta(days=365)),
    ],
)
def test_a_difference_is_removed_while_the_student_still_studies(
    entry: Callable[[date], int | None], last: Callable[[date, int | None], date]
) -> None:
    protocol, gap = with_a_difference()
    ends = protocol.plan.placement.ends_on
    year = entry(ends)
    Enrolment.objects.filter(pk=protocol.plan.enrolment_id).update(entry_year=year)
    assert protocol.plan.enrolment.programme is not None
    assert protocol.plan.enrolment.programme.semesters == 4
    until, director = last(ends, year), factory.director(protocol.plan)

    set_to = partial(
        differences.set_removal, protocol_id=protocol.pk, difference_id=gap.pk, way=RemovalWay.SUMMER, actor=director
    )
    with pytest.raises(RefusedError, match=f"by {until:%d.%m.%Y} at the latest"):
        set_to(due=until + timedelta(days=1))
    set_to(due=until)

    gap.refresh_from_db()
    assert gap.due == until


def test_a_way_that_another_window_set_is_told_before_it_is_overwritten(client_as: ClientAs) -> None:
    protocol, gap = with_a_difference()
    client = client_as(factory.director(protocol.plan))
    address = f"/transcripts/protocols/{protocol.pk}/differences/{gap.pk}/"
    day = f"{today() + timedelta(days=90):%d.%m.%Y}"
    seen = client.get(address).context["form"].initial["seen"]
    client.post(address, {"seen": seen, "way": RemovalWay.SUMMER, "due": day})

    told = client.post(address, {"seen": seen, "way": RemovalWay.ONLINE, "due": day})

    assert f"«In the summer semester, {day}»".casefold() in told.content.decode().casefold()
    assert protocol.differences.get().way == RemovalWay.SUMMER
    client.post(address, {"seen": told.context["form"]["seen"].value(), "way": RemovalWay.ONLINE, "due": day})
    assert protocol.differences.get().way == RemovalWay.ONLINE


def test_a_date_too_late_stays_in_the_form_with_its_reason(client_as: ClientAs) -> None:
    protocol, gap = with_a_difference()
    client = client_as(factory.director(protocol.plan))
    address = f"/transcripts/protocols/{protocol.pk}/differences/{gap.pk}/"

    answer = client.post(address, {"way": RemovalWay.SUMMER, "due": "01.01.2099"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "while the student still studies" in page
    assert 'value="01.01.2099"' in page
    gap.refresh_from_db()
    assert gap.due is None


@pytest.mark.clause("5.11-b")
def test_where_the_calendar_has_summer_semesters_the_form_names_them_and_keeps_to_them(client_as: ClientAs) -> None:
    protocol, gap = with_a_difference()
    summer = programmes.term(starts_in=100, kind=TermKind.SUMMER, days=50)
    client = client_as(factory.director(protocol.plan))
    address = f"/transcripts/protocols/{protocol.pk}/differences/{gap.pk}/"
    before = f"{summer.starts_on - timedelta(days=1):%d.%m.%Y}"

    refused = client.post(address, {"way": RemovalWay.SUMMER, "due": before})

    days = f"{summer.starts_on:%d.%m.%Y} – {summer.ends_on:%d.%m.%Y}"
    assert f"Summer semesters: {days}." in client.get(address).content.decode()
    assert refused.context["form"].errors["due"] == [f"This day lies in no summer semester of the University: {days}."]
    assert client.post(address, {"way": RemovalWay.BESIDE_STUDY, "due": before}).status_code == 302
