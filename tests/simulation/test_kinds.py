"""Programs ask for the object of a kind and a key while messages are lost, kernels and the OMS end: there is one, which forgets nothing."""

from __future__ import annotations

import asyncio
from collections import Counter
from random import Random

import pytest
from amino_testkit import SimulatedCluster
from amino_testkit.cluster.oms import DETECTION
from amino_testkit.network.faults import Faults
from amino_testkit.schedules.agreement import agreed
from amino_wire.errors import AminoError
from amino_wire.instances import object_of
from amino_wire.pb import client_pb2, common_pb2

from tests.support.simulated import run

KEYS = ("one", "two", "three")
LOSSES = Faults(drop_request=0.04, drop_reply=0.08, duplicate=0.1)


async def objects(cluster: SimulatedCluster) -> dict[str, common_pb2.ObjectRecord]:
    """The objects of the kind, by name."""
    listed = await cluster.operator.ask("List", client_pb2.ListRequest(name_prefix="map/", page_size=1000))
    return {record.name: record for record in listed.objects}


def instances(cluster: SimulatedCluster) -> Counter[str]:
    """How many instances of each object the living kernels have."""
    return Counter(object_of(each) for kernel in cluster.kernels.values() if kernel.alive for each in kernel.half.objects)


@pytest.mark.parametrize("chain", ["", "DurableSerializableRPC"])
@pytest.mark.parametrize("seed", range(12))
def test_there_is_one_object_for_each_key_whatever_ends_while_it_is_made(seed: int, chain: str) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        chance = Random(seed)
        await cluster.register_kind("map", chain)
        cluster.oms.commit_seconds = (0.005, 0.05)
        for kernel in cluster.kernels.values():
            kernel.half.making_seconds = 0.2
        cluster.use(LOSSES)
        got: dict[str, set[str]] = {key: set() for key in KEYS}
        acknowledged: dict[str, set[str]] = {key: set() for key in KEYS}

        async def program(number: int) -> None:
            client = cluster.sdk_client(f"program{number}", chance.choice(sorted(cluster.kernels)))
            await asyncio.sleep(chance.uniform(0.0, 1.0))
            for key in chance.sample(KEYS, len(KEYS)):
                stub = await client.get_or_create("map", key)
                got[key].add(stub.name)
                for entry in range(3):
                    try:
                        await stub.call("put", f"{number}/{entry}", 1, budget=30.0)
                    except AminoError:
                        continue
                    acknowledged[key].add(f"{number}/{entry}")

        programs = [asyncio.ensure_future(program(number)) for number in range(9)]
        cluster.scheduler.after(chance.uniform(0.1, 1.0), cluster.oms.kill)
        cluster.scheduler.after(1.5, cluster.oms.start)
        if chain:
            dying = chance.choice(("a", "b", "c"))
            cluster.scheduler.after(chance.uniform(0.3, 4.0), lambda: cluster.crash(dying, back_after=2 * DETECTION))
        await asyncio.wait(programs)
        for each in programs:
            each.result()
        cluster.calm()
        await asyncio.sleep(6 * DETECTION)
        found = await objects(cluster)
        assert sorted(found) == sorted(f"map/{key}" for key in KEYS)
        by_id = [record.id for record in found.values()]
        await agreed(cluster, by_id, 60.0)
        # A doubled order may have made a further one, of an object that nobody was told of; its kernel drops it when it registers again.
        assert {each: count for each, count in instances(cluster).items() if count > 1 or each in by_id} == dict.fromkeys(by_id, 1)
        for key in KEYS:
            record = found[f"map/{key}"]
            assert got[key] == {record.id}, f"clients were told of {got[key]} for {key}"
            kept = set(await cluster.client("judge", "b").stub(record.id).call("keys"))
            assert acknowledged[key] <= kept, f"{key} has lost {acknowledged[key] - kept}"

    run(scenario, seed)


@pytest.mark.parametrize("seed", range(6))
def test_a_kernel_that_ends_while_it_makes_the_object_is_replaced_for_all_who_wait(seed: int) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        chance = Random(seed)
        await cluster.register_kind("map", "DurableSerializableRPC")
        for kernel in cluster.kernels.values():
            kernel.half.making_seconds = 1.0
        cluster.oms.preferred = "c"
        asking = [asyncio.ensure_future(cluster.sdk_client(f"program{n}", "ab"[n % 2]).get_or_create("map", "one")) for n in range(8)]

        def crash() -> None:
            cluster.crash("c")
            cluster.oms.preferred = ""

        cluster.scheduler.after(chance.uniform(0.05, 1.2), crash)
        stubs = await asyncio.gather(*asking)
        (record,) = (await objects(cluster)).values()
        assert {stub.name for stub in stubs} == {record.id}
        await asyncio.sleep(3 * DETECTION)
        assert await stubs[0].call("add", "x", 1) == 1
        assert cluster.node_of(record.id) != "c"

    run(scenario, seed)


def test_a_lost_object_without_a_saver_is_made_anew_once_for_all_who_ask() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        await cluster.register_kind("map", "", {"x": 5})
        cluster.oms.preferred = "c"
        first = await cluster.sdk_client("program", "a").get_or_create("map", "one")
        await first.call("put", "x", 6)
        cluster.oms.preferred = ""
        cluster.crash("c", back_after=1.0)
        await asyncio.sleep(3 * DETECTION)
        stubs = await asyncio.gather(*(cluster.sdk_client(f"program{n}", "b").get_or_create("map", "one") for n in range(6)))
        assert {stub.name for stub in stubs} == {first.name}
        assert [await stub.call("add", "x", 1) for stub in stubs] == [6, 7, 8, 9, 10, 11]
        assert instances(cluster) == {first.name: 1}

    run(scenario, 7)
