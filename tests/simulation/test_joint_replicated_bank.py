"""A bank whose accounts have replicas: transfers and audits, judged by their histories."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from random import Random
from typing import Any

import pytest
from amino_testkit import Faults, SimulatedCluster

from tests.simulation.test_bank import CLIENTS, DURABLE, closed, opened
from tests.simulation.test_joint_replicated import CHAINS
from tests.support.simulated import run


@pytest.mark.parametrize("seed", range(12))
def test_transfers_and_audits_whatever_happens(seed: int) -> None:
    """Replicated and other accounts, while kernels and the OMS end, stand still and are cut off: histories are strictly serializable."""

    async def scenario(cluster: SimulatedCluster) -> None:
        random = Random(seed)
        chains = (random.choice(CHAINS), random.choice(CHAINS), random.choice(DURABLE))
        bank = await opened(cluster, chains, random)
        cluster.use(Faults(drop_request=0.003, drop_reply=0.003, duplicate=0.01))

        async def trouble() -> None:
            for _ in range(random.randrange(1, 3)):
                await asyncio.sleep(random.uniform(0.05, 1.5))
                place = random.choice(("a", "b", "c", "oms"))
                await harm(cluster, place, random)
                await asyncio.sleep(10.0)

        await asyncio.gather(trouble(), *map(bank.client, range(CLIENTS)))
        cluster.calm()
        await asyncio.sleep(30.0)
        await closed(bank)

    run(scenario, 8950 + seed)


async def harm(cluster: SimulatedCluster, place: str, random: Random) -> None:
    deeds: tuple[Callable[[], Any], ...] = (
        lambda: cluster.crash(place, back_after=random.uniform(0.5, 10.0)) if place != "oms" else cluster.oms.kill(),
        lambda: cluster.pause(place, random.choice((0.5, 12.0))),
        lambda: cluster.cut_off(place, tuple({"a", "b", "c", "oms"} - {place}), seconds=random.choice((0.5, 12.0))),
    )
    deed: Callable[[], Awaitable[Any] | None] = random.choice(deeds)
    deed()
    if not cluster.oms.alive:
        await asyncio.sleep(random.uniform(0.0, 1.0))
        cluster.oms.start()
