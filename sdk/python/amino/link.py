"""The connection to one kernel: control requests over gRPC, calls over the fastest carrier that both ends have."""

from __future__ import annotations

import asyncio
import threading
import weakref
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any, Literal

import grpc
import grpc.aio
from amino_wire.connection import FrameConnection
from amino_wire.errors import AminoError, ArgumentInvalid, KernelUnavailable, Outcome, from_rpc_error
from amino_wire.frames import VERSION, CallOptions
from amino_wire.lane_requests import MESSAGES
from amino_wire.outgoing import FailedCall, Title
from amino_wire.pb import client_pb2, client_pb2_grpc
from amino_wire.protocol import DEFAULT_BUDGET_MS, Metadata, Option
from amino_wire.unheard import may_be_unheard
from amino_wire.values import Codec
from amino_wire.versions import check_version

from amino.asked import asked
from amino.attempts import Lost
from amino.call_function import CallAs, CallFunction, CallUser
from amino.forks import leave_to_parent, never_free
from amino.lane_requests import ask
from amino.loops import running_loop
from amino.outside import Dial, LinkEnd
from amino.retired_channels import RetiredChannels
from amino.version import __version__

Transport = Literal["auto", "lane", "grpc"]
"""auto: a lane where there is one, else gRPC; lane: nothing else will do; grpc: no lane."""

CONTROL_SECONDS = 120.0
"""Time of a control request: making an object may start a language."""
HELLO_SECONDS = 10.0


class KernelLink:
    """One kernel as a client sees it. Opens itself when needed and again after it was lost.

    Arguments:
        address: `host:port` of the kernel's gRPC.
        client_id: who calls.
        codec: how values are written and read.
        budget_ms: time of a call that names none; 0: the kernel's default.
        transport: which carrier calls take.
        on_failed: takes over calls that did not run.
        title: how messages call an object.
        dial: how kernels are reached.
    """

    def __init__(
        self,
        address: str,
        *,
        client_id: str,
        codec: Codec,
        budget_ms: int,
        transport: Transport,
        on_failed: Callable[[FailedCall], bool],
        dial: Dial,
        title: Title = str,
    ) -> None:
        self.address = address
        self.kernel_id = self.version = self._told = ""
        self.languages: tuple[str, ...] = ()
        self.takes_commands = False
        """Whether commands to deployment managers may come as calls."""
        self._takes_requests = False
        self.carrier = ""
        self.call: CallFunction = self._call_later
        self.call_as: CallAs | None = None
        """As FrameConnection has it while the link is up; None while it is down."""
        self._codec, self._transport, self._dial = codec, transport, dial
        self._end = LinkEnd(client_id, codec, budget_ms, self._lost, on_failed, title)
        self._on_failed = on_failed
        self._channel: grpc.aio.Channel | None = None
        self._retired = RetiredChannels()
        self._stub: Any = None
        self._connection: FrameConnection | None = None
        self._opening: asyncio.Task[None] | None = None
        self._waiting: list[FailedCall] = []
        self._users: weakref.WeakSet[Any] = weakref.WeakSet()
        self._closed = False
        self._refuse: CallFunction | None = None
        self.loop = asyncio.get_running_loop()
        """The loop that it belongs to."""
        self.thread = threading.get_ident()
        """The thread that the loop runs in."""

    @property
    def peer(self) -> str:
        """The name of the other end, for messages."""
        return f"kernel {self.kernel_id} at {self.address}" if self.kernel_id else f"the kernel at {self.address}"

    @property
    def unanswered(self) -> int:
        """Calls that wait for their answer."""
        return self._connection.unanswered if self._connection is not None else len(self._waiting)

    @property
    def connection(self) -> FrameConnection | None:
        """The connection for calls; None while there is none."""
        return None if self._connection is None or self._connection.closed else self._connection

    def is_at(self, address: str) -> bool:
        """Whether the kernel was at that address when it was connected to; programs may know it by another name."""
        return bool(address) and address in (self.address, self._told)

    def serve(self, user: CallUser) -> None:
        """Keeps `user.call` up to date from now on."""
        self._users.add(user)
        user.call = self.call

    def release(self, user: CallUser) -> None:
        """The user went to another link."""
        self._users.discard(user)

    async def open(self) -> None:
        """Makes sure that calls can be made; returns at once when they can.

        Raises:
            KernelUnavailable: nobody answers there.
        """
        if self.connection is not None:
            return
        await asyncio.shield(self._opened())

    def _opened(self) -> asyncio.Task[None]:
        if self._opening is None:
            self._opening = asyncio.ensure_future(self._open())
            # A caller may stop waiting before the attempt fails.
            self._opening.add_done_callback(may_be_unheard)
        return self._opening

    async def _open(self) -> None:
        try:
            if self._closed:
                raise KernelUnavailable("this client is closed")
            self._connection = await self._connect()
        except AminoError as error:
            self._drain(error)
            raise
        finally:
            self._opening = None
        self._use(self._connection.call, self._connection.call_as)
        self._drain(None)

    async def _connect(self) -> FrameConnection:
        if self._channel is not None:
            # A channel that has failed waits before it tries again; a new one tries now.
            self._retired.add(self._channel)
        self._channel = self._dial.channel(self.address)
        self._stub = client_pb2_grpc.ClientServiceStub(self._channel)
        request = client_pb2.HelloRequest(
            client_id=self._end.client_id, host_id=self._dial.host_id, version=__version__, wire_version=VERSION
        )
        hello: client_pb2.HelloResponse = await self.request("Hello", request, timeout=HELLO_SECONDS)
        check_version(hello.wire_version, f"kernel {hello.kernel_id} at {self.address}", "this program")
        self.kernel_id, self.version, self.languages = hello.kernel_id, hello.version, tuple(hello.languages)
        self._told = hello.endpoints.grpc
        self.takes_commands, self._takes_requests = hello.lane_commands, hello.lane_requests
        if self._transport != "grpc":
            for address in self._dial.lanes(self.address, hello.endpoints):
                try:
                    connection = await self._dial.lane(address, self._end, token=hello.lane_token, peer=self.peer)
                except AminoError:
                    continue  # the next carrier does as well
                self.carrier = "unix" if address.startswith("unix:") else "tcp"
                return connection
            if self._transport == "lane":
                raise KernelUnavailable(f"{self.peer} offers no direct lane that can be reached from here")
        self.carrier = "grpc"
        return await self._dial.session(self._channel, self._end, peer=self.peer)

    def _use(self, call: CallFunction, call_as: CallAs | None = None) -> None:
        self.call, self.call_as = call, call_as
        for user in self._users:
            user.call = call

    def _lost(self, reason: AminoError) -> None:  # noqa: ARG002
        self._use(self._call_later)

    def _call_later(self, target: str, method: str, args: tuple[Any, ...], options: CallOptions | None = None) -> asyncio.Future[Any]:
        """A call while the link is down: opens it first."""
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        plain = options.to_map(self._codec) if options is not None else {}
        details = {"object": target, "method": method}
        error = KernelUnavailable(f"{method} of object {self._end.title(target)} was not sent", details=details, outcome=Outcome.NOT_RUN)
        budget_ms = plain.get(Option.BUDGET, self._end.budget_ms or DEFAULT_BUDGET_MS)
        ends = asyncio.get_running_loop().time() + budget_ms / 1000
        self.send_later(FailedCall(future, target, method, self._codec.plain_items(args), plain, error, ends))
        return future

    def send_later(self, call: FailedCall) -> None:
        """Sends a call that did not run, as soon as the link is up."""
        if self._connection is not None and not self._connection.closed:
            self._connection.send_again(call)
            return
        self._waiting.append(call)
        self._opened()

    def _drain(self, error: AminoError | None) -> None:
        waiting, self._waiting = self._waiting, []
        for call in waiting:
            if call.future.done():
                continue
            if error is None and self._connection is not None:
                self._connection.send_again(call)
            elif error is not None and not self._on_failed(call):
                refuse(call, error, self._end.title)

    async def request(self, name: str, message: Any, *, timeout: float = CONTROL_SECONDS) -> Any:
        """One control request.

        Raises:
            AminoError: what the kernel answered, or KernelUnavailable.
        """
        try:
            return await self.attempt(name, message, timeout=timeout)
        except Lost as lost:
            raise lost.error from None

    async def attempt(self, name: str, message: Any, *, timeout: float) -> Any:
        """One control request, as `request`.

        Raises:
            Lost: no kernel has answered.
            AminoError: what the kernel answered.
        """
        if self._takes_requests and name in MESSAGES and self._connection is not None and not self._connection.closed:
            return await ask(self._connection, name, message, timeout)
        call = partial(getattr(self._stub, name), message, timeout=timeout, metadata=((Metadata.CLIENT, self._end.client_id),))
        return await asked(call, self.peer)

    async def ask_kernel(self, name: str, message: Any, *, timeout: float) -> Any:
        """One request to the service that kernels offer one another, for proxies; raises as `request`."""
        from amino_wire.pb import oms_pb2_grpc

        if self._channel is None:
            raise KernelUnavailable(f"{self.peer} is not connected")
        try:
            return await getattr(oms_pb2_grpc.KernelServiceStub(self._channel), name)(message, timeout=timeout)
        except grpc.RpcError as error:
            raise from_rpc_error(error, what=self.peer) from None

    async def upload(self, messages: AsyncIterator[Any]) -> Any:
        """Sends an artifact; the kernel may answer before it has all of it."""
        try:
            return await self._stub.PutArtifact(messages, timeout=CONTROL_SECONDS)
        except grpc.RpcError as error:
            raise from_rpc_error(error, what=self.peer) from None

    async def stream(self, name: str, message: Any) -> AsyncIterator[Any]:
        """The answers to a request that has many."""
        call = getattr(self._stub, name)(message)
        try:
            async for response in call:
                yield response
        except grpc.RpcError as error:
            raise from_rpc_error(error, what=self.peer) from None
        finally:
            call.cancel()

    def check_loop(self) -> None:
        """Raises ArgumentInvalid on another loop than the one that the client was opened on; in a forked child ClientForked."""
        if self._refuse is not None:
            self._refuse("", "", ())
        if running_loop() is not self.loop:
            state = "closed" if self.loop.is_closed() else "another one than this"
            raise ArgumentInvalid(
                f"client {self._end.client_id} belongs to the event loop it was opened on, which is {state}: open a client on each loop, "
                "or take the blocking one (`with amino.connect()`), which any thread may use",
                outcome=Outcome.NOT_RUN,
            )

    def descriptor(self) -> int | None:
        """The descriptor of the connection for calls; None where that has none of its own."""
        return None if self._connection is None else self._connection.descriptor()

    def abandon(self) -> None:
        """Ends the connection although its loop is closed."""
        if (descriptor := self.descriptor()) is not None:
            leave_to_parent(descriptor)
        self._connection = self._channel = self._stub = None

    def forked(self, refuse: CallFunction) -> None:
        """This process was forked from the one that opened the link: leaves the connection to that one, and refuses calls."""
        self._closed, self._refuse = True, refuse
        self._use(refuse)
        if (descriptor := self.descriptor()) is not None:
            leave_to_parent(descriptor)
        for each in (self._channel, self._stub, self._connection, self.loop):
            never_free(each)

    async def close(self) -> None:
        """Ends the connection; calls that wait fail."""
        self._closed = True
        if self._opening is not None:
            self._opening.cancel()
            await asyncio.gather(self._opening, return_exceptions=True)
        self._drain(KernelUnavailable("this client was closed"))
        if self._connection is not None:
            self._connection.close()
        if self._channel is not None:
            await self._channel.close(None)
        await self._retired.close()


def refuse(call: FailedCall, error: AminoError, title: Title) -> None:
    """Ends a call that did not run."""
    if not call.future.done():
        details = {**error.details, "object": call.target, "method": call.method}
        message = f"{call.method} of object {title(call.target)} was not sent: {error.message}"
        call.future.set_exception(type(error)(message, details=details, cause=error, outcome=Outcome.NOT_RUN))
