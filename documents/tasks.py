"""Doors of the printer's room."""

from celery import shared_task

from core.jobs import register_sweep
from documents import services


@shared_task(name="documents.seal")
def seal(document_id: int) -> None:
    """Render and seal one paper; a second run does nothing."""
    services.seal(document_id)


register_sweep(services.seal_forgotten)
register_sweep(services.erase_due)
