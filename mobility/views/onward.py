"""Where a case of admissions is gone on with: the student's stay and study plan."""

from django.utils.translation import gettext

from agreements.enums import Direction
from core.http import Onward, page_of
from core.templatetags.written import day
from core.worklist import open_items_of
from institutions.permissions import Standing
from mobility.enums import PlanState
from mobility.models import Placement
from mobility.permissions.plans import roles_on_plan
from mobility.permissions.stay import roles_on as roles_on_stay
from mobility.selectors.plans import plans_visible_to
from mobility.selectors.stay import placements_visible_to, stay_facts, turn_of


def onward_of_application(standing: Standing, pk: int) -> list[Onward]:
    """The stay that the order opened and the plan that counts, of those this person may see; each with whose move it is."""
    pages = []
    for stay in placements_visible_to(standing).filter(application=pk):
        is_guest, facts = stay.direction == Direction.INCOMING, stay_facts(stay)
        if is_guest and stay.application.enrolment.person_id == standing.person_id:
            if facts.visa_refused:
                continue  # nobody is led step by step to where entry was refused
            label = gettext("My arrival, step by step")
        else:
            label = gettext("Arrival, registration, advisor") if is_guest else gettext("Stay at the partner")
        clause = "9.1" if is_guest else "6.3"
        mine = roles_on_stay(stay, standing)
        turn = turn_of(stay, facts, mine)
        pages.append(
            Onward(
                label,
                page_of("mobility.placement", stay.pk),
                stay.where,
                clause,
                movers=tuple(turn.movers),
                mine=mine,
                due=turn.due,
                more=_when_and_where(stay),
            )
        )
    plans = list(
        plans_visible_to(standing).filter(placement__application=pk).exclude(state=PlanState.REPLACED).order_by("pk")
    )
    # A version that was given up is nobody's way; of a cancelled stay its plan says so.
    living = [plan for plan in plans if plan.state != PlanState.DROPPED]
    for plan in living or plans[:1]:
        url, words = page_of("mobility.studyplan", plan.pk), str(plan.get_state_display())
        asked = [item.queue.partition("@")[0] for item in open_items_of(plan) if not item.reminds]
        # Whose move a case is, says the stay; where nobody is led there, the plan does not stand in for it.
        movers, mine = tuple(dict.fromkeys(asked)) if pages else None, roles_on_plan(plan, standing)
        pages.append(Onward(gettext("Individual study plan"), url, words, "5.10", movers=movers, mine=mine))
    return pages


def _when_and_where(stay: Placement) -> str:
    """Where a stay is, from when until when, and how long a guest is registered."""
    told = [str(stay.host.name), f"{day(stay.starts_on)} – {day(stay.ends_on)}"]
    if stay.registered_until:
        told.append(gettext("registered until %(day)s") % {"day": day(stay.registered_until)})
    return " · ".join(told)
