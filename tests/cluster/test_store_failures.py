"""The OMS on a disk that fails: what it has acknowledged is there afterwards, and its process ends to be started again."""

from __future__ import annotations

import asyncio
import json
import os
import random
import resource
import signal
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import grpc
import pytest
from amino_oms.exit_status import STORE_FAILED
from amino_store.sqlite.store import SqliteStore
from amino_wire.errors import AminoError, OmsUnavailable, from_rpc_error
from amino_wire.pb import oms_pb2

from tests.cluster.as_kernel import oms_as_kernel
from tests.cluster.client import until
from tests.cluster.processes import START_SECONDS, environment
from tests.support.children import kernels_of

pytestmark = [pytest.mark.cluster, pytest.mark.slow]

ACKNOWLEDGED = [50, 200, 5000] * 4
"""How much each process may acknowledge before it is killed; few reach the largest number before their disk fails."""
LARGE = 3_000_000
"""Bytes of a value that is too long for files that may have a third of it."""


async def stored(folder: Path) -> dict[int, int]:
    """The number under each key of a store that nobody uses."""
    store = await SqliteStore.open(folder)
    page = await store.range("/")
    await store.close()
    return {int(entry.key[1:]): int(entry.value) for entry in page.entries}


@pytest.mark.timeout(200)
async def test_nothing_acknowledged_is_lost_by_kill_9_on_a_disk_that_fails(tmp_path: Path) -> None:
    seed = int(os.environ.get("AMINO_TEST_SEED") or random.randrange(10**9))
    print(f"seed {seed} (AMINO_TEST_SEED={seed} repeats it)")
    chance = random.Random(seed)
    acknowledged: dict[int, int] = {}
    ends = {-signal.SIGKILL: 0, STORE_FAILED: 0}
    for number, limit in enumerate(chance.sample(ACKNOWLEDGED, len(ACKNOWLEDGED))):
        command = ["-m", "tests.cluster.store_process", str(tmp_path / "oms"), f"{seed}/{number}", str(number * 1_000_000)]
        process = await asyncio.create_subprocess_exec(sys.executable, *command, stdout=PIPE, env=environment())
        assert process.stdout is not None
        async with asyncio.timeout(START_SECONDS):
            for left in range(limit, -1, -1):
                line = await process.stdout.readline()
                if not line:
                    break
                if not left:
                    process.kill()
                key, value = map(int, line.split())
                acknowledged[key] = value
            for line in (await process.stdout.read()).splitlines():
                key, value = map(int, line.split())
                acknowledged[key] = value
            ends[await process.wait()] += 1
        found = await stored(tmp_path / "oms")
        assert {key: value for key, value in acknowledged.items() if found.get(key, 0) < value} == {}
        acknowledged = found  # values that have been read must stay
    assert all(ends.values()), f"all processes ended in one way: {ends}"


def limit_files(process_id: int, size: int) -> None:
    """The files of a process may not grow beyond so many bytes: what is written behind that fails, as on a broken disk."""
    resource.prlimit(process_id, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


async def durable_put(address: str, key: str, value: bytes) -> None:
    try:
        async with grpc.aio.insecure_channel(address) as channel:
            stub = await oms_as_kernel(channel)
            request = oms_pb2.DurablePutRequest(key=key, value=value, expected_version=-1)
            assert (await stub.DurablePut(request, timeout=20, wait_for_ready=True)).stored
    except grpc.aio.AioRpcError as error:
        raise from_rpc_error(error) from None


async def durable_get(address: str, key: str) -> bytes:
    async with grpc.aio.insecure_channel(address) as channel:
        stub = await oms_as_kernel(channel)
        return (await stub.DurableGet(oms_pb2.DurableGetRequest(key=key), timeout=20, wait_for_ready=True)).value


async def oms(folder: Path) -> tuple[asyncio.subprocess.Process, str]:
    command = [sys.executable, "-m", "amino", "oms", "-o", "json", "--port", "0", "--data-dir", str(folder / "oms")]
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=PIPE, env=environment())
    assert process.stdout is not None
    return process, json.loads(await asyncio.wait_for(process.stdout.readline(), START_SECONDS))["address"]


async def test_an_oms_whose_disk_fails_ends_and_the_next_one_reads_what_is_there(tmp_path: Path) -> None:
    process, address = await oms(tmp_path)
    try:
        await durable_put(address, "small", b"kept")
        limit_files(process.pid, LARGE // 3)
        with pytest.raises(OmsUnavailable, match="whether this request was done is unknown"):
            await durable_put(address, "large", b"x" * LARGE)
        out, printed = await asyncio.wait_for(process.communicate(), START_SECONDS)
        error = json.loads(printed.splitlines()[-1])["error"]
        assert (process.returncode, out, error["code"]) == (STORE_FAILED, b"", "OMS_UNAVAILABLE"), printed
        assert "start the service again" in error["message"] and b"Traceback" not in printed
        process, address = await oms(tmp_path)
        assert await durable_get(address, "small") == b"kept"
        assert await durable_get(address, "large") in (b"", b"x" * LARGE)
        await durable_put(address, "large", b"y" * LARGE)
        assert await durable_get(address, "large") == b"y" * LARGE
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.mark.timeout(240)
async def test_an_oms_beside_a_kernel_is_started_again_by_the_supervisor(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "amino", "up", "-o", "json", "--port", "0", "--oms-port", "0", "--data-dir", str(tmp_path / "data")]
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=PIPE, env=environment())
    assert process.stdout is not None and process.stderr is not None
    try:
        address = json.loads(await asyncio.wait_for(process.stdout.readline(), START_SECONDS))["oms"]
        await durable_put(address, "small", b"kept")
        (child,) = kernels_of(process.pid)
        limit_files(child, LARGE // 3)
        with pytest.raises(AminoError, match="whether this request was done is unknown"):
            await durable_put(address, "large", b"x" * LARGE)
        # The limit was that of the process that has ended.
        address = json.loads(await asyncio.wait_for(process.stdout.readline(), START_SECONDS))["oms"]
        assert await durable_get(address, "small") == b"kept"
        await durable_put(address, "large", b"y" * LARGE)

        async def another() -> bool:
            return kernels_of(process.pid) not in ([], [child])

        await until(another)
        process.send_signal(signal.SIGINT)
        _, log = await asyncio.wait_for(process.communicate(), START_SECONDS)
        assert process.returncode == 0 and b"the disk of the object management service failed" in log, log
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
