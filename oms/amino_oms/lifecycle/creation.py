"""Objects come to be: registered with a name and a class, or as further instances of one (Amino paper III.B, steps 1 and 2)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import Any, TypeVar

from amino_wire.errors import ArgumentInvalid
from amino_wire.pb import client_pb2, common_pb2
from amino_wire.whole import whole_array, whole_map

from amino_oms.lifecycle.batch_making import Batch, BatchMaking
from amino_oms.lifecycle.deletion import Deletion
from amino_oms.lifecycle.gathering import Gathering
from amino_oms.lifecycle.making import Making
from amino_oms.lifecycle.nameless import Nameless
from amino_oms.lifecycle.once import Once
from amino_oms.lifecycle.replacement import Replacement
from amino_oms.lifecycle.services import Services
from amino_oms.lifecycle.shards import check_labels
from amino_oms.lifecycle.sleeping import check_idle
from amino_oms.placement.selector import check
from amino_oms.registry.identity import check_name
from amino_oms.registry.records import Stored

Made = TypeVar("Made")

BATCH_LIMIT = 1000
"""How many instances may be made by one request."""


class Creation:
    """Turns requests into drafts of records and has them made, each request once."""

    def __init__(
        self, services: Services, making: Making, batches: BatchMaking, deletion: Deletion, nameless: Nameless, attempts: Once
    ) -> None:
        self._nameless, self._attempts = nameless, attempts
        self._services, self._making, self._batches, self._deletion = services, making, batches, deletion
        self._gathering = Gathering(services, batches, attempts)

    async def register(self, request: client_pb2.RegisterRequest) -> Stored:
        """Registers a class under a name, with its first instance. Raises NameTaken unless the request replaces the object of that name."""
        check_name(request.name)
        check_labels(request.labels)
        check(request.selector)
        check_arguments(request)
        spec = common_pb2.ObjectSpec(
            generation=1,
            artifact=request.artifact,
            constructor_args=request.args,
            constructor_kwargs=request.kwargs,
            concurrent=request.concurrent,
            own_context=request.own_context,
        )
        replacement = Replacement(request, self._services.coordination)
        replacement.complete(spec, await self._replaced(request))
        draft = common_pb2.ObjectRecord(name=request.name, spec=spec, maker=request.maker)
        self._services.coordination.check(draft)
        check_idle(draft, self._services.coordination)
        making, request_id, replacing = self._making, request.request_id, replacement if request.replace else None
        return await self._once("one", request_id, draft, lambda: making.make(draft, request_id, replacing=replacing))

    async def _replaced(self, request: client_pb2.RegisterRequest) -> common_pb2.ObjectRecord | None:
        """The object that gives up its name to the new one, if there is one."""
        registry = self._services.registry
        holder = await registry.holder(request.name) if request.replace else None
        old = None if holder is None else await registry.by_id(holder.value.decode())
        return None if old is None else old.record

    async def create(self, request: client_pb2.CreateRequest) -> common_pb2.ObjectRecord:
        """Makes a further instance of the class of a registered object. Raises NameNotFound where there is none of that name."""
        if request.name:
            check_name(request.name)
        check_arguments(request)
        expires_ms = await self._nameless.expiry(request.name, request.ttl_ms)
        await self._nameless.admit(request.maker, 0 if request.name else 1, request.request_id)
        draft = await self._model(request)
        kind = draft.spec.SerializeToString(deterministic=True)  # before the arguments
        draft.maker, draft.expires_ms = request.maker, expires_ms
        draft.name, draft.spec.constructor_args, draft.spec.constructor_kwargs = request.name, request.args, request.kwargs
        if draft.spec.deployment_managers:
            making = self._making
            stored = await self._once("one", request.request_id, draft, lambda: making.make(draft, request.request_id, replacing=None))
            return stored.record
        if request.name:
            make = partial(self._batches.make, [draft], request.request_id)
        else:
            make = partial(self._gathering.make, draft, request.request_id, kind)
        return (await self._once("batch", request.request_id, draft, make)).first()

    async def create_many(self, request: client_pb2.CreateManyRequest) -> Batch:
        """Makes many further instances, all or none. Raises ArgumentInvalid for too many, or names given twice; else as `create`."""
        names = [instance.name for instance in request.instances if instance.name]
        for name in names:
            check_name(name)
        if not 0 < len(request.instances) <= BATCH_LIMIT or len(set(names)) < len(names):
            raise ArgumentInvalid(
                f"{len(request.instances)} instances with {len(set(names))} different names out of {len(names)} cannot be made at once; "
                f"give 1 to {BATCH_LIMIT} instances, and each name once"
            )
        for instance in request.instances:
            check_arguments(instance)
        await self._nameless.admit(request.maker, len(request.instances) - len(names), request.request_id)
        drafts: list[common_pb2.ObjectRecord] = []
        model = await self._model(request)
        model.maker = request.maker
        for instance in request.instances:
            draft = common_pb2.ObjectRecord()
            draft.CopyFrom(model)
            draft.expires_ms = await self._nameless.expiry(instance.name, request.ttl_ms)
            draft.name, draft.spec.constructor_args, draft.spec.constructor_kwargs = instance.name, instance.args, instance.kwargs
            drafts.append(draft)
        if model.spec.deployment_managers:
            return await self._once("batch", request.request_id, model, lambda: self._one_by_one(drafts, request.request_id))
        return await self._once("batch", request.request_id, model, lambda: self._batches.make(drafts, request.request_id))

    async def _model(self, request: client_pb2.CreateRequest | client_pb2.CreateManyRequest) -> common_pb2.ObjectRecord:
        """The draft of a further instance, without name and arguments."""
        check(request.selector)
        check_labels(request.labels)
        model = (await self._services.registry.find(request.class_name)).record
        spec = common_pb2.ObjectSpec(
            generation=1,
            class_of=model.spec.class_of or model.id,
            artifact=model.spec.artifact,
            deployment_managers=model.spec.deployment_managers,
            selector=request.selector if request.HasField("selector") else model.spec.selector,
            labels=request.labels,
            concurrent=model.spec.concurrent,
            own_context=model.spec.own_context,
            idle_ms=model.spec.idle_ms,
        )
        return common_pb2.ObjectRecord(spec=spec)

    async def _one_by_one(self, drafts: Sequence[common_pb2.ObjectRecord], request_id: str) -> Batch:
        """Objects with deployment managers, which may be called while they are made, each by a request of its own."""
        ids = [f"{request_id}/{number}" if request_id else "" for number in range(len(drafts))]
        making = (self._making.make(draft, each, replacing=None) for draft, each in zip(drafts, ids, strict=True))
        outcomes = await asyncio.gather(*making, return_exceptions=True)
        made = [outcome for outcome in outcomes if not isinstance(outcome, BaseException)]
        if len(made) == len(drafts):
            return Batch.of([stored.copy() for stored in made])
        await asyncio.gather(*(self._deletion.delete(stored.record.id) for stored in made), return_exceptions=True)
        raise next(outcome for outcome in outcomes if isinstance(outcome, BaseException))

    async def _once(
        self, kind: str, request_id: str, draft: common_pb2.ObjectRecord, make: Callable[[], Coroutine[Any, Any, Made]]
    ) -> Made:
        """See `Once.run`: attempts of one request are one."""
        return await self._attempts.run((kind, request_id) if request_id else None, draft, make)


def check_arguments(
    given: client_pb2.RegisterRequest | client_pb2.CreateRequest | client_pb2.Instance | client_pb2.GetOrCreateRequest,
) -> None:
    """Raises ValueInvalid unless they can be put into a frame: they are not looked into here, and only passed on."""
    if given.args:
        whole_array(given.args, "the array of the constructor's arguments")
    if given.kwargs:
        whole_map(given.kwargs, "the map of the constructor's named arguments")
