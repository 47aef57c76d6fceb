"""The readiness of a pathway: each demand with its clause, the evidence for it, whose move it is, and its state."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext

from agreements.enums import AgreementState, PathwayKind
from agreements.models import Pathway
from agreements.permissions import MONEY_ROLES, recorder_of, side_of
from agreements.selectors.agreements import facts_of_agreement, law_reviews_of
from agreements.selectors.annex import annexes_visible_to, frozen_annex_of
from agreements.selectors.pathways import facts_of_pathway, licences_for
from agreements.workflow import agreement as agreement_life
from agreements.workflow import pathway as life
from core.machine import Blocker, Guard
from core.permissions import role_label
from core.templatetags.written import day as day_in_words
from core.values import numbered
from institutions.enums import Role
from institutions.permissions import Standing
from institutions.phrases import country_name

_BEFORE_SIGNATURE = (AgreementState.DRAFT, AgreementState.AGREED, AgreementState.APPROVED, AgreementState.CONFIRMED)


class Place(NamedTuple):
    """An address that a view can make: its name, the keys that stand in it, and the part of the page."""

    name: str
    keys: tuple[object, ...]
    part: str = ""


@dataclass(frozen=True, slots=True)
class ReadyRow:
    """One demand. `early`: an earlier step has to come first. `place`: where its mover meets it; `url` is made of it by a view."""

    clause: str
    demand: str
    evidence: str
    movers: tuple[str, ...]
    met: bool
    early: bool = False
    place: Place | None = None
    url: str = ""


def readiness_of(pathway: Pathway, on: date, standing: Standing) -> list[ReadyRow]:
    """Every demand of sections 4–6 on one pathway, in the order of the clauses. A fixed number of queries.

    `standing`: who is looking; a row leads to a form only whom it is there for.
    """
    here = Place("agreements:pathway", (pathway.pk,))
    facts = facts_of_pathway(pathway, on)
    whole = facts_of_agreement(pathway.agreement)
    return [
        _row(life.not_a_memorandum, facts, pathway.agreement.get_kind_display(), place=_agreement(pathway)),
        _row(life.licence_valid, facts, _licence(pathway, on), place=_university(pathway)),
        *_laws(pathway, whole),
        _row(life.curricula_tied, facts, _curricula(pathway), place=_curricula_page(pathway, standing)),
        _agreement_row(agreement_life.parties_agreed, whole, pathway),
        _epvo(pathway, facts, standing),
        *_councils(pathway, facts, whole, standing),
        *([_row(life.joint_test, facts, _lengths(pathway), place=here)] if pathway.kind == PathwayKind.JOINT else []),
        _row(life.agreed_programmes, facts, _councils_said(facts), place=here),
        _row(life.part_at_partner, facts, _lengths(pathway), place=here),
        _row(life.conversion_agreed, facts, _conversion(pathway), place=here),
        _row(life.teachers_take_part, facts, _teachers(facts), place=_teachers_page(pathway, standing)),
        _row(life.degrees_named, facts, _degrees(pathway), place=here),
        _row(life.money_fixed, facts, _money(pathway), place=_money_page(pathway, standing)),
        _agreement_row(agreement_life.terms_filled, whole, pathway),
        _in_force(pathway, facts),
        _annex(pathway, facts, standing),
    ]


def _movers(blockers: Sequence[Blocker]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(role_label(blocker.whose_move) for blocker in blockers if blocker.whose_move))


def _missing(blockers: Sequence[Blocker]) -> str:
    return " ".join(gettext(blocker.text) % {**blocker.params} for blocker in blockers)


def _row(
    rule: Guard[life.PathwayFacts], facts: life.PathwayFacts, evidence: str, *, place: "Place | None" = None
) -> ReadyRow:
    blockers = rule(facts)
    shown = _missing(blockers) if blockers else evidence
    return ReadyRow(rule.clause, gettext(rule.demand), shown, _movers(blockers), not blockers, place=place)


def _agreement_row(
    rule: Guard[agreement_life.AgreementFacts], facts: agreement_life.AgreementFacts, pathway: Pathway
) -> ReadyRow:
    blockers = rule(facts)
    evidence, place = _missing(blockers) if blockers else str(pathway.agreement), _agreement(pathway)
    return ReadyRow(rule.clause, gettext(rule.demand), evidence, _movers(blockers), not blockers, place=place)


def _agreement(pathway: Pathway) -> Place:
    return Place("agreements:agreement", (pathway.agreement_id,))


def _university(pathway: Pathway) -> Place:
    return Place("institutions:university", (pathway.partner_programme.university_id,))


def _licence(pathway: Pathway, on: date) -> str:
    found = licences_for(pathway, on)
    until = gettext("%(number)s, until %(day)s")
    return "; ".join(
        until % {"number": licence, "day": day_in_words(licence.valid_until)} if licence.valid_until else str(licence)
        for licence in found
    )


def _laws(pathway: Pathway, facts: agreement_life.AgreementFacts) -> Iterator[ReadyRow]:
    """The legal review of each country of a party is a row of its own."""
    reviews = {review.country: review for review in law_reviews_of(pathway.agreement)}
    missing = {blocker.params["country"]: blocker for blocker in agreement_life.legally_reviewed(facts)}
    demand = gettext("the law of the party's country does not stand against it: %(country)s")
    place = _agreement(pathway)._replace(part="law")
    for country in facts.countries:
        blocker, review = missing.get(country), reviews.get(country)
        evidence = f"{review.law} · {review.reviewed_by}, {day_in_words(review.reviewed_on)}" if review else ""
        evidence += " · " + gettext("of an earlier text") if country in facts.outdated else ""
        yield ReadyRow(
            clause="4.2",
            demand=demand % {"country": country_name(country)},
            evidence=evidence or gettext("not yet reviewed"),
            movers=_movers([blocker]) if blocker else (),
            met=blocker is None,
            place=place,
        )


def _councils(
    pathway: Pathway, facts: life.PathwayFacts, whole: agreement_life.AgreementFacts, standing: Standing
) -> Iterator[ReadyRow]:
    early = pathway.agreement.state in (AgreementState.DRAFT, AgreementState.AGREED)
    blockers = {blocker.params["university"]: blocker for blocker in life.councils_approved(facts)}
    for council in facts.councils:
        blocker = blockers.get(council.university_id)
        said = gettext("decided on %(day)s") % {"day": day_in_words(council.decided_on)} if council.decided_on else ""
        waits = gettext("waits for the internal approval") if early else gettext("not yet decided")
        form = Place(
            "agreements:council",
            (
                pathway.pk,
                council.university_id,
                whole.whole_hash,
            ),
        )
        here = Place("agreements:pathway", (pathway.pk,), "councils")
        yield ReadyRow(
            clause="5.4",
            demand=gettext("Academic Council: %(party)s") % {"party": council.university},
            evidence=said or waits,
            movers=_movers([blocker]) if blocker else (),
            met=blocker is None,
            early=early and blocker is not None,
            place=form if recorder_of(standing, council.university_id) else here,
        )


def _epvo(pathway: Pathway, facts: life.PathwayFacts, standing: Standing) -> ReadyRow:
    early = pathway.agreement.state in _BEFORE_SIGNATURE
    blockers = life.entered_into_epvo(facts)
    evidence = f"{numbered(pathway.epvo_number)}, {day_in_words(pathway.epvo_date)}"
    if blockers:
        evidence = gettext("waits for the signature") if early else _missing(blockers)
    demand = gettext(life.entered_into_epvo.demand)
    place = Place("agreements:pathway", (pathway.pk,), "epvo")
    if standing.holds(Role.IPD_COORDINATOR, Role.REGISTRAR):
        place = Place("agreements:epvo", (pathway.pk,))
    return ReadyRow("5.3", demand, evidence, _movers(blockers), not blockers, early=early, place=place)


def _in_force(pathway: Pathway, facts: life.PathwayFacts) -> ReadyRow:
    agreement = pathway.agreement
    evidence = f"{agreement}, {day_in_words(agreement.valid_from)} – {day_in_words(agreement.valid_until)}"
    return _row(life.agreement_in_force, facts, evidence, place=_agreement(pathway))


def _annex(pathway: Pathway, facts: life.PathwayFacts, standing: Standing) -> ReadyRow:
    """The frozen version; without one the version that is on its way, for whoever may see it."""
    version = frozen_annex_of(pathway)
    evidence, place = "", Place("agreements:pathway", (pathway.pk,))
    if version is not None:
        rows = version.rows.count()
        evidence = gettext("version %(number)s, rows: %(rows)s") % {"number": version.number, "rows": rows}
    elif facts.annex.version is not None:
        version = annexes_visible_to(standing).filter(pk=facts.annex.version).first()
    if version is not None:
        place = Place("agreements:annexversion", (version.pk,))
    return _row(life.annex_is_frozen, facts, evidence, place=place)


def _curricula_page(pathway: Pathway, standing: Standing) -> Place:
    if standing.holds(Role.IPD_COORDINATOR):
        return Place("agreements:curricula", (pathway.pk,))
    return Place("programmes:programme", (pathway.home_programme_id,))


def _teachers_page(pathway: Pathway, standing: Standing) -> Place:
    if side_of(standing, pathway) is not None:
        return Place("agreements:teacher-add", (pathway.pk,))
    return Place("agreements:pathway", (pathway.pk,), "teachers")


def _money_page(pathway: Pathway, standing: Standing) -> Place:
    if standing.holds(*MONEY_ROLES):
        return Place("agreements:money-add", (pathway.pk,))
    return Place("agreements:pathway", (pathway.pk,), "money")


def _money(pathway: Pathway) -> str:
    return gettext("terms of money: %(count)s") % {"count": pathway.money_terms.count()}


def _curricula(pathway: Pathway) -> str:
    return f"{pathway.home_curriculum} · {pathway.partner_curriculum}"


def _lengths(pathway: Pathway) -> str:
    text = gettext("semesters: %(home)s at the University, %(partner)s at the partner")
    return text % {"home": pathway.home_semesters, "partner": pathway.partner_semesters}


def _councils_said(facts: life.PathwayFacts) -> str:
    return ", ".join(str(council.university) for council in facts.councils if council.approved)


def _conversion(pathway: Pathway) -> str:
    return f"{pathway.scale}: {pathway.get_rule_display()}"


def _teachers(facts: life.PathwayFacts) -> str:
    text = gettext("teachers: %(home)s of the University, %(partner)s of the partner")
    return text % {"home": facts.home_teachers, "partner": facts.partner_teachers}


def _degrees(pathway: Pathway) -> str:
    home, partner = pathway.home_programme, pathway.partner_programme
    return f"{pathway.agreement.get_award_display()}: {home.degree}; {partner.degree}"
