"""A JVM half in Python: objects by id, lanes for clients, the bridge to the kernel's other half."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from itertools import count
from typing import Any

from amino_wire.connection import FrameConnection
from amino_wire.errors import (
    AminoError,
    ArgumentInvalid,
    Deadlock,
    KernelUnavailable,
    Moved,
    ObjectLost,
    ObjectNotFound,
    Outcome,
)
from amino_wire.frames import CHAIN_LIMIT, CallOptions
from amino_wire.lane import IncomingCall
from amino_wire.lane_requests import TARGET
from amino_wire.route import is_elsewhere
from amino_wire.transactions import joint_of
from amino_wire.unheard import may_be_unheard
from amino_wire.values import DEFAULT, EncodedValue, Reference, decode, encode

from amino_testkit.half.arrived import Waiting, fixed_of, guest_call
from amino_testkit.half.calls import RunningCall
from amino_testkit.half.guest import WORK, FixedRun, GuestCall
from amino_testkit.half.leaving import leave
from amino_testkit.half.played_delegation import Ticket
from amino_testkit.half.played_object import Management, PlayedObject
from amino_testkit.half.senders import refusal
from amino_testkit.network.lane import LaneEnd
from amino_testkit.world.process import Process

Begin = Callable[[], None]


class PlayedHalf:
    """Runs guests of one kernel in the kernel's process. `attach` must be called before the first call.

    Arguments:
        process: of the kernel.
        ahead: seconds that the JVM half's lease clock is ahead of the machine's.
        classes: the classes that artifacts stand for, by the name of their folder.
    """

    def __init__(self, process: Process, ahead: float, classes: Mapping[str, type[Any]]) -> None:
        self.process = process
        self.objects: dict[str, PlayedObject] = {}
        """By instance id."""
        self.kinds: dict[str, type[Any]] = {}
        self.classes = classes
        self.version, self.peer_token = "1", ""
        """Of the engine, as replicas compare it; what other kernels must show (empty: none is let in)."""
        self.making_seconds = WORK
        """How long a constructor takes, or taking over a state."""
        self._ahead = ahead
        self._lease_ends: int | None = None
        self.outage = ""
        """Why nobody can say where the objects are, until the lease is prolonged."""
        self._bridge: FrameConnection | None = None
        self._lanes: dict[LaneEnd, int] = {}
        self._peers: set[LaneEnd] = set()
        self._left = False
        self._numbers = count(1)
        self._waiting: dict[int, Waiting] = {}

    def attach(self, bridge: FrameConnection) -> None:
        """This half's end of the bridge."""
        self._bridge = bridge

    def lease_clock(self) -> int:
        """Nanoseconds of the clock that the lease is measured by: it goes on while the machine is suspended."""
        return int((self.process.clock.awake() + self._ahead) * 1e9)

    def prolong(self, ends_at: int) -> None:
        """The kernel's lease lasts until then; it is never shortened, and lasts for ever until the first time."""
        if self._lease_ends is None or ends_at > self._lease_ends:
            self._lease_ends = ends_at
            self.outage = ""

    def lease_held(self) -> bool:
        """Whether objects may answer now."""
        return self._lease_ends is None or self.lease_clock() < self._lease_ends

    def find(self, instance_id: str) -> PlayedObject:
        """An instance; raises ObjectNotFound."""
        found = self.objects.get(instance_id)
        if found is None:
            raise ObjectNotFound(f"object {instance_id} is not on this kernel; look it up again")
        return found

    def announce(self, made: PlayedObject) -> None:
        """Calls for the object wait from now on until it is made. An object that was lost is replaced."""
        there = self.objects.get(made.id)
        if there is not None and there.absence is None:
            raise ArgumentInvalid(f"object {made.id} is on this kernel already; destroy or release it first")
        self.objects[made.id] = made

    def remove(self, ended: PlayedObject, absence: AminoError) -> None:
        """Ends an object, unless another one has taken its place in the table."""
        if self.objects.get(ended.id) is ended:
            del self.objects[ended.id]
        ended.end(absence)

    def lose(self, artifact: str) -> list[str]:
        """Closes the context of an artifact by force; the ids of the instances that were in it."""
        gone = [each for each in self.objects.values() if each.artifact == artifact and each.absence is None]
        for each in gone:
            each.end(ObjectLost(f"object {each.id} was lost: its context was closed by force"))
        ids = [each.id for each in gone]
        self.tell("lost", [ids, "a fault of the schedule"])
        return ids

    def enter(self, lane: LaneEnd, *, is_peer: bool) -> None:
        """A client or another kernel has opened a lane. Raises KernelUnavailable while the kernel stops."""
        if self._left:
            raise KernelUnavailable("this kernel stops", outcome=Outcome.NOT_RUN)
        self._lanes[lane] = next(self._numbers)
        if is_peer:
            self._peers.add(lane)

    async def leave(self, seconds: float) -> int:
        """The kernel stops: nothing that comes from now on is run, and the other ends are told. How many still wait for answers then."""
        self._left = True
        return await leave([*self._lanes], seconds)

    def take(self, lane: LaneEnd, calls: list[IncomingCall]) -> None:
        """Calls of clients and of other kernels."""
        for incoming in () if self._left else calls:
            found = None if incoming.target.startswith("@") else self.objects.get(incoming.target)
            denied = refusal(incoming, lane.client_id, is_peer=lane in self._peers)
            if denied is not None:
                lane.fail(incoming, denied)
            elif found is None or found.absence is not None:
                self._go(lane, incoming)
            elif joint_of(incoming.options.transaction_id) or not (
                found.management.is_done(incoming.options) or self._is_lent(found, incoming)
            ):
                self._managed(lane, incoming, found)
            else:
                call = guest_call(incoming, self._request_id(lane, incoming))
                RunningCall(lane, incoming, partial(self._run, found, call, incoming.options))

    def _is_lent(self, found: PlayedObject, incoming: IncomingCall) -> bool:
        return found.lent.lets_in(incoming.method, incoming.options, self.lease_clock())

    def _managed(self, lane: LaneEnd, incoming: IncomingCall, found: PlayedObject) -> None:
        if (delegation := found.delegation) is None:
            self._go(lane, incoming)
            return

        def go(ticket: Ticket | None) -> None:
            if ticket is None:
                self._go(lane, incoming)
                return
            call = guest_call(incoming, self._request_id(lane, incoming))

            async def run(begin: Begin) -> EncodedValue:
                ran: EncodedValue = await delegation.run(call, ticket, partial(self._run, found, call, incoming.options, begin))
                self._check_end(found, call)
                return ran

            RunningCall(lane, incoming, run)

        delegation.take(incoming, go)

    def _go(self, lane: LaneEnd, incoming: IncomingCall) -> None:
        RunningCall(lane, incoming, partial(self._forward, lane, incoming))

    def run_for_kernel(self, incoming: IncomingCall) -> None:
        """A call by the Python half to an object of this one."""
        assert self._bridge is not None, "attach() comes first"
        fixed = fixed_of(incoming)
        RunningCall(self._bridge, incoming, partial(self._run_found, incoming, fixed), fixed)

    async def call_out(self, caller: GuestCall | None, target: str, method: str, args: tuple[Any, ...]) -> Any:
        """A call that a guest makes: to an object here that has no managers, else through the Python half."""
        if caller is not None and caller.fixed is not None:
            found_id = (await self._outside(caller, caller.fixed, TARGET, "get", (target,))).id
            return await self._outside(caller, caller.fixed, found_id, method, args)
        object_id = await self._id_of(target)
        request_id = f"{self.process.name}/guest/{next(self._numbers)}"
        chain = (request_id,) if caller is None else (caller.chain_id, *caller.chain[1:], caller.label)
        if len(chain) > CHAIN_LIMIT:
            raise Deadlock(f"call chain too deep: {CHAIN_LIMIT} calls to {target}.{method}")
        deadline = asyncio.get_running_loop().time() + 60.0 if caller is None else caller.deadline
        found = self.objects.get(object_id)
        transactions = "" if caller is None else caller.transactions
        call = GuestCall(object_id, method, decode(encode(list(args))), {}, request_id, chain, deadline, transactions)
        if found is not None and found.absence is None and found.management is Management.NONE and not joint_of(transactions):
            try:
                return decode((await self._run(found, call, CallOptions(), _goes_on)).data)
            except AminoError as error:
                # It left while the call waited for it: the Python half finds out where it is.
                if not is_elsewhere(error.code, error.outcome):
                    raise
        budget = max(1, int((deadline - asyncio.get_running_loop().time()) * 1000))
        options = CallOptions(budget_ms=budget, request_id=request_id, transaction_id=transactions, chain=chain)
        return decode((await self._out(object_id, method, EncodedValue(DEFAULT.encode_array(args)), options)).data)

    async def _outside(self, caller: GuestCall, fixed: FixedRun, target: str, method: str, args: tuple[Any, ...]) -> Any:
        """A call that all replicas make and one makes for all."""
        words: tuple[Any, ...] = (caller.target, *fixed.given, fixed.next_call(), target, method, list(args), {})
        own, chain = f"{self.process.name}/guest/{next(self._numbers)}", (caller.chain_id, *caller.chain[1:], caller.label)
        options = CallOptions(request_id=own, transaction_id=caller.transactions, chain=chain, budget_ms=10**9)
        fixed.waits(True)
        try:
            return decode((await self._out("@outside", "call", EncodedValue(DEFAULT.encode_array(words)), options)).data)
        finally:
            fixed.waits(False)

    def waits(self) -> list[list[Any]]:
        """Which call waits for which, as the operation `waits` answers it."""
        return [
            [each.call.chain_id, each.call.label, holder, label, number]
            for number, each in self._waiting.items()
            for holder, label in each.found.inside.items()
        ]

    def abort_wait(self, number: int, error: AminoError) -> bool:
        """Ends a wait with an error; False where it has ended by itself."""
        waiting = self._waiting.get(number)
        if waiting is None or waiting.aborted is not None:
            return False
        waiting.aborted = error
        waiting.task.cancel()
        return True

    async def _run_found(self, incoming: IncomingCall, fixed: FixedRun | None, begin: Begin) -> EncodedValue:
        found = self.find(incoming.target)
        call = replace(guest_call(incoming, incoming.options.request_id or f"bridge/{next(self._numbers)}"), fixed=fixed)
        return await self._run(found, call, incoming.options, begin)

    async def _run(self, found: PlayedObject, call: GuestCall, options: CallOptions, begin: Begin) -> EncodedValue:
        outer = await self._enter(found, call)
        try:
            refusal = self._refusal(found, options)
            if refusal is not None:
                raise refusal
            begin()
            try:
                return EncodedValue(encode(await found.guest.run(call, found.executed)))
            finally:
                self._check_end(found, call)
        finally:
            found.leave(call, outer)

    def _check_end(self, found: PlayedObject, call: GuestCall) -> None:
        """Whatever a call came to, it is not said where the object was lost under it, or the kernel's lease has ended."""
        if found.absence is not None:
            raise found.absence
        if not self.lease_held():
            raise KernelUnavailable(
                f"{call.label} ran while this kernel's lease with the OMS ended; it may have had its effect. Call again"
            )

    async def _enter(self, found: PlayedObject, call: GuestCall) -> str | None:
        task, number = asyncio.current_task(), next(self._numbers)
        assert task is not None, "a coroutine runs in a task"
        waiting = self._waiting[number] = Waiting(call, found, task)
        try:
            return await found.enter(call)
        except asyncio.CancelledError:
            if waiting.aborted is not None and task.uncancel() == 0:
                raise waiting.aborted from None
            raise
        finally:
            del self._waiting[number]

    def _refusal(self, found: PlayedObject, options: CallOptions) -> AminoError | None:
        if found.fenced or not self.lease_held():
            if self.outage:
                return KernelUnavailable(f"object {found.id} does not answer: {self.outage}", outcome=Outcome.NOT_RUN)
            return Moved(f"object {found.id} is fenced here: another kernel may hold it; ask the OMS where it is")
        if options.epoch > found.epoch:
            return Moved(f"object {found.id} has epoch {found.epoch} here, the caller knows {options.epoch}; ask the OMS where it is")
        return None

    async def _forward(self, lane: LaneEnd, incoming: IncomingCall, begin: Begin) -> EncodedValue:
        begin()
        assert isinstance(incoming.args, EncodedValue)
        budget = max(1, int((incoming.deadline - asyncio.get_running_loop().time()) * 1000))
        caller = incoming.options.client_id or lane.client_id
        options = replace(incoming.options, request_id=self._request_id(lane, incoming), client_id=caller, budget_ms=budget)
        return await self._out(incoming.target, incoming.method, incoming.args, options)

    async def _out(self, target: str, method: str, args: EncodedValue, options: CallOptions) -> EncodedValue:
        assert self._bridge is not None, "attach() comes first"
        answer: EncodedValue = await self._bridge.call(target, method, args, options)
        return answer

    async def _id_of(self, target: str) -> str:
        if target in self.objects:
            return target
        found = await self._out(TARGET, "get", EncodedValue(DEFAULT.encode_array([target])), CallOptions())
        reference = decode(found.data)
        assert isinstance(reference, Reference)
        return reference.id

    def _request_id(self, lane: LaneEnd, incoming: IncomingCall) -> str:
        number = self._lanes.get(lane, 0)
        return incoming.options.request_id or f"{lane.client_id}/{number}/{incoming.seq}/{incoming.index}"

    def tell(self, method: str, args: list[Any]) -> asyncio.Future[EncodedValue] | None:
        if self._bridge is None or self._bridge.closed:
            return None
        answer: asyncio.Future[EncodedValue] = self._bridge.call("", method, EncodedValue(DEFAULT.encode_array(args)))
        answer.add_done_callback(may_be_unheard)
        return answer


def _goes_on() -> None:
    """The call that this one is part of runs already."""
