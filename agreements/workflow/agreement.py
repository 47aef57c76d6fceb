"""The life of an agreement in the order of 5.3: text and Annex 1 agreed → approved → Councils → signed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext_noop

from agreements.enums import AgreementKind, TermGroup
from agreements.enums import AgreementState as S
from agreements.workflow.annex import AGREE_ON_ANNEX, CORRECT_ANNEX, AnnexStand, said_of
from agreements.workflow.days import TERM_ENDS_EARLY
from agreements.workflow.words import RENEW_AGREEMENT, named_as
from core.machine import Blocker, Machine, Step, guard
from core.terms import STAGES, ending
from core.values import Localized
from institutions.enums import Role

# How long before its end an agreement or a licence is asked to be renewed: "about to end" in the IPD's year.
ENDS_SOON = timedelta(days=STAGES[0])
ENTER_COUNCIL = gettext_noop("Enter the decision of the Academic Council")
ENTER_LICENCE = gettext_noop("Enter a licence in force")


@dataclass(frozen=True, slots=True)
class PartyFacts:
    """A party: whether its last word on this very text (by its hash) was yes, or a return, with the remarks.

    A return takes the University's yes back: it changes the text, or offers it anew. Then the partner is asked again.
    `university_id` says in whose queue it is waited for.
    """

    university_id: int
    name: Localized
    country: str
    is_home: bool
    agreed: bool
    returned: str = ""


@dataclass(frozen=True, slots=True)
class CouncilFacts:
    """What one party's Council decided on one pathway; no day: nothing yet."""

    pathway: Localized
    university_id: int
    university: Localized
    is_home: bool
    decided_on: date | None = None
    approved: bool = False


@dataclass(frozen=True, slots=True)
class AnnexPart:
    """A pathway of the agreement and how its Annex 1 stands."""

    pathway: Localized
    stand: AnnexStand


@dataclass(frozen=True, slots=True)
class LicenceFacts:
    """Whether a partner's licences cover what a pathway trains on the day; `ends`: the last day that they cover, or covered.

    None: without end, or there is none.
    """

    partner: Localized
    direction: str
    holds: bool
    ends: date | None = None


@dataclass(frozen=True, slots=True)
class AgreementFacts:
    """What is known of an agreement. `reviews` of this very text: country → positive or not; `outdated`: the countries whose
    review is of an earlier text; `empty_terms`: the empty groups (6.12); `renewal_begun`: a successor is being made or is signed.

    `text_hash`: of the text that the parties agree to; `whole_hash`: of the text with the Annex 1 that is frozen.
    """

    kind: str
    parties: tuple[PartyFacts, ...]
    award: str
    empty_terms: tuple[str, ...]
    reviews: tuple[tuple[str, bool], ...]
    annexes: tuple[AnnexPart, ...]
    councils: tuple[CouncilFacts, ...]
    on: date
    licences: tuple[LicenceFacts, ...] = ()
    number: str = ""
    signed_on: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    renewal_begun: bool = False
    outdated: tuple[str, ...] = ()
    text_hash: str = ""
    whole_hash: str = ""

    @property
    def is_agreement(self) -> bool:
        """False for a memorandum, of which only parties and a term are asked."""
        return self.kind == AgreementKind.AGREEMENT

    @property
    def countries(self) -> tuple[str, ...]:
        """The countries of the parties, each once."""
        return tuple(sorted({party.country for party in self.parties}))


# A sentence for each group: a name inside a sentence would be frozen in the language of whoever caused it.
EMPTY_TERM = {
    TermGroup.LEVEL.value: gettext_noop("The agreement does not say the level of the programmes."),
    TermGroup.LEGAL.value: gettext_noop("The agreement does not say by which law it is governed."),
    TermGroup.ADMISSION.value: gettext_noop("The agreement does not say the conditions of admission."),
    TermGroup.STUDY.value: gettext_noop("The agreement does not say the mechanism of study and recognition."),
    TermGroup.FINANCE.value: gettext_noop("The agreement does not say the financial relations."),
    TermGroup.VALIDITY.value: gettext_noop("The agreement does not say its term of validity."),
    TermGroup.OTHER.value: gettext_noop("The agreement does not say the other conditions."),
}
TERM_WRITTEN = {
    TermGroup.LEVEL.value: gettext_noop("level of the programmes written"),
    TermGroup.LEGAL.value: gettext_noop("legal regulation written"),
    TermGroup.ADMISSION.value: gettext_noop("conditions of admission written"),
    TermGroup.STUDY.value: gettext_noop("mechanism of study and recognition written"),
    TermGroup.FINANCE.value: gettext_noop("financial relations written"),
    TermGroup.VALIDITY.value: gettext_noop("term of validity written"),
    TermGroup.OTHER.value: gettext_noop("other conditions written"),
}


@guard(
    "4.2", gettext_noop("at least two institutions of higher education take part"), ask=gettext_noop("Add the parties")
)
def two_parties(facts: AgreementFacts) -> Blocker | None:
    """The University is one of them."""
    if len(facts.parties) >= 2 and any(party.is_home for party in facts.parties):
        return None
    text = named_as(gettext_noop("The agreement has fewer than two parties."), is_memorandum=not facts.is_agreement)
    return Blocker("4.2", text, Role.IPD_COORDINATOR)


@guard("5.7", gettext_noop("what graduates get is named"), ask=gettext_noop("Choose the kind of award"))
def award_named(facts: AgreementFacts) -> Blocker | None:
    """One joint degree, two equal diplomas, or a main and an additional one (3, 5.7.5)."""
    if facts.award or not facts.is_agreement:
        return None
    return Blocker("5.7", gettext_noop("The kind of award is not named."), Role.IPD_COORDINATOR)


@guard(
    "6.12",
    gettext_noop("each of the seven groups of contents is filled"),
    ask=gettext_noop("Write the terms of the agreement"),
)
def terms_filled(facts: AgreementFacts) -> Iterator[Blocker]:
    """An essential term that is empty blocks (4.2)."""
    for group in facts.empty_terms if facts.is_agreement else ():
        yield Blocker("6.12", EMPTY_TERM[group], Role.IPD_COORDINATOR)


@guard("A1", gettext_noop("Annex 1 of every pathway is agreed by both sides and frozen"), ask=AGREE_ON_ANNEX)
def annex_frozen(facts: AgreementFacts) -> Iterator[Blocker]:
    """Annex 1 must be filled when the agreement is made."""
    if not facts.is_agreement:
        return
    if not facts.annexes:
        text = gettext_noop("The agreement has no pathway yet, and so no Annex 1.")
        yield Blocker("A1", text, Role.IPD_COORDINATOR, ask=gettext_noop("Add a pathway"))
    for part in facts.annexes:
        params = {"pathway": part.pathway, **said_of(part.stand)}
        if part.stand.returned:
            text = gettext_noop("Annex 1 of %(pathway)s was returned and is to be corrected. Remarks: “%(remarks)s”")
            yield Blocker("A1", text, part.stand.mover, params, CORRECT_ANNEX)
        elif not part.stand.frozen:
            text = gettext_noop("Annex 1 of %(pathway)s is not agreed and frozen.")
            yield Blocker("A1", text, part.stand.mover, params)


@guard("5.3", gettext_noop("every party has agreed to this very text"), ask=gettext_noop("Agree to the text"))
def parties_agreed(facts: AgreementFacts) -> Iterator[Blocker]:
    """The University offers the text first; then the partners are asked. A changed text asks everybody again.

    What a partner returned is the IPD's to change, or to offer anew.
    """
    returned = [party for party in facts.parties if party.returned]
    for party in returned:
        text = gettext_noop("%(party)s returned this text: change it, or offer it anew. Remarks: “%(remarks)s”")
        params = {"party": party.name, "remarks": party.returned}
        ask = gettext_noop("Change the text or offer it anew")
        yield Blocker("5.3", text, Role.IPD_COORDINATOR, params, ask)
    if returned:
        return
    if not all(party.agreed for party in facts.parties if party.is_home):
        text = gettext_noop("The University has not offered this text to the partner.")
        yield Blocker("5.3", text, Role.IPD_COORDINATOR, ask=gettext_noop("Offer the text to the partner"))
        return
    for party in facts.parties:
        params = {"party": party.name, "university": party.university_id}
        if not party.agreed:
            text = gettext_noop("%(party)s has not agreed to this text.")
            yield Blocker("5.3", text, Role.PARTNER_COORDINATOR, params)


@guard("5.4", gettext_noop("every party's Academic Council has approved"), ask=ENTER_COUNCIL)
def councils_positive(facts: AgreementFacts) -> Iterator[Blocker]:
    """The University's IPD records its own Council's decision, each partner its own."""
    for council in facts.councils if facts.is_agreement else ():
        mover = Role.IPD_COORDINATOR if council.is_home else Role.PARTNER_COORDINATOR
        params = {"party": council.university, "pathway": council.pathway, "university": council.university_id}
        if council.decided_on is None:
            text = gettext_noop("The Academic Council of %(party)s has not decided on %(pathway)s.")
            yield Blocker("5.4", text, mover, params)
        elif not council.approved:
            text = gettext_noop("The Academic Council of %(party)s did not approve %(pathway)s.")
            yield Blocker("5.4", text, mover, params, gettext_noop("Ask the Academic Council anew"))


@guard(
    "4.2",
    gettext_noop("the law of each party's country does not stand against it"),
    ask=gettext_noop("Give the legal review"),
)
def legally_reviewed(facts: AgreementFacts) -> Iterator[Blocker]:
    """One positive review of this very text for each country of a party before the University approves, and at the signature.

    What contradicts the law is changed by the IPD, and then examined anew.
    """
    reviews = dict(facts.reviews)
    for country in facts.countries if facts.is_agreement else ():
        if country not in reviews and country in facts.outdated:
            text = gettext_noop("The text has changed since the legal review for %(country)s.")
            yield Blocker("4.2", text, Role.LAWYER, {"country": country})
        elif country not in reviews:
            text = gettext_noop("There is no legal review for %(country)s.")
            yield Blocker("4.2", text, Role.LAWYER, {"country": country})
        elif not reviews[country]:
            text = gettext_noop("By the legal review the agreement contradicts the law of %(country)s.")
            ask = gettext_noop("Correct the text after the legal review")
            yield Blocker("4.2", text, Role.IPD_COORDINATOR, {"country": country}, ask)


def lapsed_licence(licence: LicenceFacts) -> Blocker | None:
    """What is said of a partner without a licence. The same words every day, so that nobody is asked twice."""
    if licence.holds:
        return None
    params = {"partner": licence.partner, "direction": licence.direction}
    if licence.ends is None:
        text = gettext_noop("No licence of %(partner)s covers %(direction)s.")
        return Blocker("4.2", text, Role.IPD_COORDINATOR, params)
    text = gettext_noop("The licence of %(partner)s for %(direction)s ended on %(day)s.")
    return Blocker("4.2", text, Role.IPD_COORDINATOR, {**params, "day": f"{licence.ends:%d.%m.%Y}"})


@guard("4.2", gettext_noop("the partner has the right to train, by its licence"), ask=ENTER_LICENCE)
def partner_licensed(facts: AgreementFacts) -> Iterator[Blocker]:
    """For what each pathway trains, on the day of asking: with whom the licence has lapsed nothing is signed."""
    for licence in facts.licences if facts.is_agreement else ():
        lapsed = lapsed_licence(licence)
        if lapsed is not None:
            yield lapsed


@guard(
    "6.12",
    gettext_noop("number, date of signature and term of validity are given"),
    ask=gettext_noop("Enter number, date of signature and term"),
)
def number_and_term(facts: AgreementFacts) -> Iterator[Blocker]:
    """A memorandum has a term as well (3). Whoever signs gives all four in one form."""
    given = facts.number and facts.signed_on and facts.valid_from and facts.valid_until
    if not given:
        text = gettext_noop("The number, the date of signature or the term of validity is missing.")
        yield Blocker("6.12", text, Role.SIGNATORY)
    elif facts.valid_until and facts.valid_from and facts.valid_until <= facts.valid_from:
        yield Blocker("6.12", TERM_ENDS_EARLY, Role.SIGNATORY)


@guard(
    "5.3", gettext_noop("the dates stand in the order of the steps"), ask=gettext_noop("Correct the date of signature")
)
def signed_after_councils(facts: AgreementFacts) -> Iterator[Blocker]:
    """Nothing is signed tomorrow, and nothing before a Council decided."""
    if facts.signed_on is None:
        return
    if facts.signed_on > facts.on:
        yield Blocker("5.3", gettext_noop("The date of signature lies in the future."), Role.SIGNATORY)
    for council in facts.councils if facts.is_agreement else ():
        if council.decided_on and facts.signed_on < council.decided_on:
            text = gettext_noop("It cannot be signed before the Academic Council of %(party)s decided (%(day)s).")
            params = {"party": council.university, "day": f"{council.decided_on:%d.%m.%Y}"}
            yield Blocker("5.3", text, Role.SIGNATORY, params)


@guard("6.12", gettext_noop("a signed agreement is renewed or ended before its term is over"), ask=RENEW_AGREEMENT)
def term_runs_on(facts: AgreementFacts) -> Blocker | None:
    """What the IPD is asked to do beforehand; once a successor is begun, the successor asks."""
    end = facts.valid_until
    if end is None or facts.signed_on is None or facts.renewal_begun or end > facts.on + ENDS_SOON:
        return None
    ahead = gettext_noop("The agreement ends on %(day)s: renew it.")
    over = gettext_noop("The agreement ended on %(day)s: renew it or end it.")
    words = {"text": over if end < facts.on else ahead, "ask": RENEW_AGREEMENT}
    said = {part: named_as(one, is_memorandum=not facts.is_agreement) for part, one in words.items()}
    return Blocker(clause="6.12", whose_move=Role.IPD_COORDINATOR, params=ending(end, facts.on), **said)


# What the University must have done before it offers the text to a partner.
OFFER = (two_parties, award_named, terms_filled)
# What the form of signature gives: nobody is waited for to give it before everything else is there.
SIGN_FORM = (number_and_term, signed_after_councils)


# A Council decides after the internal approval and before the signature (5.3); until then a slip can be corrected.
OPEN_TO_COUNCILS = (S.APPROVED, S.CONFIRMED)
# The lawyer examines the text until it is signed (4.2).
OPEN_TO_LAW = (S.DRAFT, S.AGREED, *OPEN_TO_COUNCILS)
# Annex 1 changes with the draft and, as an amendment, after the signature; between them nothing does (A1-d).
OPEN_TO_ANNEX = (S.DRAFT, S.SIGNED)
SIGNED_OR_LATER = (S.SIGNED, S.ENDED)


def council_counts(state: str, approved_at: datetime | None, recorded_at: datetime) -> bool:
    """Whether a Council's decision belongs to what was approved: a return to the draft asks every Council anew (5.3)."""
    return state in SIGNED_OR_LATER or (approved_at is not None and approved_at <= recorded_at)


def review_counts(state: str, reviewed_hash: str, text_hash: str) -> bool:
    """Whether a legal review is of the text as it stands: a changed text is examined anew (4.2)."""
    return state in SIGNED_OR_LATER or reviewed_hash == text_hash


def asked_meanwhile(state: str, facts: AgreementFacts) -> tuple[Blocker, ...]:
    """What is asked beside the next step: the lawyer's word, as soon as the University offers its text (4.2)."""
    offered = all(party.agreed for party in facts.parties if party.is_home)
    if state == S.APPROVED or (state == S.DRAFT and offered):
        return legally_reviewed(facts)
    return ()


def before_signature(facts: AgreementFacts) -> tuple[Blocker, ...]:
    """What the signature still lacks beside the number and the dates that the signatory gives."""
    rules = (rule for rule in AGREEMENT.step("sign").needs if rule not in SIGN_FORM)
    return tuple(blocker for rule in rules for blocker in rule(facts))


AGREEMENT: Machine[AgreementFacts] = Machine(
    name="agreement",
    initial=S.DRAFT,
    steps=(
        Step(
            "agree",
            (S.DRAFT,),
            S.AGREED,
            by=(Role.IPD_COORDINATOR, Role.PARTNER_COORDINATOR),
            clause="5.3",
            label=gettext_noop("Agree on the text"),
            done=gettext_noop("text agreed with the partner"),
            needs=(two_parties, award_named, terms_filled, annex_frozen, parties_agreed),
            ask=gettext_noop("Agree on the text of the agreement"),
        ),
        Step(
            "approve",
            (S.AGREED,),
            S.APPROVED,
            by=(Role.VICE_RECTOR,),
            clause="5.3",
            label=gettext_noop("Approve at the University"),
            done=gettext_noop("approved by the University's internal rules"),
            needs=(annex_frozen, parties_agreed, legally_reviewed),
            ask=gettext_noop("Approve the agreement"),
        ),
        Step(
            "confirm",
            (S.APPROVED,),
            S.CONFIRMED,
            by=(Role.IPD_COORDINATOR, Role.PARTNER_COORDINATOR),
            clause="5.4",
            label=gettext_noop("Record that the Councils have approved"),
            done=gettext_noop("approved by the Academic Council of each party"),
            needs=(councils_positive,),
        ),
        Step(
            "sign",
            (S.CONFIRMED,),
            S.SIGNED,
            by=(Role.SIGNATORY,),
            clause="4.2",
            label=gettext_noop("Sign the agreement"),
            done=gettext_noop("signed, No. %(number)s"),
            needs=(
                two_parties,
                award_named,
                terms_filled,
                annex_frozen,
                parties_agreed,
                councils_positive,
                legally_reviewed,
                partner_licensed,
                number_and_term,
                signed_after_councils,
            ),
        ),
        Step(
            "return",
            (S.AGREED, S.APPROVED, S.CONFIRMED),
            S.DRAFT,
            by=(Role.IPD_COORDINATOR, Role.VICE_RECTOR, Role.SIGNATORY),
            clause="5.3",
            label=gettext_noop("Return to the draft"),
            done=gettext_noop("returned to the draft"),
            way_out=True,
            needs_reason=True,
        ),
        Step(
            "abandon",
            (S.DRAFT,),
            S.ENDED,
            by=(Role.IPD_COORDINATOR,),
            clause="4.2",
            label=gettext_noop("Give the draft up"),
            done=gettext_noop("draft given up"),
            way_out=True,
            needs_reason=True,
        ),
        Step(
            "end",
            (S.SIGNED,),
            S.ENDED,
            by=(Role.SIGNATORY, Role.IPD_COORDINATOR),
            clause="6.12",
            label=gettext_noop("End the agreement"),
            done=gettext_noop("ended"),
            way_out=True,
            needs_reason=True,
        ),
    ),
    path=(S.DRAFT, S.AGREED, S.APPROVED, S.CONFIRMED, S.SIGNED),
)
