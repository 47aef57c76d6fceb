"""Verbs on Annex 1: import a version, propose, agree, return; after signature a frozen one is an amendment (A1, CR)."""

from collections.abc import Callable, Mapping, Sequence
from typing import BinaryIO

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_noop

from agreements.convert import AnnexEntry, AnnexLine, annex_hash, names_in_annex
from agreements.enums import AgreementState, AnnexState, Relation, Side
from agreements.imports.rows import AnnexReport, AnnexReportLine, AnnexTable, ReadRow
from agreements.imports.sheet import read_annex
from agreements.imports.typed import TypedLine, read_typed
from agreements.models import Agreement, AnnexCourse, AnnexRow, AnnexVersion, Pathway
from agreements.pdf import ANNEX_FILE, ANNEX_PAPER, annex_of
from agreements.permissions import roles_on_annex, side_of
from agreements.selectors.agreements import written_in
from agreements.selectors.annex import courses_to_tie, entries_of, facts_of_annex, latest_for, printed_before, rows_of
from agreements.services.agreements import agree_if_ready
from agreements.services.fetching import locked_agreement, locked_annex, locked_pathway, must_hold, not_yours
from agreements.services.settling import settle_agreement, settle_annex
from agreements.workflow.agreement import OPEN_TO_ANNEX
from agreements.workflow.annex import ANNEX, coordinator_of
from core.decisions import decide
from core.history import record, subject_type
from core.imports import Outcome, Problem, UnreadableFileError
from core.models import Verdict
from core.values import Localized, plain, today, trimmed
from core.workflow import ChangedMeanwhileError, RefusedError, WrongStateError, perform, reason_given
from documents.enums import DocumentState
from documents.models import OfficialDocument, Upload
from documents.services import issue, store_upload
from institutions.enums import Role
from institutions.models import User
from institutions.permissions import standing_of
from institutions.selectors import signature_of
from programmes.models import Course
from programmes.services.files import kept_file, upload_for
from regulation.enums import AmendmentKind
from regulation.services import enter_change


@transaction.atomic
def keep_annex_file(*, pathway_id: int, file: BinaryIO, name: str, actor: User) -> Upload:
    """Keep a workbook for a dry run. Only coordinators of the two sides. Raises RefusedError, FileRefusedError."""
    pathway, _side = _own_side(pathway_id, actor)
    return store_upload(file=file, name=name, purpose_name=ANNEX_FILE.name, subject=pathway, actor=actor)


def try_annex(*, upload_id: int, actor: User) -> AnnexReport:
    """What importing a kept workbook would do, row by row; nothing is written."""
    upload = upload_for(upload_id, model=Pathway, purpose=ANNEX_FILE.name)
    with transaction.atomic():
        pathway, side = _own_side(upload.subject_id, actor)
    return _report_of_file(upload, pathway, side)[0]


@transaction.atomic
def import_annex(*, upload_id: int, actor: User) -> AnnexReport:
    """Write a kept workbook as the next version, a draft of the actor's side. Any problem writes nothing.

    The content of the latest version that this side knows gives that version again and writes nothing. An earlier draft of
    the same side is withdrawn. Raises RefusedError while the agreement lies between the parties' yes and its signature.
    """
    upload = upload_for(upload_id, model=Pathway, purpose=ANNEX_FILE.name)
    pathway, side = _own_side(upload.subject_id, actor)
    report, read = _report_of_file(upload, pathway, side)
    if _write(report, read, pathway, side, actor):
        record(
            actor=actor,
            action="annex.imported",
            subject=report.made,
            text=gettext_noop("imported from “%(name)s”: %(count)s rows"),
            params={"name": upload.original_name, "count": len(report.entries)},
            clause="A1",
            after={"hash": report.made.content_hash, "upload": upload.pk, "digest": upload.sha256},
        )
    return report


def try_typed_annex(*, pathway_id: int, lines: Sequence[TypedLine], actor: User) -> AnnexReport:
    """What a typed table would do, as `try_annex` does for a file."""
    with transaction.atomic():
        pathway, side = _own_side(pathway_id, actor)
    return _report_of_lines(lines, pathway, side)[0]


@transaction.atomic
def write_annex(*, pathway_id: int, lines: Sequence[TypedLine], actor: User, seen: str = "") -> AnnexReport:
    """Write a typed table as the next version, as `import_annex` does a file: the same checks, any problem writes nothing.

    `seen`: the key of the latest version that the actor was shown. Raises ChangedMeanwhileError where another was written.
    """
    pathway, side = _own_side(pathway_id, actor)
    latest = latest_for(pathway, side)
    report, read = _report_of_lines(lines, pathway, side)
    if report.ok and seen and latest is not None and seen != str(latest.pk):
        text = gettext_noop(
            "Version %(number)s was written after you opened this table. Compare, then save again to write yours after it."
        )
        raise ChangedMeanwhileError(text, {"number": latest.number}, now=str(latest.pk))
    if _write(report, read, pathway, side, actor):
        record(
            actor=actor,
            action="annex.typed",
            subject=report.made,
            text=gettext_noop("typed as a table: %(count)s rows"),
            params={"count": len(report.entries)},
            clause="A1",
            after={"hash": report.made.content_hash},
        )
    return report


def _write(report: AnnexReport, read: AnnexTable | None, pathway: Pathway, side: Side, actor: User) -> bool:
    """Write what was read as a version, unless something is wrong with it or the latest version says the same."""
    if read is None or not report.ok:
        return False
    latest = latest_for(pathway, side)
    if latest is not None and latest.content_hash == read.hash:
        report.version = latest
        return False
    report.version = _new_version(pathway, read.entries, side=side, actor=actor)
    report.written = True
    settle_agreement(pathway.agreement)
    return True


def _own_side(pathway_id: int, actor: User) -> tuple[Pathway, Side]:
    pathway = locked_pathway(pathway_id, actor)
    side = side_of(standing_of(actor), pathway)
    if side is None:
        raise not_yours()
    if pathway.agreement.is_memorandum:
        raise RefusedError(gettext_noop("A memorandum alone opens nothing: an agreement is needed."))
    if pathway.agreement.state not in OPEN_TO_ANNEX:
        raise WrongStateError(gettext_noop("The text is agreed: return the agreement to the draft to change it."))
    return pathway, side


_Reading = Callable[[Sequence[Course], Sequence[Course]], AnnexTable]


def _report_of_file(upload: Upload, pathway: Pathway, side: Side) -> tuple[AnnexReport, AnnexTable | None]:
    def reading(home: Sequence[Course], partner: Sequence[Course]) -> AnnexTable:
        return read_annex(kept_file(upload), upload.original_name, home=home, partner=partner)

    return _report(reading, pathway, side, name=upload.original_name, digest=upload.sha256)


def _report_of_lines(lines: Sequence[TypedLine], pathway: Pathway, side: Side) -> tuple[AnnexReport, AnnexTable | None]:
    def reading(home: Sequence[Course], partner: Sequence[Course]) -> AnnexTable:
        return read_typed(lines, home=home, partner=partner, printed=printed_before(pathway, side))

    return _report(reading, pathway, side)


def _report(
    reading: _Reading, pathway: Pathway, side: Side, *, name: str = "", digest: str = ""
) -> tuple[AnnexReport, AnnexTable | None]:
    report = AnnexReport(digest=digest)
    name = name or str(pathway)
    if not (pathway.home_curriculum_id and pathway.partner_curriculum_id):
        text = gettext_noop("The curricula of both sides have not been imported and tied.")
        report.problems.append(Problem(name, text))
        return report, None
    home, partner = courses_to_tie(pathway)
    try:
        read = reading(home, partner)
    except UnreadableFileError as error:
        report.problems.append(Problem(name, error.text, error.params))
        return report, None
    report.problems, report.entries = read.problems, read.entries
    latest = latest_for(pathway, side)
    known = latest is not None and latest.content_hash == read.hash
    outcome = Outcome.UNCHANGED if known else Outcome.CREATED
    courses = {course.pk: course for course in (*home, *partner)}
    report.lines = [*(_line(row, outcome, courses) for row in read.rows), *read.refused]
    if read.refused:
        report.lines.sort(key=lambda line: line.row)
    report.lines += _left_out(read, home, gettext_noop("stands in no row: a difference until somebody decides"))
    report.lines += _left_out(read, partner, gettext_noop("of the partner, stands in no row: open for its award"))
    return report, read


def _line(row: ReadRow, outcome: Outcome, courses: Mapping[int, Course]) -> AnnexReportLine:
    def named(line: AnnexLine) -> str:
        return str(names_in_annex(line.side, line.printed_name, courses[line.course_id].names))

    sides = [" + ".join(map(named, row.entry.side(side))) or "—" for side in (Side.HOME, Side.PARTNER)]
    note = row.notes[0] if row.notes else ""
    return AnnexReportLine(row.where, outcome, " ↔ ".join(sides), note, entry=row.entry)


def _left_out(read: AnnexTable, courses: Sequence[Course], text: str) -> list[AnnexReportLine]:
    left = [course for course in courses if course.pk not in read.named]
    return [AnnexReportLine("—", Outcome.HELD, f"{course.code} {course.name}", text) for course in left]


def _new_version(pathway: Pathway, entries: Sequence[AnnexEntry], *, side: Side, actor: User) -> AnnexVersion:
    """Write a version whole: its rows never change afterwards (apps.py)."""
    for draft in AnnexVersion.objects.filter(pathway=pathway, state=AnnexState.DRAFT, proposed_by=side).order_by("pk"):
        _withdraw(locked_annex(draft.pk, actor), actor, reason=_REPLACED)
    last = AnnexVersion.objects.filter(pathway=pathway).aggregate(last=Max("number"))["last"] or 0
    version = AnnexVersion.objects.create(
        pathway=pathway, number=last + 1, proposed_by=side, content_hash=annex_hash(entries), created_by=actor
    )
    rows = AnnexRow.objects.bulk_create(
        AnnexRow(
            version=version,
            position=position,
            semester=entry.semester,
            is_summer=entry.is_summer,
            relation=entry.relation,
            reason=entry.reason,
        )
        for position, entry in enumerate(entries, start=1)
    )
    AnnexCourse.objects.bulk_create(
        AnnexCourse(
            row=row,
            side=line.side,
            position=position,
            printed_number=line.printed_number,
            printed_name=line.printed_name,
            course_id=line.course_id,
            credits=line.credits,
            hours=line.hours,
        )
        for row, entry in zip(rows, entries, strict=True)
        for position, line in enumerate(entry.lines, start=1)
    )
    return version


_REPLACED = gettext_noop("replaced by a newer version")


@transaction.atomic
def state_relation(*, version_id: int, position: int, relation: str, reason: str, actor: User) -> AnnexVersion:
    """Say of a one-sided row of a draft that it is additional or a difference, and why (A1-b): the next version says so.

    Raises RefusedError for a row of two sides or without a reason.
    """
    version = _draft(version_id, actor)
    entries = list(entries_of(rows_of(version)))
    if not 1 <= position <= len(entries):
        raise RefusedError(gettext_noop("There is no such row."))
    entry = entries[position - 1]
    if entry.side(Side.HOME) and entry.side(Side.PARTNER):
        raise RefusedError(gettext_noop("Only a row of one side can be additional or a difference."))
    needs_reason = relation in (Relation.ADDITIONAL, Relation.DIFFERENCE)
    if relation not in (Relation.ADDITIONAL, Relation.DIFFERENCE, Relation.TAKEN_THERE):
        raise RefusedError(gettext_noop("Only a row of one side can be additional or a difference."))
    if needs_reason:
        reason = reason_given(reason)
    said = trimmed(reason)[:300] if needs_reason else ""
    entries[position - 1] = AnnexEntry(entry.semester, entry.is_summer, relation, said, entry.lines)
    if annex_hash(entries) == version.content_hash:
        return version
    made = _new_version(version.pathway, entries, side=Side(version.proposed_by), actor=actor)
    record(
        actor=actor,
        action="annex.row_stated",
        subject=made,
        text=gettext_noop("row %(position)s of version %(before)s stated anew"),
        params={"position": position, "before": version.number},
        clause="A1",
        after={"relation": relation, "reason": said},
    )
    settle_agreement(version.pathway.agreement)
    return made


def _draft(version_id: int, actor: User) -> AnnexVersion:
    version = locked_annex(version_id, actor)
    _pathway, side = _own_side(version.pathway_id, actor)
    if side != version.proposed_by:
        raise not_yours()
    if version.state != AnnexState.DRAFT:
        raise WrongStateError(gettext_noop("Only a draft can change."))
    return version


@transaction.atomic
def propose_annex(*, version_id: int, actor: User) -> AnnexVersion:
    """A side proposes its draft to the other, and by that agrees to it itself, by its hash (A1-d). Raises RefusedError."""
    version = locked_annex(version_id, actor)
    _own_side(version.pathway_id, actor)
    _perform(version, "propose", actor)
    _say(version, Verdict.AGREED, actor)
    settle_agreement(version.pathway.agreement)
    return version


@transaction.atomic
def agree_annex(*, version_id: int, actor: User) -> AnnexVersion:
    """The other side agrees to the same hash: the version freezes (A1-d). Raises RefusedError.

    Before signature the agreement may become agreed by it. After signature the version is an amendment of the agreement: a
    line of its change sheet (CR-a). Students stay on the version that they were admitted under.
    """
    version = locked_annex(version_id, actor)
    pathway, _side = _own_side(version.pathway_id, actor)
    _say(version, Verdict.AGREED, actor)
    _perform(version, "freeze", actor)
    agreement = locked_agreement(pathway.agreement_id, actor)
    written = written_in(agreement)
    if agreement.state == AgreementState.SIGNED:
        _amend(agreement, version, actor)
    else:
        agree_if_ready(agreement, actor, written)
    settle_annex(version)
    settle_agreement(agreement, written)
    return version


@transaction.atomic
def withdraw_annex(*, version_id: int, reason: str, actor: User) -> AnnexVersion:
    """The other side returns a proposed version, or its own side takes it back, with a reason (A1-d). Raises RefusedError."""
    version = locked_annex(version_id, actor)
    side = side_of(standing_of(actor), version.pathway)
    if side is None:
        raise not_yours()
    if version.state == AnnexState.PROPOSED and trimmed(reason):
        _say(version, Verdict.RETURNED, actor, reason=trimmed(reason))
    _withdraw(version, actor, reason=reason)
    settle_agreement(version.pathway.agreement)
    return version


def _withdraw(version: AnnexVersion, actor: User, *, reason: str) -> None:
    _perform(version, "withdraw", actor, reason=reason)
    settle_annex(version)


def _perform(version: AnnexVersion, step: str, actor: User, *, reason: str = "") -> None:
    roles = roles_on_annex(version, standing_of(actor))
    perform(ANNEX, step, version, actor=actor, roles=roles, facts=facts_of_annex(version), reason=reason)


def _say(version: AnnexVersion, verdict: str, actor: User, *, reason: str = "") -> None:
    side = side_of(standing_of(actor), version.pathway)
    if side is None:
        raise not_yours()
    if version.state != AnnexState.PROPOSED:
        raise WrongStateError(gettext_noop("Somebody was first: this has already moved on. Here is how it stands now."))
    decide(
        subject=version,
        part=side,
        role=coordinator_of(side),
        actor=actor,
        verdict=verdict,
        subject_hash=version.content_hash,
        reason=reason,
    )


def _amend(agreement: Agreement, version: AnnexVersion, actor: User) -> None:
    standing = standing_of(actor)
    role = Role.IPD_COORDINATOR if standing.holds(Role.IPD_COORDINATOR) else Role.PARTNER_COORDINATOR
    enter_change(
        subject=agreement,
        actor=actor,
        clause="A1",
        kind=AmendmentKind.REPLACE,
        notice=f"{version.pathway}, {version.number} · {today():%d.%m.%Y}",
        entered_on=today(),
        position=signature_of(actor, role)["position"]["kk"],
    )


@transaction.atomic
def issue_annex(*, version_id: int, actor: User) -> OfficialDocument:
    """Issue a frozen version as a paper in the printed form (A1-e), numbered and sealed. Only the IPD. Raises RefusedError.

    A paper that says the same stands already: it is given back. One that says another thing, such as an agreement without its
    number yet, is superseded.
    """
    must_hold(actor, Role.IPD_COORDINATOR)
    version = locked_annex(version_id, actor)
    if version.state != AnnexState.FROZEN:
        raise WrongStateError(gettext_noop("Only a version that both sides agreed to becomes a paper."))
    title = Localized(
        f"1-қосымша. Пәндерді қайта есептеу тәртібі: {version.pathway}, {version.number}-нұсқа",
        f"Приложение 1. Порядок перезачёта дисциплин: {version.pathway}, версия {version.number}",
        f"Annex 1. Order of recalculating courses: {version.pathway}, version {version.number}",
    )
    draft, paper = annex_of(version, actor), _paper_of(version)
    if paper is not None and {name: one for name, one in paper.context.items() if name != "paper"} == plain(
        draft.context
    ):
        return paper
    return issue(
        kind=ANNEX_PAPER.name,
        subject=version,
        title=title,
        actor=actor,
        supersedes=paper,
        **draft.said,
    )


def _paper_of(version: AnnexVersion) -> OfficialDocument | None:
    papers = OfficialDocument.objects.filter(subject_type=subject_type(version), subject_id=version.pk)
    return papers.filter(kind=ANNEX_PAPER.name, state=DocumentState.ISSUED).order_by("-pk").first()
