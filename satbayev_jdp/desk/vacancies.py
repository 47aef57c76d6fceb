"""Roles that nobody holds today: what waits for them waits in vain until the administrator gives them to somebody."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse

from core.values import today
from institutions.enums import Role
from institutions.models import Unit
from institutions.permissions import MAY, Standing, holders_of, queue_for
from institutions.selectors import home_university
from programmes.models import Programme
from satbayev_jdp.desk.worklist import open_of_cases, owners

# Without one of these some paper of a road is never made (an auditor reads, and decides nothing).
_NEEDED = frozenset(Role.whole_university() - {Role.AUDITOR, Role.ADMINISTRATOR})


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A role that nobody holds, with its place; how much waits for it, and how much of that is late; where it is given."""

    whose: str
    open: int
    late: int
    url: str


def vacant(queues: Iterable[str]) -> frozenset[str]:
    """Those of these queues from which nobody takes today. A student's own is never vacant: an account follows the order.

    Two queries; none where there is nothing to ask for.
    """
    asked = {queue for queue in queues if not queue.startswith(f"{Role.STUDENT}@")}
    return frozenset(asked - holders_of(asked).keys()) if asked else frozenset()


def vacancies(standing: Standing) -> list[Vacancy]:
    """The vacant roles of the whole University and of the units that teach a programme, and those elsewhere for which something
    waits; the latest first.

    For whoever gives roles; nothing for others, without a query.
    """
    if not standing.roles & MAY["membership.edit"]:
        return []
    counts = Count("pk"), Count("pk", filter=Q(due__lt=today()))
    rows = open_of_cases().order_by().values("queue").annotate(open=counts[0], late=counts[1])
    waiting = {row["queue"]: (row["open"], row["late"]) for row in rows}
    found = vacant({*waiting, *(queue_for(role) for role in _NEEDED), *_teaching()})
    if not found:
        return []
    names, home = owners(found), home_university().pk
    shown = [Vacancy(names[queue], *waiting.get(queue, (0, 0)), _giving(queue, home)) for queue in found]
    return sorted(shown, key=lambda one: (-one.late, -one.open, one.whose))


def _teaching() -> Iterable[str]:
    """Whoever a student's case comes to in the department of a programme and in its institute: asked for before it does."""
    taught = Programme.objects.filter(university__is_home=True).values("department")
    for unit, above in Unit.objects.filter(pk__in=taught).values_list("pk", "parent"):
        yield queue_for(Role.DEPARTMENT_HEAD, unit_id=unit)
        if above is not None:
            yield queue_for(Role.INSTITUTE_COORDINATOR, unit_id=above)
            yield queue_for(Role.INSTITUTE_DIRECTOR, unit_id=above)


def _giving(queue: str, home: int) -> str:
    """Where the role is given: to a new account, with the place filled in; an advisor's at the person whose work waits."""
    role, _sep, scope = queue.partition("@")
    kind, _sep, key = scope.partition(":")
    if kind == "user":
        return reverse("institutions:user", args=[key])
    place = {"university": str(home)} | ({kind: key} if kind in {"unit", "university"} else {})
    return f"{reverse('institutions:add-account')}?{urlencode({'role': role, **place})}"
