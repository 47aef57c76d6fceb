"""Doors of what time brings. Each may be run twice without harm."""

from celery import shared_task

from agreements.services import due


@shared_task(name="agreements.settle_due")
def settle_due() -> None:
    """Every morning: agreements and licences that are about to end, or have ended."""
    due.settle_due()
