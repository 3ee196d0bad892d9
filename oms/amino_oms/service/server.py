"""The gRPC server: the service itself, health, and reflection."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

import grpc
import grpc.aio
from amino_wire.errors import PortTaken
from amino_wire.pb import oms_pb2, oms_pb2_grpc
from amino_wire.proof import OMS, KernelsOnly, nothing
from amino_wire.server_options import SERVER_OPTIONS
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from amino_oms.oms import Oms
from amino_oms.service.kernel_connections import OPTIONS
from amino_oms.service.servicer import OmsServicer
from amino_oms.settings import OmsSettings, is_loopback

# The code that protoc generates, and the health package, have no types.
_generated: Any = oms_pb2_grpc
_aio: Any = grpc.aio
_health: Any = health
_health_generated: Any = health_pb2_grpc

_log = logging.getLogger(__name__)

FOR_KERNELS = (
    "ListInstances",
    "KeepAlive",
    "Leave",
    "GetArtifact",
    "CommitLocation",
    "CallCoordinator",
    "DurablePut",
    "DurablePutMany",
    "DurableGet",
    "LogAppend",
    "LogRead",
    "LogTrim",
    "JoinTransaction",
    "TransactionOutcome",
)
"""Requests that only kernels make which have registered; the others a kernel passes on for its clients."""
SERVICE_NAME: str = oms_pb2.DESCRIPTOR.services_by_name["ObjectManagementService"].full_name


def guarded(oms: Oms) -> KernelsOnly:
    """The servicer of a service, whose requests for kernels are for kernels alone."""
    return KernelsOnly(OmsServicer(oms), oms.services.secret, lambda: OMS, dict.fromkeys(FOR_KERNELS, nothing))


def add_to_server(oms: Oms, server: grpc.aio.Server) -> None:
    """Puts the service on a server that may offer others as well; health and reflection are that server's own business."""
    _generated.add_ObjectManagementServiceServicer_to_server(guarded(oms), server)


@dataclass(frozen=True, slots=True)
class OmsServer:
    """A server that listens."""

    address: str
    _server: grpc.aio.Server
    _health: Any

    async def serving(self, healthy: bool = True) -> None:
        """From now on the service says that it is healthy, or that it is not."""
        for name in ("", SERVICE_NAME):
            await self.healthy(name, healthy)

    async def healthy(self, name: str, healthy: bool = True) -> None:
        """Says that something of that name is healthy, or that it is not."""
        answers = health_pb2.HealthCheckResponse
        await self._health.set(name, answers.SERVING if healthy else answers.NOT_SERVING)

    async def wait(self) -> None:
        """Returns when the server has been stopped."""
        await self._server.wait_for_termination()

    async def stop(self, grace: float = 1.0) -> None:
        """Takes no more requests, and gives those that run `grace` seconds."""
        await self._health.enter_graceful_shutdown()
        await self._server.stop(grace)


async def serve(oms: Oms, settings: OmsSettings) -> OmsServer:
    """Starts to listen, and answers. Raises as `listen`."""
    server = await listen(guarded(oms), settings)
    await server.serving()
    return server


async def listen(servicer: Any, settings: OmsSettings) -> OmsServer:
    """Starts to listen, and does not say yet that it is healthy.

    Raises AddressRefused for an address beyond loopback unless `insecure`, PortTaken where another process listens.
    """
    settings.check()
    if not is_loopback(settings.host):
        _log.warning(
            "the service listens on %s without TLS and passwords (--insecure): every process that reaches it may do anything", settings.host
        )
    server: grpc.aio.Server = _aio.server(options=[*OPTIONS, *SERVER_OPTIONS])
    _generated.add_ObjectManagementServiceServicer_to_server(servicer, server)
    health_servicer = _health.aio.HealthServicer()
    for name in ("", SERVICE_NAME):
        await health_servicer.set(name, health_pb2.HealthCheckResponse.NOT_SERVING)
    _health_generated.add_HealthServicer_to_server(health_servicer, server)
    reflection.enable_server_reflection((SERVICE_NAME, health.SERVICE_NAME, reflection.SERVICE_NAME), server)
    try:
        port = server.add_insecure_port(f"{settings.host}:{settings.port}")
    except RuntimeError as error:
        taken = f"{settings.host}:{settings.port} is taken by another process"
        raise PortTaken(f"{taken}; stop it, or choose another port (--port; of `amino up`: --oms-port)") from error
    await server.start()
    return OmsServer(f"{settings.host}:{port}", server, health_servicer)
