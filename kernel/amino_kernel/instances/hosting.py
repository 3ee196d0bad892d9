"""Instances coming to this kernel and leaving it for good."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from weakref import WeakValueDictionary

import structlog
from amino_dms.api import Arrival
from amino_kernel.halves.artifact_key import artifact_key
from amino_kernel.halves.pool import Pool
from amino_kernel.halves.runtime import Runtime
from amino_kernel.halves.runtime_key import TENANT_LABEL
from amino_kernel.instances.artifact_folders import ArtifactFolders
from amino_kernel.instances.chains import Chains
from amino_kernel.instances.constructions import Made, arguments_of, construct
from amino_kernel.instances.instance import Happening, Instance, Life
from amino_kernel.instances.instance_table import InstanceTable
from amino_kernel.instances.interfaces import to_message
from amino_kernel.instances.lifecycle import Lifecycle
from amino_kernel.instances.load_options import LoadOptions
from amino_kernel.instances.local_instance import LocalInstance, Passage
from amino_kernel.links.record_cache import RecordCache
from amino_wire.errors import EpochStale, InternalError, Moved, ObjectNotFound
from amino_wire.instances import FIRST, instance_id
from amino_wire.pb import common_pb2
from amino_wire.records import epoch_of, name_of, replica_at
from amino_wire.values import EncodedValue, decode

log = structlog.get_logger(__name__)

ARRIVAL_KEY = "@arrival"
"""In what travels with a move: how the object comes here; absent means by a move."""


@dataclass(frozen=True, slots=True)
class Abode:
    """Where instances live: the kernel, what runs them, the table of them, and what leads their lives."""

    kernel_id: str
    pool: Pool
    artifacts: ArtifactFolders
    table: InstanceTable
    records: RecordCache
    chains: Chains
    lifecycle: Lifecycle
    note: Callable[[str, str, str], None]
    """Keeps a line of an object's log: the object's id, the level, the text."""


@dataclass(frozen=True, slots=True)
class Evaluated:
    """An artifact that is loaded, where, and what it offers."""

    artifact: common_pb2.Artifact
    runtime: Runtime
    interface: common_pb2.Interface


class Hosting:
    """Makes, receives and ends instances in the JVM halves."""

    def __init__(self, abode: Abode, options: LoadOptions) -> None:
        self._pool, self._artifacts, self._chains = abode.pool, abode.artifacts, abode.chains
        self._table, self._records, self._lifecycle = abode.table, abode.records, abode.lifecycle
        self._kernel_id, self._options, self._note = abode.kernel_id, options, abode.note
        self._unwanted: set[asyncio.Future[None]] = set()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def create(self, record: common_pb2.ObjectRecord, path: str, state: bytes) -> common_pb2.Interface:
        """Makes an instance (Amino paper III.B, step 2), by its constructor or from a state. The same order given twice makes one.

        Raises:
            GuestException: The constructor raised.
            ArtifactInvalid, ArtifactNotFound, LanguageUnknown, NativeNotAllowed, JarsMissing: It cannot be evaluated.
        """
        instance = instance_id(record.id, path)
        async with self._evaluated(record) as found, self._turn(instance):
            runtime, interface = found.runtime, found.interface
            known = self._table.at(instance)
            # A copy that has arrived by a move that was overtaken is not the instance to be made.
            if known is not None and known.state.here and known.epoch >= epoch_of(record, path) and known.runtime is runtime:
                return interface
            if known is not None:
                await self.drop(known)
            arrival = Arrival.RECOVERED if state else Arrival.CREATED
            local = self._local(found, record, path, Passage(arrival))
            await self._lifecycle.begin(local)
            await self._made(local, self._in_half(local, state))
            await self._lifecycle.happen(local, Happening.MADE)
            self._check(local)
            # Further instances of the class, and a state that comes back, tell its author nothing new.
            for warning in interface.warnings if arrival is Arrival.CREATED and not record.spec.class_of else ():
                self._note(record.id, "warning", warning)
        return interface

    async def create_many(self, records: Sequence[common_pb2.ObjectRecord], *, each: bool = False) -> Made:
        """Makes many objects of one artifact by their constructors, in one batch across the bridge.

        They have no deployment managers, and one instance each. All of them are made or none, and it raises as `create`, the first
        error there is; with `each`, only those whose constructors raise are not made. Where the caller hangs up meanwhile, none of
        them stays: no record speaks of them yet.

        Returns:
            Their interface, and with `each` why an object has not been made, by its place among the records.
        """
        making = asyncio.ensure_future(self._make_many(records, each))
        try:
            return await asyncio.shield(making)
        except asyncio.CancelledError:
            unwanted = asyncio.ensure_future(self._unmake(making, records))
            self._unwanted.add(unwanted)
            unwanted.add_done_callback(self._unwanted.discard)
            raise

    async def receive(self, record: common_pb2.ObjectRecord, path: str, state: bytes, manager_state: bytes, attempt: int = 0) -> None:
        """Takes in a moved instance. It is held until `activate`: calls that come early wait.

        Raises:
            EpochStale: An instance of the object is active here, or a later attempt has brought a newer state.
            AminoError: The state does not fit, or the artifact cannot be loaded.
        """
        instance = instance_id(record.id, path)
        async with self._evaluated(record) as found, self._turn(instance):
            known = self._table.at(instance)
            if known is not None and known.state.here:
                raise EpochStale(
                    f"Object {name_of(record)} is active here with epoch {known.epoch}; "
                    f"it cannot arrive with epoch {epoch_of(record, path)}."
                )
            if known is not None and known.is_newer_than(epoch_of(record, path), attempt):
                raise EpochStale(f"A later attempt to move object {name_of(record)} has arrived here: this one was given up and is late.")
            if known is not None:
                # Left over from a move that failed without our hearing of it; its state is an old one.
                await self.drop(known)
            saved: dict[str, Any] = decode(manager_state) if manager_state else {}
            arrival = Arrival(saved.pop(ARRIVAL_KEY, Arrival.MOVED.value))
            local = self._local(found, record, path, Passage(arrival, saved))
            local.attempt = attempt
            await self._lifecycle.begin(local)
            await self._made(local, self._in_half(local, state, held=True))
            await self._lifecycle.happen(local, Happening.RECEIVED)
            self._check(local)

    async def activate(self, object_id: str, path: str, epoch: int, attempt: int = 0) -> None:
        """Lets a moved instance answer. A copy for a later epoch is another attempt's, whose record may never be committed.

        Args:
            object_id, path, epoch: Of the instance.
            attempt: The attempt that has been committed; 0: whichever has arrived.

        Raises:
            ObjectNotFound: It is not here.
        """
        local = self._table.get(instance_id(object_id, path))
        if local is None or local.epoch < epoch or (local.state.life is Life.PASSIVE and not local.is_of(epoch, attempt)):
            raise ObjectNotFound(f"Object {object_id} has not arrived here with epoch {epoch}.")
        await self._lifecycle.happen(local, Happening.ACTIVATE)

    async def drop(self, local: LocalInstance, details: Mapping[str, Any] | None = None) -> None:
        """Ends an instance here whose object lives elsewhere; calls that wait for it are sent after it."""
        local.moved = Moved(f"Object {local.name} is not in this kernel any more.", details=details)
        await self._lifecycle.happen(local, Happening.LEFT)

    async def drop_listed(self, listed: Sequence[common_pb2.InstanceState]) -> None:
        """Drops instances as they were listed to the OMS. One of a later epoch stays: it has come back while the OMS answered."""
        for each in listed:
            local = self._table.get(each.instance)
            if local is not None and local.epoch <= each.epoch:
                log.warning("an object of this kernel lives elsewhere now", object=local.name)
                await self.drop(local)

    async def drop_passive(self, object_id: str, path: str, epoch: int, attempt: int = 0) -> None:
        """The move was given up: drops what arrived, unless it is active, of another epoch or of another attempt."""
        local = self._table.get(instance_id(object_id, path))
        if local is not None and local.state.life is Life.PASSIVE and local.is_of(epoch, attempt):
            await self.drop(local)

    async def destroy(self, object_id: str, path: str, epoch: int) -> None:
        """Ends an instance for good. An instance of a newer epoch stays: the order is old and was late.

        The object may live elsewhere, as where this instance was not the one that got its place: calls are sent after it, and the OMS says
        where it is, or that it was deleted.
        """
        self._records.forget(object_id)
        local = self._table.at(instance_id(object_id, path))
        if local is not None and (not epoch or local.epoch <= epoch):
            await self.drop(local)

    async def deleted(self, record: common_pb2.ObjectRecord) -> None:
        """An object was deleted: its instances and the proxies of its callers end."""
        self._chains.forget(record.id)
        for local in self._table.of_object(record.id):
            await self.destroy(record.id, local.path, epoch_of(record, local.path))

    async def follow(self, record: common_pb2.ObjectRecord) -> list[common_pb2.InstanceState]:
        """Takes over a changed record: its epoch and its deployment managers. An instance that has come up elsewhere ends here.

        Returns:
            The generations in force for the instances of the object here.
        """
        self._records.forget(record.id)
        self._records.learn(record)
        here = [local for local in self._table.of_object(record.id) if local.state.life is not Life.PASSIVE]
        for local in here:
            replica = replica_at(record, local.path)
            if replica is not None and self._is_replaced(local, record, replica):
                log.warning("an object of this kernel was brought back elsewhere", object=local.name, kernel=replica.kernel_id)
                local.whereabouts = record
                await self.drop(local)
            elif replica is not None:
                await self._lifecycle.told(local, record)
        return [local.reported() for local in here if not local.gone]

    def _is_replaced(self, local: LocalInstance, record: common_pb2.ObjectRecord, replica: common_pb2.Replica) -> bool:
        """Whether it was made anew elsewhere, while this kernel was thought dead. An instance on the move is its mover's business."""
        elsewhere = replica.kernel_id != self._kernel_id and epoch_of(record, local.path) > local.epoch
        return elsewhere and local.state.life is Life.ACTIVE

    def _turn(self, instance: str) -> asyncio.Lock:
        return self._turns.setdefault(instance, asyncio.Lock())

    def _local(self, found: Evaluated, record: common_pb2.ObjectRecord, path: str, passage: Passage) -> LocalInstance:
        facts = self._chains.facts(record)
        # Its end gives the use back.
        found.runtime.used(record.spec.artifact)
        return LocalInstance(_with_interface(record, found.interface), path, found.runtime, Instance.begun(facts), passage)

    async def _in_half(self, local: LocalInstance, state: bytes, *, held: bool = False) -> None:
        record, bridge, options = local.record, local.runtime.bridge, self._object_options(local)
        key = artifact_key(record.spec.artifact)
        if state or held:
            await bridge.restore(local.id, local.epoch, key, EncodedValue(state), options, held=held)
        else:
            args, kwargs = arguments_of(record)
            await bridge.create(local.id, local.epoch, key, args, kwargs, options)

    async def _made(self, local: LocalInstance, making: Awaitable[None]) -> None:
        try:
            await making
        except BaseException:
            # It may be there all the same, if only the answer was lost.
            await self._lifecycle.happen(local, Happening.DESTROY)
            raise

    def _check(self, local: LocalInstance) -> None:
        """An object whose managers cannot begin must not answer without them."""
        if local.failure is not None:
            raise local.failure
        if local.gone:
            raise InternalError(f"Object {local.name} ended while it was made.")

    async def _make_many(self, records: Sequence[common_pb2.ObjectRecord], each: bool) -> Made:
        async with self._evaluated(records[0]) as found:
            missing = {
                place: self._local(found, record, FIRST, Passage())
                for place, record in enumerate(records)
                if self._table.at(record.id) is None
            }
            for local in missing.values():
                await self._lifecycle.begin(local)
            options = [self._object_options(local) for local in missing.values()]
            failures = await construct(self._lifecycle, list(missing.values()), options, each=each)
        places = list(missing)
        return found.interface, {places[number]: error for number, error in failures.items()}

    async def _unmake(self, making: asyncio.Future[Made], records: Sequence[common_pb2.ObjectRecord]) -> None:
        await asyncio.wait([making])
        if making.exception() is None:
            await asyncio.gather(*(self.destroy(record.id, FIRST, record.status.epoch) for record in records), return_exceptions=True)

    @asynccontextmanager
    async def _evaluated(self, record: common_pb2.ObjectRecord) -> AsyncGenerator[Evaluated]:
        """Within the block an object's artifact is loaded in the JVM half that the object belongs to, and stays loaded."""
        artifact, tenant = record.spec.artifact, record.spec.labels.get(TENANT_LABEL, "")
        async with self._artifacts.holding(artifact) as copy:
            runtime = await self._pool.runtime_for(artifact, tenant)
            reads = record.spec.own_context or not runtime.has(artifact)
            if reads and not copy.fresh:
                await self._artifacts.check(artifact)
            plain = await runtime.load(artifact, str(copy.folder), self._options.for_artifact(artifact))
            runtime.used(artifact)
        try:
            yield Evaluated(artifact, runtime, to_message(plain))
        finally:
            runtime.unused(artifact)

    def _object_options(self, local: LocalInstance) -> dict[str, Any]:
        record = local.record
        routing = self._chains.routing(record)
        options: dict[str, Any] = {
            "managed": routing.managed,
            "proxies_only": routing.proxies_only,
            "rule": routing.rule,
            "concurrent": record.spec.concurrent,
            "own_context": record.spec.own_context,
        }
        if record.name:
            options["name"] = record.name
        return options


def _with_interface(record: common_pb2.ObjectRecord, interface: common_pb2.Interface) -> common_pb2.ObjectRecord:
    complete = common_pb2.ObjectRecord()
    complete.CopyFrom(record)
    complete.interface.CopyFrom(interface)
    return complete
