"""What the page of a case tells of it: its documents for this reader, what it rests on, the visa."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils.text import capfirst
from django.utils.translation import gettext

from admissions.enums import DocumentGiver, DocumentKind, ItemState, VisaState
from admissions.models import Application, PackageItem
from admissions.permissions.applications import OPEN_PRIVATE
from admissions.selectors.cases import TONES, Case
from admissions.services.package import is_open as package_is_open
from admissions.services.package import may_hand_in
from admissions.workflow import phrases
from agreements.enums import Direction
from core.http import Pointed
from core.machine import Blocker
from core.templatetags.written import day
from core.values import numbered
from institutions.enums import Role
from institutions.phrases import country_name


@dataclass(frozen=True)
class DocumentRow:
    """A document of the package with what this reader may do with it."""

    item: PackageItem
    label: str
    giver: str
    status: str
    tone: str
    may_open: bool
    may_hand_in: bool
    may_accept: bool
    may_return: bool

    @property
    def opens(self) -> bool:
        """True where a file stands behind the name for this reader: it is kept still, and is not private to others."""
        return self.may_open and self.item.upload is not None and bool(self.item.upload.file)

    @property
    def is_there(self) -> bool:
        """True where nothing is waited for: it was handed in, and not returned."""
        return self.item.status in {ItemState.SUBMITTED, ItemState.ACCEPTED}

    @property
    def note(self) -> str:
        """What has to be known before it is brought: why it was returned, or which file is there already."""
        if self.item.return_reason:
            return gettext("Returned: “%(reason)s”") % {"reason": self.item.return_reason}
        if not self.is_there or self.item.upload is None:
            return ""
        there = {"state": capfirst(self.status), "file": self.item.upload.original_name}
        return gettext("%(state)s: %(file)s. A new file takes its place.") % there


def told_together(blockers: Sequence[Blocker]) -> list[Blocker | Pointed]:
    """What stands in the way of a case, told once where several lack the same, with the way to the table that names them.

    Documents are counted by mover, one that was returned keeps its reason; signatures under the contract are in the same words
    for each party, so that {% blockers %} names them together.
    """
    alike: dict[object, list[Blocker]] = {}
    for place, blocker in enumerate(blockers):
        text = _COUNTED.get(blocker.text)
        is_signature = blocker.text in phrases.NOT_SIGNED.values()
        key = (text, blocker.whose_move) if text else "contract" if is_signature else place
        alike.setdefault(key, []).append(blocker)
    return [told for group in alike.values() for told in _together(group)]


def _together(alike: Sequence[Blocker]) -> Iterator[Blocker | Pointed]:
    first = alike[0]
    if len(alike) == 1:
        yield first
    elif text := _COUNTED.get(first.text):
        together = Blocker(first.clause, text, first.whose_move, {"count": str(len(alike))}, first.ask)
        yield Pointed(together, "#package")
    else:
        for one in alike:
            yield Pointed(replace(one, text=phrases.SIGNATURES_LACK), "#contract")


_COUNTED = dict.fromkeys(phrases.MISSING.values(), phrases.MISSING_COUNT) | dict.fromkeys(
    phrases.TO_CHECK.values(), phrases.TO_CHECK_COUNT
)


def document_rows(application: Application, case: Case, roles: frozenset[str]) -> list[DocumentRow]:
    """The package for this reader: who may hand in, accept, return which document."""
    is_open = package_is_open(application)
    checks = is_open and Role.IPD_COORDINATOR in roles
    rows = []
    for item in case.documents:
        item.application = application
        hands_in = is_open and item.status != ItemState.ACCEPTED and may_hand_in(item, roles)
        hands_in = hands_in and not (checks and item.status == ItemState.SUBMITTED)  # the IPD's turn to check it
        rows.append(
            DocumentRow(
                item=item,
                label=str(item.get_kind_display()),
                giver=str(DocumentGiver(item.giver).label),
                status=str(item.get_status_display()),
                tone=TONES[ItemState(item.status)],
                may_open=item.kind not in DocumentKind.private() or bool(roles & OPEN_PRIVATE),
                may_hand_in=hands_in,
                may_accept=checks and item.status == ItemState.SUBMITTED,
                may_return=checks and item.status in {ItemState.SUBMITTED, ItemState.ACCEPTED},
            )
        )
    return rows


def hands_in_several(rows: Sequence[DocumentRow]) -> bool:
    """True where this reader may bring more than one of the documents: they can be handed in together."""
    return sum(row.may_hand_in for row in rows) > 1


def pathway_facts(application: Application) -> list[tuple[str, object]]:
    """What the case rests on: partner, agreement, programme there, period, Annex version."""
    intake = application.intake
    way = intake.pathway
    partner = way.partner_programme.university
    last = intake.semester + intake.semesters - 1
    semesters = f"{intake.semester}" if last == intake.semester else f"{intake.semester}–{last}"
    return [
        (gettext("Partner"), f"{partner.name}, {country_name(partner.country)}"),
        (gettext("Agreement"), _until(numbered(way.agreement.number), way.agreement.valid_until)),
        *_programmes(application),
        (
            gettext("Period"),
            gettext("semester %(semesters)s, %(from)s – %(until)s")
            % {
                "semesters": semesters,
                "from": day(intake.term.starts_on),
                "until": day(intake.last_term.ends_on),
            },
        ),
        (gettext("Annex 1"), gettext("version %(number)s") % {"number": application.annex_version.number}),
    ]


def _until(number: str, last: date | None) -> str:
    return gettext("%(number)s, until %(day)s") % {"number": number, "day": day(last)} if last else number


def _programmes(application: Application) -> list[tuple[str, object]]:
    """Where the student goes, and for who comes from where: the programme of the pathway on each side."""
    way = application.intake.pathway
    if application.direction == Direction.OUTGOING:
        return [(gettext("Programme there"), way.partner_programme.name)]
    here = f"{way.home_programme.code} {way.home_programme.name}"
    return [(gettext("Programme at the University"), here), (gettext("Own programme"), way.partner_programme.name)]


def visa_facts(case: Case) -> list[tuple[str, object]]:
    """What is known of the visa, without what is not."""
    visa = case.visa
    if visa is None:
        return []
    # While documents are collected the note says why the last file was refused; a new file takes it away.
    refused = visa.state in {VisaState.REFUSED, VisaState.COLLECTING}
    days = f"{day(visa.valid_from)} – {day(visa.valid_until)}" if visa.valid_from and visa.valid_until else ""
    rows = [
        (gettext("Country"), country_name(visa.country)),
        (gettext("Category"), visa.category),
        (gettext("Invitation number"), visa.invitation_number),
        (gettext("Submitted"), day(visa.submitted_on) if visa.submitted_on else ""),
        (gettext("Valid"), days),
        # The program writes notes too: such a one is a message id. An empty one would be the catalogue's head.
        (gettext("Refused because") if refused else gettext("Note"), visa.note and gettext(visa.note)),
    ]
    return [(label, value) for label, value in rows if value]
