"""What processes log during a simulation: nothing, or with AMINO_TRACE set, everything with its simulated time."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Generator, MutableMapping
from contextlib import contextmanager
from typing import Any

import structlog

from amino_testkit.world.clock import Time

TRACE = "AMINO_TRACE"


@contextmanager
def logs_of(time: Time) -> Generator[None]:
    """Until the end of the block, logs go where the simulation wants them."""
    before, disabled = structlog.get_config(), logging.root.manager.disable
    if os.environ.get(TRACE):
        structlog.configure(processors=[_line(time)], wrapper_class=structlog.BoundLogger, logger_factory=structlog.ReturnLoggerFactory())
    else:
        nothing = structlog.make_filtering_bound_logger(logging.CRITICAL)
        structlog.configure(wrapper_class=nothing)
        logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        structlog.configure(**before)
        logging.disable(disabled)


def _line(time: Time) -> Any:
    def line(_logger: Any, method: str, event: MutableMapping[str, Any]) -> str:
        what = event.pop("event", "")
        print(f"{time.now:10.4f} {method:8} {what} {dict(event)}", file=sys.stderr)
        return ""

    return line
