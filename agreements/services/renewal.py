"""Verb: renew an agreement by a successor that begins with what the old one says."""

from django.db import transaction
from django.utils.translation import gettext_noop

from agreements.enums import AgreementState
from agreements.models import Agreement, AgreementParty, AgreementTerm, MoneyTerm, Pathway, PathwayTeacher
from agreements.services.fetching import locked_agreement, must_hold
from agreements.services.settling import settle_agreement
from agreements.workflow.words import named_as
from core.history import record
from core.workflow import WrongStateError
from institutions.enums import Role
from institutions.models import User
from programmes.selectors import latest_curriculum


@transaction.atomic
def renew_agreement(*, agreement_id: int, actor: User) -> Agreement:
    """Draft the successor of an agreement that is or was in force: parties, terms, pathways with their terms of money and teachers.

    Annex 1, Councils, legal reviews and EPVO are asked for anew: they belong to the text that is signed. Only the IPD.
    """
    must_hold(actor, Role.IPD_COORDINATOR)
    old = locked_agreement(agreement_id, actor)
    if old.signed_on is None:  # a draft that was given up has ended too, and there is nothing to renew
        text = gettext_noop("Only a signed agreement can be renewed.")
        raise WrongStateError(named_as(text, is_memorandum=old.is_memorandum))
    if old.renewals.exclude(state=AgreementState.ENDED).exists():
        text = gettext_noop("A renewal of this agreement is there already.")
        raise WrongStateError(named_as(text, is_memorandum=old.is_memorandum))
    new = Agreement.objects.create(
        kind=old.kind,
        name_kk=old.name_kk,
        name_ru=old.name_ru,
        name_en=old.name_en,
        award=old.award,
        aims=old.aims,
        renews=old,
        created_by=actor,
    )
    AgreementParty.objects.bulk_create(
        AgreementParty(agreement=new, university_id=party.university_id, signer=party.signer)
        for party in old.parties.order_by("pk")
    )
    AgreementTerm.objects.bulk_create(
        AgreementTerm(agreement=new, group=term.group, text_kk=term.text_kk, text_ru=term.text_ru, text_en=term.text_en)
        for term in old.terms.order_by("pk")
    )
    for way in old.pathways.select_related("home_programme", "partner_programme").order_by("pk"):
        _copy_pathway(way, new)
    record(
        actor=actor,
        action="agreement.renewed",
        subject=new,
        text=gettext_noop("drafted as the renewal of No. %(number)s"),
        params={"number": old.number},
        clause="4.2",
        role=Role.IPD_COORDINATOR,
        after={"renews": old.pk},
    )
    settle_agreement(new)
    settle_agreement(old)  # it no longer asks to be renewed
    return new


def _copy_pathway(way: Pathway, agreement: Agreement) -> None:
    copy = Pathway.objects.create(
        agreement=agreement,
        home_programme=way.home_programme,
        partner_programme=way.partner_programme,
        home_curriculum=latest_curriculum(way.home_programme),
        partner_curriculum=latest_curriculum(way.partner_programme),
        kind=way.kind,
        home_semesters=way.home_semesters,
        partner_semesters=way.partner_semesters,
        quota_out=way.quota_out,
        quota_in=way.quota_in,
        scale=way.scale,
        rule=way.rule,
        rule_table=way.rule_table,
        min_gpa=way.min_gpa,
        required_documents=way.required_documents,
    )
    for model in (PathwayTeacher, MoneyTerm):
        for row in model._default_manager.filter(pathway=way).order_by("pk"):  # noqa: SLF001 -- Django's documented API
            row.pk = None
            row.pathway = copy
            row.save(force_insert=True)
