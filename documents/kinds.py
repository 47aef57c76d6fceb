"""What kinds of papers are made here and what uploads are for: declared by the apps that own them, in their `pdf` room.

A kind says who may see its papers, so that `documents` never needs to know the subjects of later apps.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Protocol

from django.db.models import Q
from django.utils.functional import Promise

from institutions.permissions import Standing

PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"
EML = "message/rfc822"
PAPER_TYPES = frozenset({PDF, PNG, JPEG})
TABLE_TYPES = frozenset({XLSX, CSV})
# How people call the types, alike in all three languages, in the order in which they are told.
NAMES = {PDF: "PDF", JPEG: "JPEG", PNG: "PNG", XLSX: "XLSX", CSV: "CSV", EML: "EML"}

# How the name of a file may end by its type, the usual ending first.
ENDINGS = {PDF: (".pdf",), JPEG: (".jpg", ".jpeg"), PNG: (".png",), XLSX: (".xlsx",), CSV: (".csv",), EML: (".eml",)}


@dataclass(frozen=True)
class PaperKind:
    """A kind of official paper. `template` is `app/pdf/name`, one file a language: `app/pdf/name_kk.html`.

    Numbers are gapless by `series` and year and read `12-ҚД`: number, hyphen, `suffix`.
    `visible` gives the papers of this kind (a Q over OfficialDocument) that a person may see.
    `revoked_by`: whose paper it is, so that no other office takes it back.
    `opened_by`: who of them may open it, where it bears the number of a passport; its holder and whoever it was delivered to
    may besides. Whoever but its holder opens one is written down, for the holder and the auditor to read.
    `label` is the kind's name in lists and filters. `signed_by_parties`: such a paper is in force only when the last of
    its parties has signed (`documents.services.put_in_force`); whoever owns it knows the parties.
    """

    name: str
    series: str
    suffix: str
    template: str
    visible: Callable[[Standing], Q]
    revoked_by: frozenset[str]
    label: "str | Promise" = ""
    signed_by_parties: bool = False
    opened_by: Callable[[Standing], Q] | None = None

    @property
    def title(self) -> str:
        """The kind in the reader's words; its series where nobody has named it."""
        return str(self.label) or self.series


@dataclass(frozen=True)
class UploadPurpose:
    """What an upload is for: the types it may have (by content, not by name) and who may see it (a Q over Upload).

    `brought_by`: the roles that may bring one on a page of `documents`; apps with a road of their own leave it empty.
    `is_personal`: it tells numbers of passports or somebody's health; whoever opens one is written down, for its owner and the
    auditor to read, and it is erased when its time is over; `is_evidence`: but it is kept for as long as what it proves.
    `label`: what it is called where its openings are told.
    """

    name: str
    visible: Callable[[Standing], Q]
    types: frozenset[str] = PAPER_TYPES
    brought_by: frozenset[str] = frozenset()
    is_personal: bool = False
    is_evidence: bool = False
    label: "str | Promise" = ""

    @property
    def types_named(self) -> str:
        """The types as a person is told them: PDF, JPEG, PNG."""
        return ", ".join(name for kind, name in NAMES.items() if kind in self.types)


@dataclass(frozen=True)
class PaperDraft:
    """What a paper says, whether it is issued or shown before: its context, languages and who signs."""

    context: Mapping[str, Any]
    languages: Sequence[str]
    signatory: Any = None
    signatory_role: str = ""

    @property
    def said(self) -> dict[str, Any]:
        """The same as `documents.services.issue` and `preview` take it."""
        return {one.name: getattr(self, one.name) for one in fields(self)}


class DraftSource(Protocol):
    """What the paper of a kind about a thing (by key) would say if it were issued now; ObjectDoesNotExist for strangers.

    `picked`: keys of what it is to name, of those papers that name only what was picked.
    """

    def __call__(self, actor: Any, pk: int, picked: Sequence[int] = (), /) -> PaperDraft:
        """Build it. Nothing is written."""


_drafts: dict[str, DraftSource] = {}
_papers: dict[str, PaperKind] = {}
_purposes: dict[str, UploadPurpose] = {}


def register_paper(kind: PaperKind) -> PaperKind:
    """Declare a kind of paper; a second declaration of the same name replaces the first only if it is equal."""
    if _papers.setdefault(kind.name, kind) != kind:
        raise ValueError(f"paper kind {kind.name} is declared twice")
    return kind


def drafts(kind: PaperKind) -> Callable[[Callable[[Any, int], PaperDraft]], None]:
    """Declare how a paper of this kind is seen before it is issued (`documents:draft`), from the thing it is about alone."""

    def declared(source: Callable[[Any, int], PaperDraft]) -> None:
        _drafts[kind.name] = lambda actor, pk, _picked=(), /: source(actor, pk)

    return declared


def drafts_of_picked(kind: PaperKind) -> Callable[[DraftSource], None]:
    """The same for a paper that names only what was picked."""

    def declared(source: DraftSource) -> None:
        _drafts[kind.name] = source

    return declared


def draft_source(kind: str) -> DraftSource | None:
    """How a paper of a kind is seen before it is issued; None where nobody declared it."""
    return _drafts.get(kind)


def register_purpose(purpose: UploadPurpose) -> UploadPurpose:
    """Declare what uploads are for."""
    if _purposes.setdefault(purpose.name, purpose) != purpose:
        raise ValueError(f"upload purpose {purpose.name} is declared twice")
    return purpose


def paper_kind(name: str) -> PaperKind:
    """The kind called `name`. KeyError when nobody declared it."""
    return _papers[name]


def paper_kinds() -> tuple[PaperKind, ...]:
    """Every declared kind."""
    return tuple(_papers.values())


def purpose(name: str) -> UploadPurpose:
    """The purpose called `name`. KeyError when nobody declared it."""
    return _purposes[name]


def purposes() -> tuple[UploadPurpose, ...]:
    """Every declared purpose."""
    return tuple(_purposes.values())
