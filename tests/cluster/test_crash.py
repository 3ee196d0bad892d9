"""kill -9 of the OMS and of kernels, at any moment."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import uuid
from pathlib import Path

import pytest
from amino_wire.errors import AminoError, ObjectAwaitsKernel, ObjectLost
from amino_wire.pb import client_pb2

from tests.cluster.client import Client, until
from tests.cluster.objects import COUNTER_JS
from tests.cluster.processes import NOT_SERVING, SERVING, Cluster, cluster, running
from tests.cluster.runs import WITHOUT_JIT

pytestmark = [pytest.mark.cluster, pytest.mark.slow, pytest.mark.timeout(300)]

SEEDS = int(os.environ.get("AMINO_SEEDS", "1"))
"""How many schedules of kills are played: the first one kills OMS and kernel twice each."""


async def kernels_alive(client: Client) -> int:
    answer: client_pb2.KernelsResponse = await client.ask("Kernels", client_pb2.KernelsRequest(), timeout=5)
    return sum(kernel.alive for kernel in answer.kernels)


async def eventually(client: Client, target: str, method: str, *args: object) -> object:
    """The result of a call that is repeated until its object can be reached."""

    async def attempt() -> list[object]:
        try:
            return [await client.call(target, method, *args, budget_ms=5000)]
        except AminoError:
            return []

    return (await until(attempt))[0]


async def test_calls_go_on_while_the_oms_is_away_and_names_are_there_when_it_is_back(tmp_path: Path) -> None:
    made = Cluster(tmp_path)
    # Longer than a busy machine takes for two calls.
    made.oms.lease = 20
    async with running(made, "north", "south"), Client(made.kernels["north"].address) as client:
        here = await client.register("here", COUNTER_JS, on="north")
        there = await client.register("there", COUNTER_JS, on="south")
        assert await client.call(there.id, "incr") == 1
        await made.oms.kill()
        assert await client.call(here.id, "incr") == 1
        assert await client.call(there.id, "incr") == 2
        await made.oms.start()
        await until(lambda: kernels_alive_is(client, 2))
        for name, expected in (("here", 2), ("there", 3)):
            record = await client.get(name)
            # A call that ran, and whose answer was lost, would count twice when it is repeated: only a read may be.
            await eventually(client, record.id, "get")
            assert await client.call(record.id, "incr") == expected
        await client.register("after", COUNTER_JS, on="south")


async def kernels_alive_is(client: Client, count: int) -> bool:
    try:
        return await kernels_alive(client) == count
    except AminoError:
        return False


async def test_an_oms_away_longer_than_the_lease_silences_objects_until_it_is_back(tmp_path: Path) -> None:
    async with cluster(tmp_path, "north") as made, Client(made.kernels["north"].address) as client:
        record = await client.register("counter", COUNTER_JS)
        assert await client.call(record.id, "incr") == 1
        await made.oms.kill()

        async def silenced() -> bool:
            try:
                lane = await client.lane()
                await asyncio.wait_for(lane.invoke(record.id, "get", []), 0.5)
            except (AminoError, TimeoutError):
                return True
            return False

        await until(silenced)
        await made.kernels["north"].health(NOT_SERVING)
        await made.oms.start()
        assert await eventually(client, record.id, "get") == 1
        await made.kernels["north"].health(SERVING)


async def test_a_killed_kernel_comes_back_and_its_objects_can_be_restarted(tmp_path: Path) -> None:
    async with cluster(tmp_path, "north", "south") as made, Client(made.kernels["north"].address) as client:
        lost = await client.register("lost", COUNTER_JS, "js", 10, on="south")
        kept = await client.register("kept", COUNTER_JS, on="north")
        assert await client.call(lost.id, "incr") == 11
        await made.kernels["south"].kill()

        async def reported() -> bool:
            try:
                await client.call(lost.id, "get", budget_ms=2000)
            except (ObjectLost, ObjectAwaitsKernel):
                return True
            except AminoError:
                return False
            return False

        await until(reported)
        assert await client.call(kept.id, "incr") == 1
        await made.kernels["south"].start()
        await until(lambda: kernels_alive_is(client, 2))
        assert (await client.get("lost")).id == lost.id
        await client.ask("Restart", client_pb2.RestartRequest(name_or_id="lost"))
        assert await eventually(client, lost.id, "get") == 10


async def test_a_kernel_that_was_stopped_for_long_is_fenced_when_it_goes_on(tmp_path: Path) -> None:
    async with cluster(tmp_path, "north", "south") as made, Client(made.kernels["north"].address) as client:
        record = await client.register("counter", COUNTER_JS, on="south")
        made.kernels["south"].signal(signal.SIGSTOP)
        await until(lambda: kernels_alive_is(client, 1))
        made.kernels["south"].signal(signal.SIGCONT)
        await until(lambda: kernels_alive_is(client, 2))
        assert await eventually(client, record.id, "get") == 0
        assert await client.call(record.id, "incr") == 1


@pytest.mark.parametrize("seed", range(1, SEEDS + 1))
async def test_no_registered_name_is_lost_by_kills_at_random_moments(tmp_path: Path, seed: int) -> None:
    print("seed", seed)
    rng = random.Random(seed)
    async with cluster(tmp_path, "north", "south", jvm_options=WITHOUT_JIT) as made, Client(made.kernels["north"].address) as client:
        acknowledged: dict[str, str] = {}
        stop = asyncio.Event()

        async def register() -> None:
            while not stop.is_set():
                name = f"name-{uuid.uuid4().hex[:8]}"
                try:
                    acknowledged[name] = (await client.register(name, COUNTER_JS)).id
                except AminoError:
                    await asyncio.sleep(0.05)

        workers = [asyncio.ensure_future(register()) for _ in range(4)]
        for victim in rng.choices([made.oms, made.kernels["south"]], k=4):
            before = len(acknowledged)
            await until(lambda before=before: more_than(acknowledged, before + rng.randint(1, 5)))  # type: ignore[misc]
            await victim.kill()
            await victim.start()
        stop.set()
        await asyncio.gather(*workers)
        await until(lambda: kernels_alive_is(client, 2))
        assert len(acknowledged) > 4
        for name, object_id in acknowledged.items():
            assert (await client.get(name)).id == object_id


async def more_than(found: dict[str, str], count: int) -> bool:
    return len(found) > count


async def test_a_source_killed_during_moves_loses_no_record(tmp_path: Path) -> None:
    async with cluster(tmp_path, "north", "middle", "south") as made, Client(made.kernels["north"].address) as client:
        records = [await client.register(f"counter-{number}", COUNTER_JS, on="south") for number in range(6)]
        target = made.kernels["middle"].kernel_id
        moves = [asyncio.ensure_future(client.move(record.id, target)) for record in records]
        await until(lambda: any_moved(client, records, target))
        await made.kernels["south"].kill()
        await asyncio.gather(*moves, return_exceptions=True)
        await made.kernels["south"].start()
        await until(lambda: kernels_alive_is(client, 3))
        for record in records:
            assert await until(lambda record=record: usable_or_lost(client, record.id))  # type: ignore[misc]


async def any_moved(client: Client, records: list[object], target: str) -> bool:
    found = [await client.get(record.id) for record in records]  # type: ignore[attr-defined]
    return any(record.status.replicas[0].kernel_id == target for record in found)


async def usable_or_lost(client: Client, object_id: str) -> str:
    try:
        await client.call(object_id, "incr", budget_ms=3000)
        return "usable"
    except (ObjectLost, ObjectAwaitsKernel):
        return "lost"
    except AminoError:
        return ""
