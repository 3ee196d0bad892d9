"""Frames to other kernels, by a socket of their own to each; by a lane, on which a frame is one call, where that cannot be opened."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from amino_dms.api import Clock, within
from amino_kernel.links.oms_client import OmsClient
from amino_kernel.links.peers import Peers
from amino_kernel.replication.frame_call import METHOD, OPEN, TARGET, arguments
from amino_kernel.replication.frame_link import FrameLink
from amino_kernel.replication.frame_sockets import FramePlaces
from amino_wire.connection import FrameConnection
from amino_wire.errors import AminoError
from amino_wire.frames import CallOptions
from amino_wire.guards import is_list
from amino_wire.pb import common_pb2
from amino_wire.values import EncodedValue, decode

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
    link: FrameLink | None = None
    proof: str = ""
    under_way: int = 0
    waiting: deque[bytes] = field(default_factory=lambda: deque[bytes](maxlen=_WAITING))
    opening: asyncio.Task[None] | None = None
    linking: asyncio.Task[None] | None = None

    @property
    def is_linked(self) -> bool:
        """Whether frames go by a link."""
        return self.link is not None and not self.link.closed

    def rest(self) -> None:
        """Closes the lane once there is a link, and what was sent before has come."""
        if self.is_linked and not self.under_way and self.connection is not None:
            self.connection.close()
            self.connection = None


class FrameLanes:
    """See `FrameSender`.

    Arguments:
        oms: knows the addresses of kernels.
        peers: opens the lanes.
        clock: of the kernel.
        unreachable: told of a kernel that no frame gets to.
        host_id: of this machine.
        places: opens sockets for frames alone; None: there are lanes only.
    """

    def __init__(
        self,
        oms: OmsClient,
        peers: Peers,
        clock: Clock,
        unreachable: Callable[[str], None],
        host_id: str = "",
        places: FramePlaces | None = None,
    ) -> None:
        self._host_id, self._places = host_id, places
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
            for task in (lane.opening, lane.linking):
                if task is not None:
                    task.cancel()
            for way in (lane.connection, lane.link):
                if way is not None:
                    way.close()

    def _go_on(self, kernel_id: str, lane: _Lane) -> None:
        link = lane.link
        if link is not None and lane.is_linked:
            while lane.waiting and not link.is_full:
                link.send(lane.waiting.popleft())
            return
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
        lane.rest()
        if sent.cancelled() or sent.exception() is None:
            self._go_on(kernel_id, lane)
        elif lane.connection is connection and not self._closed:
            # A lane that was cut off without a word would keep what comes after it.
            lane.connection = None
            connection.close()
            if not lane.is_linked:
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
        if self._places is not None and lane.linking is None:
            # Frames go by the lane until then.
            near = endpoints.host_id == self._host_id
            lane.linking = asyncio.get_running_loop().create_task(self._link(kernel_id, lane, lane.connection, self._places, near))
        return True

    async def _link(self, kernel_id: str, lane: _Lane, connection: FrameConnection, places: FramePlaces, near: bool) -> None:
        try:
            asked = decode((await connection.invoke(TARGET, OPEN, arguments(lane.proof, b""), _OPTIONS)).data)
            addresses = [each for each in asked if isinstance(each, str)] if is_list(asked) else []
            for address in addresses if near else addresses[1:]:
                link = FrameLink(lane.proof, partial(self._go_on, kernel_id, lane), partial(self._unlinked, kernel_id, lane))
                if await _opens(link, address, places, self._clock):
                    lane.link = link
                    lane.rest()
                    self._go_on(kernel_id, lane)
                    return
        except AminoError:
            return  # its version is another one, or it has just gone
        finally:
            lane.linking = None

    def _unlinked(self, kernel_id: str, lane: _Lane) -> None:
        if lane.link is not None and lane.link.closed:
            lane.link = None
            if not self._closed:
                self._lost(kernel_id)

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


async def _opens(link: FrameLink, address: str, places: FramePlaces, clock: Clock) -> bool:
    """Whether a link comes about."""

    async def opened() -> bool:
        await places.connect(address, link.stream)
        return await link.open()

    is_open = False
    try:
        is_open = await within(clock, SECONDS, opened())
    except (OSError, TimeoutError):
        return False
    finally:
        if not is_open:
            link.abort()
    return is_open
