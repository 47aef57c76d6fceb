"""The outbox, for the administrator: what waits, what went out, what was given up and why.

Without the messages themselves: they tell of people's cases, in which an administrator has no part. Whether a message came is
seen from its address, subject, state and error.
"""

from typing import Any

import django_filters
from django.conf import settings
from django.db import models
from django.db.models import Case, Count, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.exports import Column
from core.history import subject_type
from core.models import HistoryEntry, OutgoingEmail
from core.notifications import given_up
from institutions.enums import Role
from institutions.permissions import Standing


class MailState(models.TextChoices):
    """How far a message is. Nobody says so anywhere: it follows from its attempts."""

    WAITING = "waiting", pgettext_lazy("mail", "waits to be sent")
    FAILING = "failing", pgettext_lazy("mail", "failed, will be tried again")
    SENT = "sent", pgettext_lazy("mail", "sent")
    FAILED = "failed", pgettext_lazy("mail", "given up")


def sees_outbox(standing: Standing) -> bool:
    """The administrator's alone."""
    return standing.holds(Role.ADMINISTRATOR)


def _state() -> Case:
    return Case(
        When(sent_at__isnull=False, then=Value(MailState.SENT.value)),
        When(given_up(), then=Value(MailState.FAILED.value)),
        When(attempts__gt=0, then=Value(MailState.FAILING.value)),
        default=Value(MailState.WAITING.value),
    )


def messages() -> QuerySet[OutgoingEmail]:
    """Every message with its `state`, without its text."""
    return OutgoingEmail.objects.defer("body").annotate(state=_state())


def counts() -> dict[MailState, int]:
    """How many messages are in each state, in one query."""
    rows = OutgoingEmail.objects.annotate(state=_state()).order_by().values_list("state").annotate(count=Count("pk"))
    found = dict(rows)
    return {state: found.get(state.value, 0) for state in MailState}


def last_error() -> OutgoingEmail | None:
    """The last message that the mail server did not take, while it has not gone out since."""
    return messages().filter(sent_at=None).exclude(error="").order_by("-leased_until").first()


def sent_again(emails: list[OutgoingEmail]) -> dict[int, list[HistoryEntry]]:
    """Who put each of these messages back into the line, when, and what had been wrong; by key. One query."""
    entries = HistoryEntry.objects.filter(
        subject_type=subject_type(OutgoingEmail), subject_id__in=[email.pk for email in emails]
    )
    found: dict[int, list[HistoryEntry]] = {}
    for entry in entries.select_related("actor__person").order_by("pk"):
        found.setdefault(entry.subject_id, []).append(entry)
    return found


class OutboxFilter(django_filters.FilterSet):
    """By words of address or subject, by state, by language."""

    q = django_filters.CharFilter(method="search", label=_("Address or subject"))
    state = django_filters.ChoiceFilter(choices=MailState.choices, label=_("State"), empty_label=_("all"))
    language = django_filters.ChoiceFilter(choices=settings.LANGUAGES, label=_("Language"), empty_label=_("all"))

    class Meta:
        model = OutgoingEmail
        fields = ()

    def search(self, emails: QuerySet[OutgoingEmail], _name: str, words: str) -> QuerySet[OutgoingEmail]:
        """Any part of either. SQLite knows no Cyrillic capitals: as it is typed, and beginning with a capital."""
        return emails.filter(
            models.Q(to__icontains=words)
            | models.Q(subject__contains=words)
            | models.Q(subject__contains=words[:1].upper() + words[1:])
        )


def state_label(email: Any) -> str:
    """The state of a message in words."""
    return str(MailState(email.state).label)


COLUMNS: tuple[Column[OutgoingEmail], ...] = (
    Column(_("Written"), lambda email: email.created_at, order="created_at"),
    Column(_("To"), lambda email: email.to, order="to", width=36),
    Column(_("Subject"), lambda email: email.subject, width=60),
    Column(_("Language"), lambda email: email.language, order="language"),
    Column(_("State"), state_label, width=30),
    Column(_("Attempts"), lambda email: email.attempts, order="attempts", number=True),
    Column(_("Sent"), lambda email: email.sent_at, order="sent_at"),
    Column(_("Error"), lambda email: email.error, width=60),
)
