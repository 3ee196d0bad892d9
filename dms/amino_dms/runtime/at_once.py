"""Work that mostly waits for nothing, done without a task."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any, TypeVar, cast

T = TypeVar("T")


def at_once(work: Coroutine[Any, Any, T]) -> T | None:
    """The result of work that waits for nothing and raises no error; None for all other work, which is given up where it would wait."""
    try:
        work.send(None)
    except StopIteration as done:
        return cast("T", done.value)
    except Exception:  # of a third party's part: asked once more, it is told in the right place
        return None
    work.close()
    return None
