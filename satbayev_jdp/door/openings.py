"""Who opened passports, health documents and papers and files that tell numbers of passports: whose, which, when."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from admissions.enums import DocumentKind
from admissions.models import Application, Intake, PackageItem
from admissions.selectors.applications import applications_visible_to
from admissions.selectors.lists import intakes_visible_to
from core.history import OPENED, subject_type
from core.http import page_of
from core.models import HistoryEntry, Subject
from core.permissions import role_label
from documents.kinds import paper_kind, purpose
from documents.models import OfficialDocument, Upload
from institutions.models import Person
from institutions.permissions import Standing


@dataclass(frozen=True, slots=True)
class Opening:
    """That somebody opened a file or paper: which document it is and whose, in the reader's words.

    `url`: the page of the case or intake, where the reader sees it. `whose` is empty where it tells of everybody, `file` where
    numbers were read on a page.
    """

    at: datetime
    who: str
    roles: tuple[str, ...]
    file: str
    document: str
    whose: str
    url: str

    @property
    def roles_named(self) -> str:
        """In which roles it was opened, in words."""
        return ", ".join(role_label(role) for role in self.roles)


def every_opening() -> QuerySet[HistoryEntry]:
    """Every opening, the latest first: for whoever audits them."""
    kinds = [subject_type(Upload), subject_type(OfficialDocument), subject_type(Person)]
    found = HistoryEntry.objects.filter(subject_type__in=kinds, action=OPENED)
    return found.select_related("actor__person").order_by("-pk")


def openings_of(
    uploads: QuerySet[Upload], papers: QuerySet[OfficialDocument], person_id: int | None
) -> QuerySet[HistoryEntry]:
    """Who opened any of these, or read the numbers of this person, the latest first."""
    wanted = Q(subject_type=subject_type(Upload), subject_id__in=uploads.order_by().values("pk"))
    wanted |= Q(subject_type=subject_type(OfficialDocument), subject_id__in=papers.order_by().values("pk"))
    wanted |= Q(subject_type=subject_type(Person), subject_id=person_id)
    return every_opening().filter(wanted)


def told(entries: Iterable[HistoryEntry], standing: Standing) -> list[Opening]:
    """Openings as this reader reads them. As many queries for one as for a page of them."""
    entries = list(entries)
    uploads = Upload.objects.in_bulk(_keys(entries, Upload))
    papers = OfficialDocument.objects.defer("context").in_bulk(_keys(entries, OfficialDocument))
    people = Person.objects.in_bulk(_keys(entries, Person))
    things = [*uploads.values(), *papers.values()]
    cases = applications_visible_to(standing).in_bulk(_keys(things, Application))
    intakes = intakes_visible_to(standing).in_bulk(_keys(things, Intake))
    whose = {(subject_type(Application), pk): str(case.enrolment.person) for pk, case in cases.items()}
    whose |= {
        (subject_type(Intake), pk): str(intake.pathway.partner_programme.university) for pk, intake in intakes.items()
    }
    kinds = dict(PackageItem.objects.filter(upload__in=uploads).values_list("upload_id", "kind"))
    found: Mapping[str, Mapping[int, Upload | OfficialDocument]] = {
        subject_type(Upload): uploads,
        subject_type(OfficialDocument): papers,
    }
    return [
        _numbers_read(entry, people[entry.subject_id])
        if entry.subject_type == subject_type(Person)
        else _opening(entry, found[entry.subject_type][entry.subject_id], whose, kinds)
        for entry in entries
    ]


def _keys(rows: Sequence[Subject], model: type[models.Model]) -> set[int]:
    return {row.subject_id for row in rows if row.subject_type == subject_type(model)}


def _numbers_read(entry: HistoryEntry, person: Person) -> Opening:
    return Opening(
        at=entry.at,
        who=str(entry.actor or ""),
        roles=tuple(entry.after.get("roles", ())),
        file="",
        document=gettext("numbers of passport and IIN"),
        whose=str(person),
        url="",
    )


def _opening(
    entry: HistoryEntry,
    thing: Upload | OfficialDocument,
    whose: Mapping[tuple[str, int], str],
    kinds: Mapping[int, str],
) -> Opening:
    about = (thing.subject_type, thing.subject_id)
    if isinstance(thing, OfficialDocument):
        document = paper_kind(thing.kind).title
    else:  # a file that another has taken the place of is known by its purpose alone
        document = str(DocumentKind(kinds[thing.pk]).label if thing.pk in kinds else purpose(thing.purpose).label)
    return Opening(
        at=entry.at,
        who=str(entry.actor or ""),
        roles=tuple(entry.after.get("roles", ())),
        file=str(entry.params["name"]),
        document=document,
        whose=whose.get(about, ""),
        url=page_of(*about) if about in whose else "",
    )
