"""The third stage: everybody on both roads, past and present, lived day by day."""

from satbayev_jdp.demo import guests, incoming, mailing, making, outgoing, studying
from satbayev_jdp.demo.agenda import Agenda
from satbayev_jdp.demo.world import World
from transcripts.services import reports

BEGUN_AT = 25  # percent of the whole making, roughly


def build(world: World) -> None:
    """Write every scenario into one agenda, then live it."""
    agenda = Agenda(world)
    for scenario in (studying, outgoing, guests, incoming):
        scenario.write_in(world, agenda)
    agenda.live(tell=lambda share: making.tell(BEGUN_AT + share * (100 - BEGUN_AT)))
    reports.open_due_reports()
    mailing.build()
