"""Whether a pathway takes new students on a day."""

from collections.abc import Sequence
from datetime import date

from agreements.enums import PathwayState
from agreements.models import Pathway
from agreements.selectors.agreements import agreement_in_force
from agreements.selectors.pathways import facts_of_pathway, training_of
from agreements.workflow import pathway as pathway_life
from core.machine import Blocker
from institutions.selectors import UNLICENSED, covered_by_licences


def admits_on(pathway: Pathway, day: date) -> tuple[Blocker, ...]:
    """Why a pathway takes nobody new on a day; empty when it does (4.2-b, 5.8, 7.1-b).

    An open pathway closes to new admissions by itself when the licence or the agreement has ended; who is on the way stays.
    """
    facts = facts_of_pathway(pathway, day)
    found = [blocker for rule in pathway_life.ADMISSION for blocker in rule(facts)]
    if pathway.state != PathwayState.OPEN and not found:
        return pathway_life.PATHWAY.step("open").blockers(facts) or (pathway_life.not_open(),)
    return tuple(found)


def admitting(pathways: Sequence[Pathway], day: date) -> frozenset[int]:
    """The pathways (keys) that take new students on a day: open, licensed, under an agreement in force (4.2-b). One query."""
    covered = covered_by_licences({way.partner_programme.university_id for way in pathways}, day)
    return frozenset(
        way.pk
        for way in pathways
        if way.state == PathwayState.OPEN
        and agreement_in_force(way.agreement, day)
        and covered.get(training_of(way), UNLICENSED).holds
    )
