"""Carries out moves: the steps come from `migration`, here they happen."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from random import Random

import structlog
from amino_dms.api import Clock, within
from amino_kernel.halves.bridge import Snapshot
from amino_kernel.instances.chains import Chains
from amino_kernel.instances.migration import Failed, Migration, Step, Succeeded, advance
from amino_kernel.instances.object_table import LocalObject, ObjectTable, Standing
from amino_kernel.links.oms_client import LONG_SECONDS, OmsClient
from amino_kernel.links.peers import Peer, Peers
from amino_kernel.links.record_cache import RecordCache
from amino_wire.errors import (
    AminoError,
    Conflict,
    InternalError,
    Moved,
    NotFound,
    OmsUnavailable,
    Unavailable,
    as_error,
)
from amino_wire.pb import common_pb2, oms_pb2
from amino_wire.values import EncodedValue

log = structlog.get_logger(__name__)

HOLD_MS = 60_000
ACTIVATE_SECONDS = 5.0
COMMIT_PAUSE = 0.2


class Mover:
    """Moves objects of this kernel to others."""

    def __init__(
        self, table: ObjectTable, records: RecordCache, peers: Peers, oms: OmsClient, chains: Chains, clock: Clock, random: Random
    ) -> None:
        self.clock = clock
        self.random = random
        self._table = table
        self._records = records
        self._peers = peers
        self._oms = oms
        self._chains = chains

    async def move(
        self, record: common_pb2.ObjectRecord, path: str, target: common_pb2.KernelRecord, allow_lossy: bool
    ) -> tuple[common_pb2.ObjectRecord, tuple[str, ...]]:
        """Moves an object and answers its new record and what of its state could not be moved.

        Raises:
            Moved: It is not here.
            Conflict: It is on the move already, or its state cannot be captured.
            AminoError: Why it stayed where it is.
        """
        local = self._table.get(record.id)
        if local is None or local.path != path:
            raise Moved(f"Object {record.name or record.id} is not here any more; ask again where it is.")
        if local.standing is not Standing.ACTIVE:
            raise Conflict(f"Object {record.name or record.id} is on the move already; try again when it has arrived.")
        if record.status.epoch > local.record.status.epoch:
            # The order knows more than this kernel does: other replicas came or went.
            local = replace(local, record=record)
        local = replace(local, standing=Standing.LEAVING)
        self._table.put(local)
        one_move = _Move(self, local, target, Migration(record.id, allow_lossy))
        # A caller that gives up must not leave the object between two kernels.
        return await asyncio.shield(asyncio.ensure_future(one_move.run()))

    @property
    def table(self) -> ObjectTable:
        return self._table

    @property
    def records(self) -> RecordCache:
        return self._records

    @property
    def oms(self) -> OmsClient:
        return self._oms

    @property
    def chains(self) -> Chains:
        return self._chains

    def peer(self, target: common_pb2.KernelRecord) -> Peer:
        return self._peers.at(target.endpoints)


class _Move:
    """One move. Each step is a method of the step's name."""

    def __init__(self, mover: Mover, local: LocalObject, target: common_pb2.KernelRecord, migration: Migration) -> None:
        self._mover = mover
        self._local = local
        self._bridge = local.runtime.bridge
        self._target = target
        self._migration = migration
        self._request_id = f"{mover.random.getrandbits(128):032x}"
        self._manager_state = b""

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
            log.warning("a step of a move failed", object=self._local.id, step=step.value, error=known.message)
            return Failed(known)

    async def _hold(self) -> Succeeded:
        # First the managers: a call inside them may need the object to finish.
        await within(self._mover.clock, HOLD_MS / 1000, self._mover.chains.freeze(self._local))
        await self._bridge.hold(self._local.id, HOLD_MS)
        return Succeeded()

    async def _snapshot(self) -> Succeeded:
        snapshot: Snapshot = await self._bridge.snapshot(self._local.id, self._migration.allow_lossy, HOLD_MS)
        self._manager_state = await self._mover.chains.manager_state(self._local)
        return Succeeded(snapshot.state, snapshot.lost)

    async def _receive(self) -> Succeeded:
        state: EncodedValue = self._migration.state
        request = oms_pb2.ReceiveObjectRequest(
            object=self._future_record(), path=self._local.path, state=state.data, manager_state=self._manager_state
        )
        peer = self._mover.peer(self._target)
        await peer.ask(peer.kernels.ReceiveObject, request, LONG_SECONDS)
        return Succeeded()

    async def _commit(self) -> Succeeded | Failed:
        record = self._future_record()
        request = oms_pb2.CommitLocationRequest(
            object_id=record.id,
            expected_epoch=self._local.record.status.epoch,
            replicas=record.status.replicas,
            request_id=self._request_id,
        )
        try:
            return Succeeded(await self._mover.oms.commit_location(request))
        except OmsUnavailable as error:
            await self._mover.clock.sleep(COMMIT_PAUSE)
            return Failed(error, unknown=True)
        except (Conflict, NotFound) as error:
            return await self._settle_conflict(error)

    async def _settle_conflict(self, error: AminoError) -> Succeeded | Failed:
        # The epoch moved on: by an earlier attempt of this very commit whose answer was lost, or by somebody else.
        try:
            record = await self._mover.oms.get(self._local.id)
        except NotFound:
            return Failed(error, elsewhere=True)
        except Unavailable as silent:
            return Failed(silent, unknown=True)
        there = next((each for each in record.status.replicas if each.path == self._local.path), None)
        if there is not None and there.kernel_id == self._target.id and record.status.epoch == self._local.record.status.epoch + 1:
            return Succeeded(record)
        mine = next((each for each in self._local.record.status.replicas if each.path == self._local.path), None)
        if there is not None and mine is not None and there.kernel_id == mine.kernel_id:
            return Failed(error)
        return Failed(error, elsewhere=True)

    async def _activate(self) -> Succeeded:
        request = oms_pb2.ActivateObjectRequest(object_id=self._local.id, epoch=self._migration.record.status.epoch, path=self._local.path)
        peer = self._mover.peer(self._target)
        await peer.ask(peer.kernels.ActivateObject, request, ACTIVATE_SECONDS)
        return Succeeded()

    async def _drop(self) -> Succeeded:
        record = self._future_record()
        request = oms_pb2.ActivateObjectRequest(object_id=record.id, epoch=record.status.epoch, path=self._local.path, drop=True)
        peer = self._mover.peer(self._target)
        await peer.ask(peer.kernels.ActivateObject, request, ACTIVATE_SECONDS)
        return Succeeded()

    async def _release(self) -> Succeeded:
        details: dict[str, object] = {}
        record: common_pb2.ObjectRecord | None = self._migration.record
        # First the table and the cache, then the held calls: they come back here and must find the new place.
        self._mover.table.remove(self._local.id)
        if record is None:
            self._mover.records.forget(self._local.id)
        else:
            self._mover.records.learn(record)
            address = self._target.endpoints.lane_tcp or self._target.endpoints.grpc
            details = {"address": address, "epoch": record.status.epoch, "kernel": self._target.id}
        moved = Moved(f"Object {self._local.id} has moved to kernel {self._target.id}.", details=details)
        await self._mover.chains.left(self._local.id, moved)
        await self._bridge.release(self._local.id, details)
        return Succeeded()

    async def _resume(self) -> Succeeded:
        self._mover.table.change(self._local.id, standing=Standing.ACTIVE)
        await self._bridge.resume(self._local.id)
        await self._mover.chains.thaw(self._local)
        return Succeeded()

    def _future_record(self) -> common_pb2.ObjectRecord:
        record = common_pb2.ObjectRecord()
        record.CopyFrom(self._local.record)
        record.status.epoch += 1
        for each in record.status.replicas:
            if each.path == self._local.path:
                each.kernel_id = self._target.id
                each.kernel_incarnation = self._target.incarnation
                each.endpoints.CopyFrom(self._target.endpoints)
                return record
        raise InternalError(f"Object {record.id} has no replica {self._local.path} in its record.")
