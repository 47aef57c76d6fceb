"""Verbs of the outgoing road: begun, answered by the partner, visa, order and departure; what two people at once get."""

from datetime import timedelta

import pytest

from admissions.enums import ApplicationState as S
from admissions.enums import PartnerAnswer, VisaState
from admissions.models import PartnerReply, VisaCase
from admissions.services import orders, outgoing, visa
from admissions.services.applications import take_step
from core.history import history_of
from core.values import today
from core.workflow import BlockedError, NotAllowedError, ReasonMissingError, RefusedError, WrongStateError
from core.worklist import open_items_of
from documents.models import OfficialDocument
from documents.services import seal
from tests.admissions.road import Case, Cast, fresh, pdf


def test_a_draft_is_begun_once_however_often_the_button_is_pressed(cast: Cast) -> None:
    student = cast.student()

    first = outgoing.start_application(intake_id=cast.intake.pk, actor=student)
    second = outgoing.start_application(intake_id=cast.intake.pk, actor=student)

    assert first == second
    assert sorted(first.package.values_list("kind", "giver")) == [("passport", "student"), ("transcript", "institute")]


@pytest.mark.clause("8.1-a")
def test_a_student_of_another_programme_finds_no_such_intake(cast: Cast) -> None:

    with pytest.raises(cast.intake.DoesNotExist):
        outgoing.start_application(intake_id=cast.intake.pk, actor=cast.outsider())


def test_submitting_twice_has_one_effect_and_a_clear_message(cast: Cast, submitted: Case) -> None:
    application, student = submitted

    with pytest.raises(WrongStateError, match="Somebody was first"):
        take_step(application_id=application.pk, name="submit", actor=student)

    assert [e.action for e in history_of(application)].count("outgoing.submit") == 1


@pytest.mark.clause("8.3-a")
def test_the_partner_answers_each_candidate_once(cast: Cast, proposed: Case) -> None:
    application, _ = proposed

    outgoing.answer(application_id=application.pk, answer=PartnerAnswer.WAITING, actor=cast.partner)
    assert fresh(application).state == S.PROPOSED
    cast.invite(application)

    assert fresh(application).state == S.INVITED
    assert VisaCase.objects.get(application=application).country == "DE"
    with pytest.raises(WrongStateError, match="answered already"):
        outgoing.answer(
            application_id=application.pk, answer=PartnerAnswer.REFUSED, actor=cast.partner, reason="No place"
        )
    assert PartnerReply.objects.filter(application=application).count() == 2


@pytest.mark.clause("8.3-a")
def test_an_invitation_needs_its_letter_and_a_refusal_its_reason(cast: Cast, proposed: Case) -> None:
    application, _ = proposed

    with pytest.raises(RefusedError, match="letter or its scan"):
        outgoing.answer(application_id=application.pk, answer=PartnerAnswer.INVITED, actor=cast.partner)
    with pytest.raises(ReasonMissingError):
        outgoing.answer(application_id=application.pk, answer=PartnerAnswer.REFUSED, actor=cast.partner)
    outgoing.answer(application_id=application.pk, answer=PartnerAnswer.REFUSED, actor=cast.partner, reason="No place")

    assert fresh(application).state == S.PARTNER_REFUSED
    assert open_items_of(application) == []


@pytest.mark.clause("8.3-a")
def test_what_came_by_post_is_entered_by_the_ipd_with_its_scan_and_marked(cast: Cast, proposed: Case) -> None:
    application, _ = proposed

    with pytest.raises(RefusedError, match="scan"):
        outgoing.answer(application_id=application.pk, answer=PartnerAnswer.WAITING, actor=cast.ipd)
    reply = outgoing.answer(
        application_id=application.pk, answer=PartnerAnswer.INVITED, actor=cast.ipd, file=pdf(), name="scan.pdf"
    )

    assert reply.from_paper
    assert fresh(application).state == S.INVITED


@pytest.mark.clause("8.5-a")
def test_the_visa_case_is_submitted_refused_collected_again_and_granted(cast: Cast, invited: Case) -> None:
    application, _ = invited
    pk = application.pk

    visa.visa_step(application_id=pk, name="submit", actor=cast.ipd, submitted_on=today(), category="D")
    visa.visa_step(application_id=pk, name="refuse", actor=cast.ipd, reason="means not shown")
    visa.visa_step(application_id=pk, name="collect_again", actor=cast.ipd)
    visa.visa_step(application_id=pk, name="submit", actor=cast.ipd, submitted_on=today())
    granted = visa.visa_step(
        application_id=pk, name="grant", actor=cast.ipd, valid_from=today(), valid_until=today() + timedelta(days=300)
    )

    assert granted.state == VisaState.GRANTED
    told = [e.action for e in history_of(application) if e.action.startswith("admissions.visa_")]
    assert told[-1] == "admissions.visa_grant"
    with pytest.raises(NotAllowedError):
        visa.visa_step(application_id=pk, name="collect_again", actor=cast.head)


@pytest.mark.clause("8.6-a")
@pytest.mark.clause("8.6-b")
@pytest.mark.clause("8.6-c")
@pytest.mark.clause("6.3")
def test_the_registrar_returns_or_drafts_the_signatory_signs_the_student_departs(cast: Cast, requested: Case) -> None:
    application, student = requested

    take_step(application_id=application.pk, name="return_package", actor=cast.registrar, reason="stamp missing")
    assert fresh(application).state == S.DOCUMENTS_COMPLETE
    take_step(application_id=application.pk, name="request_order", actor=cast.ipd)
    order = orders.draft_departure(applications=[application.pk], actor=cast.registrar)
    with pytest.raises(BlockedError, match="order on this application"):
        take_step(application_id=application.pk, name="withdraw", actor=student, reason="no")
    orders.send_for_signature(order_id=order.pk, actor=cast.registrar)
    orders.sign(order_id=order.pk, actor=cast.signatory)
    assert fresh(application).state == S.ADMITTED
    with pytest.raises(BlockedError, match="visa has not been granted"):
        outgoing.depart(application_id=application.pk, on=today(), actor=cast.ipd)
    cast.grant_visa(application)
    with pytest.raises(NotAllowedError):
        outgoing.depart(application_id=application.pk, on=today(), actor=student)
    outgoing.depart(application_id=application.pk, on=today(), actor=cast.ipd)

    assert fresh(application).state == S.DEPARTED
    assert open_items_of(application) == []


@pytest.mark.django_db
def test_each_paper_becomes_a_sealed_pdf(subtests: pytest.Subtests) -> None:
    application, _ = Cast().complete()
    assert application.state == S.DOCUMENTS_COMPLETE

    for kind in ("official_letter", "chair_application", "three_party_contract"):
        with subtests.test(kind=kind):
            paper = seal(OfficialDocument.objects.get(kind=kind).pk)
            with paper.file.open() as file:
                assert file.read(5) == b"%PDF-"
            assert len(paper.sha256) == 64
