"""What is left when a stay is over: it is ended, and the offices write down that the transcript of the year has come (7.5)."""

from datetime import timedelta

from mobility.models import Placement
from mobility.services import stay
from mobility.workflow.reminders import last_year, year_that_ends_in
from programmes.models import AcademicTerm
from satbayev_jdp.demo.agenda import Agenda
from satbayev_jdp.demo.world import World


def came_home(world: World, term: AcademicTerm, unit: str, *numbers: str) -> None:
    """The stays of these students, which end with a term, are over; their transcripts are in."""
    homecomers = Placement.objects.filter(application__enrolment__student_number__in=numbers)
    for placement in homecomers.filter(application__intake__last_term=term).order_by("pk"):
        stay.end_stay(placement_id=placement.pk, actor=world.user("ipd"))
        _received(world, placement, unit)


def after_the_year(world: World, agenda: Agenda, term: AcademicTerm, unit: str, *numbers: str) -> None:
    """The transcripts of guests come in July, once the year is over: not yet, where July lies ahead."""
    year = last_year(term.ends_on)
    if year.ends_on < term.starts_on:
        year = year_that_ends_in(year.ends_on.year + 1)
    july = year.ends_on + timedelta(days=16)
    if july <= world.today:
        agenda.add(july, _of_guests, world, unit, *numbers)


def _of_guests(world: World, unit: str, *numbers: str) -> None:
    stays = Placement.objects.filter(application__enrolment__student_number__in=numbers)
    for placement in stays.order_by("pk"):
        _received(world, placement, unit)


def _received(world: World, placement: Placement, unit: str) -> None:
    for office in ("registrar", "ipd", f"coordinator.{unit}"):
        stay.record_transcript(placement_id=placement.pk, actor=world.user(office))
