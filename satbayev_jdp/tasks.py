"""Doors of what the front desk does by itself. Each may be run twice without harm."""

from celery import shared_task

from satbayev_jdp.desk import digest


@shared_task(name="satbayev_jdp.send_digests")
def send_digests() -> None:
    """Write the message of the day for whoever has none yet."""
    digest.send_digests()
