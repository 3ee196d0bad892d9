"""How `amino up`, `amino kernel` and `amino oms` begin and end, for a program that has started them."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.cluster.client import Client, until
from tests.cluster.objects import COUNTER_JS
from tests.cluster.processes import START_SECONDS, environment

pytestmark = [pytest.mark.cluster, pytest.mark.slow]


@asynccontextmanager
async def server(folder: Path, *arguments: str) -> AsyncGenerator[dict[str, str]]:
    """A server's first line, as a document; at the end it is interrupted, and must end well."""
    command = [sys.executable, "-m", "amino", *arguments, "-o", "json", "--port", "0", "--data-dir", str(folder)]
    with (folder.parent / f"{arguments[0]}.log").open("wb") as log:
        process: Process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=log, env=environment())
    assert process.stdout is not None
    try:
        yield json.loads(await asyncio.wait_for(process.stdout.readline(), START_SECONDS))
        process.send_signal(signal.SIGINT)
        assert await asyncio.wait_for(process.wait(), START_SECONDS) == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_an_oms_and_its_kernel_say_where_they_are(tmp_path: Path) -> None:
    async with server(tmp_path / "oms", "oms") as oms, server(tmp_path / "kernel", "kernel", "--oms", oms["address"]) as kernel:
        assert kernel["oms"] == oms["address"]
        async with Client(kernel["address"]) as client:
            record = await client.register("counter", COUNTER_JS)
            assert record.replicas[0].kernel_id == kernel["kernel"] and await client.call(record.id, "incr") == 1


async def test_both_in_one_process(tmp_path: Path) -> None:
    async with server(tmp_path / "up", "up", "--oms-port", "0") as up, Client(up["address"]) as client:
        record = await client.register("counter", COUNTER_JS)
        assert record.replicas[0].kernel_id == up["kernel"] and up["oms"] != up["address"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("moment", ["libjvm.so", "libjimage.so", "libnio.so"])
async def test_told_to_end_while_it_starts(tmp_path: Path, number: signal.Signals, moment: str) -> None:
    """With a JVM in the midst of its own start; it went down with the interpreter."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    command = [sys.executable, "-m", "amino", "up", "--no-supervise", "--port", "0", "--oms-port", "0", "--data-dir", str(tmp_path / "up")]
    process = await asyncio.create_subprocess_exec(
        *command, cwd=tmp_path, stdout=PIPE, stderr=PIPE, env={**environment(), "TMPDIR": str(temporary)}
    )
    maps = Path(f"/proc/{process.pid}/maps")

    async def mapped() -> bool:
        return moment in maps.read_text()

    await until(mapped, START_SECONDS, every=0.005)
    process.send_signal(number)
    out, error = await asyncio.wait_for(process.communicate(), START_SECONDS)
    assert (process.returncode, b"fatal error" in out, b"Traceback" in error) == (0, False, False), (out, error)
    assert [path.name for path in temporary.iterdir()] == [] and not list(tmp_path.glob("hs_err*"))
