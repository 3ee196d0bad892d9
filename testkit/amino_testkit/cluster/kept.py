"""The states that a simulated kernel keeps on its machine's disk between a stop and its next start."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from amino_kernel.instances.kept_states import KeptState


class KeptInMemory:
    """See `amino_kernel.instances.kept_states.KeptStates`."""

    def __init__(self) -> None:
        self._states: tuple[KeptState, ...] = ()

    async def keep(self, states: AsyncIterator[KeptState]) -> int:
        """See KeptStates."""
        self._states = tuple([state async for state in states])
        return len(self._states)

    def read(self) -> Iterator[KeptState]:
        """See KeptStates."""
        return iter(self._states)

    def is_empty(self) -> bool:
        """See KeptStates."""
        return not self._states

    def remove(self) -> None:
        """See KeptStates."""
        self._states = ()
