"""What the managers nearer the object do before a call gets into the log of its replicas."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from amino_wire.frames import Invocation

from amino_dms.api import InstanceManager


class Ordering:
    """Asks the parts of a replica that want to be asked.

    Arguments:
        parts: by their places in the chain.
    """

    def __init__(self, parts: Mapping[int, InstanceManager[Any]]) -> None:
        self._parts = parts

    def is_wanted(self, index: int) -> bool:
        """Whether a part nearer the object than that at `index` wants to be asked."""
        return bool(self._asked(index))

    @asynccontextmanager
    async def around(self, index: int, call: Invocation) -> AsyncGenerator[Invocation]:
        """See `InstanceKernel.ordering`, for the parts nearer the object than that at `index`."""
        async with AsyncExitStack() as stack:
            for part in self._asked(index):
                call = await stack.enter_async_context(part.ordering(call))
            yield call

    def _asked(self, index: int) -> list[InstanceManager[Any]]:
        nearer = [self._parts[place] for place in sorted(self._parts, reverse=True) if place < index]
        base: type[Any] = InstanceManager
        return [part for part in nearer if type(part).ordering is not base.ordering]
