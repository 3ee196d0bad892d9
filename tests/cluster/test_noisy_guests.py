"""What guests print, and what they compute without end, keeps nothing from its time: leases, health, other objects' calls."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
import pytest
from amino_wire.errors import AminoError, DeadlineExceeded, ObjectLost
from amino_wire.pb import client_pb2, common_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc

from tests.cluster.client import Client, until
from tests.cluster.objects import COUNTER_JS
from tests.cluster.processes import SERVING, Cluster, KernelProcess, cluster, running
from tests.support.children import every_child

pytestmark = [pytest.mark.cluster, pytest.mark.slow, pytest.mark.timeout(300)]

LINES = 1_000_000
PATIENCE_MS = 120_000
POWER = 150_000_000
"""An exponent for which Java's BigInteger computes for minutes, in one piece that looks for no interruption."""
PRINTER_JS = """
module.exports = class Printer {
  print(lines) { for (let i = 0; i < lines; i++) console.log('line ' + i); return lines; }
};
"""
CALLS = 30_000
FLOOD_JS = """
module.exports = class Flood {
  async flood(name, calls) {
    const stub = amino.get(name);
    const all = [];
    for (let i = 0; i < calls; i++) all.push(stub.incr.async(1));
    await Promise.all(all);
    return calls;
  }
};
"""
POWER_JS = """
module.exports = class Power {
  ping() { return 'pong'; }
  power(exponent) { return (3n ** BigInt(exponent)) > 1n; }
};
"""


async def lines_of(client: Client, record: common_pb2.ObjectRecord) -> list[Any]:
    return [line async for line in client.service.Logs(client_pb2.LogsRequest(name_or_id=record.id, tail=10_000))]


async def healthy(channel: grpc.aio.Channel) -> bool:
    check: Any = health_pb2_grpc.HealthStub(channel).Check
    return (await check(health_pb2.HealthCheckRequest(), timeout=10)).status == SERVING


def dropped(lines: list[Any]) -> int:
    counts = [re.match(r"… ([\d,]+) lines dropped", line.text) for line in lines if line.level == "warning"]
    return sum(int(count[1].replace(",", "")) for count in counts if count is not None)


@pytest.mark.alone
async def test_a_guest_that_prints_a_million_lines_keeps_nobody_waiting_and_the_log_counts_what_was_dropped(tmp_path: Path) -> None:
    async with patient(tmp_path) as kernel:
        async with Client(kernel.address) as printing, Client(kernel.address) as other:
            printer = await printing.register("printer", PRINTER_JS)
            counter = await other.register("counter", COUNTER_JS)
            # Through the Python half, whose event loop serves lease and health as well.
            managed = await other.register("managed", COUNTER_JS, deployment_managers=[{"name": "OptimisticTransactions"}])
            done = asyncio.ensure_future(printing.call(printer.id, "print", LINES, budget_ms=PATIENCE_MS))
            calls = 0
            while not done.done():
                calls += 1
                assert await other.call(counter.id, "incr", budget_ms=PATIENCE_MS) == calls
                assert await other.call(managed.id, "incr", budget_ms=PATIENCE_MS) == calls
                assert await healthy(other.channel)
            assert await done == LINES and calls > 0

            async def counted() -> bool:
                lines = await lines_of(printing, printer)
                kept = sum(line.text.startswith("line ") for line in lines)
                return kept + dropped(lines) == LINES

            await until(counted)
            lines = await lines_of(printing, printer)
            assert lines[0].text == "line 0" and dropped(lines) > 0.9 * LINES
            # The limit is that of the printer: another artifact prints as before.
            await other.call(counter.id, "say", "heard")
            await until(lambda: says(other, counter, "heard"))
        assert "the lease has ended" not in kernel.log_text()


@asynccontextmanager
async def patient(folder: Path) -> AsyncGenerator[KernelProcess]:
    """A kernel whose lease lasts for 10 s: on a machine that does much else, four seconds are at times too short without any guest."""
    made = Cluster(folder)
    made.oms.lease = 10
    async with running(made, "north"):
        yield made.kernels["north"]


async def test_a_guest_with_very_many_calls_under_way_keeps_neither_the_lease_nor_others_waiting(tmp_path: Path) -> None:
    async with patient(tmp_path) as kernel, Client(kernel.address) as flooding, Client(kernel.address) as other:
        flood = await flooding.register("flood", FLOOD_JS)
        for name in ("flooded", "managed"):
            await other.register(name, COUNTER_JS, deployment_managers=[{"name": "OptimisticTransactions"}])
        managed = await other.get("managed")
        done = asyncio.ensure_future(flooding.call(flood.id, "flood", "flooded", CALLS, budget_ms=PATIENCE_MS))
        calls = 0
        while not done.done():
            calls += 1
            assert await other.call(managed.id, "incr", budget_ms=PATIENCE_MS) == calls
            assert await healthy(other.channel)
        assert await done == CALLS
        # Each of them has its turn beside the many of the other; behind them there would be one or two.
        assert calls > 20
        assert "the lease has ended" not in kernel.log_text()


async def says(client: Client, record: common_pb2.ObjectRecord, text: str) -> bool:
    return any(line.text == text for line in await lines_of(client, record))


async def given_up(client: Client, record: common_pb2.ObjectRecord) -> AminoError:
    """Begins what nobody can interrupt, and answers how calls to the object end when it is given up."""
    with pytest.raises(DeadlineExceeded):
        await client.call(record.id, "power", POWER, budget_ms=1_000)

    async def lost() -> AminoError | None:
        try:
            await client.call(record.id, "ping", budget_ms=2_000)
        except ObjectLost as error:
            return error
        except AminoError:
            return None
        return None

    return await until(lost, 60)


async def test_a_guest_that_cannot_be_interrupted_is_ended_with_its_own_process_only(tmp_path: Path) -> None:
    async with cluster(tmp_path) as made:
        kernel = await made.add("north", isolate="artifact")
        assert kernel.process is not None
        kernel_process = kernel.process.pid
        async with Client(kernel.address) as client:
            power = await client.register("power", POWER_JS)
            (child,) = every_child(kernel_process)
            counter = await client.register("counter", COUNTER_JS)
            assert await client.call(counter.id, "incr") == 1
            await given_up(client, power)
            await until(lambda: ended(child), 60)
            assert await client.call(counter.id, "incr") == 2
            await until(lambda: remade(client, power), 60)
            assert await client.call(power.id, "ping") == "pong"
        assert kernel.process.returncode is None
        assert re.search(r"cannot be ended inside its process, which is killed.*object=power", kernel.log_text())


async def ended(process: int) -> bool:
    return not Path(f"/proc/{process}").exists()


async def remade(client: Client, record: common_pb2.ObjectRecord) -> bool:
    try:
        await client.ask("Restart", client_pb2.RestartRequest(name_or_id=record.id))
    except AminoError:
        return False
    return True


async def test_in_the_kernels_own_process_it_goes_on_and_costs_its_own_context_alone(tmp_path: Path) -> None:
    async with cluster(tmp_path) as made:
        kernel = await made.add("north", contexts=1)
        assert kernel.process is not None
        async with Client(kernel.address) as client:
            power = await client.register("power", POWER_JS)
            counter = await client.register("counter", COUNTER_JS)
            assert await client.call(counter.id, "incr") == 1
            error = await given_up(client, power)
            assert "could not be interrupted" in error.message and "--isolate artifact" in error.message
            await until(lambda: said(kernel.log, "goes on in the kernel's process"), 60)
            assert await client.call(counter.id, "incr") == 2
            # Its context is replaced, so the object itself can be had again.
            await until(lambda: remade(client, power), 60)
            assert await client.call(power.id, "ping") == "pong"
            assert await healthy(client.channel)
        assert kernel.process.returncode is None
        assert re.search(r"goes on in the kernel's process.*object=power.*--isolate artifact", kernel.log_text())


async def said(log: Path, words: str) -> bool:
    return words in log.read_text()
