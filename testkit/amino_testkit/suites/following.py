"""What a manager must keep that moves an object by its callers or by command (Sapphire Table 1, mobility)."""

from __future__ import annotations

import asyncio
from itertools import pairwise

from amino_wire.errors import KernelNotFound

from amino_testkit.cluster.cluster import SimulatedCluster
from amino_testkit.suites.placement import PlacementSuite
from amino_testkit.world.scheduler import elapsed, error_of


async def _call(cluster: SimulatedCluster, caller: str, node: str, until: float, pause: float = 0.05) -> int:
    stub, done = cluster.client(caller, node).stub("map"), 0
    while elapsed() < until:
        await stub.call("add", "x", 1)
        done += 1
        await asyncio.sleep(pause)
    return done


class FollowingSuite(PlacementSuite):
    """For managers that move the object to where it is called most.

    class TestMine(FollowingSuite):
        manager = "Mine(settle=2s,window=5s)"
    """

    def test_it_goes_to_where_it_is_called_and_no_call_is_lost(self) -> None:
        """From node to node, as the callers change."""

        async def scenario(cluster: SimulatedCluster) -> None:
            stub = await cluster.create("map", self._chain())
            calls = 0
            for node in ("c", "a", "b"):
                calls += await _call(cluster, f"at {node}", node, elapsed() + 25.0)
                assert cluster.node_of("map") == node
            assert await stub.call("get", "x") == calls

        for seed in range(2):
            self._run(scenario, seed)

    def test_many_callers_near_one_another_have_it_among_them(self) -> None:
        """A node in the west calls more than each in the east, but less than those together."""

        async def scenario(cluster: SimulatedCluster) -> None:
            await cluster.create("map", self._chain())
            await cluster.move("map", "c")
            until = elapsed() + 30.0
            rates = {"a": 0.1, "b": 0.1, "phone": 0.1, "c": 0.06}
            await asyncio.gather(*(_call(cluster, f"at {node}", node, until, pause) for node, pause in rates.items()))
            assert cluster.node_of("map") in ("a", "b", "phone")

        self._run(scenario)

    def test_callers_that_are_alike_do_not_have_it_go_back_and_forth(self) -> None:
        """It moves seldom between two that call by turns more quickly than it settles."""

        async def scenario(cluster: SimulatedCluster) -> None:
            await cluster.create("map", self._chain())
            epochs = [cluster.record("map").status.epoch]
            for turn in range(24):
                await _call(cluster, f"turn {turn}", "ac"[turn % 2], elapsed() + 2.0)
                epochs.append(cluster.record("map").status.epoch)
            assert sum(later > earlier for earlier, later in pairwise(epochs)) <= 4, epochs

        self._run(scenario)

    def test_it_stays_where_a_manager_keeps_it(self) -> None:
        """The rule of the other manager holds."""

        async def scenario(cluster: SimulatedCluster) -> None:
            await cluster.create("map", f"{self.manager},KeepInRegion(region=east)")
            await _call(cluster, "far", "c", elapsed() + 20.0)
            assert cluster.node_of("map") in ("a", "b", "phone")

        self._run(scenario)

    def test_it_follows_on_after_the_oms_came_back(self) -> None:
        """What had been told before is told anew."""

        async def scenario(cluster: SimulatedCluster) -> None:
            await cluster.create("map", self._chain())
            await _call(cluster, "before", "a", elapsed() + 3.0)
            cluster.oms.kill()
            cluster.scheduler.after(1.0, cluster.oms.start)
            await _call(cluster, "behind", "c", elapsed() + 60.0)
            assert cluster.node_of("map") == "c"

        self._run(scenario)


class OffloadingSuite(PlacementSuite):
    """For managers with the commands `offload`, `pull_back` and `where`."""

    def test_it_is_sent_away_from_a_device_and_taken_back_with_its_state(self) -> None:
        """To a server in its region."""

        async def scenario(cluster: SimulatedCluster) -> None:
            stub = await cluster.create("map", self._chain(), {"x": 1})
            await cluster.move("map", "phone")
            assert await stub.command("offload") in ("a", "b")
            assert cluster.node_of("map") == await stub.command("where") != "phone"
            assert await stub.call("add", "x", 1) == 2
            assert await stub.command("pull_back") == cluster.node_of("map") == "phone"
            assert await stub.command("pull_back") == "phone"
            assert await stub.call("get", "x") == 2

        self._run(scenario)

    def test_it_goes_to_the_place_that_is_named(self) -> None:
        """A node or a region; back it goes to the first one."""

        async def scenario(cluster: SimulatedCluster) -> None:
            stub = await cluster.create("map", self._chain())
            await cluster.move("map", "phone")
            assert await stub.command("offload", "b") == "b"
            assert await stub.command("offload", "west") == "c"
            assert await stub.command("pull_back") == "phone"
            error = await error_of(stub.command("offload", "nowhere"))
            assert isinstance(error, KernelNotFound) and "nowhere" in error.message
            assert cluster.node_of("map") == "phone"

        self._run(scenario)

    def test_a_device_that_is_away_is_named_and_the_object_goes_on(self) -> None:
        """And it is taken back when the device is there again, also by another OMS."""

        async def scenario(cluster: SimulatedCluster) -> None:
            stub = await cluster.create("map", self._chain())
            await cluster.move("map", "phone")
            away = await stub.command("offload")
            cluster.crash("phone", back_after=60.0)
            await asyncio.sleep(20.0)
            error = await error_of(stub.command("pull_back"))
            assert isinstance(error, KernelNotFound) and "phone" in error.message
            assert cluster.node_of("map") == away
            assert await stub.call("add", "x", 1) == 1
            cluster.oms.kill()
            cluster.scheduler.after(1.0, cluster.oms.start)
            await asyncio.sleep(50.0)
            assert await stub.command("pull_back") == "phone"
            assert await stub.call("get", "x") == 1

        self._run(scenario)
