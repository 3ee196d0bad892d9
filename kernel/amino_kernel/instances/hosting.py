"""Objects coming to this kernel and leaving it for good."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from amino_kernel.halves.artifact_key import artifact_key
from amino_kernel.halves.pool import Pool
from amino_kernel.halves.runtime import Runtime
from amino_kernel.halves.runtime_key import TENANT_LABEL
from amino_kernel.instances.artifact_folders import ArtifactFolders
from amino_kernel.instances.chains import Chains
from amino_kernel.instances.interfaces import to_message
from amino_kernel.instances.object_table import LocalObject, ObjectTable, Standing
from amino_kernel.links.record_cache import RecordCache
from amino_wire.errors import EpochStale, Moved, ObjectNotFound
from amino_wire.instances import FIRST, object_of
from amino_wire.pb import common_pb2
from amino_wire.values import EncodedValue
from amino_wire.whole import whole_array, whole_map

log = structlog.get_logger(__name__)

EMPTY_ARRAY = b"\x90"
EMPTY_MAP = b"\x80"


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """What every artifact of this kernel is loaded with: what guests may do, and how many contexts (0: the language's own number)."""

    allow: tuple[str, ...] = ()
    contexts: int = 0

    def for_artifact(self, artifact: common_pb2.Artifact) -> dict[str, Any]:
        options: dict[str, Any] = {"allow": list(self.allow)}
        if self.contexts:
            options["contexts"] = self.contexts
        if artifact.class_name:
            options["class"] = artifact.class_name
        return options


class Hosting:
    """Makes, restores and ends objects in the JVM halves, and keeps the table of them."""

    def __init__(
        self, pool: Pool, artifacts: ArtifactFolders, table: ObjectTable, records: RecordCache, chains: Chains, options: LoadOptions
    ) -> None:
        self._pool = pool
        self._artifacts = artifacts
        self._table = table
        self._records = records
        self._chains = chains
        self._options = options
        self._unwanted: set[asyncio.Future[None]] = set()

    async def inspect(self, artifact: common_pb2.Artifact, tenant: str = "") -> common_pb2.Interface:
        """Evaluates an artifact and answers its interface.

        Raises:
            ArtifactInvalid, ArtifactNotFound, LanguageUnknown, NativeNotAllowed, JarsMissing
        """
        _, interface = await self._loaded(artifact, tenant)
        return interface

    async def create(self, record: common_pb2.ObjectRecord, path: str, state: bytes) -> common_pb2.Interface:
        """Makes an object (Amino paper III.B, step 2), by its constructor or from a state. The same order given twice makes one object.

        Raises:
            GuestException: The constructor raised.
            ArtifactInvalid and others: See `inspect`.
        """
        runtime, interface = await self._loaded(record.spec.artifact, record.spec.labels.get(TENANT_LABEL, ""))
        known = self._table.get(record.id)
        arriving = known is not None and known.standing is Standing.PASSIVE  # of a move that has been overtaken, and not what is to be made
        if known is not None and not arriving and known.record.status.epoch >= record.status.epoch and known.runtime is runtime:
            return interface
        if known is not None:
            await self.drop(record.id)
        local = LocalObject(_with_interface(record, interface), path, runtime)
        options = self._object_options(local)
        if state:
            await runtime.bridge.restore(record.id, record.status.epoch, artifact_key(record.spec.artifact), EncodedValue(state), options)
        else:
            args, kwargs = _arguments(record)
            await runtime.bridge.create(record.id, record.status.epoch, artifact_key(record.spec.artifact), args, kwargs, options)
        self._table.put(local)
        await self._open_chain(local, self._chains.created(local, bool(state)))
        self._records.learn(local.record)
        return interface

    async def create_many(self, records: Sequence[common_pb2.ObjectRecord]) -> common_pb2.Interface:
        """Makes many objects of one artifact by their constructors, in one batch across the bridge: all of them or none.

        They have no deployment managers, and are replica 0. Raises as `create`, the first error there is. Where whoever ordered them hangs
        up meanwhile, none of them stays: no record speaks of them yet.
        """
        making = asyncio.ensure_future(self._make_many(records))
        try:
            return await asyncio.shield(making)
        except asyncio.CancelledError:
            unwanted = asyncio.ensure_future(self._unmake(making, records))
            self._unwanted.add(unwanted)
            unwanted.add_done_callback(self._unwanted.discard)
            raise

    async def _unmake(self, making: asyncio.Future[common_pb2.Interface], records: Sequence[common_pb2.ObjectRecord]) -> None:
        await asyncio.wait([making])
        if making.exception() is None:
            await asyncio.gather(*(self.destroy(record.id, record.status.epoch) for record in records), return_exceptions=True)

    async def _make_many(self, records: Sequence[common_pb2.ObjectRecord]) -> common_pb2.Interface:
        first = records[0]
        runtime, interface = await self._loaded(first.spec.artifact, first.spec.labels.get(TENANT_LABEL, ""))
        missing = [
            LocalObject(_with_interface(record, interface), FIRST, runtime) for record in records if self._table.get(record.id) is None
        ]
        options = [self._object_options(local) for local in missing]
        constructions = [(local.id, *_arguments(local.record)) for local in missing]
        made = runtime.bridge.create_many(artifact_key(first.spec.artifact), constructions, options)
        outcomes = await asyncio.gather(*made, return_exceptions=True)
        errors = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
        if errors:
            # The bridge does not mind one that is not there.
            await asyncio.gather(*(runtime.bridge.destroy(local.id) for local in missing), return_exceptions=True)
            raise errors[0]
        for local in missing:
            self._table.put(local)
            self._records.learn(local.record)
        return interface

    async def receive(self, record: common_pb2.ObjectRecord, path: str, state: bytes, manager_state: bytes) -> None:
        """Takes in a moved object. It is held until `activate`: calls that come early wait.

        Raises:
            AminoError: The state does not fit, or the artifact cannot be loaded.
        """
        runtime, interface = await self._loaded(record.spec.artifact, record.spec.labels.get(TENANT_LABEL, ""))
        known = self._table.get(record.id)
        if known is not None and known.standing is not Standing.PASSIVE:
            raise EpochStale(
                f"Object {record.id} is active here with epoch {known.record.status.epoch}; "
                f"it cannot arrive with epoch {record.status.epoch}."
            )
        if known is not None:
            # Left over from a move that failed without our hearing of it; its state is an old one.
            await self.drop(record.id)
        local = LocalObject(_with_interface(record, interface), path, runtime, Standing.PASSIVE)
        options = self._object_options(local)
        await runtime.bridge.restore(
            record.id, record.status.epoch, artifact_key(record.spec.artifact), EncodedValue(state), options, held=True
        )
        self._table.put(local)
        await self._open_chain(local, self._chains.arrived(local, manager_state))

    async def activate(self, object_id: str, epoch: int) -> None:
        """Lets a moved object answer.

        Raises:
            ObjectNotFound: It is not here.
        """
        local = self._table.get(object_id)
        if local is None or local.record.status.epoch < epoch:
            raise ObjectNotFound(f"Object {object_id} has not arrived here with epoch {epoch}.")
        if local.standing is Standing.PASSIVE:
            self._table.change(object_id, standing=Standing.ACTIVE)
            self._records.learn(local.record)
            await local.runtime.bridge.resume(object_id)

    async def drop(self, object_id: str, details: Mapping[str, Any] | None = None) -> None:
        """Ends an object here that lives elsewhere; calls that wait for it are sent after it. Nothing happens when it is not here."""
        local = self._table.remove(object_id)
        self._records.forget(object_id)
        if local is not None:
            await self._chains.left(object_id, Moved(f"Object {object_id} is not in this kernel any more.", details=details))
            await local.runtime.bridge.release(object_id, details or {})

    async def drop_listed(self, listed: Sequence[common_pb2.InstanceState]) -> None:
        """Drops objects as they were listed to the OMS. One of a later epoch stays: it has come back by a move while the OMS answered."""
        for each in listed:
            local = self._table.get(object_of(each.instance))
            if local is not None and local.record.status.epoch <= each.epoch:
                log.warning("an object of this kernel lives elsewhere now", object=object_of(each.instance))
                await self.drop(object_of(each.instance))

    async def drop_passive(self, object_id: str, epoch: int) -> None:
        """The move was given up: drops what arrived, unless it is active or of another epoch."""
        local = self._table.get(object_id)
        if local is not None and local.standing is Standing.PASSIVE and local.record.status.epoch == epoch:
            await self.drop(object_id)

    async def destroy(self, object_id: str, epoch: int) -> None:
        """Ends an object for good. One of a newer epoch stays: the order is an old one that was late."""
        local = self._table.get(object_id)
        self._records.forget(object_id)
        self._chains.forget(object_id)
        if local is None or (epoch and local.record.status.epoch > epoch):
            return
        self._table.remove(object_id)
        await self._chains.left(object_id, Moved(f"Object {object_id} was deleted."))
        await local.runtime.bridge.destroy(object_id)

    async def follow(self, record: common_pb2.ObjectRecord) -> None:
        """Takes over a changed record: its epoch, and whether it has instance managers."""
        self._records.forget(record.id)
        self._records.learn(record)
        local = self._table.get(record.id)
        if local is None or local.standing is not Standing.ACTIVE or record.status.epoch < local.record.status.epoch:
            return
        if not any(each.path == local.path for each in record.status.replicas):
            return
        changed = self._table.change(record.id, record=_with_interface(record, local.record.interface))
        assert changed is not None
        await local.runtime.bridge.epoch(record.id, record.status.epoch)
        managed = self._chains.managed(record)
        if managed:
            await local.runtime.bridge.manage(record.id, True, self._chains.proxies_only(record))
        await self._chains.changed(changed, local.record)
        if not managed:
            await local.runtime.bridge.manage(record.id, False)

    async def _open_chain(self, local: LocalObject, opening: Awaitable[None]) -> None:
        try:
            await opening
        except Exception:
            # An object whose managers cannot begin must not answer without them.
            self._table.remove(local.id)
            await local.runtime.bridge.destroy(local.id)
            raise

    async def _loaded(self, artifact: common_pb2.Artifact, tenant: str) -> tuple[Runtime, common_pb2.Interface]:
        directory = await self._artifacts.directory(artifact)
        runtime = await self._pool.runtime_for(artifact, tenant)
        plain = await runtime.load(artifact, str(directory), self._options.for_artifact(artifact))
        return runtime, to_message(plain)

    def _object_options(self, local: LocalObject) -> dict[str, Any]:
        record = local.record
        options: dict[str, Any] = {
            "managed": self._chains.managed(record),
            "proxies_only": self._chains.proxies_only(record),
            "concurrent": record.spec.concurrent,
            "own_context": record.spec.own_context,
        }
        if record.name:
            options["name"] = record.name
        return options


def _arguments(record: common_pb2.ObjectRecord) -> tuple[EncodedValue, EncodedValue]:
    return whole_array(record.spec.constructor_args or EMPTY_ARRAY), whole_map(record.spec.constructor_kwargs or EMPTY_MAP)


def _with_interface(record: common_pb2.ObjectRecord, interface: common_pb2.Interface) -> common_pb2.ObjectRecord:
    complete = common_pb2.ObjectRecord()
    complete.CopyFrom(record)
    complete.interface.CopyFrom(interface)
    return complete
