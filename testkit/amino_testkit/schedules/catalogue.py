"""All suites of schedules. A later issue adds its own here."""

from __future__ import annotations

from typing import Final

from amino_testkit.cluster.cluster import NODES
from amino_testkit.schedules.acts import (
    Relay,
    SlowMap,
    leave_marks,
    leave_marks_and_save,
    read_counters,
    read_in_transactions,
    read_marks,
    read_nothing,
    read_registers,
    read_relayed_counters,
    use_own,
    use_relayed_counter,
)
from amino_testkit.schedules.deeds import CALM, GENTLE, HARSH
from amino_testkit.schedules.judges import bounded_loss, linearizable, nothing_lost, own_writes, replicated, saved_on_command, stays
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
ATTACH: Final = frozenset({"attach"})
MOVES: Final = frozenset({"move", "restart"})
ENDS: Final = frozenset({"kill_kernel", "stop_kernel", "lose_context"})

BOUNDED: Final = (
    "PeriodicCheckpoint(every=3)",
    "PeriodicCheckpoint(every=5),LeaseCaching(lease=200ms)",
    "Retry(timeout=6s),PeriodicCheckpoint(every=2)",
)
"""Lose a few calls when a kernel ends."""
AT_LEAST_ONCE: Final = ("Retry(timeout=6s)", "Retry(timeout=6s),SerializableRPC", "Retry(timeout=6s),LeaseCaching(lease=300ms)")
WEAK: Final = ("WriteThroughCaching(stale=2s)", "LeaseCaching(lease=300ms)", "WriteThroughCaching(stale=500ms),SerializableRPC")
"""Callers read their own writes."""
SERIAL: Final = ("SerializableRPC", "DurableSerializableRPC", "AtMostOnceRPC,SerializableRPC", "SerializableRPC,LockingTransactions")
"""Calls run one by one, also where the object does not ask for it."""
PLACED: Final = ("KeepInRegion", "KeepInPlace", "ExplicitMigration", "KeepInRegion,SerializableRPC")
SPREAD: Final = ("LoadBalancedFrontEnd(replicas=2)", "Retry(timeout=6s),LoadBalancedFrontEnd(replicas=3)")
BEFORE: Final = ("", "SerializableRPC")
"""Of an object that passes calls on. No cache: a call that changes only the object behind looks like a read to one."""
DURABLE_BEFORE: Final = ("DurableSerializableRPC", "AtMostOnceRPC,DurableSerializableRPC")
"""Of an object that passes calls on. Its recovery cannot undo its effects on others, so nobody sends a call again."""

SUITES: Final = (
    ScheduleSuite("registers", ONE_COPY, use_register, linearizable("kv"), read_registers, CALM),
    ScheduleSuite("counters", ONE_COPY, use_counter, linearizable("counter"), read_counters, CALM),
    ScheduleSuite("checkpointed registers", CHECKPOINTED, use_register, linearizable("kv"), read_registers, GENTLE),
    ScheduleSuite("durable registers", SURVIVING, use_register, linearizable("kv"), read_registers, HARSH, ENDS),
    ScheduleSuite("durable counters", SURVIVING, use_counter, linearizable("counter"), read_counters, HARSH, ENDS),
    ScheduleSuite("counters once", ONCE, use_counter, linearizable("counter"), read_counters, CALM | DOUBLED, DOUBLED),
    ScheduleSuite(
        *("durable counters once", EXACTLY_ONCE, use_counter, linearizable("counter"), read_counters, HARSH | DOUBLED, DOUBLED | ENDS)
    ),
    ScheduleSuite("transactions", TRANSACTIONS, use_transactions, linearizable("txn"), read_in_transactions, CALM, operations=6),
    ScheduleSuite(
        *("durable transactions", ("DurableTransactions(lease=2s)",), use_transactions, linearizable("txn"), read_in_transactions, HARSH),
        operations=6,
    ),
    ScheduleSuite("chains that change", ONE_COPY, use_counter, linearizable("counter"), read_counters, CALM | ATTACH, ATTACH, ONE_COPY),
    ScheduleSuite(
        *("durable chains that change", SURVIVING, use_register, linearizable("kv"), read_registers, HARSH | ATTACH, ATTACH),
        attachable=SURVIVING,
    ),
    ScheduleSuite(
        *("calls behind calls", BEFORE, use_relayed_counter, linearizable("counter"), read_relayed_counters, CALM),
        behind=(*ONE_COPY, "AtMostOnceRPC,Retry(timeout=4s)"),
        kind=Relay,
    ),
    ScheduleSuite(
        *("durable calls behind calls", DURABLE_BEFORE, use_relayed_counter, linearizable("counter"), read_relayed_counters, HARSH),
        behind=(*SURVIVING, *EXACTLY_ONCE),
        kind=Relay,
    ),
    ScheduleSuite("one by one", SERIAL, use_counter, linearizable("counter"), read_counters, CALM, kind=SlowMap, concurrent=True),
    ScheduleSuite("at least once", AT_LEAST_ONCE, leave_marks, nothing_lost, read_marks, CALM | DOUBLED, DOUBLED),
    ScheduleSuite("bounded loss", BOUNDED, leave_marks, bounded_loss, read_marks, HARSH - MOVES, ENDS),
    ScheduleSuite("saved on command", ("ExplicitCheckpoint",), leave_marks_and_save, saved_on_command, read_marks, HARSH, ENDS),
    ScheduleSuite("own writes", WEAK, use_own, own_writes, read_nothing, CALM),
    ScheduleSuite("places", PLACED, use_register, stays(NODES), read_nothing, CALM, frozenset({"move"})),
    ScheduleSuite("replicas", SPREAD, leave_marks, replicated, read_nothing, HARSH - MOVES, ENDS),
)


def suite_of(name: str) -> ScheduleSuite:
    """The suite of that name. Raises KeyError, naming those there are."""
    for suite in SUITES:
        if suite.name == name:
            return suite
    raise KeyError(f"there is no suite {name!r}; there are {', '.join(suite.name for suite in SUITES)}")
