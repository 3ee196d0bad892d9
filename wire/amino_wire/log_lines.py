"""One format for the lines that kernels and the OMS log: for people, or JSON, one document a line."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal, cast

LogFormat = Literal["console", "json"]
LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
FIRST = ("timestamp", "level", "logger", "event")
"""The fields that every line has, in their order; others follow."""


def log_line(form: str, fields: Mapping[str, Any]) -> str:
    """One line; with an exception, for people, further lines.

    Arguments:
        form: `console` or `json`.
        fields: `event`, the message, `level`, `logger`, `timestamp`, `exception` (a traceback), and all that the message is about.
    """
    if form == "json":
        ordered = {name: fields[name] for name in (*FIRST, *fields) if name in fields}
        return json.dumps(ordered, default=str, ensure_ascii=False)
    exception = fields.get("exception", "")
    others = [f"{name}={_shown(value)}" for name, value in fields.items() if name not in (*FIRST, "exception")]
    first = [str(fields.get("timestamp", "")), f"{fields.get('level', ''):7}", f"{fields.get('logger', '')}:", str(fields.get("event", ""))]
    line = " ".join((*first, *others))
    return f"{line}\n{exception}" if exception else line


def timestamp(seconds: float) -> str:
    """A moment as lines have it: ISO 8601 in UTC, to the millisecond. `seconds` since 1970."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _shown(value: Any) -> str:
    text = str(value)
    return (
        text if text and not any(character.isspace() or character in '="' for character in text) else json.dumps(text, ensure_ascii=False)
    )


class LineFormatter(logging.Formatter):
    """Lines of the standard library's loggers. Arguments: as `log_line`."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self._form = form

    def format(self, record: logging.LogRecord) -> str:
        """One record as a line."""
        fields: dict[str, Any] = {
            "timestamp": timestamp(record.created),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        if record.exc_info and record.exc_info[0] is not None:
            fields["exception"] = "".join(traceback.format_exception(*cast("Any", record.exc_info))).rstrip()
        return log_line(self._form, fields)


def set_up_standard_logging(level: str, form: str) -> None:
    """Has the standard library's loggers write to standard error.

    Arguments:
        level: the least level that is written: debug, info, warning, error.
        form: `console` or `json`.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LineFormatter(form))
    logging.basicConfig(level=LEVELS[level], handlers=[handler], force=True)
