"""A disk without room, and one whose commits end in doubt, as the service sees them through its store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from amino_oms.oms import Oms
from amino_store.errors import StoreFailed, StoreFull
from amino_store.transaction import Outcome, Transaction

from tests.unit.held_commits import Wanted


def everything(_: Transaction) -> bool:
    """Every transaction."""
    return True


@contextmanager
def full_disk(oms: Oms, wanted: Wanted = everything) -> Iterator[None]:
    """Within the block there is no room for `wanted` transactions, nor for any that come after the first of them."""
    store, full = oms.services.registry.store, False
    commit, grant = store.commit, store.grant

    async def refused(transaction: Transaction) -> Outcome:
        nonlocal full
        full = full or wanted(transaction)
        if full:
            raise StoreFull("the disk is full: nothing of this request was done")
        return await commit(transaction)

    async def not_granted(length: float) -> int:
        if full:
            raise StoreFull("the disk is full: nothing of this request was done")
        return await grant(length)

    store.commit, store.grant = refused, not_granted  # type: ignore[method-assign]
    try:
        yield
    finally:
        store.commit, store.grant = commit, grant  # type: ignore[method-assign]


@contextmanager
def doubtful_disk(oms: Oms, wanted: Wanted) -> Iterator[None]:
    """Within the block a `wanted` transaction is committed, its caller is told that nobody knows, and all others are refused."""
    store, failed = oms.services.registry.store, False
    commit = store.commit

    async def doubted(transaction: Transaction) -> Outcome:
        nonlocal failed
        if not failed and not wanted(transaction):
            return await commit(transaction)
        if not failed:
            await commit(transaction)
        failed = True
        raise StoreFailed.of("the folder", "disk I/O error", "whether this request was done is unknown")

    store.commit = doubted  # type: ignore[method-assign]
    try:
        yield
    finally:
        store.commit = commit  # type: ignore[method-assign]
