"""All proxies of a client: opened with the first stub, exchanged when an object gets other managers, ended with the client."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Coroutine
from typing import Any

from amino_dms.api import Clock, SystemClock
from amino_dms.chain import Chain, Registry
from amino_dms.runtime.records import specs_key, specs_of, view_of
from amino_wire.errors import AminoError, ChainInvalid, NotFound
from amino_wire.pb import common_pb2
from amino_wire.values import Codec

from amino.connections import Connections
from amino.location import Location
from amino.outside import Outside
from amino.proxies.calls import ProxyCalls
from amino.proxies.host import ClientProxyHost
from amino.proxies.values import ChainValues

CAPACITY = 10_000
"""Objects whose proxies run here; those of the one met longest ago go back to the kernel."""
CHECK_SECONDS = 1.0
CHECKS_AT_ONCE = 20
"""Records are looked at again in turn: nobody can tell a client that an object has got other managers."""


class Proxies:
    """Belongs to one client and its loop.

    Arguments:
        connections: of the client.
        codec: the client's, which knows its stubs.
        client_id: for the kernels' logs.
        budget_ms: time of a call that names none; 0: the kernel's default.
        outside: the client's surroundings.
    """

    def __init__(self, connections: Connections, *, codec: Codec, client_id: str, budget_ms: int, outside: Outside) -> None:
        self._connections = connections
        self._values = ChainValues(codec)
        self._client_id = client_id
        self._budget_ms = budget_ms
        self._outside = outside
        self._clock: Clock = outside.clock or SystemClock()
        self._registry = outside.managers
        self._chains: dict[bytes, Chain | None] = {}
        self._open: OrderedDict[str, tuple[Location, ProxyCalls]] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()
        self._checking: asyncio.Task[None] | None = None

    async def follow(self, location: Location, record: common_pb2.ObjectRecord) -> bool:
        """Makes the proxies of a location those of its record.

        Returns:
            whether calls need no proxies of a kernel: all that the object has are here.
        """
        key = specs_key(record)
        known = self._open.get(record.id)
        if known is not None and known[1].key == key:
            await known[1].update(view_of(record))
            return True
        try:
            chain = self._chain(key, record)
        except ChainInvalid:
            self._end(record.id)  # a manager that is not installed here; the kernels have it
            return False
        if chain is None:
            self._end(record.id)
            return True
        return await self._begin(location, key, chain, record)

    async def _begin(self, location: Location, key: bytes, chain: Chain, record: common_pb2.ObjectRecord) -> bool:
        host = ClientProxyHost(self._connections, location, self._values, self._client_id, self._clock, self._outside.random())
        of = (host, self._values, self._budget_ms, self._outside.new_id, self._connections)
        calls = ProxyCalls(location, key, chain, view_of(record), *of)
        before = self._open.pop(record.id, None)
        self._open[record.id] = (location, calls)
        location.pass_through(calls)
        if before is not None:
            self._start(before[1].retire())
        try:
            await calls.open()
        except AminoError:
            self._end(record.id)
            return False
        while len(self._open) > CAPACITY:
            self._end(next(iter(self._open)))
        if self._checking is None:
            self._checking = asyncio.ensure_future(self._check_in_turn())
        return True

    def _end(self, object_id: str) -> None:
        known = self._open.pop(object_id, None)
        if known is not None:
            location, calls = known
            location.pass_through(None)
            self._start(calls.retire())

    def _chain(self, key: bytes, record: common_pb2.ObjectRecord) -> Chain | None:
        """The managers of a record, compiled once for all objects with the same; None: none of them has a proxy."""
        if key not in self._chains:
            if self._registry is None:
                self._registry = Registry.installed()
            chain = Chain.of(specs_of(record), self._registry).here
            self._chains[key] = chain if chain.has("proxy") else None
        return self._chains[key]

    async def _check_in_turn(self) -> None:
        turn = 0
        while self._open:
            await self._clock.sleep(CHECK_SECONDS)
            ids = list(self._open)
            turn = turn if turn < len(ids) else 0
            for object_id in ids[turn : turn + CHECKS_AT_ONCE]:
                await self._check(object_id)
            turn += CHECKS_AT_ONCE
        self._checking = None

    async def _check(self, object_id: str) -> None:
        try:
            await self._connections.resolve(object_id)
        except NotFound:
            self._end(object_id)  # deleted: cached results are no answer any more
        except AminoError:
            return  # the OMS or the kernel is away; the next turn comes

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Ends all proxies; calls that are on their way fail with KernelUnavailable."""
        if self._checking is not None:
            self._checking.cancel()
            await asyncio.gather(self._checking, return_exceptions=True)
        opened = list(self._open.values())
        self._open.clear()
        for location, calls in opened:
            location.pass_through(None)
            await calls.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
