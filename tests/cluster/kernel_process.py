"""A played kernel in a process of its own: `python kernel_process.py <kernel id> <address of the OMS> <port>`; ends with SIGTERM."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time

import grpc
from amino_wire.pb import oms_pb2_grpc

from tests.unit.played_kernel import PlayedKernel

OPTIONS = [("grpc.initial_reconnect_backoff_ms", 50), ("grpc.min_reconnect_backoff_ms", 50), ("grpc.max_reconnect_backoff_ms", 200)]


async def run(kernel_id: str, oms: str, port: int) -> None:
    """Serves until SIGTERM."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with grpc.aio.insecure_channel(oms, options=OPTIONS) as channel:
        kernel = PlayedKernel(kernel_id, oms_pb2_grpc.ObjectManagementServiceStub(channel))
        kernel.note = lambda what: print(f"{time.time():.3f} {kernel_id}/{os.getpid()} {what}", flush=True)
        kernel.note("starts")
        server = grpc.aio.server(options=[("grpc.so_reuseport", 0)])
        oms_pb2_grpc.add_KernelServiceServicer_to_server(kernel, server)
        kernel.address = f"127.0.0.1:{server.add_insecure_port(f'127.0.0.1:{port}')}"
        await server.start()
        await kernel.live(stop)
        await server.stop(None)


if __name__ == "__main__":
    asyncio.run(run(sys.argv[1], sys.argv[2], int(sys.argv[3])))
