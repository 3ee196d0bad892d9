"""Other kernels: a gRPC channel to each, and one lane for calls."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import grpc
import grpc.aio
from amino_kernel.links.closed_channels import ended_by_closing
from amino_kernel.links.dial import Dial
from amino_wire.connection import FrameConnection
from amino_wire.errors import AminoError, KernelUnavailable, Outcome, PermissionDenied, from_rpc_error
from amino_wire.lane import unix_path
from amino_wire.pb import client_pb2, client_pb2_grpc, common_pb2, oms_pb2_grpc
from amino_wire.proof import ClusterSecret, ProvingStub
from amino_wire.protocol import VERSION
from amino_wire.unheard import may_be_unheard
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
    near: bool = False
    """Whether its calls go over a socket of this machine, which no change of an address concerns."""
    closed: bool = False

    async def ask(self, method: Any, request: Any, timeout: float) -> Any:
        """Runs an RPC of one of the stubs.

        Raises:
            AminoError: What the other kernel answered; KernelUnavailable when it did not.
        """
        if self.closed:
            raise self.given_up()
        try:
            return await method(request, timeout=timeout)
        except asyncio.CancelledError:
            if ended_by_closing(self.closed):
                raise self.given_up() from None
            raise
        except grpc.RpcError as error:
            raise from_rpc_error(error, what=f"the kernel at {self.address}", remedy=REMEDY) from None

    def take_lane(self, former: Peer) -> None:
        """Goes on with the lane of the same kernel at a former address."""
        self.lane, self.near = former.lane, True
        former.lane = None

    def given_up(self) -> KernelUnavailable:
        """The end of what went on over it."""
        return KernelUnavailable(f"The connection to the kernel at {self.address} was given up: one of the two has another address now.")

    async def close(self) -> None:
        """Ends everything that goes on over it."""
        self.closed = True
        lane = self.lane
        if lane is not None and lane.done() and not lane.cancelled() and lane.exception() is None:
            lane.result().close()
        await self.channel.close(None)


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
            peer.lane.add_done_callback(may_be_unheard)
        try:
            return await asyncio.shield(peer.lane)
        except AminoError as error:
            # No call has left on a connection that did not come about.
            error.outcome = Outcome.NOT_RUN
            raise

    async def own_lane(self, endpoints: common_pb2.Endpoints) -> tuple[FrameConnection, str]:
        """Opens one more connection, which is its caller's to close; and what proves to the kernel there that this one is of its cluster.

        Raises:
            KernelUnavailable: The kernel does not answer.
        """
        peer = self.at(endpoints)
        return await self._connect(peer), self._secret.token(peer.address)

    async def moved(self, former: str, address: str) -> None:
        """A kernel answers at another address now: gives up the connections to its former one. A lane within the machine stays."""
        peer = self._peers.pop(former, None)
        if peer is None:
            return
        if peer.near and peer.lane is not None and address and address not in self._peers:
            self.at(common_pb2.Endpoints(grpc=address)).take_lane(peer)
        await peer.close()

    async def leave(self, address: str) -> None:
        """Nobody answers at an address any more: gives up the connections to it. Calls on them end as with a lost connection."""
        peer = self._peers.pop(address, None)
        if peer is not None:
            await peer.close()

    async def renew(self) -> None:
        """This kernel has another address: gives up the connections that may be over the former one. Those within the machine stay."""
        for address in [address for address, peer in self._peers.items() if not peer.near]:
            await self.leave(address)

    async def close(self) -> None:
        for peer in self._peers.values():
            await peer.close()
        self._peers.clear()

    async def _connect(self, peer: Peer) -> FrameConnection:
        if not self._secret.known:
            raise KernelUnavailable(f"This kernel has not registered with the OMS yet, so {peer.address} does not know it. Try again.")
        try:
            connection = await self._connect_as_peer(peer)
            if peer.closed:
                connection.close()
                raise peer.given_up()
            return connection
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
                lane = await self._dial.lane(address, client_id=self._hello.client_id, token=token, peer=name)
                peer.near = unix_path(address) is not None
                return lane
            except AminoError:
                continue
        name = f"kernel {answer.kernel_id} at {peer.address}"
        proof = self._secret.shown_to(peer.address)
        return await self._dial.session(peer.channel, client_id=self._hello.client_id, proof=proof, peer=name)
