"""One process at a time works on a store that several can reach: it holds a token that fences it, and a lease that says it lives."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable

from amino_wire.errors import AminoError

from amino_store.errors import LeaseEnded, StoreFailed, StoreInUse
from amino_store.recipes.fenced import FencedStore
from amino_store.recipes.owner import LIVING, OWNER, UNREST, Owner, Standing, standing
from amino_store.store import Store
from amino_store.transaction import Compare, Entry, EventKind, Put, Transaction

LEASE = 3.0
"""Seconds after its last sign of life for which an owner is taken for alive."""
CALM = 120.0
"""Seconds without a deposed owner after which it is forgotten that any was."""
_WAIT = 4.0
"""Seconds that somebody who wants to be the owner waits, beyond a lease, for the one before to end."""

_log = logging.getLogger(__name__)


class OwnedStore(FencedStore):
    """A store that this process owns until it closes it, or until somebody else takes it. Made by `take` or `claim`.

    An owner whose lease ends, since the store was out of reach, say, remains the owner until somebody else takes the store. So a
    lease decides only who may come next, and never whether a change is done: that the token does.
    """

    def __init__(self, store: Store, me: Owner, token: int, lease: int, clock: Callable[[], float]) -> None:
        super().__init__(store, OWNER, token)
        self._me, self._lease, self._clock = me, lease, clock
        self._looked = clock()
        self._looking = asyncio.Lock()
        self._keeping = asyncio.create_task(self._keep(), name="sign of life of the owner of the store")

    @property
    def token(self) -> int:
        """Greater than that of every owner before."""
        return self._token

    @property
    def age(self) -> float:
        """Seconds since the store has told last that this process owns it."""
        return self._clock() - self._looked

    @staticmethod
    async def take(
        store: Store,
        me: Owner,
        *,
        ended: Callable[[str], bool] = lambda _: False,
        wait: float = LEASE + _WAIT,
        clock: Callable[[], float] = time.monotonic,
    ) -> OwnedStore:
        """Becomes the owner, at once where nobody is or `ended` says that the owner's process has ended, else when its lease ends.

        Arguments:
            store: open.
            me: this process, as `ended` and messages of others read it.
            ended: whether a process, by what it said of itself, is known to have ended.
            wait: seconds to wait for an owner that may have ended.
            clock: see `claim`.

        Raises:
            StoreInUse: the owner lives.
        """
        try:
            async with asyncio.timeout(wait):
                while True:
                    seen = await standing(store)
                    if seen.living is not None and seen.lives is not None and not ended(seen.lives.who):
                        await _gone(store, seen.living)
                    elif (owned := await claim(store, me, seen, clock=clock)) is not None:
                        return owned
        except TimeoutError:
            owner = (await standing(store)).lives
            raise StoreInUse(
                f"another object management service works on this store: {owner or 'nobody any more'}. Stop it first, or give another "
                "prefix behind the members of --store"
            ) from None

    async def confirm(self, within: float) -> None:
        """See Store."""
        asked = self._clock()
        async with self._looking:
            # A look that began after the question is new enough for it, however many have asked meanwhile.
            if self._looked <= asked and self._clock() - self._looked >= within:
                await self._look()

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
                # A lease goes on where another process has deposed this one: only the token tells.
                await self._look()
                await self.keep_alive(self._lease)
            except LeaseEnded:
                if not await self._live_again():
                    return
            except StoreFailed as error:
                _log.critical("%s", error)
                return
            except AminoError as error:
                _log.warning("the store was not told that this process lives: %s", error)

    async def _look(self) -> None:
        """Looks whether this process is the owner. Raises StoreFailed where it is not."""
        begun = self._clock()
        await self.check_token()
        self._looked = max(self._looked, begun)

    async def _live_again(self) -> bool:
        """Says anew that this process lives; False where another one has taken the store."""
        try:
            lease = await self.grant(LEASE)
            await self.commit(Transaction(then=(Put(LIVING, self._me.value(), lease),)))
            # Not earlier: while the lease before has ended, it is tried again.
            self._lease = lease
        except StoreFailed as error:
            _log.critical("%s", error)
            return False
        except AminoError as error:
            _log.warning("the store was not told that this process lives: %s", error)
        return True


async def claim(
    store: Store, me: Owner, seen: Standing, *, depose: bool = False, clock: Callable[[], float] = time.monotonic
) -> OwnedStore | None:
    """Becomes the owner if everything is as it was seen; None: something has changed since.

    Arguments:
        store: a client of the store that no owner since then has known of, and so has not shut out.
        me: this process.
        seen: the keys as they were read. Whether the owner before may be followed is the caller's decision.
        depose: the owner lives, as far as its lease tells; afterwards it can change nothing any more.
        clock: gives seconds, those in which the machine was suspended among them: how old the last look at the token is.
    """
    # Not earlier: a lease would end while its process waits for the owner's.
    lease = await store.grant(LEASE)
    compares = [Compare.absent(OWNER) if seen.owner is None else Compare.unchanged(seen.owner)]
    puts = [Put(OWNER, me.value()), Put(LIVING, me.value(), lease)]
    if depose:
        puts.append(Put(UNREST, b"%d" % (seen.unrest + 1), await store.grant(CALM)))
    else:
        compares.append(Compare.absent(LIVING) if seen.living is None else Compare.unchanged(seen.living))
    outcome = await store.commit(Transaction(tuple(compares), tuple(puts)))
    if outcome.succeeded:
        return OwnedStore(store, me, outcome.revision, lease, clock)
    await store.revoke(lease)
    return None


async def _gone(store: Store, living: Entry) -> None:
    """Waits until somebody's sign of life is no longer there."""
    async for events in store.watch(LIVING, living.modified + 1):
        if any(event.kind is EventKind.DELETE and event.entry.key == LIVING for event in events):
            return
