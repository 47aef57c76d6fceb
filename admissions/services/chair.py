"""The student's application to the Chair of the Board – Rector (5.8, 7.5a, 8.4): made from a form, signed, frozen."""

from datetime import date, datetime, time
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from admissions.enums import ApplicationState
from admissions.models import Application, ChairApplication
from admissions.pdf.applications import CHAIR_APPLICATION, TITLE, ChairContext, chair_context, chair_text
from admissions.pdf.package import SIGNED_SCAN
from admissions.selectors.applications import stay_of
from admissions.services.applications import locked, roles_of
from admissions.services.settling import settle
from admissions.workflow.days import signature_faults
from core.history import record
from core.values import LANGUAGES, Localized
from core.workflow import NotAllowedError, RefusedError, WrongStateError, refuse_faults
from documents.models import Upload
from documents.services import issue, store_upload
from institutions.enums import Role
from institutions.models import User
from institutions.selectors import holders_of

# Signed after the invitation; one signed earlier counts while pathway and period stand, and an intake's never change (8.4).
_CLOSED = ApplicationState.closed() | {
    ApplicationState.DRAFT,
    ApplicationState.ADMITTED,
    ApplicationState.DEPARTED,
    ApplicationState.ARRIVED,
}


def may_be_signed(application: Application) -> bool:
    """True from the submission on, until an order admits or the application is closed."""
    return application.state not in _CLOSED


def chair_name() -> Localized:
    """The Chair of the Board of today; empty where nobody holds the office."""
    holder = holders_of(Role.SIGNATORY).first()
    return holder.user.person.names if holder else Localized("")


def text_to_sign(application: Application, language: str) -> str:
    """What the student will sign, in a language. Nothing is written."""
    return chair_text(chair_context(application, chair=chair_name()), language)


@transaction.atomic
def sign_chair_application(*, application_id: int, language: str, actor: User) -> ChairApplication:
    """The student signs in the program: the text is frozen, a paper numbered. Once. Raises RefusedError."""
    application = locked(application_id, actor)
    if Role.STUDENT not in roles_of(application, actor):
        raise NotAllowedError(gettext_noop("Only the student signs this."))
    _demand_unsigned(application, language)
    return _keep(application, language, actor=actor, signed_by=actor, signed_at=timezone.now(), scan=None)


@transaction.atomic
def enter_chair_application(
    *, application_id: int, language: str, signed_on: date, file: BinaryIO, name: str, actor: User
) -> ChairApplication:
    """The IPD enters an application that was signed on paper, with its scan. Raises RefusedError."""
    application = locked(application_id, actor)
    if Role.IPD_COORDINATOR not in roles_of(application, actor):
        raise NotAllowedError(gettext_noop("This step is not yours to take."))
    _demand_unsigned(application, language)
    refuse_faults(signature_faults(signed_on, stay_of(application)))
    scan = store_upload(
        file=file,
        name=name,
        purpose_name=SIGNED_SCAN.name,
        subject=application,
        actor=actor,
        text=gettext_noop("the application signed on paper was uploaded: “%(name)s”"),
    )
    moment = timezone.make_aware(datetime.combine(signed_on, time(12)))
    return _keep(application, language, actor=actor, signed_by=None, signed_at=moment, scan=scan)


def _demand_unsigned(application: Application, language: str) -> None:
    if language not in LANGUAGES:
        raise RefusedError(gettext_noop("The application is written in Kazakh, Russian or English."))
    if not may_be_signed(application):
        raise WrongStateError(gettext_noop("The application cannot be signed as things stand."))
    if ChairApplication.objects.filter(application=application).exists():
        raise WrongStateError(gettext_noop("The application is signed already."))


def _keep(
    application: Application,
    language: str,
    *,
    actor: User,
    signed_by: User | None,
    signed_at: datetime,
    scan: Upload | None,
) -> ChairApplication:
    text = text_to_sign(application, language)
    context: ChairContext = chair_context(application, chair=chair_name(), text=text, signed_at=signed_at)
    document = None
    if scan is None:  # a paper application is its own paper
        document = issue(
            kind=CHAIR_APPLICATION.name,
            subject=application,
            title=TITLE,
            context={"case": context},
            languages=[language],
            actor=actor,
            holder=application.enrolment.person,
        )
    made = ChairApplication.objects.create(
        application=application,
        text=text,
        language=language,
        signed_by=signed_by,
        signed_at=signed_at,
        scan=scan,
        document=document,
    )
    paper = gettext_noop("application to the Chair of the Board entered from paper")
    record(
        actor=actor,
        action="admissions.chair_application_signed",
        subject=application,
        text=paper if scan else gettext_noop("application to the Chair of the Board signed"),
        clause="7.5a",
        role=Role.STUDENT if signed_by else Role.IPD_COORDINATOR,
        after={"signed_at": signed_at},
    )
    settle(application)
    return made
