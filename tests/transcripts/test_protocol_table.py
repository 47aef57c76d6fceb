"""The director's decisions in one table: refused, recognised after all, ways and days, one save, all or none."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from core.values import today
from core.workflow import ChangedMeanwhileError, FaultyError, ManyRefusedError, NotAllowedError
from institutions.enums import Role
from tests.conftest import ClientAs
from tests.factories import institutions
from tests.factories import transcripts as factory
from tests.transcripts.road import missing, said, with_a_difference
from transcripts.convert import gpa
from transcripts.enums import DifferenceCause, RemovalWay
from transcripts.models import RecognitionLine, RecognitionProtocol
from transcripts.services import protocols
from transcripts.services.decisions import Decision, decide_protocol
from transcripts.tables.protocol import protocol_table, stands, totals_of

pytestmark = pytest.mark.django_db
DUE = today() + timedelta(days=90)


def _shown(protocol: RecognitionProtocol, code: str) -> Decision:
    """The decision on a course as the page shows it."""
    row = next(row for row in protocol_table(protocol) if row.course.code == code)
    now = stands(row.course.pk, row.gap)
    return Decision(row.course.pk, now["decision"] == "recognise", now["reason"], now["way"], None, now["seen"])


def _decide(protocol: RecognitionProtocol, *decisions: Decision) -> RecognitionProtocol:
    return decide_protocol(protocol_id=protocol.pk, decisions=decisions, actor=factory.director(protocol.plan))


def _sent(decision: Decision, **other: str) -> Mapping[str, str]:
    cells = {
        "decision": "recognise" if decision.recognised else "refuse",
        "reason": decision.reason,
        "seen": decision.seen,
    }
    return {f"{name}-{decision.course_id}": text for name, text in {**cells, **other}.items()}


@pytest.mark.clause("5.7.3-a")
@pytest.mark.clause("5.11-b")
def test_a_course_is_refused_with_its_removal_and_recognised_after_all() -> None:
    protocol = factory.draft()
    shown = _shown(protocol, "CSE4")

    _decide(protocol, replace(shown, recognised=False, reason="Other contents", way=RemovalWay.SUMMER, due=DUE))

    gap = protocol.differences.get()
    assert (missing(protocol), gap.reason) == ({"CSE4": DifferenceCause.REFUSED}, "Other contents")
    assert (gap.way, gap.due) == (RemovalWay.SUMMER, DUE)
    made = protocols.make_protocol(protocol_id=protocol.pk, actor=factory.director(protocol.plan))
    protocols.return_protocol(protocol_id=made.pk, reason="again", actor=factory.director(protocol.plan))
    protocol.refresh_from_db()
    _decide(protocol, replace(_shown(protocol, "CSE4"), recognised=True, reason="", way=RemovalWay.SUMMER, due=DUE))
    assert missing(protocol) == {}
    assert "CSE4" in said(protocol)


def test_one_decision_that_cannot_be_keeps_all_of_them_unsaved() -> None:
    protocol = factory.draft()
    codes = sorted(said(protocol))[:2]
    good = replace(
        _shown(protocol, codes[0]), recognised=False, reason="Other contents", way=RemovalWay.ONLINE, due=DUE
    )

    for bad, field in (
        ({"recognised": False, "reason": "\u200b"}, "reason"),
        ({"recognised": False, "reason": "x", "way": RemovalWay.ONLINE}, "due"),
        ({"recognised": False, "reason": "x", "way": RemovalWay.ONLINE, "due": today()}, "due"),
        ({"way": RemovalWay.ONLINE, "due": DUE}, "way"),
    ):
        other = replace(_shown(protocol, codes[1]), **bad)  # type: ignore[arg-type]  # names are the fields'
        with pytest.raises(ManyRefusedError) as refused:
            _decide(protocol, good, other)
        (why,) = refused.value.refused.values()
        assert isinstance(why, FaultyError)
        assert [fault.field for fault in why.faults] == [field]
        assert missing(protocol) == {}


def test_what_another_decided_meanwhile_is_told_and_what_was_left_alone_is_kept() -> None:
    protocol = factory.draft()
    codes = sorted(said(protocol))[:2]
    left, mine = (_shown(protocol, code) for code in codes)
    _decide(protocol, replace(left, recognised=False, reason="Other contents", way=RemovalWay.ONLINE, due=DUE))

    _decide(protocol, left, replace(mine, recognised=False, reason="Mine", way=RemovalWay.ONLINE, due=DUE))
    assert missing(protocol) == dict.fromkeys(codes, DifferenceCause.REFUSED)
    with pytest.raises(ManyRefusedError) as refused:
        _decide(protocol, replace(left, recognised=False, reason="Other reason", way=RemovalWay.ONLINE, due=DUE))

    why = refused.value.refused[left.course_id]
    assert isinstance(why, ChangedMeanwhileError)
    assert refused.value.news() == {str(left.course_id): why.now}


def test_a_difference_gets_its_way_and_day_on_the_page(client_as: ClientAs) -> None:
    protocol, gap = with_a_difference()
    client = client_as(factory.director(protocol.plan))
    url = reverse("transcripts:protocol-decisions", args=[protocol.pk])
    shown = _shown(protocol, gap.course.code)
    assert url in client.get(reverse("transcripts:recognitionprotocol", args=[protocol.pk])).content.decode()

    wrong = client.post(url, _sent(shown, way="summer", due="31.02.2030"))
    half = client.post(url, _sent(shown, way="summer", due=""))
    saved = client.post(url, _sent(shown, way="summer", due=f"{DUE:%d.%m.%Y}"), follow=True)

    assert (wrong.status_code, half.status_code) == (422, 422)
    assert 'value="31.02.2030"' in wrong.content.decode()
    assert f'href="#due-{gap.course_id}"' in half.content.decode()
    assert "Say until when it is removed." in half.content.decode()
    assert "Saved." in saved.content.decode()
    found = protocol.differences.get()
    assert (found.way, found.due) == (RemovalWay.SUMMER, DUE)


def test_the_table_is_the_directors_while_the_protocol_is_a_draft(client_as: ClientAs) -> None:
    protocol = factory.draft()
    director, clerk = factory.director(protocol.plan), institutions.user(Role.REGISTRAR)
    url = reverse("transcripts:protocol-decisions", args=[protocol.pk])

    assert client_as(clerk).get(url).status_code == 404
    assert client_as(director).post(url, {"decision-99999999": "refuse"}).status_code == 404
    with pytest.raises(NotAllowedError):
        decide_protocol(protocol_id=protocol.pk, decisions=[], actor=clerk)
    with pytest.raises(RecognitionLine.DoesNotExist):
        _decide(protocol, Decision(99999999))
    protocols.make_protocol(protocol_id=protocol.pk, actor=director)
    assert client_as(director).get(url).status_code == 302


def test_the_table_sums_by_semester_and_asks_little(
    client_as: ClientAs, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    protocol = factory.draft()
    rows = protocol_table(protocol)
    totals = totals_of(rows)
    client = client_as(factory.director(protocol.plan))
    url = reverse("transcripts:protocol-decisions", args=[protocol.pk])

    recognised = totals.whole.sums["recognise"]
    assert recognised == sum(block.sums["recognise"] for block in totals.rows) == sum(row.credits for row in rows)
    assert (
        totals.note
        == f"GPA of the decisions as saved: {gpa((row.line.points, row.credits) for row in rows if row.line)}"
    )
    client.get(url)
    with django_assert_num_queries(13):
        client.get(url)
