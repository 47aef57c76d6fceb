"""What is certified stays as it is: a correction is a new protocol, a revoked one enters no transcript (5.11)."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from core.workflow import WrongStateError
from core.worklist import open_items_of
from documents.services import revoke
from institutions.enums import Role
from institutions.models import User
from tests.conftest import ClientAs
from tests.factories import institutions
from tests.factories import transcripts as factory
from transcripts.enums import DifferenceCause, ProtocolState, RemovalWay
from transcripts.models import RecognitionLine, RecognitionProtocol, Result
from transcripts.permissions.study import queue_of_protocol
from transcripts.selectors.protocols import certified_of
from transcripts.services import protocols
from transcripts.services.transcripts import issue_transcript

pytestmark = pytest.mark.django_db


@pytest.mark.clause("5.11-d")
@pytest.mark.parametrize(
    "change",
    [
        lambda: RecognitionLine.objects.update(percent=100),
        lambda: RecognitionLine.objects.filter(letter="B").delete(),
        lambda: Result.objects.update(mark=Decimal("1.0")),
        lambda: Result.objects.filter(attempt=1).update(is_pass=False),
        lambda: RecognitionProtocol.objects.update(certified_by=None),
    ],
)
def test_what_is_certified_or_posted_never_changes_not_even_by_sql(change: Callable[[], object]) -> None:
    factory.certified()

    with pytest.raises(IntegrityError), transaction.atomic():
        change()


@pytest.mark.clause("5.11-d")
def test_a_correction_is_a_new_protocol_that_supersedes(client_as: ClientAs) -> None:
    plan = factory.passed_plan()
    gap = factory.refused(plan)
    old = factory.certified_with_differences(plan)
    registrar = institutions.user(Role.REGISTRAR)
    issued = issue_transcript(enrolment_id=plan.enrolment_id, actor=registrar)
    director = factory.director(old.plan)
    new = protocols.correct_protocol(protocol_id=old.pk, reason="A mark was retaken", actor=director)
    # What was refused stays refused, and how it is removed is not asked again.
    assert new.differences.values_list("course", "cause", "way", "due").get() == (
        gap.course_id,
        DifferenceCause.REFUSED,
        RemovalWay.SUMMER,
        old.differences.get().due,
    )
    protocols.make_protocol(protocol_id=new.pk, actor=director)
    new = protocols.certify_protocol(protocol_id=new.pk, actor=institutions.user(Role.VICE_RECTOR))

    old.refresh_from_db()
    assert old.document is not None
    assert (old.state, old.document.state, new.supersedes) == (ProtocolState.CERTIFIED, "superseded", old)
    assert {line.protocol_id for line in certified_of([plan.enrolment_id])} == {new.pk}
    with pytest.raises(WrongStateError):
        protocols.correct_protocol(protocol_id=old.pk, reason="Again", actor=director)
    # The transcript that the old one stands on is the Registrar's Office's to issue anew: it is asked once, for the new credits.
    assert [item.queue for item in open_items_of(new)] == ["registrar@home"]
    assert (open_items_of(issued), open_items_of(old)) == ([], [])
    page = client_as(registrar).get(f"/transcripts/{issued.pk}/").content.decode()
    assert "A protocol behind this transcript was corrected or revoked" in page
    newest = issue_transcript(enrolment_id=plan.enrolment_id, actor=registrar)
    assert (open_items_of(issued), open_items_of(new)) == ([], [])
    page = client_as(registrar).get(f"/transcripts/{issued.pk}/").content.decode()
    assert f"The transcript No. {newest.document.number_text} has taken the place of this one." in page
    assert f'href="/transcripts/{newest.pk}/"' in page


@pytest.mark.parametrize("reason", ["", "a\0b", "Ә" * 1001])
def test_a_correction_that_cannot_be_opened_keeps_what_was_typed(reason: str, client_as: ClientAs) -> None:
    old = factory.certified()

    answer = client_as(factory.director(old.plan)).post(f"/transcripts/protocols/{old.pk}/correct/", {"reason": reason})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["reason"])
    assert answer.context["form"]["reason"].value() == reason
    assert RecognitionProtocol.objects.get() == old


@pytest.mark.clause("5.11-d")
@pytest.mark.clause("5.12-a")
def test_a_revoked_protocol_enters_no_transcript_and_is_corrected_by_a_new_one() -> None:
    old = factory.certified()
    director, vice_rector = factory.director(old.plan), institutions.user(Role.VICE_RECTOR)
    registrar = institutions.user(Role.REGISTRAR)
    issued = issue_transcript(enrolment_id=old.plan.enrolment_id, actor=registrar)
    revoke(document_id=old.document_id or 0, reason="A mistake in the names.", actor=vice_rector)
    assert not certified_of([old.plan.enrolment_id]).exists()
    assert len(open_items_of(issued)) == 1
    revoke(document_id=issued.document_id, reason="Its protocol was revoked.", actor=registrar)
    assert open_items_of(issued) == []

    assert [item.queue for item in open_items_of(old)] == [queue_of_protocol(old, Role.INSTITUTE_DIRECTOR)]
    new = protocols.correct_protocol(protocol_id=old.pk, reason="The paper was revoked", actor=director)
    assert open_items_of(old) == []
    protocols.make_protocol(protocol_id=new.pk, actor=director)
    new = protocols.certify_protocol(protocol_id=new.pk, actor=vice_rector)

    assert new.document is not None
    assert new.document.supersedes is None
    assert {line.protocol_id for line in certified_of([old.plan.enrolment_id])} == {new.pk}


@pytest.mark.clause("5.11-d")
@pytest.mark.parametrize("role", [Role.INSTITUTE_DIRECTOR, Role.VICE_RECTOR, Role.REGISTRAR])
def test_a_revoked_protocols_page_says_who_revoked_it_why_and_whose_move_it_is(role: str, client_as: ClientAs) -> None:
    old = factory.certified()
    assert old.document is not None
    director, vice_rector = factory.director(old.plan), institutions.user(Role.VICE_RECTOR)
    revoke(document_id=old.document.pk, reason="A mistake in the names.", actor=vice_rector)
    known: dict[str, User] = {Role.INSTITUTE_DIRECTOR: director, Role.VICE_RECTOR: vice_rector}
    client = client_as(known.get(role) or institutions.user(role))

    answer = client.get(f"/transcripts/protocols/{old.pk}/")

    page, (item,) = answer.content.decode(), open_items_of(old)
    assert (answer.context["where"], answer.context["due"]) == ("revoked", item.due)
    you = "You: " if role == Role.INSTITUTE_DIRECTOR else ""
    assert answer.context["movers"] == [f"{you}institute director"]
    assert page.index(f"The paper No. {old.document.number_text} was revoked") < page.index("Whose move")
    assert page.count("A mistake in the names.") == 2  # at its head and in its history
    assert str(vice_rector) in page
    assert ('href="#correction"' in page) == (role == Role.INSTITUTE_DIRECTOR)
    listed = client.get("/transcripts/protocols/?state=revoked").context
    assert [listed["beside_of"][row.pk] for row in listed["page"]] == [("revoked", "bad")]
    assert list(client.get("/transcripts/protocols/?state=certified").context["page"]) == []


@pytest.mark.clause("5.11-d")
def test_a_correction_names_what_it_corrects_and_is_no_newer_protocol_before_it_is_certified(
    client_as: ClientAs,
) -> None:
    old = factory.certified()
    assert old.document is not None
    director = factory.director(old.plan)
    new = protocols.correct_protocol(protocol_id=old.pk, reason="A mark was retaken", actor=director)
    client = client_as(director)

    head = client.get(f"/transcripts/protocols/{new.pk}/").content.decode().split('class="strip"')[0]
    assert "Corrects the protocol" in head
    assert f'<a href="/transcripts/protocols/{old.pk}/">No. {old.document.number_text}</a>' in head
    assert "A mark was retaken" in head
    assert (
        "A correction of this protocol is being made."
        in client.get(f"/transcripts/protocols/{old.pk}/").content.decode()
    )

    protocols.make_protocol(protocol_id=new.pk, actor=director)
    new = protocols.certify_protocol(protocol_id=new.pk, actor=institutions.user(Role.VICE_RECTOR))
    assert new.document is not None
    answer = client.get(f"/transcripts/protocols/{old.pk}/")
    assert (
        f"There is a newer protocol that corrects this one: No. {new.document.number_text}." in answer.content.decode()
    )
    assert (answer.context["where"], answer.context["movers"]) == ("superseded", [])
