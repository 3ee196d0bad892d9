"""Maps in shards that split and join, for the tests of that."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from amino_dms.sharding.hashing import shard_of
from amino_testkit import Faults, SimulatedCluster
from amino_testkit.objects import DividedMap
from amino_testkit.suites.sharding import entries_of, objects_in
from amino_testkit.world.scheduler import simulate

MAP = "DHT(shards=3,all=[keys:list,size:sum,add_to_fillers:sum])"
DOUBLES = Faults(drop_request=0.03, drop_reply=0.03, duplicate=0.1, delay=(0.0005, 0.02))
CHAINS = (
    f"Retry,{MAP},AtMostOnceRPC,DurableSerializableRPC",
    f"Retry,{MAP},ConsensusRSM(compare=3,snapshot=5)",
    f"Retry,{MAP},ConsensusRSM(log=kernels,compare=3,snapshot=5)",
)
COUNTS = (5, 2, 3)
KEYS = tuple(f"key {number}" for number in range(60))
STAYS = next(key for key in KEYS if shard_of(key, 1) != shard_of(key, 3) != shard_of(key, 7))


def run(scenario: Callable[[SimulatedCluster], Coroutine[Any, Any, None]], seed: int = 1) -> None:
    simulate(lambda random: scenario(SimulatedCluster(random)), seed)


async def filled(cluster: SimulatedCluster, text: str = MAP, kind: type[Any] = DividedMap) -> Any:
    """A map with a value for each key."""
    stub = await cluster.create("map", text, kind=kind)
    for number, key in enumerate(KEYS):
        await stub.call("put", key, number)
    return stub


async def whole(cluster: SimulatedCluster, stub: Any, shards: Sequence[int]) -> None:
    """All keys are there, each on one shard, and there are so many shards and no other objects."""
    ids = await stub.command("shards")
    assert len(ids) in shards, ids
    assert sorted(await stub.call("keys")) == sorted(KEYS)
    assert [await stub.call("get", key) for key in KEYS] == list(range(len(KEYS)))
    assert objects_in(cluster) == {cluster.id_of("map"), *ids}
    entries = entries_of(cluster, ids)
    assert all(shard_of(key, len(ids)) == number for number, shard in enumerate(entries) for key in shard)


class Stubborn(DividedMap):
    """A map that gives no key away that it was told to keep."""

    def amino_split(self, keys: list[str]) -> dict[str, Any]:
        """Raises for a key that stays."""
        if any(self.entries[key] == "stay" for key in keys):
            raise ValueError("it stays")
        return super().amino_split(keys)
