"""Copies of the store under random faults: an answer is never older than it says, and always that of one revision."""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from random import Random

import pytest
from amino_store.cache.store_cache import StoreCache
from amino_store.errors import CopyNotRead
from amino_testkit import simulate

from tests.support.played_source import PlayedSource
from tests.support.simulated import until

PREFIXES = ("/b/", "/d/")
KEYS = [f"/{kind}/{number}" for kind in "abcde" for number in range(6)]
SECONDS = 60.0


class World:
    """A store that is changed at random, all that it ever was, and a copy."""

    def __init__(self, random: Random) -> None:
        self.random, self.loop = random, asyncio.get_running_loop()
        self.source = PlayedSource(random, history=random.choice((8, 50, 5000)))
        self.times: list[float] = []
        """When each revision was made."""
        self.states: list[dict[str, bytes]] = [{}]
        """All that is to be copied, at each revision."""
        self.cache = StoreCache(self.source, PREFIXES, self.loop.time)
        self.reads = self.refused = 0
        self.oldest = 0.0

    async def change(self) -> None:
        while True:
            await asyncio.sleep(self.random.expovariate(20))
            key, value = self.random.choice(KEYS), b"%d" % self.random.randrange(1000)
            revision = self.source.delete(key) if self.random.random() < 0.3 else self.source.put(key, value)
            if revision > len(self.times):
                self.times.append(self.loop.time())
                entries = (entry for prefix in PREFIXES for entry in self.source.disk.range(prefix, "", 1000).entries)
                self.states.append({entry.key: entry.value for entry in entries})

    async def break_things(self) -> None:
        while True:
            await asyncio.sleep(self.random.expovariate(1))
            self.source.cut = self.random.random() < 0.3
            self.source.lags = self.random.random() < 0.3

    async def read(self) -> None:
        while True:
            await asyncio.sleep(self.random.expovariate(30))
            as_of, revision = self.cache.as_of, self.cache.revision
            if as_of is None:
                self.refused += 1
                continue
            try:
                pages = [await self.cache.range(prefix) for prefix in PREFIXES]
            except CopyNotRead:
                pytest.fail("nothing was awaited in between")
            assert {entry.key: entry.value for page in pages for entry in page.entries} == self.states[revision]
            made_until_then = bisect_right(self.times, as_of)
            assert made_until_then <= revision
            self.oldest = max(self.oldest, self.loop.time() - as_of)
            self.reads += 1


@pytest.mark.parametrize("seed", range(12))
def test_no_answer_is_older_than_it_says(seed: int) -> None:
    async def scenario(random: Random) -> None:
        world = World(random)
        work = [asyncio.create_task(each) for each in (world.cache.run(), world.change(), world.break_things(), world.read())]
        done, _ = await asyncio.wait(work, timeout=SECONDS, return_when=asyncio.FIRST_COMPLETED)
        assert [each.exception() for each in done] == []
        assert world.reads > 100
        work[2].cancel()
        world.source.cut = world.source.lags = False
        await until(lambda: world.cache.as_of is not None and world.loop.time() - world.cache.as_of < 1)
        print(f"seed {seed}: {world.reads} answers, {world.refused} times none, the oldest {world.oldest:.1f} s")
        assert world.oldest > 1
        for each in work:
            each.cancel()
        await asyncio.gather(*work, return_exceptions=True)

    simulate(scenario, seed)
