"""The package of documents (6.12, 7.1, 8.4): opened from what the pathway asks for, handed in, accepted or returned."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext_noop

from admissions.enums import ApplicationState, DocumentGiver, DocumentKind, ItemState
from admissions.models import Application, PackageItem
from admissions.notifications.shared import document_returned
from admissions.pdf.package import purpose_of
from admissions.permissions.applications import OPEN_PRIVATE
from admissions.services.applications import locked, roles_of
from admissions.services.settling import settle
from admissions.workflow.shared import MOVER_OF_GIVER
from agreements.enums import Direction
from core.history import record
from core.notifications import notify
from core.values import trimmed
from core.workflow import NotAllowedError, RefusedError, WrongStateError, reason_given
from documents.seal import sha256
from documents.services import FileRefusedError, store_upload
from institutions.enums import Role
from institutions.models import User

# Outgoing: the institute brings the transcript, the partner the invitation, the student the rest. Incoming: the partner all.
_INSTITUTE_BRINGS = frozenset({DocumentKind.TRANSCRIPT})
CLOSED = gettext_noop("The package is closed: nothing can be changed in it now.")
# Until the package is complete; afterwards it must be opened again first.
OPEN_STATES = frozenset(
    {
        ApplicationState.DRAFT,
        ApplicationState.SUBMITTED,
        ApplicationState.NOMINATED,
        ApplicationState.IN_REVIEW,
        ApplicationState.DEPARTMENT_AGREED,
        ApplicationState.RECOMMENDED,
        ApplicationState.PROPOSED,
        ApplicationState.INVITED,
    }
)


def giver_of(kind: str, direction: str) -> str:
    """Who brings a document on this road."""
    if direction == Direction.INCOMING or kind == DocumentKind.INVITATION:
        return DocumentGiver.PARTNER
    return DocumentGiver.INSTITUTE if kind in _INSTITUTE_BRINGS else DocumentGiver.STUDENT


def open_package(application: Application, *, due: date | None = None) -> None:
    """Make the items that the pathway asks for on this road, once, in the caller's transaction."""
    asked = application.intake.pathway.required_documents.get(application.direction, [])
    present = set(PackageItem.objects.filter(application=application).values_list("kind", flat=True))
    PackageItem.objects.bulk_create(
        PackageItem(application=application, kind=kind, giver=giver_of(kind, application.direction), due=due)
        for kind in dict.fromkeys(asked)
        if kind not in present
    )


def may_hand_in(item: PackageItem, roles: frozenset[str]) -> bool:
    """Whoever brings the document, or the IPD from paper; on the way out also department and institute, who were asked (8.4).

    What is there already is replaced by nobody who may not open it, except by whoever brings it.
    """
    brings = MOVER_OF_GIVER[item.giver]
    if item.upload_id and item.kind in DocumentKind.private() and not roles & (OPEN_PRIVATE | {brings}):
        return False
    helpers = {Role.IPD_COORDINATOR.value}
    if item.application.direction == Direction.OUTGOING:
        helpers |= {Role.INSTITUTE_COORDINATOR.value, Role.DEPARTMENT_HEAD.value}
    return bool(roles & (helpers | {brings}))


def is_open(application: Application) -> bool:
    """True while the package can be changed. An incoming student is invited after the order: it is closed then (7.5b)."""
    after_order = application.direction == Direction.INCOMING and application.state == ApplicationState.INVITED
    return application.state in OPEN_STATES and not after_order


def _open_item(application: Application, kind: str) -> PackageItem:
    if not is_open(application):
        raise WrongStateError(CLOSED)
    item = PackageItem.objects.select_for_update(of=("self",)).filter(application=application, kind=kind).first()
    if item is None:
        raise PackageItem.DoesNotExist
    item.application = application
    return item


@transaction.atomic
def submit_document(*, application_id: int, kind: str, file: BinaryIO, name: str, actor: User) -> PackageItem:
    """Hand in a document: keep the file, let the IPD check it, settle. A new file takes the place of one not yet accepted.

    Raises NotAllowedError, WrongStateError, FileRefusedError (also for the very file that was returned);
    PackageItem.DoesNotExist for a document nobody asks for.
    """
    return submit_documents(application_id=application_id, files={kind: (file, name)}, actor=actor)[0]


@transaction.atomic
def submit_documents(
    *, application_id: int, files: Mapping[str, tuple[BinaryIO, str]], actor: User
) -> list[PackageItem]:
    """Hand in several documents, by kind the file and its name: all of them or none, settled once. Raises as above."""
    application = locked(application_id, actor)
    items = [_hand_in(application, kind, file, name, actor) for kind, (file, name) in files.items()]
    settle(application)
    return items


def _hand_in(application: Application, kind: str, file: BinaryIO, name: str, actor: User) -> PackageItem:
    item = _open_item(application, kind)
    if not may_hand_in(item, roles_of(application, actor)):
        raise NotAllowedError(gettext_noop("This document is brought by somebody else."))
    if item.status == ItemState.ACCEPTED:
        raise WrongStateError(gettext_noop("This document has been accepted already."))
    _refuse_returned(item, file, name)
    item.upload = store_upload(
        file=file,
        name=name,
        purpose_name=purpose_of(kind).name,
        subject=application,
        actor=actor,
        text=gettext_noop("handed in a document: %(package_document)s, “%(name)s”"),
        params={"package_document": kind},
    )
    item.status, item.return_reason = ItemState.SUBMITTED, ""
    item.save(update_fields=["upload", "status", "return_reason"])
    return item


def _refuse_returned(item: PackageItem, file: BinaryIO, name: str) -> None:
    """What was returned with a reason is not brought again unchanged (8.4)."""
    if item.status != ItemState.RETURNED or item.upload is None:
        return
    digest = sha256(file.read(item.upload.size + 1))
    file.seek(0)
    if digest == item.upload.sha256:
        text = gettext_noop("“%(name)s” is the very file that was returned: %(reason)s")
        raise FileRefusedError(text, {"name": name, "reason": item.return_reason})


@transaction.atomic
def accept_document(*, application_id: int, kind: str, actor: User, seen: Collection[int] | None = None) -> PackageItem:
    """The IPD accepts a document that was handed in (8.4). Raises RefusedError; the second of two at once is told so.

    `seen`: the keys of the uploads that the actor was shown; a file handed in since is not accepted unseen.
    """
    return _checked(locked(application_id, actor), [kind], actor, to=ItemState.ACCEPTED, seen=seen)[0]


@transaction.atomic
def return_document(
    *, application_id: int, kind: str, reason: str, actor: User, seen: Collection[int] | None = None
) -> PackageItem:
    """The IPD returns a document with a reason (8.4); it is its giver's move again. `seen`, RefusedError as above."""
    reason = reason_given(reason)
    application = locked(application_id, actor)
    item = _checked(application, [kind], actor, to=ItemState.RETURNED, reason=trimmed(reason)[:300], seen=seen)[0]
    for message in document_returned(application, item):
        notify(message)
    return item


def _checked(
    application: Application,
    kinds: Sequence[str],
    actor: User,
    *,
    to: str,
    reason: str = "",
    seen: Collection[int] | None = None,
) -> list[PackageItem]:
    """Mark documents of a locked application as accepted or returned, then settle it once."""
    if Role.IPD_COORDINATOR not in roles_of(application, actor):
        raise NotAllowedError(gettext_noop("This step is not yours to take."))
    if seen is not None and application.package.filter(kind__in=kinds).exclude(upload__in=seen).exists():
        raise WrongStateError(
            gettext_noop("A document was replaced after you opened the page: look at it, then decide.")
        )
    items = [_check(application, kind, actor, to=to, reason=reason) for kind in kinds]
    settle(application)
    return items


def _check(application: Application, kind: str, actor: User, *, to: str, reason: str) -> PackageItem:
    item = _open_item(application, kind)
    checkable = {ItemState.SUBMITTED} if to == ItemState.ACCEPTED else {ItemState.SUBMITTED, ItemState.ACCEPTED}
    if item.status not in checkable:
        raise WrongStateError(gettext_noop("Somebody was first: this document is no longer waiting to be checked."))
    before = item.status
    item.status, item.return_reason, item.checked_by = to, reason, actor
    item.save(update_fields=["status", "return_reason", "checked_by"])
    accepted = to == ItemState.ACCEPTED
    record(
        actor=actor,
        action=f"admissions.document.{to}",
        subject=application,
        text=gettext_noop("accepted a document: %(package_document)s")
        if accepted
        else gettext_noop("returned a document: %(package_document)s"),
        params={"package_document": kind},
        clause="8.4" if application.direction == Direction.OUTGOING else "7.1",
        role=Role.IPD_COORDINATOR,
        before={kind: before},
        after={kind: to},
        reason=reason,
    )
    return item


@transaction.atomic
def accept_everything(*, application_id: int, actor: User, seen: Collection[int] | None = None) -> int:
    """Accept every document of an application that waits to be checked; how many there were. `seen`, RefusedError as above."""
    application = locked(application_id, actor)
    waiting = list(application.package.filter(status=ItemState.SUBMITTED).values_list("kind", flat=True))
    if not waiting:
        raise RefusedError(gettext_noop("No document waits to be checked."))
    return len(_checked(application, waiting, actor, to=ItemState.ACCEPTED, seen=seen))
