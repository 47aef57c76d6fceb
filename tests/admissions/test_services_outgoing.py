"""Verbs of the outgoing road: who may, what they do, what two people at once get."""

from datetime import timedelta

import pytest
from django.db import transaction

from admissions.enums import ApplicationState as S
from admissions.enums import ContractParty, ItemState, PartnerAnswer, VisaState
from admissions.models import Application, Contract, ContractSignature, PartnerReply, VisaCase
from admissions.selectors.applications import applications_visible_to
from admissions.services import chair, contract, letters, lists, orders, outgoing, package, visa
from admissions.services.applications import take_step
from admissions.workflow.outgoing import OUTGOING
from core.history import history_of
from core.models import OutgoingEmail, WorkItem
from core.values import today
from core.workflow import BlockedError, NotAllowedError, ReasonMissingError, RefusedError, WrongStateError
from core.worklist import open_items_of
from documents.models import Delivery, OfficialDocument, Register
from documents.selectors import content_of, papers_visible_to
from documents.services import seal
from institutions.enums import Role
from institutions.models import User
from institutions.permissions import standing_of
from tests.admissions.road import Cast, fresh, pdf
from tests.core.test_paper import text_of
from tests.factories import admissions, institutions

pytestmark = pytest.mark.django_db
WHO = {
    "submit": {"student"},
    "nominate": {"coordinator"},
    "propose": {"ipd"},
    "invite": {"partner", "ipd"},
    "complete_documents": {"ipd"},
    "request_order": {"ipd"},
    "admit": {"signatory"},
    "depart": {"ipd"},
    "return_to_student": {"coordinator"},
    "refuse": {"coordinator", "director"},
    "partner_refuse": {"partner", "ipd"},
    "reopen_documents": {"ipd"},
    "return_package": {"registrar"},
    "cancel": {"ipd"},
    "cancel_admitted": {"ipd"},
    "withdraw": {"student"},
}


def test_the_table_names_every_step() -> None:
    assert set(WHO) == {step.name for step in OUTGOING.steps}


@pytest.mark.clause("1.6-a")
@pytest.mark.parametrize("name", sorted(WHO))
def test_each_step_is_taken_by_its_roles_and_refused_to_all_others(name: str) -> None:
    cast = Cast()
    student = cast.student()
    source = OUTGOING.step(name).sources[0]
    enrolment = student.person.enrolments.get()
    application = admissions.application(cast.intake, state=source, enrolment=enrolment)
    people = {
        "student": student,
        "coordinator": cast.coordinator,
        "director": cast.director,
        "head": cast.head,
        "ipd": cast.ipd,
        "registrar": cast.registrar,
        "signatory": cast.signatory,
        "partner": cast.partner,
        "auditor": institutions.user(Role.AUDITOR),
        "administrator": institutions.user(Role.ADMINISTRATOR),
        "finance": institutions.user(Role.FINANCE_OFFICER),
        "stranger": cast.outsider(),
        "other institute": institutions.user(Role.INSTITUTE_COORDINATOR, unit=institutions.institute("GM")),
        "other partner": institutions.partner_user(institutions.partner("Elsewhere", "PL")),
    }
    if name in {"invite", "partner_refuse"}:
        cast_letter(application, cast)

    allowed = set()
    for who, account in people.items():
        try:
            with transaction.atomic():
                take_step(application_id=application.pk, name=name, actor=account, reason="because")
                transaction.set_rollback(True)
            allowed.add(who)
        except BlockedError:
            allowed.add(who)
        except (NotAllowedError, Application.DoesNotExist):
            pass

    assert allowed == WHO[name]


def cast_letter(application: Application, cast: Cast) -> None:
    """An official letter that names the candidate, so that the partner sees it."""
    paper = OfficialDocument.objects.create(
        subject_type="admissions.candidatelist",
        subject_id=1,
        kind="official_letter",
        register_id=_register(),
        number=1,
        number_text="1-Х",
        code="AAAA-AAAA",
        languages="en",
        context={},
        issued_at=application.created_at,
        issued_by=cast.ipd,
    )
    Application.objects.filter(pk=application.pk).update(letter=paper)


def _register() -> int:
    return Register.objects.create(series="LETTER", year=2026).pk


def test_a_draft_is_begun_once_however_often_the_button_is_pressed() -> None:
    cast = Cast()
    student = cast.student()

    first = outgoing.start_application(intake_id=cast.intake.pk, actor=student)
    second = outgoing.start_application(intake_id=cast.intake.pk, actor=student)

    assert first == second
    assert sorted(first.package.values_list("kind", "giver")) == [("passport", "student"), ("transcript", "institute")]


@pytest.mark.clause("8.1-a")
def test_a_student_of_another_programme_finds_no_such_intake() -> None:
    cast = Cast()

    with pytest.raises(cast.intake.DoesNotExist):
        outgoing.start_application(intake_id=cast.intake.pk, actor=cast.outsider())


def test_submitting_twice_has_one_effect_and_a_clear_message() -> None:
    cast = Cast()
    application, student = cast.submitted()

    with pytest.raises(WrongStateError, match="Somebody was first"):
        take_step(application_id=application.pk, name="submit", actor=student)

    assert [e.action for e in history_of(application)].count("outgoing.submit") == 1


@pytest.mark.clause("8.1-c")
def test_gathering_ranks_by_the_criteria_and_puts_the_rest_in_reserve() -> None:
    cast = Cast(seats=2)
    weak = cast.submitted(cast.student(gpa="2.10"))[0]
    strong = cast.submitted(cast.student(gpa="3.90"))[0]
    middle = cast.submitted(cast.student(gpa="3.00"))[0]

    cast.gathered()

    ranks = {a.pk: (a.rank, a.is_reserve) for a in Application.objects.all()}
    assert ranks == {strong.pk: (1, False), middle.pk: (2, False), weak.pk: (3, True)}


@pytest.mark.clause("8.1-c")
def test_whoever_departs_from_the_criteria_says_why() -> None:
    cast = Cast()
    weak = cast.submitted(cast.student(gpa="2.10"))[0]
    strong = cast.submitted(cast.student(gpa="3.90"))[0]
    made = cast.gathered()

    lists.place(
        list_id=made.pk, placings=[lists.Placing(weak.pk, 1), lists.Placing(strong.pk, 2)], actor=cast.coordinator
    )
    with pytest.raises(BlockedError) as refused:
        lists.send_list(list_id=made.pk, request_text="Please.", actor=cast.coordinator)
    assert len(refused.value.blockers) == 2
    assert fresh(weak).state == S.SUBMITTED

    reasons = [lists.Placing(weak.pk, 1, reason="Olympiad"), lists.Placing(strong.pk, 2, reason="see 1")]
    lists.place(list_id=made.pk, placings=reasons, actor=cast.coordinator)
    lists.send_list(list_id=made.pk, request_text="Please.", actor=cast.coordinator)
    assert {fresh(weak).state, fresh(strong).state} == {S.NOMINATED}


def test_a_list_that_changed_meanwhile_is_not_ordered_blindly() -> None:
    cast = Cast()
    first = cast.submitted()[0]
    made = cast.gathered()
    cast.submitted()
    cast.gathered()

    with pytest.raises(RefusedError, match="changed meanwhile"):
        lists.place(list_id=made.pk, placings=[lists.Placing(first.pk, 1)], actor=cast.coordinator)


@pytest.mark.clause("8.2-a")
def test_one_letter_a_list_and_the_reserve_in_a_numbered_supplement() -> None:
    cast = Cast(seats=1)
    strong, student = cast.submitted(cast.student(gpa="3.90"))
    spare, _ = cast.submitted(cast.student(gpa="3.00"))
    sent = cast.sent()

    letter = letters.send_official_letter(list_id=sent.pk, actor=cast.ipd)

    assert [c["number"] for c in letter.context["letter"]["candidates"]] == [strong.enrolment.student_number]
    assert (fresh(strong).state, fresh(spare).state) == (S.PROPOSED, S.NOMINATED)
    assert Delivery.objects.get(document=letter).person == cast.partner.person
    with pytest.raises(WrongStateError):
        letters.send_official_letter(list_id=sent.pk, actor=cast.ipd)
    with pytest.raises(RefusedError, match="only 0 places"):
        letters.send_supplement(list_id=sent.pk, application_ids=[spare.pk], actor=cast.ipd)
    assert open_items_of(sent) == []

    take_step(application_id=strong.pk, name="withdraw", actor=student, reason="illness")
    assert [item.text for item in open_items_of(sent)] == ["A place is free: send the supplement with the reserve"]
    supplement = letters.send_supplement(list_id=sent.pk, application_ids=[spare.pk], actor=cast.ipd)

    assert supplement.context["letter"]["supplement"] == 1
    assert supplement.context["letter"]["base_number"] == letter.number_text
    assert supplement.number == letter.number + 1
    assert fresh(spare).state == S.PROPOSED


@pytest.mark.clause("8.2-b")
def test_no_letter_for_a_list_that_was_not_sent() -> None:
    cast = Cast()
    cast.submitted()
    made = cast.gathered()

    with pytest.raises(WrongStateError, match="has not sent its list"):
        letters.send_official_letter(list_id=made.pk, actor=cast.ipd)
    with pytest.raises(NotAllowedError):
        letters.send_official_letter(list_id=made.pk, actor=cast.coordinator)


@pytest.mark.clause("8.3-a")
def test_the_partner_answers_each_candidate_once() -> None:
    cast = Cast()
    application, _ = cast.proposed()

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
def test_an_invitation_needs_its_letter_and_a_refusal_its_reason() -> None:
    cast = Cast()
    application, _ = cast.proposed()

    with pytest.raises(RefusedError, match="letter or its scan"):
        outgoing.answer(application_id=application.pk, answer=PartnerAnswer.INVITED, actor=cast.partner)
    with pytest.raises(ReasonMissingError):
        outgoing.answer(application_id=application.pk, answer=PartnerAnswer.REFUSED, actor=cast.partner)
    outgoing.answer(application_id=application.pk, answer=PartnerAnswer.REFUSED, actor=cast.partner, reason="No place")

    assert fresh(application).state == S.PARTNER_REFUSED
    assert open_items_of(application) == []


@pytest.mark.clause("8.3-a")
def test_what_came_by_post_is_entered_by_the_ipd_with_its_scan_and_marked() -> None:
    cast = Cast()
    application, _ = cast.proposed()

    with pytest.raises(RefusedError, match="scan"):
        outgoing.answer(application_id=application.pk, answer=PartnerAnswer.WAITING, actor=cast.ipd)
    reply = outgoing.answer(
        application_id=application.pk, answer=PartnerAnswer.INVITED, actor=cast.ipd, file=pdf(), name="scan.pdf"
    )

    assert reply.from_paper
    assert fresh(application).state == S.INVITED


@pytest.mark.clause("8.4-a")
def test_the_request_goes_to_department_institute_and_student_with_its_day() -> None:
    cast = Cast()
    application, _student = cast.invited()
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
    told = set(OutgoingEmail.objects.filter(key__startswith="outgoing.package").values_list("to", flat=True))
    assert {cast.head.email, cast.coordinator.email} < told


@pytest.mark.clause("8.4-a")
@pytest.mark.clause("6.12-a")
def test_the_ipd_accepts_or_returns_each_document_with_a_reason() -> None:
    cast = Cast()
    application, student = cast.invited()
    outgoing.request_package(application_id=application.pk, due=today(), actor=cast.ipd)

    def hand_in(actor: User) -> None:
        package.submit_document(application_id=application.pk, kind="passport", file=pdf(), name="p.pdf", actor=actor)

    with pytest.raises(NotAllowedError):
        hand_in(cast.registrar)
    hand_in(student)
    with pytest.raises(ReasonMissingError):
        package.return_document(application_id=application.pk, kind="passport", reason=" ", actor=cast.ipd)
    package.return_document(application_id=application.pk, kind="passport", reason="blurred", actor=cast.ipd)
    assert (
        "returned: “%(reason)s”"
        in WorkItem.objects.get(queue__startswith="student@", clause="6.12", closed_at=None).text
    )
    hand_in(student)
    package.accept_document(application_id=application.pk, kind="passport", actor=cast.ipd)

    with pytest.raises(WrongStateError, match="Somebody was first"):
        package.accept_document(application_id=application.pk, kind="passport", actor=cast.ipd)
    with pytest.raises(NotAllowedError):
        package.accept_document(application_id=application.pk, kind="transcript", actor=student)
    assert application.package.get(kind="passport").status == ItemState.ACCEPTED


@pytest.mark.clause("8.4-b")
@pytest.mark.clause("7.5a-a")
def test_the_application_to_the_chair_is_signed_once_and_one_signed_earlier_counts() -> None:
    cast = Cast()
    application, student = cast.proposed()

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


@pytest.mark.clause("6.12-b")
def test_each_party_signs_once_and_paper_brings_its_scan() -> None:
    cast = Cast()
    application, student = cast.invited()
    contract.make_contract(application_id=application.pk, actor=cast.ipd)

    contract.sign_contract(application_id=application.pk, actor=student)
    with pytest.raises(WrongStateError, match="signed already"):
        contract.sign_contract(application_id=application.pk, actor=student)
    with pytest.raises(NotAllowedError):
        contract.sign_contract(application_id=application.pk, actor=cast.head)
    contract.sign_contract(application_id=application.pk, actor=cast.signatory)
    with pytest.raises(RefusedError, match="lies ahead"):
        contract.enter_signature(
            application_id=application.pk,
            party=ContractParty.PARTNER,
            signed_on=today() + timedelta(days=1),
            signed_by="K. Brandt",
            file=pdf(),
            name="scan.pdf",
            actor=cast.ipd,
        )
    contract.enter_signature(
        application_id=application.pk,
        party=ContractParty.PARTNER,
        signed_on=today(),
        signed_by="K. Brandt",
        file=pdf(),
        name="scan.pdf",
        actor=cast.ipd,
    )

    signed = ContractSignature.objects.order_by("pk").values_list("party", "scan")
    assert [(party, scan is None) for party, scan in signed] == [
        ("student", True),
        ("university", True),
        ("partner", False),
    ]
    with pytest.raises(WrongStateError):
        contract.make_contract(application_id=application.pk, actor=cast.ipd)


@pytest.mark.clause("8.5-a")
def test_the_visa_case_is_submitted_refused_collected_again_and_granted() -> None:
    cast = Cast()
    application, _ = cast.invited()
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
def test_the_registrar_returns_or_drafts_the_signatory_signs_the_student_departs() -> None:
    cast = Cast()
    application, student = cast.requested()

    take_step(application_id=application.pk, name="return_package", actor=cast.registrar, reason="stamp missing")
    assert fresh(application).state == S.DOCUMENTS_COMPLETE
    take_step(application_id=application.pk, name="request_order", actor=cast.ipd)
    order = orders.draft_departure(applications=[application.pk], actor=cast.registrar)
    with pytest.raises(BlockedError, match="order that names the student"):
        take_step(application_id=application.pk, name="withdraw", actor=student, reason="no")
    orders.send_for_signature(order_id=order.pk, actor=cast.registrar)
    orders.sign(order_id=order.pk, actor=cast.signatory)
    assert fresh(application).state == S.ADMITTED
    with pytest.raises(BlockedError, match="visa has not been granted"):
        outgoing.depart(application_id=application.pk, on=today(), actor=cast.ipd)
    visa.visa_step(
        application_id=application.pk,
        name="grant",
        actor=cast.ipd,
        valid_from=today(),
        valid_until=today() + timedelta(days=300),
    )
    with pytest.raises(NotAllowedError):
        outgoing.depart(application_id=application.pk, on=today(), actor=student)
    outgoing.depart(application_id=application.pk, on=today(), actor=cast.ipd)

    assert fresh(application).state == S.DEPARTED
    assert open_items_of(application) == []


def test_what_is_not_theirs_does_not_exist_for_them() -> None:
    cast = Cast()
    application, student = cast.submitted()
    strangers = [
        cast.outsider(),
        cast.partner,  # no letter names the candidate yet
        institutions.user(Role.INSTITUTE_DIRECTOR, unit=institutions.institute("GM")),
        institutions.user(Role.ADMINISTRATOR),
        institutions.user(Role.FINANCE_OFFICER),
    ]

    for stranger in strangers:
        assert not applications_visible_to(standing_of(stranger)).filter(pk=application.pk).exists()
    for reader in (student, cast.coordinator, cast.director, cast.head, cast.ipd, cast.registrar):
        assert applications_visible_to(standing_of(reader)).filter(pk=application.pk).exists()


@pytest.mark.parametrize("kind", ["official_letter", "chair_application", "three_party_contract"])
def test_each_paper_becomes_a_sealed_pdf(kind: str) -> None:
    cast = Cast()
    application, _ = cast.complete()
    assert application.state == S.DOCUMENTS_COMPLETE

    paper = seal(OfficialDocument.objects.get(kind=kind).pk)

    with paper.file.open() as file:
        assert file.read(5) == b"%PDF-"
    assert len(paper.sha256) == 64


@pytest.mark.clause("6.12-b")
def test_the_third_signature_brings_a_sheet_with_all_three_and_their_dates() -> None:
    cast = Cast()
    application, student = cast.invited()
    contract.make_contract(application_id=application.pk, actor=cast.ipd)
    contract.sign_contract(application_id=application.pk, actor=student)
    contract.sign_contract(application_id=application.pk, actor=cast.signatory)
    assert not OfficialDocument.objects.filter(kind="contract_signatures").exists()

    yesterday = today() - timedelta(days=1)
    contract.enter_signature(
        application_id=application.pk,
        party="partner",
        signed_on=yesterday,
        signed_by="Katarina Brandt",
        file=pdf(),
        name="contract.pdf",
        actor=cast.ipd,
    )

    made = Contract.objects.get()
    sheet = OfficialDocument.objects.get(kind="contract_signatures")
    said = sheet.context["sheet"]
    assert (said["contract"], sheet.languages) == (made.document.number_text, made.document.languages)
    assert [(one["party"], one["name"]["kk"], one["on"], one["on_paper"]) for one in said["signatures"]] == [
        ("partner", "Katarina Brandt", yesterday.isoformat(), True),
        ("student", student.person.names.kk, today().isoformat(), False),
        ("university", cast.signatory.person.names.kk, today().isoformat(), False),
    ]
    text = text_of(content_of(seal(sheet.pk).file))
    assert "Katarina Brandt" in text
    assert made.document.number_text in text
    assert sheet in papers_visible_to(standing_of(cast.partner))
