"""An older copy of the store is noticed: by what the folder of artifacts has kept, and by what kernels have seen."""

from __future__ import annotations

import asyncio
import logging
from random import Random

from amino_store.errors import StoreUnfinished
from amino_store.mark import Lineage, Mark
from amino_store.marks import Marks
from amino_store.store import Store
from amino_store.transaction import Delete, Operation, Put, Transaction
from amino_wire.errors import StoreOutdated
from amino_wire.pb import oms_pb2

from amino_oms.registry.keys import FORMAT, LINEAGE, MOVED, UNFINISHED
from amino_oms.registry.store_format import check_format, format_put

_log = logging.getLogger(__name__)

KEEP_SECONDS = 5.0
"""How old what the folder of artifacts has kept may be."""
_REMEDY = (
    "Stop the service and bring back the newest copy. If there is none, start it once with `amino oms --accept-older-store` "
    "(with the --data-dir of the folder, also where `amino up` uses it): then all that it does not know of is given up"
)


class StoreHistory:
    """Tells others how far the store has come, and refuses to work on a store that is behind what they have seen.

    Arguments:
        store: open.
        marks: keep a mark of the store, outside its database.
        random: where the names of lineages come from.
        accept_older: the operator gives up what an older store lacks.
    """

    def __init__(self, store: Store, marks: Marks, random: Random, *, accept_older: bool = False) -> None:
        self._store, self._marks, self._random, self._accept_older = store, marks, random, accept_older
        self._lineage = Lineage()
        self._kept: Mark | None = None

    async def start(self) -> None:
        """Raises StoreOutdated where the store is behind what was kept of it, or all of it was moved to another store; StoreUnfinished
        where it was not filled to its end; StoreIncompatible where another version wrote it.

        Nothing has been changed then.
        """
        said = await self._store.get(FORMAT)
        check_format(said, "the store of the object management service")
        unfinished = await self._store.get(UNFINISHED)
        if unfinished is not None:
            raise StoreUnfinished.of(unfinished.value)
        moved = await self._store.get(MOVED)
        if moved is not None and not self._accept_older:
            raise _left_for(moved.value.decode())
        entry = await self._store.get(LINEAGE)
        lineage = Lineage() if entry is None else Lineage.of(entry.value.decode())
        seen = await self._marks.mark()
        if seen is not None and lineage.lacks(self._store.durable_revision(), seen) and not self._accept_older:
            raise self._outdated("the folder of artifacts beside it", seen)
        changes: list[Operation] = [format_put()] if said is None else []
        if not lineage.names or self._accept_older:
            lineage = lineage.renamed(f"{self._random.getrandbits(64):016x}")
            changes += (Put(LINEAGE, lineage.text().encode()), Delete(MOVED))
        if changes:
            await self._store.commit(Transaction(then=tuple(changes)))
        self._lineage = lineage
        await self.keep()

    def mark(self) -> oms_pb2.StoreMark:
        """What kernels are to remember of the store."""
        mark = self._mark()
        return oms_pb2.StoreMark(lineage=mark.lineage, revision=mark.revision)

    def check(self, request: oms_pb2.RegisterKernelRequest) -> None:
        """Raises StoreOutdated where a kernel has seen more of the store than there is.

        A store of another lineage is refused only by a kernel that has instances, which would be dropped: a kernel
        without instances may begin anew with another service.
        """
        if not request.HasField("seen") or not request.seen.lineage:
            return
        seen = Mark(request.seen.lineage, request.seen.revision)
        begins_anew = not self._lineage.knows(seen) and not request.instances
        if not begins_anew and self._lineage.lacks(self._store.durable_revision(), seen):
            error = self._outdated(f"kernel {request.kernel_id}", seen)
            _log.critical("%s", error)
            raise error

    async def run(self) -> None:
        """Keeps the mark up to date until cancelled."""
        while True:
            await asyncio.sleep(KEEP_SECONDS)
            await self.keep()

    async def keep(self) -> None:
        """Writes down how far the store has come; nothing happens before `start` has ended well."""
        if self._lineage.names and (mark := self._mark()) != self._kept:
            try:
                await self._marks.set_mark(mark)
                self._kept = mark
            except OSError as error:
                _log.warning("how far the store has come was not written down: %s", error)

    def _mark(self) -> Mark:
        return self._lineage.mark(self._store.durable_revision())

    def _outdated(self, witness: str, seen: Mark) -> StoreOutdated:
        found = self._store.durable_revision()
        return StoreOutdated(
            f"the store of the object management service is at revision {found} and lacks changes that {witness} has seen "
            f"(revision {seen.revision}): an old copy was brought back, or the folder was exchanged. {_REMEDY}",
            details={"found": found, "seen": seen.revision},
        )


def _left_for(place: str) -> StoreOutdated:
    return StoreOutdated(
        f"all that the store of the object management service holds was moved to {place}: start the service there. To go on with this "
        "store instead, start it once with `amino oms --accept-older-store`; then all that the other one has learned since is given up",
        details={"moved": place},
    )
