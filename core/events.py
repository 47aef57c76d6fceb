"""Events go up the road where imports may not: an app publishes, `satbayev_jdp.wiring` alone subscribes.

An event is a frozen dataclass of ids. Handlers run in the publisher's transaction, in the order of subscription.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

Event = TypeVar("Event")
_handlers: dict[type, list[Callable[[Any], None]]] = defaultdict(list)


def subscribe(event: type[Event], handler: Callable[[Event], None]) -> None:
    """Let `handler` be called for each published `event`; a second subscription of the same handler does nothing."""
    if handler not in _handlers[event]:
        _handlers[event].append(handler)


def publish(event: object) -> None:
    """Call the handlers of this event now. An error in one undoes the whole transaction, on purpose."""
    for handler in _handlers[type(event)]:
        handler(event)
