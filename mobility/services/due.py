"""What time brings to stays and plans: section 9's terms, a period that is over (6.3), papers that end, answers that are late."""

from core.reminders import astray, batches, late_untold, settle_each
from mobility.models import Placement, StudyPlan
from mobility.selectors import plans as read_plans
from mobility.selectors import stay as read
from mobility.services.plans import LATE, settle_plan
from mobility.services.stay import settle


def settle_due() -> None:
    """This app's part of the sweep: registrations that became overdue or ran out (9.2), stays whose period is over (6.3),
    arrivals, passports, visas and registrations that come up (7.6, 8.5, 9.1, 9.2), plans that somebody is late to agree to (5.10).

    A fixed number of queries a batch, and a transaction for each thing whose work has changed; a second run changes nothing.
    """
    due = Placement.objects.filter(read.overdue() | read.run_out() | read.over() | read.reminders_due())
    for stays in batches(read.with_student(due).order_by("pk").iterator()):
        settle_each(_gone_astray(stays), _settle_stay)
    settle_each(late_untold(StudyPlan, roles=LATE), _settle_plan)


def _gone_astray(stays: list[Placement]) -> list[int]:
    facts = read.stay_facts_of(stays)
    waits = {stay.pk: read.waits_by_facts(stay, facts[stay.pk]) for stay in stays}
    wanted = {pk: [wait.cause for wait in found if wait.role] for pk, found in waits.items()}
    return astray(Placement, wanted, but={read.QUESTION})


def _settle_stay(pk: int) -> None:
    Placement.objects.select_for_update().get(pk=pk)
    settle(read.with_student(Placement.objects.filter(pk=pk)).get())


def _settle_plan(pk: int) -> None:
    StudyPlan.objects.select_for_update().get(pk=pk)
    settle_plan(read_plans.plan_with_case(pk))
