"""Where an open pathway is gone on with: its intakes, and the next one to open."""

from django.urls import reverse
from django.utils.translation import gettext

from admissions.selectors.lists import intakes_visible_to
from agreements.enums import Direction
from core.http import Onward, page_of
from core.templatetags.written import near
from core.values import today
from institutions.enums import Role
from institutions.permissions import Standing


def onward_of_pathway(standing: Standing, pk: int) -> list[Onward]:
    """The intakes of a pathway that have not closed, and for the IPD the form of a new one. One query."""
    found = intakes_visible_to(standing).filter(pathway=pk, closes_on__gte=today()).order_by("closes_on", "pk")
    pages = [
        Onward(
            f"{intake.get_direction_display()}, {intake.term}".capitalize(),
            page_of("admissions.intake", intake.pk),
            gettext("open until %(day)s") % {"day": near(intake.closes_on)},
            "7.1" if intake.direction == Direction.INCOMING else "8.1",
        )
        for intake in found
    ]
    if standing.holds(Role.IPD_COORDINATOR):
        pages.append(Onward(gettext("Open an intake"), reverse("admissions:intake-new", query={"pathway": pk})))
    return pages
