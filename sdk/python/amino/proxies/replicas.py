"""Calls that leave at once for the replica that a proxy names: straight to that one's kernel, where there is a link to it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any, Final

from amino_dms.api import LEFT, REPLICA_HEADER, Proxy
from amino_dms.runtime.proxy_chain import Leaves
from amino_wire.errors import KernelUnavailable
from amino_wire.frames import FLAG_MOVED, FLAG_PROXIES_DONE
from amino_wire.instances import instance_id, path_in
from amino_wire.pb import common_pb2
from amino_wire.protocol import Option
from amino_wire.records import replica_at

from amino.connections import Connections
from amino.link import KernelLink
from amino.location import Location
from amino.proxies.watched import PROXIES_DONE, FreeRead, ReplicaCall, Way

_LOOKS: Final = 4
"""How often calls are looked at within their proxy's patience."""


class ReplicaCalls:
    """The way to the replicas of one object, and the calls that are on it.

    Arguments:
        way: of all calls of the object; it hears of the end of those that are no free reads.
        location: of the object.
        connections: of the client.
        proxy: names the replica.
        now: a clock, in seconds.
    """

    def __init__(self, way: Way, location: Location, connections: Connections, proxy: Proxy[Any], now: Callable[[], float]) -> None:
        self._way, self._location, self._connections, self._proxy, self._now = way, location, connections, proxy, now
        self._loop = asyncio.get_running_loop()
        self._replica = proxy.replica
        self._number = -1
        self._record: common_pb2.ObjectRecord | None = None
        self._link: KernelLink | None = None
        """To the replica's kernel; None: calls go by the object's link, which need not be up now."""
        self._target, self._at = location.id, ("", "")
        self._sent: dict[ReplicaCall, None] = {}
        self._reads: deque[FreeRead] = deque()
        """Free reads that were sent since somebody looked, and earlier ones that were open then."""
        self._timer: asyncio.TimerHandle | None = None
        self._asking: asyncio.Task[None] | None = None
        self._opening: asyncio.Task[None] | None = None
        self._factor = 1

    def read(self, method: str, args: tuple[Any, ...]) -> FreeRead | None:
        """A free read leaves, if there is a link to the replica's kernel; None: there is none, or it is to be looked for.

        Raises:
            ValueInvalid: an argument cannot travel.
        """
        link, number = self._link, self._replica()
        if link is None or number != self._number or self._record is not self._location.record or (send := link.call_as) is None:
            return None
        sent = FreeRead(loop=self._loop)
        sent.way, sent.method, sent.begun, sent.link, sent.place, sent.asked = self._way, method, self._now(), link, self._number, False
        send(sent, self._target, method, args, PROXIES_DONE)
        reads = self._reads
        # Nothing is told when one has its answer: the next ones, and who looks after them, take away those that have.
        if reads and reads[0].done():
            reads.popleft()
        reads.append(sent)
        if self._timer is None and self._asking is None:
            self._look_later()
        return sent

    def call(self, method: str, writes: bool) -> ReplicaCall | None:
        """A call that can leave now; None: the proxies are to be asked.

        Arguments:
            method: the member.
            writes: whether it may change the object.
        """
        number = self._replica()
        if number is None or number < 0:
            return None
        if number != self._number or self._record is not self._location.record:
            self._number, self._record = number, self._location.record
            self._choose()
        link = self._link or self._location.link
        if link.call_as is None:
            return None
        sent = ReplicaCall(loop=self._loop)
        sent.way, sent.method, sent.begun, sent.link, sent.request_id = self._way, method, self._now(), link, ""
        sent.place, sent.asked, sent.writes, sent.open, sent.given = number, False, writes, True, None
        return sent

    def send(self, sent: ReplicaCall, args: tuple[Any, ...], name: str, leaves: Leaves) -> ReplicaCall:
        """It leaves.

        Arguments:
            sent: of `call`, just now.
            args: the arguments.
            name, leaves: of the proxy that notes calls.

        Raises:
            ValueInvalid: an argument cannot travel.
        """
        link = self._link or self._location.link
        sent.given = header = leaves(sent.method)
        headers: dict[str, Any] = {} if header is None else {name: header}
        options: dict[int, Any] = PROXIES_DONE
        if self._link is None:
            options = {Option.HEADERS: {REPLICA_HEADER: sent.place, **headers}, Option.FLAGS: FLAG_PROXIES_DONE}
        elif headers:
            options = {Option.HEADERS: headers, Option.FLAGS: FLAG_PROXIES_DONE | FLAG_MOVED}
        assert link.call_as is not None, "`call` has looked"
        try:
            link.call_as(sent, self._target, sent.method, args, options)
        except BaseException as error:
            # It has not left, and nobody has its future.
            sent.withdraw(error)
            raise
        self._sent[sent] = None
        if self._timer is None and self._asking is None:
            self._look_later()
        return sent

    def ended(self, sent: ReplicaCall) -> None:
        """It has its answer, or has failed."""
        self._sent.pop(sent, None)

    def close(self) -> None:
        """Nobody looks after calls any more."""
        self._sent.clear()
        self._reads.clear()
        if self._timer is not None:
            self._timer.cancel()
        for task in (self._asking, self._opening):
            if task is not None:
                task.cancel()

    def _choose(self) -> None:
        replica = None if self._record is None else replica_at(self._record, path_in("", self._number))
        if replica is not None and self._at == (replica.path, replica.endpoints.grpc) and self._link is not None and self._link.call_as:
            return  # the record says nothing new
        self._link, self._target, self._at = None, self._location.id, ("", "")
        if self._opening is not None:
            self._opening.cancel()
        self._opening = None if replica is None else asyncio.ensure_future(self._open(replica))

    async def _open(self, replica: common_pb2.Replica) -> None:
        link = await self._connections.direct_to(replica)
        self._opening = None
        if link is not None:
            self._link, self._target = link, instance_id(self._location.id, replica.path)
            self._at = (replica.path, replica.endpoints.grpc)

    def _look_later(self) -> None:
        self._timer = self._loop.call_later(self._proxy.patience / _LOOKS, self._look)

    def _look(self) -> None:
        self._timer = None
        self._reads = deque(each for each in self._reads if not (each.asked or each.done()))
        begun = [oldest.begun for calls in (self._sent, self._reads) if (oldest := next(iter(calls), None)) is not None]
        patiences = (self._now() - min(begun)) / self._proxy.patience if begun else 0.0
        if patiences < 1:
            self._factor = 1
        if patiences >= self._factor:
            self._factor *= 2
            self._asking = asyncio.ensure_future(self._ask())
        elif begun:
            self._look_later()

    async def _ask(self) -> None:
        try:
            await self._proxy.waited()
        finally:
            self._asking = None
        number = self._replica()
        title = self._location.title
        waiting: list[ReplicaCall | FreeRead] = [*self._sent, *(each for each in self._reads if not (each.asked or each.done()))]
        for sent in [each for each in waiting if each.place != number]:
            self._factor = 1
            text = f"{sent.method} of object {title} has no answer of replica {sent.place}, which does not lead any more; it may have run"
            sent.set_exception(KernelUnavailable(text, details={LEFT: sent.place}))
        self._look_later()
