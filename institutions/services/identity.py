"""Verb: write down who read the numbers of somebody's passport and IIN (decision 17)."""

from django.utils.translation import gettext_noop

from core.history import OPENED, record
from institutions.models import Person, User
from institutions.permissions import standing_of


def note_numbers_read(*, person: Person, actor: User) -> None:
    """Write down that somebody read the numbers of a person, and in which roles; that the person did is not."""
    if person.pk != actor.person_id:
        record(
            actor=actor,
            action=OPENED,
            subject=person,
            text=gettext_noop("read the numbers of passport and IIN"),
            after={"roles": sorted(standing_of(actor).roles)},
        )
