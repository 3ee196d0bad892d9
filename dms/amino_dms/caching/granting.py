"""The replica of an object at which a caller asks for rights to its cache: the one that orders calls, as far as it is known."""

from __future__ import annotations

from typing import Any, Final

from amino_wire.errors import AminoError

from amino_dms.api import ProxyKernel

_LEADER: Final = "leader"
"""In the details of an error: the number of the replica that orders calls."""


class Granting:
    """Remembers which one it is.

    Arguments:
        kernel: of the proxy.
    """

    def __init__(self, kernel: ProxyKernel) -> None:
        self._kernel = kernel
        self._number = 0

    async def call(self, method: str, *args: Any, budget: float | None = None) -> Any:
        """Asks there, and where another replica is named instead, at that one. Raises what the question raises."""
        try:
            return await self._asked(method, args, budget)
        except AminoError as error:
            leader = (error.details or {}).get(_LEADER)
            others = [replica.number for replica in self._kernel.replicas() if replica.number != self._number]
            if not isinstance(leader, int) and others:
                self._number = self._kernel.random.choice(others)
            if not isinstance(leader, int) or leader in (-1, self._number):
                raise
        self._number = leader
        return await self._asked(method, args, budget)

    async def _asked(self, method: str, args: tuple[Any, ...], budget: float | None) -> Any:
        return await self._kernel.instance_manager(self._number).call(method, *args, budget=budget)
