"""What a manager must keep that saves the object durably and brings it back (Sapphire Table 1, checkpointing)."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from amino_testkit.cluster.client import SimulatedClient, Stub
from amino_testkit.cluster.cluster import SimulatedCluster
from amino_testkit.cluster.oms import DETECTION
from amino_testkit.network.faults import Faults
from amino_testkit.suites.scenario import FamilySuite
from amino_testkit.world.scheduler import elapsed, error_of

STEPS = 24
SLOW = 0.05
"""The rate of a clock by which a lease lasts far too long."""
"""At how many different messages a kernel is ended."""


class CheckpointSuite(FamilySuite):
    """For managers with the traits SAVES and RECOVERS.

    Attributes:
        undone: how many answered calls may be missing after the end of the object's kernel.
        save: the command that saves; empty: it saves by itself.
    """

    undone: ClassVar[int] = 0
    save: ClassVar[str] = ""

    async def _saved(self, stub: Stub[SimulatedClient]) -> None:
        if self.save:
            await stub.command(self.save)

    async def _back(self, cluster: SimulatedCluster) -> Stub[SimulatedClient]:
        """The map as a caller finds it that comes when it is back."""
        await asyncio.sleep(10.0)
        return cluster.client(f"client at {elapsed()}", "b").stub("map")

    async def _found(self, cluster: SimulatedCluster) -> int:
        return int(await (await self._back(cluster)).call("get", "x"))

    def test_an_object_comes_back_as_it_was_saved(self) -> None:
        """On a kernel that lives, and can be used and saved there."""

        async def scenario(cluster: SimulatedCluster) -> None:
            stub = await cluster.create("map", self._chain(), {"x": 0})
            for _ in range(10):
                await stub.call("add", "x", 1)
            await self._saved(stub)
            cluster.crash("a")
            later = await self._back(cluster)
            assert 10 - self.undone <= await later.call("get", "x") <= 10
            await later.call("put", "x", 100)
            for _ in range(self.undone):
                await later.call("put", "y", 1)
            await self._saved(later)
            cluster.crash(cluster.node_of("map"))
            assert await self._found(cluster) == 100

        self._run(scenario)

    def test_a_kernel_may_end_at_any_message(self) -> None:
        """Answered writes are there, but for those that may be undone; other writes are there whole or not at all."""

        async def scenario(cluster: SimulatedCluster) -> None:
            stub = await cluster.create("map", self._chain(), {"x": 0})
            answered = 0
            cluster.use(Faults(crash_at=1 + int(cluster.random.random() * STEPS), crash_node="a"))
            for value in range(1, 6):
                if await error_of(stub.call("put", "x", value)) is None:
                    answered = value
            cluster.calm()
            found = await self._found(cluster)
            kept = 0 if self.save else answered - self.undone
            assert kept <= found <= answered + 1

        for seed in range(STEPS):
            self._run(scenario, seed)

    def test_objects_are_saved_apart(self) -> None:
        """No file or key of one is that of another."""

        async def scenario(cluster: SimulatedCluster) -> None:
            stubs = [await cluster.create(name, self._chain(), {"x": number}) for number, name in enumerate(("map", "other"))]
            await asyncio.gather(*(self._saved(stub) for stub in stubs))
            cluster.crash("a")
            await asyncio.sleep(10.0)
            later = cluster.client("later", "b")
            assert [await later.stub(name).call("get", "x") for name in ("map", "other")] == [0, 1]

        self._run(scenario)

    def test_a_copy_that_was_replaced_saves_nothing_more(self) -> None:
        """The dead kernel's clock was much too slow: it goes on, and the state of the copy that took over stays what it is.

        When the replaced copy is to save, it ends, and its callers are sent to the one that took over.
        """

        async def scenario(cluster: SimulatedCluster) -> None:
            stub = await cluster.create("map", self._chain(), {"x": 0})
            await self._saved(stub)
            await stub.call("get", "x")
            cluster.kernels["a"].clock.run_at(SLOW)
            await asyncio.sleep(DETECTION + 1.0)
            assert cluster.node_of("map") != "a"
            other = cluster.client("other", "b").stub("map")
            await other.call("put", "x", 2)
            await self._saved(other)
            errors = {-number: await error_of(stub.call("put", "x", -number)) for number in range(1, 20)}
            answered = [2, *(value for value, error in errors.items() if error is None)]
            assert not cluster.kernels["a"].parts.membership.lease.fenced, "or nothing was tried"
            cluster.crash(cluster.node_of("map"))
            assert await self._found(cluster) in ((0, *answered) if self.undone else (2, answered[-1]))

        self._run(scenario)
