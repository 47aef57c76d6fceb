"""What I wait for: things of mine that wait for others, by whose move it is. Read through the selectors of each app."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Model, Q, QuerySet

from admissions.models import Application, CandidateList, Order
from admissions.selectors.applications import applications_visible_to
from admissions.selectors.lists import lists_visible_to
from admissions.selectors.nominations import nominations_visible_to
from admissions.selectors.orders import orders_visible_to
from admissions.selectors.roads import REVOKE
from agreements.models import Agreement, AnnexVersion, Pathway
from agreements.selectors.agreements import agreements_visible_to
from agreements.selectors.annex import annexes_visible_to
from agreements.selectors.pathways import pathways_visible_to
from core.history import done_by, subject_type
from core.models import LATE_MARK, WorkItem
from core.permissions import role_label
from core.values import today
from institutions.enums import Role
from institutions.models import User
from institutions.permissions import Standing
from mobility.models import Placement, StudyPlan
from mobility.selectors.plans import plans_visible_to
from mobility.selectors.stay import placements_visible_to
from satbayev_jdp.desk.vacancies import vacant
from satbayev_jdp.desk.worklist import Line, line_of
from transcripts.models import RecognitionProtocol, SemesterReport
from transcripts.selectors.protocols import protocols_visible_to
from transcripts.selectors.reports import reports_visible_to

MOST = 200
SHOWN = 10
LAST_DONE = 100
Visible = Callable[[Standing], "QuerySet[Model]"]
_CASES: tuple[tuple[type[Model], Visible], ...] = (
    (Application, applications_visible_to),
    (CandidateList, lists_visible_to),
    (CandidateList, nominations_visible_to),
    (Order, orders_visible_to),
    (Placement, placements_visible_to),
    (StudyPlan, plans_visible_to),
    (RecognitionProtocol, protocols_visible_to),
    (SemesterReport, reports_visible_to),
)
# A partner's own; at the University everybody reads them, and they are the business of a few.
_TIES: tuple[tuple[type[Model], Visible], ...] = (
    (Agreement, agreements_visible_to),
    (Pathway, pathways_visible_to),
    (AnnexVersion, annexes_visible_to),
)


@dataclass(frozen=True, slots=True)
class Waited:
    """Who is waited for, with how many things, how many of them late, and the first of them."""

    whose: str
    count: int
    late: int
    lines: tuple[Line, ...]

    @property
    def more(self) -> int:
        """How many there are beside those that are shown."""
        return self.count - len(self.lines)


def waited_for(standing: Standing, user: User) -> list[Waited]:
    """Whose move my things are, the most awaited first. Those who see everything have as theirs what they last acted on.

    One query, two for those, and two for who is there to do it; up to `MOST` things, the oldest deadline first.
    """
    by_role: dict[str, dict[tuple[str, int], list[WorkItem]]] = {}
    items = _items(standing, user)
    unheld = vacant(item.queue for item in items)
    for item in items:
        things = by_role.setdefault(item.queue.partition("@")[0], {})
        things.setdefault((item.subject_type, item.subject_id), []).append(item)
    found = [_waited(role, things, unheld) for role, things in by_role.items()]
    return sorted(found, key=lambda waited: (-waited.count, waited.whose))


def _waited(role: str, things: dict[tuple[str, int], list[WorkItem]], unheld: frozenset[str]) -> Waited:
    firsts = [items[0] for items in things.values()]
    lines = tuple(line_of(item, unheld=item.queue in unheld) for item in firsts[:SHOWN])
    return Waited(role_label(role), len(firsts), sum(item.due < today() for item in firsts), lines)


def _items(standing: Standing, user: User) -> list[WorkItem]:
    mine = Q(queue__in=standing.queues) | Q(cause__startswith=LATE_MARK)
    others = WorkItem.objects.filter(~mine, closed_at=None)
    if standing.roles == {Role.STUDENT}:
        others = others.exclude(cause=REVOKE)  # no student waits for the papers of a case that came to nothing
    if standing.sees_everything:
        done = {(entry.subject_type, entry.subject_id) for entry in done_by(user, limit=LAST_DONE)}
        by_type: dict[str, set[int]] = {}
        for kind, pk in done:
            by_type.setdefault(kind, set()).add(pk)
        parts = [others.filter(subject_type=kind, subject_id__in=sorted(pks)) for kind, pks in sorted(by_type.items())]
    else:
        parts = [
            others.filter(subject_type=subject_type(kind), subject_id__in=visible(standing).order_by().values("pk"))
            for kind, visible in (*_CASES, *(_TIES if standing.partner_ids else ()))
        ]
    if not parts:
        return []
    return list(parts[0].union(*parts[1:], all=True).order_by("due", "id")[:MOST])
