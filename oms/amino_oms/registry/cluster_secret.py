"""The secret of the cluster: made once, kept in the store, told to kernels when they register."""

from __future__ import annotations

import secrets

from amino_store.store import Store
from amino_store.transaction import Compare, Put, Transaction

from amino_oms.registry.keys import CLUSTER_SECRET

_BYTES = 32


async def cluster_secret(store: Store) -> str:
    """The secret that is in the store; a new one where there is none. It is always the system's chance, also in a simulation, where
    nothing depends on which one it is."""
    while True:
        known = await store.get(CLUSTER_SECRET)
        if known is not None:
            return known.value.decode()
        made = secrets.token_hex(_BYTES)
        await store.commit(Transaction((Compare.absent(CLUSTER_SECRET),), (Put(CLUSTER_SECRET, made.encode()),)))
