"""How much of a file is taken in at all: a little more than is allowed, so that whoever judges it can say that it is too large."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler


class CutOffUploadHandler(FileUploadHandler):
    """Lets each file through up to one byte past the limit and drops the rest; the handlers behind it keep what comes through."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin counting anew."""
        super().new_file(*args, **kwargs)
        self._room = max(settings.UPLOAD_MAX_BYTES, settings.IMPORT_MAX_BYTES) + 1

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Hand on what there is room for."""
        del start
        kept, self._room = raw_data[: self._room], self._room - len(raw_data[: self._room])
        return kept or None

    def file_complete(self, file_size: int) -> None:
        """Whoever keeps the file makes it."""
        del file_size
