"""A protocol is made by one person and certified by another, as it was made (5.11)."""

import html

import pytest
from django.utils.translation import gettext, override
from pytest_django import Settings

from core.templatetags.written import credits_
from core.workflow import BlockedError, NotAllowedError, ReasonMissingError, WrongStateError
from core.worklist import open_items_of
from institutions.enums import Role
from institutions.models import Membership
from tests.conftest import ClientAs
from tests.factories import agreements, institutions, mobility
from tests.factories import transcripts as factory
from tests.many import confirm, foresee, told
from tests.transcripts.road import missing
from transcripts.enums import DifferenceCause, ProtocolState
from transcripts.models import RecognitionProtocol
from transcripts.services import protocols
from transcripts.workflow.protocols import PROTOCOL

NOT_YET = ("Now it stands at “draft”: it has not come to this step yet.", "5.11", "institute director")

pytestmark = pytest.mark.django_db


@pytest.mark.clause("5.11-a")
def test_a_certified_protocol_is_numbered_and_frozen() -> None:
    protocol = factory.certified()

    assert protocol.state == ProtocolState.CERTIFIED
    assert protocol.document is not None
    assert protocol.document.number_text.endswith("-ҚЕ")
    assert set(protocol.lines.values_list("frozen", flat=True)) == {True}
    assert [item.queue for item in open_items_of(protocol)] == ["registrar@home"]


@pytest.mark.clause("5.11-a")
def test_nobody_certifies_what_the_same_person_made() -> None:
    protocol = factory.made()
    director = protocol.made_by
    assert director is not None
    vice_rector = institutions.user(Role.VICE_RECTOR)
    factory.acting(director, Role.VICE_RECTOR, vice_rector)
    director.standing = None

    with pytest.raises(BlockedError, match="same person"):
        protocols.certify_protocol(protocol_id=protocol.pk, actor=director)


@pytest.mark.clause("5.11-a")
def test_nobody_certifies_what_was_made_on_ones_own_behalf() -> None:
    plan = factory.passed_plan()
    vice_rector = institutions.user(Role.VICE_RECTOR)
    director = factory.director(plan)
    Membership.objects.filter(user=director).update(acting_for=vice_rector)
    protocol = protocols.make_protocol(protocol_id=factory.draft(plan).pk, actor=director)

    with pytest.raises(BlockedError, match="behalf"):
        protocols.certify_protocol(protocol_id=protocol.pk, actor=vice_rector)


@pytest.mark.clause("5.11-a")
def test_the_vice_rector_may_return_it_with_a_reason() -> None:
    protocol = factory.made()
    vice_rector = institutions.user(Role.VICE_RECTOR)
    with pytest.raises(ReasonMissingError):
        protocols.return_protocol(protocol_id=protocol.pk, reason="", actor=vice_rector)

    returned = protocols.return_protocol(protocol_id=protocol.pk, reason="Look at CSE4 again", actor=vice_rector)
    assert returned.state == ProtocolState.DRAFT

    # The first page is still open while the director refuses a line and makes it again.
    seen, director = protocol.content_hash, factory.director(protocol.plan)
    gap = factory.refused(protocol.plan)
    factory.remove_in_summer(gap, by=director)
    again = protocols.make_protocol(protocol_id=protocol.pk, actor=director)
    with pytest.raises(WrongStateError, match="made again after you opened it"):
        protocols.certify_protocol(protocol_id=protocol.pk, actor=vice_rector, seen_hash=seen)

    done = protocols.certify_protocol(protocol_id=protocol.pk, actor=vice_rector, seen_hash=again.content_hash)

    assert (done.state, done.made_by, missing(done)) == (
        ProtocolState.CERTIFIED,
        director,
        {gap.course.code: DifferenceCause.REFUSED},
    )


def test_marks_that_came_after_the_protocol_was_made_are_not_certified_unseen(client_as: ClientAs) -> None:
    plan = mobility.approved()
    term = factory.host_term(plan)
    factory.post(term, [factory.row(plan, "INF2", "1,7"), factory.row(plan, "INF4", "4,0", credits=5)])
    protocol = factory.made(plan)
    factory.post(term, [factory.row(plan, "INF4", "2,0", credits=5, attempt=2)])

    # Inbox and page know it before anybody clicks.
    (waiting,) = open_items_of(protocol)
    assert "must be returned and made again" in waiting.text
    vice_rector = institutions.user(Role.VICE_RECTOR)
    page = client_as(vice_rector).get(f"/transcripts/protocols/{protocol.pk}/")
    assert [blocker.clause for blocker in page.context["blockers"]] == ["5.11"]
    with pytest.raises(BlockedError, match="must be returned and made again"):
        protocols.certify_protocol(protocol_id=protocol.pk, actor=vice_rector)


def test_only_the_institute_director_makes_a_protocol(subtests: pytest.Subtests) -> None:
    protocol = factory.draft()
    application = protocol.plan.placement.application
    for role in [r.value for r in Role if r not in {Role.INSTITUTE_DIRECTOR, Role.STUDENT}]:
        unit = application.department if role in {r.value for r in Role.unit_roles()} else None
        unit = application.institute if role == Role.INSTITUTE_COORDINATOR else unit
        university = institutions.partner() if role == Role.PARTNER_COORDINATOR else None
        user = institutions.user(role, unit=unit, university=university)
        with subtests.test(role=role), pytest.raises((NotAllowedError, RecognitionProtocol.DoesNotExist)):
            protocols.make_protocol(protocol_id=protocol.pk, actor=user)

    protocol.refresh_from_db()
    assert (protocol.state, protocol.made_by) == (ProtocolState.DRAFT, None)


def test_the_machine_cites_what_it_decides() -> None:
    assert PROTOCOL.clauses() == frozenset({"5.11", "6.9"})


@pytest.mark.clause("5.11-a")
def test_many_are_certified_as_they_were_shown_and_what_cannot_be_is_told(
    client_as: ClientAs, settings: Settings
) -> None:
    # Each is certified in a transaction of its own, locked and read anew: that is no N+1 to be mended.
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.startswith("zeal.")]
    pathway = agreements.open_pathway()
    first, second = (factory.made(factory.passed_plan(pathway)) for _ in range(2))
    waiting = factory.draft(factory.passed_plan(pathway))
    client, address = client_as(institutions.user(Role.VICE_RECTOR)), "/transcripts/protocols/many/"

    page = foresee(client, address, "protocols.certify", first.pk, second.pk, waiting.pk)
    assert [one.pk for one in page.context["will"]] == [first.pk, second.pk]
    assert [(one.pk, one.reasons) for one in page.context["will_not"]] == [(waiting.pk, [NOT_YET])]
    RecognitionProtocol.objects.filter(pk=second.pk).update(content_hash="made again")
    answer = confirm(client, address, page)

    assert told(answer) == [
        "Done for 1 row.",
        "The protocol was made again after you opened it. Please read it again. (1 row)",
    ]
    for protocol, state in ((first, "certified"), (second, "made"), (waiting, "draft")):
        protocol.refresh_from_db()
        assert protocol.state == state


@pytest.mark.clause("5.11-a")
def test_a_director_makes_many_of_the_own_institute(client_as: ClientAs, settings: Settings) -> None:
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.startswith("zeal.")]
    pathway = agreements.open_pathway()
    ready, again = (factory.draft(factory.passed_plan(pathway)) for _ in range(2))
    waiting = RecognitionProtocol.objects.get(plan=mobility.approved())
    client, address = client_as(factory.director(ready.plan)), "/transcripts/protocols/many/"

    page = foresee(client, address, "protocols.make", ready.pk, again.pk, waiting.pk)
    assert [one.pk for one in page.context["will"]] == [ready.pk, again.pk]
    assert [one.pk for one in page.context["will_not"]] == [waiting.pk]

    assert told(confirm(client, address, page)) == ["Done for 2 rows."]
    ready.refresh_from_db()
    assert ready.state == ProtocolState.MADE
    assert foresee(client, address, "protocols.certify", ready.pk).status_code == 404


@pytest.mark.clause("5.11-a")
def test_what_is_certified_in_bulk_is_seen_course_by_course(client_as: ClientAs) -> None:
    protocol = factory.made()
    client = client_as(institutions.user(Role.VICE_RECTOR))

    page = foresee(client, "/transcripts/protocols/many/", "protocols.certify", protocol.pk)

    (one,) = page.context["will"]
    credits = credits_(sum(line.credits for line in protocol.lines.all()))
    assert one.more.endswith(f"credits recognised: {credits}, differences: {protocol.differences.count()}")
    assert len(one.details) == protocol.lines.count() + protocol.differences.count()
    html = page.content.decode()
    assert f'href="/transcripts/protocols/{protocol.pk}/"' in html
    assert all(str(line.course) in html for line in protocol.lines.all())


@pytest.mark.parametrize(("language", "sign"), [("kk", ","), ("ru", ","), ("en", ".")])
def test_numbers_stand_as_the_reader_writes_them(language: str, sign: str, client_as: ClientAs) -> None:
    protocol = factory.made()
    client = client_as(factory.director(protocol.plan))
    client.cookies["django_language"] = language

    page = client.get(f"/transcripts/protocols/{protocol.pk}/").content.decode()

    assert f"88{sign}33\N{NO-BREAK SPACE}%" in page
    assert f'data-label="{gettext_in(language)}">3.33<' in page
    assert f"88{'.' if sign == ',' else ','}33" not in page


def gettext_in(language: str) -> str:
    with override(language):
        return gettext("Points")


@pytest.mark.clause("5.11-a")
def test_a_protocol_that_waits_for_marks_says_so_among_many_as_on_its_page(client_as: ClientAs) -> None:
    plan = mobility.approved()
    waiting = RecognitionProtocol.objects.get(plan=plan)
    client = client_as(institutions.user(Role.VICE_RECTOR))

    page = foresee(client, "/transcripts/protocols/many/", "protocols.certify", waiting.pk)
    case = client.get(f"/transcripts/protocols/{waiting.pk}/")

    (one,) = page.context["will_not"]
    ((text, clause, mover),) = one.reasons
    assert (text.startswith("The partner's marks of the"), text.endswith("have not come.")) == (True, True)
    assert (clause, mover) == ("6.9", "partner coordinator")
    assert text in html.unescape(case.content.decode())
