"""Requests to whichever OMS leads: they follow NOT_LEADER, go to the next one when one does not answer, and are sent again by their id."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Sequence
from functools import partial
from typing import Any, TypeVar

import grpc
import grpc.aio
from amino_kernel.links.closed_channels import ended_by_closing
from amino_kernel.links.dial import RECONNECT_OPTIONS
from amino_kernel.links.oms_route import Failure, Fate, Journey, OmsRoute, failure_of, may_repeat
from amino_kernel.links.replay import Replay
from amino_wire.ages import limit_of, older
from amino_wire.errors import OmsUnavailable, is_answer
from amino_wire.pb import oms_pb2, oms_pb2_grpc
from amino_wire.proof import OMS, ClusterSecret, ProvingStub
from amino_wire.session import STATE_CHANNEL_OPTIONS
from grpc_health.v1 import health_pb2, health_pb2_grpc

Answer = TypeVar("Answer")
PROBE_SECONDS = 0.25
"""A request that waits for so long asks whether another OMS leads: an OMS that stands still says nothing."""
STANDING_SECONDS = 2.0
"""The patience of an operator who asks how each OMS does."""
LEADS, STANDS_BY, SILENT = "leads", "stands by", "does not answer"
STREAM_PROBE_SECONDS = 2.0
"""The same for a stream of answers, which may have nothing to say for hours."""
_SERVICE = oms_pb2.DESCRIPTOR.services_by_name["ObjectManagementService"]
# The health package has no types.
_health: Any = health_pb2


class _Link:
    """The way to one OMS."""

    def __init__(self, channel: grpc.aio.Channel, secret: ClusterSecret) -> None:
        self.channel = channel
        self.given_up = False
        self.stub: Any = ProvingStub(oms_pb2_grpc.ObjectManagementServiceStub(channel), secret, OMS)
        self._check: Any = health_pb2_grpc.HealthStub(channel).Check

    async def leads(self) -> bool:
        """Whether it says that it leads."""
        return await self.standing(PROBE_SECONDS) == LEADS

    async def standing(self, seconds: float) -> str:
        """One of LEADS, STANDS_BY and SILENT, within so many seconds."""
        try:
            answer = await self._check(_health.HealthCheckRequest(service=_SERVICE.full_name), timeout=seconds)
        except grpc.aio.AioRpcError:
            return SILENT
        except asyncio.CancelledError:
            if ended_by_closing(self.given_up):
                return SILENT
            raise
        return LEADS if answer.status == _health.HealthCheckResponse.SERVING else STANDS_BY


class _Left(Exception):
    """An attempt was given up, since another OMS leads now, or this kernel has another address."""


class FollowingStub:
    """Has the methods of `ObjectManagementServiceStub`.

    Arguments:
        addresses: where an OMS may be; one is enough to find the leader.
        secret: of the cluster.
        open_channel: gives a channel to an address; over sockets unless given.
        clock: gives seconds.
    """

    def __init__(
        self,
        addresses: Sequence[str],
        secret: ClusterSecret,
        open_channel: Callable[[str], grpc.aio.Channel] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._route = OmsRoute(addresses)
        self._secret, self._open_channel, self._clock = secret, open_channel or _over_sockets, clock
        self._links: dict[str, _Link] = {}
        self._closing: set[asyncio.Future[None]] = set()
        self._served = ""
        self.when_lost: Callable[[], None] = _nothing
        """Called when the OMS that has answered last answers no more, or refuses."""
        self._probing: asyncio.Task[None] | None = None

    @property
    def current(self) -> str:
        """The address that is asked."""
        return self._route.current

    def __getattr__(self, name: str) -> Any:
        if name not in _SERVICE.methods_by_name:
            raise AttributeError(name)
        method = _SERVICE.methods_by_name[name]
        way = self._upload if method.client_streaming else self._stream if method.server_streaming else self._ask
        self.__dict__[name] = call = partial(way, name)
        return call

    def renew(self) -> None:
        """Gives up all connections: nothing says whether they still lead anywhere. Requests end as where another OMS leads."""
        links, self._links = list(self._links.values()), {}
        for link in links:
            link.given_up = True
            self._closing.add(closing := asyncio.ensure_future(link.channel.close(None)))
            closing.add_done_callback(self._closing.discard)

    async def close(self) -> None:
        """Closes all channels."""
        if self._probing is not None:
            self._probing.cancel()
        for link in self._links.values():
            await link.channel.close(None)
        await asyncio.gather(*self._closing)

    async def standings(self) -> list[tuple[str, str]]:
        """The addresses that are known, and what the OMS there says of itself."""
        known = self._route.known
        return list(zip(known, await asyncio.gather(*(self._link(each).standing(STANDING_SECONDS) for each in known)), strict=True))

    async def _ask(self, name: str, request: Any, *, timeout: float | None = None, metadata: Sequence[tuple[str, str]] = ()) -> Any:
        journey = Journey(self._clock(), timeout)
        if limit_of(request) > 0:
            aged = await self._ask_standby(self._route.others(self._clock()), name, request, timeout)
            if aged is not None:
                return aged
        while True:
            asked = self._route.current
            link = self._link(asked)
            call = getattr(link.stub, name)(request, timeout=journey.left(self._clock()), metadata=metadata)
            try:
                answer = await self._raced(asked, link, call)
                self._served = asked
                return answer
            except (grpc.RpcError, _Left) as error:
                await self._onward(journey, asked, error, again=partial(may_repeat, name, request))

    async def ask_standby(self, name: str, request: Any) -> Any:
        """The answer of any OMS, whichever leads, to a request that takes its age; None: none answers that is young enough."""
        return await self._ask_standby([*self._route.others(self._clock()), self._route.current], name, request, None)

    async def _ask_standby(self, addresses: Sequence[str], name: str, request: Any, timeout: float | None) -> Any:
        """The answer of an OMS that stands by, which may have an age; None: the leader is to be asked.

        The leader is asked as well where an OMS that stands by does not know a name: the object may have been made meanwhile.
        """
        for asked in addresses:
            begun, link = self._clock(), self._link(asked)
            try:
                answer = await getattr(link.stub, name)(request, timeout=min(timeout or PROBE_SECONDS, PROBE_SECONDS))
            except grpc.RpcError as error:
                if not is_answer(error):
                    self._route.shun(asked, self._clock())
                continue
            except asyncio.CancelledError:
                if ended_by_closing(link.given_up):
                    continue
                raise
            # The answer grew older on its way, and a process may stand still for long.
            if older(answer, self._clock() - begun) <= limit_of(request):
                return answer
        return None

    async def _stream(self, name: str, request: Any, *, timeout: float | None = None) -> AsyncIterator[Any]:
        journey, begun = Journey(self._clock(), timeout), False
        while True:
            asked = self._route.current
            link = self._link(asked)
            call = getattr(link.stub, name)(request, timeout=journey.left(self._clock()))
            try:
                answers = aiter(call)
                while (answer := await self._raced(asked, link, anext(answers, None), STREAM_PROBE_SECONDS)) is not None:
                    begun = True
                    yield answer
                return
            except (grpc.RpcError, _Left) as error:
                # The caller has got the answers that have come already.
                await self._onward(journey, asked, error, again=not begun)
            finally:
                call.cancel()

    async def _upload(self, name: str, messages: AsyncIterable[Any], *, timeout: float | None = None) -> Any:
        journey, replay = Journey(self._clock(), timeout), Replay(messages)
        try:
            while True:
                asked = self._route.current
                link = self._link(asked)
                call = getattr(link.stub, name)(replay.messages(), timeout=journey.left(self._clock()))
                try:
                    return await self._raced(asked, link, call)
                except (grpc.RpcError, _Left) as error:
                    await self._onward(journey, asked, error, again=replay.whole)
        finally:
            await replay.close()

    async def _onward(self, journey: Journey, asked: str, error: grpc.RpcError | _Left, *, again: Callable[[Fate], bool] | bool) -> None:
        """Returns when the request may be sent again, which `again` allows; raises where it ends."""
        failure = Failure(Fate.LOST, here=True) if isinstance(error, _Left) else failure_of(error)
        if failure.fate is not Fate.ANSWERED:
            self._route.failed(asked, failure)
            if asked == self._served:
                self._served = ""
                self.when_lost()
            allowed = again if isinstance(again, bool) else again(failure.fate)
            further = self._route.several or failure.fate is Fate.REFUSED or failure.here
            pause = journey.pause(self._clock(), asked, self._route.current) if further and allowed else None
            if pause is not None:
                await asyncio.sleep(pause)
                return
        if isinstance(error, _Left):
            raise OmsUnavailable(
                f"The OMS at {asked} leads no more, or is reached over another connection now, and has not answered: "
                "whether it has done the request is unknown."
            )
        raise error

    async def _raced(self, asked: str, link: _Link, answer: Awaitable[Answer], seconds: float = PROBE_SECONDS) -> Answer:
        """The answer, unless another OMS leads meanwhile, or the link is given up. Raises _Left."""
        waiting = asyncio.ensure_future(answer)
        try:
            while not (await asyncio.wait({waiting}, timeout=seconds))[0]:
                if self._route.several and await self._leads_elsewhere(asked):
                    raise _Left
            if link.given_up and (waiting.cancelled() or waiting.exception() is not None):
                raise _Left
            return waiting.result()
        finally:
            waiting.cancel()

    async def _leads_elsewhere(self, asked: str) -> bool:
        if asked == self._route.current:
            if self._probing is None:
                self._probing = asyncio.ensure_future(self._probe(asked))
            await asyncio.shield(self._probing)
        return asked != self._route.current

    async def _probe(self, asked: str) -> None:
        """Asks the others whether they lead, once for all requests that wait."""
        try:
            others = [address for address in self._route.known if address != asked]
            leading = await asyncio.gather(*(self._link(address).leads() for address in others))
            leader = next((address for address, leads in zip(others, leading, strict=True) if leads), None)
            if leader is not None and self._route.current == asked:
                self._route.found(leader)
        finally:
            self._probing = None

    def _link(self, address: str) -> _Link:
        link = self._links.get(address)
        if link is None:
            link = self._links[address] = _Link(self._open_channel(address), self._secret)
        return link


def _nothing() -> None:
    """Nobody wants to know."""


def _over_sockets(address: str) -> grpc.aio.Channel:
    return grpc.aio.insecure_channel(address, options=(*STATE_CHANNEL_OPTIONS, *RECONNECT_OPTIONS))
