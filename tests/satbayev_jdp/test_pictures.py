"""Pictures with their tables: flow, balance, an intake's way, what ends, credits; for each reader what he or she may see."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from admissions.enums import ApplicationState
from admissions.models import Intake
from admissions.selectors.flows import Flow, flows, reached_in
from agreements.enums import Direction
from core.values import Localized, today
from institutions.enums import Role
from institutions.models import User
from institutions.permissions import standing_of
from satbayev_jdp.desk.pictures import draw, figures
from tests.admissions.road import Cast
from tests.factories import agreements, institutions, mobility, transcripts
from tests.satbayev_jdp.walk import AS_HTMX
from transcripts.selectors.earned import earned_by_pathway, earned_by_student

pytestmark = pytest.mark.django_db
ClientAs = Callable[[User], Client]
PARTNER = Localized("Nordtal")


def _flow(went: int, came: int, *, year: int = 2026, partner: int = 1) -> Flow:
    return Flow(partner, PARTNER, year, went, came)


@pytest.mark.clause("10-a")
@pytest.mark.parametrize(
    ("went", "came", "share", "state"),
    [
        (38, 11, 29, "one-sided: more go than come"),
        (10, 3, 30, "within the limit"),
        (1, 4, 25, "one-sided: more come than go"),
        (5, 5, 100, "within the limit"),
        (0, 0, None, "nobody moved"),
    ],
)
def test_mobility_is_one_sided_where_the_smaller_flow_is_under_the_limit(
    went: int, came: int, share: int | None, state: str
) -> None:
    together = figures.balances([_flow(went, came)], 2026)[0]

    assert (together.share, together.state) == (share, state)


@pytest.mark.clause("10-a")
def test_the_balance_looks_at_three_years() -> None:
    rows = [_flow(1, 0, year=2023), _flow(2, 0, year=2024), _flow(4, 1, year=2025), _flow(8, 2, year=2026)]

    together, nordtal = figures.balances([*rows, _flow(16, 0, year=2027)], 2026)

    assert (together.went, together.came) == (nordtal.went, nordtal.came) == (14, 3)


def test_in_against_out_is_drawn_to_one_scale() -> None:
    rows = [_flow(6, 1), _flow(4, 2, partner=2)]

    drawn = [(one.went, one.went_wide) for one in figures.balances(rows, 2026)]

    assert drawn == [(10, "100.00%"), (6, "60.00%"), (4, "40.00%")]


def test_a_share_of_a_picture_is_written_with_a_point_and_never_runs_beyond_it() -> None:
    assert [draw.percent(*pair) for pair in ((1, 3), (0, 0), (5, 4), (-1, 4))] == [
        "33.33%",
        "0.00%",
        "100.00%",
        "0.00%",
    ]


def test_whoever_departed_or_arrived_has_gone_or_come_and_nobody_else() -> None:
    way = agreements.open_pathway()
    mobility.placement(way)
    mobility.placement(way)
    mobility.placement(way, Direction.INCOMING)
    Cast(way).submitted()

    found = flows(standing_of(institutions.user(Role.IPD_COORDINATOR)))

    assert sum(one.went for one in found) == 2
    assert sum(one.came for one in found) == 1


def test_an_intake_tells_how_far_its_candidates_got_also_those_who_fell_out() -> None:
    cast = Cast()
    cast.draft(cast.student())
    cast.submitted()
    application, _student = cast.invited()
    application.state = ApplicationState.WITHDRAWN
    application.save()
    ipd = standing_of(cast.ipd)

    reached = reached_in(Intake.objects.get(pk=cast.intake.pk), ipd)

    assert dict(reached.steps) | {"ended": dict(reached.ended)} == {
        "submitted": 2,
        "nominated": 2,
        "proposed": 2,
        "invited": 1,
        "documents_complete": 0,
        "order_requested": 0,
        "admitted": 0,
        "departed": 0,
        "ended": {"withdrawn": 1},
    }


def test_credits_are_earned_by_certified_protocols_of_ours() -> None:
    plan = transcripts.passed_plan()
    auditor = standing_of(institutions.user(Role.AUDITOR))
    before = earned_by_pathway(auditor)
    protocol = transcripts.certified(plan)

    (way,) = earned_by_pathway(auditor)
    (student,) = earned_by_student(auditor, way.key)

    assert before[0].earned == 0
    assert way.earned == student.earned == sum(line.credits for line in protocol.lines.all()) > 0
    assert (way.students, student.key) == (1, plan.enrolment_id)


def test_each_reader_sees_his_own_flow_alone(client_as: ClientAs) -> None:
    nordtal, yangtze = institutions.partner(), institutions.partner("Yangtze Institute")
    mobility.placement(agreements.open_pathway(nordtal))
    mobility.placement(agreements.open_pathway(yangtze))

    def shown(user: User) -> list[str]:
        answer = client_as(user).get(reverse("overview"))
        return sorted(panel.partner for panel in answer.context["flow"].rows)

    assert shown(institutions.user(Role.VICE_RECTOR)) == ["Hochschule Nordtal", "Yangtze Institute"]
    assert shown(institutions.partner_user(yangtze)) == ["Yangtze Institute"]
    assert shown(institutions.user(Role.DEPARTMENT_HEAD, unit=institutions.department("ME"))) == []
    for role in (Role.STUDENT, Role.FINANCE_OFFICER, Role.ADMINISTRATOR):
        client = client_as(institutions.user(role))
        assert [client.get(reverse(name), headers=AS_HTMX).status_code for name in ("overview", "cards")] == [404, 404]
        assert reverse("overview") not in client.get(reverse("inbox")).content.decode()


def test_partner_and_year_in_the_address_narrow_the_pictures_and_nonsense_does_not_break_them(
    client_as: ClientAs,
) -> None:
    nordtal = institutions.partner()
    stay = mobility.placement(agreements.open_pathway(nordtal))
    client = client_as(institutions.user(Role.AUDITOR))

    def panels(**query: str | int) -> int:
        return len(client.get(reverse("overview"), query).context["flow"].rows)

    assert panels() == panels(partner=nordtal.pk) == panels(year=stay.application.term.year) == 1
    assert panels(partner=nordtal.pk + 999) == panels(year=1990) == 0
    assert panels(year="x", partner="²", intake="-1", pathway="9" * 30) == 1
    assert panels(year=99999) == 1


@pytest.mark.parametrize("table", ["flow", "balance", "funnel", "ends", "credits"])
def test_each_table_is_a_file(client_as: ClientAs, table: str) -> None:
    protocol = transcripts.certified(transcripts.passed_plan())
    client = client_as(institutions.user(Role.AUDITOR))

    rows = client.get(reverse("overview"), {"table": table, "export": "csv"}).content.decode("utf-8-sig").splitlines()
    book = client.get(reverse("overview"), {"table": table, "export": "xlsx"})

    assert len(rows) > 1 or table == "ends"
    assert book["Content-Disposition"].startswith("attachment")
    assert protocol.document


def test_a_picture_has_a_name_a_description_and_no_inline_style(client_as: ClientAs) -> None:
    mobility.placement()
    page = client_as(institutions.user(Role.AUDITOR)).get(reverse("overview")).content.decode()

    assert page.count('role="img"') == page.count("<title id=") == page.count("<desc id=") >= 3
    assert "style=" not in page


def test_the_cards_of_the_inbox_tell_places_and_balance(client_as: ClientAs) -> None:
    cast = Cast()
    cast.submitted()
    cast.sent()

    answer = client_as(cast.ipd).get(reverse("cards"), headers=AS_HTMX)

    assert [(one.taken, one.intake.seats) for one in answer.context["places"]] == [(1, 2)]
    assert reverse("cards") in client_as(cast.ipd).get(reverse("inbox")).content.decode()
    assert "At least 30 % is wanted." in answer.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_pictures_cost_the_same_for_any_number_of_partners(
    client_as: ClientAs, count: int, django_assert_num_queries: Callable[[int], object]
) -> None:
    for number in range(count):
        way = agreements.open_pathway(institutions.partner(f"Partner {number}"))
        way.agreement.valid_until = today() + timedelta(days=100 + number)
        way.agreement.save()
        transcripts.certified(transcripts.passed_plan(way))
    client = client_as(institutions.user(Role.AUDITOR))

    with django_assert_num_queries(18):  # type: ignore[attr-defined]  # a context manager of pytest-django
        answer = client.get(reverse("overview"))
    with django_assert_num_queries(8):  # type: ignore[attr-defined]  # a context manager of pytest-django
        client.get(reverse("cards"), headers=AS_HTMX)

    assert len(answer.context["flow"].rows) == len(answer.context["ends"].rows) == count
