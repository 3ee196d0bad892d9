"""Times as people write them on a command line and in a manifest. Pure."""

from __future__ import annotations

import re

from amino_wire.errors import ArgumentInvalid

_UNITS = {"": 1.0, "ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def seconds(text: str, what: str) -> float:
    """The seconds of a time such as `10m`, `1.5h` or `30`; an empty text is 0.

    Arguments:
        text: a number, and ms, s, m, h or d; without one of these it is seconds.
        what: the option or key, for the message.

    Raises:
        ArgumentInvalid: the text is no time.
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)?", text) if text else None
    if text and found is None:
        raise ArgumentInvalid(f"{what} {text!r} is no time; write it as 30s, 10m or 2h")
    return 0.0 if found is None else float(found[1]) * _UNITS[found[2] or ""]
