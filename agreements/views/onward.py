"""Where a programme is gone on with: the pathways that tie it to programmes of partners."""

from django.db.models import Q

from agreements.enums import PathwayState
from agreements.permissions import roles_on_pathway
from agreements.selectors.pathways import facts_of_pathways, pathways_visible_to, waiting_for_each
from agreements.views.common import asked_of
from agreements.workflow.pathway import PATHWAY
from core.http import Onward, page_of
from core.worklist import due_for
from institutions.permissions import Standing


def onward_of_programme(standing: Standing, pk: int) -> list[Onward]:
    """The pathways of a programme, ours or a partner's, that have not closed; whose move each waits for until it opens."""
    sides = Q(home_programme=pk) | Q(partner_programme=pk)
    found = list(pathways_visible_to(standing).filter(sides).exclude(state=PathwayState.CLOSED).order_by("pk"))
    facts, waiting = facts_of_pathways(found), waiting_for_each(found)
    pages = []
    for way in found:
        lacking = PATHWAY.step("open").blockers(facts[way.pk]) if way.state == PathwayState.PREPARED else ()
        items = waiting[way.pk] if lacking else []
        mine = roles_on_pathway(way, standing)
        pages.append(
            Onward(
                f"{way} · {way.partner_programme.university}",
                page_of("agreements.pathway", way.pk),
                str(way.get_state_display()),
                "5.7",
                movers=tuple(asked_of(items, lacking)),
                mine=mine,
                due=due_for(items, mine),
            )
        )
    return pages
