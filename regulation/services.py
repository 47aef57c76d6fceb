"""Verbs: load an edition, enter a change into a change-registration sheet."""

from datetime import date
from enum import Enum
from pathlib import Path

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models, transaction
from django.db.models import Max
from django.utils.translation import gettext_noop

from core.faults import past_faults
from core.history import record, subject_type
from core.models import HistoryEntry
from core.values import Localized, fold, today
from core.workflow import NotAllowedError, RefusedError, refuse_faults
from regulation.enums import AmendmentKind
from regulation.files import ClauseData, EditionData, SectionData, read_edition
from regulation.models import Amendment, Clause, Edition, Section
from regulation.permissions import may_amend
from regulation.selectors import changes_of, current_edition


class Loaded(Enum):
    """What became of an edition's file."""

    ADDED = "added"
    UNCHANGED = "unchanged"
    CORRECTED = "corrected"


class EditionDecidedUnderError(Exception):
    """The file differs from the loaded edition in what has legal force, and decisions were made under that edition."""


@transaction.atomic
def load_edition(path: Path) -> Loaded:
    """Load an edition from its file beside those that are there (R-1.5-a). The same file again changes nothing.

    What differs is corrected. Once a decision was made under the edition only its translations may be mended: a
    difference in what has legal force (the Kazakh text, keys, numbers, the head) raises EditionDecidedUnderError then.
    """
    data = read_edition(path)
    loaded = Edition.objects.filter(number=data.number).first()
    if loaded is None:
        _write(Edition(number=data.number), data)
        return Loaded.ADDED
    present = _as_data(loaded)
    if data == present:
        return Loaded.UNCHANGED
    if _legal(data) != _legal(present) and HistoryEntry.objects.filter(edition=data.number).exists():
        raise EditionDecidedUnderError(
            f"edition {data.number}: {path.name} differs from what was loaded, and decisions were made under it"
        )
    Clause.objects.filter(edition=loaded).update(parent=None)
    Clause.objects.filter(edition=loaded).delete()
    Section.objects.filter(edition=loaded).delete()
    _write(loaded, data)
    return Loaded.CORRECTED


def _write(edition: Edition, data: EditionData) -> None:
    edition.code, edition.decision, edition.approved_on = data.code, data.decision, data.approved_on
    for name, texts in (("title", data.title), ("source", data.source), ("note", data.translation_note)):
        for language, text in _by_language(texts).items():
            setattr(edition, f"{name}_{language}", text)
    edition.save()
    sections = {
        row.key: Section(
            edition=edition,
            key=row.key,
            position=position,
            **_printed(row.printed),
            **{f"title_{language}": text for language, text in _by_language(row.title).items()},
        )
        for position, row in enumerate(data.sections, start=1)
    }
    Section.objects.bulk_create(sections.values())
    clauses = {
        row.key: _clause(edition, sections[row.section], position, row)
        for position, row in enumerate(data.clauses, start=1)
    }
    Clause.objects.bulk_create(clauses.values())
    parts = [row for row in data.clauses if row.parent]
    for row in parts:
        clauses[row.key].parent = clauses[row.parent]
    Clause.objects.bulk_update([clauses[row.key] for row in parts], ["parent"])


def _clause(edition: Edition, section: Section, position: int, row: ClauseData) -> Clause:
    texts = _by_language(row.text)
    return Clause(
        edition=edition,
        section=section,
        key=row.key,
        position=position,
        text_only=row.text_only,
        search_text=fold(" ".join([row.key, *texts.values()])),
        **_printed(row.printed),
        **{f"text_{language}": text for language, text in texts.items()},
    )


def _by_language(texts: Localized) -> dict[str, str]:
    return {"kk": texts.kk, "ru": texts.ru, "en": texts.en}


def _printed(texts: Localized) -> dict[str, str]:
    return {"printed": texts.kk, "printed_ru": texts.ru, "printed_en": texts.en}


def _as_data(edition: Edition) -> EditionData:
    """A loaded edition in the form of its file."""
    return EditionData(
        number=edition.number,
        code=edition.code,
        decision=edition.decision,
        approved_on=edition.approved_on,
        title=edition.title,
        source=edition.source,
        translation_note=edition.note,
        sections=tuple(SectionData(row.key, row.shown, row.title) for row in edition.sections.order_by("position")),
        clauses=tuple(
            ClauseData(
                row.key, row.shown, row.section.key, row.parent.key if row.parent else "", row.text_only, row.text
            )
            for row in edition.clauses.select_related("section", "parent").order_by("position")
        ),
    )


def _legal(data: EditionData) -> object:
    """What of an edition has legal force: all but the translations and the notes about them."""
    head = (data.code, data.decision, data.approved_on, data.title.kk)
    sections = [(row.key, row.printed.kk, row.title.kk) for row in data.sections]
    clauses = [(row.key, row.printed.kk, row.section, row.parent, row.text_only, row.text.kk) for row in data.clauses]
    return head, sections, clauses


@transaction.atomic
def amend(
    *, actor: AbstractBaseUser, clause: str, kind: str, notice: str, entered_on: date, position: str
) -> Amendment:
    """Enter a change of the regulation into the sheet of the edition in force (R-CR-a). Raises RefusedError, FaultyError.

    Only for those who keep it; the text itself changes by a new edition alone.
    """
    if not may_amend(actor):
        raise NotAllowedError(gettext_noop("This step is not yours to take."))
    edition = current_edition()
    if edition is None:
        raise RefusedError(gettext_noop("No edition of the regulation has been loaded."))
    refuse_faults(past_faults("entered_on", entered_on, today=today()))
    return enter_change(
        subject=edition,
        actor=actor,
        clause=clause,
        kind=kind,
        notice=notice,
        entered_on=entered_on,
        position=position,
    )


@transaction.atomic
def enter_change(
    *,
    subject: models.Model,
    actor: AbstractBaseUser,
    clause: str,
    kind: str,
    notice: str,
    entered_on: date,
    position: str,
) -> Amendment:
    """Add a line to the change sheet of `subject` (an edition, an agreement): the next number, and history (R-CR-a).

    The caller has asked whether the actor may.
    """
    type(subject)._default_manager.select_for_update().get(pk=subject.pk)  # noqa: SLF001 -- one line after the other
    last = changes_of(subject).aggregate(last=Max("number"))["last"] or 0
    amendment = Amendment.objects.create(
        subject_type=subject_type(subject),
        subject_id=subject.pk,
        number=last + 1,
        clause=clause,
        kind=AmendmentKind(kind),
        notice=notice,
        entered_on=entered_on,
        entered_by_id=actor.pk,
        position=position,
    )
    record(
        actor=actor,
        action="regulation.change_entered",
        subject=subject,
        text=gettext_noop("entered change No. %(number)s of %(place)s"),
        params={"number": amendment.number, "place": clause},
        clause="CR",
    )
    return amendment
