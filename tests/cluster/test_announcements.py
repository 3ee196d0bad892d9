"""How `amino up`, `amino kernel` and `amino oms` begin and end, for a program that has started them."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator, Iterator
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
            assert record.status.replicas[0].kernel_id == kernel["kernel"] and await client.call(record.id, "incr") == 1


async def test_both_in_one_process(tmp_path: Path) -> None:
    async with server(tmp_path / "up", "up", "--oms-port", "0") as up, Client(up["address"]) as client:
        record = await client.register("counter", COUNTER_JS)
        assert record.status.replicas[0].kernel_id == up["kernel"] and up["oms"] != up["address"]


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


@pytest.fixture
def taken() -> Iterator[str]:
    """A port that somebody else has."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield str(listening.getsockname()[1])


async def refused(folder: Path, *arguments: str, **variables: str) -> tuple[int, str]:
    """The exit status of a command that cannot do its work, and all that it prints: nothing but why, on standard error."""
    place = () if arguments[0] == "doctor" else ("--data-dir", str(folder / "data"))
    variables = {**environment(), **variables}
    # The person who runs the tests may have quietened it for other reasons.
    variables.pop("GRPC_VERBOSITY", None)
    command = [sys.executable, "-m", "amino", *arguments, *place]
    process = await asyncio.create_subprocess_exec(*command, cwd=folder, stdout=PIPE, stderr=PIPE, env=variables)
    out, error = await asyncio.wait_for(process.communicate(), START_SECONDS)
    assert process.returncode is not None and (out == b"" or arguments[0] == "doctor")
    return process.returncode, error.decode()


SERVERS = [
    ("oms", "--port", "PORT"),
    ("kernel", "--port", "PORT"),
    ("kernel", "--port", "PORT", "--no-supervise"),
    ("up", "--port", "PORT", "--oms-port", "0"),
    ("up", "--port", "0", "--oms-port", "PORT"),
    ("up", "--port", "0", "--oms-port", "PORT", "--no-supervise"),
]


@pytest.mark.parametrize("server", SERVERS, ids=" ".join)
async def test_a_port_that_is_taken_ends_every_server_alike(tmp_path: Path, taken: str, server: tuple[str, ...]) -> None:
    arguments = [taken if word == "PORT" else word for word in server]
    status, printed = await refused(tmp_path, *arguments, "-o", "json")
    error = json.loads(printed)["error"]
    assert (status, error["code"]) == (7, "PORT_TAKEN") and taken in error["message"]


async def test_for_people_it_is_one_line(tmp_path: Path, taken: str) -> None:
    status, printed = await refused(tmp_path, "up", "--port", "0", "--oms-port", taken)
    assert status == 7 and printed.startswith("PORT_TAKEN: ") and len(printed.splitlines()) == 1, printed


@pytest.mark.parametrize("server", ["oms", "kernel", "up"])
async def test_an_address_that_others_can_reach_ends_every_server_alike(tmp_path: Path, server: str) -> None:
    status, printed = await refused(tmp_path, server, "--host", "0.0.0.0", "--port", "0", "-o", "json")
    assert (status, json.loads(printed)["error"]["code"]) == (5, "ADDRESS_REFUSED")


@pytest.mark.parametrize("command", ["kernel --port 0", "up --port 0 --oms-port 0", "doctor"])
async def test_a_missing_jvm_ends_servers_and_the_doctor_alike(tmp_path: Path, command: str) -> None:
    status, printed = await refused(tmp_path, *command.split(), "-o", "json", AMINO_JAVA_HOME=str(tmp_path))
    assert status == 7 and (command == "doctor" or json.loads(printed)["error"]["code"] == "JVM_UNUSABLE")


async def test_a_kernel_whose_id_another_takes_over_ends_in_conflict(tmp_path: Path) -> None:
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "kernel-id").write_text("kernel-of-two\n")
    async with server(tmp_path / "oms", "oms") as oms:
        command = [sys.executable, "-m", "amino", "kernel", "--oms", oms["address"], "--port", "0", "--data-dir", str(tmp_path / "first")]
        first = await asyncio.create_subprocess_exec(*command, "-o", "json", stdout=PIPE, stderr=PIPE, env=environment())
        assert first.stdout is not None
        try:
            address = json.loads(await asyncio.wait_for(first.stdout.readline(), START_SECONDS))["address"]
            async with Client(address) as client:
                await client.register("counter", COUNTER_JS)
            async with server(tmp_path / "second", "kernel", "--oms", oms["address"]):
                _, printed = await asyncio.wait_for(first.communicate(), START_SECONDS)
        finally:
            if first.returncode is None:
                first.kill()
        error = json.loads(printed.splitlines()[-1])["error"]
        assert (first.returncode, error["code"]) == (6, "EPOCH_STALE"), printed


async def test_the_doctor_tells_a_kernel_without_oms_from_no_kernel(tmp_path: Path) -> None:
    async with server(tmp_path / "kernel", "kernel", "--oms", "127.0.0.1:1") as kernel:
        command = [sys.executable, "-m", "amino", "doctor", "-o", "json", "-a", kernel["address"]]
        doctor = await asyncio.create_subprocess_exec(*command, stdout=PIPE, env=environment())
        out, _ = await asyncio.wait_for(doctor.communicate(), START_SECONDS)
        findings = {one["subject"]: one for one in json.loads(out)}
        assert findings["kernel"]["state"] == "ok" and kernel["kernel"] in findings["kernel"]["found"]
        assert findings["OMS"]["state"] == "note" and "127.0.0.1:1" in findings["OMS"]["found"], findings["OMS"]
        assert "amino oms" in findings["OMS"]["remedy"] and "amino up" not in findings["OMS"]["remedy"]
