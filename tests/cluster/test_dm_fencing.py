"""A kernel that was stopped for longer than its lease says nothing for objects that live elsewhere now, from its first instruction on."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import pytest
from amino_wire.errors import AminoError
from amino_wire.frames import CallOptions
from amino_wire.pb import client_pb2

from tests.cluster.client import Client, until
from tests.cluster.objects import COUNTER_JS
from tests.cluster.processes import cluster

pytestmark = [pytest.mark.cluster, pytest.mark.slow, pytest.mark.timeout(200)]

CALLS = 40


async def test_a_stopped_kernel_answers_no_call_that_waited_for_it(tmp_path: Path) -> None:
    """The calls are there when it goes on, so they are read before the Python half can have said that the lease is over."""
    async with cluster(tmp_path, "north", "south") as made:
        north, south = made.kernels["north"], made.kernels["south"]
        async with Client(north.address) as client, Client(south.address) as beside:
            record = await beside.register("counter", COUNTER_JS, on="south", labels={"kept": "yes"})
            lane = await beside.lane()
            assert await lane.invoke(record.id, "incr", [100]) == 100
            south.signal(signal.SIGSTOP)
            try:
                await until(lambda: dead(client, south.kernel_id))
                await client.ask("Delete", client_pb2.DeleteRequest(name_or_id="counter"))
                other = await client.register("counter", COUNTER_JS, "js", 7, on="north")
                assert await client.call(other.id, "get") == 7
                waiting = [asyncio.ensure_future(outcome(lane, record.id)) for _ in range(CALLS)]
                answered, _ = await asyncio.wait(waiting, timeout=0.3)
                assert not answered
            finally:
                south.signal(signal.SIGCONT)
            answers = await asyncio.wait_for(asyncio.gather(*waiting), 60)
            assert all(isinstance(answer, AminoError) for answer in answers), answers
            await until(lambda: alive_again(client, south.kernel_id))
            fresh = await client.register("fresh", COUNTER_JS, on="south")
            assert await beside.call(fresh.id, "incr") == 1


async def outcome(lane: object, target: str) -> object:
    """What a call gives or raises."""
    try:
        return await lane.invoke(target, "incr", [1], CallOptions(budget_ms=30_000))  # type: ignore[attr-defined]
    except AminoError as error:
        return error


async def dead(client: Client, kernel_id: str) -> bool:
    return kernel_id not in await living(client)


async def alive_again(client: Client, kernel_id: str) -> bool:
    return kernel_id in await living(client)


async def living(client: Client) -> set[str]:
    answer: client_pb2.KernelsResponse = await client.ask("Kernels", client_pb2.KernelsRequest(), timeout=5)
    return {kernel.id for kernel in answer.kernels if kernel.alive}
