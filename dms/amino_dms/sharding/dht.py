"""DHT: an object in shards, each an object of its own, found by a consistent hash of an argument (Amino paper, section IV)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, cast

from amino_wire.errors import ChainInvalid, Outcome

from amino_dms.api import (
    Arrival,
    Coordinator,
    CoordinatorKernel,
    Declarations,
    DeploymentManager,
    InstanceKernel,
    InstanceManager,
    Invocation,
    Next,
    Purpose,
    Replica,
    Rule,
    Trait,
    command,
    require_some,
)
from amino_dms.sharding.dht_proxy import HEADER, MERGES, DhtProxy
from amino_dms.sharding.routes import Routes

MOST_SHARDS = 256


@dataclass(frozen=True, slots=True)
class DhtConfig:
    """Settings.

    Arguments:
        shards: how many there are.
        key: the argument by which a call finds its shard: its place from 0, or its name, with fields behind it.
        keys: members whose key is another argument, as `member:argument`.
        all: members that run on all shards, as `member:list` (or map, sum, first, or a member that merges the answers).
    """

    shards: int = 4
    key: int | str = 0
    keys: tuple[str, ...] = ()
    all: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require_some(self, "shards")
        if self.shards > MOST_SHARDS:
            raise ValueError(f"shards must be at most {MOST_SHARDS}")
        self.routes()

    def routes(self) -> Routes:
        """Where calls go. Raises ValueError."""
        return Routes.read(self.key, self.keys, self.all)


class DhtManager(InstanceManager[DhtConfig]):
    """The object itself has no state: it only merges answers of its shards."""

    def __init__(self, config: DhtConfig, kernel: InstanceKernel) -> None:
        super().__init__(config, kernel)
        self._mergers = config.routes().mergers

    async def on_call(self, call: Invocation, next: Next) -> Any:
        """Refuses calls that belong to a shard."""
        if call.headers.get(HEADER) != MERGES or call.method not in self._mergers:
            text = (
                f"{call.method} of {self.kernel.title} belongs to one of its shards and came without DHT's proxy; look the object up again"
            )
            raise ChainInvalid(text, outcome=Outcome.NOT_RUN)
        return await next(call)


class DhtCoordinator(Coordinator[DhtConfig]):
    """Has the shards made. Each is kept by its own managers."""

    def __init__(self, config: DhtConfig, kernel: CoordinatorKernel) -> None:
        super().__init__(config, kernel)
        self._ids: list[str] = []

    async def on_create(self, arrival: Arrival) -> None:
        """Makes the shards."""
        problem = self.config.routes().problem(self.kernel.interface)
        if problem is not None:
            raise ChainInvalid(f"DHT cannot find the shards of {self.kernel.title}: {problem}")
        await self._made()

    async def on_failure(self, replica: Replica) -> bool:
        """The object itself is made anew; its shards are where they were."""
        await self.kernel.recover(replica.number, None)
        return True

    @command
    async def shards(self) -> Any:
        """The ids of the shards, by number. Each is an object, with the managers behind DHT."""
        return self._ids

    async def save(self, purpose: Purpose) -> Any:
        """The ids."""
        return self._ids

    async def load(self, saved: Any, arrival: Arrival) -> None:
        """After a restart of the OMS, or in another chain: shards get what stands behind DHT now."""
        await self._made()

    async def _made(self) -> None:
        self._ids = list(await asyncio.gather(*map(self.kernel.make_shard, range(self.config.shards))))


class DHT(DeploymentManager):
    """For objects whose state falls into parts that have nothing to do with one another, such as the entries of a map."""

    family = "sharding"
    promise = (
        "Each key has one of a set number of shards; every shard is an object with the managers behind DHT, and keeps what they promise."
    )
    Config = DhtConfig
    proxy = DhtProxy
    instance_manager = DhtManager
    coordinator = DhtCoordinator
    declares = Declarations(
        traits=frozenset({Trait.DIVIDES}),
        forbids=(Rule(Trait.TRANSACTIONS, "a transaction is of the state of one object, and each shard is an object of its own"),),
    )

    def follows(self, before: Any) -> str | None:
        """Keys stay where they are."""
        then, now = cast(DhtConfig, before), cast(DhtConfig, self.config)
        if (then.shards, then.key, then.keys) != (now.shards, now.key, now.keys):
            return "its keys lie in the shards where shards, key and keys have put them; register the object anew with other ones"
        return None

    def fan_out(self) -> int:
        """The number of shards."""
        return cast(DhtConfig, self.config).shards
