"""Decisions of several: each part decides on the same content by its hash; a changed content asks everybody again."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models

from core.history import subject_type
from core.models import Decision, Verdict


def decide(
    *,
    subject: models.Model,
    part: str,
    role: str,
    actor: AbstractBaseUser,
    verdict: str,
    subject_hash: str,
    reason: str = "",
) -> Decision:
    """Write down what `part` decided on the content with this hash. The database asks a reason for a no."""
    return Decision.objects.create(
        subject_type=subject_type(subject),
        subject_id=subject.pk,
        part=part,
        role=role,
        person_id=actor.pk,
        verdict=verdict,
        subject_hash=subject_hash,
        reason=reason,
    )


def decisions_on(subject: models.Model, subject_hash: str) -> dict[str, Decision]:
    """The last decision of each part on this very content, by part."""
    rows = Decision.objects.filter(subject_type=subject_type(subject), subject_id=subject.pk, subject_hash=subject_hash)
    return {row.part: row for row in rows.order_by("id")}


def agreed_parts(subject: models.Model, subject_hash: str) -> frozenset[str]:
    """The parts whose last word on this content is yes."""
    return frozenset(part for part, row in decisions_on(subject, subject_hash).items() if row.verdict == Verdict.AGREED)


def decisions_of_many(subjects: list[models.Model], hashes: dict[int, str]) -> dict[int, dict[str, Decision]]:
    """As `decisions_on`, for a list of things of one kind in one query. `hashes` maps key to content hash."""
    if not subjects:
        return {}
    rows = Decision.objects.filter(subject_type=subject_type(subjects[0]), subject_id__in=[s.pk for s in subjects])
    found: dict[int, dict[str, Decision]] = {subject.pk: {} for subject in subjects}
    for row in rows.select_related("person").order_by("id"):
        if row.subject_hash == hashes.get(row.subject_id):
            found[row.subject_id][row.part] = row
    return found
