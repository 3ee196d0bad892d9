"""Shards of divided objects: objects of their own, which their object's coordinator has made, and which end with it.

A shard has no name. Its labels say of which object it is (the index by which its object finds it) and how messages call it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Container, Sequence
from contextlib import suppress

from amino_wire.errors import ArgumentInvalid, ChainInvalid, NotFound, ObjectNotFound
from amino_wire.pb import client_pb2, common_pb2
from amino_wire.records import SHARD_NAME, SHARD_OF, name_of, title_of

from amino_oms.lifecycle.attachment import Attachment
from amino_oms.lifecycle.deletion import Deletion
from amino_oms.lifecycle.making import Making
from amino_oms.lifecycle.services import Services
from amino_oms.registry.listing import all_shards, shards_of
from amino_oms.registry.records import Stored, same_chain

_log = logging.getLogger(__name__)
_OWN_LABELS = (SHARD_OF, SHARD_NAME)


class Shards:
    """See `amino_oms.coordination.coordination.ShardOrders`. Whatever ends in the middle, an order given again makes the same shard."""

    def __init__(self, services: Services, making: Making, attachment: Attachment, deletion: Deletion) -> None:
        self._services, self._making, self._attachment, self._deletion = services, making, attachment, deletion

    async def make(self, owner_id: str, numbers: Sequence[int], version: int) -> list[str]:
        """Makes shards of an object, or gives those that are there their chain; answers their ids. For each version of the map of shards, a
        shard of a number is made once.

        Raises ObjectNotFound where the object was deleted, ChainInvalid where it divides nothing, and what making or attaching raises.
        """
        owner = await self._owner(owner_id)
        managers = self._services.coordination.shard_managers(owner)
        if managers is None:
            raise ChainInvalid(f"object {title_of(owner)} has no deployment manager that divides it")
        there = await self._there(owner_id)
        works = [self._made(_draft(owner, number, managers), number, version, there.get(number)) for number in numbers]
        results = await asyncio.gather(*works, return_exceptions=True)
        made = [result for result in results if isinstance(result, str)]
        if made and await self._services.registry.by_id(owner_id) is None:
            await asyncio.gather(*map(self._deleted, made))
            raise ObjectNotFound(f"the object {title_of(owner)} was deleted while its shards were made")
        for result in results:
            if isinstance(result, BaseException):
                raise result
        return made

    async def _made(self, draft: common_pb2.ObjectRecord, number: int, version: int, stored: Stored | None) -> str:
        # A shard that is being made is left to `Making`, which knows the request.
        if stored is None or stored.record.status.state == common_pb2.OBJECT_STATE_CREATING:
            stored = await self._newly_made(draft, f"{draft.spec.labels[SHARD_OF]}/shard/{number}" + (f"/{version}" if version else ""))
        managers = list(draft.spec.deployment_managers)
        if not same_chain(stored.record, managers):
            await self._attachment.attach(client_pb2.AttachRequest(name_or_id=stored.record.id, deployment_managers=managers))
        return stored.record.id

    async def _newly_made(self, draft: common_pb2.ObjectRecord, request_id: str) -> Stored:
        """A shard by the first request that has made none yet: an attempt whose coordinators failed leaves its request used up."""
        attempt = 1
        while True:
            try:
                return await self._making.make(draft, f"{request_id}#{attempt}", replacing=None)
            except ObjectNotFound:
                await self._owner(draft.spec.labels[SHARD_OF])
                attempt += 1

    async def end(self, owner_id: str, number: int) -> None:
        """See `ShardOrders.end`."""
        stored = (await self._there(owner_id)).get(number)
        if stored is not None:
            await self._deleted(stored.record.id)

    async def hinders_split(self, owner_id: str) -> str | None:
        """See `ShardOrders.hinders_split`. Raises ObjectNotFound where the object was deleted."""
        return self._services.coordination.hinders_split(await self._owner(owner_id))

    async def sweep(self) -> None:
        """Ends the shards that an earlier process has left behind when it ended between an object and its shards."""
        registry = self._services.registry
        found = await all_shards(registry.store)
        gone = {owner_id for owner_id in {owner for owner, _ in found} if await registry.by_id(owner_id) is None}
        for owner_id, shard_id in found:
            if owner_id in gone:
                _log.info("shard %s is removed, since its object %s was deleted", shard_id, owner_id)
                await self._deleted(shard_id)

    async def refuse(self, name_or_id: str, what: str) -> None:
        """Raises ArgumentInvalid, with what to do, where a request would take a shard out of its object's hands."""
        stored = await self._services.registry.by_id(name_or_id)
        owner_id = "" if stored is None else stored.record.spec.labels.get(SHARD_OF, "")
        owner = await self._services.registry.by_id(owner_id) if owner_id else None
        if stored is not None and owner is not None:
            raise ArgumentInvalid(
                f"object {title_of(stored.record)} is a shard and cannot be {what} by itself; it goes with object {name_of(owner.record)}",
                details={"object": stored.record.id, "owner": owner_id},
            )

    async def _owner(self, owner_id: str) -> common_pb2.ObjectRecord:
        stored = await self._services.registry.by_id(owner_id)
        if stored is None:
            raise ObjectNotFound(f"the object {owner_id} was deleted")
        return stored.record

    async def _there(self, owner_id: str) -> dict[int, Stored]:
        """The shards of an object, by number."""
        registry = self._services.registry
        found = [await registry.by_id(shard_id) for shard_id in await shards_of(registry.store, owner_id)]
        return {int(each.record.spec.labels[SHARD_NAME].rpartition("#")[2]): each for each in found if each is not None}

    async def _deleted(self, shard_id: str) -> None:
        with suppress(NotFound):
            await self._deletion.delete(shard_id)


def check_labels(labels: Container[str]) -> None:
    """Raises ArgumentInvalid for labels that only the service gives."""
    for label in _OWN_LABELS:
        if label in labels:
            raise ArgumentInvalid(f"the label {label!r} says of which object a shard is, and only the OMS gives it; choose another label")


def _draft(owner: common_pb2.ObjectRecord, number: int, managers: list[common_pb2.DeploymentManagerSpec]) -> common_pb2.ObjectRecord:
    """The record of a shard, without place: as its object was made, but for the chain and the labels."""
    draft = common_pb2.ObjectRecord(spec=owner.spec, maker="object " + owner.id)
    draft.spec.generation, draft.spec.kind, draft.spec.idle_ms = 1, "", 0
    del draft.spec.deployment_managers[:]
    draft.spec.deployment_managers.extend(managers)
    draft.spec.labels.clear()
    draft.spec.labels[SHARD_OF], draft.spec.labels[SHARD_NAME] = owner.id, f"{name_of(owner)}#{number}"
    return draft
