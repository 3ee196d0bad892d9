"""Entry points: `run_kernel` and `run_up`. Each runs under a supervisor unless told otherwise."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from amino_wire.errors import AminoError

from amino_kernel.attachment import Attachment
from amino_kernel.exit_status import CONFIGURATION
from amino_kernel.settings import KernelSettings

if TYPE_CHECKING:
    from amino_kernel.oms_client import OmsClient


def run_kernel(settings: KernelSettings) -> int:
    """Runs a kernel until it is told to end (SIGTERM, SIGINT) and answers the exit status.

    Raises:
        AminoError: It could not start; only when it runs without a supervisor.
    """
    if settings.supervise:
        from amino_kernel.supervisor import supervise

        return supervise("kernel", settings, {})
    return _run(lambda: _serve_kernel(settings), settings)


def run_up(settings: KernelSettings, *, oms_port: int = 0) -> int:
    """Runs an OMS and a kernel in one process, prints where they are and what to type next, and answers the exit status.

    Args:
        settings: Of the kernel; the OMS keeps its store beside the kernel's data.
        oms_port: The OMS's port, 0 for a free one.
    """
    if settings.supervise:
        from amino_kernel.supervisor import supervise

        return supervise("up", settings, {"oms_port": oms_port})
    return _run(lambda: _serve_up(settings, oms_port), settings)


def run_child(mode: str, settings: KernelSettings, extra: dict[str, Any]) -> int:
    """Runs what a supervisor started, and answers its exit status; errors go to the log."""
    try:
        return run_up(settings, **extra) if mode == "up" else run_kernel(settings)
    except AminoError as error:
        print(f"{error.code}: {error.message}", file=sys.stderr, flush=True)
        return CONFIGURATION


def run_attached(settings: KernelSettings, attachment: Attachment) -> int:
    """Runs the kernel of a Java program that has started it, until that program ends or tells it to, and answers the exit status.

    Raises:
        AminoError: It could not start, or the OMS does not answer.
    """
    return _run(lambda: _serve_attached(settings, attachment), settings)


def _run(serve: Callable[[], Coroutine[Any, Any, int]], settings: KernelSettings) -> int:
    from amino_kernel.log_setup import set_up_logging

    set_up_logging(settings.log_level, settings.log_format)
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


async def _serve_kernel(settings: KernelSettings) -> int:
    from amino_kernel.kernel import Kernel

    kernel = Kernel(settings)
    with _signals(kernel.end):
        try:
            await kernel.start()
            print(f"kernel {kernel.kernel_id} at {kernel.address}, OMS at {settings.oms}", flush=True)
            return await kernel.run()
        finally:
            await kernel.stop()


async def _serve_attached(settings: KernelSettings, attachment: Attachment) -> int:
    from amino_kernel.kernel import Kernel

    kernel = Kernel(settings)
    loop = asyncio.get_running_loop()
    attachment.when_left(lambda: loop.call_soon_threadsafe(kernel.end))
    with _signals(kernel.end):
        try:
            await kernel.start()
            await kernel.joined()
            attachment.ready(kernel.kernel_id, kernel.address)
            return await kernel.run()
        finally:
            await kernel.stop()


async def _serve_up(settings: KernelSettings, oms_port: int) -> int:
    from amino_kernel.kernel import Kernel

    async with _oms(settings, oms_port) as oms:
        kernel = Kernel(settings.model_copy(update={"oms": oms.address, "data_dir": settings.data_dir / "kernel"}), oms)
        with _signals(kernel.end):
            try:
                await kernel.start()
                print(_welcome(kernel.address), flush=True)
                return await kernel.run()
            finally:
                await kernel.stop()


def _welcome(address: str) -> str:
    where = "" if address.endswith(":7420") else f" --address {address}"
    return (
        f"Amino is up at {address}. In another terminal:\n"
        f"  amino{where} register --lang js counter.js --name counter\n"
        f"  amino{where} call counter incr 5"
    )


@asynccontextmanager
async def _oms(settings: KernelSettings, port: int) -> AsyncGenerator[OmsClient]:
    from amino_oms.main import create_oms
    from amino_oms.service.direct import DirectKernels, DirectStub
    from amino_oms.service.kernel_connections import KernelConnections
    from amino_oms.service.server import serve
    from amino_oms.settings import OmsSettings

    from amino_kernel.oms_client import OmsClient

    oms_settings = OmsSettings(settings.data_dir / "oms", settings.host, port, insecure=settings.insecure)
    kernels = DirectKernels(KernelConnections())
    oms = await create_oms(oms_settings.data_dir, settings=oms_settings, kernels=kernels)
    try:
        server = await serve(oms, oms_settings)
        yield OmsClient(server.address, DirectStub(oms), kernels.use)
        await server.stop()
    finally:
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
