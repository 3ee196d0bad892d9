"""Frames to other kernels, by a lane of their own to each: a frame is one call of it (`frame_door` takes them)."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from amino_dms.api import Clock, within
from amino_kernel.links.oms_client import OmsClient
from amino_kernel.links.peers import Peers
from amino_kernel.replication.frame_call import METHOD, TARGET, arguments
from amino_wire.connection import FrameConnection
from amino_wire.errors import AminoError
from amino_wire.frames import CallOptions
from amino_wire.pb import common_pb2
from amino_wire.values import EncodedValue

SECONDS = 1.0
"""How long a frame may be on its way, and how long a lane may take to open."""
_AT_ONCE = 64
"""Frames that are on their way to one kernel at the same time."""
_WAITING = 64
"""Frames that wait for their turn; the oldest one is lost where there are more. The protocol sends what is lacking again."""
_LOOK_AGAIN = 0.5
"""Seconds for which the address of a kernel is not asked for again."""
_OPTIONS = CallOptions(budget_ms=int(SECONDS * 1000))


@dataclass(eq=False, slots=True)
class _Lane:
    """The way to one kernel. The proof shows its Python half that frames come from a kernel of the cluster."""

    connection: FrameConnection | None = None
    proof: str = ""
    under_way: int = 0
    waiting: deque[bytes] = field(default_factory=lambda: deque[bytes](maxlen=_WAITING))
    opening: asyncio.Task[None] | None = None


class FrameLanes:
    """See `FrameSender`.

    Arguments:
        oms: knows the addresses of kernels.
        peers: opens the lanes.
        clock: of the kernel.
        unreachable: told of a kernel that no frame gets to.
    """

    def __init__(self, oms: OmsClient, peers: Peers, clock: Clock, unreachable: Callable[[str], None]) -> None:
        self._oms, self._peers, self._clock, self._unreachable = oms, peers, clock, unreachable
        self._addresses: dict[str, common_pb2.Endpoints] = {}
        self._looked = float("-inf")
        self._doubtful: set[str] = set()
        self._lanes: dict[str, _Lane] = {}
        self._closed = False

    def send(self, kernel_id: str, frame: bytes) -> None:
        """See `FrameSender`."""
        lane = self._lanes.get(kernel_id)
        if lane is None:
            lane = self._lanes[kernel_id] = _Lane()
        lane.waiting.append(frame)
        self._go_on(kernel_id, lane)

    def close(self) -> None:
        """Nothing is sent any more."""
        self._closed = True
        for lane in self._lanes.values():
            lane.waiting.clear()
            if lane.opening is not None:
                lane.opening.cancel()
            if lane.connection is not None:
                lane.connection.close()

    def _go_on(self, kernel_id: str, lane: _Lane) -> None:
        connection = lane.connection
        if connection is None or connection.closed:
            if lane.waiting and lane.opening is None and not self._closed:
                lane.opening = asyncio.get_running_loop().create_task(self._open(kernel_id, lane))
            return
        while lane.waiting and lane.under_way < _AT_ONCE:
            lane.under_way += 1
            sent = connection.call(TARGET, METHOD, arguments(lane.proof, lane.waiting.popleft()), _OPTIONS)
            sent.add_done_callback(partial(self._ended, kernel_id, lane, connection))

    def _ended(self, kernel_id: str, lane: _Lane, connection: FrameConnection, sent: asyncio.Future[EncodedValue]) -> None:
        lane.under_way -= 1
        if sent.cancelled() or sent.exception() is None:
            self._go_on(kernel_id, lane)
        elif lane.connection is connection and not self._closed:
            # A lane that was cut off without a word would keep what comes after it.
            lane.connection = None
            connection.close()
            self._lost(kernel_id)

    def _lost(self, kernel_id: str) -> None:
        self._doubtful.add(kernel_id)
        self._unreachable(kernel_id)

    async def _open(self, kernel_id: str, lane: _Lane) -> None:
        opened = False
        try:
            opened = await within(self._clock, SECONDS, self._opened(kernel_id, lane))
        except (AminoError, TimeoutError):
            self._lost(kernel_id)
        finally:
            lane.opening = None
            if not opened:
                lane.waiting.clear()
        self._go_on(kernel_id, lane)

    async def _opened(self, kernel_id: str, lane: _Lane) -> bool:
        try:
            endpoints = await self._endpoints(kernel_id)
        except AminoError:
            return False  # nobody knows where it is
        if not endpoints.grpc:
            return False
        lane.connection, lane.proof = await self._peers.own_lane(endpoints)
        return True

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
