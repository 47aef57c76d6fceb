"""What is wrong with something entered, said at its field."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Fault:
    """What is wrong with something entered: the field, a message id, its parameters."""

    field: str
    text: str
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)
