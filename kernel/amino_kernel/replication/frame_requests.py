"""Frames to other kernels, each as one request of theirs, some at a time."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from amino_dms.api import Clock
from amino_kernel.links.oms_client import OmsClient
from amino_kernel.links.peers import Peers
from amino_wire.errors import AminoError
from amino_wire.pb import common_pb2, oms_pb2

SECONDS = 1.0
"""How long a frame may be on its way."""
_AT_ONCE = 8
"""Frames that are on their way to one kernel at the same time."""
_WAITING = 256
"""Frames that wait for their turn; the oldest one is lost where there are more. The protocol sends what is lacking again."""
_LOOK_AGAIN = 0.5
"""Seconds for which the address of a kernel is not asked for again."""


class FrameRequests:
    """See `FrameSender`.

    Arguments:
        oms: knows the addresses of kernels.
        peers: the connections to them.
        clock: of the kernel.
        unreachable: told of a kernel that no frame gets to.
    """

    def __init__(self, oms: OmsClient, peers: Peers, clock: Clock, unreachable: Callable[[str], None]) -> None:
        self._oms, self._peers, self._clock, self._unreachable = oms, peers, clock, unreachable
        self._addresses: dict[str, common_pb2.Endpoints] = {}
        self._looked = float("-inf")
        self._doubtful: set[str] = set()
        self._waiting: dict[str, deque[bytes]] = {}
        self._under_way: dict[str, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def send(self, kernel_id: str, frame: bytes) -> None:
        """See `FrameSender`."""
        waiting = self._waiting.setdefault(kernel_id, deque(maxlen=_WAITING))
        waiting.append(frame)
        if self._under_way.get(kernel_id, 0) < _AT_ONCE:
            self._under_way[kernel_id] = self._under_way.get(kernel_id, 0) + 1
            task = asyncio.get_running_loop().create_task(self._work(kernel_id, waiting))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def close(self) -> None:
        """Nothing is sent any more."""
        for task in self._tasks:
            task.cancel()

    async def _work(self, kernel_id: str, waiting: deque[bytes]) -> None:
        try:
            while waiting:
                await self._sent(kernel_id, waiting.popleft())
        finally:
            self._under_way[kernel_id] -= 1

    async def _sent(self, kernel_id: str, frame: bytes) -> None:
        try:
            endpoints = await self._endpoints(kernel_id)
        except AminoError:
            return  # nobody knows where it is
        if not endpoints.grpc:
            return
        try:
            peer = self._peers.at(endpoints)
            await peer.ask(peer.kernels.Replicate, oms_pb2.ReplicateRequest(frame=frame), SECONDS)
        except AminoError:
            self._doubtful.add(kernel_id)
            self._unreachable(kernel_id)

    async def _endpoints(self, kernel_id: str) -> common_pb2.Endpoints:
        known = self._addresses.get(kernel_id)
        if (known is None or kernel_id in self._doubtful) and self._clock.now() - self._looked > _LOOK_AGAIN:
            self._looked = self._clock.now()
            try:
                for kernel in await self._oms.kernels():
                    self._addresses[kernel.id] = kernel.endpoints
                self._doubtful.clear()
            except AminoError:
                if known is None:
                    raise
            known = self._addresses.get(kernel_id)
        return known or common_pb2.Endpoints()
