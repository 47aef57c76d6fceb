"""What is written down from paper: brought with its scan, and the same words with the same scan a second time change nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, Generic, TypeVar

from django.conf import settings
from django.db import models

from core.history import subject_type
from documents.models import Upload
from documents.seal import sha256

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True)
class Recorded(Generic[Row]):
    """What stands written now; `is_new` False: it stood there already, and nothing was done."""

    row: Row
    is_new: bool = True


def brings_scan(file: BinaryIO | None, subject: models.Model, purpose: str) -> bool:
    """Whether a file is sent that `subject` does not have yet for this purpose, by its content. The file is read from its start."""
    if file is None:
        return False
    digest = sha256(file.read(settings.UPLOAD_MAX_BYTES + 1))
    file.seek(0)
    kept = Upload.objects.filter(subject_type=subject_type(subject), subject_id=subject.pk, purpose=purpose)
    return not kept.filter(sha256=digest).exists()


def says(row: models.Model, words: Mapping[str, Any]) -> bool:
    """Whether a row says exactly these words, field by field."""
    return all(getattr(row, name) == value for name, value in words.items())
