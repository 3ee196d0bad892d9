"""What ends a process, and who goes on."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from pathlib import Path

import pytest
from amino_kernel.halves.running_calls import RunningCallsFolder
from amino_wire.errors import AminoError, MemoryExhausted, ObjectLost
from amino_wire.pb import client_pb2, common_pb2

from tests.cluster.client import Client, until
from tests.cluster.objects import COUNTER_JS
from tests.cluster.processes import Cluster, KernelProcess, cluster
from tests.support.children import every_child, kernels_of

pytestmark = [pytest.mark.cluster, pytest.mark.slow, pytest.mark.timeout(250)]

BOMB_JS = """
module.exports = class Bomb {
  ping() { return 'pong'; }
  explode() { const kept = []; for (;;) kept.push(new Array(100000).fill(kept.length)); }
};
"""
SPINNER_JS = """
module.exports = class Spinner {
  spin() { for (;;); }
};
"""


async def supervised(made: Cluster, name: str, **settings: object) -> KernelProcess:
    return await made.add(name, supervise=True, **settings)


async def test_a_killed_kernel_process_is_started_again_and_the_next_one_takes_new_objects(tmp_path: Path) -> None:
    async with cluster(tmp_path) as made:
        kernel = await supervised(made, "north")
        assert kernel.process is not None
        first = kernels_of(kernel.process.pid)
        async with Client(kernel.address) as client:
            record = await client.register("counter", COUNTER_JS)
            os.kill(first[0], signal.SIGKILL)
            await until(lambda: another_child(kernel, first))

            async def lost() -> bool:
                try:
                    await client.call(record.id, "get", budget_ms=2000)
                except ObjectLost:
                    return True
                except AminoError:
                    return False
                return False

            await until(lost)
            await client.ask("Restart", client_pb2.RestartRequest(name_or_id="counter"))
            assert await client.call(record.id, "incr") == 1
        assert "killed by SIGKILL" in kernel.log_text()


async def another_child(kernel: KernelProcess, before: list[int]) -> bool:
    assert kernel.process is not None
    now = kernels_of(kernel.process.pid)
    return bool(now) and now != before


def in_words(record: common_pb2.ObjectRecord, method: str) -> str:
    """How a log names a call that ran when its process ended."""
    return f"{record.name}.{method} ({record.spec.artifact.language}, artifact {record.spec.artifact.hash[:12]}, object {record.id})"


async def test_the_log_names_the_guest_that_ran_when_a_process_was_killed(tmp_path: Path) -> None:
    async with cluster(tmp_path) as made:
        kernel = await supervised(made, "north")
        assert kernel.process is not None
        shown = RunningCallsFolder(tmp_path / "north")
        async with Client(kernel.address) as client:
            spinner = await client.register("spinner", SPINNER_JS)
            await until(lambda: nothing_runs(shown))
            spinning = asyncio.ensure_future(client.call(spinner.id, "spin", budget_ms=60_000))
            await until(lambda: running(shown, "spin"))
            first = kernels_of(kernel.process.pid)
            os.kill(first[0], signal.SIGKILL)
            with pytest.raises(AminoError):
                await spinning
            await until(lambda: another_child(kernel, first))
        assert in_words(spinner, "spin") in kernel.log_text()
        # The next one dies of something else.
        await until(lambda: registered(kernel, 2))
        second = kernels_of(kernel.process.pid)
        os.kill(second[0], signal.SIGKILL)
        await until(lambda: another_child(kernel, second))
        assert kernel.log_text().count(in_words(spinner, "spin")) == 1
    # The next process may have begun a note of its own already.
    assert not await running(shown, "spin")


async def running(shown: RunningCallsFolder, method: str) -> bool:
    return method in [call.method for call in shown.read(0)]


async def nothing_runs(shown: RunningCallsFolder) -> bool:
    return shown.read(0) == []


async def registered(kernel: KernelProcess, times: int) -> bool:
    return kernel.log_text().count("registered") >= times


async def test_no_kernel_outlives_its_supervisor(tmp_path: Path) -> None:
    async with cluster(tmp_path) as made:
        kernel = await supervised(made, "north")
        assert kernel.process is not None
        child = kernels_of(kernel.process.pid)[0]
        await kernel.kill()

        async def gone() -> bool:
            return not Path(f"/proc/{child}").exists()

        await until(gone)


async def test_with_isolation_objects_of_other_artifacts_notice_nothing(tmp_path: Path) -> None:
    async with cluster(tmp_path) as made:
        kernel = await made.add("north", isolate="artifact", heap_mb=200)
        assert kernel.process is not None
        async with Client(kernel.address) as client:
            bomb = await client.register("bomb", BOMB_JS)
            counter = await client.register("counter", COUNTER_JS)
            assert len(every_child(kernel.process.pid)) == 2
            assert await client.call(counter.id, "incr") == 1
            exploding = asyncio.ensure_future(client.call(bomb.id, "explode", budget_ms=90_000))
            while not exploding.done():
                assert await client.call(counter.id, "incr") > 1
                await asyncio.sleep(0.05)
            with pytest.raises(MemoryExhausted, match="explode was ended"):
                await exploding
            assert await client.call(counter.id, "incr") > 2


async def test_a_process_of_its_own_that_is_killed_loses_its_objects_only(tmp_path: Path) -> None:
    async with cluster(tmp_path) as made:
        kernel = await made.add("north", isolate="artifact")
        assert kernel.process is not None
        async with Client(kernel.address) as client:
            first = await client.register("first", COUNTER_JS)
            before = every_child(kernel.process.pid)
            second = await client.register("second", BOMB_JS)
            assert await client.call(second.id, "ping") == "pong"
            for child in before:
                os.kill(child, signal.SIGKILL)

            async def reported() -> bool:
                try:
                    await client.call(first.id, "get", budget_ms=2000)
                except ObjectLost:
                    return True
                except AminoError:
                    return False
                return False

            await until(reported)
            assert await client.call(second.id, "ping") == "pong"
            await client.ask("Restart", client_pb2.RestartRequest(name_or_id="first"))
            assert await client.call(first.id, "incr") == 1


async def test_tenants_have_processes_of_their_own(tmp_path: Path) -> None:
    async with cluster(tmp_path) as made:
        kernel = await made.add("north", isolate="tenant")
        assert kernel.process is not None
        async with Client(kernel.address) as client:
            ours = await client.register("ours", COUNTER_JS, labels={"tenant": "a"})
            theirs = await client.register("theirs", COUNTER_JS, labels={"tenant": "b"})
            shared = await client.register("shared", COUNTER_JS)
            assert len(every_child(kernel.process.pid)) == 2
            for record in (ours, theirs, shared):
                assert await client.call(record.id, "incr") == 1


async def test_a_kernel_whose_id_lives_elsewhere_does_not_start(tmp_path: Path) -> None:
    async with cluster(tmp_path) as made:
        await made.add("north")
        twin = KernelProcess("twin", tmp_path, made.oms.address, {"data_dir": str(tmp_path / "north"), "supervise": True})
        with pytest.raises(RuntimeError):
            await twin.start()
        assert await twin.wait() != 0
        assert re.search("Another kernel uses the data folder", twin.log_text())
