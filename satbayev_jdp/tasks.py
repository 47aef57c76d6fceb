"""Doors of what the front desk and the front door do by themselves. Each may be run twice without harm."""

from celery import shared_task

from core import reminders
from satbayev_jdp.desk import digest, outbox
from satbayev_jdp.door import limits

reminders.register("outbox", outbox.settle_given_up)


@shared_task(name="satbayev_jdp.send_digests")
def send_digests() -> None:
    """Write the message of the day for whoever has none yet."""
    digest.send_digests()


@shared_task(name="satbayev_jdp.forget_sign_ins")
def forget_sign_ins() -> None:
    """Forget who signed in long ago."""
    limits.forget_old()
