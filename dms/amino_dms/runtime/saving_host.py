"""The offers of a kernel to instance managers that save."""

from __future__ import annotations

import asyncio
from typing import Protocol

from amino_wire.errors import AminoError
from amino_wire.values import EncodedValue

from amino_dms.api import State


class SavingHost(Protocol):
    """See `InstanceHost`."""

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
