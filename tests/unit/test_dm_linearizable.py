"""Concurrent clients under faults: what they were told is linearizable, for every manager that promises it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from amino_dms.chain import Chain, Registry
from amino_testkit import Faults, Porcupine, is_linearizable
from amino_testkit.suites.histories import Load, counter_history, register_history, transaction_history

from tests.support.histories import judge

REGISTRY = Registry.installed()
SEEDS = range(int(os.environ.get("AMINO_SEEDS", "3")))
"""More with AMINO_SEEDS; each failure names its own."""
LOSSES = Faults(drop_request=0.05, drop_reply=0.05, delay=(0.0005, 0.02))
DOUBLES = Faults(drop_request=0.05, drop_reply=0.05, duplicate=0.2, delay=(0.0005, 0.02))

ONE_COPY = (
    "",
    "SerializableRPC",
    "LeaseCaching(lease=300ms)",
    "ConsistentCaching(lease=300ms)",
    "ConsistentCaching(lease=1m)",
    "LockingTransactions",
    "OptimisticTransactions",
    "ExplicitCheckpoint",
    "PeriodicCheckpoint(every=2)",
    "ExplicitMigration",
    "DynamicMigration(settle=500ms,window=1s)",
    "ExplicitCodeOffloading",
    "KeepInRegion",
    "PeriodicCheckpoint,LeaseCaching(lease=200ms)",
    "LeaseCaching(lease=200ms),LockingTransactions",
)
"""Linearizable while no kernel ends."""
SURVIVING = (
    "DurableSerializableRPC",
    "DurableTransactions",
    "DurableSerializableRPC,LeaseCaching(lease=300ms)",
    "DurableSerializableRPC,ConsistentCaching(lease=300ms)",
    "ConsistentCaching(lease=300ms),DurableSerializableRPC",
    "LeaseCaching(lease=300ms),DurableTransactions",
    "AtMostOnceRPC,DurableSerializableRPC",
)
"""Linearizable when kernels end, too."""
AT_MOST_ONCE = (
    "AtMostOnceRPC",
    "AtMostOnceRPC,Retry(timeout=10s)",
    "Retry(timeout=10s),AtMostOnceRPC",
    "AtMostOnceRPC,Retry(timeout=10s),ConsistentCaching(lease=300ms)",
    "AtMostOnceRPC,Retry(timeout=10s),SerializableRPC",
)
"""Counts are right, however often messages are received."""
EXACTLY_ONCE = ("AtMostOnceRPC,Retry(timeout=30s),DurableSerializableRPC", "Retry(timeout=30s),AtMostOnceRPC,DurableTransactions")
"""And when kernels end, too."""
TRANSACTIONS = (
    "LockingTransactions(lease=2s)",
    "OptimisticTransactions(lease=2s)",
    "ConsistentCaching(lease=300ms),LockingTransactions(lease=2s)",
    "OptimisticTransactions(lease=2s),LeaseCaching(lease=300ms)",
    "LeaseCaching(lease=300ms),OptimisticTransactions(lease=2s)",
    "OptimisticTransactions(lease=2s),SerializableRPC",
)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("text", (*ONE_COPY, *SURVIVING))
def test_registers_while_messages_are_lost_and_the_object_moves(text: str, seed: int, porcupine: Porcupine | None, tmp_path: Path) -> None:
    history = register_history(Chain.parse(text, REGISTRY), seed, Load(faults=LOSSES, moves=3))
    judge(history, "kv", porcupine, tmp_path)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("text", SURVIVING)
def test_registers_while_kernels_end(text: str, seed: int, porcupine: Porcupine | None, tmp_path: Path) -> None:
    history = register_history(Chain.parse(text, REGISTRY), seed, Load(faults=LOSSES, moves=1, crashes=3, pause=0.3))
    judge(history, "kv", porcupine, tmp_path)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("text", AT_MOST_ONCE)
def test_counters_while_messages_are_doubled_and_the_object_moves(
    text: str, seed: int, porcupine: Porcupine | None, tmp_path: Path
) -> None:
    history = counter_history(Chain.parse(text, REGISTRY), seed, Load(faults=DOUBLES, moves=3))
    judge(history, "counter", porcupine, tmp_path)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("text", EXACTLY_ONCE)
def test_counters_while_kernels_end(text: str, seed: int, porcupine: Porcupine | None, tmp_path: Path) -> None:
    history = counter_history(Chain.parse(text, REGISTRY), seed, Load(faults=DOUBLES, moves=1, crashes=3, pause=0.3))
    judge(history, "counter", porcupine, tmp_path)
    assert history.count("info") == 0, "Retry and AtMostOnceRPC together leave no call in doubt"


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("text", TRANSACTIONS)
def test_transactions_while_messages_are_lost_and_the_object_moves(
    text: str, seed: int, porcupine: Porcupine | None, tmp_path: Path
) -> None:
    history = transaction_history(Chain.parse(text, REGISTRY), seed, Load(operations=6, faults=LOSSES, moves=2))
    judge(history, "txn", porcupine, tmp_path)


@pytest.mark.parametrize("seed", SEEDS)
def test_durable_transactions_while_kernels_end(seed: int, porcupine: Porcupine | None, tmp_path: Path) -> None:
    chain = Chain.parse("DurableTransactions(lease=2s)", REGISTRY)
    history = transaction_history(chain, seed, Load(operations=6, faults=LOSSES, crashes=3, pause=0.3))
    judge(history, "txn", porcupine, tmp_path)


@pytest.mark.parametrize("text", ["WriteThroughCaching", "ExplicitCaching", "Retry(timeout=10s)"])
def test_the_judges_find_what_is_not_linearizable(text: str, porcupine: Porcupine | None, tmp_path: Path) -> None:
    """Managers that promise less are caught, so the judges above can fail."""
    verdicts = set[bool]()
    for seed in range(20):
        history = counter_history(Chain.parse(text, REGISTRY), seed, Load(faults=DOUBLES))
        ours = is_linearizable(history, "counter")
        if porcupine is not None:
            assert porcupine.judge(history, "counter", tmp_path)[0] in (ours, None)
        verdicts.add(ours)
    assert False in verdicts
