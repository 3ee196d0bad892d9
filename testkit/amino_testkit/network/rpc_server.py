"""A gRPC server in a simulated process: it takes the servicers that a real one takes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NoReturn, cast

import grpc
from amino_wire.pb import client_pb2, client_pb2_grpc, oms_pb2_grpc

from amino_testkit.network.network import Network
from amino_testkit.world.process import Process


@dataclass(frozen=True, slots=True)
class RpcAnswer:
    """How a request ended: its messages, or a status with its text and trailing metadata."""

    messages: tuple[bytes, ...] = ()
    status: grpc.StatusCode = grpc.StatusCode.OK
    text: str = ""
    metadata: tuple[tuple[str, bytes], ...] = ()


@dataclass(eq=False, slots=True)
class RpcRequest:
    """A request on its way: which method, its messages, how many seconds it may take, who calls, who hears how it ended, its metadata."""

    path: str
    messages: tuple[bytes, ...]
    timeout: float | None
    caller: str
    answer: Callable[[RpcAnswer], None]
    metadata: tuple[tuple[str, str], ...] = ()
    task: asyncio.Task[None] | None = None


_OF_CLIENTS = f"/{client_pb2.DESCRIPTOR.services_by_name['ClientService'].full_name}/"


class _Aborted(Exception):
    def __init__(self, answer: RpcAnswer) -> None:
        super().__init__(answer.text)
        self.answer = answer


class _Context:
    """What a servicer asks of its request (`grpc.aio.ServicerContext`)."""

    def __init__(self, request: RpcRequest, deadline: float | None) -> None:
        self._request = request
        self._deadline = deadline

    async def abort(self, code: grpc.StatusCode, details: str = "", trailing_metadata: Sequence[tuple[str, bytes]] = ()) -> NoReturn:
        raise _Aborted(RpcAnswer((), code, details, tuple(trailing_metadata)))

    def time_remaining(self) -> float | None:
        return None if self._deadline is None else self._deadline - asyncio.get_running_loop().time()

    def invocation_metadata(self) -> tuple[tuple[str, str], ...]:
        return (("amino-client", self._request.caller), *self._request.metadata)

    def peer(self) -> str:
        return self._request.caller


class RpcServer:
    """Answers requests in a process, at one address, until the process ends.

    Arguments:
        network: how it is reached.
        process: whose it is.
        address: where it answers.
    """

    def __init__(self, network: Network, process: Process, address: str, places: dict[str, RpcServer]) -> None:
        self.process = process
        self._network = network
        self._address = address
        self._places = places
        self._methods: dict[str, Any] = {}
        self._running: dict[RpcRequest, None] = {}
        self._stopping = False
        self._clients = True
        process.at_end(self._ended)

    def add_generic_rpc_handlers(self, handlers: Sequence[Any]) -> None:
        """Asked for by generated code, which names the methods once more in `add_registered_method_handlers`."""

    def add_registered_method_handlers(self, service: str, handlers: Mapping[str, Any]) -> None:
        """The methods of a servicer."""
        self._methods.update({f"/{service}/{name}": handler for name, handler in handlers.items()})

    async def start(self, clients: client_pb2_grpc.ClientServiceServicer, kernels: oms_pb2_grpc.KernelServiceServicer) -> None:
        """See `amino_kernel.boot.assembly.Server`."""
        server = cast("Any", self)
        client_pb2_grpc.add_ClientServiceServicer_to_server(clients, server)
        oms_pb2_grpc.add_KernelServiceServicer_to_server(kernels, server)
        self.listen()

    def listen(self) -> None:
        """From now on it answers."""
        self._places[self._address] = self

    async def serving(self, answer: bool) -> None:
        """See `amino_kernel.boot.assembly.Server`; there are no health checks in a simulation."""

    async def refuse_clients(self) -> None:
        """Refuses further requests of clients; those that run go on."""
        self._clients = False

    async def stop(self, grace: float) -> None:
        """Refuses new requests and gives those that run `grace` seconds."""
        self._stopping = True
        tasks = [request.task for request in self._running if request.task is not None]
        if tasks:
            await asyncio.wait(tasks, timeout=grace)
        for request in list(self._running):
            self._finish(request, RpcAnswer((), grpc.StatusCode.UNAVAILABLE, "the server is stopping"))
            if request.task is not None:
                request.task.cancel()

    def take(self, request: RpcRequest) -> None:
        """A request has arrived. Called outside of all processes."""
        self._running[request] = None
        self.process.loop.call_soon(self._begin, request)

    def cancel(self, request: RpcRequest) -> None:
        """Its caller has hung up. Called outside of all processes."""
        self.process.loop.call_soon(self._cancel, request)

    def _begin(self, request: RpcRequest) -> None:
        if self._stopping or (not self._clients and request.path.startswith(_OF_CLIENTS)):
            self._finish(request, RpcAnswer((), grpc.StatusCode.UNAVAILABLE, "the server is stopping"))
            return
        request.task = asyncio.ensure_future(self._run(request))
        if request.timeout is not None:
            asyncio.get_running_loop().call_later(request.timeout, self._cancel, request)

    def _cancel(self, request: RpcRequest) -> None:
        if request in self._running and request.task is not None:
            self._running.pop(request, None)
            request.task.cancel()

    async def _run(self, request: RpcRequest) -> None:
        deadline = None if request.timeout is None else asyncio.get_running_loop().time() + request.timeout
        try:
            answer = RpcAnswer(await self._answer(request, _Context(request, deadline)))
        except _Aborted as aborted:
            answer = aborted.answer
        except Exception as error:
            context = {"message": f"the servicer of {request.path} raised", "exception": error}
            asyncio.get_running_loop().call_exception_handler(context)
            answer = RpcAnswer((), grpc.StatusCode.UNKNOWN, repr(error))
        self._finish(request, answer)

    async def _answer(self, request: RpcRequest, context: _Context) -> tuple[bytes, ...]:
        method = self._methods.get(request.path)
        if method is None:
            await context.abort(grpc.StatusCode.UNIMPLEMENTED, f"there is no {request.path} here")
        asked = [method.request_deserializer(message) for message in request.messages]
        if method.request_streaming:
            return (method.response_serializer(await method.stream_unary(_stream(asked), context)),)
        if method.response_streaming:
            return tuple([method.response_serializer(each) async for each in method.unary_stream(asked[0], context)])
        return (method.response_serializer(await method.unary_unary(asked[0], context)),)

    def _finish(self, request: RpcRequest, answer: RpcAnswer) -> None:
        if request in self._running:
            del self._running[request]
            request.answer(answer)

    def _ended(self) -> None:
        if self._places.get(self._address) is self:
            del self._places[self._address]
        running, self._running = self._running, {}
        gone = RpcAnswer((), grpc.StatusCode.UNAVAILABLE, f"{self.process.name} ended before it answered")
        for request in running:
            self._network.soon(partial(request.answer, gone))


async def _stream(messages: Sequence[Any]) -> AsyncIterator[Any]:
    for message in messages:
        yield message
