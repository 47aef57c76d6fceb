"""Tables of the kernel: history, decisions, work items, jobs, outgoing e-mail. No word of a university in them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.values import Localized


class Subject(models.Model):
    """Points to any thing by label and key. Not a generic foreign key: history outlives what it tells of."""

    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()

    class Meta:
        abstract = True


class Trilingual(models.Model):
    """Something with a name in Kazakh, Russian and English. Read `name` in the reader's language."""

    class Meta:
        abstract = True

    @property
    def names(self) -> Localized:
        """The name in all three languages."""
        return Localized(kk=self.name_kk, ru=self.name_ru, en=self.name_en)  # type: ignore[attr-defined]  # columns are the subclass's

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return str(self.names)


class HistoryEntry(Subject):
    """What happened to a thing: who, when, what was, what is, on which clause. Append-only (triggers)."""

    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=40, blank=True)
    acting_for = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=80)
    text = models.CharField(max_length=300, blank=True)
    params = models.JSONField(default=dict)
    clause = models.CharField(max_length=12, blank=True)
    edition = models.CharField(max_length=12, blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.TextField(blank=True)
    request_id = models.CharField(max_length=36, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["subject_type", "subject_id", "id"], name="history_of_subject"),
            models.Index(fields=["actor", "at"], name="history_of_actor"),
        ]


class Verdict(models.TextChoices):
    """What somebody decided."""

    AGREED = "agreed", _("agreed")
    RETURNED = "returned", _("returned")
    REFUSED = "refused", _("refused")


class Decision(Subject):
    """One part of a decision of several, on one content (its hash). Append-only: a change of mind is a new row."""

    part = models.CharField(max_length=60)
    role = models.CharField(max_length=40)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    subject_hash = models.CharField(max_length=64)
    reason = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["subject_type", "subject_id", "id"], name="decisions_of_subject")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(verdict__in=Verdict.values), name="decision_verdict_known"),
            models.CheckConstraint(condition=Q(verdict="agreed") | ~Q(reason=""), name="decision_no_needs_a_reason"),
        ]


# With this begins the cause of a wait that watches over a late one of somebody else (core.reminders).
LATE_MARK = "late:"


class WorkItem(Subject):
    """Something that waits for somebody. `queue` is role@scope; the kernel does not read it.

    `ask` says what to do, `text` what is missing for it (both message ids); they are the same where nothing is missing.
    `kind`: of what kind the thing is to those who sort their work. `quiet_until`: who is waited for was reminded, and until this
    day nobody is asked to do so again (core.reminders).
    """

    queue = models.CharField(max_length=80)
    cause = models.CharField(max_length=120)
    clause = models.CharField(max_length=12)
    ask = models.CharField(max_length=300, blank=True)
    text = models.CharField(max_length=300)
    kind = models.CharField(max_length=20, blank=True)
    params = models.JSONField(default=dict)
    title_kk = models.CharField(max_length=300, blank=True)
    title_ru = models.CharField(max_length=300, blank=True)
    title_en = models.CharField(max_length=300, blank=True)
    due = models.DateField()
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)
    quiet_until = models.DateField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["queue", "due", "id"], condition=Q(closed_at=None), name="inbox"),
            models.Index(fields=["queue", "kind", "due", "id"], condition=Q(closed_at=None), name="inbox_of_kind"),
            # Closed items too: they know how a thing is called. What is open of a thing is found by the constraint's index.
            models.Index(fields=["subject_type", "subject_id", "id"], name="work_of_subject"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "queue", "cause"],
                condition=Q(closed_at=None),
                name="one_open_item_for_a_cause",
            )
        ]

    @property
    def title(self) -> str:
        """Who or what it is about, in the reader's language."""
        return str(Localized(kk=self.title_kk, ru=self.title_ru, en=self.title_en))

    @property
    def reminds(self) -> bool:
        """True where somebody else's move is late, and this is to remind him or her."""
        return self.cause.startswith(LATE_MARK)

    @property
    def is_ready(self) -> bool:
        """True where nothing is missing: the step itself waits to be taken."""
        return self.ask == self.text


class Job(models.Model):
    """Long work somebody asked for. The row is written with the request; the broker only wakes a worker.

    `title` is a message id with `params`: a title in words would stay in the language of whoever asked.
    `error`: why the file of the whole could not be made, as the program put it.
    """

    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    params = models.JSONField(default=dict)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    woken_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, db_index=True)
    result_name = models.CharField(max_length=200, blank=True)
    result_file = models.FileField(upload_to="jobs/%Y/%m/", blank=True)
    error = models.TextField(blank=True)


class JobItem(models.Model):
    """One piece of a job. Taken by a lease; done once in what it leaves, also after kills (core.jobs.JobKind).

    `error` says why it failed, `note` what is to be known of a done one: message ids with `params`.
    """

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    ref = models.BigIntegerField()
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    note = models.CharField(max_length=300, blank=True)
    params = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["job", "position"], name="job_item_position_once")]
        indexes: ClassVar = [
            models.Index(fields=["job", "position"], condition=Q(done_at=None), name="job_items_to_do")
        ]


class OutgoingEmail(models.Model):
    """An e-mail written down before it is sent. `key` makes the same notification one message, however often asked."""

    key = models.CharField(max_length=200, unique=True)
    to = models.EmailField()
    language = models.CharField(max_length=2)
    subject = models.CharField(max_length=300)
    body = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, db_index=True)
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    # Somebody has said that it need not go out any more; it may still be sent again.
    dropped_at = models.DateTimeField(null=True)
    # Where its reader chooses whether such messages come; empty where that is no matter of choice.
    choice_url = models.URLField(blank=True)


class DigestChoice(models.TextChoices):
    """Whether somebody wants the message of the day."""

    DAILY = "daily", pgettext_lazy("digest", "every working day, when something waits or is new")
    LATE = "late", pgettext_lazy("digest", "only when something is late")
    NONE = "none", pgettext_lazy("digest", "never")


class MailChoice(models.Model):
    """What somebody has chosen of the message of the day; without a row it comes daily."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=10, choices=DigestChoice.choices, default=DigestChoice.DAILY)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(digest__in=DigestChoice.values), name="digest_choice_known")
        ]


class CalendarFeed(models.Model):
    """The secret address at which a calendar reads somebody's deadlines; of the secret the hash alone is kept."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
