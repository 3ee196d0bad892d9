"""The loop in which a kernel serves, alone, beside an OMS, or for a Java program."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator
from contextlib import asynccontextmanager
from typing import Any

from amino_kernel.boot import exit_status
from amino_kernel.boot.attachment import Attachment
from amino_kernel.boot.jvm_start import JvmStart
from amino_kernel.boot.kernel import Kernel
from amino_kernel.boot.log_setup import set_up_logging
from amino_kernel.boot.settings import KernelSettings
from amino_kernel.boot.signals import end_on_signals
from amino_kernel.boot.supervision import Supervision
from amino_kernel.links.oms_client import OmsClient
from amino_wire.collecting import collect_seldom
from amino_wire.proof import ClusterSecret


def run(serve: Callable[[], Coroutine[Any, Any, int]], settings: KernelSettings) -> int:
    """Runs a loop until the kernel in it has ended, and ends the process with its exit status.

    Args:
        serve: One of the functions below, with its arguments.
        settings: How to log.

    Raises:
        AminoError: The kernel could not start.
    """
    set_up_logging(settings.log_level, settings.log_format)
    collect_seldom()
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        status = runner.run(serve())
        # A JVM in this process has threads that nothing ends, and a guest may be running in one.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


async def serve_kernel(
    settings: KernelSettings, jvm: JvmStart | None, *, as_json: bool = False, supervision: Supervision | None = None
) -> int:
    """A kernel with an OMS elsewhere; answers its exit status."""

    async def begin(kernel: Kernel) -> None:
        await kernel.start()
        place = {"kernel": kernel.kernel_id, "address": kernel.address, "oms": settings.oms}
        print(json.dumps(place) if as_json else "kernel {kernel} at {address}, OMS at {oms}".format(**place), flush=True)

    return await _serve(lambda: Kernel(settings, jvm=jvm, supervision=supervision), begin)


async def serve_attached(settings: KernelSettings, attachment: Attachment) -> int:
    """The kernel of a Java program, which is told when it has joined; answers its exit status."""

    async def begin(kernel: Kernel) -> None:
        await kernel.start()
        await kernel.joined()
        attachment.ready(kernel.kernel_id, kernel.address)

    left, loop = asyncio.Event(), asyncio.get_running_loop()
    attachment.when_left(lambda: loop.call_soon_threadsafe(left.set))
    return await _serve(lambda: Kernel(settings), begin, left)


async def serve_up(settings: KernelSettings, own: KernelSettings, oms_port: int, jvm: JvmStart | None, *, as_json: bool = False) -> int:
    """An OMS and a kernel side by side; answers the exit status.

    Args:
        settings: Of both.
        own: Of the kernel, in a folder of its own.
        oms_port: The OMS's port, 0 for a free one.
        jvm: The kernel's; None where it attaches to a JVM that runs already.
        as_json: Print where they are for a program to read.
    """
    async with _oms(settings, oms_port) as (oms, failed):

        async def begin(kernel: Kernel) -> None:
            failed.add_done_callback(lambda _: kernel.end(exit_status.STORE_FAILED))
            await kernel.start()
            await kernel.returned()
            place = {"kernel": kernel.kernel_id, "address": kernel.address, "oms": oms.address}
            print(json.dumps(place) if as_json else _welcome(kernel.address), flush=True)

        return await _serve(lambda: Kernel(own.changed(oms=oms.address), oms, jvm), begin)


async def _serve(
    make: Callable[[], Kernel], begin: Callable[[Kernel], Coroutine[Any, Any, None]], told: asyncio.Event | None = None
) -> int:
    """Runs a kernel until it ends by itself or is told to, which may be before it has started."""
    told = told or asyncio.Event()
    with _signals(told.set):
        kernel = make()
        beginning, telling = asyncio.ensure_future(begin(kernel)), asyncio.ensure_future(told.wait())
        try:
            await asyncio.wait((beginning, telling), return_when=asyncio.FIRST_COMPLETED)
            if told.is_set():
                return 0
            await beginning
            telling.add_done_callback(lambda _: kernel.end())
            return await kernel.run()
        finally:
            for task in (beginning, telling):
                task.cancel()
            await asyncio.gather(beginning, telling, return_exceptions=True)
            await kernel.stop()


def _welcome(address: str) -> str:
    where = "" if address.endswith(":7420") else f" --address {address}"
    return (
        f"Amino is up at {address}. In another terminal:\n"
        f"  amino{where} register --lang js counter.js --name counter\n"
        f"  amino{where} call counter incr 5"
    )


@asynccontextmanager
async def _oms(settings: KernelSettings, port: int) -> AsyncGenerator[tuple[OmsClient, asyncio.Future[Any]]]:
    """An OMS beside the kernel, and a future that is done when that OMS can answer nothing any more."""
    from amino_oms.main import create_oms
    from amino_oms.service.direct import DirectKernels, DirectStub
    from amino_oms.service.kernel_connections import KernelConnections
    from amino_oms.service.server import serve
    from amino_oms.settings import settings_beside_a_kernel

    place = {"data_dir": settings.data_dir / "oms", "host": settings.host, "port": port, "insecure": settings.insecure}
    oms_settings = settings_beside_a_kernel(place)
    secret = ClusterSecret()
    kernels = DirectKernels(KernelConnections(secret))
    oms = await create_oms(oms_settings.data_dir, settings=oms_settings, kernels=kernels, secret=secret)
    failed = asyncio.ensure_future(oms.failed())
    try:
        server = await serve(oms, oms_settings)
        yield OmsClient(server.address, DirectStub(oms), kernels.use), failed
        await server.stop()
    finally:
        failed.cancel()
        await oms.close()


@contextlib.contextmanager
def _signals(end: Callable[[], None]) -> Generator[None]:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end)
    try:
        yield
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
        end_on_signals()
