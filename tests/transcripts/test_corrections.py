"""What is certified stays as it is: a correction is a new protocol, a revoked one enters no transcript (5.11)."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from core.workflow import WrongStateError
from core.worklist import open_items_of
from documents.services import revoke
from institutions.enums import Role
from tests.conftest import ClientAs
from tests.factories import institutions
from tests.factories import transcripts as factory
from transcripts.enums import DifferenceCause, ProtocolState, RemovalWay
from transcripts.models import RecognitionLine, RecognitionProtocol, Result
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
    # The transcript that the old one stands on is the Registrar's Office's to issue anew.
    assert [item.queue for item in open_items_of(issued)] == ["registrar@home"]
    page = client_as(registrar).get(f"/transcripts/{issued.pk}/").content.decode()
    assert "A protocol behind this transcript was corrected or revoked" in page
    issue_transcript(enrolment_id=plan.enrolment_id, actor=registrar)
    assert open_items_of(issued) == []


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

    new = protocols.correct_protocol(protocol_id=old.pk, reason="The paper was revoked", actor=director)
    protocols.make_protocol(protocol_id=new.pk, actor=director)
    new = protocols.certify_protocol(protocol_id=new.pk, actor=vice_rector)

    assert new.document is not None
    assert new.document.supersedes is None
    assert {line.protocol_id for line in certified_of([old.plan.enrolment_id])} == {new.pk}
