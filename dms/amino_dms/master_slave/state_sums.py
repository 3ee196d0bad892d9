"""Checksums of a replica's state, to be compared with the master's."""

from __future__ import annotations

from amino_wire.errors import as_error

from amino_dms.replication.entries import Check
from amino_dms.replication.machine import Machine


class StateSums:
    """Of the positions at which the master has not been heard yet.

    Arguments:
        machine: has the state.
        every: after how many entries there is one.
    """

    def __init__(self, machine: Machine, every: int) -> None:
        self._machine, self._every = machine, every
        self._sums: dict[int, bytes] = {}

    async def keep(self, position: int) -> Check | None:
        """The state is that of a position. Its checksum, where that is to be compared."""
        if position % self._every:
            return None
        checksum = await self._machine.checksum()
        if checksum is None:
            return None
        self._sums[position] = checksum
        return Check(position, checksum)

    def compare(self, check: Check) -> None:
        """The master's; raises the AminoError that says which members were called since the states were equal."""
        own = self._sums.pop(check.position, None)
        self._sums = {position: value for position, value in self._sums.items() if position > check.position}
        if own is not None and own != check.checksum:
            called = ", ".join(sorted(self._machine.called))
            raise as_error(RuntimeError(f"its state at {check.position} differs from the master's; called since they were equal: {called}"))
        self._machine.called.clear()

    def clear(self) -> None:
        """The state is another one."""
        self._sums.clear()
