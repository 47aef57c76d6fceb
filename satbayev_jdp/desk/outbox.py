"""The outbox, for the administrator: what waits, what went out, what was given up and why, and the work that this makes.

Without the messages themselves and without their subjects, which name people: they tell of people's cases, in which an
administrator has no part. Whether a message came is seen from its address, state and error.
"""

from collections.abc import Callable
from typing import Any

import django_filters
from django.conf import settings
from django.db import models, transaction
from django.db.models import Case, Count, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

from core.exports import Column
from core.history import subject_type
from core.models import HistoryEntry, OutgoingEmail, WorkItem
from core.notifications import given_up
from core.values import today
from core.workflow import NotAllowedError
from core.worklist import Wait, reconcile, working_days_after
from institutions.enums import Role
from institutions.models import User
from institutions.permissions import Standing, queue_for, standing_of
from institutions.selectors import holidays_of
from institutions.services.links import failing
from satbayev_jdp.desk.asks import SEND_AGAIN

NOT_TAKEN = gettext_noop("The mail server did not take it: %(error)s")


class MailState(models.TextChoices):
    """How far a message is. Nobody says so anywhere: it follows from its attempts."""

    WAITING = "waiting", pgettext_lazy("mail", "waits to be sent")
    FAILING = "failing", pgettext_lazy("mail", "failed, will be tried again")
    SENT = "sent", pgettext_lazy("mail", "sent")
    FAILED = "failed", pgettext_lazy("mail", "given up")
    DROPPED = "dropped", pgettext_lazy("mail", "not needed any more")


def sees_outbox(standing: Standing) -> bool:
    """The administrator's alone."""
    return standing.holds(Role.ADMINISTRATOR)


def _state() -> Case:
    return Case(
        When(sent_at__isnull=False, then=Value(MailState.SENT.value)),
        When(dropped_at__isnull=False, then=Value(MailState.DROPPED.value)),
        When(given_up(), then=Value(MailState.FAILED.value)),
        When(attempts__gt=0, then=Value(MailState.FAILING.value)),
        default=Value(MailState.WAITING.value),
    )


def messages() -> QuerySet[OutgoingEmail]:
    """Every message with its `state`, without its words."""
    return OutgoingEmail.objects.defer("subject", "body").annotate(state=_state())


def counts() -> dict[MailState, int]:
    """How many messages are in each state, in one query."""
    rows = OutgoingEmail.objects.annotate(state=_state()).order_by().values_list("state").annotate(count=Count("pk"))
    found = dict(rows)
    return {state: found.get(state.value, 0) for state in MailState}


def last_error() -> OutgoingEmail | None:
    """The last message that the mail server did not take, while it has not gone out since."""
    return messages().filter(sent_at=None, dropped_at=None).exclude(error="").order_by("-leased_until").first()


def mail_does_not_go_out(standing: Standing) -> bool:
    """Whether the mail server has not taken a message, or a link, that is tried again: told to the administrator alone."""
    return sees_outbox(standing) and (last_error() is not None or failing().exists())


def settle_given_up() -> None:
    """Ask the administrator for a decision on each message that was given up, and no more on those that are not. Repeatable."""
    asked = WorkItem.objects.filter(subject_type=subject_type(OutgoingEmail), closed_at=None).values("subject_id")
    for email in OutgoingEmail.objects.filter(given_up() ^ Q(pk__in=asked)).annotate(state=_state()).order_by("pk"):
        refused = Wait(Role.ADMINISTRATOR, "given_up", "", NOT_TAKEN, {"error": email.error[:200]}, SEND_AGAIN)
        reconcile(
            email,
            [refused] if email.state == MailState.FAILED else [],
            queue_of=queue_for,
            due=lambda _wait: working_days_after(today(), 1, holidays_of()),
            title=email.to,
        )


@transaction.atomic
def decide(email_id: int, verb: Callable[..., bool], *, actor: User) -> bool:
    """Take one of the two decisions on a message that was given up: `send_again` or `drop` of core.notifications. Settles.

    Raises NotAllowedError for anybody but the administrator. False where there is nothing to decide any more.
    """
    if not sees_outbox(standing_of(actor)):
        raise NotAllowedError(gettext_noop("Only the administrator decides on messages."))
    done = verb(email_id, actor=actor)
    settle_given_up()
    return done


def decisions_on(emails: list[OutgoingEmail]) -> dict[int, list[HistoryEntry]]:
    """What was decided on each of these messages when it was given up, by whom, and what had been wrong; by key. One query."""
    entries = HistoryEntry.objects.filter(
        subject_type=subject_type(OutgoingEmail), subject_id__in=[email.pk for email in emails]
    )
    found: dict[int, list[HistoryEntry]] = {}
    for entry in entries.select_related("actor__person").order_by("pk"):
        found.setdefault(entry.subject_id, []).append(entry)
    return found


class OutboxFilter(django_filters.FilterSet):
    """By address, by state, by language."""

    q = django_filters.CharFilter(field_name="to", lookup_expr="icontains", label=_("Address"))
    state = django_filters.ChoiceFilter(choices=MailState.choices, label=_("State"), empty_label=_("all"))
    language = django_filters.ChoiceFilter(choices=settings.LANGUAGES, label=_("Language"), empty_label=_("all"))

    class Meta:
        model = OutgoingEmail
        fields = ()


def state_label(email: Any) -> str:
    """The state of a message in words."""
    return str(MailState(email.state).label)


COLUMNS: tuple[Column[OutgoingEmail], ...] = (
    Column(_("Written"), lambda email: email.created_at, order="created_at"),
    Column(_("To"), lambda email: email.to, order="to", width=36),
    Column(_("Language"), lambda email: email.language, order="language"),
    Column(_("State"), state_label, width=30),
    Column(_("Attempts"), lambda email: email.attempts, order="attempts", number=True),
    Column(_("Sent"), lambda email: email.sent_at, order="sent_at"),
    Column(_("Error"), lambda email: email.error, width=60),
)
