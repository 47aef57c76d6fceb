"""Reads of intakes and of outgoing lists of candidates, beginning with who is looking."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, OuterRef, QuerySet

from admissions.enums import ApplicationState, ListState
from admissions.models import Application, CandidateList, Intake
from admissions.permissions.lists import sees_intake, sees_outgoing_list
from admissions.selectors.applications import own_applications, with_case
from admissions.selectors.languages import language_scale
from admissions.selectors.places import free_places
from admissions.workflow.lists import ListFacts
from admissions.workflow.ranking import Candidate, decided_by, suggested_order
from agreements.enums import Direction
from agreements.selectors.agreements import agreement_in_force
from agreements.selectors.annex import frozen_annex_of
from core.history import subject_type
from core.models import HistoryEntry, WorkItem
from core.tables import how_many
from core.values import today
from documents.models import OfficialDocument
from institutions.enums import Role
from institutions.permissions import Standing
from programmes.models import AcademicTerm


def with_pathway(intakes: "QuerySet[Intake]") -> "QuerySet[Intake]":
    """Load what a page of an intake needs, in one query."""
    return intakes.select_related(
        "term",
        "last_term",
        "pathway__agreement",
        "pathway__home_programme__department__parent",
        "pathway__partner_programme__university",
    )


def intakes_visible_to(standing: Standing) -> "QuerySet[Intake]":
    """The intakes that this person may see. A person enrolled twice still sees each once."""
    found = Intake.objects.filter(sees_intake.q(standing)).values("pk")
    return with_pathway(Intake.objects.filter(pk__in=found))


def candidates_in(intakes: "Sequence[Intake]") -> dict[int, int]:
    """How many candidates each intake has, whom a student has applied for or a partner has named, by key. One query."""
    live = Application.objects.filter(intake__in=intakes).exclude(state__in=ApplicationState.closed())
    applied = live.exclude(intake__direction=Direction.OUTGOING, state=ApplicationState.DRAFT)
    return dict(applied.values_list("intake").annotate(count=Count("pk")).order_by())


def open_today(intakes: "QuerySet[Intake]") -> "QuerySet[Intake]":
    """Those that take applications today."""
    return intakes.filter(opens_on__lte=today(), closes_on__gte=today())


def open_to_student(standing: Standing) -> "QuerySet[Intake]":
    """The intakes that take this student's application today and have none of his or hers yet, those that close first on top."""
    own = Application.objects.filter(enrolment__person=standing.person_id).exclude(state__in=ApplicationState.closed())
    intakes = open_today(intakes_visible_to(standing)).filter(direction=Direction.OUTGOING)
    return intakes.exclude(pk__in=own.values("intake")).order_by("closes_on", "pk")


def inviting(standing: Standing) -> list[Intake]:
    """The intakes to which a student without a live application is invited on the first page (8.1); none for anybody else.

    Where a case of the student's came to nothing nobody is invited anew; the page of applications offers it still.
    """
    own = own_applications(standing)
    if not standing.holds(Role.STUDENT) or own.exclude(state__in=ApplicationState.closed()).exists():
        return []
    return list(open_to_student(standing).exclude(pk__in=own.order_by().values("intake"))[:5])


def coming_terms() -> "QuerySet[AcademicTerm]":
    """Terms of every university's calendar that have not begun; calendars are nobody's secret."""
    found = AcademicTerm.objects.filter(starts_on__gte=today()).select_related("university")
    return found.order_by("-university__is_home", "university__name_kk", "starts_on")


def lists_visible_to(standing: Standing) -> "QuerySet[CandidateList]":
    """The outgoing lists that this person may see, with their intake."""
    visible = CandidateList.objects.filter(sees_outgoing_list.q(standing), intake__direction=Direction.OUTGOING)
    return visible.select_related(
        "unit",
        "created_by__person",
        "sent_by__person",
        "intake__term",
        "intake__last_term",
        "intake__pathway__agreement",
        "intake__pathway__home_programme",
        "intake__pathway__partner_programme__university",
    )


def lists_listed(standing: Standing) -> "QuerySet[CandidateList]":
    """The same with `size`: how many candidates each has."""
    return lists_visible_to(standing).annotate(size=how_many(Application.objects.filter(candidate_list=OuterRef("pk"))))


def candidates_of(candidates: CandidateList) -> list[Application]:
    """The list's candidates by rank, with their case. Whoever may see the list may read it."""
    return list(with_case(candidates.candidates.all()).order_by("rank", "pk"))


def waiting_for_letter(candidates: CandidateList) -> list[Application]:
    """The candidates of a sent list whom no letter has named yet, by rank (8.2)."""
    return [
        one for one in candidates_of(candidates) if one.state == ApplicationState.NOMINATED and one.letter_id is None
    ]


def letters_of(candidates: CandidateList) -> list[OfficialDocument]:
    """The letters of a list, the first one first."""
    pks = candidates.candidates.exclude(letter=None).values_list("letter_id", flat=True)
    return list(OfficialDocument.objects.filter(pk__in=sorted(set(pks))).order_by("pk"))


def unlisted(intake: Intake, unit_id: int) -> "QuerySet[Application]":
    """Submitted applications of an institute that no list under way holds."""
    mine = Application.objects.filter(intake=intake, institute=unit_id, state=ApplicationState.SUBMITTED)
    return mine.exclude(candidate_list__in=intake.lists.filter(state=ListState.DRAFT)).order_by("pk")


def with_reserve(intake: Intake) -> "QuerySet[CandidateList]":
    """The sent lists of an intake that hold candidates of the reserve whom no letter has named yet."""
    reserve = Application.objects.filter(state=ApplicationState.NOMINATED, is_reserve=True, letter=None)
    return intake.lists.filter(state=ListState.SENT, pk__in=reserve.values("candidate_list")).order_by("number")


def waiting_for_list(standing: Standing) -> list[tuple[Intake, int]]:
    """The outgoing intakes where submitted applications wait to be gathered by this person, with how many. Two queries."""
    institutes = standing.units.get(Role.INSTITUTE_COORDINATOR, frozenset())
    if not institutes:
        return []
    waiting = Application.objects.filter(
        institute__in=institutes, state=ApplicationState.SUBMITTED, intake__direction=Direction.OUTGOING
    ).exclude(candidate_list__state=ListState.DRAFT)
    counts = dict(waiting.order_by("intake").values_list("intake").annotate(waiting=Count("pk")))
    intakes = with_pathway(Intake.objects.filter(pk__in=counts)).order_by("closes_on", "pk") if counts else ()
    return [(intake, counts[intake.pk]) for intake in intakes]


def partner_answers_by(applications: Sequence[Application]) -> date | None:
    """Until when the partner is waited for with the first of these candidates; None when with none. One query."""
    asked = [application.pk for application in applications if application.state == ApplicationState.PROPOSED]
    items = WorkItem.objects.filter(subject_type=subject_type(Application), subject_id__in=asked, closed_at=None)
    found: date | None = items.order_by("due").values_list("due", flat=True).first() if asked else None
    return found


def criteria_of(application: Application, *, submitted_at: datetime | None = None, on: date | None = None) -> Candidate:
    """What the ranking looks at, of a loaded application. The year of study counts from September."""
    enrolment = application.enrolment
    certificate = enrolment.person.language_certificate
    day = on or today()
    years = day.year - (enrolment.entry_year or day.year) + (day.month >= 9)
    return Candidate(
        key=application.pk,
        gpa=enrolment.gpa,
        has_certificate=bool(certificate.strip()),
        debts=enrolment.debts,
        year=max(1, years),
        language=language_scale().band(certificate),
        submitted_at=submitted_at,
    )


@dataclass(frozen=True)
class Line:
    """A candidate on a list: where the criteria put him or her, and where the institute did.

    `decided_by`: the criterion by which the candidate stands behind the one before (a message id); empty for the first.
    """

    application: Application
    criteria: Candidate
    suggested: int
    decided_by: str = ""

    @property
    def departs(self) -> bool:
        """True when the institute's rank is not the criteria's."""
        return self.application.rank != self.suggested


def lines_of(applications: Sequence[Application]) -> list[Line]:
    """Candidates in the institute's order beside the criteria's, in one query."""
    came = _submitted_at([application.pk for application in applications])
    criteria = {one.pk: criteria_of(one, submitted_at=came.get(one.pk)) for one in applications}
    places = {key: place for place, key in enumerate(suggested_order(list(criteria.values())), start=1)}
    decided = decided_by(list(criteria.values()))
    return [Line(one, criteria[one.pk], places[one.pk], decided.get(one.pk, "")) for one in applications]


def _submitted_at(pks: Sequence[int]) -> dict[int, datetime]:
    """When each of these applications was submitted last, by key."""
    told = HistoryEntry.objects.filter(subject_type=subject_type(Application), subject_id__in=pks)
    return dict(told.filter(action="outgoing.submit").order_by("id").values_list("subject_id", "at"))


def list_facts(candidates: CandidateList, applications: Sequence[Application], *, request: str = "") -> ListFacts:
    """Facts of a list with its loaded candidates; `request`: the text about to be sent, if it is not yet saved."""
    ranked = [a for a in applications if a.state == ApplicationState.SUBMITTED]
    annex = frozen_annex_of(candidates.intake.pathway)
    return ListFacts(
        candidates=len(ranked),
        has_request=bool((request or candidates.request_text).strip()),
        places=free_places(candidates.intake),
        proposed=sum(1 for application in ranked if not application.is_reserve),
        unexplained=tuple(
            line.application.enrolment.person.names
            for line in lines_of(ranked)
            if line.departs and not line.application.rank_reason.strip()
        ),
        agreement_in_force=agreement_in_force(candidates.intake.pathway.agreement, today()),
        annex_agreed=annex is not None,
    )
