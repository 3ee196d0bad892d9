"""A service of several over one store: it listens at once, stands by until it is its turn, and then serves at the same address."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from amino_store.cache.store_cache import StoreCache
from amino_store.etcd.store import EtcdStore
from amino_store.recipes.owner import Owner
from amino_store.recipes.ownership import LEASE, OwnedStore

from amino_oms.clock import seconds_with_suspension
from amino_oms.leadership.candidate import Candidate, Surroundings
from amino_oms.leadership.standby_reads import StandbyReads
from amino_oms.oms import Oms
from amino_oms.registry.keys import COPIED
from amino_oms.service.gate import Gate
from amino_oms.service.leader_question import LeaderQuestion, leadership_of
from amino_oms.service.server import OmsServer, guarded, listen
from amino_oms.settings import OmsSettings
from amino_oms.storage import Storage, has_ended, open_etcd, owned_storage, this_process

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Turn:
    """A service that listens. Made by `listening`."""

    server: OmsServer
    _candidate: Candidate
    _stores: list[EtcdStore]
    _gate: Gate
    _settings: OmsSettings
    _copying: asyncio.Task[None]

    async def come(self) -> Storage:
        """Returns the store when this process owns it. Others hear from then on that it leads, before it answers requests."""
        owned = await self._candidate.lead()
        await self.server.healthy(leadership_of(owned.token))
        try:
            return await owned_storage(owned, self._stores[-1], self._settings)
        except BaseException:
            await owned.close()
            raise

    async def begin(self, oms: Oms) -> None:
        """From now on the service answers."""
        self._gate.open(guarded(oms))
        self._copying.cancel()
        await self.server.serving()

    async def tell(self, oms: Oms) -> None:
        """Says, until it is cancelled, whether the store has told lately that this service leads.

        A service that is cut off from the store cannot know whether another one leads. Kernels that ask who leads must not be sent to it.
        """
        store, said = oms.services.registry.store, True
        while isinstance(store, OwnedStore):
            await asyncio.sleep(LEASE / 10)
            knows = store.age < LEASE
            if knows != said:
                _log.warning("this service %s whether it leads", "knows again" if knows else "does not know any more")
                await self.server.serving(knows)
                said = knows


@asynccontextmanager
async def listening(settings: OmsSettings) -> AsyncGenerator[Turn]:
    """Listens, answers reads that take an answer of some age, and refuses all other requests with NOT_LEADER.

    Raises:
        AddressRefused, PortTaken: as `listen`.
        OmsUnavailable, ConfigInvalid: as `open_etcd`.
    """
    watching, question, gate, stores = await open_etcd(settings), LeaderQuestion(), Gate(), list[EtcdStore]()

    async def open_store() -> EtcdStore:
        stores[:] = [await open_etcd(settings)]
        return stores[-1]

    try:
        server = await listen(gate, settings)
        me = Owner(this_process(), settings.advertise or server.address)
        around = Surroundings(open_store, question.answers, has_ended, seconds_with_suspension)
        candidate = Candidate(me, watching, around, settings.depose_after)
        cache = StoreCache(watching, COPIED, seconds_with_suspension)
        gate.refuse(candidate.refusal, StandbyReads(cache, seconds_with_suspension, f"oms {me.address}", candidate.refusal))
        copying = asyncio.create_task(cache.run(), name="copy of the store")
        try:
            yield Turn(server, candidate, stores, gate, settings, copying)
        finally:
            copying.cancel()
            await server.stop()
            await asyncio.gather(copying, return_exceptions=True)
    finally:
        await question.close()
        await watching.close()


async def unless(told: asyncio.Event, work: Awaitable[Storage]) -> Storage | None:
    """What some work gives; None where the process is told to end first."""
    working, telling = asyncio.ensure_future(work), asyncio.ensure_future(told.wait())
    try:
        await asyncio.wait((working, telling), return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else None
    finally:
        for task in (working, telling):
            task.cancel()
        await asyncio.gather(working, telling, return_exceptions=True)
