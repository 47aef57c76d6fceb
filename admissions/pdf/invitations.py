"""The official invitation to a foreign student (7.5b): in Kazakh and in the student's language, numbered and sealed."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from admissions.models import Application, Order
from admissions.pdf.package import of_numbered_applications, of_visible_applications
from admissions.pdf.words import iso, labels, texts
from agreements.enums import TermGroup
from core.values import Localized
from documents.kinds import PaperKind, register_paper
from institutions.enums import Role, Sex
from institutions.models import User
from institutions.phrases import country_in_each
from programmes.enums import StudyLanguage

INVITATION = register_paper(
    PaperKind(
        "invitation",
        "invitation",
        "Ш",
        "admissions/pdf/invitation",
        of_visible_applications,
        revoked_by=frozenset({Role.IPD_COORDINATOR}),
        opened_by=of_numbered_applications,
        label=_("invitation to study"),
    )
)
INVITATION_TITLE = Localized(kk="Оқуға шақыру", ru="Приглашение на обучение", en="Invitation to study")


def languages_for(application: Application, account: User | None) -> tuple[str, ...]:
    """Kazakh, and the student's language: the account's, else English (7.5b)."""
    own = account.language if account else "en"
    return (
        ("kk", "en")
        if own == "kk" and application.enrolment.person.citizenship != "KZ"
        else tuple(dict.fromkeys(("kk", own)))
    )


def invitation_context(application: Application, order: Order, *, contact: User) -> dict[str, Any]:
    """Everything the invitation says: student, passport, programme, period, conditions, order, whom to ask."""
    person, intake = application.enrolment.person, application.intake
    pathway = intake.pathway
    partner = pathway.partner_programme.university
    terms = {term.group: term for term in pathway.agreement.terms.all()}
    finance = terms.get(TermGroup.FINANCE)
    return {
        "student": {
            "name": texts(person.names),
            "passport_name": person.passport_name,
            "birth_date": iso(person.birth_date),
            "sex": labels(Sex, person.sex),
            "citizenship": country_in_each(person.citizenship),
            "passport_number": person.passport_number,
            "passport_valid_until": iso(person.passport_valid_until),
        },
        "programme": {
            "code": pathway.home_programme.code,
            "kind": pathway.kind,
            **texts(pathway.home_programme.names),
        },
        "partner": texts(partner.names),
        "agreement": {"number": pathway.agreement.number, "date": iso(pathway.agreement.signed_on)},
        "period": {"starts_on": iso(order.starts_on), "ends_on": iso(order.ends_on)},
        "language_of_study": labels(StudyLanguage, order.language),
        "order": {
            "number": order.document.number_text if order.document else "",
            "date": order.document.context["paper"]["date"] if order.document else "",
        },
        "finance": {
            "kk": finance.text_kk if finance else "",
            "ru": finance.text_ru if finance else "",
            "en": finance.text_en if finance else "",
        },
        "contact": {"name": texts(contact.person.names), "email": contact.email},
    }
