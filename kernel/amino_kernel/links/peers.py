"""Other kernels: a gRPC channel to each, and one lane for calls."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import grpc
import grpc.aio
from amino_kernel.links.dial import Dial
from amino_wire.connection import FrameConnection
from amino_wire.errors import AminoError, KernelUnavailable, Outcome, PermissionDenied, from_rpc_error
from amino_wire.pb import client_pb2, client_pb2_grpc, common_pb2, oms_pb2_grpc
from amino_wire.proof import ClusterSecret, ProvingStub
from amino_wire.protocol import VERSION
from amino_wire.versions import check_version

HELLO_SECONDS = 5.0

REMEDY = (
    "`amino kernels` shows whether it is alive; when its lease has ended, its objects are recovered or said to be lost. Try again then."
)


@dataclass(eq=False, slots=True)
class Peer:
    """One other kernel, at one gRPC address."""

    address: str
    channel: grpc.aio.Channel
    clients: client_pb2_grpc.ClientServiceStub
    kernels: Any
    lane: asyncio.Future[FrameConnection] | None = field(default=None)

    async def ask(self, method: Any, request: Any, timeout: float) -> Any:
        """Runs an RPC of one of the stubs.

        Raises:
            AminoError: What the other kernel answered; KernelUnavailable when it did not.
        """
        try:
            return await method(request, timeout=timeout)
        except grpc.RpcError as error:
            raise from_rpc_error(error, what=f"the kernel at {self.address}", remedy=REMEDY) from None


class Peers:
    """The other kernels by address. Connections are made when first needed and again after they were lost.

    Arguments:
        kernel_id, host_id, version: of this kernel.
        dial: opens connections.
        secret: by which this kernel proves to the others that it is one.
    """

    def __init__(self, kernel_id: str, host_id: str, version: str, dial: Dial, secret: ClusterSecret) -> None:
        self._dial = dial
        self._secret = secret
        self._hello = client_pb2.HelloRequest(client_id=kernel_id, host_id=host_id, version=version, wire_version=VERSION)
        self._host_id = host_id
        self._peers: dict[str, Peer] = {}

    def at(self, endpoints: common_pb2.Endpoints) -> Peer:
        """Answers the kernel at these endpoints; connects to nothing yet.

        Raises:
            KernelUnavailable: The endpoints name no address.
        """
        address = endpoints.grpc
        if not address:
            text = "The record of the object names no address of its kernel; the kernel has left. Try again later."
            raise KernelUnavailable(text, outcome=Outcome.NOT_RUN)
        peer = self._peers.get(address)
        if peer is None:
            channel = self._dial.channel(address)
            kernels = ProvingStub(oms_pb2_grpc.KernelServiceStub(channel), self._secret, address)
            peer = Peer(address, channel, client_pb2_grpc.ClientServiceStub(channel), kernels)
            self._peers[address] = peer
        return peer

    async def connection(self, endpoints: common_pb2.Endpoints) -> FrameConnection:
        """Answers a connection for calls: a lane, or a session where no lane can be reached.

        Raises:
            KernelUnavailable: The kernel does not answer.
        """
        peer = self.at(endpoints)
        if peer.lane is not None and peer.lane.done() and (peer.lane.cancelled() or peer.lane.exception() or peer.lane.result().closed):
            peer.lane = None
        if peer.lane is None:
            peer.lane = asyncio.ensure_future(self._connect(peer))
            peer.lane.add_done_callback(_seen)
        try:
            return await asyncio.shield(peer.lane)
        except AminoError as error:
            # No call has left on a connection that did not come about.
            error.outcome = Outcome.NOT_RUN
            raise

    async def close(self) -> None:
        for peer in self._peers.values():
            if peer.lane is not None and peer.lane.done() and not peer.lane.cancelled() and peer.lane.exception() is None:
                peer.lane.result().close()
            await peer.channel.close(None)
        self._peers.clear()

    async def _connect(self, peer: Peer) -> FrameConnection:
        if not self._secret.known:
            raise KernelUnavailable(f"This kernel has not registered with the OMS yet, so {peer.address} does not know it. Try again.")
        try:
            return await self._connect_as_peer(peer)
        except PermissionDenied as error:
            # The other one has not registered in its present life, or with another OMS: the record will say where the object is.
            raise KernelUnavailable(f"The kernel at {peer.address} does not take this one for a kernel of its cluster.") from error

    async def _connect_as_peer(self, peer: Peer) -> FrameConnection:
        answer: client_pb2.HelloResponse = await peer.ask(peer.clients.Hello, self._hello, HELLO_SECONDS)
        check_version(answer.wire_version, f"kernel {answer.kernel_id} at {peer.address}", "this kernel")
        near = answer.endpoints.lane_unix if answer.endpoints.host_id == self._host_id else ""
        for address in (f"unix:{near}" if near else "", answer.endpoints.lane_tcp):
            if not address:
                continue
            try:
                name = f"kernel {answer.kernel_id} at {address}"
                token = self._secret.token(peer.address)
                return await self._dial.lane(address, client_id=self._hello.client_id, token=token, peer=name)
            except AminoError:
                continue
        name = f"kernel {answer.kernel_id} at {peer.address}"
        proof = self._secret.shown_to(peer.address)
        return await self._dial.session(peer.channel, client_id=self._hello.client_id, proof=proof, peer=name)


def _seen(done: asyncio.Future[FrameConnection]) -> None:
    if not done.cancelled():
        done.exception()  # the waiting callers get it; there may be none any more
