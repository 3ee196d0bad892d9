"""Managers that leave calls to the object's gate. A call costs ten times as much where a manager stops doing so; no other test sees it."""

from __future__ import annotations

from amino_dms.chain import Registry
from amino_dms.runtime.delegating import ever_delegates

DELEGATING = {
    "AtMostOnceRPC",
    "ConsistentCaching",
    "DurableSerializableRPC",
    "DurableTransactions",
    "ExplicitCaching",
    "ExplicitCheckpoint",
    "LeaseCaching",
    "LockingTransactions",
    "OptimisticTransactions",
    "PeriodicCheckpoint",
    "WriteThroughCaching",
}


def test_these_managers_leave_calls_to_the_gate() -> None:
    parts = {manager.name: manager.instance_manager for manager in Registry.installed() if manager.instance_manager is not None}
    assert {name for name, part in parts.items() if ever_delegates(part)} == DELEGATING
