"""All suites of schedules. A later issue adds its own here."""

from __future__ import annotations

from typing import Final

from amino_testkit.schedules.deeds import CALM, GENTLE, HARSH
from amino_testkit.schedules.judges import linearizable
from amino_testkit.schedules.suite import ScheduleSuite
from amino_testkit.suites.histories import use_counter, use_register, use_transactions

ONE_COPY: Final = (
    "",
    "SerializableRPC",
    "LeaseCaching(lease=300ms)",
    "ConsistentCaching(lease=300ms)",
    "LockingTransactions",
    "OptimisticTransactions",
    "ExplicitMigration",
    "KeepInRegion",
    "LeaseCaching(lease=200ms),LockingTransactions",
)
"""Linearizable while no copy is lost."""
CHECKPOINTED: Final = ("ExplicitCheckpoint", "PeriodicCheckpoint(every=2)", "PeriodicCheckpoint,LeaseCaching(lease=200ms)")
"""Linearizable while no kernel is thought dead: then they come back as they were saved."""
SURVIVING: Final = (
    "DurableSerializableRPC",
    "DurableTransactions",
    "DurableSerializableRPC,LeaseCaching(lease=300ms)",
    "DurableSerializableRPC,ConsistentCaching(lease=300ms)",
    "ConsistentCaching(lease=300ms),DurableSerializableRPC",
    "LeaseCaching(lease=300ms),DurableTransactions",
    "AtMostOnceRPC,DurableSerializableRPC",
)
"""Linearizable when kernels end, too."""
ONCE: Final = (
    "AtMostOnceRPC",
    "AtMostOnceRPC,Retry(timeout=6s)",
    "Retry(timeout=6s),AtMostOnceRPC",
    "AtMostOnceRPC,Retry(timeout=6s),ConsistentCaching(lease=300ms)",
    "AtMostOnceRPC,Retry(timeout=6s),SerializableRPC",
)
"""Counts are right, however often messages are received."""
EXACTLY_ONCE: Final = ("AtMostOnceRPC,Retry(timeout=6s),DurableSerializableRPC", "Retry(timeout=6s),AtMostOnceRPC,DurableTransactions")
"""And when kernels end, too."""
TRANSACTIONS: Final = (
    "LockingTransactions(lease=2s)",
    "OptimisticTransactions(lease=2s)",
    "ConsistentCaching(lease=300ms),LockingTransactions(lease=2s)",
    "OptimisticTransactions(lease=2s),LeaseCaching(lease=300ms)",
    "LeaseCaching(lease=300ms),OptimisticTransactions(lease=2s)",
    "OptimisticTransactions(lease=2s),SerializableRPC",
)
DOUBLED: Final = frozenset({"double_messages"})

SUITES: Final = (
    ScheduleSuite("registers", ONE_COPY, use_register, linearizable("kv"), CALM),
    ScheduleSuite("counters", ONE_COPY, use_counter, linearizable("counter"), CALM),
    ScheduleSuite("checkpointed registers", CHECKPOINTED, use_register, linearizable("kv"), GENTLE),
    ScheduleSuite("durable registers", SURVIVING, use_register, linearizable("kv"), HARSH),
    ScheduleSuite("durable counters", SURVIVING, use_counter, linearizable("counter"), HARSH),
    ScheduleSuite("counters once", ONCE, use_counter, linearizable("counter"), CALM | DOUBLED),
    ScheduleSuite("durable counters once", EXACTLY_ONCE, use_counter, linearizable("counter"), HARSH | DOUBLED),
    ScheduleSuite("transactions", TRANSACTIONS, use_transactions, linearizable("txn"), CALM, operations=6),
    ScheduleSuite("durable transactions", ("DurableTransactions(lease=2s)",), use_transactions, linearizable("txn"), HARSH, operations=6),
    ScheduleSuite("durable chains that change", SURVIVING, use_register, linearizable("kv"), HARSH | {"attach"}, attachable=SURVIVING),
)


def suite_of(name: str) -> ScheduleSuite:
    """The suite of that name. Raises KeyError, naming those there are."""
    for suite in SUITES:
        if suite.name == name:
            return suite
    raise KeyError(f"there is no suite {name!r}; there are {', '.join(suite.name for suite in SUITES)}")
