"""The offers of a kernel to instance managers that delegate calls to the object's gate, and to those that save."""

from __future__ import annotations

import asyncio
from typing import Any, Protocol

from amino_wire.errors import AminoError
from amino_wire.values import EncodedValue

from amino_dms.api import Delegation, State


class SavingHost(Protocol):
    """See `InstanceHost`."""

    async def offer(self) -> None:
        """From now on calls wait at the object's gate. Returns when each call that came before has begun here."""
        ...

    async def open(self, delegation: Delegation, proxied: bool, number: int = 0) -> None:
        """The gate lets in calls, those that wait first. They are those that came before the others only if this is asked for before
        anything else may happen.

        Arguments:
            delegation: which calls.
            proxied: whether calls must have passed proxies.
            number: of the states that the gate captures under it.
        """
        ...

    async def outcome(self, number: int) -> Any:
        """As `invoke`, for a call that was under way at a recall, by its number there."""
        ...

    async def capture(self) -> tuple[State, int]:
        """As `copy`, and up to which mark it has the changes of calls whose answers wait at the gate."""
        ...

    async def stored(self, mark: int | None, error: AminoError | None) -> None:
        """See `InstanceKernel.stored`; raises Moved where the object is not here any more."""
        ...

    def stored_soon(self, mark: int) -> None:
        """See `InstanceKernel.stored_soon`."""
        ...

    def put_soon(self, key: str, value: EncodedValue, expected: int) -> asyncio.Future[int]:
        """ObjectManagementService.DurablePutMany; see `InstanceKernel.put_soon`."""
        ...
