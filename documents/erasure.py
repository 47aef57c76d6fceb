"""What time or a refusal takes away from where files are kept."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from core.history import record
from core.values import today
from documents.kinds import purposes
from documents.models import Upload


def erase_due() -> None:
    """The sweep: passports and health documents are erased when they have been kept for as long as the University says."""
    if not settings.PERSONAL_FILES_KEPT_DAYS:
        return
    old = timezone.now() - timedelta(days=settings.PERSONAL_FILES_KEPT_DAYS)
    personal = [one.name for one in purposes() if one.is_personal and not one.is_evidence]
    for upload in (
        Upload.objects.filter(purpose__in=personal, uploaded_at__lt=old).exclude(file="").order_by("pk")[:100]
    ):
        upload.file.delete(save=False)  # first: as long as the row names it, the next sweep tries again
        with transaction.atomic():
            record(
                actor=None,
                action="documents.erased",
                subject=upload,
                text=gettext_noop("erased “%(name)s”: its time was over"),
                params={"name": upload.original_name},
            )
            Upload.objects.filter(pk=upload.pk).update(file="")


def erase_nameless() -> None:
    """Erase files that no row names a day after they were written: what was refused, or broken off, after its file was kept.

    Of this month and of that of a week ago. May be run at any time.
    """
    storage = Upload.file.field.storage
    for folder in {f"uploads/{day:%Y/%m}" for day in (today(), today() - timedelta(days=7))}:
        try:
            _folders, names = storage.listdir(folder)
        except FileNotFoundError:
            continue
        named = set(Upload.objects.filter(file__startswith=folder).values_list("file", flat=True))
        for path in sorted({f"{folder}/{name}" for name in names} - named):
            if storage.get_modified_time(path) < timezone.now() - timedelta(days=1):
                storage.delete(path)
