"""A supervisor that has reaped its kernel says so: objects come back at once, and only a lost host waits for its lease."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
import time
from asyncio.subprocess import PIPE
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import grpc.aio
import pytest
from amino_dms.chain import Chain, Registry
from amino_kernel.boot.end_report import EndReport
from amino_kernel.boot.exit_status import CONFIGURATION
from amino_kernel.boot.supervision import Life
from amino_wire.errors import AminoError
from amino_wire.pb import client_pb2, common_pb2, oms_pb2
from amino_wire.proof import OMS

from tests.cluster.as_kernel import oms_as_kernel, secret_of
from tests.cluster.client import Client, until
from tests.cluster.maps import specs
from tests.cluster.objects import COUNTER_JS
from tests.cluster.processes import NOT_SERVING, START_SECONDS, Cluster, KernelProcess, cluster, environment, running
from tests.cluster.several import Several
from tests.support.children import every_child, kernels_of
from tests.support.etcd import can_run

pytestmark = [pytest.mark.cluster, pytest.mark.slow, pytest.mark.timeout(250)]
LONG = 300
"""Seconds of a lease that no test outlasts."""
PATIENCE = 60.0
"""Seconds for an object to come back on a busy machine, with the start of a JVM."""
SAVER = specs(Chain.parse("PeriodicCheckpoint(every=1)", Registry.installed()))
STARTED_AGAIN = "the kernel process ended; it is started again"
REAPED = "is dead: its process ended: killed by SIGKILL"


@asynccontextmanager
async def hosts(folder: Path, lease: float, **settings: Any) -> AsyncGenerator[Cluster]:
    """Two kernels under supervisors, on which the objects are, and a kernel for clients that stays."""
    made = Cluster(folder)
    made.oms.lease = int(lease)
    async with running(made):
        await asyncio.gather(*(made.add(name, supervise=True, **settings) for name in ("north", "south")), made.add("client"))
        yield made


async def counter(client: Client) -> common_pb2.ObjectRecord:
    """An object with a saver on one of the two; its value is 1."""
    where = common_pb2.Requirement(key="name", operator=common_pb2.Requirement.OPERATOR_IN, values=["north", "south"])
    selector = common_pb2.Selector(terms=[common_pb2.Term(requirements=[where])])
    record = await client.register("counter", COUNTER_JS, selector=selector, deployment_managers=SAVER)
    assert await client.call(record.id, "incr") == 1
    return record


def host_of(made: Cluster, record: common_pb2.ObjectRecord) -> KernelProcess:
    return next(kernel for kernel in made.kernels.values() if kernel.kernel_id == record.status.replicas[0].kernel_id)


def kernel_process(kernel: KernelProcess) -> int:
    assert kernel.process is not None
    (found,) = kernels_of(kernel.process.pid)
    return found


@asynccontextmanager
async def killed(kernel: KernelProcess) -> AsyncGenerator[None]:
    """Kills the kernel process under its supervisor. The next one stands still within the block, so it brings nothing back."""
    supervisor, first, ends = kernel.process, kernel_process(kernel), kernel.log_text().count(STARTED_AGAIN)
    assert supervisor is not None
    os.kill(first, signal.SIGKILL)
    another: list[int] = []

    async def there() -> bool:
        # Before its program begins a process looks like its supervisor, and the report is made by another one, earlier.
        reporting = kernel.log_text().count(STARTED_AGAIN) > ends
        another[:] = [each for each in kernels_of(supervisor.pid) if each != first] if reporting else []
        return bool(another)

    await until(there, every=0.005)
    os.kill(another[0], signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(another[0], signal.SIGCONT)


async def answers_again(client: Client, object_id: str) -> tuple[int, float]:
    """The first answer of `get`, and after how many seconds it came."""
    begun = time.monotonic()
    answers: list[int] = []

    async def answered() -> bool:
        with contextlib.suppress(AminoError):
            answers.append(await client.call(object_id, "get", budget_ms=2000))
        return bool(answers)

    await until(answered, PATIENCE, every=0.02)
    return answers[0], time.monotonic() - begun


async def gone(process_id: int) -> bool:
    return not Path(f"/proc/{process_id}").exists()


async def test_objects_of_a_killed_kernel_process_come_back_without_its_lease_or_its_next_process(tmp_path: Path) -> None:
    async with hosts(tmp_path, LONG) as made, Client(made.kernels["client"].address) as client:
        record = await counter(client)
        lost = host_of(made, record)
        async with killed(lost):
            value, seconds = await answers_again(client, record.id)
            print(f"kill -9 of the kernel process to the first answer: {seconds:.2f} s")
            assert value == 1
            assert seconds < PATIENCE, "by a lease it would take minutes"
            back = await client.get("counter")
            assert back.status.replicas[0].kernel_id != lost.kernel_id
        assert f"kernel {lost.kernel_id} (incarnation {record.status.replicas[0].kernel_incarnation}) {REAPED}" in made.oms.log_text()
        await lost.health()
        await until(lambda: said(lost, "the OMS knows that the kernel has ended"))


async def said(process: KernelProcess, what: str) -> bool:
    return what in process.log_text()


async def test_a_jvm_half_that_stands_still_ends_with_its_kernel_before_anything_is_reported(tmp_path: Path) -> None:
    async with hosts(tmp_path, LONG, isolate="artifact") as made, Client(made.kernels["client"].address) as client:
        record = await counter(client)
        lost = host_of(made, record)
        (half,) = every_child(kernel_process(lost))
        # It cannot notice the end of its input.
        os.kill(half, signal.SIGSTOP)
        async with killed(lost):
            assert (await answers_again(client, record.id))[0] == 1
            assert await gone(half), "the OMS was told although a process with the object could go on"
        assert REAPED in made.oms.log_text()


async def test_objects_of_a_killed_jvm_half_come_back_in_the_life_of_their_kernel(tmp_path: Path) -> None:
    async with hosts(tmp_path, LONG, isolate="artifact") as made, Client(made.kernels["client"].address) as client:
        record = await counter(client)
        lost = host_of(made, record)
        process = kernel_process(lost)
        (half,) = every_child(process)
        os.kill(half, signal.SIGKILL)
        value, seconds = await answers_again(client, record.id)
        print(f"kill -9 of the JVM half to the first answer: {seconds:.2f} s")
        assert value == 1
        assert seconds < PATIENCE
        assert kernel_process(lost) == process
        assert "is dead" not in made.oms.log_text()


async def test_without_a_supervisor_that_could_say_so_the_lease_decides(tmp_path: Path) -> None:
    lease = 3
    async with hosts(tmp_path, lease) as made, Client(made.kernels["client"].address) as client:
        record = await counter(client)
        lost = host_of(made, record)
        process = kernel_process(lost)
        begun = time.monotonic()
        # The supervisor first: else it might see the end of the other.
        await lost.kill()
        os.kill(process, signal.SIGKILL)
        assert (await answers_again(client, record.id))[0] == 1
        # Its last sign of life was a third of its lease ago, at most.
        assert time.monotonic() - begun >= lease * 2 / 3
        assert f"kernel {lost.kernel_id} (incarnation {record.status.replicas[0].kernel_incarnation}) is dead: its lease has ended" in (
            made.oms.log_text()
        )
        assert REAPED not in made.oms.log_text()


async def test_a_report_that_comes_late_ends_no_later_life(tmp_path: Path) -> None:
    async with hosts(tmp_path, LONG) as made, Client(made.kernels["client"].address) as client:
        record = await counter(client)
        lost = host_of(made, record)
        before = record.status.replicas[0].kernel_incarnation
        # Report and registration of the next life wait for an OMS that stands still, and arrive together.
        made.oms.signal(signal.SIGSTOP)
        first = kernel_process(lost)
        os.kill(first, signal.SIGKILL)
        await until(lambda: another_process(lost, first))
        made.oms.signal(signal.SIGCONT)
        await lost.health()
        async with grpc.aio.insecure_channel(made.oms.address) as channel:
            oms = await oms_as_kernel(channel)
            now = await life_of(oms, lost)
            assert now > before
            await client.move("counter", lost.kernel_id)
            for _ in range(3):
                late = oms_pb2.LeaveRequest(kernel_id=lost.kernel_id, incarnation=before, end="killed by SIGKILL")
                assert not (await oms.Leave(late)).ended
            assert await client.call(record.id, "incr") == 2
            assert await life_of(oms, lost) == now
        assert "superseded" not in lost.log_text() and "this process must end" not in lost.log_text()


async def another_process(kernel: KernelProcess, first: int) -> bool:
    assert kernel.process is not None
    return kernels_of(kernel.process.pid) not in ([], [first])


async def life_of(oms: Any, kernel: KernelProcess) -> int:
    """The life that a kernel lives; 0: it is dead."""
    answer = await oms.Kernels(client_pb2.KernelsRequest())
    return next((each.incarnation for each in answer.kernels if each.id == kernel.kernel_id), 0)


async def test_nothing_is_reported_while_a_process_with_objects_may_go_on_and_a_life_that_was_ended_ends_its_process(
    tmp_path: Path,
) -> None:
    async with cluster(tmp_path, "north") as made, grpc.aio.insecure_channel(made.oms.address) as channel:
        kernel, secret = made.kernels["north"], await secret_of(channel)
        oms = await oms_as_kernel(channel)
        life = await life_of(oms, kernel)
        held, holding = os.pipe()
        try:
            report = EndReport(Life(kernel.kernel_id, life, secret.token(OMS)), made.oms.address, "a rumour", keeps=False, held=held)
            assert await reported(report) == 1
            assert await life_of(oms, kernel) == life
            refused = EndReport(Life(kernel.kernel_id, life, "no proof"), made.oms.address, "a rumour", keeps=False, held=held)
            os.close(holding)
            assert await reported(refused) == 1
            assert await life_of(oms, kernel) == life
            assert await reported(report) == 0
        finally:
            os.close(held)
        # Its objects may be elsewhere from now on.
        assert await kernel.wait() == CONFIGURATION
        assert "its processes have ended" in kernel.log_text()


async def reported(report: EndReport) -> int:
    """The exit status of the process that a supervisor would start for a report."""
    order = {"report": report.to_plain(), "log_level": "info", "log_format": "json"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "amino_kernel.boot.reporter", stdin=PIPE, pass_fds=(report.held,), env=environment()
    )
    await process.communicate(json.dumps(order).encode() + b"\n")
    assert process.returncode is not None
    return process.returncode


@pytest.mark.skipif(bool(can_run()), reason=f"there is no etcd: {can_run()}")
async def test_a_report_finds_the_oms_that_leads(several: Several) -> None:
    first, second = several.oms
    kernel = await several.kernel("north", second, supervise=True)
    async with Client(kernel.address) as client:
        await client.register("counter", COUNTER_JS)
    # The report asks the standby, which names the leader; and then another one leads.
    async with killed(kernel):
        await until(lambda: said_by(first.log, REAPED))
    await kernel.health()
    await first.kill()
    await second.health()
    async with killed(kernel):
        await until(lambda: said_by(second.log, REAPED))
    await first.start(NOT_SERVING)


async def said_by(log: Path, what: str) -> bool:
    return what in log.read_text(errors="replace")


async def test_an_oms_in_the_kernels_own_process_is_told_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "amino", "up", "-o", "json", "--port", "0", "--oms-port", "0", "--data-dir", str(tmp_path / "data")]
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=PIPE, env=environment())
    assert process.stdout is not None
    try:
        address = json.loads(await asyncio.wait_for(process.stdout.readline(), START_SECONDS))["address"]
        async with Client(address) as client:
            record = await client.register("counter", COUNTER_JS, deployment_managers=SAVER)
            assert await client.call(record.id, "incr") == 1
        (first,) = kernels_of(process.pid)
        os.kill(first, signal.SIGKILL)
        address = json.loads(await asyncio.wait_for(process.stdout.readline(), START_SECONDS))["address"]
        async with Client(address) as client:
            assert (await answers_again(client, record.id))[0] == 1
        process.send_signal(signal.SIGINT)
        _, log = await asyncio.wait_for(process.communicate(), START_SECONDS)
        assert process.returncode == 0
        assert b"killed by SIGKILL" in log and b"reporter" not in log, log
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
