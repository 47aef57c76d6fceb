"""The package of documents and the application to the Chair: asked for, handed in, accepted or returned."""

import io
from datetime import timedelta
from typing import Any, BinaryIO

import pytest

from admissions.enums import ItemState
from admissions.services import chair, incoming, outgoing, package
from admissions.tables.applications import deeds_of
from core.models import OutgoingEmail, WorkItem
from core.values import today
from core.workflow import NotAllowedError, ReasonMissingError, WrongStateError
from core.worklist import open_items_of
from documents.services import FileRefusedError
from institutions.enums import Role
from institutions.models import User
from institutions.permissions import standing_of
from tests.admissions.coming import Guests, fresh
from tests.admissions.road import PDF, Case, Cast, pdf


@pytest.mark.clause("8.4-a")
def test_the_request_goes_to_department_institute_and_student_with_its_day(cast: Cast, invited: Case) -> None:
    application, _student = invited
    due = today() + timedelta(days=12)

    outgoing.request_package(application_id=application.pk, due=due, actor=cast.ipd)

    waiting = {(item.queue.split("@")[0], item.clause, item.due) for item in open_items_of(application)}
    assert waiting == {
        ("student", "6.12", due),
        ("institute_coordinator", "6.12", due),
        ("student", "7.5a", due),
        ("department_head", "8.4", due),
        ("ipd_coordinator", "6.12", due),
    }


@pytest.mark.clause("8.4-a")
@pytest.mark.clause("6.12-a")
def test_the_ipd_accepts_or_returns_each_document_with_a_reason(cast: Cast, invited: Case) -> None:
    application, student = invited
    outgoing.request_package(application_id=application.pk, due=today(), actor=cast.ipd)

    def hand_in(actor: User) -> None:
        package.submit_document(application_id=application.pk, kind="passport", file=pdf(), name="p.pdf", actor=actor)

    with pytest.raises(NotAllowedError):
        hand_in(cast.registrar)
    hand_in(student)
    with pytest.raises(ReasonMissingError):
        package.return_document(application_id=application.pk, kind="passport", reason=" ", actor=cast.ipd)
    package.return_document(application_id=application.pk, kind="passport", reason="blurred", actor=cast.ipd)
    told = OutgoingEmail.objects.get(key__startswith="document.returned")
    assert (told.to, "passport" in told.body, "blurred" in told.body) == (student.email, True, False)
    assert (
        "returned: “%(reason)s”"
        in WorkItem.objects.get(queue__startswith="student@", clause="6.12", closed_at=None).text
    )
    with pytest.raises(FileRefusedError, match=r"“p.pdf” is the very file that was returned: blurred"):
        hand_in(student)
    better = io.BytesIO(PDF + b"\n")
    package.submit_document(application_id=application.pk, kind="passport", file=better, name="p.pdf", actor=student)
    package.accept_document(application_id=application.pk, kind="passport", actor=cast.ipd)

    with pytest.raises(WrongStateError, match="Somebody was first"):
        package.accept_document(application_id=application.pk, kind="passport", actor=cast.ipd)
    with pytest.raises(NotAllowedError):
        package.accept_document(application_id=application.pk, kind="transcript", actor=student)
    assert application.package.get(kind="passport").status == ItemState.ACCEPTED


def test_a_passport_is_replaced_by_nobody_who_may_not_open_it(cast: Cast, invited: Case) -> None:
    application, student = invited
    outgoing.request_package(application_id=application.pk, due=today(), actor=cast.ipd)
    head, brings = frozenset({Role.DEPARTMENT_HEAD.value}), frozenset({Role.STUDENT.value})
    assert package.may_hand_in(application.package.get(kind="passport"), head)

    package.submit_document(application_id=application.pk, kind="passport", file=pdf(), name="p.pdf", actor=student)
    passport = application.package.get(kind="passport")

    assert not package.may_hand_in(passport, head)
    assert package.may_hand_in(passport, brings)


@pytest.mark.clause("6.12-a")
def test_several_documents_are_handed_in_together_or_not_at_all(cast: Cast, invited: Case) -> None:
    application, student = invited

    def hand_in(actor: User) -> None:
        files: dict[str, tuple[BinaryIO, str]] = {kind: (pdf(), f"{kind}.pdf") for kind in ("passport", "transcript")}
        package.submit_documents(application_id=application.pk, files=files, actor=actor)

    def handed_in() -> set[str]:
        return set(application.package.filter(status=ItemState.SUBMITTED).values_list("kind", flat=True))

    before = handed_in()
    with pytest.raises(NotAllowedError):  # the transcript is the institute's
        hand_in(student)
    assert handed_in() == before

    hand_in(cast.ipd)
    assert handed_in() == before | {"passport", "transcript"}


@pytest.mark.clause("8.4-b")
@pytest.mark.clause("7.5a-a")
def test_the_application_to_the_chair_is_signed_once_and_one_signed_earlier_counts(cast: Cast, proposed: Case) -> None:
    application, student = proposed

    made = chair.sign_chair_application(application_id=application.pk, language="kk", actor=student)
    cast.invite(application)

    assert made.document is not None
    assert made.document.context["case"]["text"] == made.text
    with pytest.raises(WrongStateError, match="signed already"):
        chair.sign_chair_application(application_id=application.pk, language="ru", actor=student)
    with pytest.raises(NotAllowedError):
        chair.sign_chair_application(application_id=application.pk, language="ru", actor=cast.ipd)
    outgoing.request_package(application_id=application.pk, due=today(), actor=cast.ipd)
    assert "7.5a" not in {item.clause for item in open_items_of(application)}


@pytest.mark.clause("8.4-a")
def test_a_document_that_was_replaced_after_the_page_was_opened_is_not_decided_on_unseen(
    cast: Cast, invited: Case
) -> None:
    application, student = invited
    outgoing.request_package(application_id=application.pk, due=today(), actor=cast.ipd)
    where: dict[str, Any] = {"application_id": application.pk, "kind": "passport"}

    def handed_in(file: BinaryIO) -> int:
        return package.submit_document(**where, file=file, name="p.pdf", actor=student).upload_id or 0

    shown, newer = handed_in(pdf()), handed_in(io.BytesIO(PDF + b"\n"))

    for decide in (
        lambda: package.accept_document(**where, actor=cast.ipd, seen=[shown]),
        lambda: package.return_document(**where, reason="blurred", actor=cast.ipd, seen=[shown]),
        lambda: package.accept_everything(application_id=application.pk, actor=cast.ipd, seen=[shown]),
    ):
        with pytest.raises(WrongStateError, match="A document was replaced after you opened the page"):
            decide()
        assert application.package.get(kind="passport").status == ItemState.SUBMITTED

    assert package.accept_document(**where, actor=cast.ipd, seen=[newer]).status == ItemState.ACCEPTED


@pytest.mark.clause("8.4-a")
def test_among_many_no_document_is_accepted_that_was_replaced_after_the_preview(cast: Cast, invited: Case) -> None:
    application, student = invited
    outgoing.request_package(application_id=application.pk, due=today(), actor=cast.ipd)
    where: dict[str, Any] = {"application_id": application.pk, "kind": "passport", "name": "p.pdf", "actor": student}
    standing = standing_of(cast.ipd)
    (accepting,) = (deed for deed in deeds_of(standing) if deed.name == "applications.accept_everything")
    assert accepting.do is not None
    package.submit_document(**where, file=pdf())
    (shown,) = accepting.foresee(standing, [fresh(application)])

    package.submit_document(**where, file=io.BytesIO(PDF + b"\n"))
    with pytest.raises(WrongStateError, match="A document was replaced after you opened the page"):
        accepting.do(application.pk, actor=cast.ipd, mark=shown.mark)

    (again,) = accepting.foresee(standing, [fresh(application)])
    accepting.do(application.pk, actor=cast.ipd, mark=again.mark)
    assert application.package.get(kind="passport").status == ItemState.ACCEPTED


@pytest.mark.django_db
@pytest.mark.clause("8.4-a")
def test_of_a_closed_package_no_preview_promises_that_it_will_be_accepted() -> None:
    guests = Guests()
    waiting, refused = guests.in_review(), guests.in_review()
    incoming.refuse(application_id=refused.pk, actor=guests.head, reason="no place")
    standing = standing_of(guests.ipd)
    accepting = next(deed for deed in deeds_of(standing) if deed.name == "applications.accept_everything")

    told = accepting.foresee(standing, [fresh(waiting), fresh(refused)])
    assert accepting.do is not None

    assert [[blocker.text for blocker in one.blockers] for one in told] == [[], [package.CLOSED]]
    with pytest.raises(WrongStateError):
        accepting.do(refused.pk, actor=guests.ipd, mark=told[1].mark)
