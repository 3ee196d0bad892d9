"""Replicas in regions and at their callers, in simulated clusters: what fails is made up for in the right place, and nothing is lost."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Awaitable, Callable
from random import Random
from typing import Any

import pytest
from amino_dms.api import Node
from amino_dms.chain import Chain, Registry, explain_text
from amino_testkit import Faults, SimulatedCluster
from amino_testkit.cluster.client import SimulatedClient, Stub
from amino_testkit.suites.replication import SETTLED, ReplicationSuite, states
from amino_testkit.world.scheduler import error_of, simulate
from amino_wire.errors import ChainInvalid
from amino_wire.pb import client_pb2, common_pb2
from amino_wire.values import decode, encode

REGISTRY = Registry.installed()
SEEDS = range(int(os.environ.get("AMINO_SEEDS", "3")))
"""More with AMINO_SEEDS; each failure names its own."""
REGIONS = {name: {"e": "east", "w": "west", "n": "north"}[name[0]] for name in ("e1", "e2", "e3", "w1", "w2", "n1", "n2")}
NODES = tuple(Node(name, {"region": region}) for name, region in REGIONS.items())
LOGS = ("", ",log=kernels,compare=5,snapshot=10")
LOSSES = Faults(drop_request=0.03, drop_reply=0.03, duplicate=0.05, delay=(0.0005, 0.02))


class TestCluster(ReplicationSuite):
    """The paper's name; three of the kernels are in the region."""

    manager = "ConsensusRSM-Cluster(compare=5,snapshot=10)"
    nodes = ("a", "b", "phone")


class TestGeo(ReplicationSuite):
    """Over the log of the kernels."""

    manager = "ConsensusRSM-Geo(regions=2,log=kernels,compare=5,snapshot=10)"


class TestCallers(ReplicationSuite):
    """Over the log of the kernels, so that replicas move by changes of members."""

    manager = "ConsensusRSM-P2P(log=kernels,compare=5,snapshot=10)"


def play(scenario: Callable[[SimulatedCluster], Awaitable[Any]], seed: int) -> None:
    """Runs a scenario with kernels in three regions, and a client in the first."""

    async def run(random: Random) -> None:
        cluster = SimulatedCluster(random, NODES)
        cluster.client("client", "e1")
        await scenario(cluster)

    print("seed", seed)
    simulate(run, seed)


def regions(cluster: SimulatedCluster) -> Counter[str]:
    """How many replicas of the object `map` there are in each region."""
    return Counter(REGIONS[kernel] for kernel in states(cluster, "map"))


async def add(stub: Stub[SimulatedClient], times: int, pause: float = 0.0) -> int:
    """So many additions of one; how many were answered."""
    answered = 0
    for _ in range(times):
        answered += await error_of(stub.call("add", "x", 1)) is None
        await asyncio.sleep(pause)
    return answered


@pytest.mark.parametrize("log", LOGS)
@pytest.mark.parametrize("seed", SEEDS)
def test_the_end_of_a_region_is_survived_and_made_up_for(log: str, seed: int) -> None:
    """Its kernels end at once, while calls go on; then it comes back."""

    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", Chain.parse(f"ConsensusRSM(place=geo{log})", REGISTRY), {"x": 0}, kernel="e1", client="client")
        await asyncio.sleep(SETTLED)
        assert regions(cluster) == {"east": 1, "west": 1, "north": 1}
        gone = cluster.random.choice(("east", "west", "north"))
        calling = asyncio.ensure_future(add(cluster.client("other", "w1" if gone != "west" else "e1").stub("map"), 60, 0.2))
        await asyncio.sleep(1.0)
        for kernel in [name for name, region in REGIONS.items() if region == gone]:
            cluster.crash(kernel, back_after=60.0)
        await asyncio.sleep(50.0)
        told = await stub.command("members")
        assert "1 of 3 regions are missing" in told["lacks"]
        assert not told["whole"]
        assert len(states(cluster, "map")) == 3
        await asyncio.sleep(2 * SETTLED)
        assert regions(cluster) == {"east": 1, "west": 1, "north": 1}
        told = await stub.command("members")
        assert (told["lacks"], told["whole"], set(told["regions"].values())) == ("", True, {"east", "west", "north"})
        assert await calling == 60
        assert await stub.call("get", "x") == 60
        assert [each["x"] for each in states(cluster, "map").values()] == [60] * 3

    play(scenario, seed)


@pytest.mark.parametrize("log", LOGS)
def test_a_cluster_goes_where_it_has_room_and_stays_there(log: str) -> None:
    """It was made in a region of two kernels; later one of the three of its region ends for a while."""

    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", Chain.parse(f"ConsensusRSM-Cluster(replicas=3{log})", REGISTRY), {"x": 0}, kernel="w1")
        calls = asyncio.ensure_future(add(stub, 50, 0.1))
        await asyncio.sleep(SETTLED)
        assert regions(cluster) == {"east": 3}
        lost = max(states(cluster, "map"))
        cluster.crash(lost, back_after=40.0)
        await asyncio.sleep(25.0)
        assert regions(cluster) == {"east": 2}
        told = await stub.command("members")
        assert told["lacks"] == "1 of 3 replicas have no kernel"
        await asyncio.sleep(2 * SETTLED)
        assert regions(cluster) == {"east": 3}
        assert await calls == 50
        assert [each["x"] for each in states(cluster, "map").values()] == [50] * 3

    play(scenario, 2)


@pytest.mark.parametrize("log", LOGS)
@pytest.mark.parametrize("seed", SEEDS)
def test_replicas_follow_their_callers(log: str, seed: int) -> None:
    """Callers come, go, and others come elsewhere, while messages are lost and a kernel ends: no answered call is lost, none runs twice."""

    async def scenario(cluster: SimulatedCluster) -> None:
        await cluster.create("map", Chain.parse(f"ConsensusRSM-P2P(replicas=3{log})", REGISTRY), {"x": 0}, kernel="e1")
        cluster.use(LOSSES)
        done = 0
        for turn, callers in enumerate((("w1", "w2", "n1"), ("e1", "e2", "n2"))):
            stubs = [cluster.client(f"client {turn} {node}", node).stub("map") for node in callers]
            calling = asyncio.gather(*(add(stub, 50, 0.9) for stub in stubs))
            if turn:
                await asyncio.sleep(5.0)
                cluster.crash(cluster.random.choice(sorted(states(cluster, "map"))), back_after=5.0)
            done += sum(await calling)
            assert set(states(cluster, "map")) == set(callers)
        cluster.calm()
        await asyncio.sleep(SETTLED)
        assert done == 300
        assert await cluster.client("last", "e3").stub("map").call("get", "x") == done
        assert [each["x"] for each in states(cluster, "map").values()] == [done] * 3

    play(scenario, seed)


def test_a_replica_does_not_run_after_callers_that_take_turns() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        await cluster.create("map", Chain.parse("ConsensusRSM-P2P(log=kernels)", REGISTRY), {"x": 0}, kernel="e1")
        steady = [cluster.client(f"steady {node}", node).stub("map") for node in ("e1", "e2")]
        turns = [cluster.client(f"turn {node}", node).stub("map") for node in ("w1", "w2")]
        always = [asyncio.ensure_future(add(stub, 1000, 0.5)) for stub in steady]
        await add(turns[0], 40, 0.5)
        places = list[str]()
        for turn in range(12):
            await add(turns[turn % 2], 16, 0.5)
            places.append(",".join(sorted(states(cluster, "map"))))
        assert len(set(places)) <= 2, places
        for calls in always:
            calls.cancel()

    play(scenario, 4)


@pytest.mark.parametrize("seed", range(8))
def test_a_kernel_may_end_at_any_message_of_an_exchange(seed: int) -> None:
    """Of the new member, of that which gives up its place, or of another one: nothing that was answered is lost."""

    async def scenario(cluster: SimulatedCluster) -> None:
        chain = Chain.parse("ConsensusRSM-P2P(log=kernels,compare=5,snapshot=10)", REGISTRY)
        stub = await cluster.create("map", chain, {"x": 0}, kernel="e1", client="client")
        await asyncio.sleep(5.0)
        caller = cluster.client("caller", "n1").stub("map")
        answered = await add(caller, 8, 1.0)
        place = cluster.random.choice(["n1", *states(cluster, "map")])
        cluster.use(Faults(crash_at=1 + int(cluster.random.random() * 400), crash_node=place))
        answered += await add(caller, 15, 1.0)
        cluster.calm()
        await asyncio.sleep(SETTLED)
        found = await stub.call("get", "x")
        assert answered <= found <= 23
        assert [each["x"] for each in states(cluster, "map").values()] == [found] * 3
        assert len(cluster.record("map").status.replicas) == 3

    play(scenario, seed)


def test_a_living_group_gets_another_placement() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", Chain.parse("ConsensusRSM(place=cluster,log=kernels)", REGISTRY), {"x": 5}, kernel="e1")
        await asyncio.sleep(5.0)
        assert regions(cluster) == {"east": 3}
        await cluster.attach("map", Chain.parse("ConsensusRSM(place=geo,log=kernels)", REGISTRY))
        assert await stub.call("add", "x", 1) == 6
        await asyncio.sleep(SETTLED)
        assert regions(cluster) == {"east": 1, "west": 1, "north": 1}
        assert list(states(cluster, "map").values()) == [{"x": 6}] * 3

    play(scenario, 5)


def test_a_manager_that_keeps_the_object_in_a_region_is_obeyed() -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        stub = await cluster.create("map", Chain.parse("KeepInRegion,ConsensusRSM-Geo", REGISTRY), {"x": 5}, kernel="e1")
        await asyncio.sleep(5.0)
        assert regions(cluster) == {"east": 3}
        told = await stub.command("members")
        assert told["lacks"].startswith("2 of 3 regions are missing: replicas are in east")

    play(scenario, 6)


def test_the_names_of_the_paper_are_understood() -> None:
    for name, place in (("Cluster", "cluster"), ("Geo", "geo"), ("P2P", "callers")):
        chain = Chain.parse(f"Retry,ConsensusRSM-{name}(replicas=5)", REGISTRY)
        assert str(chain) == f"Retry,ConsensusRSM(replicas=5,place={place})"
        assert f"place={place}" in explain_text(chain)
    with pytest.raises(ChainInvalid, match="did you mean ConsensusRSM-Geo"):
        Chain.parse("ConsensusRSM-Geos", REGISTRY)
    with pytest.raises(ChainInvalid, match=r"ConsensusRSM-Geo means ConsensusRSM\(place=geo\), so place cannot be cluster"):
        Chain.parse("ConsensusRSM-Geo(place=cluster)", REGISTRY)
    assert Chain.parse("ConsensusRSM-Geo(place=geo)", REGISTRY) == Chain.parse("ConsensusRSM-Geo", REGISTRY)


@pytest.mark.parametrize("settings", ["place=geo,regions=1", "place=geo,regions=5", "place=moon", "read=never", "regions=0"])
def test_a_placement_that_cannot_be_is_refused(settings: str) -> None:
    with pytest.raises(ChainInvalid):
        Chain.parse(f"ConsensusRSM({settings})", REGISTRY)


def test_records_have_the_managers_own_names() -> None:
    """So that a chain that is written otherwise is the same chain, and its managers go on."""

    async def scenario(cluster: SimulatedCluster) -> None:
        await cluster.create("map", "", {"x": 5}, kernel="e1")
        spec = common_pb2.DeploymentManagerSpec(name="ConsensusRSM-Geo", config=encode({"log": "kernels"}))
        request = client_pb2.AttachRequest(name_or_id=cluster.id_of("map"), deployment_managers=[spec], request_id="operator/geo")
        await cluster.operator.ask("Attach", request)
        (written,) = cluster.record("map").spec.deployment_managers
        assert (written.name, decode(written.config)) == ("ConsensusRSM", {"log": "kernels", "place": "geo"})

    play(scenario, 7)
