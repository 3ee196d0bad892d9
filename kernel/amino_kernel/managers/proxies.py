"""The proxies that this kernel runs for its guests and for clients that run none themselves."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from amino_dms.api import Arrival
from amino_dms.runtime.proxy_chain import ProxyChain
from amino_dms.runtime.records import specs_key, view_of
from amino_wire.pb import common_pb2

from amino_kernel.managers.compiled import CompiledChains
from amino_kernel.managers.object_hosts import KernelProxyHost
from amino_kernel.managers.surroundings import Surroundings

CAPACITY = 10_000


@dataclass(eq=False, slots=True)
class _Opened:
    record: common_pb2.ObjectRecord
    """As it was last; a record that is the same needs no other look."""
    key: bytes
    chain: asyncio.Future[ProxyChain]


class Proxies:
    """One chain of proxies for each object that is called from here, as long as it is among the last ten thousand."""

    def __init__(self, compiled: CompiledChains) -> None:
        self._compiled = compiled
        self._opened: OrderedDict[str, _Opened] = OrderedDict()
        self._closing: set[asyncio.Task[None]] = set()

    async def of(self, record: common_pb2.ObjectRecord, around: Surroundings) -> ProxyChain:
        """The opened proxies for an object; those of an earlier chain end."""
        known = self._opened.get(record.id)
        if known is not None and known.record is record and known.chain.done():
            return await known.chain
        key = specs_key(record)
        if known is not None and known.key != key:
            self.end(record.id)
            known = None
        if known is None:
            arrival = Arrival.CREATED if record.status.epoch <= 1 else Arrival.ATTACHED
            known = _Opened(record, key, asyncio.ensure_future(self._open(record, arrival, around)))
            self._opened[record.id] = known
            known.chain.add_done_callback(lambda done: self._forget_failure(record.id, done))
            while len(self._opened) > CAPACITY:
                self.end(next(iter(self._opened)))
        chain = await asyncio.shield(known.chain)
        if chain.view.epoch < record.status.epoch:
            await chain.update(view_of(record))
        known.record = record
        return chain

    def end(self, object_id: str) -> None:
        """Ends the proxies for an object, if there are any."""
        known = self._opened.pop(object_id, None)
        if known is not None:
            task = asyncio.ensure_future(_close(known.chain))
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)

    def there(self) -> list[ProxyChain]:
        """All that have been opened."""
        done = [known.chain for known in self._opened.values() if known.chain.done() and not known.chain.cancelled()]
        return [each.result() for each in done if each.exception() is None]

    async def close(self) -> None:
        """Ends all."""
        for object_id in list(self._opened):
            self.end(object_id)
        await asyncio.gather(*self._closing, return_exceptions=True)

    async def _open(self, record: common_pb2.ObjectRecord, arrival: Arrival, around: Surroundings) -> ProxyChain:
        async def command(object_id: str, name: str, args: Sequence[Any], kwargs: Mapping[str, Any], manager: str) -> Any:
            proxies = await self.of(await around.parts.record(object_id), around)
            return await proxies.command(name, args, kwargs, manager)

        chain = ProxyChain(self._compiled.of(record), view_of(record), KernelProxyHost(around, command))
        await chain.open(arrival)
        return chain

    def _forget_failure(self, object_id: str, done: asyncio.Future[ProxyChain]) -> None:
        known = self._opened.get(object_id)
        if known is not None and known.chain is done and (done.cancelled() or done.exception() is not None):
            del self._opened[object_id]


async def _close(opened: asyncio.Future[ProxyChain]) -> None:
    await (await opened).close()
