"""Doors of what accounts need: links are sent, ended sessions forgotten. Each may be run twice without harm."""

from celery import shared_task

from core import reminders
from core.jobs import register_sweep
from institutions.services import due, links, sessions


@shared_task(name="institutions.send_link")
def send_link(link_id: int) -> None:
    """Send a link to set a password."""
    links.send_link(link_id)


register_sweep(links.send_forgotten)
register_sweep(sessions.forget_ended)
reminders.register("institutions", due.settle_due)
