"""Kernels are stopped and started in turn while programs with the Python SDK call without a pause: no call fails, and each runs once."""

from __future__ import annotations

import asyncio

import pytest
from amino_testkit import SimulatedCluster

from tests.support.simulated import SEEDS, run

PROGRAMS = 6
LONGEST = 3.0
"""Simulated seconds of a call."""


@pytest.mark.parametrize("seed", SEEDS)
def test_no_call_fails_while_kernels_are_replaced(seed: int) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        over = False
        loop = asyncio.get_running_loop()
        longest: list[float] = []

        async def hammer(number: int) -> int:
            """Calls an object of its own, and another object that all share, so that many calls pass through kernels without it."""
            program = cluster.sdk_client(f"program-{number}", "abc"[number % 3])
            own, shared, calls = program.stub(f"own-{number}"), program.stub("shared"), 0
            while not over:
                begun = loop.time()
                calls += 1
                assert await own.call("add", "x", 1, budget=30.0) == calls
                await shared.call("add", "x", 1, budget=30.0)
                longest.append(loop.time() - begun)
            return calls

        await cluster.create("shared", "", {})
        for number in range(PROGRAMS):
            await cluster.create(f"own-{number}", "", {}, kernel="abc"[number // 2])
        hammering = [asyncio.ensure_future(hammer(number)) for number in range(PROGRAMS)]
        for name in "abc":
            await asyncio.sleep(1.0)
            await cluster.kernels[name].stop()
            assert not any(each.done() for each in hammering), [each.exception() for each in hammering if each.done()]
            await asyncio.sleep(1.0)
            cluster.kernels[name].start()
            await cluster.kernels[name].joined()
        over = True
        calls = sum(await asyncio.gather(*hammering))
        assert await cluster.client("last", "a").stub("shared").call("add", "x", 0) == calls
        print(f"{calls} calls of each kind, the longest took {max(longest):.2f} s")
        assert max(longest) < LONGEST

    run(scenario, 7500 + seed)
