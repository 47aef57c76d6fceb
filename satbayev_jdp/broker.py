"""The broker of the embedded default, files, such that no process meets a file that another has half written.

kombu's own channel opens a file under its final name and fills it afterwards: a worker that looks in between reads nothing,
takes that for a broken broker and ends, and the message with it (kombu 5.6, transport/filesystem.py).
"""

import logging
import os
import time
from collections.abc import Callable
from pathlib import Path
from queue import Empty
from typing import Any, TypeVar
from uuid import uuid4

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.encoding import bytes_to_str, str_to_bytes
from kombu.utils.json import dumps, loads

logger = logging.getLogger(__name__)
Found = TypeVar("Found")
_TRIES, _PAUSE_SECONDS = 50, 0.02


class Channel(filesystem.Channel):
    """Messages come under their name when they are whole; one that cannot be read all the same is left out and told of."""

    def _put(self, queue: str, payload: Any, **_kwargs: Any) -> None:  # type: ignore[override]  # named as by its parent
        name = f"{time.monotonic_ns() // 1_000_000}_{uuid4()}.{queue}.msg"
        whole, part = Path(self.data_folder_out, name), Path(self.data_folder_out, f"{name}.part")
        try:
            part.write_bytes(str_to_bytes(dumps(payload)))
            part.replace(whole)
        except OSError as error:
            raise ChannelError(f"Cannot add file {name!r} to directory") from error

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        for name in sorted(os.listdir(self.data_folder_in)):  # noqa: PTH208 -- names are compared, not opened
            if name.partition(".")[2] != f"{queue}.msg":
                continue
            taken = Path(self.processed_folder, name)
            try:
                Path(self.data_folder_in, name).rename(taken)
            except OSError:  # another worker was first
                continue
            content = taken.read_bytes()
            taken.unlink()
            try:
                return loads(bytes_to_str(content))
            except ValueError:
                logger.error("a message of the broker cannot be read and is left out: %s", name)  # noqa: TRY400 -- its content may be personal
        raise Empty

    def get_table(self, exchange: str) -> Any:
        """The queues of an exchange; its file is empty for the moment in which another process makes it."""
        return _when_written(lambda: super(Channel, self).get_table(exchange))

    def _queue_bind(self, exchange: str, routing_key: str | None, pattern: str | None, queue: str | None) -> None:
        _when_written(lambda: super(Channel, self)._queue_bind(exchange, routing_key or "", pattern, queue or ""))


def _when_written(read: Callable[[], Found]) -> Found:
    for _ in range(_TRIES):
        try:
            return read()
        except ValueError:
            time.sleep(_PAUSE_SECONDS)
    return read()


class Transport(filesystem.Transport):
    """Files as broker."""

    Channel = Channel
