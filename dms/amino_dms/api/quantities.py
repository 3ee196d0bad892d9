"""Durations and sizes as people write them: `250ms`, `10s`, `64KiB`, `1GB`."""

from __future__ import annotations

import re
from datetime import timedelta

_SECONDS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_BYTES = {
    "B": 1,
    "kB": 1000,
    "KB": 1000,
    "MB": 1000**2,
    "GB": 1000**3,
    "KiB": 1 << 10,
    "MiB": 1 << 20,
    "GiB": 1 << 30,
}
_QUANTITY = re.compile(r"(-?\d+(?:\.\d+)?)([A-Za-z]+)")


class Size(int):
    """A number of bytes."""

    def __str__(self) -> str:
        for unit in ("GiB", "MiB", "KiB", "GB", "MB", "kB"):
            if self and self % _BYTES[unit] == 0:
                return f"{int(self) // _BYTES[unit]}{unit}"
        return f"{int(self)}B"


def quantity(text: str) -> timedelta | Size | None:
    """The duration or size of a text such as `10s` or `64KiB`; None where it is neither, or beyond measure."""
    found = _QUANTITY.fullmatch(text)
    if found is None:
        return None
    number, unit = found.groups()
    if unit in _SECONDS:
        try:
            return timedelta(seconds=float(number) * _SECONDS[unit])
        except OverflowError:
            return None  # more days than a timedelta has
    if unit in _BYTES:
        return Size(float(number) * _BYTES[unit])
    return None


def duration_text(length: timedelta) -> str:
    """A duration in the largest unit that keeps it whole, such as `90s` or `250ms`."""
    microseconds = length // timedelta(microseconds=1)
    for unit in ("d", "h", "m", "s", "ms"):
        step = int(_SECONDS[unit] * 1e6)
        if microseconds and microseconds % step == 0:
            return f"{microseconds // step}{unit}"
    return f"{microseconds}us" if microseconds else "0s"
