"""Which keys of the store go to another store, and which do not. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from amino_store.etcd.holds import HOLDS
from amino_store.recipes.owner import LIVING, OWNER, UNREST

from amino_oms.registry import keys

TRAVELLING = tuple(
    sorted(
        (
            *(keys.ARTIFACTS, keys.COORDINATORS, keys.CREATING, keys.DURABLE, keys.EXPIRING, keys.HOSTED, keys.INTERFACES, keys.KERNELS),
            *(keys.KINDS, keys.LABELS, keys.LEAVING, keys.LIFETIMES, keys.MAKERS, keys.MANAGED, keys.NAMES, keys.OBJECTS),
            keys.TRANSACTIONS,
        ),
        key=str.encode,
    )
)
"""The beginnings of keys that go along, in the order of their bytes. What falls with a lease stays: a lease is of one store."""

OF_PROCESSES: Mapping[str, str] = {
    OWNER: "which process works on the other store",
    LIVING: "which process works on the other store",
    UNREST: "falls with a lease; it tells which processes have changed places on the other store",
}
"""The beginnings of keys that say which processes work on a store."""

OF_EMPTY: Mapping[str, str] = {
    **OF_PROCESSES,
    HOLDS: "falls with a lease; it tells which process reads the other store",
    keys.BLOBS_PLACE: "each store has a folder of its own for blobs",
}
"""The beginnings of keys that an empty store may have."""

STAYING: Mapping[str, str] = {
    **OF_EMPTY,
    keys.REQUESTS: "falls with a lease; it answers a request that is sent again within the hour",
    keys.CLUSTER_SECRET: "a file that lies somewhere must let nobody act as a kernel; the next service makes another, and tells kernels",
    keys.FORMAT: "each store says its own",
    keys.LINEAGE: "each store has a name of its own, and says at which revision the other one was copied",
    keys.FLOOR: "each store has its own",
    keys.FILLED: "says what one store was filled with",
    keys.MOVED: "is of the store that was left",
    keys.UNFINISHED: "is of the store that is being filled",
    keys.LARGE: "says where one store keeps large values; the value goes along under its own key",
    keys.ARTIFACT_BLOBS: "goes along as a blob",
    keys.VALUE_BLOBS: "the value goes along under its own key",
}
"""The beginnings of keys that do not go along, with the reason."""
