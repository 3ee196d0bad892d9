"""Amino's managers run the suites of their families, as those of third parties would."""

from __future__ import annotations

from amino_testkit.suites.caching import CachingSuite, CoherentCachingSuite
from amino_testkit.suites.checkpoints import CheckpointSuite
from amino_testkit.suites.following import FollowingSuite, OffloadingSuite
from amino_testkit.suites.placement import PlacementSuite
from amino_testkit.suites.rpc import OnceSuite, RpcSuite
from amino_testkit.suites.scalability import ScaleUpSuite, SpreadingSuite
from amino_testkit.suites.transactions import TransactionSuite


class TestLeaseCaching(CoherentCachingSuite):
    manager = "LeaseCaching(lease=2s)"


class TestConsistentCaching(CoherentCachingSuite):
    manager = "ConsistentCaching(lease=2s)"


class TestWriteThroughCaching(CachingSuite):
    manager = "WriteThroughCaching"


class TestExplicitCaching(CachingSuite):
    manager = "ExplicitCaching"


class TestLockingTransactions(TransactionSuite):
    manager = "LockingTransactions(lease=3s)"


class TestOptimisticTransactions(TransactionSuite):
    manager = "OptimisticTransactions(lease=3s)"


class TestDurableTransactionsAsTransactions(TransactionSuite):
    manager = "DurableTransactions(lease=3s)"
    survives = True


class TestDurableTransactions(CheckpointSuite):
    manager = "DurableTransactions"


class TestDurableSerializableRPC(CheckpointSuite):
    manager = "DurableSerializableRPC"


class TestPeriodicCheckpoint(CheckpointSuite):
    manager = "PeriodicCheckpoint(every=3)"
    undone = 3


class TestExplicitCheckpoint(CheckpointSuite):
    manager = "ExplicitCheckpoint"
    save = "checkpoint"


class TestKeepInPlace(PlacementSuite):
    manager = "KeepInPlace"
    allowed = ()
    refused = ("b", "c", "phone")


class TestKeepInRegion(PlacementSuite):
    manager = "KeepInRegion"
    allowed = ("b", "phone", "a")
    refused = ("c",)


class TestKeepOnDevice(PlacementSuite):
    manager = "KeepOnDevice"
    allowed = ("phone",)
    refused = ("b", "c")


class TestExplicitMigration(PlacementSuite):
    manager = "ExplicitMigration"
    allowed = ("c", "phone", "b", "a")


class TestDynamicMigration(FollowingSuite):
    manager = "DynamicMigration(settle=2s,window=5s)"
    allowed = ("c", "phone", "b", "a")


class TestExplicitCodeOffloading(OffloadingSuite):
    manager = "ExplicitCodeOffloading"
    allowed = ("c", "phone", "b", "a")


class TestRetry(RpcSuite):
    manager = "Retry(timeout=1m)"
    retries = True


class TestAtMostOnceRPC(OnceSuite):
    manager = "AtMostOnceRPC"


class TestAtMostOnceAndRetry(OnceSuite):
    manager = "AtMostOnceRPC,Retry(timeout=1m)"
    retries = True


class TestLoadBalancedFrontEnd(SpreadingSuite):
    manager = "LoadBalancedFrontEnd"


class TestScaleUpFrontEnd(ScaleUpSuite):
    manager = "ScaleUpFrontEnd(latency=500ms,settle=1s,calm=5s)"
