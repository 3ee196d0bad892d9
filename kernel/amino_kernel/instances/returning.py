"""A kernel that starts again brings back the objects whose states it kept at its stop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from random import Random

import structlog
from amino_dms.api import Clock
from amino_kernel.instances.arrivals import Arrivals
from amino_kernel.instances.hosting import Hosting
from amino_kernel.instances.kept_states import KeptState, KeptStates
from amino_kernel.links.oms_client import LONG_SECONDS, OmsClient
from amino_wire.errors import AminoError, NotFound, ObjectLost, Unavailable
from amino_wire.instances import instance_id
from amino_wire.pb import client_pb2, common_pb2, oms_pb2
from amino_wire.records import epoch_of, replica_at

log = structlog.get_logger(__name__)

AT_ONCE = 16
PAUSE_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Home:
    """The kernel in its present life, and the parts of it that bring objects back."""

    kernel_id: str
    life: Callable[[], int]
    endpoints: common_pb2.Endpoints
    hosting: Hosting
    arrivals: Arrivals
    oms: OmsClient
    clock: Clock
    random: Random


class Returning:
    """Brings objects back: each arrives as by a move from the kernel's earlier life, and the OMS commits that.

    An object that the OMS has in another epoch, or not in the life in which its state was kept, has gone on without it: its state is old.
    """

    def __init__(self, kept: KeptStates) -> None:
        self._kept = kept
        self._decided: set[tuple[str, str, int]] = set()
        self._done = asyncio.Event()
        if kept.is_empty():
            self._done.set()

    async def run(self, home: Home) -> None:
        """Decides about every kept state. A state that cannot be brought back now stays in the data folder."""
        states, back, failed = self._kept.read(), 0, 0
        try:
            while part := list(islice(states, AT_ONCE)):
                outcomes = await asyncio.gather(*(self._decide(home, state) for state in part))
                back, failed = back + outcomes.count(True), failed + outcomes.count(None)
            if back or failed:
                log.info("objects were brought back from kept states", back=back, failed=failed)
            if not failed:
                self._kept.remove()
                self._decided.clear()
        finally:
            self._done.set()

    @property
    def goes_on(self) -> bool:
        """Whether objects may be about to come back."""
        return not self._done.is_set()

    async def done(self) -> None:
        """Returns when all states are decided about."""
        await self._done.wait()

    def undecided(self) -> Iterator[KeptState]:
        """The states that must still be kept."""
        return (state for state in self._kept.read() if _key(state) not in self._decided)

    async def _decide(self, home: Home, state: KeptState) -> bool | None:
        """Whether an object came back: False where its state is old, None where nobody knows yet."""
        request_id = f"{home.random.getrandbits(128):032x}"
        while True:
            try:
                back = await self._bring(home, state, request_id)
            except AminoError as error:
                if isinstance(error, Unavailable) and not isinstance(error, ObjectLost):
                    log.info("an object waits to be brought back", object=state.object_id, error=error.message)
                    await home.clock.sleep(PAUSE_SECONDS)
                    continue
                await home.hosting.drop_passive(state.object_id, state.path, state.epoch + 1)
                if await self._is_current(home, state):
                    log.error("an object cannot be brought back from its kept state", object=state.object_id, error=error.message)
                    return None
                self._decided.add(_key(state))
                return False
            else:
                self._decided.add(_key(state))
                return back

    async def _is_current(self, home: Home, state: KeptState) -> bool:
        try:
            return _stands_for(state, await home.oms.get(state.object_id), home.kernel_id)
        except NotFound:
            return False
        except AminoError:
            return True

    async def _bring(self, home: Home, state: KeptState, request_id: str) -> bool:
        record = await home.oms.get(state.object_id)
        if not _stands_for(state, record, home.kernel_id):
            # The answer to an earlier attempt may have been lost.
            return any(each.kernel_incarnation == home.life() for each in record.status.replicas)
        await home.hosting.receive(_returned(record, state, home), state.path, state.state, state.manager_state)
        home.arrivals.expect(instance_id(state.object_id, state.path))
        committed = await self._commit(home, _returned(record, state, home), state, request_id)
        await home.hosting.activate(committed.id, state.path, epoch_of(committed, state.path))
        await home.hosting.follow(committed)
        return True

    async def _commit(self, home: Home, record: common_pb2.ObjectRecord, state: KeptState, request_id: str) -> common_pb2.ObjectRecord:
        if record.spec.deployment_managers:
            # Its coordinators, if it has any, are asked before the copy that has arrived here.
            request = client_pb2.RestartRequest(name_or_id=record.id, request_id=request_id, never_anew=True)
            restarted: client_pb2.RestartResponse = await home.oms.ask(home.oms.stub.Restart, request, LONG_SECONDS)
            return restarted.object
        commit = oms_pb2.CommitLocationRequest(
            object_id=record.id, expected_epoch=state.epoch, replicas=record.status.replicas, request_id=request_id
        )
        return await home.oms.commit_location(commit)


def _key(state: KeptState) -> tuple[str, str, int]:
    return state.object_id, state.path, state.epoch


def _stands_for(state: KeptState, record: common_pb2.ObjectRecord, kernel_id: str) -> bool:
    """Whether a kept state is the object's."""
    replica = replica_at(record, state.path)
    if replica is None or record.status.state == common_pb2.OBJECT_STATE_CREATING:
        return False
    return (replica.kernel_id, replica.kernel_incarnation, record.status.epoch) == (kernel_id, state.life, state.epoch)


def _returned(record: common_pb2.ObjectRecord, state: KeptState, home: Home) -> common_pb2.ObjectRecord:
    """The record that the object will have: one replica, in the kernel's present life."""
    after = common_pb2.ObjectRecord()
    after.CopyFrom(record)
    after.status.epoch += 1
    before = replica_at(record, state.path)
    replica = common_pb2.Replica(
        path=state.path,
        kernel_id=home.kernel_id,
        kernel_incarnation=home.life(),
        endpoints=home.endpoints,
        role=before.role if before is not None else "",
    )
    del after.status.replicas[:]
    after.status.replicas.append(replica)
    return after
