"""Why a kernel process ended for good, told to its supervisor: a line of JSON on a pipe that nothing else writes to.

What it prints is the business of the supervisor, which knows for whom; and what guests print goes elsewhere.
"""

from __future__ import annotations

import json
import os

from amino_wire.errors import AminoError, from_payload, to_payload

PIPE_BYTES = 65536
"""The bytes that a pipe takes before it is read, as a rule."""


def tell(pipe: int, error: AminoError) -> bool:
    """Writes an error to the pipe, and answers whether it has taken all of it. Never waits."""
    line = json.dumps(to_payload(error), default=str).encode() + b"\n"
    os.set_blocking(pipe, False)
    try:
        return os.write(pipe, line) == len(line)
    except OSError:
        # The supervisor has ended, and this process is about to.
        return False


def read(pipe: int) -> AminoError | None:
    """The error of a process that has ended, None where it told of none. Never waits."""
    os.set_blocking(pipe, False)
    try:
        line = os.read(pipe, PIPE_BYTES)
    except BlockingIOError:
        # A process of a guest's has inherited the other end.
        return None
    return from_payload(json.loads(line)) if line.endswith(b"\n") else None
