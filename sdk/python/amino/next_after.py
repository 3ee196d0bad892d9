"""How long a kernel may take for its first answer before the next address is tried. Pure."""

from __future__ import annotations

import os
from collections.abc import Mapping

from amino_wire.errors import ConfigInvalid
from amino_wire.protocol import NEXT_AFTER_MS

from amino.lengths import LONGEST, Length, milliseconds

VARIABLE = "AMINO_NEXT_AFTER"


def next_after_seconds(given: Length | None, environ: Mapping[str, str] | None = None) -> float:
    """The seconds: those given, else AMINO_NEXT_AFTER, else 1.

    Arguments:
        given: seconds, or a duration.
        environ: the environment; None for this process's.

    Raises:
        ArgumentInvalid: what was given is no length of time, or 0.
        ConfigInvalid: the variable says none.
    """
    if given is not None:
        return milliseconds(given, "next_after", zero=False) / 1000
    text = (os.environ if environ is None else environ).get(VARIABLE)
    if not text:
        return NEXT_AFTER_MS / 1000
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= LONGEST:
        raise ConfigInvalid(f"{VARIABLE} = {text!r}: it must be a number of seconds, more than 0 and at most {LONGEST:.0e}, such as 0.5")
    return seconds
