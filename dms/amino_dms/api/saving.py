"""The requests of an instance manager that saves: states, values put with those of others, and answers that wait at the gate."""

from __future__ import annotations

import asyncio
from typing import Protocol

from amino_wire.errors import AminoError
from amino_wire.values import EncodedValue

from amino_dms.api.state import Snapshot


class SavingKernel(Protocol):
    """See `InstanceKernel`."""

    async def capture(self) -> Snapshot:
        """The object's state and what all instance managers of its chain know. The caller makes sure that no call is on its way. Calls that
        the part has delegated with `withholds` may run before and after: the snapshot's mark says which of them it has."""
        ...

    async def stored(self, mark: int | None, error: AminoError | None = None) -> None:
        """A state is stored, or could not be: answers at the object's gate that waited for it leave. Does nothing where the object is gone.

        Arguments:
            mark: that of its snapshot; None: it could not be captured, and all answers end that wait now.
            error: they end with this; None: it is stored.
        """
        ...

    def stored_soon(self, mark: int) -> None:
        """The state with that mark is stored. As `stored`, together with what other objects say in this moment, and without waiting."""
        ...

    def put_soon(self, key: str, value: EncodedValue, *, expected: int) -> asyncio.Future[int]:
        """As `durable_put`, together with the values of other objects in this moment.

        The result is the new version. Where it fails, the value may be stored or not: `durable_put` with the same version finds out.
        """
        ...
