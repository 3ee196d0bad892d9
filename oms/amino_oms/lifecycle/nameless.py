"""Objects without a name: how many each maker may have, and when those go that were made for a time."""

from __future__ import annotations

import logging

from amino_wire.errors import AminoError, ArgumentInvalid, QuotaExceeded
from amino_wire.pb import common_pb2

from amino_oms.lifecycle.deletion import Deletion
from amino_oms.lifecycle.lifetime_clock import Moments
from amino_oms.lifecycle.services import Services
from amino_oms.registry.keys import EXPIRING, last_part, maker_prefix

_log = logging.getLogger(__name__)

PAUSE = 1.0
"""Seconds between two looks for objects whose time is over."""
_AT_ONCE = 200
_MAKERS = 10_000
"""Makers whose objects are not counted for each request."""
_LONGEST_MS = 1000 * 366 * 24 * 3600 * 100


class Nameless:
    """Only its maker finds an object without a name again, so each maker may have only so many.

    Arguments:
        quota: how many; 0: any number.
        moments: the clock by which objects end.
    """

    def __init__(self, services: Services, deletion: Deletion, quota: int, moments: Moments) -> None:
        self._services, self._deletion, self._quota, self._moments = services, deletion, quota, moments
        self._at_most: dict[str, int] = {}

    async def start(self) -> None:
        """To be awaited before the first request."""
        await self._moments.start()

    async def expiry(self, name: str, ttl_ms: int) -> int:
        """Answers when an object goes, by the clock of lifetimes; 0: never.

        Raises ArgumentInvalid for an object with a name, which others may rely on, and for a time that cannot be.
        """
        if not ttl_ms:
            return 0
        if name:
            raise ArgumentInvalid(f"the object {name!r} has a name and cannot have a time to live; leave one of them out")
        if not 0 < ttl_ms <= _LONGEST_MS:
            raise ArgumentInvalid(f"a time to live of {ttl_ms} ms cannot be; give at least 1 ms and at most 100 years")
        return await self._moments.now_ms() + ttl_ms

    async def admit(self, maker: str, more: int, request_id: str) -> None:
        """Raises QuotaExceeded where a maker would have more objects without a name than it may.

        A request that has been carried out before makes nothing more.
        """
        if not maker or not self._quota or not more:
            return
        at_most = self._at_most.get(maker)
        if at_most is not None and at_most + more <= self._quota:
            # Counting takes as long as the maker has objects, so what is deleted meanwhile counts until the next time.
            self._at_most[maker] = at_most + more
            return
        if await self._services.ledger.find(request_id) is not None:
            return
        there = await self._services.registry.store.count(maker_prefix(maker))
        if there + more > self._quota:
            raise QuotaExceeded(
                f"{maker} has {there} objects without a name, {more} more would be beyond its {self._quota}. Delete those that are not "
                "needed (`amino ls --nameless` lists them), give objects a name or a time to live, or start the OMS with another "
                "--max-nameless",
                details={"maker": maker, "there": there, "quota": self._quota},
            )
        self._remember(maker, there + more)

    def _remember(self, maker: str, at_most: int) -> None:
        if len(self._at_most) >= _MAKERS:
            self._at_most.clear()
        self._at_most[maker] = at_most

    async def run(self) -> None:
        """Removes objects whose time is over, until it is cancelled."""
        while True:
            await self._services.clock.sleep(PAUSE)
            try:
                await self.remove_expired()
            except AminoError as error:
                _log.warning("objects whose time to live is over are removed later: %s", error)

    async def remove_expired(self) -> None:
        """Removes the objects whose time is over."""
        store = self._services.registry.store
        while entries := (await store.range(EXPIRING, limit=_AT_ONCE)).entries:
            now = await self._moments.now_ms()
            due = [entry for entry in entries if _moment(entry.key) <= now]
            for entry in due:
                await self._remove(last_part(entry.key), now)
            if len(due) < _AT_ONCE:
                return

    async def _remove(self, object_id: str, now: int) -> None:
        stored = await self._services.registry.by_id(object_id)
        if stored is not None and stored.record.status.state != common_pb2.OBJECT_STATE_CREATING and stored.record.expires_ms <= now:
            _log.info("object %s, which %s made for a time, is removed", object_id, stored.record.maker or "somebody")
            await self._deletion.delete(object_id)


def _moment(key: str) -> int:
    return int(key.removeprefix(EXPIRING).split("/", 1)[0])
