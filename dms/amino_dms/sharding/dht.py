"""DHT: an object in shards, each an object of its own, found by a consistent hash of an argument (Amino paper, section IV)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from amino_wire.errors import ArgumentInvalid, ChainInvalid, ObjectBusy, Outcome

from amino_dms.api import (
    Arrival,
    Coordinator,
    CoordinatorKernel,
    Declarations,
    DeploymentManager,
    InstanceKernel,
    InstanceManager,
    Interface,
    Invocation,
    Next,
    Purpose,
    Replica,
    Rule,
    Trait,
    command,
    peer,
    question,
    require_some,
)
from amino_dms.sharding.dht_proxy import HEADER, MERGES, DhtProxy
from amino_dms.sharding.orders import Kind, Order
from amino_dms.sharding.reshard_steps import ORDER_SECONDS, ReshardSteps
from amino_dms.sharding.resharding import Layout
from amino_dms.sharding.routes import Routes
from amino_dms.sharding.shard import Shard
from amino_dms.sharding.shard_map import HOOKS, ShardMap

MOST_SHARDS = 256


@dataclass(frozen=True, slots=True)
class DhtConfig:
    """Settings.

    Arguments:
        shards: how many there are at first; the command `reshard` changes that.
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
    """The object itself has no state: it only merges answers of its shards, and carries orders to them."""

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

    @peer
    async def order(self, shard: str, kind: str, version: int, args: list[Any]) -> Any:
        """Gives a shard an order; see `Kind`. Each has an id of its own: managers of the shard would repeat the answer of another."""
        deadline = self.kernel.clock.now() + ORDER_SECONDS
        request_id = f"order/{self.kernel.random.getrandbits(64):016x}"
        return await self.kernel.call_shard(shard, Order(Kind(kind), version, tuple(args)).call(shard, request_id, deadline))

    @peer
    async def carry(self, giver: str, taker: str, version: int, source: int, dest: int, start: int | None) -> list[int]:
        """Carries pieces from one shard to another, from a place on, as long as there is time; None: none. The next place, and how many
        pieces there are."""
        ends = self.kernel.clock.now() + ORDER_SECONDS
        index = 0 if start is None else start
        while True:
            piece, total = await self.order(giver, Kind.PIECE, version, [dest, index])
            if start is None or piece is None:
                return [total, total]
            await self.order(taker, Kind.MERGE, version, [source, index, piece])
            index += 1
            if self.kernel.clock.now() >= ends:
                return [index, total]


class DhtCoordinator(Coordinator[DhtConfig]):
    """Has the shards made, and their number changed. Each is kept by its own managers."""

    def __init__(self, config: DhtConfig, kernel: CoordinatorKernel) -> None:
        super().__init__(config, kernel)
        self._steps = ReshardSteps(kernel)
        self._hindrance: str | None = None

    async def on_create(self, arrival: Arrival) -> None:
        """Makes the shards."""
        problem = self.config.routes().problem(self.kernel.interface)
        if problem is not None:
            raise ChainInvalid(f"DHT cannot find the shards of {self.kernel.title}: {problem}")
        self._hindrance = await self.kernel.hinders_split()
        self._steps.layout = Layout(0, tuple(await self.kernel.make_shards(range(self.config.shards))))

    async def on_failure(self, replica: Replica) -> bool:
        """The object itself is made anew; its shards are where they were."""
        await self.kernel.recover(replica.number, None)
        return True

    @command
    async def shards(self) -> Any:
        """The ids of the shards, by number. Each is an object, with the managers behind DHT."""
        return list(self._published().ids)

    @command
    async def reshard(self, shards: int) -> int:
        """Changes the number of shards while calls go on, and returns it when that is done. It goes on where nobody waits for it; the same
        command waits again. It is done or undone as a whole, whatever ends meanwhile.

        Raises:
            ArgumentInvalid: there cannot be so many.
            ChainInvalid: the object cannot give keys away, or a shard could not, and all is as it was; the message says what to do.
            ObjectBusy: another change of the shards is under way.
        """
        if not 0 < int(shards) <= MOST_SHARDS:
            raise ArgumentInvalid(f"there can be from 1 to {MOST_SHARDS} shards, not {shards}")
        if self._hindrance is not None:
            raise ChainInvalid(f"the shards of {self.kernel.title} cannot be changed while calls go on: {self._hindrance}")
        plan = self._steps.layout.plan
        if plan is not None and plan.count != shards:
            raise ObjectBusy(f"{self.kernel.title} is on its way to {plan.count} shards; wait for that, with reshard({plan.count})")
        if plan is None and len(self._steps.layout.ids) != shards:
            await self._steps.begin(shards)
        await self._steps.ended()
        if len(self._steps.layout.ids) != shards:
            why = self._steps.layout.failed
            raise ChainInvalid(
                f"{self.kernel.title} has {len(self._steps.layout.ids)} shards as before, since a shard could not do it: {why}"
            )
        return shards

    @question
    async def where(self, untold: str = "") -> Any:
        """The map of the shards. `untold`: a shard that says that it does not have its keys."""
        layout = self._steps.layout
        if layout.plan is None and untold in layout.ids:
            # It was made anew, by managers that keep nothing.
            await self._steps.order(untold, Kind.OPEN, layout.version, {})
        return self._published().to_value()

    async def save(self, purpose: Purpose) -> Any:
        """The ids."""
        return list(self._steps.layout.ids)

    async def load(self, saved: Any, arrival: Arrival) -> None:
        """After a restart of the OMS, or in another chain: shards get what stands behind DHT now, and a change goes on."""
        self._hindrance = await self.kernel.hinders_split()
        await self._steps.load(tuple(saved))
        await self.kernel.make_shards(self._steps.layout.standing)
        self._steps.go_on()

    def _published(self) -> ShardMap:
        return self._steps.layout.published(self._hindrance is None)


class DHT(DeploymentManager):
    """For objects whose state falls into parts that have nothing to do with one another, such as the entries of a map."""

    family = "sharding"
    promise = (
        "Each key has one shard, of as many as are wanted; a shard is an object with the managers behind DHT, and keeps what they promise."
    )
    Config = DhtConfig
    proxy = DhtProxy
    instance_manager = DhtManager
    coordinator = DhtCoordinator
    shard_part = Shard.name
    declares = Declarations(
        traits=frozenset({Trait.DIVIDES}),
        forbids=(Rule(Trait.TRANSACTIONS, "a transaction is of the state of one object, and each shard is an object of its own"),),
    )

    def follows(self, before: Any) -> str | None:
        """Keys stay where they are."""
        then, now = cast(DhtConfig, before), cast(DhtConfig, self.config)
        if (then.key, then.keys) != (now.key, now.keys):
            return "its keys lie in the shards where key and keys have put them; register the object anew with other ones"
        if then.shards != now.shards:
            return "its keys lie in the shards there are; their number is changed by the command reshard, or register the object anew"
        return None

    def misses(self, interface: Interface) -> str | None:
        """A way to a shard for one of its members."""
        return cast(DhtConfig, self.config).routes().problem(interface)

    def splits(self, interface: Interface, behind: Sequence[DeploymentManager]) -> str | None:
        """By hooks of the object, where the managers of a shard allow it."""
        missing = [hook for hook in HOOKS if interface.method(hook) is None]
        if missing:
            return (
                f"its class has no {' and no '.join(missing)}. Give it amino_keys(), which answers the keys that it has, "
                "amino_split(keys), which answers their state and forgets them, and amino_merge(state), which takes that over, and "
                "register the object anew"
            )
        reasons = (f"with {each.name} behind DHT {why}" for each in behind if (why := each.hinders_split()) is not None)
        return next(reasons, None)

    def divided_into(self, shards: int) -> DeploymentManager:
        """With that number in its settings."""
        return DHT(replace(cast(DhtConfig, self.config), shards=shards))

    def fan_out(self) -> int:
        """The number of shards."""
        return cast(DhtConfig, self.config).shards
