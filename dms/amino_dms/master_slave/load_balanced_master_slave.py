"""LoadBalancedMasterSlave: one replica writes, as many as reads ask for answer them (Sapphire section 6 and Table 1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from amino_dms.api import Declarations, DeploymentManager, Rule, Trait, require_some
from amino_dms.checkpointing.checkpoints import ONE_RECOVERY
from amino_dms.master_slave.leading import ACKS, NONE
from amino_dms.master_slave.master_slave_coordinator import MasterSlaveCoordinator
from amino_dms.master_slave.master_slave_manager import MasterSlaveManager
from amino_dms.master_slave.master_slave_proxy import MasterSlaveProxy

_LEAST_STALE = timedelta(milliseconds=50)


@dataclass(frozen=True, slots=True)
class MasterSlaveConfig:
    """Settings.

    Arguments:
        min: slaves there are at least, where there are kernels for them.
        max: slaves there are at most.
        acks: how many slaves have a write before it is answered: 0, 1 or all.
        stale: how old a read may be; slaves hear from the master four times in that time while there are calls.
        queue: there is one slave more where a tenth of the reads finds more than so many others before it.
        settle: how long one more has to show its effect before the next one.
        calm: there is one less when queues were short for so long; longer where the load comes back each time.
        timeout: how long a call is tried in all; its own deadline ends it too.
        patience: after how long without an answer a caller has a replica looked after.
        window: how many outcomes of a client's last calls are kept, besides those it waits for.
        keep: how long the outcomes of a client are kept that sends nothing more.
        compare: after how many entries slaves compare their state with the master's.
    """

    min: int = 1
    max: int = 3
    acks: int | str = 1
    stale: timedelta = timedelta(seconds=1)
    queue: int = 4
    settle: timedelta = timedelta(seconds=5)
    calm: timedelta = timedelta(minutes=1)
    timeout: timedelta = timedelta(seconds=30)
    patience: timedelta = timedelta(milliseconds=500)
    window: int = 128
    keep: timedelta = timedelta(minutes=10)
    compare: int = 1000

    def __post_init__(self) -> None:
        require_some(self, "min", "max", "queue", "settle", "calm", "timeout", "patience", "window", "keep", "compare")
        if self.max < self.min:
            raise ValueError("max must be at least min")
        if str(self.acks) not in ACKS:
            raise ValueError("acks must be 0, 1 or all")
        if self.stale < _LEAST_STALE:
            raise ValueError("stale must be at least 50ms")


class LoadBalancedMasterSlave(DeploymentManager):
    """For objects that are read far more often than written, by callers that may read what was there a moment ago."""

    family = "scalability"
    promise = "Writes run once, in one order, at a master; reads run on as many slaves as needed, and are at most `stale` old."
    paper_lines = 177
    Config = MasterSlaveConfig
    proxy = MasterSlaveProxy
    instance_manager = MasterSlaveManager
    coordinator = MasterSlaveCoordinator
    declares = Declarations(
        traits=frozenset({Trait.REPLICATES, Trait.DEDUPLICATES, Trait.RECOVERS, Trait.HAS_STATE}),
        forbids=(
            ONE_RECOVERY,
            Rule(Trait.CACHES, "leases of callers are known to one replica only, and the next master would not wait for them"),
            Rule(Trait.TRANSACTIONS, "an open transaction is known to one replica only, and the next master would not know of it"),
            Rule(Trait.MOVES, "it moves the one object there is, and replicas are several"),
            Rule(Trait.STAYS, "replicas have to live on other nodes than the first"),
        ),
        needs_state=True,
    )

    def hinders_split(self) -> str | None:
        """Without slaves that have it, what has gone elsewhere may come back with the next master."""
        acks = str(cast(MasterSlaveConfig, self.config).acks)
        return (
            "an entry may be lost that was answered, and with it that keys have gone elsewhere; have acks=1 or all"
            if acks == NONE
            else None
        )

    def fan_out(self) -> int:
        """The master, and the slaves that there are at first."""
        return 1 + cast(MasterSlaveConfig, self.config).min
