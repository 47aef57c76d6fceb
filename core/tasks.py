"""Doors of the kernel's long work. Each may be run twice without harm."""

from celery import shared_task

from core import jobs, notifications, reminders


@shared_task(name="core.run_job")
def run_job(job_id: int) -> None:
    """Work on a job until nothing of it is free."""
    jobs.run(job_id)


@shared_task(name="core.sweep")
def sweep() -> None:
    """Find what was lost and wake it again."""
    jobs.wake_lost()


@shared_task(name="core.settle_due")
def settle_due() -> None:
    """Let every app look what time has brought."""
    reminders.sweep()


@shared_task(name="core.send_outbox")
def send_outbox() -> None:
    """Send what waits in the outbox."""
    notifications.send_waiting()
