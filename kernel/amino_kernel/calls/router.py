"""Where a call goes (Amino paper, section III.B, steps 4 to 7)."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from amino_dms.api import Clock, GiveUp, Tell
from amino_kernel.calls.absences import Absences
from amino_kernel.calls.following import Failure, Follower, Following
from amino_kernel.calls.standing import Standing
from amino_kernel.halves.call import Call
from amino_kernel.instances.instance import Entrance
from amino_kernel.instances.instance_table import InstanceTable
from amino_kernel.instances.local_instance import LocalInstance
from amino_kernel.links.peers import Peers
from amino_kernel.links.record_cache import RecordCache
from amino_kernel.managers import ManagedChains
from amino_wire.errors import AminoError, KernelUnavailable, Moved, ObjectNotFound, OmsUnavailable, Outcome
from amino_wire.frames import FLAG_MANAGERS_DONE, FLAG_MOVED, FLAG_PROXIES_DONE
from amino_wire.instances import SEPARATOR, instance_id, object_of, path_of
from amino_wire.lane import IncomingCall
from amino_wire.losses import loss_of
from amino_wire.pb import common_pb2
from amino_wire.records import epoch_of, replica_at, title_of
from amino_wire.route import Route
from amino_wire.transactions import joint_of
from amino_wire.values import EncodedValue


@dataclass(frozen=True, slots=True)
class Place:
    """Where a call was sent: to an instance `here`, or to a kernel that the record of that epoch names."""

    instance: str
    here: bool
    epoch: int
    kernel_id: str
    record: common_pb2.ObjectRecord = field(compare=False)
    """As it was then; messages take the object's name from it."""


class Router:
    """Passes calls on: through the proxies, to the object's kernel, through its instance managers, into the JVM half."""

    def __init__(
        self,
        table: InstanceTable,
        records: RecordCache,
        peers: Peers,
        chains: ManagedChains,
        kernel_id: str,
        clock: Clock,
        standing: Standing | None = None,
    ) -> None:
        self._table = table
        self._records = records
        self._peers = peers
        self._chains = chains
        self._kernel_id = kernel_id
        self._clock = clock
        self._absences, self._standing = Absences(), standing or Standing()
        self._following: Following[Place] = Following(clock)

    async def route(self, call: Call) -> EncodedValue:
        """Runs a call wherever its object is.

        Raises:
            AminoError: How the call ended; `Moved` only when the caller asked for it with FLAG_MOVED.
        """
        record = await self._record(call)
        if not call.has(FLAG_PROXIES_DONE) and self._chains.has_proxies(record):
            return await self._chains.through_proxies(record, call)
        return await self.deliver(call)

    def taker(self, call: IncomingCall) -> LocalInstance | None:
        """The instance of this kernel whose managers may take a call over, see `take`; None: `route` is the way."""
        local = self._table.get(call.target)
        if local is None or local.managers is None or not local.managers.takes or not self._enters(local, call):
            return None
        if not call.options.flags & FLAG_PROXIES_DONE and self._chains.has_proxies(local.record):
            return None
        return local if SEPARATOR in call.target or self._chains.path(local.record, call.options) == local.path else None

    def take(self, taker: LocalInstance, call: IncomingCall, tell: Tell) -> GiveUp | None:
        """Has the managers of an instance that `taker` gave take the call over, where they do so; None: `route` is the way."""
        return self._chains.take(taker, call, tell)

    def managed_here(self, call: IncomingCall) -> LocalInstance | None:
        """The instance of this kernel whose managers a call goes to, if that is so without any question; None: `route` finds out."""
        local = self._table.get(call.target)
        # An object with several replicas is left to `route`.
        return local if local is not None and self._enters(local, call) and self._chains.comes_here(local, call) else None

    def _enters(self, local: LocalInstance, call: IncomingCall) -> bool:
        """Whether a call that names an instance can enter its managers now."""
        if local.managers is None or local.sleeps or call.options.flags & FLAG_MANAGERS_DONE or self._following.waits(call.target):
            return False
        return local.state.entrance() is Entrance.MANAGERS

    async def through_managers(self, local: LocalInstance, call: IncomingCall) -> Any:
        """Runs a call that `managed_here` gave the instance of; as `route`, with an answer as a connection takes it."""
        record = local.record
        try:
            return await self._chains.answer(local, call)
        except AminoError as error:
            if call.options.flags & FLAG_MOVED:
                raise
            place = Place(local.id, True, epoch_of(record, local.path), self._kernel_id, record)
            return await self._follow(Call.of(call), place, error)

    async def deliver(self, call: Call) -> EncodedValue:
        """Runs a call behind its proxies. A call that did not run, because the object had moved, is sent after it until the deadline."""
        tried, follower = await self._place(call), None
        if self._following.waits(tried.instance):
            follower = self._follower(call, tried)
            await self._following.turn(tried.instance, follower, None)
            tried = await self._place(call)
        try:
            return await self._attempt(call, tried)
        except AminoError as error:
            if call.has(FLAG_MOVED):
                raise
            return await self._follow(call, tried, error, follower)

    async def _follow(self, call: Call, tried: Place, error: AminoError, follower: Follower[Place] | None = None) -> EncodedValue:
        """Sends a call after its object."""
        follower = follower or self._follower(call, tried)
        route = Route(call.deadline)
        try:
            while True:
                await self._following.turn(tried.instance, follower, Failure(route, tried, error))
                tried = await self._place(call)
                try:
                    return await self._attempt(call, tried)
                except AminoError as again:
                    error = again
        finally:
            # An error that ends here knows this frame: it must not be known from it too.
            del error

    def _follower(self, call: Call, tried: Place) -> Follower[Place]:
        name = f"{call.method} of object {title_of(tried.record)}"
        return Follower(self._following.number(), name, call.deadline, partial(self._refreshed_place, call))

    def close(self) -> None:
        """Calls that wait for their object wait no longer."""
        self._following.close()

    async def _attempt(self, call: Call, place: Place) -> EncodedValue:
        local = self._table.get(place.instance)
        if place.here and local is not None:
            return await self._run_here(local, call)
        if call.has(FLAG_MOVED):
            raise await self._moved(call)
        return await self._send(call, await self._record(call))

    async def _place(self, call: Call) -> Place:
        record = await self._record(call)
        path = self._path(record, call)
        local = self._table.get(instance_id(record.id, path))
        if local is not None:
            return Place(local.id, True, local.epoch, self._kernel_id, record)
        replica = replica_at(record, path)
        kernel_id = replica.kernel_id if replica is not None else ""
        return Place(instance_id(record.id, path), False, epoch_of(record, path), kernel_id, record)

    def _path(self, record: common_pb2.ObjectRecord, call: Call) -> str:
        """The instance that the target names, or the replica that the call is for."""
        return path_of(call.target) if SEPARATOR in call.target else self._chains.path(record, call.options)

    async def _refreshed_place(self, call: Call) -> Place:
        object_id = object_of(call.target)
        if self._table.get(object_id) is None:
            await self._refreshed(call)
        return await self._place(call)

    async def _run_here(self, local: LocalInstance, call: Call) -> EncodedValue:
        entrance = Entrance.OBJECT if call.has(FLAG_MANAGERS_DONE) else local.state.entrance()
        match entrance:
            case Entrance.OBJECT:
                if not call.has(FLAG_MANAGERS_DONE) and joint_of(call.options.transaction_id):
                    self._chains.check_joint(local.record, call.options.transaction_id, call.method)
                options = call.outgoing(self._clock.now(), FLAG_MOVED | FLAG_PROXIES_DONE | FLAG_MANAGERS_DONE)
                return await local.runtime.bridge.call(local.id, call.method, call.args, options)
            case Entrance.MANAGERS if local.sleeps:
                return await self._counted(local, call)
            case Entrance.MANAGERS:
                return await self._chains.through_managers(local, call)
            case Entrance.NOT_NOW if reason := self._standing.outage():
                raise KernelUnavailable(f"Object {local.name} does not answer: {reason}", outcome=Outcome.NOT_RUN)
            case Entrance.NOT_NOW | Entrance.ELSEWHERE:
                raise Moved(f"Object {local.name} cannot be called on kernel {self._kernel_id} at the moment.")

    async def _counted(self, local: LocalInstance, call: Call) -> EncodedValue:
        local.calls += 1
        local.running += 1
        try:
            return await self._chains.through_managers(local, call)
        finally:
            local.running -= 1

    async def _send(self, call: Call, record: common_pb2.ObjectRecord) -> EncodedValue:
        if record.status.state == common_pb2.OBJECT_STATE_LOST:
            # It may have come back since: a kernel that was only cut off has it in the same epoch, and nobody is told.
            record = await self._fresh(call)
        name = record.name or record.id
        if record.status.state == common_pb2.OBJECT_STATE_LOST:
            raise loss_of(record)
        path = self._path(record, call)
        replica = replica_at(record, path)
        if replica is None:
            raise KernelUnavailable(f"Object {name} is nowhere at the moment; try again.", outcome=Outcome.NOT_RUN)
        if replica.kernel_id == self._kernel_id:
            # The OMS says it is here, and it is not: it has not arrived yet, or this kernel has just lost it.
            self._absent(record, path)
            raise Moved(f"Object {name} has not arrived at kernel {self._kernel_id}.")
        connection = await self._peers.connection(replica.endpoints)
        options = call.outgoing(self._clock.now(), FLAG_MOVED | FLAG_PROXIES_DONE, epoch_of(record, path))
        answer: EncodedValue = await connection.call(instance_id(record.id, path), call.method, call.args, options)
        return answer

    def _absent(self, record: common_pb2.ObjectRecord, path: str) -> None:
        if self._absences.missed(instance_id(record.id, path), self._clock.now()):
            self._standing.missing()

    async def _record(self, call: Call) -> common_pb2.ObjectRecord:
        return await self.record(call.target)

    async def record(self, target: str) -> common_pb2.ObjectRecord:
        """The record of an object, as far as this kernel knows; raises why it cannot be looked up."""
        if not target:
            raise ObjectNotFound("A call names no object.")
        local = self._table.get(target)
        if local is not None:
            return local.record
        return await self._asked(self._records.awake(self._records.get(object_of(target))))

    async def _refreshed(self, call: Call) -> common_pb2.ObjectRecord:
        return await self._asked(self._records.awake(self._records.refresh(object_of(call.target))))

    async def _fresh(self, call: Call) -> common_pb2.ObjectRecord:
        return await self._asked(self._records.awake(self._records.fresh(object_of(call.target))))

    async def _moved(self, call: Call) -> Moved:
        record = await self._fresh(call)
        if record.status.state == common_pb2.OBJECT_STATE_LOST:
            # The caller would come back here at once, since the record still names this kernel.
            raise loss_of(record)
        path = self._path(record, call)
        replica = replica_at(record, path) or common_pb2.Replica()
        if replica.kernel_id == self._kernel_id:
            self._absent(record, path)
        address = replica.endpoints.lane_tcp or replica.endpoints.grpc
        return Moved(
            f"Object {title_of(record)} is in kernel {replica.kernel_id or 'none'}.",
            details={"address": address, "epoch": epoch_of(record, path), "kernel": replica.kernel_id},
        )

    async def _asked(self, record: Awaitable[common_pb2.ObjectRecord]) -> common_pb2.ObjectRecord:
        try:
            return await record
        except AminoError as error:
            told = self._standing.told(error, "The object cannot be looked up") if isinstance(error, OmsUnavailable) else error
            # The call has not left: an OMS that does not answer says so of the question, not of the call.
            told.outcome = Outcome.NOT_RUN
            if told is error:
                raise
            raise told from None
