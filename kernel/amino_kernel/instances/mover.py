"""Carries out moves: the steps come from `migration`, here they happen."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from random import Random

import structlog
from amino_dms.api import Clock, within
from amino_kernel.halves.bridge import Snapshot
from amino_kernel.halves.runtime_key import TENANT_LABEL
from amino_kernel.instances.chains import Chains
from amino_kernel.instances.instance import Happening
from amino_kernel.instances.instance_table import InstanceTable
from amino_kernel.instances.lifecycle import Lifecycle
from amino_kernel.instances.local_instance import LocalInstance
from amino_kernel.instances.migration import Failed, Migration, Step, Succeeded, advance
from amino_kernel.links.oms_client import LONG_SECONDS, OmsClient
from amino_kernel.links.peers import Peer, Peers
from amino_wire.errors import (
    AminoError,
    Conflict,
    InternalError,
    Moved,
    NotFound,
    ObjectBusy,
    OmsUnavailable,
    Unavailable,
    as_error,
)
from amino_wire.instances import instance_id
from amino_wire.pb import common_pb2, oms_pb2
from amino_wire.records import name_of, replica_at, title_of
from amino_wire.state_pieces import pieces_of
from amino_wire.unheard import may_be_unheard
from amino_wire.values import EncodedValue

log = structlog.get_logger(__name__)

HOLD_MS = 60_000
ACTIVATE_SECONDS = 5.0
COMMIT_PAUSE = 0.2
PREPARED = 1000
"""Artifacts of targets that are remembered, so that they are asked once."""
PREPARED_SECONDS = 30.0
"""A target keeps an artifact that nothing uses for a minute."""

DROP_PAUSE, DROP_SECONDS = 1.0, 60.0
"""A target that was cut off may still hold the copy of a move that was given up."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The parts that moves work with."""

    table: InstanceTable
    peers: Peers
    oms: OmsClient
    chains: Chains


class Mover:
    """Moves objects of this kernel to others."""

    def __init__(self, lifecycle: Lifecycle, around: Surroundings, clock: Clock, random: Random) -> None:
        self.lifecycle = lifecycle
        self.around = around
        self._dropping: set[asyncio.Task[None]] = set()
        self._prepared: dict[tuple[str, int, str, str], float] = {}
        self.attempts = count(1)
        self.clock = clock
        self.random = random

    async def move(self, order: oms_pb2.MoveObjectRequest) -> tuple[common_pb2.ObjectRecord, tuple[str, ...]]:
        """Moves an instance and answers its new record and what of its state could not be moved.

        Raises:
            Moved: It is not here.
            ObjectBusy: It is on the move already, its managers are being exchanged, or its state cannot be captured.
            AminoError: Why it stayed where it is.
        """
        record = order.object
        await self._prepare(order)
        local = self.around.table.get(instance_id(record.id, order.path))
        if local is None:
            raise Moved(f"Object {name_of(record)} is not here any more; ask again where it is.")
        await self.lifecycle.told(local, record)
        if not local.state.settled:
            raise ObjectBusy(f"Object {name_of(record)} cannot move: {_unsettled(local)}; try again in a moment.")
        await self.lifecycle.happen(local, Happening.MOVE)
        one_move = _Move(self, local, order.target, Migration(local.name, order.allow_lossy), order.request_id)
        # A caller that gives up must not leave the object between two kernels.
        moving = asyncio.ensure_future(one_move.run())
        moving.add_done_callback(may_be_unheard)
        return await asyncio.shield(moving)

    async def _prepare(self, order: oms_pb2.MoveObjectRequest) -> None:
        """Has the target load the artifact before calls are held: that may take seconds in a kernel that has just started."""
        record, target = order.object, order.target
        loaded = (target.id, target.incarnation, record.spec.artifact.hash, record.spec.labels.get(TENANT_LABEL, ""))
        known = self.clock.now() < self._prepared.get(loaded, float("-inf")) + PREPARED_SECONDS
        if known or self.around.table.get(instance_id(record.id, order.path)) is None:
            return
        peer = self.peer(target)
        try:
            await peer.ask(peer.kernels.PrepareObject, oms_pb2.PrepareObjectRequest(object=record), LONG_SECONDS)
        except Unavailable:
            raise
        except AminoError as error:
            log.info("an artifact could not be loaded before a move", object=title_of(record), error=error.message)
            return
        if len(self._prepared) >= PREPARED:
            self._prepared.clear()
        self._prepared[loaded] = self.clock.now()

    def drop_later(self, target: common_pb2.KernelRecord, request: oms_pb2.ActivateObjectRequest) -> None:
        """Goes on to tell a target that it must drop the copy that has arrived, for a while: it may be cut off and not dead."""
        task = asyncio.ensure_future(self._drop_until_done(target, request))
        self._dropping.add(task)
        task.add_done_callback(self._dropping.discard)

    def close(self) -> None:
        """Gives up what would be tried again."""
        for task in self._dropping:
            task.cancel()

    async def _drop_until_done(self, target: common_pb2.KernelRecord, request: oms_pb2.ActivateObjectRequest) -> None:
        end = self.clock.now() + DROP_SECONDS
        while self.clock.now() < end:
            await self.clock.sleep(DROP_PAUSE)
            # A connection of before may have been given up.
            peer = self.peer(target)
            with suppress(AminoError):
                await peer.ask(peer.kernels.ActivateObject, request, ACTIVATE_SECONDS)
                return

    def peer(self, target: common_pb2.KernelRecord) -> Peer:
        return self.around.peers.at(target.endpoints)


class _Move:
    """One move. Each step is a method of the step's name."""

    def __init__(self, mover: Mover, local: LocalInstance, target: common_pb2.KernelRecord, migration: Migration, request_id: str) -> None:
        self._mover = mover
        self._local = local
        self._record = local.record
        self._bridge = local.runtime.bridge
        self._target = target
        self._migration = migration
        self._request_id = request_id or f"{mover.random.getrandbits(128):032x}"
        self._manager_state = b""
        self._attempt = next(mover.attempts)

    async def run(self) -> tuple[common_pb2.ObjectRecord, tuple[str, ...]]:
        while self._migration.step is not Step.END:
            self._migration = advance(self._migration, await self._take(self._migration.step))
        if self._migration.error is not None:
            raise self._migration.error
        return self._migration.record, self._migration.lost

    async def _take(self, step: Step) -> Succeeded | Failed:
        try:
            taken: Succeeded | Failed = await getattr(self, f"_{step.value}")()
            return taken
        except Exception as error:
            known = as_error(error)
            log.warning("a step of a move failed", object=self._local.name, step=step.value, error=known.message)
            return Failed(known)

    async def _hold(self) -> Succeeded:
        # First the managers: a call inside them may need the object to finish.
        await within(self._mover.clock, HOLD_MS / 1000, self._mover.around.chains.freeze(self._local))
        self._check_there()
        await self._bridge.hold(self._local.id, HOLD_MS)
        return Succeeded()

    async def _snapshot(self) -> Succeeded:
        self._check_there()
        snapshot: Snapshot = await self._bridge.snapshot(self._local.id, self._migration.allow_lossy, HOLD_MS)
        self._manager_state = await self._mover.around.chains.state_of(self._local)
        self._check_there()
        return Succeeded(snapshot.state, snapshot.lost)

    def _check_there(self) -> None:
        """The instance may have ended meanwhile, and its successor has the same id."""
        if self._local.gone:
            raise Moved(f"Object {self._local.name} ended here while it prepared to move.")

    async def _receive(self) -> Succeeded:
        state: EncodedValue = self._migration.state
        request = oms_pb2.ReceiveObjectRequest(
            object=self._future_record(), path=self._local.path, state=state.data, manager_state=self._manager_state, attempt=self._attempt
        )
        peer = self._mover.peer(self._target)
        for piece in pieces_of(request):
            await peer.ask(peer.kernels.ReceiveObject, piece, LONG_SECONDS)
        return Succeeded()

    async def _commit(self) -> Succeeded | Failed:
        record = self._future_record()
        request = oms_pb2.CommitLocationRequest(
            object_id=record.id,
            expected_epoch=self._record.status.epoch,
            replicas=record.status.replicas,
            request_id=self._request_id,
            lost=self._migration.lost,
        )
        try:
            return Succeeded(await self._mover.around.oms.commit_location(request))
        except OmsUnavailable as error:
            await self._mover.clock.sleep(COMMIT_PAUSE)
            return Failed(error, unknown=True)
        except (Conflict, NotFound) as error:
            return await self._settle_conflict(error)

    async def _settle_conflict(self, error: AminoError) -> Succeeded | Failed:
        # The epoch moved on: by an earlier attempt of this very commit whose answer was lost, or by somebody else.
        try:
            record = await self._mover.around.oms.get(self._record.id)
        except NotFound:
            return Failed(error, elsewhere=True)
        except Unavailable as silent:
            return Failed(silent, unknown=True)
        there = replica_at(record, self._local.path)
        if there is not None and there.kernel_id == self._target.id and record.status.epoch == self._record.status.epoch + 1:
            return Succeeded(record)
        mine = replica_at(self._record, self._local.path)
        if there is not None and mine is not None and there.kernel_id == mine.kernel_id:
            return Failed(error)
        return Failed(error, elsewhere=True)

    async def _activate(self) -> Succeeded:
        request = oms_pb2.ActivateObjectRequest(
            object_id=self._record.id, epoch=self._migration.record.status.epoch, path=self._local.path, attempt=self._attempt
        )
        peer = self._mover.peer(self._target)
        await peer.ask(peer.kernels.ActivateObject, request, ACTIVATE_SECONDS)
        return Succeeded()

    async def _drop(self) -> Succeeded:
        record = self._future_record()
        request = oms_pb2.ActivateObjectRequest(
            object_id=record.id, epoch=record.status.epoch, path=self._local.path, drop=True, attempt=self._attempt
        )
        peer = self._mover.peer(self._target)
        try:
            await peer.ask(peer.kernels.ActivateObject, request, ACTIVATE_SECONDS)
        except AminoError:
            self._mover.drop_later(self._target, request)
        return Succeeded()

    async def _release(self) -> Succeeded:
        details: dict[str, object] = {}
        record: common_pb2.ObjectRecord | None = self._migration.record
        if record is not None:
            self._local.whereabouts = record
            address = self._target.endpoints.lane_tcp or self._target.endpoints.grpc
            details = {"address": address, "epoch": record.status.epoch, "kernel": self._target.id}
        self._local.moved = Moved(f"Object {self._local.name} has moved to kernel {self._target.id}.", details=details)
        await self._mover.lifecycle.happen(self._local, Happening.LEFT)
        return Succeeded()

    async def _resume(self) -> Succeeded:
        await self._mover.lifecycle.happen(self._local, Happening.STAY)
        return Succeeded()

    def _future_record(self) -> common_pb2.ObjectRecord:
        record = common_pb2.ObjectRecord()
        record.CopyFrom(self._record)
        record.status.epoch += 1
        for each in record.status.replicas:
            if each.path == self._local.path:
                each.kernel_id = self._target.id
                each.kernel_incarnation = self._target.incarnation
                each.endpoints.CopyFrom(self._target.endpoints)
                return record
        raise InternalError(f"Object {title_of(record)} has no replica {self._local.path} in its record.")


def _unsettled(local: LocalInstance) -> str:
    if local.state.fenced:
        return "its kernel does not know whether the object is still there"
    return "it is on the move, or its managers are being exchanged"
