"""Doors of what time brings. Each may be run twice without harm."""

from celery import shared_task

from mobility.services import stay


@shared_task(name="mobility.settle_due")
def settle_due() -> None:
    """Every morning: overdue migration registrations, and stays whose period is over."""
    stay.settle_due()
