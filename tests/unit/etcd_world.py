"""A store in etcd for a test that lets things go wrong."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from amino_store.etcd.address import EtcdAddress
from amino_store.etcd.store import EtcdStore

SECONDS = 30.0
"""How long anything may take that must come."""


@asynccontextmanager
async def opened(address: EtcdAddress, *, patience: float = SECONDS) -> AsyncIterator[EtcdStore]:
    """A store that is closed at the end."""
    store = await EtcdStore.open(address, patience=patience, attempt_seconds=1.0)
    try:
        yield store
    finally:
        await store.close()
