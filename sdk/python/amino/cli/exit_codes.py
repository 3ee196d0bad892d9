"""The meanings of a command's exit status."""

from __future__ import annotations

from amino_wire.errors import (
    AminoError,
    Conflict,
    Ended,
    GuestException,
    InvalidRequest,
    MachineProblem,
    NotFound,
    Refused,
    Unavailable,
)

OK = 0
CALL_FAILED = 1
USAGE = 2
NOT_FOUND = 3
UNAVAILABLE = 4
REFUSED = 5
CONFLICT = 6
MACHINE = 7
ENDED = 8
INTERNAL = 70
STORE_FAILED = 74
INTERRUPTED = 130

HELP = """Exit status: 0 done · 1 the object raised an exception · 2 wrong usage or a request that cannot be right · 3 not found ·
4 unavailable, also to an object in between · 5 refused · 6 in conflict with what is there · 7 something is missing on this
machine · 8 deadline, cancelled or deadlock · 70 a mistake of Amino's own ·
74 the disk of the object management service failed, start it again · 130 interrupted"""

_BY_KIND: tuple[tuple[type[AminoError], int], ...] = (
    (GuestException, CALL_FAILED),
    (InvalidRequest, USAGE),
    (NotFound, NOT_FOUND),
    (Unavailable, UNAVAILABLE),
    (Refused, REFUSED),
    (Conflict, CONFLICT),
    (MachineProblem, MACHINE),
    (Ended, ENDED),
)


def exit_code(error: AminoError) -> int:
    """The exit status for an error. A call that ended since something is unavailable ends so through all objects between, too."""
    link: AminoError | None = error
    while isinstance(link, GuestException):
        link = link.cause
    if isinstance(link, Unavailable):
        return UNAVAILABLE
    return next((status for kind, status in _BY_KIND if isinstance(error, kind)), INTERNAL)
