"""Verbs on an agreement, from its draft to its signature (4.2, 5.3, 5.4, 6.12)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, BinaryIO

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from agreements.enums import AgreementKind, AgreementState, Aim, AwardKind, TermGroup
from agreements.models import Agreement, AgreementParty, AgreementTerm, LegalReview, Pathway
from agreements.pdf import LEGAL_OPINION
from agreements.permissions import roles_on_agreement
from agreements.selectors.agreements import Written, facts_of_agreement, part_of, text_hash, written_in
from agreements.services.fetching import day_of, locked_agreement, must_hold, not_yours, refuse_unseen
from agreements.services.records import Recorded, brings_scan, says
from agreements.services.settling import settle_agreement
from agreements.workflow.agreement import AGREEMENT, OFFER, OPEN_TO_LAW, SIGNED_OR_LATER, TERM_WRITTEN
from agreements.workflow.days import signature_faults
from agreements.workflow.numbers import bare_number, number_faults
from agreements.workflow.words import named_as
from core.changes import Field, changes_of
from core.decisions import decide
from core.faults import Fault, past_faults
from core.history import record
from core.models import HistoryEntry, Verdict
from core.values import Localized, today, trimmed
from core.workflow import (
    BlockedError,
    FaultyError,
    RefusedError,
    WrongStateError,
    perform,
    reason_given,
    refuse_faults,
    refuse_unseen_change,
    refuse_unseen_moves,
)
from documents.services import store_upload
from institutions.enums import Role
from institutions.models import University, User
from institutions.permissions import standing_of
from institutions.selectors import home_university

_DRAFT_FIELDS = {
    "name_kk": Field(_("title in Kazakh")),
    "name_ru": Field(_("title in Russian")),
    "name_en": Field(_("title in English")),
    "award": Field(_("award"), lambda value: AwardKind(value).label),
    "aims": Field(_("aims that it serves"), lambda value: Aim(value).label),
    "partners": Field(_("partners")),
}
_MOVED_ON = gettext_noop("Somebody was first: this has already moved on. Here is how it stands now.")


@transaction.atomic
def draft_agreement(
    *,
    names: Localized,
    partner_ids: Sequence[int],
    actor: User,
    kind: str = AgreementKind.AGREEMENT,
    award: str = "",
    aims: Sequence[str] = (),
) -> Agreement:
    """Draft an agreement or a memorandum of the University with partners (4.2, 4.3). Only the IPD. Raises RefusedError."""
    must_hold(actor, Role.IPD_COORDINATOR)
    agreement = Agreement.objects.create(
        kind=AgreementKind(kind),
        name_kk=names.kk,
        name_ru=names.in_language("ru"),
        name_en=names.in_language("en"),
        award=award,
        aims=_known_aims(aims),
        created_by=actor,
    )
    _add_parties(agreement, partner_ids)
    AgreementTerm.objects.bulk_create(AgreementTerm(agreement=agreement, group=group) for group in TermGroup.values)
    record(
        actor=actor,
        action="agreement.drafted",
        subject=agreement,
        text=gettext_noop("drafted"),
        clause="4.2",
        role=Role.IPD_COORDINATOR,
    )
    settle_agreement(agreement)
    return agreement


def _add_parties(agreement: Agreement, partner_ids: Sequence[int]) -> None:
    home = home_university()
    partners = list(University.objects.filter(pk__in=partner_ids, is_home=False).order_by("pk"))
    if len(partners) != len(set(partner_ids)) or not partners:
        raise FaultyError(Fault("partners", gettext_noop("Name at least one partner.")))
    AgreementParty.objects.bulk_create(AgreementParty(agreement=agreement, university=one) for one in [home, *partners])


def _known_aims(aims: Sequence[str]) -> list[str]:
    return sorted(Aim(aim).value for aim in set(aims))


@transaction.atomic
def edit_agreement(
    *,
    agreement_id: int,
    names: Localized,
    award: str,
    aims: Sequence[str],
    partner_ids: Sequence[int],
    actor: User,
    seen: str = "",
) -> Agreement:
    """Change titles, award, aims and partners of a draft. A changed text asks every party again; the same changes nothing.

    `seen`: `mark_of` the draft that the actor was shown. Raises RefusedError, ChangedMeanwhileError.
    """
    agreement = _draft_of(agreement_id, actor)
    columns = {
        "name_kk": names.kk,
        "name_ru": names.in_language("ru"),
        "name_en": names.in_language("en"),
        "award": award,
        "aims": _known_aims(aims),
    }
    present = {party.university_id for party in agreement.parties.all() if not party.university.is_home}
    before = {**{name: getattr(agreement, name) for name in columns}, "partners": _partner_names(present)}
    changes = changes_of(_DRAFT_FIELDS, before, {**columns, "partners": _partner_names(partner_ids)})
    if changes is None:
        return agreement
    refuse_unseen_moves(seen, agreement)
    for name, value in columns.items():
        setattr(agreement, name, value)
    agreement.save(update_fields=[*columns])
    if present != set(partner_ids):
        if Pathway.objects.filter(agreement=agreement).exists():
            text = gettext_noop("The partners of an agreement with pathways cannot change.")
            raise FaultyError(Fault("partners", text))
        AgreementParty.objects.filter(agreement=agreement).delete()
        _add_parties(agreement, partner_ids)
    record(
        actor=actor,
        action="agreement.edited",
        subject=agreement,
        text=gettext_noop("draft changed: %(changes)s"),
        params={"changes": changes.words},
        clause="4.2",
        role=Role.IPD_COORDINATOR,
        before=changes.before,
        after=changes.after,
    )
    settle_agreement(agreement)
    return agreement


def _partner_names(university_ids: Iterable[int]) -> list[Localized]:
    return [one.names for one in University.objects.filter(pk__in=university_ids).order_by("pk")]


def _draft_of(agreement_id: int, actor: User) -> Agreement:
    must_hold(actor, Role.IPD_COORDINATOR)
    agreement = locked_agreement(agreement_id, actor)
    if agreement.state != AgreementState.DRAFT:
        raise WrongStateError(gettext_noop("The text is agreed: return the agreement to the draft to change it."))
    return agreement


@transaction.atomic
def write_term(*, agreement_id: int, group: str, text: Localized, actor: User, seen: str = "") -> AgreementTerm:
    """Write one of the seven groups of contents of a draft in three languages (6.12-c).

    `seen`: `text_hash` of what the writer was shown. Raises RefusedError, ChangedMeanwhileError.
    """
    agreement = _draft_of(agreement_id, actor)
    term, _made = AgreementTerm.objects.get_or_create(agreement=agreement, group=TermGroup(group))
    before = {"kk": term.text_kk, "ru": term.text_ru, "en": term.text_en}
    after = {"kk": trimmed(text.kk), "ru": trimmed(text.ru), "en": trimmed(text.en)}
    if before == after:
        return term
    refuse_unseen_change(seen, saved=term.whole_text, written="\n".join(after.values()))
    term.text_kk, term.text_ru, term.text_en = after["kk"], after["ru"], after["en"]
    term.save()
    record(
        actor=actor,
        action="agreement.term_written",
        subject=agreement,
        text=TERM_WRITTEN[term.group],
        clause="6.12",
        role=Role.IPD_COORDINATOR,
        before=before,
        after=after,
    )
    settle_agreement(agreement)
    return term


@transaction.atomic
def decide_text(*, agreement_id: int, verdict: str, actor: User, seen_hash: str, reason: str = "") -> Agreement:
    """A party says yes or no to the text that it was shown, by its hash: the IPD offers it, then each partner answers (5.3).

    With the last yes, and Annex 1 frozen, the agreement becomes agreed by itself; a yes said again says nothing new. Raises
    WrongStateError where the text is another by now, RefusedError with what is missing.
    """
    agreement = locked_agreement(agreement_id, actor)
    if agreement.state != AgreementState.DRAFT:
        raise WrongStateError(_MOVED_ON)
    university, role = _party_of(agreement, actor)
    written = written_in(agreement)
    facts = facts_of_agreement(agreement, written)
    refuse_unseen(seen_hash, facts.text_hash)
    if verdict == Verdict.AGREED and any(one.agreed for one in facts.parties if one.university_id == university.pk):
        return agreement
    blockers = tuple(blocker for rule in OFFER for blocker in rule(facts))
    offered = university.is_home or all(party.agreed for party in facts.parties if party.is_home)
    if not offered:
        raise RefusedError(gettext_noop("The University has not offered this text to the partner."))
    if verdict == Verdict.AGREED and blockers:
        raise BlockedError(blockers)
    if verdict != Verdict.AGREED:
        reason = reason_given(reason)
    decide(
        subject=agreement,
        part=part_of(university.pk),
        role=role,
        actor=actor,
        verdict=Verdict(verdict),
        subject_hash=facts.text_hash,
        reason=trimmed(reason),
    )
    agreed, returned = gettext_noop("%(party)s agreed to the text"), gettext_noop("%(party)s returned the text")
    record(
        actor=actor,
        action=f"agreement.text_{verdict}",
        subject=agreement,
        text=agreed if verdict == Verdict.AGREED else returned,
        params={"party": university.names},
        clause="5.3",
        role=role,
        reason=trimmed(reason),
    )
    agree_if_ready(agreement, actor, written)
    settle_agreement(agreement, written)
    return agreement


def _party_of(agreement: Agreement, actor: User) -> tuple[University, str]:
    standing = standing_of(actor)
    for party in agreement.parties.all():
        if party.university_id in standing.partner_ids:
            return party.university, Role.PARTNER_COORDINATOR
        if party.university.is_home and standing.holds(Role.IPD_COORDINATOR):
            return party.university, Role.IPD_COORDINATOR
    raise not_yours()


def agree_if_ready(agreement: Agreement, actor: User, written: Written) -> None:
    """Take the step "agree" when nothing blocks it any more: the last yes was said, or Annex 1 froze. Not settled here."""
    if agreement.state != AgreementState.DRAFT:
        return
    facts = facts_of_agreement(agreement, written)
    if not AGREEMENT.step("agree").blockers(facts):
        roles = roles_on_agreement(agreement, standing_of(actor))
        perform(AGREEMENT, "agree", agreement, actor=actor, roles=roles, facts=facts)


@transaction.atomic
def move_agreement(
    *, agreement_id: int, step: str, actor: User, reason: str = "", seen_hash: str | None = None
) -> Agreement:
    """Take a step that needs nothing but a yes: agree, approve, confirm, return, abandon, end (5.3). Raises RefusedError.

    `seen_hash`: of the text with its Annex 1 as the actor was shown it; a way out asks for none.
    """
    if step == "sign":
        raise RefusedError(gettext_noop("Number, dates and term are given when it is signed."))
    agreement = locked_agreement(agreement_id, actor)
    written = written_in(agreement)
    entry = _perform(agreement, step, actor, written, reason=reason, seen_hash=seen_hash)
    if step == "return":
        _take_back(agreement, actor, entry)
    if step in ("approve", "return"):
        agreement.approved_at = timezone.now() if step == "approve" else None
        agreement.save(update_fields=["approved_at"])
    settle_agreement(agreement, written)
    if agreement.renews and agreement.state == AgreementState.ENDED:
        settle_agreement(agreement.renews)  # without a successor it asks to be renewed again
    return agreement


def _perform(
    agreement: Agreement,
    name: str,
    actor: User,
    written: Written,
    *,
    seen_hash: str | None,
    reason: str = "",
    params: Mapping[str, Any] | None = None,
) -> HistoryEntry:
    step, facts = AGREEMENT.step(name), facts_of_agreement(agreement, written)
    roles = roles_on_agreement(agreement, standing_of(actor))
    if roles & set(step.by) and not step.way_out:
        refuse_unseen(seen_hash or "", facts.whole_hash)
    return perform(AGREEMENT, name, agreement, actor=actor, roles=roles, facts=facts, reason=reason, params=params)


def _take_back(agreement: Agreement, actor: User, entry: HistoryEntry) -> None:
    """A return takes the University's yes back: nobody's button brings the same text on before it is offered anew (5.3)."""
    home = next(party.university_id for party in agreement.parties.all() if party.university.is_home)
    decide(
        subject=agreement,
        part=part_of(home),
        role=entry.role,
        actor=actor,
        verdict=Verdict.RETURNED,
        subject_hash=text_hash(agreement),
        reason=entry.reason,
    )


@transaction.atomic
def review_law(
    *,
    agreement_id: int,
    country: str,
    law: str,
    is_positive: bool,
    reviewed_on: date,
    actor: User,
    seen_hash: str,
    note: str = "",
    file: BinaryIO | None = None,
    file_name: str = "",
) -> Recorded[LegalReview]:
    """The lawyer says whether the text that he was shown contradicts the law of a party's country (4.2-c). Until it is signed.

    `file` is a scan of the opinion, without which no text is examined; a correction may keep the one that is there. A later
    review of the same country replaces the earlier one; history and scans keep both. Raises WrongStateError where the text is
    another by now, RefusedError, FaultyError, FileRefusedError.
    """
    must_hold(actor, Role.LAWYER)
    agreement = locked_agreement(agreement_id, actor)
    written = written_in(agreement)
    facts = facts_of_agreement(agreement, written)
    if agreement.state in OPEN_TO_LAW:
        refuse_unseen(seen_hash, facts.text_hash)
    law = trimmed(law)
    words = {"law": law, "is_positive": is_positive, "note": note, "reviewed_on": reviewed_on, "text_hash": seen_hash}
    before = LegalReview.objects.filter(agreement=agreement, country=country).first()
    if before is not None and says(before, words) and not brings_scan(file, before, LEGAL_OPINION.name):
        return Recorded(before, is_new=False)
    if agreement.state not in OPEN_TO_LAW:
        raise WrongStateError(gettext_noop("The agreement is signed already."))
    refuse_faults(_review_faults(agreement, country, law, reviewed_on))
    if file is None and (before is None or before.text_hash != facts.text_hash):
        raise FaultyError(Fault("file", gettext_noop("Attach the opinion.")))
    review, _made = LegalReview.objects.update_or_create(
        agreement=agreement, country=country, defaults={**words, "reviewed_by": actor}
    )
    if file is not None:
        store_upload(file=file, name=file_name, purpose_name=LEGAL_OPINION.name, subject=review, actor=actor)
    _record_review(review, before, actor)
    settle_agreement(agreement, written)
    return Recorded(review)


def _review_faults(agreement: Agreement, country: str, law: str, reviewed_on: date) -> Iterator[Fault]:
    if country not in {party.university.country for party in agreement.parties.all()}:
        text = gettext_noop("No party of this agreement is in %(country)s.")
        yield Fault("country", text, {"country": country})
    if not law:
        yield Fault("law", gettext_noop("Name the law that was examined."))
    yield from past_faults("reviewed_on", reviewed_on, today=today())


def _record_review(review: LegalReview, before: LegalReview | None, actor: User) -> None:
    positive = gettext_noop("legal review for %(country)s: no contradiction")
    negative = gettext_noop("legal review for %(country)s: contradicts the law")
    record(
        actor=actor,
        action="agreement.law_reviewed",
        subject=review.agreement,
        text=positive if review.is_positive else negative,
        params={"country": review.country},
        clause="4.2",
        role=Role.LAWYER,
        before=_review_words(before) if before else None,
        after=_review_words(review),
    )


def _review_words(review: LegalReview) -> dict[str, Any]:
    said = {"law": review.law, "positive": review.is_positive, "note": review.note, "on": review.reviewed_on}
    return {**said, "text": review.text_hash}


@transaction.atomic
def sign_agreement(
    *, agreement_id: int, number: str, signed_on: date, valid_from: date, valid_until: date, actor: User, seen_hash: str
) -> Agreement:
    """The signatory signs what was shown: number, date, from–to (4.2, 6.12). The day may lie in the past; history says when it
    was entered.

    Raises WrongStateError where it is signed already or another by now, FaultyError for days out of bounds and a number that
    cannot be or that another agreement bears, BlockedError for what is missing.
    """
    must_hold(actor, Role.SIGNATORY)
    agreement = locked_agreement(agreement_id, actor)
    if agreement.state in SIGNED_OR_LATER:
        text = gettext_noop("The agreement is signed already.")
        raise WrongStateError(named_as(text, is_memorandum=agreement.is_memorandum))
    term, approved = {"valid_from": valid_from, "valid_until": valid_until}, day_of(agreement.approved_at)
    found = signature_faults(signed_on, **term, today=today(), approved_on=approved)
    number = bare_number(number)
    refuse_faults([*number_faults(number), *found])
    agreement.number, agreement.signed_on = number, signed_on
    agreement.valid_from, agreement.valid_until = valid_from, valid_until
    try:
        with transaction.atomic():
            agreement.save(update_fields=["number", "signed_on", *term])
    except IntegrityError as error:
        text = gettext_noop("Another agreement bears the number %(number)s.")
        raise FaultyError(Fault("number", text, {"number": number})) from error
    written = written_in(agreement)
    _perform(agreement, "sign", actor, written, params={"number": agreement.number}, seen_hash=seen_hash)
    settle_agreement(agreement, written)
    return agreement
