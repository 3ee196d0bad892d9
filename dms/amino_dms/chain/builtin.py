"""The managers that come with Amino, by where they are written."""

from __future__ import annotations

from typing import Final

BUILTIN: Final[tuple[str, ...]] = (
    "amino_dms.rpc.immutable:Immutable",
    "amino_dms.rpc.at_most_once:AtMostOnceRPC",
    "amino_dms.rpc.retry:Retry",
    "amino_dms.mobility.keep_in_place:KeepInPlace",
    "amino_dms.mobility.keep_in_region:KeepInRegion",
    "amino_dms.mobility.keep_on_device:KeepOnDevice",
    "amino_dms.mobility.explicit_migration:ExplicitMigration",
    "amino_dms.mobility.dynamic_migration:DynamicMigration",
    "amino_dms.mobility.explicit_code_offloading:ExplicitCodeOffloading",
    "amino_dms.caching.explicit_caching:ExplicitCaching",
    "amino_dms.caching.lease_caching:LeaseCaching",
    "amino_dms.caching.write_through_caching:WriteThroughCaching",
    "amino_dms.caching.consistent_caching:ConsistentCaching",
    "amino_dms.serializability.serializable_rpc:SerializableRPC",
    "amino_dms.serializability.locking_transactions:LockingTransactions",
    "amino_dms.serializability.optimistic_transactions:OptimisticTransactions",
    "amino_dms.checkpointing.explicit_checkpoint:ExplicitCheckpoint",
    "amino_dms.checkpointing.periodic_checkpoint:PeriodicCheckpoint",
    "amino_dms.checkpointing.durable_serializable_rpc:DurableSerializableRPC",
    "amino_dms.checkpointing.durable_transactions:DurableTransactions",
    "amino_dms.replication.consensus_rsm:ConsensusRSM",
    "amino_dms.scalability.load_balanced_front_end:LoadBalancedFrontEnd",
    "amino_dms.scalability.scale_up_front_end:ScaleUpFrontEnd",
    "amino_dms.master_slave.load_balanced_master_slave:LoadBalancedMasterSlave",
    "amino_dms.sharding.dht:DHT",
)
"""`module:class`, in the order of Sapphire's Table 1, and behind them those of Amino's paper."""

HIDDEN: Final[tuple[str, ...]] = ("amino_dms.sharding.shard:Shard",)
"""Those that other managers put into chains."""

ALIASES: Final[dict[str, str]] = {
    "AtLeastOnceRPC": "Retry",
    "ConsensusRSM-Cluster": "ConsensusRSM(place=cluster)",
    "ConsensusRSM-Geo": "ConsensusRSM(place=geo)",
    "ConsensusRSM-P2P": "ConsensusRSM(place=callers)",
}
"""The paper's names of managers that are written otherwise here, and how they are."""
