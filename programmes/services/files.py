"""Files of an import: kept when they come, read again by their key, so that what is written is what was tried."""

import io

from django.utils.translation import gettext_noop

from core.history import subject_type
from core.workflow import RefusedError
from documents.models import Upload
from documents.seal import sha256


def kept_file(upload: Upload) -> io.BytesIO:
    """The content of a kept file. Raises RefusedError when it was erased or is no longer what was uploaded (its hash)."""
    if not upload.file:
        raise RefusedError(
            gettext_noop("“%(name)s” was erased: its time was over. Hand it in again."), {"name": str(upload)}
        )
    with upload.file.open("rb") as file:
        content = file.read()
    if sha256(content) != upload.sha256:
        raise RefusedError(gettext_noop("“%(name)s” is no longer the file that was uploaded."), {"name": str(upload)})
    return io.BytesIO(content)


def upload_for(upload_id: int, *, model: type, purpose: str) -> Upload:
    """The upload with this key, if it is for this purpose and kind of subject. Upload.DoesNotExist otherwise."""
    return Upload.objects.get(pk=upload_id, purpose=purpose, subject_type=subject_type(model))
