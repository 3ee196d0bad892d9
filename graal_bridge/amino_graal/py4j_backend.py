"""The JVM half in a JVM that somebody else owns, through py4j: a Java program that embeds Amino."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from amino_wire.errors import JvmUnusable

from amino_graal.backend import RuntimeHandle


@dataclass(frozen=True, slots=True)
class AttachedRuntime:
    """The JVM half in the host's JVM."""

    socket_path: str
    gateway: Any

    def kill(self) -> bool:
        return False

    async def ended(self) -> int:
        never: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        return await never

    async def stop(self) -> None:
        """Leaves the host's JVM alone; the bridge's `shutdown` ended the JVM half in it."""
        await asyncio.to_thread(self.gateway.close)


class Py4jBackend:
    """Attaches to a py4j gateway on loopback. The program may shut it once the JVM half has started: all else goes over the lane.

    Args:
        port: The gateway's port.
        auth_token: The gateway's secret. It lets its holder run code in that JVM, so it never leaves this machine.
    """

    def __init__(self, port: int, auth_token: str) -> None:
        self._port = port
        self._auth_token = auth_token

    async def start_runtime(self, socket_path: str, token: str, kernel_id: str) -> RuntimeHandle:
        """See `JvmBackend`."""
        return await asyncio.to_thread(self._start, socket_path, token, kernel_id)

    def _start(self, socket_path: str, token: str, kernel_id: str) -> RuntimeHandle:
        from py4j.java_gateway import GatewayParameters, JavaGateway

        parameters = GatewayParameters(address="127.0.0.1", port=self._port, auth_token=self._auth_token, auto_convert=True)
        gateway: Any = JavaGateway(gateway_parameters=parameters)
        try:
            # The program's own, not the class: it brings its instances along and learns what was started.
            listening = str(gateway.entry_point.start(socket_path, token, kernel_id))
        except Exception as error:
            gateway.close()
            raise JvmUnusable(
                f"The JVM behind port {self._port} of this machine did not start the runtime: {type(error).__name__}: {error}. "
                "Does that program call Amino.start, does the port belong to it, and is the token the one it gave?"
            ) from error
        return AttachedRuntime(listening, gateway)
