"""What every paper about an application says of it: student, programmes, partner, agreement, period. Values only."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from admissions.models import Application, Intake
from agreements.models import Pathway
from core.values import Localized
from institutions.phrases import country_in_each


@dataclass(frozen=True)
class StudentOnPaper:
    """A student as the passport and the register of students have it, copied."""

    names: Localized
    passport_name: str
    birth_date: date | None
    citizenship: dict[str, str]
    passport_number: str
    number: str
    programme: Localized
    programme_code: str
    funding: str
    gpa: Decimal | None


@dataclass(frozen=True)
class PathwayOnPaper:
    """The trajectory: both universities, both programmes, the agreement, and the kind of programme (joint or double)."""

    partner: Localized
    partner_country: str
    partner_country_name: dict[str, str]
    partner_city: Localized
    home_programme: Localized
    home_programme_code: str
    partner_programme: Localized
    partner_programme_code: str
    agreement: str
    agreement_date: date | None
    kind: str


@dataclass(frozen=True)
class PeriodOnPaper:
    """The stay at the host: from, until, which semesters of the programme."""

    starts_on: date
    ends_on: date
    first_semester: int
    last_semester: int


def paper_languages(country: str) -> tuple[str, ...]:
    """The languages a paper to a partner is written in: English and Kazakh abroad, Kazakh and Russian at home."""
    return ("kk", "ru") if country == "KZ" else ("en", "kk")


def student_on_paper(application: Application) -> StudentOnPaper:
    """Copy the student of a loaded application."""
    enrolment = application.enrolment
    person = enrolment.person
    return StudentOnPaper(
        names=person.names,
        passport_name=person.passport_name,
        birth_date=person.birth_date,
        citizenship=country_in_each(person.citizenship),
        passport_number=person.passport_number,
        number=enrolment.student_number,
        programme=enrolment.programme.names if enrolment.programme else Localized(""),
        programme_code=enrolment.programme.code if enrolment.programme else "",
        funding=enrolment.funding,
        gpa=enrolment.gpa,
    )


def pathway_on_paper(pathway: Pathway) -> PathwayOnPaper:
    """Copy a loaded pathway."""
    partner = pathway.partner_programme.university
    return PathwayOnPaper(
        partner=partner.names,
        partner_country=partner.country,
        partner_country_name=country_in_each(partner.country),
        partner_city=partner.city,
        home_programme=pathway.home_programme.names,
        home_programme_code=pathway.home_programme.code,
        partner_programme=pathway.partner_programme.names,
        partner_programme_code=pathway.partner_programme.code,
        agreement=pathway.agreement.number,
        agreement_date=pathway.agreement.signed_on,
        kind=pathway.kind,
    )


def period_on_paper(intake: Intake) -> PeriodOnPaper:
    """Copy the period of a loaded intake."""
    return PeriodOnPaper(
        starts_on=intake.term.starts_on,
        ends_on=intake.last_term.ends_on,
        first_semester=intake.semester,
        last_semester=intake.semester + intake.semesters - 1,
    )
