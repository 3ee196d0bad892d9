"""Histories of clients while the shards of their object split and join, and kernels, messages and the OMS fail."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from random import Random

from amino_dms.chain import Chain
from amino_wire.errors import AminoError

from amino_testkit.cluster.cluster import SimulatedCluster
from amino_testkit.histories.history import History
from amino_testkit.objects import FILLER, DividedMap
from amino_testkit.suites.histories import Act, Load, disturb, read_all
from amino_testkit.world.scheduler import simulate

FILLERS = tuple(f"{FILLER} {number}" for number in range(40))
"""Keys that no client touches: they go where they belong, and every member on all shards sees each of them once."""
CALM_SECONDS = 120.0
_BITS = 2
"""Of each addition to all keys, in the sum of a filler: it shows how often that addition ran there."""


class Resharding:
    """One history: clients act, others look at all keys and add to all of them, and the number of shards changes again and again.

    Arguments:
        cluster: in which.
        chain: that of the object.
        load: what happens to messages, kernels and the OMS.
        act: what clients do.
        counts: how many shards there are to be, one after another.
    """

    def __init__(self, cluster: SimulatedCluster, chain: Chain, load: Load, act: Act, counts: tuple[int, ...]) -> None:
        self._cluster, self._chain, self._load, self._act, self._counts = cluster, chain, load, act, counts
        self._random = cluster.random
        self.history = History(doubled=load.faults.duplicate > 0)
        self.additions: list[bool] = []
        """Of each addition to all keys: whether it was answered."""
        self.looks = 0
        """How often somebody has seen all keys."""

    async def run(self) -> None:
        """Returns when all is calm again, and each key has been looked at."""
        cluster = self._cluster
        made = await cluster.create("map", self._chain, kind=DividedMap)
        for key in FILLERS:
            await made.call("put", key, 0)
        # The shards that are there all the time.
        objects = ["map", *(await made.command("shards"))[: min(self._counts)]]
        cluster.use(self._load.faults)
        works = [self._client(number) for number in range(self._load.clients)]
        disturbing = asyncio.ensure_future(disturb(cluster, self._random, self._load, objects))
        resharding = asyncio.ensure_future(self._reshard())
        looking = asyncio.ensure_future(self._look_and_add())
        await asyncio.gather(*works)
        await resharding
        looking.cancel()
        await disturbing
        cluster.calm()
        await asyncio.sleep(CALM_SECONDS)
        await self._settled()
        await read_all(cluster.client("last", "b").stub("map"), self.history, self._load.clients, self._act)

    async def _client(self, number: int) -> None:
        stub = self._cluster.client(f"client {number}", self._random.choice("abc")).stub("map")
        for _ in range(self._load.operations):
            await asyncio.sleep(self._random.uniform(0, self._load.pause))
            await self._act(stub, number, self._random, self.history)

    async def _reshard(self) -> None:
        operator = self._cluster.client("operator", "b").stub("map")
        for count in self._counts:
            await asyncio.sleep(self._random.uniform(0, 0.3))
            for _ in range(100):
                # The command's answer is lost where the OMS ends, and the change goes on.
                with suppress(AminoError):
                    await operator.command("reshard", count)
                    break
                await asyncio.sleep(0.5)

    async def _look_and_add(self) -> None:
        stub = self._cluster.client("onlooker", "c").stub("map")
        while True:
            await asyncio.sleep(self._random.uniform(0, 0.1))
            with suppress(AminoError):
                self._check(await stub.call("keys", budget=20.0))
            if len(self.additions) < 20:
                self.additions.append(False)
                with suppress(AminoError):
                    await stub.call("add_to_fillers", 1 << _BITS * (len(self.additions) - 1), budget=20.0)
                    self.additions[-1] = True

    def _check(self, keys: list[str]) -> None:
        self.looks += 1
        seen = [key for key in keys if key in FILLERS]
        assert sorted(seen) == sorted(FILLERS), f"{len(seen)} keys were seen, {len(set(seen))} of them once"

    async def _settled(self) -> None:
        stub = self._cluster.client("last", "b").stub("map")
        assert await stub.command("reshard", self._counts[-1]) == self._counts[-1]
        assert len(await stub.command("shards")) == self._counts[-1]
        self._check(await stub.call("keys"))
        for key in FILLERS:
            value = await stub.call("get", key)
            ran = [value >> _BITS * number & 3 for number in range(len(self.additions))]
            assert value >> _BITS * len(self.additions) == 0 and max(ran, default=0) <= 1, f"an addition ran twice at {key}: {ran}"
            assert all(times or not answered for times, answered in zip(ran, self.additions, strict=True)), f"an addition is lost at {key}"


def resharded_history(chain: Chain, seed: int, load: Load, act: Act, counts: tuple[int, ...]) -> History:
    """The history of clients that do `act`. Fails by itself where a key is lost, or seen twice, or a member on all shards ran twice at one.

    Arguments:
        chain: DHT with `all=[keys:list,add_to_fillers:sum,size:sum]`, and what stands behind it.
        seed: of all chance.
        load, act, counts: see `Resharding`.
    """

    async def run(random: Random) -> History:
        resharding = Resharding(SimulatedCluster(random), chain, load, act, counts)
        await resharding.run()
        assert resharding.looks > 1, "nobody has seen all keys"
        return resharding.history

    return simulate(run, seed)
