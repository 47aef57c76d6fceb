"""The outgoing road's verbs (8, 6.3): applying, the partner's answer, the request for the package, the departure."""

from collections.abc import Sequence
from datetime import date
from typing import BinaryIO

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop

from admissions.enums import ApplicationState, DocumentKind, ItemState, PartnerAnswer
from admissions.events import ApplicationDeparted
from admissions.models import Application, PackageItem, PartnerReply
from admissions.notifications import outgoing as letters
from admissions.pdf.package import PARTNER_LETTER
from admissions.selectors.applications import applications_visible_to
from admissions.selectors.lists import intakes_visible_to
from admissions.services.applications import locked, roles_of, step, take_step
from admissions.services.package import open_package
from admissions.services.settling import settle
from admissions.services.visa import open_visa
from agreements.enums import Direction
from agreements.selectors import admits_on, frozen_annex_of
from core.events import publish
from core.history import record, subject_type
from core.models import WorkItem
from core.notifications import notify
from core.values import today
from core.workflow import BlockedError, NotAllowedError, ReasonMissingError, RefusedError, WrongStateError
from documents.models import Upload
from documents.services import store_upload
from institutions.enums import Role
from institutions.models import User
from institutions.permissions import standing_of
from programmes.models import Enrolment


@transaction.atomic
def start_application(*, intake_id: int, actor: User) -> Application:
    """A student begins an application: a draft under the Annex 1 of today, with its package open. Twice gives the same one.

    Raises Intake.DoesNotExist where the student's programme has no such intake, RefusedError without an agreed Annex 1.
    """
    intake = intakes_visible_to(standing_of(actor)).get(pk=intake_id, direction=Direction.OUTGOING)
    enrolment = (
        Enrolment.objects.filter(person=actor.person_id, programme=intake.pathway.home_programme)
        .order_by("-pk")
        .first()
    )
    if enrolment is None:
        raise NotAllowedError(gettext_noop("The pathway is for students of another programme."))
    if live := _live(enrolment, intake.pk):
        return live
    if blockers := admits_on(intake.pathway, today()):
        raise BlockedError(blockers)
    annex = frozen_annex_of(intake.pathway)
    department = intake.pathway.home_programme.department
    if annex is None or department is None or department.parent is None:
        raise RefusedError(gettext_noop("The joint working plan (Annex 1) is not agreed by both sides."))
    try:
        with transaction.atomic():
            application = Application.objects.create(
                direction=Direction.OUTGOING,
                intake=intake,
                enrolment=enrolment,
                annex_version=annex,
                department=department,
                institute=department.parent,
                created_by=actor,
            )
    except IntegrityError:  # the same form sent twice at once
        return Application.objects.exclude(state__in=ApplicationState.closed()).get(enrolment=enrolment, intake=intake)
    open_package(application)
    record(
        actor=actor,
        action="outgoing.start",
        subject=application,
        text=gettext_noop("application begun"),
        clause="8.1",
        role=Role.STUDENT,
        after={"state": application.state, "annex_version": annex.pk},
    )
    settle(applications_visible_to(standing_of(actor)).get(pk=application.pk))
    return application


def _live(enrolment: Enrolment, intake_id: int) -> Application | None:
    found = Application.objects.filter(enrolment=enrolment, intake=intake_id)
    return found.exclude(state__in=ApplicationState.closed()).first()


@transaction.atomic
def save_draft(*, application_id: int, motivation: str, actor: User) -> Application:
    """Keep what the student has written so far; only in a draft. Raises NotAllowedError, WrongStateError."""
    application = locked(application_id, actor)
    if Role.STUDENT not in roles_of(application, actor):
        raise NotAllowedError(gettext_noop("This step is not yours to take."))
    if application.state != ApplicationState.DRAFT:
        raise WrongStateError(gettext_noop("The application has been submitted: nothing can be changed in it now."))
    application.motivation = motivation
    application.save(update_fields=["motivation"])
    settle(application)
    return application


@transaction.atomic
def answer(
    *,
    application_id: int,
    answer: str,
    actor: User,
    reason: str = "",
    file: BinaryIO | None = None,
    name: str = "",
    on: date | None = None,
) -> PartnerReply:
    """The partner's answer to one candidate (8.3): invited with its letter, waiting, or refused with a reason.

    By the partner's coordinator in the portal, or by the IPD from paper, then with the scan. An invitation opens the visa
    case, and the letter goes into the package where one is asked for. Raises RefusedError.
    """
    application = locked(application_id, actor)
    roles = roles_of(application, actor)
    if not roles & {Role.PARTNER_COORDINATOR, Role.IPD_COORDINATOR}:
        raise NotAllowedError(gettext_noop("This step is not yours to take."))
    if application.state != ApplicationState.PROPOSED:
        raise WrongStateError(gettext_noop("Somebody was first: this candidate has been answered already."))
    from_paper = Role.PARTNER_COORDINATOR not in roles
    upload = _letter(application, file, name, actor, needed=from_paper or answer == PartnerAnswer.INVITED)
    if answer == PartnerAnswer.REFUSED and not reason.strip():
        raise ReasonMissingError(gettext_noop("Please give a reason."))
    reply = PartnerReply.objects.create(
        application=application,
        answer=answer,
        reason=reason.strip()[:300],
        letter=upload,
        entered_by=actor,
        from_paper=from_paper,
    )
    if answer == PartnerAnswer.INVITED:
        _invited(application, upload, actor, on)
    elif answer == PartnerAnswer.REFUSED:
        step(application, "partner_refuse", actor=actor, reason=reason, on=on)
    else:
        record(
            actor=actor,
            action="outgoing.waiting",
            subject=application,
            text=gettext_noop("the partner put the candidate on its waiting list"),
            clause="8.3",
            reason=reason.strip(),
        )
    settle(application)
    return reply


def _letter(application: Application, file: BinaryIO | None, name: str, actor: User, *, needed: bool) -> Upload | None:
    if file is not None:
        return store_upload(
            file=file,
            name=name,
            purpose_name=PARTNER_LETTER.name,
            subject=application,
            actor=actor,
            text=gettext_noop("the partner's letter was uploaded: “%(name)s”"),
        )
    if needed:
        raise RefusedError(gettext_noop("The letter or its scan is missing."))
    return None


def _invited(application: Application, upload: Upload | None, actor: User, on: date | None) -> None:
    step(application, "invite", actor=actor, on=on)
    PackageItem.objects.filter(
        application=application, kind=DocumentKind.INVITATION, status__in=[ItemState.MISSING, ItemState.RETURNED]
    ).update(upload=upload, status=ItemState.SUBMITTED, return_reason="")
    open_visa(application, actor=actor)
    notify(letters.invited(application))


@transaction.atomic
def request_package(*, application_id: int, due: date, actor: User) -> Application:
    """The IPD tells department and institute of the admission and asks for the package until `due` (8.4).

    Each document gets the day, those responsible and the student a message. May be asked again with another day.
    Raises NotAllowedError, WrongStateError.
    """
    application = locked(application_id, actor)
    if Role.IPD_COORDINATOR not in roles_of(application, actor):
        raise NotAllowedError(gettext_noop("This step is not yours to take."))
    if application.direction != Direction.OUTGOING or application.state != ApplicationState.INVITED:
        raise WrongStateError(gettext_noop("The package is asked for once the partner has invited."))
    application.package_due = due
    application.save(update_fields=["package_due"])
    open_package(application, due=due)
    PackageItem.objects.filter(application=application).update(due=due)
    record(
        actor=actor,
        action="outgoing.request_package",
        subject=application,
        text=gettext_noop("department and institute were asked for the package until %(due)s"),
        params={"due": f"{due:%d.%m.%Y}"},
        clause="8.4",
        role=Role.IPD_COORDINATOR,
    )
    for message in letters.package_requested(application, due):
        notify(message)
    settle(application)
    # What waits already keeps its day otherwise: the one asked for now counts.
    WorkItem.objects.filter(
        subject_type=subject_type(application), subject_id=application.pk, closed_at=None, clause__in=["6.12", "7.5a"]
    ).update(due=due)
    return application


def request_packages(*, application_ids: Sequence[int], due: date, actor: User) -> list[str]:
    """Ask for the packages of many; what could not be asked for is told as a list of sentences."""
    problems = []
    for pk in sorted(application_ids):
        try:
            request_package(application_id=pk, due=due, actor=actor)
        except RefusedError as refusal:
            problems.append(str(refusal))
    return problems


@transaction.atomic
def depart(*, application_id: int, on: date, actor: User) -> Application:
    """Write down that the student has left for the partner on a day (6.3). Raises RefusedError."""
    application = take_step(application_id=application_id, name="depart", actor=actor, params={"on": f"{on:%d.%m.%Y}"})
    publish(ApplicationDeparted(application_id=application.pk, departed_on=on))
    return application
