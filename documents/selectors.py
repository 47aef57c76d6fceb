"""Reads of papers and uploads, beginning with who is looking; and the one public read, by code."""

import io
import zipfile
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db import models
from django.db.models import QuerySet
from django.db.models.fields.files import FieldFile

from core.history import subject_type
from core.models import Job
from core.permissions import NOTHING
from core.story import NamedPaper
from core.values import LANGUAGES, Localized, kazakh_sort_key
from documents.kinds import paper_kind, paper_kinds
from documents.models import Delivery, OfficialDocument, Upload
from documents.permissions import may_open_paper, may_see_paper, may_see_upload
from documents.seal import normalise_code
from institutions.permissions import Standing, standing_of

ModelType = TypeVar("ModelType", bound=models.Model)


def papers_visible_to(standing: Standing) -> QuerySet[OfficialDocument]:
    """The papers that somebody may see."""
    return OfficialDocument.objects.filter(may_see_paper(standing))


def papers_opened_by(standing: Standing) -> QuerySet[OfficialDocument]:
    """The sealed papers whose file somebody may open."""
    return OfficialDocument.objects.filter(may_open_paper(standing)).exclude(sha256="")


def may_open(standing: Standing, paper: OfficialDocument) -> bool:
    """Whether somebody may open the file of a paper that he or she sees."""
    if paper_kind(paper.kind).opened_by is None:
        return True
    return OfficialDocument.objects.filter(may_open_paper(standing, paper.kind), pk=paper.pk).exists()


def papers_open_to(user: object, papers: Collection[NamedPaper]) -> set[int]:
    """Which papers that a history names somebody may open, by key: each by the rule of its kind alone. One query."""
    standing = standing_of(user)
    theirs = NOTHING
    for kind in sorted({paper.kind for paper in papers}):
        theirs |= may_see_paper(standing, kind)
    found = OfficialDocument.objects.filter(theirs, pk__in={paper.pk for paper in papers})
    return set(found.values_list("pk", flat=True))


def papers_listed(standing: Standing) -> QuerySet[OfficialDocument]:
    """The same with what a list shows, without the frozen context."""
    return papers_visible_to(standing).select_related("holder", "register").defer("context")


def visible_paper(standing: Standing, pk: int) -> QuerySet[OfficialDocument]:
    """One paper with whom it names, if somebody may see it: its kind is read first, and asked for its rule alone."""
    found = OfficialDocument.objects.filter(pk=pk)
    kind = found.values_list("kind", flat=True).first()
    if kind is None:
        return found.none()
    return found.filter(may_see_paper(standing, kind)).select_related(
        "holder", "register", "signatory__person", "issued_by__person", "supersedes", "superseded_by"
    )


def papers_of(subject: models.Model, standing: Standing) -> list[OfficialDocument]:
    """The papers about a thing that somebody may see, newest first; for case pages."""
    found = papers_listed(standing).filter(subject_type=subject_type(subject), subject_id=subject.pk)
    return list(found.order_by("-issued_at", "-pk"))


def content_of(stored: FieldFile) -> bytes:
    """The bytes of a kept file, wherever it lies."""
    with stored.open("rb") as opened:
        return bytes(opened.read())


def uploads_visible_to(standing: Standing, *, purpose: str = "") -> QuerySet[Upload]:
    """The uploads that somebody may see; with `purpose` those for it, by its rule alone."""
    return Upload.objects.filter(may_see_upload(standing, purpose))


def upload_for_opening(standing: Standing, pk: int) -> QuerySet[Upload]:
    """One upload, if somebody may see it: its purpose is read first, and asked for its rule alone."""
    found = Upload.objects.filter(pk=pk)
    purpose = found.values_list("purpose", flat=True).first()
    return found.none() if purpose is None else found.filter(may_see_upload(standing, purpose))


def uploads_of(subject: models.Model, standing: Standing, *, purpose: str = "") -> list[Upload]:
    """The uploads that belong to a thing, newest first; for case pages."""
    found = uploads_visible_to(standing, purpose=purpose)
    found = found.filter(subject_type=subject_type(subject), subject_id=subject.pk)
    return list(found.select_related("uploaded_by__person").order_by("-pk"))


def with_uploads(
    subjects: Sequence[ModelType], standing: Standing, *, purpose: str
) -> list[tuple[ModelType, list[Upload]]]:
    """Things of one kind, each with its uploads for a purpose, newest first. One query, whatever their number."""
    if not subjects:
        return []
    found = uploads_visible_to(standing, purpose=purpose).filter(
        subject_type=subject_type(subjects[0]), subject_id__in=[subject.pk for subject in subjects]
    )
    uploads: dict[int, list[Upload]] = {}
    for upload in found.order_by("-pk"):
        uploads.setdefault(upload.subject_id, []).append(upload)
    return [(subject, uploads.get(subject.pk, [])) for subject in subjects]


def packed(job: Job) -> tuple[str, bytes]:
    """The papers that a job asks for as one ZIP, each file under the paper's number and the name of whose it is."""
    papers = OfficialDocument.objects.filter(pk__in=job.items.values("ref")).exclude(sha256="").defer("context")
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for paper in papers.select_related("holder").order_by("issued_at", "pk").iterator(chunk_size=100):
            archive.writestr(f"{filed_as(paper)}_{paper.pk}.pdf", content_of(paper.file))
    return f"papers-{job.pk}.zip", stream.getvalue()


def filed_as(paper: OfficialDocument) -> str:
    """What the file of a paper is called among others, without its ending: the number, and whose it is in Latin letters."""
    parts = [paper.number_text, *([paper.holder.passport_name] if paper.holder else ())]
    return "_".join("".join("-" if sign in '/\\:*?"<>|' else sign for sign in part) for part in parts)


def deliveries_of(paper: OfficialDocument) -> list[Delivery]:
    """To whom a paper went, when, and when it was opened (7.5)."""
    return list(paper.deliveries.select_related("person", "sent_by__person").order_by("sent_at", "pk"))


def kind_choices(names: Iterable[str] | None = None) -> list[tuple[str, str]]:
    """The declared kinds of papers with their labels, by label; of `names` only, where given."""
    wanted = set(names) if names is not None else None
    rows = [(kind.name, kind.title) for kind in paper_kinds() if wanted is None or kind.name in wanted]
    return sorted(rows, key=lambda row: kazakh_sort_key(row[1]))


@dataclass(frozen=True, slots=True)
class Verification:
    """What anybody may know of a paper who has its code: exactly what the paper itself shows, and how it stands now."""

    code: str
    name: str
    number: str
    issued_at: datetime
    university: str
    holder: str
    state: str
    state_label: str
    superseded_by: str
    sha256: str


def verification_of(code: str) -> Verification | None:
    """The paper that bears this code, typed in whatever way; None when there is none."""
    rows = OfficialDocument.objects.select_related("holder", "superseded_by")
    paper = rows.filter(code=normalise_code(code)).first()
    if paper is None:
        return None
    newer = getattr(paper, "superseded_by", None)
    head = paper.context["paper"]["university"]
    return Verification(
        code=paper.code,
        name=paper.name,
        number=paper.number_text,
        issued_at=paper.issued_at,
        university=str(Localized(**{name: head[name] for name in LANGUAGES})),
        holder=str(paper.holder.names) if paper.holder else "",
        state=paper.state,
        state_label=str(paper.get_state_display()),
        superseded_by=newer.number_text if newer else "",
        sha256=paper.sha256,
    )
