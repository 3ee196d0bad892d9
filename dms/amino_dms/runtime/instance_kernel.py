"""The requests that an instance manager may make, over a kernel."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Generator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager, suppress
from typing import Any, Protocol, TypeVar

from amino_replication.effects import Effect
from amino_replication.identity import MemberId
from amino_replication.settings import Settings
from amino_replication.state import Start
from amino_wire.errors import AminoError, KernelUnavailable, Moved
from amino_wire.frames import Invocation
from amino_wire.values import EncodedValue

from amino_dms.api import (
    Copy,
    DeploymentManager,
    FixedCall,
    Gate,
    JointCall,
    Next,
    ObjectRule,
    OutsideCall,
    Seat,
    Snapshot,
    State,
    StoredMember,
    Trait,
)
from amino_dms.chain import Chain
from amino_dms.runtime.hosts import InstanceHost
from amino_dms.runtime.kernels import Background, Holder, HostedKernel, asked
from amino_dms.runtime.ordering import Ordering
from amino_dms.runtime.store_log import StoreLog

T = TypeVar("T")
_LEAVING = "leaving"


class HostedCopy:
    """See `Copy`; a copy is used as long as its part has not ended.

    Arguments:
        kernel: of the part that had it made.
        copy: the host's.
    """

    def __init__(self, kernel: HostedInstanceKernel, copy: Copy) -> None:
        self._kernel = kernel
        self._copy = copy

    async def invoke(self, call: Invocation) -> Any:
        """See `Copy.invoke`."""
        self._kernel.host()
        return await self._copy.invoke(call)

    async def state(self) -> State:
        """See `Copy.state`."""
        self._kernel.host()
        return await self._copy.state()

    async def discard(self) -> None:
        """See `Copy.discard`. A part may discard its copies while it is told that it ends."""
        if not self._kernel.abandoned:
            await self._copy.discard()


class Submitting(Protocol):
    """The chain that hosts the manager."""

    @property
    def replica(self) -> int: ...

    @property
    def ordering(self) -> Ordering: ...

    @property
    def chain(self) -> Chain: ...

    async def submit(self, call: Invocation) -> Any: ...

    async def capture(self) -> Snapshot: ...

    def is_nearest(self, index: int) -> bool: ...

    async def reload(self, index: int, known: Mapping[str, Any]) -> None: ...

    def applying(self, index: int, *, frozen: bool) -> AbstractAsyncContextManager[Next]: ...

    async def freeze(self, owner: str = "") -> None: ...

    def thaw(self, owner: str = "") -> None: ...


class HostedInstanceKernel(HostedKernel):
    """See `InstanceKernel`."""

    def __init__(
        self, chain: Submitting, host: InstanceHost, holder: Holder, manager: DeploymentManager, index: int, background: Background
    ) -> None:
        super().__init__(host, holder, manager, index, background)
        self._instance_host = host
        self._chain = chain
        self._gates: list[Gate] = []
        self._closed: asyncio.Future[Moved] | None = None
        self.manager = manager.name
        self.goes_on = False
        self.abandoned = False
        """Whether the copies that the part had made are gone without its doing, or are not its own any more."""

    @property
    def replica(self) -> int:
        return self._chain.replica

    @property
    def epoch(self) -> int:
        return self._holder.view.epoch

    def keeps(self, rule: ObjectRule) -> bool:
        return rule in self._instance_host.kept

    def gate(self) -> Gate:
        gate = Gate()
        self._gates.append(gate)
        return gate

    @contextmanager
    def running(self, key: str) -> Generator[None]:
        """Within the block a call of that key runs at the object: gates do not send it back."""
        for gate in self._gates:
            gate.keep(key)
        try:
            yield
        finally:
            for gate in self._gates:
                gate.unkeep(key)

    def close_gates(self, error: Moved) -> None:
        """Sends back the calls that wait in a gate or are held."""
        for gate in self._gates:
            gate.close(error)
        closed = self._closing()
        if not closed.done():
            closed.set_result(error)

    def open_gates(self) -> None:
        """Lets callers wait again."""
        for gate in self._gates:
            gate.open()
        self._closed = None

    async def held(self, awaited: Awaitable[T], seconds: float) -> T:
        task = asyncio.ensure_future(awaited)
        timer = asyncio.ensure_future(self.clock.sleep(seconds))
        closed = self._closing()
        try:
            await asyncio.wait((task, timer, closed), return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                return task.result()
            if closed.done():
                raise closed.result()
            raise TimeoutError(f"nothing came within {seconds:g} s")
        finally:
            timer.cancel()
            if not task.done():
                task.cancel()

    async def copy(self) -> State:
        return await self._reaching(self._reached().copy())

    async def sync(self, state: State) -> None:
        await self._reaching(self._reached().sync(state))

    async def instantiate(self, state: State) -> Copy:
        made = HostedCopy(self, await self._reaching(self._reached().instantiate(state)))
        if self._ended:
            await made.discard()
            raise self._gone()
        return made

    async def capture(self) -> Snapshot:
        self.host()
        return await self._reaching(self._chain.capture())

    async def stored(self, mark: int | None, error: AminoError | None = None) -> None:
        # Callers that wait for an object that is gone have been told so.
        with suppress(AminoError):
            await self._instance_host.stored(mark, error)

    def stored_soon(self, mark: int) -> None:
        self._instance_host.stored_soon(mark)

    def put_soon(self, key: str, value: EncodedValue, *, expected: int) -> asyncio.Future[int]:
        return self._instance_host.put_soon(self._prefix + key, value, expected)

    @property
    def replicated(self) -> bool:
        return self._chain.chain.replicating(self._index) is not None

    @property
    def voted_for(self) -> bool:
        return self._chain.chain.first_behind(self._index, Trait.TRANSACTIONS) is not None

    @property
    def in_order(self) -> bool:
        return self._instance_host.serial and self._chain.is_nearest(self._index)

    async def run_in_order(self, calls: Sequence[FixedCall]) -> list[EncodedValue | AminoError]:
        try:
            if self._ended:
                raise Moved(f"{self.title} is no longer here")
            return await self._instance_host.run_in_order(calls)
        except AminoError as error:
            return [error] * len(calls)

    async def lend_reads(self, until: int | None) -> tuple[int, int]:
        return await self._reaching(self._reached().lend_reads(self.interface.read_only, until))

    async def state_hash(self) -> bytes:
        return await self._reaching(self._reached().state_hash())

    async def runtime(self) -> str:
        return await self._reaching(self._reached().runtime())

    def time_ns(self) -> int:
        return self._instance_host.time_ns()

    def seat(self, me: MemberId, settings: Settings, start: Start, listener: Callable[[Effect], None]) -> Seat:
        return self._reached().seat(me, settings, start, listener)

    async def stored_member(self) -> StoredMember | None:
        return await self._reaching(self._reached().stored_member())

    def forget_member(self) -> int:
        return self._reached().forget_member()

    async def keep_snapshot(self, me: MemberId, index: int, epoch: int, state: bytes, *, founding: bool = False) -> None:
        await self._reaching(self._reached().keep_snapshot(me, index, epoch, state, founding=founding))

    async def install(self, snapshot: Snapshot) -> None:
        await self._reaching(self._reached().sync(snapshot.state))
        await self._chain.reload(self._index, snapshot.parts)

    def log(self) -> StoreLog:
        return StoreLog(self._reached, f"{self._prefix}log")

    def applying(self, *, frozen: bool = False) -> AbstractAsyncContextManager[Next]:
        self.host()
        return self._chain.applying(self._index, frozen=frozen)

    @property
    def asks_first(self) -> bool:
        return self._chain.ordering.is_wanted(self._index)

    def ordering(self, call: Invocation) -> AbstractAsyncContextManager[Invocation]:
        return self._chain.ordering.around(self._index, call)

    async def call_once(self, call: OutsideCall, numbers: Sequence[str | int], seconds: float) -> EncodedValue:
        return await self._reached().call_once(call, numbers, seconds)

    async def leaving(self, seconds: float) -> None:
        self.host()
        self.spawn(self._come_back(seconds))
        await self._chain.freeze(_LEAVING)

    async def _come_back(self, seconds: float) -> None:
        await self.clock.sleep(seconds)
        self._chain.thaw(_LEAVING)

    def may_not_save(self) -> None:
        if not self._ended:
            self._instance_host.may_not_save()

    async def join_transaction(self, call: JointCall) -> None:
        await asked(self._reached().join_transaction(self.object_id, call))

    async def wait_in_transaction(self, call: JointCall, holder: str) -> None:
        await asked(self._reached().wait_in_transaction(self.object_id, call, holder))

    async def transaction_outcome(self, transaction: str) -> str:
        return await asked(self._reached().transaction_outcome(transaction))

    async def submit(self, method: str, *args: Any, request_id: str, chain: str = "") -> Any:
        hops = (chain, f"{self.object_id}.{method}") if chain else ()
        call = Invocation(self.object_id, method, args, request_id=request_id, chain=hops)
        return await self._chain.submit(call)

    async def call_shard(self, shard: str, call: Invocation) -> Any:
        return await self._reaching(self._reached().call_object(call.changed(object_id=shard)))

    def _reached(self) -> InstanceHost:
        self.host()
        return self._instance_host

    async def _reaching(self, question: Awaitable[T]) -> T:
        # The host says Moved of the object. A part may ask after its call has run, and the call must not run elsewhere.
        try:
            return await asked(question)
        except KernelUnavailable as error:
            if isinstance(error.cause, Moved):
                raise self._gone() from None
            raise

    def _closing(self) -> asyncio.Future[Moved]:
        if self._closed is None:
            self._closed = asyncio.get_running_loop().create_future()
        return self._closed
