"""Doors of the printer's room."""

from celery import shared_task

from core import reminders
from core.jobs import JobKind, register, register_sweep
from documents import selectors, services


@shared_task(name="documents.seal")
def seal(document_id: int) -> None:
    """Render and seal one paper; a second run does nothing."""
    services.seal(document_id)


register_sweep(services.seal_forgotten)
register_sweep(services.erase_due)
reminders.register("files", services.erase_nameless)  # each hour: it lists what is stored
# What is asked for is sealed already: there is nothing to do but to pack it.
register(JobKind(services.DOWNLOAD, work=lambda _item: None, finish=selectors.packed))
