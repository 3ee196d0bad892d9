"""The doors of a kernel: the address that is written on them, and who is let in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from amino_kernel.boot.outside import Description, Doors, Outside
from amino_kernel.boot.version import VERSION
from amino_kernel.halves.bridge import Bridge
from amino_kernel.service.addresses import join, port_of
from amino_wire.pb import client_pb2


class Doorkeeper:
    """Keeps what others are told of the doors equal to what is true.

    Args:
        own: Which kernel it is.
        outside: Where the secret of the cluster and the connections to others are.
        doors: Of the kernel; their addresses change here.
        half: Answers the JVM half that has the lanes.
    """

    def __init__(self, own: Description, outside: Outside, doors: Doors, half: Callable[[], Awaitable[Bridge]]) -> None:
        self._outside, self._doors, self._half = outside, doors, half
        self.hello = client_pb2.HelloResponse(
            kernel_id=own.kernel_id,
            endpoints=doors.endpoints,
            lane_token=doors.lane_token,
            version=VERSION,
            languages=own.languages,
            lane_commands=True,
            lane_requests=True,
        )
        """The first answer to each client."""

    @property
    def address(self) -> str:
        """Where the kernel is reached by gRPC: what others show as kernels is for this address."""
        return self._doors.endpoints.grpc

    async def trust(self, secret: str) -> None:
        """What other kernels show is known from now on, here and at the door of the JVM half."""
        self._outside.oms.secret.take(secret)
        await self._admit()

    async def moved(self, host: str) -> None:
        """The kernel is reached at another host, at the same ports. Connections over the former one are given up, since nothing says
        whether they still lead anywhere: calls on them end as with any broken connection.
        """
        endpoints = self._doors.endpoints
        endpoints.grpc = join(host, port_of(endpoints.grpc))
        if endpoints.lane_tcp:
            endpoints.lane_tcp = join(host, port_of(endpoints.lane_tcp))
        self.hello.endpoints.CopyFrom(endpoints)
        await self._admit()
        self._outside.oms.renew()
        await self._outside.peers.renew()

    async def _admit(self) -> None:
        token = self._outside.oms.secret.token(self.address)
        if token:
            await (await self._half()).admit(token)
