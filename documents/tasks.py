"""Doors of the printer's room."""

from celery import shared_task

from core import reminders
from core.jobs import JobKind, register, register_sweep
from core.models import JobItem
from documents import erasure, selectors, services


@shared_task(name="documents.seal")
def seal(document_id: int) -> None:
    """Render and seal one paper; a second run does nothing."""
    services.seal(document_id)


register_sweep(services.seal_forgotten)
register_sweep(erasure.erase_due)
reminders.register("files", erasure.erase_nameless)  # each hour: it lists what is stored


def _opened(item: JobItem) -> None:
    """What is asked for is sealed already and only packed: to whoever a paper was delivered to, it is opened with the ZIP, and
    who opened it is written down, here as on its page.
    """
    services.mark_opened(document_id=item.ref, person_id=item.job.created_by.person_id)
    if item.attempts == 1:
        services.note_paper_opened(document_id=item.ref, actor=item.job.created_by)


register(JobKind(services.DOWNLOAD, work=_opened, finish=selectors.packed))
