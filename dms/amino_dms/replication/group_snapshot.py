"""The stored state of a group: where it stands in the log, the object's state, and what all managers of its chain knew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, cast

from amino_wire.errors import EpochStale

from amino_dms.api import PartKernel, Snapshot

_KEY: Final = "snapshot"


@dataclass(frozen=True, slots=True)
class GroupSnapshot:
    """A state at a position; `version` is that of the stored value, 0 where it is not stored."""

    position: int
    snapshot: Snapshot
    version: int = 0


async def stored_snapshot(kernel: PartKernel) -> GroupSnapshot | None:
    """The snapshot that was stored last; None: there is none. Raises OmsUnavailable."""
    found = await kernel.durable_get(_KEY)
    if found.value is None:
        return None
    value = cast("dict[str, Any]", found.value)
    return GroupSnapshot(value["position"], Snapshot.from_value(value["snapshot"]), found.version)


async def store_snapshot(kernel: PartKernel, snapshot: GroupSnapshot, found: GroupSnapshot | None) -> bool:
    """Stores a snapshot in place of the one that was found. Raises OmsUnavailable.

    Returns:
        False: that one stands further on in the log, or somebody else has stored one meanwhile.
    """
    if found is not None and found.position > snapshot.position:
        return False
    value = {"position": snapshot.position, "snapshot": snapshot.snapshot.to_value()}
    try:
        await kernel.durable_put(_KEY, value, expected=0 if found is None else found.version)
    except EpochStale:
        return False
    return True
