"""One process at a time works on a store that several can reach: it holds a token that fences it, and a lease that says it lives."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from amino_wire.errors import AminoError

from amino_store.errors import LeaseEnded, StoreFailed, StoreInUse
from amino_store.recipes.fenced import FencedStore
from amino_store.store import Store
from amino_store.transaction import Compare, Entry, EventKind, Put, Transaction

OWNER = "/owner"
"""The process that works on the store, or did last. The revision of this key is the token, and grows with every owner."""
LIVING = "/owner-lives"
"""Falls with the owner's lease."""
LEASE = 3.0
"""Seconds after its last sign of life for which an owner is taken for alive."""
_WAIT = 4.0
"""Seconds that somebody who wants to be the owner waits, beyond a lease, for the one before to end."""

_log = logging.getLogger(__name__)


class OwnedStore(FencedStore):
    """A store that this process owns until it closes it, or until somebody else takes it. Made by `take`.

    An owner whose lease ends, since the store was out of reach, say, remains the owner until somebody else takes the store. So a
    lease decides only who may come next, and never whether a change is done: that the token does.
    """

    def __init__(self, store: Store, who: str, token: int, lease: int) -> None:
        super().__init__(store, OWNER, token)
        self._who, self._lease = who, lease
        self._keeping = asyncio.create_task(self._keep(), name="sign of life of the owner of the store")

    @staticmethod
    async def take(store: Store, who: str, *, ended: Callable[[str], bool] = lambda _: False, wait: float = LEASE + _WAIT) -> OwnedStore:
        """Becomes the owner, at once where nobody is or `ended` says that the owner's process has ended, else when its lease ends.

        Arguments:
            store: open.
            who: this process, as `ended` and messages of others read it.
            ended: whether a process, by what it said of itself, is known to have ended.
            wait: seconds to wait for an owner that may have ended.

        Raises:
            StoreInUse: the owner lives.
        """
        try:
            async with asyncio.timeout(wait):
                while True:
                    living = await store.get(LIVING)
                    if living is not None and not ended(living.value.decode(errors="replace")):
                        await _gone(store, living)
                        continue
                    free = Compare.absent(LIVING) if living is None else Compare.unchanged(living)
                    # Not earlier: it would end while this process waits for the owner's.
                    lease = await store.grant(LEASE)
                    puts = (Put(OWNER, who.encode()), Put(LIVING, who.encode(), lease))
                    outcome = await store.commit(Transaction((free,), puts))
                    if outcome.succeeded:
                        return OwnedStore(store, who, outcome.revision, lease)
                    await store.revoke(lease)
        except TimeoutError:
            owner = await store.get(LIVING)
            name = "nobody any more" if owner is None else owner.value.decode(errors="replace")
            raise StoreInUse(
                f"another object management service works on this store: {name}. Stop it first, or give another prefix behind "
                "the members of --store"
            ) from None

    async def close(self) -> None:
        """See Store. The next process can have the store at once."""
        if not self._keeping.done():
            await self.give_up()
        await super().close()

    async def give_up(self) -> None:
        """Lets the next process have the store at once."""
        self._keeping.cancel()
        await asyncio.gather(self._keeping, return_exceptions=True)
        try:
            await self.revoke(self._lease)
        except AminoError as error:
            _log.info("the next owner of the store waits until a lease has ended: %s", error)

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(LEASE / 4)
            try:
                await self.keep_alive(self._lease)
            except LeaseEnded:
                if not await self._live_again():
                    return
            except AminoError as error:
                _log.warning("the store was not told that this process lives: %s", error)

    async def _live_again(self) -> bool:
        """Says anew that this process lives; False where another one has taken the store."""
        try:
            self._lease = await self.grant(LEASE)
            await self.commit(Transaction(then=(Put(LIVING, self._who.encode(), self._lease),)))
        except StoreFailed as error:
            _log.critical("%s", error)
            return False
        except AminoError as error:
            _log.warning("the store was not told that this process lives: %s", error)
        return True


async def _gone(store: Store, living: Entry) -> None:
    """Waits until somebody's sign of life is no longer there."""
    async for events in store.watch(LIVING, living.modified + 1):
        if any(event.kind is EventKind.DELETE and event.entry.key == LIVING for event in events):
            return
