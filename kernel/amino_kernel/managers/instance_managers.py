"""The instance managers of this kernel's instances: opened, exchanged, frozen and ended as `instances/lifecycle.py` says."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import structlog
from amino_dms.api import Arrival, Purpose
from amino_dms.runtime.instance_chain import InstanceChain
from amino_dms.runtime.records import view_of
from amino_wire.errors import Moved, as_error
from amino_wire.instances import number_of
from amino_wire.values import encode

from amino_kernel.instances.instance import Happening
from amino_kernel.instances.local_instance import LocalInstance, Passage
from amino_kernel.managers.compiled import CompiledChains
from amino_kernel.managers.object_hosts import KernelInstanceHost
from amino_kernel.managers.state_check import check_state
from amino_kernel.managers.surroundings import Surroundings

log = structlog.get_logger(__name__)

OPENING, EXCHANGE, MOVE = "opening", "exchange", "move"
"""The reasons for which a chain is held closed."""


class InstanceManagers:
    """Opens, exchanges and ends the managers of instances. Each of them belongs to one instance, and ends with it."""

    def __init__(self, compiled: CompiledChains) -> None:
        self._compiled = compiled
        self._closing: set[asyncio.Task[None]] = set()

    async def open(self, local: LocalInstance, around: Surroundings) -> None:
        """Makes the managers of an instance; calls wait in them until they have begun. Raises why they could not begin."""
        chain = await self._made(local, around)
        local.managers = chain
        try:
            await self._begin(local, chain, around, local.passage)
        except BaseException:
            local.managers = None
            raise
        local.passage = Passage(local.passage.arrival)
        chain.thaw(OPENING)

    async def exchange(self, local: LocalInstance, around: Surroundings) -> Happening:
        """Exchanges the managers of an instance for those of its record. Promises of a manager to callers, such as leases, hold on
        if the manager is in the new chain as well."""
        record, old = local.record, local.managers
        passage = local.passage
        try:
            new = await self._made(local, around) if record.spec.deployment_managers else None
            if old is not None:
                passage = Passage(Arrival.ATTACHED, await self._taken_along(local, old))
        except Exception as error:
            log.warning(
                "the managers of an object stay, since they could not be exchanged", object=local.name, error=as_error(error).message
            )
            if old is not None:
                old.thaw(EXCHANGE)
            return Happening.EXCHANGE_REFUSED
        local.managers, local.passage = new, Passage(Arrival.ATTACHED, passage.saved)
        if old is not None:
            await old.close(stay={each.name for each in record.spec.deployment_managers})
        if new is None or local.gone:
            return await self._ended(local, new)
        try:
            await self._begin(local, new, around, local.passage)
        except Exception as error:
            log.error("no manager answers for an object: the new ones could not begin", object=local.name, error=as_error(error).message)
            local.managers = None
            return Happening.EXCHANGE_FAILED
        if not local.gone:
            local.passage = Passage(Arrival.ATTACHED)
            new.thaw(OPENING)
            return Happening.EXCHANGED
        return await self._ended(local, new)

    async def close(self, local: LocalInstance, moved: Moved) -> None:
        """Ends the managers of an instance; calls that wait in them get `moved`."""
        chain, local.managers = local.managers, None
        if chain is not None:
            chain.release(moved)
            await chain.close()

    def abandon(self, local: LocalInstance, moved: Moved) -> None:
        """From now on nothing that the managers do reaches the object, which may be another instance soon."""
        chain, local.managers = local.managers, None
        if chain is not None:
            chain.abandon(moved)
            task = asyncio.ensure_future(chain.close())
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)

    async def closed(self) -> None:
        """Returns when those have ended that were abandoned."""
        await asyncio.gather(*self._closing, return_exceptions=True)

    async def _ended(self, local: LocalInstance, chain: InstanceChain | None) -> Happening:
        if chain is not None:
            local.managers = None
            await chain.close()
        return Happening.EXCHANGED

    async def _made(self, local: LocalInstance, around: Surroundings) -> InstanceChain:
        host = KernelInstanceHost(around, local)
        chain = InstanceChain(self._compiled.of(local.record), view_of(local.record), host, number_of(local.path))
        await chain.freeze(OPENING)
        return chain

    async def _begin(self, local: LocalInstance, chain: InstanceChain, around: Surroundings, passage: Passage) -> None:
        if passage.arrival in (Arrival.CREATED, Arrival.ATTACHED):
            await check_state(chain.chain, KernelInstanceHost(around, local))
        await chain.open(passage.arrival, passage.saved)

    async def _taken_along(self, local: LocalInstance, old: InstanceChain) -> Mapping[str, Any]:
        await old.freeze(EXCHANGE)
        stay = {each.name for each in local.record.spec.deployment_managers}
        old.goes_on(stay)
        saved = {name: known for name, known in (await old.save(Purpose.MOVE)).items() if name in stay}
        await old.detach(stay)
        return saved


async def state_of(local: LocalInstance) -> bytes:
    """The state that the managers of an instance take along on a move, encoded."""
    return encode(await local.managers.save(Purpose.MOVE)) if local.managers is not None else b""
