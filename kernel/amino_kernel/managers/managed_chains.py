"""The chains of objects in this kernel: opened when they are first needed, followed when they change, ended with their objects."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from amino_dms.api import REPLICA_HEADER, Arrival, Purpose
from amino_dms.chain import Chain, Registry
from amino_dms.runtime.instance_chain import InstanceChain
from amino_dms.runtime.proxy_chain import ProxyChain
from amino_dms.runtime.records import specs_key, specs_of, view_of
from amino_wire.deadlines import Deadlines
from amino_wire.errors import DeadlineExceeded, KernelUnavailable, Moved
from amino_wire.instances import FIRST, number_of, path_in
from amino_wire.pb import common_pb2
from amino_wire.values import EncodedValue, decode, encode

from amino_kernel.halves.call import Call, Next
from amino_kernel.instances.chains import Way
from amino_kernel.instances.object_table import LocalObject
from amino_kernel.managers.invocations import to_invocation, to_result
from amino_kernel.managers.object_hosts import KernelInstanceHost, KernelProxyHost
from amino_kernel.managers.state_check import check_state
from amino_kernel.managers.surroundings import Surroundings

T = TypeVar("T")
PROXY_CAPACITY = 10_000
ARRIVAL_KEY = "@arrival"
"""In what travels with a move: how the object comes here; absent means by a move."""


@dataclass(eq=False, slots=True)
class _Proxies:
    key: bytes
    opened: asyncio.Future[ProxyChain]


class ManagedChains:
    """See `amino_kernel.instances.chains.Chains`. `use` must be called before the first call."""

    def __init__(self, registry: Registry | None = None) -> None:
        self._registry = registry
        self._around: Surroundings | None = None
        self._compiled: dict[bytes, Chain] = {}
        self._proxies: OrderedDict[str, _Proxies] = OrderedDict()
        self._instances: dict[str, InstanceChain] = {}
        self._closing: set[asyncio.Task[None]] = set()
        self._exchanges: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._deadlines: Deadlines | None = None

    def use(self, around: Surroundings) -> None:
        """Gives the kernel's parts, which need the chains themselves."""
        self._around = around

    def proxies(self, record: common_pb2.ObjectRecord) -> Way | None:
        """The caller's side of an object's chain; None where no proxy takes part in calls."""
        if not record.spec.deployment_managers or not self._chain(record).callers():
            return None

        async def way(call: Call, _following: Next) -> EncodedValue:
            async def through() -> EncodedValue:
                chain = await self.proxy_chain(record)
                return to_result(await chain.call(to_invocation(call)))

            return await self._in_time(call, through())

        return way

    def instance_managers(self, local: LocalObject) -> Way | None:
        """The object's side; None where no instance manager takes part in calls."""
        chain = self._instances.get(local.id)
        if chain is None or not chain.managed:
            return None

        async def way(call: Call, _following: Next) -> EncodedValue:
            result = to_result(await self._in_time(call, chain.call(to_invocation(call))))
            self._still_held(call.target)
            return result

        return way

    def replica(self, record: common_pb2.ObjectRecord, call: Call) -> str:
        """The replica that the call's header names, else the first there is."""
        first = record.status.replicas[0].path if record.status.replicas else FIRST
        if not record.spec.deployment_managers or not call.options.headers:
            return first
        headers = call.options.headers
        plain: Mapping[str, Any] = decode(headers.data) if isinstance(headers, EncodedValue) else headers
        named = plain.get(REPLICA_HEADER)
        return path_in("", named) if isinstance(named, int) else first

    async def proxy_chain(self, record: common_pb2.ObjectRecord) -> ProxyChain:
        """The opened proxies of this kernel for an object."""
        key = specs_key(record)
        known = self._proxies.get(record.id)
        if known is not None and known.key != key:
            self._end_proxies(record.id)
            known = None
        if known is None:
            arrival = Arrival.CREATED if record.status.epoch <= 1 else Arrival.ATTACHED
            known = _Proxies(key, asyncio.ensure_future(self._open_proxies(record, arrival)))
            self._proxies[record.id] = known
            while len(self._proxies) > PROXY_CAPACITY:
                self._end_proxies(next(iter(self._proxies)))
        chain = await asyncio.shield(known.opened)
        if chain.view.epoch < record.status.epoch:
            await chain.update(view_of(record))
        return chain

    async def ask(self, object_id: str, index: int, method: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """A command, or a question of another part, to an instance manager of an object of this kernel.

        Raises:
            Moved: It is not here, or nobody knows whether it is; nothing has run.
            KernelUnavailable: The kernel's lease ended meanwhile; it may have run.
            AminoError: What the method raised.
        """
        chain = self._instances.get(object_id)
        if chain is None:
            raise Moved(f"Object {object_id} has no instance managers in this kernel.")
        if not self._needed().held():
            raise Moved(f"Object {object_id} is fenced here: the kernel's lease has ended, and another kernel may hold it.")
        result = await chain.command(index, method, args, kwargs)
        self._still_held(object_id)
        return result

    def chain_of(self, record: common_pb2.ObjectRecord) -> Chain:
        """The chain of a record, compiled once for all objects that have the same.

        Raises:
            ChainInvalid: A manager is not installed here, or a setting cannot be right.
        """
        return self._chain(record)

    async def command(
        self, record: common_pb2.ObjectRecord, name: str, args: Sequence[Any], kwargs: Mapping[str, Any], manager: str
    ) -> Any:
        """A command of `stub.dm`."""
        return await (await self.proxy_chain(record)).command(name, args, kwargs, manager)

    def managed(self, record: common_pb2.ObjectRecord) -> bool:
        """Whether calls to an object must pass this half of the kernel."""
        if not record.spec.deployment_managers:
            return False
        chain = self._chain(record)
        return bool(chain.callers()) or chain.is_managed(view_of(record).interface)

    def proxies_only(self, record: common_pb2.ObjectRecord) -> bool:
        """Whether no instance manager takes part in calls to an object."""
        return bool(record.spec.deployment_managers) and not self._chain(record).is_managed(view_of(record).interface)

    async def created(self, local: LocalObject, recovered: bool) -> None:
        """An object has been made here, by its constructor or from a state."""
        await self._open(local, Arrival.RECOVERED if recovered else Arrival.CREATED, None)

    async def arrived(self, local: LocalObject, manager_state: bytes) -> None:
        """An object has arrived with what its instance managers took along."""
        saved: dict[str, Any] = decode(manager_state) if manager_state else {}
        arrival = Arrival(saved.pop(ARRIVAL_KEY, Arrival.MOVED.value))
        await self._open(local, arrival, saved)

    async def changed(self, local: LocalObject, before: common_pb2.ObjectRecord) -> None:
        """The record of an object here changed: another chain, or other replicas. It may take as long as a lease that a manager has granted
        and that is not in the new chain; calls wait meanwhile. Who asks may hang up, the exchange comes to its end."""
        lock = self._exchanges.setdefault(local.id, asyncio.Lock())

        async def exchange() -> None:
            async with lock:
                await self._exchange(local, before)

        await asyncio.shield(asyncio.ensure_future(exchange()))

    async def _exchange(self, local: LocalObject, before: common_pb2.ObjectRecord) -> None:
        known = self._instances.get(local.id)
        if specs_key(local.record) == specs_key(before):
            if known is not None:
                await known.update(view_of(local.record))
            return
        saved: dict[str, Any] | None = None
        if known is not None:
            await known.freeze()
            # What a manager has promised to callers, such as leases, holds on if it is in the new chain as well.
            stay = {each.name for each in local.record.spec.deployment_managers}
            saved = {name: state for name, state in (await known.save(Purpose.MOVE)).items() if name in stay}
            await known.detach(stay)
            del self._instances[local.id]
            await known.close()
        await self._open(local, Arrival.ATTACHED, saved)

    async def freeze(self, local: LocalObject) -> None:
        """Lets the calls inside the managers finish and keeps new ones waiting, before a move."""
        chain = self._instances.get(local.id)
        if chain is not None:
            await chain.freeze()

    async def thaw(self, local: LocalObject) -> None:
        """The move was given up."""
        chain = self._instances.get(local.id)
        if chain is not None:
            chain.thaw()

    async def manager_state(self, local: LocalObject) -> bytes:
        """What the instance managers take along."""
        chain = self._instances.get(local.id)
        return encode(await chain.save(Purpose.MOVE)) if chain is not None else b""

    async def left(self, object_id: str, moved: Moved) -> None:
        """An object is not here any more; calls that wait in its managers are sent after it."""
        chain = self._instances.pop(object_id, None)
        if chain is not None:
            chain.release(moved)
            await chain.close()

    def forget(self, object_id: str) -> None:
        """An object was deleted: its proxies end."""
        self._end_proxies(object_id)

    @property
    def has_parts(self) -> bool:
        return bool(self._instances or self._proxies)

    async def low_memory(self, free_bytes: int) -> None:
        """Tells all parts that so many bytes are left."""
        proxies = [known.opened for known in self._proxies.values()]
        opened = [each.result() for each in proxies if each.done() and not each.cancelled() and each.exception() is None]
        chains: list[InstanceChain | ProxyChain] = [*self._instances.values(), *opened]
        for chain in chains:
            await chain.low_memory(free_bytes)

    async def close(self) -> None:
        """Ends all parts."""
        for object_id in list(self._proxies):
            self._end_proxies(object_id)
        for chain in self._instances.values():
            await chain.close()
        self._instances.clear()
        await asyncio.gather(*self._closing, return_exceptions=True)

    async def _open(self, local: LocalObject, arrival: Arrival, saved: Mapping[str, Any] | None) -> None:
        if not local.record.spec.deployment_managers:
            return
        around = self._needed()
        host = KernelInstanceHost(
            around.oms, around.parts, around.node, around.clock, around.fresh_random(), local.id, around.table, around.run
        )
        chain = InstanceChain(self._chain(local.record), view_of(local.record), host, number_of(local.path))
        # Calls that come before the managers have begun wait, rather than pass them by.
        await chain.freeze()
        self._instances[local.id] = chain
        try:
            if arrival in (Arrival.CREATED, Arrival.ATTACHED):
                await check_state(chain.chain, host)
            await chain.open(arrival, saved)
        except Exception:
            del self._instances[local.id]
            raise
        chain.thaw()

    async def _open_proxies(self, record: common_pb2.ObjectRecord, arrival: Arrival) -> ProxyChain:
        around = self._needed()
        host = KernelProxyHost(around.oms, around.parts, around.node, around.clock, around.fresh_random(), around.deliver)
        chain = ProxyChain(self._chain(record), view_of(record), host)
        await chain.open(arrival)
        return chain

    async def _in_time(self, call: Call, work: Coroutine[Any, Any, T]) -> T:
        """Ends a call that waits inside managers when its time is over."""
        if self._deadlines is None:
            self._deadlines = Deadlines(self._needed().clock.now)
        try:
            return await self._deadlines.keep(work, call.deadline)
        except TimeoutError:
            raise DeadlineExceeded(f"{call.method} of object {call.target} was not answered in time by its deployment managers.") from None

    def _end_proxies(self, object_id: str) -> None:
        known = self._proxies.pop(object_id, None)
        if known is not None:
            task = asyncio.ensure_future(_close(known.opened))
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)

    def _chain(self, record: common_pb2.ObjectRecord) -> Chain:
        key = specs_key(record)
        chain = self._compiled.get(key)
        if chain is None:
            if self._registry is None:
                self._registry = Registry.installed()
            chain = Chain.of(specs_of(record), self._registry)
            self._compiled[key] = chain
        return chain

    def _still_held(self, object_id: str) -> None:
        """What the managers answer by themselves is held to the lease here; what the object answers, in the JVM half."""
        if not self._needed().held():
            raise KernelUnavailable(f"The kernel's lease ended while object {object_id} was asked; the call may have run. Call again.")

    def _needed(self) -> Surroundings:
        assert self._around is not None, "use() comes before the first object"
        return self._around


async def _close(opened: asyncio.Future[ProxyChain]) -> None:
    await (await opened).close()
