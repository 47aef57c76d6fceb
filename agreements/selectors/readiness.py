"""The readiness of a pathway: each demand with its clause, the evidence for it, whose move it is, and its state."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext

from agreements.enums import AgreementState, PathwayKind
from agreements.models import Pathway
from agreements.permissions import recorder_of, side_of
from agreements.selectors.agreements import facts_of_agreement, law_reviews_of
from agreements.selectors.annex import annexes_visible_to, frozen_annex_of
from agreements.selectors.pathways import facts_of_pathway, licences_for
from agreements.workflow import agreement as agreement_life
from agreements.workflow import pathway as life
from core.machine import Blocker, Guard
from core.permissions import role_label
from core.templatetags.written import day as day_in_words
from institutions.enums import Role
from institutions.permissions import Standing
from institutions.phrases import country_name

_BEFORE_SIGNATURE = (AgreementState.DRAFT, AgreementState.AGREED, AgreementState.APPROVED, AgreementState.CONFIRMED)


@dataclass(frozen=True, slots=True)
class ReadyRow:
    """One demand. `early`: an earlier step has to come first. `url` is where its mover meets it."""

    clause: str
    demand: str
    evidence: str
    movers: tuple[str, ...]
    met: bool
    early: bool = False
    url: str = ""


def readiness_of(pathway: Pathway, on: date, standing: Standing) -> list[ReadyRow]:
    """Every demand of sections 4–6 on one pathway, in the order of the clauses. A fixed number of queries.

    `standing`: who is looking; a row leads to a form only whom it is there for.
    """
    here = reverse("agreements:pathway", args=[pathway.pk])
    facts = facts_of_pathway(pathway, on)
    whole = facts_of_agreement(pathway.agreement)
    return [
        _row(life.not_a_memorandum, facts, pathway.agreement.get_kind_display(), url=_agreement(pathway)),
        _row(life.licence_valid, facts, _licence(pathway, on), url=_university(pathway)),
        *_laws(pathway, whole),
        _row(life.curricula_tied, facts, _curricula(pathway), url=_curricula_page(pathway, standing)),
        _agreement_row(agreement_life.parties_agreed, whole, pathway),
        _epvo(pathway, facts, standing),
        *_councils(pathway, facts, whole, standing),
        *([_row(life.joint_test, facts, _lengths(pathway), url=here)] if pathway.kind == PathwayKind.JOINT else []),
        _row(life.agreed_programmes, facts, _councils_said(facts), url=here),
        _row(life.part_at_partner, facts, _lengths(pathway), url=here),
        _row(life.conversion_agreed, facts, _conversion(pathway), url=here),
        _row(life.teachers_take_part, facts, _teachers(facts), url=_teachers_page(pathway, standing)),
        _row(life.degrees_named, facts, _degrees(pathway), url=here),
        _agreement_row(agreement_life.terms_filled, whole, pathway),
        _in_force(pathway, facts),
        _annex(pathway, facts, standing),
    ]


def _movers(blockers: Sequence[Blocker]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(role_label(blocker.whose_move) for blocker in blockers if blocker.whose_move))


def _missing(blockers: Sequence[Blocker]) -> str:
    return " ".join(gettext(blocker.text) % {**blocker.params} for blocker in blockers)


def _row(rule: Guard[life.PathwayFacts], facts: life.PathwayFacts, evidence: str, *, url: str = "") -> ReadyRow:
    blockers = rule(facts)
    shown = _missing(blockers) if blockers else evidence
    return ReadyRow(rule.clause, gettext(rule.demand), shown, _movers(blockers), not blockers, url=url)


def _agreement_row(
    rule: Guard[agreement_life.AgreementFacts], facts: agreement_life.AgreementFacts, pathway: Pathway
) -> ReadyRow:
    blockers = rule(facts)
    evidence, url = _missing(blockers) if blockers else str(pathway.agreement), _agreement(pathway)
    return ReadyRow(rule.clause, gettext(rule.demand), evidence, _movers(blockers), not blockers, url=url)


def _agreement(pathway: Pathway) -> str:
    return reverse("agreements:agreement", args=[pathway.agreement_id])


def _university(pathway: Pathway) -> str:
    return reverse("institutions:university", args=[pathway.partner_programme.university_id])


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
    url = f"{_agreement(pathway)}#law"
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
            url=url,
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
        form = reverse("agreements:council", args=[pathway.pk, council.university_id, whole.whole_hash])
        here = reverse("agreements:pathway", args=[pathway.pk]) + "#councils"
        yield ReadyRow(
            clause="5.4",
            demand=gettext("Academic Council: %(party)s") % {"party": council.university},
            evidence=said or waits,
            movers=_movers([blocker]) if blocker else (),
            met=blocker is None,
            early=early and blocker is not None,
            url=form if recorder_of(standing, council.university_id) else here,
        )


def _epvo(pathway: Pathway, facts: life.PathwayFacts, standing: Standing) -> ReadyRow:
    early = pathway.agreement.state in _BEFORE_SIGNATURE
    blockers = life.entered_into_epvo(facts)
    evidence = f"№ {pathway.epvo_number}, {day_in_words(pathway.epvo_date)}"
    if blockers:
        evidence = gettext("waits for the signature") if early else _missing(blockers)
    demand = gettext(life.entered_into_epvo.demand)
    url = reverse("agreements:pathway", args=[pathway.pk]) + "#epvo"
    if standing.holds(Role.IPD_COORDINATOR, Role.REGISTRAR):
        url = reverse("agreements:epvo", args=[pathway.pk])
    return ReadyRow("5.3", demand, evidence, _movers(blockers), not blockers, early=early, url=url)


def _in_force(pathway: Pathway, facts: life.PathwayFacts) -> ReadyRow:
    agreement = pathway.agreement
    evidence = f"{agreement}, {day_in_words(agreement.valid_from)} – {day_in_words(agreement.valid_until)}"
    return _row(life.agreement_in_force, facts, evidence, url=_agreement(pathway))


def _annex(pathway: Pathway, facts: life.PathwayFacts, standing: Standing) -> ReadyRow:
    """The frozen version; without one the version that is on its way, for whoever may see it."""
    version = frozen_annex_of(pathway)
    evidence, url = "", reverse("agreements:pathway", args=[pathway.pk])
    if version is not None:
        rows = version.rows.count()
        evidence = gettext("version %(number)s, rows: %(rows)s") % {"number": version.number, "rows": rows}
    elif facts.annex.version is not None:
        version = annexes_visible_to(standing).filter(pk=facts.annex.version).first()
    if version is not None:
        url = reverse("agreements:annexversion", args=[version.pk])
    return _row(life.annex_is_frozen, facts, evidence, url=url)


def _curricula_page(pathway: Pathway, standing: Standing) -> str:
    if standing.holds(Role.IPD_COORDINATOR):
        return reverse("agreements:curricula", args=[pathway.pk])
    return reverse("programmes:programme", args=[pathway.home_programme_id])


def _teachers_page(pathway: Pathway, standing: Standing) -> str:
    if side_of(standing, pathway) is not None:
        return reverse("agreements:teacher-add", args=[pathway.pk])
    return reverse("agreements:pathway", args=[pathway.pk]) + "#teachers"


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
