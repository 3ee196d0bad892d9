"""Holds of a revision: who reads one for long says so in the store, and what it names stays for that while."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from amino_wire.errors import AminoError

from amino_store.errors import LeaseEnded
from amino_store.store import Store
from amino_store.transaction import Put, Transaction

HOLDS = "/holds/"
"""<a name> → the revision that is held. It falls with the lease of the process that reads."""
LENGTH = 60.0
"""Seconds after the end of that process until nothing is held any more."""
MOST_HISTORIES = 10
"""How many times as much history as otherwise is kept for a hold at most."""


@asynccontextmanager
async def holding(store: Store) -> AsyncGenerator[None]:
    """Holds the present revision, and all later ones, for as long as the block lasts.

    Arguments:
        store: of a cluster.

    Raises what `Store.commit` and `Store.grant` raise.
    """
    lease = await store.grant(LENGTH)
    keeping: asyncio.Task[None] | None = None
    try:
        revision = await store.revision()
        await store.commit(Transaction(then=(Put(HOLDS + secrets.token_hex(8), str(revision).encode(), lease),)))
        keeping = asyncio.create_task(_keep(store, lease), name="hold of a revision")
        yield
    finally:
        if keeping is not None:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)
        with suppress(AminoError):
            await store.revoke(lease)


async def is_held(store: Store) -> bool:
    """Whether somebody reads an earlier revision, so that what it names has to stay."""
    return await store.count(HOLDS) > 0


async def first_held(store: Store) -> int | None:
    """The earliest revision that is held; None: none is."""
    page = await store.range(HOLDS)
    return min((int(entry.value) for entry in page.entries), default=None)


async def _keep(store: Store, lease: int) -> None:
    while True:
        await asyncio.sleep(LENGTH / 4)
        with suppress(AminoError):
            try:
                await store.keep_alive(lease)
            except LeaseEnded:
                return
