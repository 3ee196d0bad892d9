"""The ties between a kernel process and its supervisor: a pipe for lines of JSON that nothing else writes to, and a pipe to be held open.

What the process prints is no business of the supervisor's, and what guests print goes elsewhere.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from amino_wire.errors import AminoError, from_payload, to_payload

PIPE_BYTES = 65536
"""The bytes that a pipe takes before it is read, as a rule."""


@dataclass(frozen=True, slots=True)
class Life:
    """A life of a kernel as the OMS counts them. `proof` is what the kernel shows to the OMS."""

    kernel_id: str
    incarnation: int
    proof: str


@dataclass(frozen=True, slots=True)
class Told:
    """The lines of a process that has ended: the life it was in, and why it ended for good. None: it has told of none."""

    life: Life | None = None
    error: AminoError | None = None


@dataclass(frozen=True, slots=True)
class Supervision:
    """The ends of the pipes that a kernel process has. None: it has no supervisor.

    Arguments:
        told: takes the lines.
        held: is kept open, and never used, by each process in which objects of this kernel may run: when all of them have ended, and no
            earlier, the supervisor reads its end.
    """

    told: int | None = None
    held: int | None = None

    @classmethod
    def of(cls, order: dict[str, Any]) -> Supervision:
        """The ties that a supervisor's order names. No further process gets them, other than by `halves`."""
        ties = cls(order.get("told"), order.get("held"))
        for descriptor in (ties.told, ties.held):
            if descriptor is not None:
                os.set_inheritable(descriptor, False)
        return ties

    @property
    def halves(self) -> tuple[int, ...]:
        """Descriptors that a JVM half in a process of its own must inherit."""
        return () if self.held is None else (self.held,)

    def tell_error(self, error: AminoError) -> bool:
        """Says why this process is about to end for good, and answers whether all of it was taken. Never waits."""
        return self._tell({"error": to_payload(error)})

    def tell_life(self, life: Life) -> bool:
        """Says which life the kernel is in, and answers whether that was taken. Never waits."""
        return self._tell({"life": asdict(life)})

    def _tell(self, what: dict[str, Any]) -> bool:
        if self.told is None:
            return False
        line = json.dumps(what, default=str).encode() + b"\n"
        os.set_blocking(self.told, False)
        try:
            return os.write(self.told, line) == len(line)
        except OSError:
            # The supervisor has ended, and this process is about to; or it has told of thousands of lives.
            return False


def read_told(pipe: int) -> Told:
    """The newest of what a process that has ended has told. Never waits."""
    life: Life | None = None
    error: AminoError | None = None
    for line in _lines(pipe):
        if "life" in line:
            life = Life(**line["life"])
        if "error" in line:
            error = from_payload(line["error"])
    return Told(life, error)


def _lines(pipe: int) -> Iterator[dict[str, Any]]:
    os.set_blocking(pipe, False)
    content = b""
    try:
        while part := os.read(pipe, PIPE_BYTES):
            content += part
    except BlockingIOError:
        pass  # a process of a guest's has inherited the other end
    for line in content.split(b"\n")[:-1]:
        yield json.loads(line)
