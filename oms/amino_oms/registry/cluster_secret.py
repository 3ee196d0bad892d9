"""The secret of the cluster: made once, kept in the store, told to kernels when they register."""

from __future__ import annotations

from random import Random

from amino_oms.registry.keys import CLUSTER_SECRET
from amino_oms.store.store import Store
from amino_oms.store.transaction import Compare, Put, Transaction

_BITS = 256


async def cluster_secret(store: Store, random: Random) -> str:
    """The secret that is in the store; a new one where there is none.

    Arguments:
        random: where a new one comes from.
    """
    while True:
        known = await store.get(CLUSTER_SECRET)
        if known is not None:
            return known.value.decode()
        made = f"{random.getrandbits(_BITS):0{_BITS // 4}x}"
        await store.commit(Transaction((Compare.absent(CLUSTER_SECRET),), (Put(CLUSTER_SECRET, made.encode()),)))
