"""Where what an agreement or a pathway lacks is done: a form for who may fill it in, a page or a card for everybody else; and
the deed that a reader is asked for, as the strip's button.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext

from agreements.enums import AgreementState
from agreements.models import Agreement, Pathway
from agreements.permissions import MONEY_ROLES, opens_agreements, recorder_of, roles_on_pathway, side_of
from agreements.selectors.annex import annexes_visible_to
from agreements.views.common import Action
from agreements.workflow import pathway as life
from agreements.workflow.agreement import (
    AGREEMENT,
    EMPTY_TERM,
    OPEN_TO_COUNCILS,
    OPEN_TO_LAW,
    AgreementFacts,
    award_named,
    two_parties,
)
from agreements.workflow.words import RENEW_AGREEMENT, RENEW_MEMORANDUM
from core.http import page_of
from core.machine import Blocker
from core.models import WorkItem
from core.worklist import wait_for
from institutions.enums import Role
from institutions.permissions import Standing

_RENEW = frozenset({RENEW_AGREEMENT, RENEW_MEMORANDUM})
_GROUPS = {text: group for group, text in EMPTY_TERM.items()}
# What is changed with the terms of a pathway, and only in a draft.
_TERMS = frozenset({life.part_at_partner.ask, life.conversion_agreed.ask, life.joint_test.ask})


@dataclass(frozen=True)
class OnAgreement:
    """An agreement as one reader stands to it."""

    agreement: Agreement
    facts: AgreementFacts
    pathways: Sequence[Pathway]
    roles: frozenset[str]
    standing: Standing

    @property
    def may_review(self) -> bool:
        """Whether the reader gives the legal review now (4.2)."""
        found = self.agreement
        return Role.LAWYER in self.roles and found.state in OPEN_TO_LAW and not found.is_memorandum

    @property
    def may_renew(self) -> bool:
        """Whether the reader drafts the successor now (6.12)."""
        signed = self.agreement.signed_on is not None
        return Role.IPD_COORDINATOR in self.roles and signed and not self.facts.renewal_begun

    def place(self, blocker: Blocker) -> str:
        """Where it is done: Annex 1 with its version, a Council with the pathway, a licence with the partner, the rest here."""
        if version := _version(blocker, self.standing):
            return version
        if "pathway" in blocker.params:
            return self._on_pathway(blocker)
        if "direction" in blocker.params:
            partner = blocker.params["partner"]
            named = (one.university_id for one in self.agreement.parties.all() if one.university.names == partner)
            return next((reverse("institutions:university", args=[pk]) for pk in named), "")
        if "country" in blocker.params:
            return self._law(blocker)
        if blocker.ask in _RENEW:
            return "#renewal"
        return self._in_draft(blocker)

    def deed(self, lacking: Iterable[Blocker]) -> Action | None:
        """What the reader is asked for first, where there is a page for it; the renewal is one click."""
        own = (blocker for blocker in lacking if self._is_own(blocker))
        for blocker in own:
            if blocker.ask in _RENEW and self.may_renew:
                return Action(gettext("Draft the renewal"), reverse("agreements:renew", args=[self.agreement.pk]))
            if url := self.place(blocker):
                return Action(gettext(blocker.ask), url, "get")
        return None

    def _is_own(self, blocker: Blocker) -> bool:
        university = blocker.params.get("university")
        anothers = blocker.whose_move == Role.PARTNER_COORDINATOR and university not in (
            None,
            *self.standing.partner_ids,
        )
        return blocker.whose_move in self.roles and not anothers

    def _on_pathway(self, blocker: Blocker) -> str:
        pk = next((way.pk for way in self.pathways if way.title == blocker.params["pathway"]), None)
        university = blocker.params.get("university")
        if pk is None:
            return ""
        if university is None:
            return reverse("agreements:pathway", args=[pk]) + "#annex"
        return _council(pk, university, self.agreement.state, self.facts.whole_hash, self.standing)

    def _law(self, blocker: Blocker) -> str:
        if blocker.whose_move == Role.LAWYER and self.may_review:
            return reverse("agreements:review", args=[self.agreement.pk, self.facts.text_hash])
        if blocker.whose_move != Role.IPD_COORDINATOR:
            return "#law"
        if self.agreement.state == AgreementState.DRAFT:
            return "#terms"
        back = AGREEMENT.step("return")  # what contradicts the law is corrected in the draft alone
        returns = Role.IPD_COORDINATOR in self.roles and self.agreement.state in back.sources
        return reverse("agreements:agreement-step", args=[self.agreement.pk, back.name]) if returns else "#law"

    def _in_draft(self, blocker: Blocker) -> str:
        drafts = Role.IPD_COORDINATOR in self.roles and self.agreement.state == AgreementState.DRAFT
        group = _GROUPS.get(blocker.text)
        if group is not None:
            return reverse("agreements:term", args=[self.agreement.pk, group]) if drafts else "#terms"
        if drafts and blocker.ask in (two_parties.ask, award_named.ask):
            return reverse("agreements:agreement-edit", args=[self.agreement.pk])
        if drafts and blocker.clause == "A1":
            return reverse("agreements:pathway-new", args=[self.agreement.pk])
        return ""


@dataclass(frozen=True)
class OnPathway:
    """A pathway as one reader stands to it; `whole_hash`: of what its agreement says, for a Council's word on it."""

    pathway: Pathway
    standing: Standing
    whole_hash: str

    def place(self, blocker: Blocker) -> str:
        """Where it is done: Annex 1 with its version, the partner's licence, the agreement, or a part of this page."""
        version, is_student = _version(blocker, self.standing), not opens_agreements(self.standing)
        if version or is_student:
            return version
        if blocker.ask == life.not_a_memorandum.ask or blocker.clause == "6.12":
            return reverse("agreements:agreement", args=[self.pathway.agreement_id])
        if blocker.clause == "4.2":
            return reverse("institutions:university", args=[self.pathway.partner_programme.university_id])
        if blocker.clause == "5.4":
            state, university = self.pathway.agreement.state, blocker.params["university"]
            return _council(self.pathway.pk, university, state, self.whole_hash, self.standing, here=True)
        if blocker.ask in _TERMS:
            drafts = self.standing.holds(Role.IPD_COORDINATOR) and self.pathway.agreement.state == AgreementState.DRAFT
            return reverse("agreements:pathway-edit", args=[self.pathway.pk]) if drafts else "#terms"
        return self._evidence(blocker)

    def _evidence(self, blocker: Blocker) -> str:
        holds, state = self.standing.holds, self.pathway.agreement.state
        ipd = holds(Role.IPD_COORDINATOR)
        speaks = side_of(self.standing, self.pathway) is not None
        sees_money = bool(roles_on_pathway(self.pathway, self.standing))
        forms = {
            life.curricula_tied.ask: (ipd, "agreements:curricula", "#comparison"),
            life.entered_into_epvo.ask: (ipd and state == AgreementState.SIGNED, "agreements:epvo", "#epvo"),
            life.teachers_take_part.ask: (speaks, "agreements:teacher-add", "#teachers"),
            life.money_fixed.ask: (holds(*MONEY_ROLES), "agreements:money-add", "#money" if sees_money else ""),
        }
        if blocker.ask in forms:
            may, form, card = forms[blocker.ask]
            return reverse(form, args=[self.pathway.pk]) if may else card
        if blocker.ask == life.degrees_named.ask:
            sides = (self.pathway.home_programme, self.pathway.partner_programme)
            nameless = next((one.pk for one in sides if not one.degree_kk), None)
            return reverse("programmes:programme-correct", args=[nameless]) if ipd and nameless else ""
        if blocker.clause == "5.2":
            return reverse("programmes:programme", args=[self.pathway.home_programme_id])
        return "#annex" if blocker.clause == "A1" or blocker.ask == life.agreed_programmes.ask else ""

    def deed(self, waiting: Sequence[WorkItem], lacking: Iterable[Blocker]) -> Action | None:
        """What lies in the reader's inbox first: here, or where the agreement and Annex 1 wait."""
        roles, queues = roles_on_pathway(self.pathway, self.standing), self.standing.queues
        known = {wait_for(blocker).cause: blocker for blocker in lacking if blocker.whose_move in roles}
        for item in (one for one in waiting if one.queue in queues and not one.reminds):
            blocker = known.get(item.cause)
            elsewhere = (item.subject_type, item.subject_id) != ("agreements.pathway", self.pathway.pk)
            url = self.place(blocker) if blocker else ""
            url = url or (page_of(item.subject_type, item.subject_id) if elsewhere else "")
            if url:
                return Action(gettext(item.ask), url, "get")
        return None


def _version(blocker: Blocker, standing: Standing) -> str:
    """The version of Annex 1 that a blocker speaks of, for who may see it."""
    version = blocker.params.get("version")
    seen = version and annexes_visible_to(standing).filter(pk=version).exists()
    return reverse("agreements:annexversion", args=[version]) if seen else ""


def _council(
    pathway: int, university: int, state: str, whole_hash: str, standing: Standing, *, here: bool = False
) -> str:
    """A Council's word on a pathway: its form for who writes it down now, else the card of the Councils."""
    if state in OPEN_TO_COUNCILS and recorder_of(standing, university):
        return reverse("agreements:council", args=[pathway, university, whole_hash])
    return ("" if here else reverse("agreements:pathway", args=[pathway])) + "#councils"
