"""The instance managers of one replica."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Collection, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any

from amino_wire.errors import MemberNotFound, Moved
from amino_wire.frames import Invocation
from amino_wire.values import EncodedValue

from amino_dms.api import (
    ENDING_SECONDS,
    LOOK,
    Arrival,
    InstanceManager,
    Next,
    OutsideCall,
    Purpose,
    Snapshot,
    chain_id,
    is_internal,
)
from amino_dms.chain import Chain
from amino_dms.runtime.delegating import Delegating
from amino_dms.runtime.ends import at_the_object, calls_out
from amino_dms.runtime.entrance import Entrance
from amino_dms.runtime.hosts import InstanceHost, ObjectView
from amino_dms.runtime.instance_kernel import HostedInstanceKernel
from amino_dms.runtime.instance_kernels import InstanceKernels
from amino_dms.runtime.joint import JointRefusal
from amino_dms.runtime.kernels import Background, Holder
from amino_dms.runtime.members import begun, method_of, saves, tell_members
from amino_dms.runtime.ordering import Ordering
from amino_dms.runtime.taking import Taking
from amino_dms.runtime.upcalls import Making, Upcall, tell_at_once, tell_each

_current_chain: ContextVar[str] = ContextVar("amino_current_chain", default="")


class InstanceChain:
    """Hosts the instance managers of a replica, and is the way of every call that arrives for it.

    Before a move, or an exchange of the chain: `freeze` (new calls wait here, those on their way finish, those that wait
    for one another come back here), `save`, then either `thaw` or `release`. Several may freeze it at once, under names
    of their own.

    Arguments:
        chain: the object's managers.
        view: the facts that parts may know of the object.
        host: the kernel.
        replica: which replica this is.
    """

    def __init__(self, chain: Chain, view: ObjectView, host: InstanceHost, replica: int = 0) -> None:
        self.chain, self.replica = chain, replica
        self._host = host
        self._holder, self._background = Holder(view), Background()
        self._kernels = InstanceKernels()
        self._entrance = Entrance(self._prepares, self._kernels.open_gates)
        self._released: Moved | None = None
        self._commands = self._commanding = 0
        self._parts: dict[int, InstanceManager[Any]] = {}
        self.ordering = Ordering(self._parts)
        self._begun: list[int] = []
        for index, manager in enumerate(chain.managers):
            if manager.instance_manager is not None:
                kernel = HostedInstanceKernel(self, host, self._holder, manager, index, self._background)
                self._kernels.add(kernel)
                made = manager.in_order if manager.in_order is not None and kernel.replicated else manager.instance_manager
                self._parts[index] = made(manager.config, kernel)
        self._joint = JointRefusal(chain)
        self.managed = chain.is_managed(view.interface, host.kept)
        """Whether calls must come through here; if not, the kernel may run them directly."""
        self._saving = {index: part for index, part in self._parts.items() if saves(part)}
        self._receivers = [self._parts[index] for index in chain.receivers(view.interface, host.kept)]
        self._outermost = self._inwards()
        proxied, spawn = bool(chain.callers()), self._background.spawn
        self._delegating = Delegating(host, self._receivers, proxied, self._is_free, self._goes_on, spawn, self._known)
        self.takes, self.take = (taking := Taking(self._receivers, self._entrance)).is_possible, taking.take
        self.withheld, self.captured = self._delegating.withheld, self._delegating.captured

    @property
    def view(self) -> ObjectView:
        """See `ObjectView`."""
        return self._holder.view

    async def open(self, arrival: Arrival, saved: Mapping[str, Any] | None = None) -> None:
        """Tells the parts how they came here, after giving them what they saved. To be awaited before the first call.

        The first part that fails ends the chain: later ones are not asked, since a saver among them would save what is not
        complete, and those that have begun are told that they end. Raises its AminoError, which names the manager and the upcall.
        """
        try:
            await self._load([*self._parts], saved or {}, arrival)
            for index, part in self._parts.items():
                self._begun.append(index)
                await self._upcall(index, "on_create", partial(part.on_create, arrival)).result()
        except BaseException:
            await self.close()
            raise

    async def detach(self, stay: Collection[str]) -> None:
        """The chain is exchanged while the object stays here: tells the parts of managers that are not among `stay`,
        all at once, each for as long as its `detach_seconds` says. The chain is frozen before.

        Raises:
            AminoError: what the first part raised, when all have been told; DeadlineExceeded where it took too long.
                The chain is as it was: it can be thawed.
        """
        leaving = [(index, part) for index, part in self._parts.items() if self.chain.managers[index].name not in stay]
        upcalls = [self._upcall(index, "on_detach", part.on_detach, part.detach_seconds()) for index, part in leaving]
        error = await tell_at_once(self._host.clock, upcalls)
        if error is not None:
            raise error

    async def close(self, *, stay: Collection[str] = ()) -> None:
        """Ends the parts, `ENDING_SECONDS` at most for each. Calls that wait here get Moved, and what parts still ask
        of their kernel raises an error. An error of a part is logged. `stay`: names of managers of the object's next chain here."""
        self.goes_on(stay)
        self.release(Moved(f"{self.view.title} is no longer here"))
        begun, self._begun = sorted(set(self._begun)), []
        upcalls = [self._upcall(index, "on_destroy", self._parts[index].on_destroy) for index in begun]
        try:
            await tell_at_once(self._host.clock, upcalls)
        finally:
            await self._background.end(self._host.clock)
            self._kernels.abandon_copies()

    def abandon(self, moved: Moved) -> None:
        """The object's context was closed by force: from this moment on nothing that the parts still do reaches the
        object, which may be another instance soon. No part is told; `close`, at any time later, does that.
        `moved`: the error for calls that wait here, and for calls that come."""
        self.release(moved)
        self._kernels.abandon_copies()
        self._background.cancel()

    def call(self, call: Invocation) -> Coroutine[Any, Any, Any]:
        """A call that has arrived: through the instance managers, last of the chain outermost, to the object.

        Raises, here or when it is awaited:
            MemberNotFound: the name begins with `@`, which is for managers only.
            Moved: the call did not run and must go elsewhere.
            AminoError: what the call raises.
        """
        if is_internal(call.method):
            raise MemberNotFound(f"{self.view.title} has no member {call.method!r}: names that begin with @ are reserved")
        self._joint.check(call.transaction_id, call.method, self.view)
        if not self._delegating.possible:
            return self._entrance.enter(chain_id(call), partial(self._outermost, call))
        return self._delegating.pass_(call, partial(self._entrance.enter, chain_id(call), partial(self._outermost, call)))

    async def submit(self, call: Invocation) -> Any:
        """A call that a manager makes itself; raises as `call`."""
        chain = call.chain or (_current_chain.get() or call.request_id,)
        await self._delegating.recall()
        return await self._entrance.enter(chain[0], partial(self._outermost, call.changed(chain=chain)))

    async def command(
        self, index: int, method: str, args: Sequence[Any], kwargs: Mapping[str, Any] | None = None, *, by_client: bool = False
    ) -> Any:
        """A command or a method for peers, of the part at `index` of the chain.

        Raises:
            MemberNotFound, PermissionDenied, ArgumentInvalid: see `method_of` and `begun`.
            Moved: the object is elsewhere.
            AminoError: what the method raises.
        """
        owner = self.chain.managers[index].name if index < len(self.chain) else f"number {index}"
        run = method_of(self._parts.get(index), owner, method, commands_only=False, by_client=by_client)
        started = partial(begun, run, owner, method, args, kwargs)
        self._commanding += 1
        try:
            await self._delegating.recall()
            if not getattr(run, "__amino_command__", False):
                await self._entrance.until_open("")
                return await started()
            self._commands += 1
            key = f"command/{self._commands}"
            token = _current_chain.set(key)
            try:
                return await self._entrance.enter(key, started)
            finally:
                _current_chain.reset(token)
        finally:
            self._commanding -= 1

    async def calls_out(self, call: OutsideCall) -> EncodedValue:
        """The object calls another one in a call with fixed circumstances; raises what that came to."""
        return await calls_out(self._receivers, call)

    async def freeze(self, owner: str = "") -> None:
        """Returns when no call and no command is on its way; new ones wait until everybody who froze the chain has thawed
        it, or until `release`. Every freeze needs one `thaw`, also a freeze that was cancelled.

        Arguments:
            owner: the name of this freeze; freezes without a name are counted.
        """
        self._entrance.close(owner)
        await self._delegating.recall()
        await self._entrance.drained(owner)

    def thaw(self, owner: str = "") -> None:
        """The object stays, as far as `owner` is concerned: calls go on when nobody else holds the chain. An owner that
        has not frozen it changes nothing, and a chain that was released stays closed."""
        self._entrance.open(owner)

    @asynccontextmanager
    async def frozen(self, owner: str) -> AsyncGenerator[None]:
        """Frozen by `owner` within the block."""
        try:
            await self.freeze(owner)
            yield
        finally:
            self.thaw(owner)

    def release(self, moved: Moved) -> None:
        """The object is elsewhere: calls that wait, and calls that come, get `moved`, and what parts still ask of their
        kernel raises an error."""
        self._released = self._released or moved
        self._kernels.end(moved)
        self._entrance.end(moved)
        self._delegating.end()

    def goes_on(self, stay: Collection[str]) -> None:
        """The managers of these names go on here, in the object's next chain."""
        self._kernels.goes_on(stay)

    async def save(self, purpose: Purpose) -> dict[str, Any]:
        """The state of the parts, by the manager's name; the `manager_state` of a move.

        Raises:
            AminoError: what a part raised; without its state nothing is saved.
        """
        saved: dict[str, Any] = {}
        for index, part in self._saving.items():
            known = await self._upcall(index, "save", partial(part.save, purpose)).result()
            if known is not None:
                saved[self.chain.managers[index].name] = known
        return saved

    async def capture(self) -> Snapshot:
        """The object's state and what the parts know."""
        state, mark = await self._host.capture()
        return Snapshot(state, await self.save(Purpose.CHECKPOINT), mark)

    @asynccontextmanager
    async def applying(self, index: int, *, frozen: bool) -> AsyncGenerator[Next]:
        """See `InstanceKernel.applying`, for the part at `index`."""
        async with self._entrance.beside(f"log/{index}", frozen=frozen):
            yield self._inwards(index)

    def is_nearest(self, index: int) -> bool:
        """Whether no part on the way of calls is nearer the object."""
        return self._receivers[:1] == [self._parts.get(index)]

    async def reload(self, index: int, known: Mapping[str, Any]) -> None:
        """See `InstanceKernel.install`, for the parts nearer the object than that at `index`."""
        await self._load([nearer for nearer in self._parts if nearer < index], known, Arrival.MOVED)

    async def _load(self, indices: Sequence[int], known: Mapping[str, Any], arrival: Arrival) -> None:
        for index in indices:
            saved = known.get(self.chain.managers[index].name)
            if saved is not None:
                self._begun.append(index)
                await self._upcall(index, "load", partial(self._parts[index].load, saved, arrival)).result()

    async def settle(self) -> None:
        """Has savers save a state that is not saved; raises the AminoError that keeps a saver from saving."""
        await self.submit(Invocation(self.view.object_id, LOOK, request_id="settle"))

    async def update(self, view: ObjectView) -> None:
        """Takes note of a new view; the parts hear of replicas that came and went."""
        before, self._holder.view = self._holder.view, view
        await tell_members({self.chain.managers[index].name: part for index, part in self._parts.items()}, before, view)

    async def low_memory(self, free_bytes: int) -> None:
        """Tells the parts that the node has little memory left."""
        told = [(index, partial(part.on_low_memory, free_bytes)) for index, part in self._parts.items()]
        await tell_each(self._upcall(index, "on_low_memory", tell) for index, tell in told)

    def _upcall(self, index: int, name: str, run: Making, seconds: float = ENDING_SECONDS) -> Upcall:
        return Upcall(self.view, self.chain.managers[index].name, name, run, seconds)

    def _inwards(self, index: int = -1) -> Next:
        """What the part at `index` gets as `next`; the way of a whole call unless it is given."""
        inner: Next = self._object
        for part in self._receivers:
            if part is self._parts.get(index):
                break
            inner = partial(part.on_call, next=inner)
        return inner

    def _known(self) -> Coroutine[Any, Any, Mapping[str, Any]]:
        return self.save(Purpose.CHECKPOINT)

    def _prepares(self) -> None:
        self._kernels.close_gates(Moved(f"{self.view.title} prepares to move"))

    def _is_free(self) -> bool:
        """Whether nothing happens here but calls, and those of one replica."""
        return not self._commanding and self._entrance.is_open and len(self.view.replicas) < 2

    async def _goes_on(self, call: Invocation) -> Any:
        with self._kernels.running(chain_id(call)):
            return await self._entrance.enter(chain_id(call), partial(self._outermost, call), inside=True)

    async def _object(self, call: Invocation) -> Any:
        ending = self._delegating.reaches(call) if self._delegating.possible else None
        if ending is not None:
            return await asyncio.shield(ending)
        if self._released is not None:
            raise self._released
        return await (at_the_object(self._host, call, self.view.title) if is_internal(call.method) else self._host.invoke(call))
