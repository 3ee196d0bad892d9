"""How many files this process may have open at once: connections, sockets and jars are files to the operating system."""

from __future__ import annotations

import contextlib
import resource

from amino_wire.error_machine import LimitTooLow

LEAST = 256
"""With fewer, a JVM does not start, or the first clients find no room."""
WANTED = 8192


def ensure_open_files(what: str) -> None:
    """Raises this process's own limit of open files as far as it may be.

    Arguments:
        what: the program, for the message, such as `a kernel`.

    Raises:
        LimitTooLow: it may not be raised far enough.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = resource.RLIM_INFINITY
    wanted = WANTED if hard == unlimited else min(WANTED, hard)
    if soft not in (unlimited, wanted) and soft < wanted:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
    if soft != unlimited and soft < LEAST:
        raise LimitTooLow(
            f"this process may have only {soft} files open at once, and {what} needs at least {LEAST}, each client some more. "
            f"Raise the limit with `ulimit -n {WANTED}` in the shell that starts it, or with `LimitNOFILE={WANTED}` in its systemd unit"
        )
