"""The incoming road's verbs (7.2, 7.3): to department and institute, agreed with courses of that term, proposed, refused."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop

from admissions.enums import ApplicationState
from admissions.models import Application
from admissions.notifications import incoming as letters
from admissions.selectors.incoming import rows_to_choose
from admissions.services.applications import locked, roles_of, step
from admissions.services.settling import settle
from core.history import record
from core.notifications import notify
from core.values import Language, today
from core.workflow import NotAllowedError, RefusedError, WrongStateError
from institutions.enums import Role
from institutions.models import Membership, User
from institutions.selectors import home_university
from institutions.services.links import ask_for_link


@transaction.atomic
def send_to_review(*, application_id: int, actor: User) -> Application:
    """The IPD sends a candidate to the department and the institute of the programme (7.2), all courses of the term ticked.

    Raises RefusedError.
    """
    application = locked(application_id, actor)
    step(
        application,
        "send_to_review",
        actor=actor,
        params={"department": application.department.code, "institute": application.institute.code},
    )
    application.chosen_rows.set(rows_to_choose(application))
    settle(application)
    return application


@transaction.atomic
def agree(*, application_id: int, actor: User, row_ids: Sequence[int] | None = None, comment: str = "") -> Application:
    """The department agrees, with a list of the University's courses of that term chosen from Annex 1 (7.3).

    `row_ids`: rows of the application's own frozen version; None keeps what is ticked. Raises RefusedError (a foreign row,
    no course, not the head of this department, somebody was first).
    """
    application = locked(application_id, actor)
    if row_ids is not None:
        _choose(application, row_ids, actor)
    step(application, "agree", actor=actor, reason=comment)
    settle(application)
    return application


def _choose(application: Application, row_ids: Sequence[int], actor: User) -> None:
    if Role.DEPARTMENT_HEAD not in roles_of(application, actor):
        raise NotAllowedError(gettext_noop("This step is not yours to take."))
    if application.state != ApplicationState.IN_REVIEW:
        raise WrongStateError(gettext_noop("Somebody was first: this has already moved on. Here is how it stands now."))
    offered = {row.pk for row in rows_to_choose(application)}
    if not set(row_ids) <= offered:
        raise RefusedError(gettext_noop("Choose among the courses that are taught in that term."))
    before = sorted(application.chosen_rows.values_list("position", flat=True))
    application.chosen_rows.set(sorted(set(row_ids)))
    after = sorted(application.chosen_rows.values_list("position", flat=True))
    if before != after:
        record(
            actor=actor,
            action="incoming.courses_chosen",
            subject=application,
            text=gettext_noop("courses of the term chosen"),
            clause="7.3",
            role=Role.DEPARTMENT_HEAD,
            before={"rows": before},
            after={"rows": after},
        )


@transaction.atomic
def refuse(*, application_id: int, reason: str, actor: User) -> Application:
    """Department or institute refuses, with a reason that goes back to the partner (7.3). Raises RefusedError."""
    application = locked(application_id, actor)
    # By who refuses as well as where the case stands: a department that comes second is told that somebody was first.
    directs = Role.INSTITUTE_DIRECTOR in roles_of(application, actor)
    at_institute = directs and application.state == ApplicationState.DEPARTMENT_AGREED
    step(application, "refuse_institute" if at_institute else "refuse", actor=actor, reason=reason)
    settle(application)
    return application


@transaction.atomic
def propose(*, application_id: int, actor: User, comment: str = "") -> Application:
    """The institute director proposes admission (7.3); the student gets an account by a link in an e-mail.

    Never before the department has agreed: BlockedError then. Raises RefusedError.
    """
    application = locked(application_id, actor)
    step(application, "propose", actor=actor, reason=comment)
    account = open_account(application, actor=actor)
    if account:
        notify(letters.account_opened(application, account))
        if not account.has_usable_password():
            ask_for_link(account.email, is_invitation=True)  # a message of its own, which lies in no outbox
    settle(application)
    return application


def open_account(application: Application, *, actor: User) -> User | None:
    """The student's account, made without a password where there is none, in the caller's transaction; None without e-mail."""
    person = application.enrolment.person
    account = User.objects.filter(person=person).first()
    if account is None:
        if not person.email:
            return None
        try:
            with transaction.atomic():
                account = User.objects.create_user(
                    email=person.email, person=person, language=_language(person.citizenship)
                )
        except IntegrityError as error:
            raise RefusedError(gettext_noop("The student's e-mail is that of another account.")) from error
        record(
            actor=actor,
            action="incoming.account_opened",
            subject=application,
            text=gettext_noop("account opened for the student"),
            clause="7.5a",
        )
    _make_student(account)
    return account


def _language(citizenship: str) -> Language:
    return "kk" if citizenship == "KZ" else "en"


def _make_student(account: User) -> None:
    home = home_university()
    Membership.objects.get_or_create(user=account, role=Role.STUDENT, university=home, defaults={"starts_on": today()})
