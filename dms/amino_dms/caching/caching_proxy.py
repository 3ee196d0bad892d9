"""The caller's part that all caching managers share: a cache of results, and when it may be filled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from amino_wire.errors import AminoError

from amino_dms.api import NOT_ANSWERED, Invocation, Next, Proxy, ProxyKernel, transaction_of
from amino_dms.caching.results import ResultCache

C = TypeVar("C")

SAFETY = 0.98
"""The part of a lease that its holder uses: two clocks may run two per cent apart. They are never compared."""
_ASK_AGAIN = 1.0
"""Seconds between two questions about which members seem to read."""


class CachingProxy(Proxy[C]):
    """Answers reads from its cache while `valid_until` lies ahead, on this side's own clock. Calls of a transaction go past it."""

    asks_after_reads: ClassVar[bool] = False
    """Whether the object's side is asked once more after a member has run that only seemed to read: its result is
    kept only if the member still seems so. Needed where rights to results do not end when the object changes."""

    def __init__(self, config: C, kernel: ProxyKernel, entries: int) -> None:
        super().__init__(config, kernel)
        self.results = ResultCache(entries)
        self.valid_until = float("-inf")
        self._now = kernel.clock.now
        self._seem_to_read: frozenset[str] = frozenset()
        self._ask_at = float("-inf")

    def answer_now(self, method: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        """The cached result, if it is valid."""
        return self.results.find(method, args, kwargs) if self._now() < self.valid_until else NOT_ANSWERED

    def hands_on(self, method: str) -> bool:
        """Writes, where nothing is kept that they end. One in a while goes through `on_call`, which asks which members read."""
        reads = method in self.kernel.interface.read_only or method in self._seem_to_read
        return not reads and self.keeps_nothing() and self._now() < self._ask_at

    def keeps_nothing(self) -> bool:
        """Whether `write`, as things stand, has nothing to give up and does nothing else of its own."""
        return False

    async def on_call(self, call: Invocation, next: Next) -> Any:
        """A read is answered from the cache where it can be; everything else may write."""
        is_read = call.method in self.kernel.interface.read_only
        if transaction_of(call):
            return await next(call) if is_read else await self.write(call, next)
        if is_read or call.method in self._seem_to_read:
            return await self._read(call, next)
        try:
            return await self.write(call, next)
        finally:
            self._ask_which_read()

    async def on_low_memory(self, free_bytes: int) -> None:
        """Results can be had again."""
        self.results.clear()

    async def write(self, call: Invocation, next: Next) -> Any:
        """A call that may change the object."""
        raise NotImplementedError

    async def prepare(self) -> None:
        """Before a read: gets whatever right the cache needs."""

    def stamp(self) -> Any:
        """Under which right a result may be kept that is asked for now; None: not at all. It is kept only if it arrives under the same."""
        raise NotImplementedError

    async def _read(self, call: Invocation, next: Next) -> Any:
        await self.prepare()
        found = self.answer_now(call.method, call.args, call.kwargs)
        if found is not NOT_ANSWERED:
            return found
        stamp = self.stamp()
        result = await next(call)
        if stamp is not None and await self._is_read(call.method) and stamp == self.stamp():
            self.results.keep(call.method, call.args, call.kwargs, result)
        return result

    async def _is_read(self, method: str) -> bool:
        if not self.asks_after_reads or method in self.kernel.interface.read_only:
            return True
        try:
            await self._learn()
        except AminoError:
            return False
        return method in self._seem_to_read

    def _ask_which_read(self) -> None:
        if self._now() >= self._ask_at:
            self._ask_at = self._now() + _ASK_AGAIN
            self.kernel.spawn(self._learn())

    async def _learn(self) -> None:
        self._seem_to_read = frozenset(await self.kernel.instance_manager().call("reads"))
