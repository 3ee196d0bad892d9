"""Where a replica stands in the log of its group, whichever log that is."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from amino_wire.errors import AminoError, KernelUnavailable

from amino_dms.api import Arrival, InstanceKernel
from amino_dms.api.delegation import Ending
from amino_dms.replication.entries import LoggedCall
from amino_dms.replication.group import Group


class Over(Exception):
    """The log has ended for this manager, which leaves the chain."""


class Place(Protocol):
    """What the manager of a replica asks of its place."""

    @property
    def group(self) -> Group:
        """The epoch, and the replica that leads in it, as far as this replica knows."""
        ...

    @property
    def leads(self) -> bool:
        """Whether this replica orders calls."""
        ...

    @property
    def position(self) -> int:
        """The last position that is applied."""
        ...

    async def begin(self, arrival: Arrival) -> None:
        """To be awaited in the manager's `on_create`."""
        ...

    async def run(self) -> None:
        """Applies the log, until it is cancelled. Raises Over, and why this replica is of no use any more."""
        ...

    async def ending(self, call: LoggedCall) -> Ending:
        """How a call ends; see `Member.ending`."""
        ...

    def reading(self) -> AbstractAsyncContextManager[None]:
        """A block for a read; see `Member.reading`."""
        ...

    async def detach(self) -> None:
        """Applies the log to its end, which is the same for all replicas."""
        ...

    def end(self, error: AminoError | None = None) -> None:
        """The replica ends; calls that wait get the error, or hear that they may have run."""
        ...

    def save(self) -> dict[str, Any]:
        """As `Part.save`."""
        ...

    def load(self, saved: dict[str, Any]) -> None:
        """As `Part.load`."""
        ...


class Applying:
    """That one entry is applied at a time, and each once.

    Arguments:
        kernel: of the instance manager.
    """

    def __init__(self, kernel: InstanceKernel) -> None:
        self.kernel = kernel
        self.lock = asyncio.Lock()
        self.over = False
        self.detaching = False

    def doubtful(self) -> AminoError:
        """The error for calls that wait when the replica ends."""
        return KernelUnavailable(f"a replica of {self.kernel.title} has ended; the call may have run, or run yet: call again")
