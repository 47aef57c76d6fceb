"""What is done in turn, though one part of it fails."""

import logging
from collections.abc import Callable, Iterable

logger = logging.getLogger(__name__)


def take_turns(parts: Iterable[Callable[[], None]]) -> None:
    """Call each part. One that fails keeps none of the others from their work; the first failure is raised at the end."""
    failed: Exception | None = None
    for part in parts:
        try:
            part()
        except Exception as error:
            logger.exception("%r failed", part)
            failed = failed or error
    if failed:
        raise failed
