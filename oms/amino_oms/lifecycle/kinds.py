"""Kinds of objects, and their objects, each of which is made when somebody asks for it by its key.

The name of the object is derived from the kind and the key, so the store decides who makes it: a name has one object. Whatever may end
in the middle (the kernel that makes it, this service, the connection of a caller) is mended as for every other object that is made.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine
from typing import Any

from amino_wire.errors import AminoError, ArgumentInvalid, NameTaken, ObjectNotFound, TransactionConflict
from amino_wire.pb import client_pb2, common_pb2
from amino_wire.records import title_of
from amino_wire.whole import whole_array, whole_map

from amino_oms.lifecycle.creation import check_arguments
from amino_oms.lifecycle.demand import Demand, demand
from amino_oms.lifecycle.making import Making
from amino_oms.lifecycle.once import Once
from amino_oms.lifecycle.recovery import Recovery
from amino_oms.lifecycle.restart import Restart
from amino_oms.lifecycle.services import ATTEMPTS, Services
from amino_oms.lifecycle.shards import check_labels
from amino_oms.lifecycle.sleeping import check_idle
from amino_oms.placement.selector import check
from amino_oms.registry.kind_registry import KindRegistry
from amino_oms.registry.kinds import check_kind_name, differences, draft, object_name

_log = logging.getLogger(__name__)


class Kinds:
    """Registers kinds, and finds or makes their objects."""

    def __init__(self, services: Services, making: Making, attempts: Once, recovery: Recovery, restart: Restart) -> None:
        self._services, self._making, self._attempts = services, making, attempts
        self._recovery, self._restart = recovery, restart
        self.registry = KindRegistry(services.registry.store)

    async def register(self, request: client_pb2.RegisterKindRequest) -> common_pb2.KindRecord:
        """Registers a kind, or changes it for the objects that are made from now on. A kind that is there as asked for stays as it is.

        Raises NameTaken where it differs and the request does not replace it, ChainInvalid, ArgumentInvalid, ArtifactNotFound.
        """
        kind = common_pb2.KindRecord(name=request.kind.name, spec=request.kind.spec, key_argument=request.kind.key_argument)
        check_kind_name(kind.name)
        check(kind.spec.selector)
        check_labels(kind.spec.labels)
        if kind.spec.constructor_args:
            whole_array(kind.spec.constructor_args, "the array of the constructor's arguments")
        if kind.spec.constructor_kwargs:
            whole_map(kind.spec.constructor_kwargs, "the map of the constructor's named arguments")
        kind.maker, kind.spec.kind, kind.spec.class_of = request.maker, kind.name, ""
        model = common_pb2.ObjectRecord(name=kind.name, spec=kind.spec)
        self._services.coordination.check(model)
        check_idle(model, self._services.coordination)
        return await self._attempts.with_artifact(kind.spec.artifact, kind.name, lambda: self._stored(kind, request))

    async def _stored(self, kind: common_pb2.KindRecord, request: client_pb2.RegisterKindRequest) -> common_pb2.KindRecord:
        for _ in range(ATTEMPTS):
            before = await self.registry.find(kind.name)
            changed = () if before is None else differences(before.record, kind)
            if before is not None and (not changed or await self._services.ledger.find(request.request_id) is not None):
                return before.record
            if before is not None and not request.replace:
                raise NameTaken(
                    f"there is a kind {kind.name!r} with another {' and another '.join(changed)}; choose another name, or replace it "
                    "(`--replace`): objects that are made from then on are of the new form, the others stay as they are"
                )
            kind.spec.generation = 1 if before is None else before.record.spec.generation + 1
            kind.changed_ms = self._services.clock.time_ms()
            compares, also = await self._services.ledger.entry(request.request_id, kind.name)
            if await self.registry.put(before, kind, compares, also):
                return kind
        raise TransactionConflict(f"the kind {kind.name!r} was not stored since others kept changing it; try again")

    async def delete(self, request: client_pb2.DeleteKindRequest) -> None:
        """Removes a kind; its objects stay. A request that has done so before changes nothing. Raises NameNotFound."""
        for _ in range(ATTEMPTS):
            if await self._services.ledger.find(request.request_id) is not None:
                return
            stored = await self.registry.get(request.name)
            compares, also = await self._services.ledger.entry(request.request_id, request.name)
            if await self.registry.remove(stored, compares, also):
                return
        raise TransactionConflict(f"the kind {request.name!r} was not removed since others kept changing it; try again")

    async def get_or_create(self, request: client_pb2.GetOrCreateRequest) -> tuple[common_pb2.ObjectRecord, bool]:
        """The object of a kind and a key, and whether this request, or an attempt that it joined, has made it.

        Callers that would make the same object wait for one attempt and get its outcome, an error as well. A lost object that nothing
        brings back by itself is made anew, as by `restart`.

        Raises NameNotFound where there is no such kind, NameTaken where the name belongs to another object, and what making it raises.
        """
        name = object_name(request.kind, request.key)
        check_arguments(request)
        for _ in range(ATTEMPTS):
            under_way = self._attempts.running(_key(name)) is not None
            record = None if under_way else await self._holder(name)
            match demand(request.kind, record):
                case Demand.MAKE:
                    made = await self._made(request)
                    if made is not None:
                        return made, True
                case Demand.ANSWER if record is not None:
                    return record, False
                case Demand.WAIT if record is not None:
                    await self._recovery.settled(record.id)
                case Demand.BRING_BACK if record is not None:
                    brought = await self._brought_back(record)
                    if brought is not None:
                        return brought, True
                case _:
                    raise NameTaken(
                        f"the name {name!r} belongs to an object that is not of kind {request.kind!r}; delete that, or use another key",
                        details={"object": "" if record is None else record.id},
                    )
        raise TransactionConflict(f"the object {name!r} was not made since others kept changing it; try again")

    async def _holder(self, name: str) -> common_pb2.ObjectRecord | None:
        """The object that has a name, with what becomes of it if it is lost."""
        registry = self._services.registry
        pointer = await registry.holder(name)
        stored = None if pointer is None else await registry.by_id(pointer.value.decode())
        return None if stored is None else self._services.losses.say(stored.copy())

    async def _made(self, request: client_pb2.GetOrCreateRequest) -> common_pb2.ObjectRecord | None:
        """Makes the object, or joins the attempt that runs; None where the caller has to look again."""
        request_id = request.request_id
        under_way = self._attempts.running(_key(object_name(request.kind, request.key))) is not None
        object_id = None if under_way else await self._services.ledger.find(request_id)
        if object_id is not None:
            if await self._services.registry.by_id(object_id) is None and await self._services.ledger.find(request_id) is not None:
                raise ObjectNotFound(f"this request made the object {object_id}, which has been deleted since; send a new request")
            return None  # another copy of the request makes it
        wanted = draft((await self.registry.get(request.kind)).record, request)

        async def make() -> common_pb2.ObjectRecord:
            return (await self._making.make(wanted, request_id, replacing=None)).record

        return await self._attempted(wanted, make)

    async def _brought_back(self, record: common_pb2.ObjectRecord) -> common_pb2.ObjectRecord | None:
        async def restart() -> common_pb2.ObjectRecord:
            stored, origin = await self._restart.restart(record.id)
            if origin == client_pb2.RestartResponse.ORIGIN_ANEW:
                _log.warning(
                    "object %s was lost and is made anew, without the state that it had: no manager of it saves that", title_of(record)
                )
            return stored.record

        try:
            return await self._attempted(record, restart)
        except (ArgumentInvalid, ObjectNotFound, TransactionConflict):
            return None  # others have brought it back, or deleted it

    async def _attempted(
        self, wanted: common_pb2.ObjectRecord, make: Callable[[], Coroutine[Any, Any, common_pb2.ObjectRecord]]
    ) -> common_pb2.ObjectRecord | None:
        joined = self._attempts.running(_key(wanted.name))
        try:
            return await self._attempts.run(_key(wanted.name), wanted, make)
        except NameTaken:
            return None  # by whom is seen by looking again
        except AminoError:
            if joined is None or joined.draft.spec == wanted.spec:
                raise
            return None  # others wanted the object to be made with other arguments


def _key(name: str) -> tuple[str, str]:
    return ("of a kind", name)
