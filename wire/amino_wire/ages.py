"""How old an answer may be, and how old it is. Pure."""

from __future__ import annotations

import math
from typing import Any


def limit_of(request: Any) -> int:
    """The milliseconds of age up to which a request takes the answer of any service; 0: it wants the current one."""
    return int(request.age_limit.ms) if "age_limit" in request.DESCRIPTOR.fields_by_name else 0


def older(answer: Any, seconds: float) -> int:
    """Lets an answer grow older by its way; returns its age in milliseconds. A current answer stays current: nobody asked later."""
    if answer.HasField("age"):
        answer.age.ms += math.ceil(1000 * seconds)
    return int(answer.age.ms)
