"""Verbs on papers and uploads: store, issue, seal, supersede, revoke, deliver."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, BinaryIO

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from core.events import publish
from core.faults import Fault, sign_faults
from core.history import OPENED, record, subject_type
from core.jobs import enqueue, start
from core.models import Job
from core.values import Localized, plain, today, unturned
from core.workflow import FaultyError, NotAllowedError, RefusedError, perform, refuse_faults
from documents import antivirus
from documents.enums import Channel, DocumentState, ScanState
from documents.events import PaperRevoked
from documents.files import MOST_MEGAPIXELS, content_type_of, is_lost_workbook, is_too_large, is_whole
from documents.kinds import XLSX, PaperKind, paper_kind, purpose
from documents.models import Delivery, OfficialDocument, Register, Upload
from documents.pdf import CHANGE_SHEET, CHANGE_SHEET_LANGUAGES, CHANGE_SHEET_TITLE, change_sheet_context
from documents.permissions import MAY_DELIVER, may_bring, roles_that_revoke
from documents.render import pdf_of
from documents.seal import new_code, qr_data_uri, sha256, verify_url
from documents.selectors import papers_opened_by, visible_paper
from documents.workflow import PAPER, PaperFacts
from institutions.enums import Role
from institutions.models import Licence, Person, User
from institutions.permissions import standing_of
from institutions.selectors import home_university, licences_visible_to, signature_of, universities_visible_to
from institutions.services import universities
from regulation.models import Edition
from regulation.permissions import may_amend
from regulation.selectors import changes_of

logger = logging.getLogger(__name__)
DOWNLOAD = "papers.download"
SEAL_AGAIN_AFTER = timedelta(seconds=60)
UPLOADED = gettext_noop("uploaded “%(name)s”")


class FileRefusedError(FaultyError):
    """A file was not taken: its size or type is not what is asked for here. A fault of the form's field `file`."""

    def __init__(self, text: str, params: Mapping[str, Any]) -> None:
        super().__init__(Fault("file", text, params))


def store_upload(
    *,
    file: BinaryIO,
    name: str,
    purpose_name: str,
    subject: models.Model,
    actor: User,
    text: str = UPLOADED,
    params: Mapping[str, Any] | None = None,
) -> Upload:
    """Keep a file from outside for `subject`. Its type is read from its content; its name is kept but never used as a path.

    `text`: what history says of it (message id), with the file's `name` and the caller's `params`.
    Raises FileRefusedError for an empty, too large, broken or wrong kind of file.
    """
    name = unturned(name)
    declared = purpose(purpose_name)
    most = settings.IMPORT_MAX_BYTES if XLSX in declared.types else settings.UPLOAD_MAX_BYTES  # a table is read whole
    content = file.read(most + 1)
    if not content:
        raise FileRefusedError(gettext_noop("“%(name)s” is empty."), {"name": name})
    if len(content) > most:
        raise FileRefusedError(
            gettext_noop("“%(name)s” is larger than %(megabytes)s MB."), {"name": name, "megabytes": most // 1024**2}
        )
    kind = content_type_of(content, name)
    is_lost = XLSX in declared.types and is_lost_workbook(kind, name)
    if kind not in declared.types and not is_lost:
        raise FileRefusedError(
            gettext_noop("“%(name)s” is not a kind of file that is asked for here; taken are: %(types)s."),
            {"name": name, "types": declared.types_named},
        )
    if is_too_large(content, kind):
        text = gettext_noop("“%(name)s” has more than %(most)s megapixels: scan or save it smaller.")
        raise FileRefusedError(text, {"name": name, "most": MOST_MEGAPIXELS})
    if is_lost or not is_whole(content, kind):
        raise FileRefusedError(gettext_noop("“%(name)s” cannot be opened: it is broken or cut off."), {"name": name})
    scan = _scanned(content, name)
    digest = sha256(content)
    upload = Upload(
        subject_type=subject_type(subject),
        subject_id=subject.pk,
        purpose=purpose_name,
        original_name=name.replace("\\", "/").rsplit("/", 1)[-1][:200],
        content_type=kind,
        size=len(content),
        sha256=digest,
        scan=scan,
        uploaded_by=actor,
    )
    upload.file.save(f"{digest[:32]}", ContentFile(content), save=False)
    upload.save()
    record(
        actor=actor,
        action="documents.uploaded",
        subject=subject,
        text=text,
        params={"name": name, **(params or {})},
    )
    return upload


def note_opening(*, opened: Upload | OfficialDocument, actor: User) -> None:
    """Write down who opened a file with a passport or of somebody's health, and in which roles; a paper by its holder is not."""
    if isinstance(opened, Upload):
        name, is_told = opened.original_name, purpose(opened.purpose).is_personal
    else:
        bears_number = paper_kind(opened.kind).opened_by is not None
        name, is_told = opened.number_text, bears_number and opened.holder_id != actor.person_id
    if is_told:
        record(
            actor=actor,
            action=OPENED,
            subject=opened,
            text=gettext_noop("opened “%(name)s”"),
            params={"name": name},
            after={"roles": sorted(standing_of(actor).roles)},
        )


def note_paper_opened(*, document_id: int, actor: User) -> None:
    """The same of a paper by its key."""
    note_opening(opened=OfficialDocument.objects.defer("context").get(pk=document_id), actor=actor)


def _scanned(content: bytes, name: str) -> str:
    """What the virus scanner says; without one, or while it does not answer, a file is kept as not scanned."""
    if not settings.CLAMD_ADDRESS:
        return ScanState.NOT_SCANNED
    try:
        found = antivirus.virus_in(content, address=settings.CLAMD_ADDRESS)
    except OSError as error:
        logger.warning("the virus scanner does not answer: %s", error)
        return ScanState.NOT_SCANNED
    if found:
        raise FileRefusedError(
            gettext_noop("“%(name)s” is not taken: it holds a virus (%(virus)s)."), {"name": name, "virus": found}
        )
    return ScanState.CLEAN


@transaction.atomic
def add_licence(*, university_id: int, scan: BinaryIO, scan_name: str, actor: User, **values: Any) -> Licence:
    """Enter a right to train together with its scan (4.2): both, or neither. DoesNotExist for a university not seen.

    Raises FileRefusedError, and RefusedError as `institutions.services.universities.add_licence`.
    """
    university = universities_visible_to(standing_of(actor)).get(pk=university_id)
    licence = universities.add_licence(university=university, actor=actor, **values)
    store_upload(file=scan, name=scan_name, purpose_name="licence_scan", subject=licence, actor=actor)
    return licence


@transaction.atomic
def bring_licence_scan(*, licence_id: int, scan: BinaryIO, scan_name: str, actor: User) -> Upload:
    """Add a scan to a licence that is entered already. Raises NotAllowedError, FileRefusedError."""
    standing = standing_of(actor)
    licence = licences_visible_to(standing).get(pk=licence_id)
    if not may_bring(standing, purpose("licence_scan")):
        raise NotAllowedError(gettext_noop("This step is not yours to take."))
    return store_upload(file=scan, name=scan_name, purpose_name="licence_scan", subject=licence, actor=actor)


@transaction.atomic
def issue(
    *,
    kind: str,
    subject: models.Model,
    title: Localized,
    context: Mapping[str, Any],
    languages: Sequence[str],
    actor: User,
    signatory: User | None = None,
    signatory_role: str = "",
    holder: Person | None = None,
    supersedes: OfficialDocument | None = None,
    job_item_id: int | None = None,
) -> OfficialDocument:
    """Number and freeze a paper of a declared kind; a worker renders and seals it afterwards.

    `context` is plain values only and never changes again. With `supersedes` the older paper becomes superseded.
    The number is the next of the kind's register of this year, without gaps and in order of `issued_at`, on both databases.
    """
    declared = paper_kind(kind)
    if supersedes is not None:
        _supersede(supersedes, actor=actor)
    register, now = _next_number(declared.series)
    code = new_code()
    number_text = f"{register.last_number}-{declared.suffix}"
    signature = signature_of(signatory, signatory_role) if signatory else None
    document = OfficialDocument.objects.create(
        subject_type=subject_type(subject),
        subject_id=subject.pk,
        kind=kind,
        register=register,
        number=register.last_number,
        number_text=number_text,
        code=code,
        name_kk=title.kk,
        name_ru=title.in_language("ru"),
        name_en=title.in_language("en"),
        languages=",".join(languages),
        context={**_plain(context), "paper": _head(number_text, code, signature)},
        issued_at=now,
        issued_by=actor,
        signatory=signatory,
        holder=holder,
        supersedes=supersedes,
        job_item_id=job_item_id,
    )
    record(
        actor=actor,
        action=f"documents.issued.{kind}",
        subject=subject,
        text=gettext_noop("issued a paper: %(paper)s, No. %(number)s"),
        params={"paper": title, "number": number_text, "document": document.pk},
    )
    if declared.signed_by_parties:
        roles = standing_of(actor).roles
        perform(PAPER, "await_signatures", document, actor=actor, roles=roles, facts=PaperFacts())
    if job_item_id is None:  # the worker of a job seals what it issues itself
        enqueue("documents.seal", document_id=document.pk)
    return document


def _next_number(series: str) -> tuple[Register, datetime]:
    """The register of this year with its next number taken, and when: after the lock, else papers would stand out of order."""
    year = today().year
    Register.objects.get_or_create(series=series, year=year)
    register = Register.objects.select_for_update().get(series=series, year=year)
    now = timezone.now()
    register.last_number += 1
    register.save(update_fields=["last_number"])
    return register, now


def _plain(context: Mapping[str, Any]) -> dict[str, Any]:
    made = plain(context)
    if not isinstance(made, dict):
        raise TypeError("a paper's context is a mapping")
    return made


def _head(number: str, code: str, signature: Mapping[str, Any] | None) -> dict[str, Any]:
    """What every paper shows beside its own context: whose it is, number, date, place, signatory, seal."""
    home = home_university()
    return {
        "university": {
            "kk": home.name_kk,
            "ru": home.name_ru,
            "en": home.name_en,
            "address": {"kk": home.address_kk, "ru": home.address_ru, "en": home.address_en},
        },
        "number": number,
        "date": today().isoformat(),
        "place": {"kk": "Алматы қаласы", "ru": "город Алматы", "en": "Almaty"},
        "signatory": signature,
        "code": code,
        "verify_url": verify_url(code) if code else "",
        "draft": not number,
    }


def preview(
    *,
    kind: str,
    context: Mapping[str, Any],
    languages: Sequence[str],
    signatory: User | None = None,
    signatory_role: str = "",
) -> bytes:
    """The paper as it would look, with a watermark, no number and no seal. Nothing is written."""
    signature = signature_of(signatory, signatory_role) if signatory else None
    frozen = {**_plain(context), "paper": _head("", "", signature)}
    return _render(paper_kind(kind), frozen, languages, created=timezone.now())


def seal(document_id: int) -> OfficialDocument:
    """Render an issued paper from its frozen context and write hash and file, once. Repeating it does nothing."""
    document = OfficialDocument.objects.get(pk=document_id)
    if document.sha256:
        return document
    content = _render(
        paper_kind(document.kind), document.context, document.languages.split(","), created=document.issued_at
    )
    digest = sha256(content)
    stored = OfficialDocument()
    stored.file.save(f"{document.code}-{digest[:16]}.pdf", ContentFile(content), save=False)
    mine = OfficialDocument.objects.filter(pk=document_id, sha256="")
    if mine.update(sha256=digest, file=stored.file.name, sealed_at=timezone.now()) == 0:
        stored.file.delete(save=False)  # another worker was first; its bytes are the same
    document.refresh_from_db()
    return document


def _render(kind: PaperKind, context: Mapping[str, Any], languages: Sequence[str], *, created: Any) -> bytes:
    code = context["paper"]["code"]
    paper = {**context["paper"], "qr": qr_data_uri(code) if code else ""}
    return pdf_of(kind.template, languages=languages, context={**context, "paper": paper}, created=created)


def seal_forgotten() -> None:
    """Queue again every paper that was issued a while ago and never sealed (a killed worker, an emptied broker)."""
    old = OfficialDocument.objects.filter(sha256="", issued_at__lt=timezone.now() - SEAL_AGAIN_AFTER)
    for pk in old.order_by("pk").values_list("pk", flat=True)[:200]:
        enqueue("documents.seal", document_id=pk)


def put_in_force(document: OfficialDocument, *, unsigned: int, actor: User, roles: frozenset[str]) -> OfficialDocument:
    """The last party has signed a paper that awaited it: it is in force from now on, in the caller's transaction.

    `unsigned`: parties that have not signed; `roles`: the actor's on the paper's subject. Raises RefusedError.
    """
    perform(PAPER, "come_into_force", document, actor=actor, roles=roles, facts=PaperFacts(unsigned=unsigned))
    return document


def _supersede(document: OfficialDocument, *, actor: User) -> None:
    perform(PAPER, "supersede", document, actor=actor, roles=standing_of(actor).roles, facts=PaperFacts())


@transaction.atomic
def revoke(*, document_id: int, reason: str, actor: User) -> OfficialDocument:
    """Revoke an issued paper with a reason; its verification page says so from now on. Raises RefusedError.

    DoesNotExist for a paper that the actor may not see.
    """
    standing = standing_of(actor)
    document = visible_paper(standing, document_id).select_for_update(of=("self",)).get()
    roles = roles_that_revoke(standing, document)
    perform(PAPER, "revoke", document, actor=actor, roles=roles, facts=PaperFacts(), reason=reason)
    publish(PaperRevoked(document.pk, document.subject_type, document.subject_id))
    return document


@transaction.atomic
def deliver(
    *,
    document: OfficialDocument,
    recipient: str,
    actor: User,
    channel: str = Channel.PORTAL,
    person: Person | None = None,
) -> Delivery:
    """Write down that a paper went to somebody. A revoked or superseded paper is not sent. Raises RefusedError."""
    if document.state not in DocumentState.standing():
        raise RefusedError(
            gettext_noop("Paper No. %(number)s is no longer in force."), {"number": document.number_text}
        )
    delivery = Delivery.objects.create(
        document=document, channel=channel, recipient=recipient, person=person, sent_by=actor
    )
    record(
        actor=actor,
        action="documents.delivered",
        subject=document,
        text=gettext_noop("delivered to %(recipient)s"),
        params={"recipient": recipient},
        after={"delivery": delivery.pk, "channel": channel},
    )
    return delivery


@transaction.atomic
def note_delivery(*, document_id: int, recipient: str, channel: str, actor: User) -> Delivery:
    """Write down by hand that a paper went out by e-mail, post or hand. Raises RefusedError; DoesNotExist as `revoke`.

    What is written down here is never corrected.
    """
    standing = standing_of(actor)
    document = visible_paper(standing, document_id).get()
    if not standing.roles & MAY_DELIVER:
        raise NotAllowedError(gettext_noop("This step is not yours to take."))
    refuse_faults(sign_faults("recipient", recipient))
    return deliver(document=document, recipient=recipient, channel=channel, actor=actor)


@transaction.atomic
def issue_change_sheet(*, edition: Edition, actor: User) -> OfficialDocument:
    """Print the change-registration sheet of an edition, as it stands today, for those who keep it (R-CR-a).

    Asked for again on the same day, with nothing entered since, it is the same paper. Raises NotAllowedError.
    """
    if not may_amend(actor):
        raise NotAllowedError(gettext_noop("This step is not yours to take."))
    Edition.objects.select_for_update().get(pk=edition.pk)
    context = _plain(change_sheet_context(edition, changes_of(edition)))
    papers = OfficialDocument.objects.filter(subject_type=subject_type(edition), subject_id=edition.pk)
    last = papers.filter(kind=CHANGE_SHEET.name, state=DocumentState.ISSUED).order_by("pk").last()
    if last and timezone.localdate(last.issued_at) == today() and context.items() <= last.context.items():
        return last
    keeps = standing_of(actor).holds(Role.METHODICAL_SECTION)
    return issue(
        kind=CHANGE_SHEET.name,
        subject=edition,
        title=CHANGE_SHEET_TITLE,
        context=context,
        languages=CHANGE_SHEET_LANGUAGES,
        actor=actor,
        signatory=actor,
        signatory_role=Role.METHODICAL_SECTION if keeps else Role.ADMINISTRATOR,
    )


def is_the_sealed_file(*, file: BinaryIO, digest: str) -> bool:
    """True when a file is, byte for byte, the one that was sealed. Nothing is kept of it; a huge one is not read."""
    return bool(digest) and sha256(file.read(settings.UPLOAD_MAX_BYTES + 1)) == digest


def start_download(paper_ids: Sequence[int], actor: User) -> Job:
    """Ask for many papers as one ZIP; what is not sealed or not theirs to open stays out. Raises RefusedError for none."""
    found = papers_opened_by(standing_of(actor)).filter(pk__in=paper_ids)
    refs = list(found.order_by("issued_at", "pk").values_list("pk", flat=True))
    if not refs:
        raise RefusedError(gettext_noop("Nothing was picked."))
    return start(DOWNLOAD, title=gettext_noop("Papers"), refs=refs, actor=actor)


def mark_opened(*, document_id: int, person_id: int) -> None:
    """Note the first time that the person a paper was delivered to opened it (7.5)."""
    Delivery.objects.filter(document_id=document_id, person_id=person_id, opened_at=None).update(
        opened_at=timezone.now()
    )
