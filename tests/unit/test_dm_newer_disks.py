"""A store that was brought back from a copy: disks of durable groups know more than it."""

from __future__ import annotations

import asyncio
import copy
from random import Random

from amino_testkit.world.scheduler import error_of, simulate
from amino_wire.errors import ArgumentInvalid

from tests.unit.test_dm_durable import begin, end, found, made


def test_a_store_that_is_an_older_copy_is_named_and_the_disks_that_know_more_may_be_gone_by() -> None:
    """The group has had two more epochs since: none of its members takes anything of an earlier one."""

    async def scenario(random: Random) -> None:
        cluster, stub = await made(random)
        assert await stub.call("add", "x", 1) == 1
        older = copy.deepcopy(cluster.oms.disk)
        for _ in range(2):
            members = await stub.command("members")
            leader = members["replicas"][members["leader"]]
            end(cluster, leader)
            await found(cluster)
            begin(cluster, leader)
            async with asyncio.timeout(60.0):
                while not (await stub.command("members"))["whole"]:
                    await asyncio.sleep(0.5)
            await stub.call("add", "x", 1)
        end(cluster)
        cluster.oms.kill()
        cluster.oms.disk = older
        cluster.oms.start()
        begin(cluster)
        await asyncio.sleep(60.0)
        reader = cluster.client("reader", "phone").stub("map")
        assert await error_of(reader.call("get", "x")) is not None
        lacks = (await reader.command("members"))["lacks"]
        assert "the store is an older copy" in lacks and "go_by_disks" in lacks
        assert isinstance(await error_of(reader.command("go_by_disks", ["nobody"])), ArgumentInvalid)
        kernels = sorted(set((await reader.command("members"))["replicas"].values()))
        named = [kernel for kernel in kernels if kernel in lacks]
        await reader.command("go_by_disks", named)
        assert await found(cluster) == 3
        assert await reader.call("add", "x", 1) == 4

    simulate(scenario, 3)
