"""Verbs on the evidence that a pathway's opening asks for: Councils, EPVO, teachers, money (5.3, 5.4, 5.7.4, 6.5)."""

from datetime import date
from decimal import Decimal
from typing import Any, BinaryIO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from agreements.enums import AgreementState, CouncilResult, PathwayState
from agreements.models import Agreement, CouncilDecision, MoneyTerm, Pathway, PathwayTeacher
from agreements.pdf import COUNCIL_PROTOCOL
from agreements.permissions import MONEY_FIXED, MONEY_ROLES, MONEY_TAKEN_AWAY, recorder_of, roles_on_agreement
from agreements.selectors.agreements import Written, facts_of_agreement, written_in
from agreements.selectors.councils import councils_of
from agreements.selectors.pathways import facts_of_pathway
from agreements.services.fetching import (
    day_of,
    locked_agreement,
    locked_pathway,
    must_hold,
    not_yours,
    refuse_unseen,
)
from agreements.services.records import Recorded, brings_scan, says
from agreements.services.settling import settle_agreement, settle_pathway
from agreements.workflow.agreement import AGREEMENT, OPEN_TO_COUNCILS
from agreements.workflow.days import council_faults, epvo_faults
from agreements.workflow.money import money_faults
from agreements.workflow.numbers import bare_number, epvo_number_faults, teacher_faults
from agreements.workflow.pathway import money_fixed, teachers_take_part
from core.faults import Fault, code_faults
from core.history import record
from core.values import Localized, joined, numbered_in_each, today, trimmed
from core.workflow import (
    BlockedError,
    FaultyError,
    RefusedError,
    WrongStateError,
    perform,
    refuse_faults,
    refuse_unseen_change,
)
from documents.services import store_upload
from institutions.enums import Role
from institutions.models import University, User
from institutions.permissions import standing_of


@transaction.atomic
def record_council(
    *,
    pathway_id: int,
    university_id: int,
    council: str,
    protocol_number: str,
    decided_on: date,
    result: str,
    actor: User,
    seen_hash: str,
    seen: str = "",
    file: BinaryIO | None = None,
    file_name: str = "",
) -> Recorded[CouncilDecision]:
    """Write down what a party's Academic Council decided on what was shown (5.4-a): the IPD its own and, from paper, a
    partner's; a partner its own.

    After internal approval and before signature (5.3-a), with a scan of the protocol; a correction may keep the one that is
    there, and the same decision again changes nothing. With the last positive one the agreement is confirmed by itself. Raises
    WrongStateError where the agreement is another by now, FaultyError, FileRefusedError, RefusedError.

    `seen`: `text_hash` of the decision that the actor was shown; another one written down meanwhile raises ChangedMeanwhileError.
    """
    pathway = locked_pathway(pathway_id, actor)
    agreement = locked_agreement(pathway.agreement_id, actor)
    university = _party(agreement, university_id)
    role = _recorder(university, actor)
    words = {"council": council, "protocol_number": protocol_number, "decided_on": decided_on, "result": result}
    before = _council_before(pathway, university)
    if before is not None and says(before, words) and not brings_scan(file, before, COUNCIL_PROTOCOL.name):
        return Recorded(before, is_new=False)
    if agreement.state not in OPEN_TO_COUNCILS:
        raise WrongStateError(gettext_noop("A Council decides after the internal approval and before the signature."))
    text = written_in(agreement)
    refuse_unseen(seen_hash, facts_of_agreement(agreement, text).whole_hash)
    written = council_in_words(CouncilDecision(**words))
    refuse_unseen_change(seen, saved=council_in_words(before), written=written)
    days = council_faults(decided_on, today=today(), approved_on=day_of(agreement.approved_at))
    refuse_faults([*code_faults("protocol_number", bare_number(protocol_number)), *days])
    if before is None and file is None:
        raise FaultyError(Fault("file", gettext_noop("Attach the protocol.")))
    decision, _made = CouncilDecision.objects.update_or_create(
        pathway=pathway,
        university=university,
        defaults={**words, "result": CouncilResult(result), "recorded_by": actor, "recorded_at": timezone.now()},
    )
    if file is not None:
        store_upload(file=file, name=file_name, purpose_name=COUNCIL_PROTOCOL.name, subject=decision, actor=actor)
    _record_council(pathway, decision, before, actor, role)
    _confirm_if_ready(agreement, actor, text)
    settle_agreement(agreement, text)
    return Recorded(decision)


def _council_before(pathway: Pathway, university: University) -> CouncilDecision | None:
    """What was written down of this Council since the internal approval that holds."""
    return next((row for row in councils_of([pathway]) if row.university_id == university.pk), None)


def _confirm_if_ready(agreement: Agreement, actor: User, text: Written) -> None:
    if agreement.state != AgreementState.APPROVED:
        return
    facts = facts_of_agreement(agreement, text)
    if not AGREEMENT.step("confirm").blockers(facts):
        roles = roles_on_agreement(agreement, standing_of(actor))
        perform(AGREEMENT, "confirm", agreement, actor=actor, roles=roles, facts=facts)


def _party(agreement: Agreement, university_id: int) -> University:
    for party in agreement.parties.all():
        if party.university_id == university_id:
            return party.university
    raise RefusedError(gettext_noop("This university is no party of the agreement."))


def _recorder(university: University, actor: User) -> str:
    role = recorder_of(standing_of(actor), university.pk)
    if role is None:
        raise not_yours()
    return role


def _record_council(
    pathway: Pathway, decision: CouncilDecision, before: CouncilDecision | None, actor: User, role: str
) -> None:
    """A correction says what stood there before it."""
    approved = gettext_noop("Academic Council of %(party)s approved, protocol No. %(number)s")
    rejected = gettext_noop("Academic Council of %(party)s did not approve, protocol No. %(number)s")
    if before is not None:
        approved = gettext_noop("corrected: Academic Council of %(party)s approved: %(now)s; before: %(before)s")
        rejected = gettext_noop("corrected: Academic Council of %(party)s did not approve: %(now)s; before: %(before)s")
    params = {"party": decision.university.names, "number": decision.protocol_number, "now": _named(decision)}
    params |= {"before": _named(before)} if before else {}
    text = approved if decision.result == CouncilResult.APPROVED else rejected
    for subject in (pathway, pathway.agreement):
        record(
            actor=actor,
            action="pathway.council_decided",
            subject=subject,
            text=text,
            params=params,
            clause="5.4",
            role=role,
            before=_council_words(before) if before else None,
            after=_council_words(decision),
        )


def council_in_words(decision: CouncilDecision | None) -> str:
    """What is written down of a Council's decision, in one line of the reader's language; empty: nothing yet."""
    return f"{_named(decision)}: {decision.get_result_display()}" if decision else ""


def _named(decision: CouncilDecision) -> Localized:
    number = numbered_in_each(decision.protocol_number)
    return joined(decision.council_name, number, f"{decision.decided_on:%d.%m.%Y}", by=", ")


def _council_words(decision: CouncilDecision) -> dict[str, Any]:
    said = {"council": decision.council, "number": decision.protocol_number}
    return {**said, "on": decision.decided_on, "result": decision.result}


@transaction.atomic
def enter_epvo(*, pathway_id: int, number: str, day: date, actor: User) -> Pathway:
    """Write down the programme's number and date in EPVO, after the signature (5.3-b). The IPD or the Registrar's Office.

    The same number and date again change nothing.
    """
    must_hold(actor, Role.IPD_COORDINATOR, Role.REGISTRAR)
    pathway = locked_pathway(pathway_id, actor)
    agreement = pathway.agreement
    if agreement.state != AgreementState.SIGNED or agreement.signed_on is None:
        raise WrongStateError(gettext_noop("The programme is entered into EPVO after the agreement is signed."))
    number, before = bare_number(number), {"number": pathway.epvo_number, "date": pathway.epvo_date}
    found = epvo_faults(day, signed_on=agreement.signed_on, today=today())
    refuse_faults([*epvo_number_faults(number), *found])
    if before == {"number": number, "date": day}:
        return pathway
    pathway.epvo_number, pathway.epvo_date = number, day
    pathway.save(update_fields=["epvo_number", "epvo_date"])
    record(
        actor=actor,
        action="pathway.entered_into_epvo",
        subject=pathway,
        text=gettext_noop("entered into EPVO, No. %(number)s"),
        params={"number": pathway.epvo_number},
        clause="5.3",
        before=before,
        after={"number": pathway.epvo_number, "date": day},
    )
    settle_pathway(pathway)
    return pathway


@transaction.atomic
def name_teacher(
    *, pathway_id: int, university_id: int, full_name: str, part: str, actor: User, note: str = ""
) -> PathwayTeacher:
    """Name a teacher of a side with a part in the programme (5.7.4-a): the IPD for either side, a partner for its own."""
    pathway = locked_pathway(pathway_id, actor)
    university = _side(pathway, university_id)
    role = _recorder(university, actor)
    refuse_faults(teacher_faults(trimmed(full_name)))
    if PathwayTeacher.objects.filter(
        pathway=pathway, university=university, full_name=trimmed(full_name), part=part
    ).exists():
        raise FaultyError(Fault("full_name", gettext_noop("%(name)s has this part already."), {"name": full_name}))
    teacher = PathwayTeacher.objects.create(
        pathway=pathway, university=university, full_name=trimmed(full_name), part=part, note=trimmed(note)
    )
    record(
        actor=actor,
        action="pathway.teacher_named",
        subject=pathway,
        text=gettext_noop("teacher named: %(name)s"),
        params={"name": teacher.full_name},
        clause="5.7.4",
        role=role,
        after={"university": university.short_name, "part": part},
    )
    settle_pathway(pathway)
    return teacher


@transaction.atomic
def take_away_teacher(*, pathway_id: int, teacher_id: int, actor: User) -> None:
    """Take away a teacher who was named by mistake (5.7.4): by whoever names those of that side. One who is gone stays gone.

    Raises NotAllowedError, and BlockedError where an open pathway would lack what it was opened on.
    """
    pathway = locked_pathway(pathway_id, actor)
    teacher = pathway.teachers.select_related("university").filter(pk=teacher_id).first()
    if teacher is None:
        return
    role = _recorder(teacher.university, actor)
    teacher.delete()
    record(
        actor=actor,
        action="pathway.teacher_taken_away",
        subject=pathway,
        text=gettext_noop("teacher taken away: %(name)s"),
        params={"name": teacher.full_name},
        clause="5.7.4",
        role=role,
        before={"university": teacher.university.short_name, "part": teacher.part},
    )
    _settle_without(pathway)


def _settle_without(pathway: Pathway) -> None:
    """Settle a pathway from which something was taken away; BlockedError where it is open and rested on that."""
    facts = facts_of_pathway(pathway)
    if pathway.state == PathwayState.OPEN and (lacking := (*teachers_take_part(facts), *money_fixed(facts))):
        raise BlockedError(lacking)
    settle_pathway(pathway, facts)


def _side(pathway: Pathway, university_id: int) -> University:
    for university in (pathway.home_programme.university, pathway.partner_programme.university):
        if university.pk == university_id:
            return university
    raise RefusedError(gettext_noop("This university is no party of the agreement."))


@transaction.atomic
def add_money_term(
    *,
    pathway_id: int,
    payer: str,
    payee: str,
    purpose: Localized,
    amount: Decimal,
    currency: str,
    due: Localized,
    actor: User,
    is_waived: bool = False,
) -> MoneyTerm:
    """Fix who pays whom, for what, how much and when, or that it is waived (6.5-a). The IPD or the finance officer.

    The same term again changes nothing.
    """
    must_hold(actor, *MONEY_ROLES)
    pathway = locked_pathway(pathway_id, actor)
    currency = currency.upper()
    refuse_faults(
        money_faults(payer=payer, payee=payee, amount=amount, is_waived=is_waived, due=due.kk, currency=currency)
    )
    columns = {
        "payer": payer,
        "payee": payee,
        "purpose_kk": purpose.kk,
        "purpose_ru": purpose.ru,
        "purpose_en": purpose.en,
        "amount": amount,
        "currency": currency,
        "due_kk": due.kk,
        "due_ru": due.ru,
        "due_en": due.en,
        "is_waived": is_waived,
    }
    if same := MoneyTerm.objects.filter(pathway=pathway, **columns).first():
        return same
    term = MoneyTerm.objects.create(pathway=pathway, **columns)
    record(
        actor=actor,
        action=MONEY_FIXED,
        subject=pathway,
        text=gettext_noop("term of money fixed: %(purpose)s, %(sum)s"),
        params={"purpose": purpose, "sum": term.told},
        clause="6.5",
        after={"payer": payer, "payee": payee, "amount": amount, "currency": currency, "waived": is_waived},
    )
    settle_pathway(pathway)
    return term


@transaction.atomic
def take_away_money_term(*, pathway_id: int, term_id: int, actor: User) -> None:
    """Take away a term of money that was entered by mistake (6.5). The IPD or the finance officer. One that is gone stays gone.

    Raises NotAllowedError, and BlockedError where an open pathway would lack what it was opened on.
    """
    must_hold(actor, *MONEY_ROLES)
    pathway = locked_pathway(pathway_id, actor)
    term = pathway.money_terms.filter(pk=term_id).first()
    if term is None:
        return
    term.delete()
    record(
        actor=actor,
        action=MONEY_TAKEN_AWAY,
        subject=pathway,
        text=gettext_noop("term of money taken away: %(purpose)s, %(sum)s"),
        params={"purpose": term.purpose, "sum": term.told},
        clause="6.5",
        before={"payer": term.payer, "payee": term.payee, "amount": term.amount, "currency": term.currency},
    )
    _settle_without(pathway)
