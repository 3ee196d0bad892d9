"""ConsensusRSM: one state on several kernels, each of which runs all calls in one order (Sapphire Table 1; Schneider, 1990)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from amino_dms.api import Declarations, DeploymentManager, Rule, Trait, require_some
from amino_dms.checkpointing.checkpoints import ONE_RECOVERY
from amino_dms.replication.consensus_coordinator import ConsensusCoordinator
from amino_dms.replication.consensus_manager import ConsensusManager
from amino_dms.replication.consensus_proxy import ConsensusProxy
from amino_dms.replication.placing import Place
from amino_dms.replication.reading import Reading


@dataclass(frozen=True, slots=True)
class ConsensusConfig:
    """Settings.

    Arguments:
        log: where the order of calls is kept: `store`, by the store behind the OMS, or `kernels`, by the kernels of the group.
        durable: whether a log that the kernels keep is on the disks of f+1 of them before a call is answered.
        replicas: how many; of 2f+1, f may fail.
        place: on which nodes: `anywhere`, `cluster`, `geo` or `callers`; see `Place`.
        regions: in how many regions, with `geo`.
        read: which replica answers reads: `leader`, `quorum` or `local`; see `Reading`.
        age: how old the state may be that a local read sees.
        timeout: how long a call is tried in all; its own deadline ends it too.
        patience: after how long without an answer a caller has the leader looked after.
        outside: how long a call of the object to another one may take.
        run: how long a call may run on a replica, without its calls to others; a call that takes longer, on all of them, is skipped.
        window: how many outcomes of a client's last calls are kept, besides those it waits for.
        keep: how long the outcomes of a client are kept that sends nothing more.
        snapshot: after how many entries of the log its state is stored anew.
        compare: after how many entries the replicas compare their states.
    """

    log: str = "store"
    durable: bool = False
    replicas: int = 3
    place: Place = Place.ANYWHERE
    regions: int = 3
    read: Reading = Reading.LEADER
    age: timedelta = timedelta(seconds=1)
    timeout: timedelta = timedelta(seconds=30)
    patience: timedelta = timedelta(milliseconds=500)
    run: timedelta = timedelta(seconds=30)
    outside: timedelta = timedelta(seconds=10)
    window: int = 128
    keep: timedelta = timedelta(minutes=10)
    snapshot: int = 1000
    compare: int = 1000

    def __post_init__(self) -> None:
        require_some(self, "replicas", "regions", "timeout", "patience", "run", "outside", "window", "keep", "snapshot", "compare")
        if self.log not in ("store", "kernels"):
            raise ValueError("log must be store or kernels")
        if self.durable and self.log != "kernels":
            raise ValueError("durable is for log=kernels: a log in the store is as durable as the store")
        if self.replicas % 2 == 0:
            raise ValueError("replicas must be odd: of 2f+1, f may fail, and one more survives no more failures")
        if self.place is Place.GEO and not 1 < self.regions <= self.replicas:
            raise ValueError("regions must be 2 or more, and no more than replicas, with place=geo")


class ConsensusRSM(DeploymentManager):
    """For objects that must go on, with all that was answered, while kernels end."""

    family = "replication"
    promise = "Calls are linearizable and run exactly once, while the store and one replica last; replicas that end are replaced."
    paper_lines = 129
    Config = ConsensusConfig
    proxy = ConsensusProxy
    instance_manager = ConsensusManager
    coordinator = ConsensusCoordinator
    declares = Declarations(
        traits=frozenset({Trait.REPLICATES, Trait.DEDUPLICATES, Trait.RECOVERS, Trait.HAS_STATE}),
        forbids=(
            ONE_RECOVERY,
            Rule("Immutable", "an object that never changes needs no log; LoadBalancedFrontEnd makes replicas of it"),
            Rule(Trait.MOVES, "it moves the one object there is, and replicas are several"),
            Rule(Trait.STAYS, "replicas have to live on other nodes than the first"),
        ),
        after=(
            Rule(Trait.CACHES, "each replica's part of the cache has to see calls in the order of the log"),
            Rule(Trait.TRANSACTIONS, "transactions begin and end by entries of the log, of which each replica hears"),
        ),
        needs_state=True,
    )

    def also_forbids(self) -> tuple[Rule, ...]:
        """With local reads a cache would keep what an older state has answered, and a caller might miss what it has committed."""
        if cast(ConsensusConfig, self.config).read is not Reading.LOCAL:
            return ()
        return (
            Rule(Trait.CACHES, "with read=local a replica may answer from an older state, and the cache would keep that"),
            Rule(Trait.TRANSACTIONS, "with read=local a replica may answer its caller from a state before what that has committed"),
        )

    def follows(self, before: Any) -> str | None:
        """What a group knows lies in its log, and which members count is stored with it."""
        then, now = cast(ConsensusConfig, before), cast(ConsensusConfig, self.config)
        if then.log != now.log:
            return f"its log is in {then.log}; attach a chain without it first, then this one"
        if then.durable != now.durable:
            return f"its members have begun with durable={str(then.durable).lower()}; attach a chain without it first, then this one"
        if now.log == "kernels" and then.replicas != now.replicas:
            return f"its group has {then.replicas} members; attach a chain without it first, then this one"
        return None

    def fan_out(self) -> int:
        """The number of replicas."""
        return cast(ConsensusConfig, self.config).replicas
