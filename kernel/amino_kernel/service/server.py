"""The gRPC server of a kernel: clients, kernels, health and reflection on one loopback port."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import grpc
import grpc.aio
from amino_kernel.service.addresses import join
from amino_wire.errors import PortTaken
from amino_wire.pb import client_pb2, client_pb2_grpc, oms_pb2, oms_pb2_grpc
from amino_wire.server_options import SERVER_OPTIONS
from amino_wire.session import CHANNEL_OPTIONS, STATE_CHANNEL_OPTIONS
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

# The health package has no types.
_health: Any = health
_health_generated: Any = health_pb2_grpc

SERVICES = (
    client_pb2.DESCRIPTOR.services_by_name["ClientService"].full_name,
    oms_pb2.DESCRIPTOR.services_by_name["KernelService"].full_name,
)

# It answers the OMS with whole states, and takes no more than it did from anybody.
_OPTIONS = (CHANNEL_OPTIONS[0], STATE_CHANNEL_OPTIONS[1], *CHANNEL_OPTIONS[2:])


if TYPE_CHECKING:
    _Interceptor = grpc.aio.ServerInterceptor[Any, Any]
else:
    _Interceptor = grpc.aio.ServerInterceptor


class _ClientDoor(_Interceptor):
    """Lets clients in until it is shut. What it says then is no answer of ours: clients send the request to another kernel."""

    def __init__(self) -> None:
        self.shut = False

    async def intercept_service(self, continuation: Any, handler_call_details: Any) -> Any:
        handler = await continuation(handler_call_details)
        if handler is None or not self.shut or not handler_call_details.method.startswith(_OF_CLIENTS):
            return handler
        return _REFUSALS[handler.request_streaming, handler.response_streaming]


async def _refuse(_: Any, context: grpc.aio.ServicerContext[Any, Any]) -> None:
    await context.abort(grpc.StatusCode.UNAVAILABLE, "this kernel stops: ask another one")


_OF_CLIENTS = f"/{SERVICES[0]}/"
_handlers: Any = grpc
_REFUSALS: dict[tuple[bool, bool], Any] = {
    (False, False): _handlers.unary_unary_rpc_method_handler(_refuse),
    (False, True): _handlers.unary_stream_rpc_method_handler(_refuse),
    (True, False): _handlers.stream_unary_rpc_method_handler(_refuse),
    (True, True): _handlers.stream_stream_rpc_method_handler(_refuse),
}


class KernelServer:
    """A bound port, on which services are offered once they exist; in good health while the OMS counts on this kernel."""

    def __init__(self, host: str, port: int) -> None:
        self._door = _ClientDoor()
        self._server: grpc.aio.Server = cast("Any", grpc.aio).server(options=(*_OPTIONS, *SERVER_OPTIONS), interceptors=(self._door,))
        self._health = _health.aio.HealthServicer()
        self.port = self._bind(host, port)

    async def start(self, clients: client_pb2_grpc.ClientServiceServicer, kernels: oms_pb2_grpc.KernelServiceServicer) -> None:
        client_pb2_grpc.add_ClientServiceServicer_to_server(clients, self._server)
        oms_pb2_grpc.add_KernelServiceServicer_to_server(kernels, self._server)
        _health_generated.add_HealthServicer_to_server(self._health, self._server)
        reflection.enable_server_reflection((*SERVICES, health.SERVICE_NAME, reflection.SERVICE_NAME), self._server)
        await self.serving(False)
        await self._server.start()

    async def serving(self, answer: bool) -> None:
        """Sets the answer to health checks from now on."""
        status = health_pb2.HealthCheckResponse.SERVING if answer else health_pb2.HealthCheckResponse.NOT_SERVING
        for name in ("", *SERVICES):
            await self._health.set(name, status)

    async def refuse_clients(self) -> None:
        """Refuses further requests of clients; those that run go on."""
        self._door.shut = True

    async def stop(self, grace: float) -> None:
        """Refuses new calls and gives those that run `grace` seconds."""
        await self._health.enter_graceful_shutdown()
        await self._server.stop(grace)

    def _bind(self, host: str, port: int) -> int:
        address = join(host, port)
        try:
            bound = self._server.add_insecure_port(address)
        except RuntimeError as error:
            raise _taken(address, port) from error
        if bound == 0:
            raise _taken(address, port)
        return bound


def _taken(address: str, port: int) -> PortTaken:
    return PortTaken(
        f"Nothing can listen on {address}: another process has the port, or the address is not this machine's. "
        f"Take another with --port (0 for a free one); `ss -ltnp 'sport = :{port}'` shows who has it."
    )
