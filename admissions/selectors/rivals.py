"""Applications of one student that exclude each other: nobody is proposed twice to one partner or for one time (8.1)."""

from collections.abc import Collection, Sequence

from django.db.models import QuerySet

from admissions.enums import ApplicationState
from admissions.models import Application, Intake
from agreements.enums import Direction
from core.values import Localized


def live_of(person_ids: Collection[int]) -> "QuerySet[Application]":
    """The outgoing applications of these people that are not closed, with partner and terms, the oldest first."""
    live = Application.objects.filter(direction=Direction.OUTGOING, enrolment__person__in=person_ids)
    found = live.exclude(state__in=ApplicationState.closed()).order_by("pk")
    university = "intake__pathway__partner_programme__university"
    wide = found.select_related("enrolment", "intake__term", "intake__last_term", university)
    return wide.only(
        "state",
        "enrolment__person",
        "intake__term__starts_on",
        "intake__last_term__ends_on",
        "intake__pathway__partner_programme__university__name_kk",
        "intake__pathway__partner_programme__university__name_ru",
        "intake__pathway__partner_programme__university__name_en",
    )


def excludes(one: Application, intake: Intake) -> bool:
    """Whether a live application keeps its student from another to `intake`: for one time, or to one partner before leaving.

    Who has been at a partner may go there again, another time.
    """
    here, there = one.intake, intake
    overlap = here.term.starts_on <= there.last_term.ends_on and there.term.starts_on <= here.last_term.ends_on
    partner = here.pathway.partner_programme.university_id == there.pathway.partner_programme.university_id
    return overlap or (partner and one.state != ApplicationState.DEPARTED)


def rivals_of(applications: Sequence[Application]) -> dict[int, Localized]:
    """The partner of another live application that excludes each of these, by key, in one query; none, where there are none."""
    if not applications:
        return {}
    lives = list(live_of({application.enrolment.person_id for application in applications}))
    return {
        application.pk: one.intake.pathway.partner_programme.university.names
        for application in applications
        for one in lives
        if one.pk != application.pk
        and one.enrolment.person_id == application.enrolment.person_id
        and excludes(one, application.intake)
    }
