"""What every deployment manager must keep, alone and in a chain."""

from __future__ import annotations

import asyncio
from random import Random
from typing import Any, ClassVar

from amino_dms.api import Interface
from amino_dms.chain import Chain, Registry, explain_text, problems
from amino_wire.errors import AminoError, ArgumentInvalid, GuestException, MemberNotFound, NotFound

from amino_testkit.cluster.cluster import NODES, SimulatedCluster
from amino_testkit.probe import Probe, Seen
from amino_testkit.world.scheduler import simulate


class ManagerSuite:
    """Inherit from it in a test module, and set what is tested.

        class TestMyCaching(ManagerSuite):
            manager = "MyCaching(lease=1s)"
            registry = Registry([MyCaching])

    Attributes:
        manager: as written in a chain.
        registry: where it is found.
        seed: of all runs.
        ways: how many kernels there are where a call is followed on its way: one for managers that run it on several.
    """

    manager: ClassVar[str]
    registry: ClassVar[Registry | None] = None
    seed: ClassVar[int] = 1
    ways: ClassVar[int] = len(NODES)

    def _chain(self) -> Chain:
        return Chain.parse(self.manager, self.registry or Registry.installed())

    def _with_probes(self, log: list[Seen]) -> list[Chain]:
        first, last = Probe.writing_into(log, "First"), Probe.writing_into(log, "Last")
        chain = Chain([first(), *self._chain().managers, last()])
        return [chain]

    def test_promise_is_one_line(self) -> None:
        """`amino dms` prints it."""
        manager = self._chain().managers[0]
        assert manager.promise
        assert "\n" not in manager.promise
        assert manager.promise.endswith(".")

    def test_settings_survive_the_record(self) -> None:
        """The stored form of a chain gives the same chain again."""
        registry = self.registry or Registry.installed()
        chain = self._chain()
        assert Chain.of(chain.specs(), registry) == chain
        assert Chain.parse(str(chain), registry) == chain

    def test_explains_itself(self) -> None:
        """Its promise stands in what `amino explain` says."""
        text = explain_text(self._chain(), Interface())
        assert self._chain().managers[0].promise in text
        assert not problems(self._chain())

    def test_upcalls_in_order(self) -> None:
        """Proxies run in list order, instance managers mirror it, and each sees a call exactly once."""
        log: list[Seen] = []

        async def scenario(random: Random) -> None:
            cluster = SimulatedCluster(random, NODES[: self.ways], self.registry)
            stub = await cluster.create("object", self._with_probes(log)[0])
            log.clear()
            await stub.call("peek", "x")

        simulate(scenario, self.seed)
        seen = [(entry.probe, entry.part, entry.upcall) for entry in log if entry.upcall.endswith("peek")]
        assert seen == [
            ("First", "proxy", "call peek"),
            ("Last", "proxy", "call peek"),
            ("Last", "instance_manager", "call peek"),
            ("First", "instance_manager", "call peek"),
            ("First", "instance_manager", "return peek"),
            ("Last", "instance_manager", "return peek"),
            ("Last", "proxy", "return peek"),
            ("First", "proxy", "return peek"),
        ]

    def test_runs_each_call_exactly_once(self) -> None:
        """Without faults, a call runs once on one replica."""

        async def scenario(random: Random) -> list[tuple[str, str]]:
            cluster = SimulatedCluster(random, registry=self.registry)
            stub = await cluster.create("object", self._chain())
            for _ in range(5):
                await stub.call("peek", "x")
            await cluster.client("other", "b").stub("object").call("peek", "y")
            return cluster.executions("object")

        executed = simulate(scenario, self.seed)
        assert [method for method, _ in executed] == ["peek"] * len(executed)
        assert len({request for _, request in executed}) == len(executed)
        assert 1 <= len(executed) <= 6

    def test_errors_pass_unchanged(self) -> None:
        """An exception of the application keeps its class and message, and comes from one execution."""

        async def scenario(random: Random) -> tuple[GuestException, list[tuple[str, str]]]:
            cluster = SimulatedCluster(random, registry=self.registry)
            stub = await cluster.create("object", self._chain())
            error = await _error(stub.call("fail", "no more"))
            assert isinstance(error, GuestException)
            return error, cluster.executions("object")

        error, executed = simulate(scenario, self.seed)
        assert (error.type, error.message) == ("ValueError", "no more")
        assert [method for method, _ in executed] == ["fail"]

    def test_wrong_calls_stay_wrong(self) -> None:
        """A member that is not there, wrong arguments, and reserved names are refused as without managers."""

        async def scenario(random: Random) -> list[BaseException | None]:
            cluster = SimulatedCluster(random, registry=self.registry)
            stub = await cluster.create("object", self._chain())
            calls = (stub.call("absent"), stub.call("get"), stub.call("@commit", "x"), stub.command("no_such_command"))
            return [await _error(call) for call in calls]

        errors = simulate(scenario, self.seed)
        assert [type(error) for error in errors] == [MemberNotFound, ArgumentInvalid, MemberNotFound, MemberNotFound]

    def test_works_again_after_an_error(self) -> None:
        """No lock, lease or place in a queue stays behind."""

        async def scenario(random: Random) -> Any:
            cluster = SimulatedCluster(random, registry=self.registry)
            stub = await cluster.create("object", self._chain(), {"x": 1})
            await _error(stub.call("put_and_fail", "x", 2))
            return await stub.call("peek", "x")

        assert simulate(scenario, self.seed) in (1, 2)

    def test_deletes_cleanly(self) -> None:
        """Parts end without errors while calls still come."""

        async def scenario(random: Random) -> None:
            cluster = SimulatedCluster(random, registry=self.registry)
            stub = await cluster.create("object", self._chain())
            await stub.call("peek", "x")
            object_id = cluster.id_of("object")
            calls = [asyncio.ensure_future(_error(stub.call("peek", "x", budget=5.0))) for _ in range(5)]
            await cluster.delete("object")
            assert all(error is None or isinstance(error, AminoError) for error in await asyncio.gather(*calls))
            await asyncio.sleep(5.0)
            assert isinstance(await _error(cluster.client("other", "b").stub("object").call("peek", "x")), NotFound)
            assert all(object_id not in kernel.half.objects for kernel in cluster.kernels.values())
            assert cluster.oms.disk.count(f"/durable/{object_id}/") == 0

        simulate(scenario, self.seed)


async def _error(call: Any) -> BaseException | None:
    try:
        await call
    except Exception as error:
        return error
    return None
