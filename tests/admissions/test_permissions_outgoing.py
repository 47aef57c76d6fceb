"""Who takes which step of the outgoing road, and for whom an application does not exist."""

import pytest
from django.db import transaction

from admissions.models import Application
from admissions.selectors.applications import applications_visible_to
from admissions.services.applications import take_step
from admissions.workflow.outgoing import OUTGOING
from core.workflow import BlockedError, NotAllowedError
from documents.models import OfficialDocument, Register
from institutions.enums import Role
from institutions.permissions import standing_of
from tests.admissions.road import Case, Cast
from tests.factories import admissions, institutions

WHO = {
    "submit": {"student"},
    "nominate": {"coordinator"},
    "propose": {"ipd"},
    "invite": {"partner", "ipd"},
    "complete_documents": {"ipd"},
    "request_order": {"ipd"},
    "admit": {"signatory"},
    "depart": {"ipd"},
    "return_to_student": {"coordinator"},
    "refuse": {"coordinator", "director"},
    "partner_refuse": {"partner", "ipd"},
    "reopen_documents": {"ipd"},
    "return_package": {"registrar"},
    "cancel": {"ipd"},
    "cancel_admitted": {"ipd"},
    "withdraw": {"student"},
}


@pytest.mark.django_db
def test_the_table_names_every_step() -> None:
    assert set(WHO) == {step.name for step in OUTGOING.steps}


@pytest.mark.clause("1.6-a")
@pytest.mark.parametrize("name", sorted(WHO))
def test_each_step_is_taken_by_its_roles_and_refused_to_all_others(cast: Cast, name: str) -> None:
    student = cast.student()
    source = OUTGOING.step(name).sources[0]
    enrolment = student.person.enrolments.get()
    application = admissions.application(cast.intake, state=source, enrolment=enrolment)
    people = {
        "student": student,
        "coordinator": cast.coordinator,
        "director": cast.director,
        "head": cast.head,
        "ipd": cast.ipd,
        "registrar": cast.registrar,
        "signatory": cast.signatory,
        "partner": cast.partner,
        "auditor": institutions.user(Role.AUDITOR),
        "administrator": institutions.user(Role.ADMINISTRATOR),
        "finance": institutions.user(Role.FINANCE_OFFICER),
        "stranger": cast.outsider(),
        "other institute": institutions.user(Role.INSTITUTE_COORDINATOR, unit=institutions.institute("GM")),
        "other partner": institutions.partner_user(institutions.partner("Elsewhere", "PL")),
    }
    if name in {"invite", "partner_refuse"}:
        cast_letter(application, cast)

    allowed = set()
    for who, account in people.items():
        try:
            with transaction.atomic():
                take_step(application_id=application.pk, name=name, actor=account, reason="because")
                transaction.set_rollback(True)
            allowed.add(who)
        except BlockedError:
            allowed.add(who)
        except (NotAllowedError, Application.DoesNotExist):
            pass

    assert allowed == WHO[name]


def cast_letter(application: Application, cast: Cast) -> None:
    """An official letter that names the candidate, so that the partner sees it."""
    paper = OfficialDocument.objects.create(
        subject_type="admissions.candidatelist",
        subject_id=1,
        kind="official_letter",
        register_id=_register(),
        number=1,
        number_text="1-Х",
        code="AAAA-AAAA",
        languages="en",
        context={},
        issued_at=application.created_at,
        issued_by=cast.ipd,
    )
    Application.objects.filter(pk=application.pk).update(letter=paper)


def _register() -> int:
    return Register.objects.create(series="LETTER", year=2026).pk


def test_what_is_not_theirs_does_not_exist_for_them(cast: Cast, submitted: Case) -> None:
    application, student = submitted
    strangers = [
        cast.outsider(),
        cast.partner,  # no letter names the candidate yet
        institutions.user(Role.INSTITUTE_DIRECTOR, unit=institutions.institute("GM")),
        institutions.user(Role.ADMINISTRATOR),
        institutions.user(Role.FINANCE_OFFICER),
    ]

    for stranger in strangers:
        assert not applications_visible_to(standing_of(stranger)).filter(pk=application.pk).exists()
    for reader in (student, cast.coordinator, cast.director, cast.head, cast.ipd, cast.registrar):
        assert applications_visible_to(standing_of(reader)).filter(pk=application.pk).exists()
