"""What a dossier is made of, read for one reader in a fixed number of queries, each part by its own rule of who may see it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q, prefetch_related_objects

from admissions.models import Application, Order
from admissions.selectors.applications import applications_visible_to
from admissions.selectors.cases import Case, case_read_by, cases_of
from admissions.selectors.lists import lists_visible_to
from admissions.selectors.orders import orders_visible_to
from agreements.models import AnnexCourse
from agreements.selectors.annex import annexes_visible_to
from core.history import subject_type
from core.models import LATE_MARK, Decision, WorkItem
from core.story import Told, stories_of
from documents.models import OfficialDocument
from documents.selectors import papers_visible_to
from institutions.models import Person
from institutions.permissions import Standing, as_read_by
from mobility.models import Placement, PlanItem, StudyPlan
from mobility.selectors.plans import annex_courses_of, decisions_of_plans, items_of, plans_visible_to
from mobility.selectors.stay import placements_visible_to
from programmes.models import Enrolment
from programmes.selectors import enrolments_visible_to
from transcripts.models import RecognitionProtocol
from transcripts.selectors.study import Study, study_of


@dataclass(frozen=True, slots=True)
class Road:
    """One application of the person with what came of it. `case` is None for an advisor who sees the stay alone (9.4)."""

    application: Application
    case: Case | None
    stay: Placement | None
    plans: tuple[StudyPlan, ...]
    protocols: tuple[RecognitionProtocol, ...]


@dataclass(frozen=True, slots=True)
class Links:
    """What this reader may open: papers, orders, lists and versions of Annex 1, by key."""

    papers: frozenset[int]
    orders: frozenset[int]
    lists: frozenset[int]
    annexes: frozenset[int]


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that a dossier tells. `known`: the enrolments whose own page this reader may see, by key."""

    person: Person
    enrolments: tuple[Enrolment, ...]
    known: frozenset[int]
    roads: tuple[Road, ...]
    study: Study
    items: dict[int, list[PlanItem]]
    annex: dict[int, list[AnnexCourse]]
    decisions: dict[int, dict[str, Decision]]
    stories: dict[tuple[str, int], list[Told]]
    waiting: tuple[WorkItem, ...]
    links: Links

    def story(self, thing: models.Model) -> list[Told]:
        """What happened to a thing, the oldest first."""
        return self.stories.get((subject_type(thing), thing.pk), [])[::-1]


def enrolment_for(standing: Standing, pk: int) -> Enrolment | None:
    """The student of a dossier: one whom this reader may see as a student, in an application, or in a stay. One query."""
    as_student = enrolments_visible_to(standing).order_by().values("pk")
    applied = applications_visible_to(standing).filter(enrolment=OuterRef("pk")).order_by().values("pk")
    stayed = placements_visible_to(standing).filter(application__enrolment=OuterRef("pk")).order_by().values("pk")
    found = Enrolment.objects.filter(Q(pk__in=as_student) | Exists(applied) | Exists(stayed), pk=pk)
    return found.select_related("person").first()


def read(standing: Standing, person: Person) -> Reading:
    """The dossier of a person as this reader may see it."""
    seen = {one.pk: one for one in enrolments_visible_to(standing).filter(person=person)}
    cases = list(applications_visible_to(standing).filter(enrolment__person=person))
    prefetch_related_objects(cases, "letter")
    stays = list(placements_visible_to(standing).filter(application__enrolment__person=person))
    plans = list(plans_visible_to(standing).filter(enrolment__person=person).order_by("number"))
    enrolments = _enrolments(seen, [*cases, *(stay.application for stay in stays)])
    study = study_of(standing, [one.pk for one in enrolments], [stay.pk for stay in stays])
    told = {pk: case_read_by(standing.roles, case) for pk, case in cases_of(cases).items()}
    roads = _roads(cases, told, stays, plans, study.protocols)
    orders = [order for case in told.values() for order in case.orders]
    subjects: list[models.Model] = [*stays, *plans, *study.protocols, *orders]
    of_the_person = {(subject_type(one), one.pk) for one in (*stays, *plans)}
    stories = {
        thing: as_read_by(standing.roles, story) if thing in of_the_person else story
        for thing, story in stories_of(subjects).items()
    } | {(subject_type(Application), pk): list(case.story) for pk, case in told.items()}
    return Reading(
        person=person,
        enrolments=enrolments,
        known=frozenset(seen),
        roads=roads,
        study=study,
        items=items_of(plans),
        annex=annex_courses_of([plan.annex_version_id for plan in plans]),
        decisions=decisions_of_plans(plans),
        stories=stories,
        waiting=_waiting([*cases, *subjects, *enrolments]),
        links=_links(standing, roads, study, orders, stories.values()),
    )


def _enrolments(seen: dict[int, Enrolment], applications: Iterable[Application]) -> tuple[Enrolment, ...]:
    """The enrolments that this reader meets, by key; those behind an application are loaded with it."""
    met = {application.enrolment_id: application.enrolment for application in applications} | seen
    return tuple(met[pk] for pk in sorted(met))


def _roads(
    cases: Sequence[Application],
    told: dict[int, Case],
    stays: Sequence[Placement],
    plans: Sequence[StudyPlan],
    protocols: Sequence[RecognitionProtocol],
) -> tuple[Road, ...]:
    """The applications in the order of their study, each with its stay, plans and protocols."""
    stay_of = {stay.application_id: stay for stay in stays}
    plans_of: dict[int, list[StudyPlan]] = defaultdict(list)
    for plan in plans:
        plans_of[plan.placement_id].append(plan)
    protocols_of: dict[int, list[RecognitionProtocol]] = defaultdict(list)
    for protocol in protocols:
        protocols_of[protocol.plan.placement_id].append(protocol)
    applications = {stay.application_id: stay.application for stay in stays} | {one.pk: one for one in cases}
    roads = []
    for application in sorted(applications.values(), key=lambda one: (one.intake.term.starts_on, one.pk)):
        stay = stay_of.get(application.pk)
        key = stay.pk if stay else 0
        roads.append(Road(application, told.get(application.pk), stay, tuple(plans_of[key]), tuple(protocols_of[key])))
    return tuple(roads)


def _waiting(subjects: Sequence[models.Model]) -> tuple[WorkItem, ...]:
    """Whatever waits with these things, the oldest deadline first: what is missing, on which clause, whose move.

    Who is to remind somebody else is left out: what is late stands here itself. One query.
    """
    things: dict[str, list[int]] = defaultdict(list)
    for subject in subjects:
        things[subject_type(subject)].append(subject.pk)
    wanted = Q(pk__in=())
    for kind, pks in things.items():
        wanted |= Q(subject_type=kind, subject_id__in=pks)
    open_items = WorkItem.objects.filter(wanted, closed_at=None).exclude(cause__startswith=LATE_MARK)
    return tuple(open_items.order_by("due", "pk"))


def _links(
    standing: Standing, roads: Sequence[Road], study: Study, orders: Sequence[Order], stories: Iterable[Sequence[Told]]
) -> Links:
    papers = {paper.pk for paper in _papers(roads, study, orders)}
    papers |= {told.paper.pk for story in stories for told in story if told.paper}
    lists = {road.application.candidate_list_id for road in roads}
    versions = {plan.annex_version_id for road in roads for plan in road.plans}
    return Links(
        papers=_keys(papers_visible_to(standing), papers),
        orders=_keys(orders_visible_to(standing), {order.pk for order in orders}),
        lists=_keys(lists_visible_to(standing), {pk for pk in lists if pk}),
        annexes=_keys(annexes_visible_to(standing), versions),
    )


def _papers(roads: Sequence[Road], study: Study, orders: Sequence[Order]) -> list[OfficialDocument]:
    """Every paper that the dossier names."""
    cases = [road.case for road in roads if road.case]
    owners: list[Any] = [*orders, *study.protocols, *study.transcripts, *chain.from_iterable(study.reports.values())]
    owners += [thing for case in cases for thing in (case.chair, case.contract) if thing]
    letters = [road.application.letter for road in roads if road.case]
    found = [thing.document for thing in owners] + letters + [paper for case in cases for paper in case.papers]
    return [paper for paper in found if paper]


def _keys(visible: "models.QuerySet[models.Model]", wanted: set[int]) -> frozenset[int]:
    return frozenset(visible.order_by().filter(pk__in=wanted).values_list("pk", flat=True))
