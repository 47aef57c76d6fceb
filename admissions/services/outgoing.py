"""The outgoing road's verbs (8, 6.3): applying, the partner's answer, the request for the package, the departure."""

from collections.abc import Iterator
from datetime import date
from typing import BinaryIO

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext_noop

from admissions.enums import ApplicationState, DocumentGiver, DocumentKind, ItemState, PartnerAnswer, VisaState
from admissions.events import ApplicationDeparted, DepartureCorrected
from admissions.models import Application, Intake, PackageItem, PartnerReply, VisaCase
from admissions.notifications import outgoing as letters
from admissions.notifications.shared import application_returned
from admissions.pdf.package import PARTNER_LETTER
from admissions.selectors.applications import applications_visible_to, stay_of
from admissions.selectors.lists import intakes_visible_to
from admissions.selectors.orders import signed_line_of
from admissions.selectors.rivals import excludes, live_of
from admissions.services.applications import locked, roles_of, step, take_step
from admissions.services.package import open_package
from admissions.services.settling import settle, settle_list
from admissions.services.visa import open_visa
from admissions.workflow.days import departure_faults, package_faults
from admissions.workflow.outgoing import ELSEWHERE, PACKAGE_NOT_COMPLETE
from agreements.enums import Direction
from agreements.selectors.admission import admits_on
from agreements.selectors.annex import frozen_annex_of
from core.events import publish
from core.faults import Fault
from core.history import history_of, record, subject_type
from core.machine import Blocker
from core.models import WorkItem
from core.notifications import notify
from core.values import today, trimmed
from core.workflow import (
    BlockedError,
    NotAllowedError,
    RefusedError,
    WrongStateError,
    reason_given,
    refuse_faults,
    refuse_unseen_change,
    refuse_unseen_moves,
)
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
    _refuse_second(actor.person_id, intake)
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
                term=intake.term,
                enrolment=enrolment,
                annex_version=annex,
                department=department,
                institute=department.parent,
                created_by=actor,
            )
    except IntegrityError:  # the same form sent twice at once, or two forms for one term
        if live := _live(enrolment, intake.pk):
            return live
        _refuse_second(actor.person_id, intake)
        raise
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


def _refuse_second(person_id: int, intake: Intake) -> None:
    """One live application of a person for one time, and to one partner before leaving (8.1)."""
    for other in live_of([person_id]):
        if excludes(other, intake):
            partner = other.intake.pathway.partner_programme.university.names
            raise BlockedError((Blocker("8.1", ELSEWHERE, Role.STUDENT, {"partner": partner}),))


@transaction.atomic
def save_draft(*, application_id: int, motivation: str, actor: User, seen: str = "") -> Application:
    """Keep what the student has written so far; only in a draft.

    `seen`: `text_hash` of what the writer had before him; another text written meanwhile is not overwritten unseen. Raises
    NotAllowedError, WrongStateError, ChangedMeanwhileError.
    """
    application = locked(application_id, actor)
    if Role.STUDENT not in roles_of(application, actor):
        raise NotAllowedError(gettext_noop("This step is not yours to take."))
    if application.state != ApplicationState.DRAFT:
        raise WrongStateError(gettext_noop("The application has been submitted: nothing can be changed in it now."))
    motivation = trimmed(motivation)
    refuse_unseen_change(seen, saved=application.motivation, written=motivation)
    application.motivation = motivation
    application.save(update_fields=["motivation"])
    settle(application)
    return application


@transaction.atomic
def return_to_student(*, application_id: int, reason: str, actor: User) -> Application:
    """The institute returns an application to its student with a reason (8.1): a draft again, which stands on no list.

    Submitted anew, it is gathered and ranked as any newcomer. Raises RefusedError.
    """
    application = locked(application_id, actor)
    entry = step(application, "return_to_student", actor=actor, reason=reason)
    for message in application_returned(application, DocumentGiver.STUDENT, entry):
        notify(message)
    left, application.candidate_list = application.candidate_list, None
    application.rank, application.is_reserve, application.rank_reason = None, False, ""
    application.save(update_fields=["candidate_list", "rank", "is_reserve", "rank_reason"])
    settle(application)
    if left:
        left.intake = application.intake  # loaded already: the list's own is the same
        settle_list(left)
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
    seen: str = "",
) -> PartnerReply:
    """The partner's answer to one candidate (8.3): invited with its letter, waiting, or refused with a reason.

    By the partner's coordinator in the portal, or by the IPD from paper, then with the scan. An invitation opens the visa
    case, and the letter goes into the package where one is asked for.
    `seen`: `mark_of` the application as the actor was shown it. Raises RefusedError, ChangedMeanwhileError.
    """
    application = locked(application_id, actor)
    roles = roles_of(application, actor)
    if not roles & {Role.PARTNER_COORDINATOR, Role.IPD_COORDINATOR}:
        raise NotAllowedError(gettext_noop("This step is not yours to take."))
    if application.state != ApplicationState.PROPOSED:
        raise WrongStateError(gettext_noop("Somebody was first: this candidate has been answered already."))
    refuse_unseen_moves(seen, application)
    from_paper = Role.PARTNER_COORDINATOR not in roles
    upload = _letter(application, file, name, actor, needed=from_paper or answer == PartnerAnswer.INVITED)
    if answer == PartnerAnswer.REFUSED:
        reason = reason_given(reason)
    reply = PartnerReply.objects.create(
        application=application,
        answer=answer,
        reason=trimmed(reason)[:300],
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
            reason=trimmed(reason),
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

    Each document gets the day; those responsible and the student find it in their inbox, and in the message of the day. May be
    asked again with another day.
    Raises NotAllowedError, WrongStateError, FaultyError for a day that has passed or lies after study begins.
    """
    application = locked(application_id, actor)
    if Role.IPD_COORDINATOR not in roles_of(application, actor):
        raise NotAllowedError(gettext_noop("This step is not yours to take."))
    if application.direction != Direction.OUTGOING or application.state != ApplicationState.INVITED:
        raise WrongStateError(gettext_noop("The package is asked for once the partner has invited."))
    refuse_faults(package_faults(due, stay_of(application)))
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
    settle(application)
    # What waits already keeps its day otherwise: the one asked for now counts.
    asked = Q(clause__in=["6.12", "7.5a"]) | Q(text=PACKAGE_NOT_COMPLETE)
    WorkItem.objects.filter(
        asked, subject_type=subject_type(application), subject_id=application.pk, closed_at=None
    ).update(due=due)
    return application


@transaction.atomic
def depart(*, application_id: int, on: date, actor: User) -> Application:
    """The IPD writes down that the student has left for the partner on a day, not before the order (6.2, 6.3).

    Raises RefusedError, FaultyError for a day that cannot be.
    """
    application = take_step(application_id=application_id, name="depart", actor=actor, params={"on": f"{on:%d.%m.%Y}"})
    refuse_faults(_departure_faults(application, on))
    publish(ApplicationDeparted(application_id=application.pk, departed_on=on))
    return application


@transaction.atomic
def correct_departure(*, application_id: int, on: date, reason: str, actor: User) -> Application:
    """The IPD corrects the day of the departure; history keeps both days and the reason (6.3).

    Raises NotAllowedError, WrongStateError, ReasonMissingError, FaultyError.
    """
    application = locked(application_id, actor)
    if Role.IPD_COORDINATOR not in roles_of(application, actor):
        raise NotAllowedError(gettext_noop("This step is not yours to take."))
    if application.state != ApplicationState.DEPARTED:
        raise WrongStateError(gettext_noop("No departure is recorded."))
    reason = reason_given(reason)
    refuse_faults(_departure_faults(application, on))
    record(
        actor=actor,
        action="admissions.departure_corrected",
        subject=application,
        text=gettext_noop("day of the departure corrected: %(on)s, not %(was)s"),
        params={"on": f"{on:%d.%m.%Y}", "was": departed_on_text(application)},
        clause="6.3",
        role=Role.IPD_COORDINATOR,
        reason=trimmed(reason),
    )
    publish(
        DepartureCorrected(application_id=application.pk, departed_on=on, actor_id=actor.pk, reason=trimmed(reason))
    )
    settle(application)
    return application


def departed_on_text(application: Application) -> str:
    """The day of the departure as it was written down last; empty where none is."""
    told = history_of(application).filter(action__in=["outgoing.depart", "admissions.departure_corrected"]).last()
    return str(told.params.get("on", "")) if told else ""


def _departure_faults(application: Application, on: date) -> Iterator[Fault]:
    line = signed_line_of(application)
    if line is None or line.order.signed_at is None:
        raise WrongStateError(gettext_noop("The order is not signed."))
    granted = VisaCase.objects.filter(application=application, state=VisaState.GRANTED)
    return departure_faults(
        on,
        ordered_on=localdate(line.order.signed_at),
        visa_from=granted.values_list("valid_from", flat=True).first(),
        stay=stay_of(application),
    )
