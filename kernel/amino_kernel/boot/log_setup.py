"""How a kernel logs: structlog and the standard library's loggers on standard error, in one format."""

from __future__ import annotations

import sys
import time
from collections.abc import MutableMapping
from typing import Any

import structlog
from amino_wire.log_lines import LEVELS, log_line, set_up_standard_logging, timestamp


class _Logger:
    """Writes lines of one module."""

    def __init__(self, name: str = "amino_kernel") -> None:
        self.name = name

    def msg(self, line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    debug = info = warning = error = critical = exception = msg


def set_up_logging(level: str, form: str) -> None:
    """Sets up structlog and the standard library's loggers alike.

    Args:
        level: Least level that is written: debug, info, warning, error.
        form: "console" or "json".
    """

    def line(logger: _Logger, _method: str, fields: MutableMapping[str, Any]) -> str:
        return log_line(form, {"timestamp": timestamp(time.time()), "logger": logger.name, **fields})

    structlog.configure(
        processors=[structlog.stdlib.add_log_level, structlog.processors.format_exc_info, line],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=_Logger,
        cache_logger_on_first_use=True,
    )
    set_up_standard_logging(level, form)
