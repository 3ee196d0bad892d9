"""Orders of the OMS that it gives up half-way: what they have begun comes to its end."""

from __future__ import annotations

import asyncio

from amino_testkit import SimulatedCluster

from tests.support.simulated import run


def test_an_order_to_end_an_instance_that_is_given_up_leaves_its_place_free() -> None:
    """As by the OMS, whose own caller ends with that instance: the next one under its id is made at once."""

    async def scenario(cluster: SimulatedCluster) -> None:
        await cluster.create("map", "DurableSerializableRPC", {"x": 1}, kernel="a")
        kernel, instance = cluster.kernels["a"], cluster.id_of("map")
        hosting, record = kernel.parts.hosting, cluster.record("map")

        async def attempts() -> None:
            local = kernel.parts.table.get(instance)
            assert local is not None
            state = (await local.runtime.bridge.snapshot(instance, False)).state.data
            ending = asyncio.ensure_future(hosting.destroy(instance, "0", 1))
            while kernel.parts.table.get(instance) is not None:
                await asyncio.sleep(0)
            ending.cancel()
            await asyncio.wait([ending])
            record.status.epoch += 1
            async with asyncio.timeout(20.0):
                await hosting.receive(record, "0", state, b"")

        await kernel.process.ask(attempts)

    run(scenario, 316)
