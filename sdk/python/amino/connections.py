"""Which kernel a call goes to: straight to the object's own where that is allowed, else to the home kernel."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from amino_wire.batch import PlainCall
from amino_wire.errors import AminoError, KernelUnavailable
from amino_wire.frames import FLAG_PROXIES_DONE
from amino_wire.instances import SEPARATOR
from amino_wire.outgoing import FailedCall
from amino_wire.pb import client_pb2, common_pb2
from amino_wire.protocol import READS, Option
from amino_wire.values import Codec, Reference

from amino.attempts import Lost, repeat
from amino.call_function import CallFunction
from amino.direct_watch import DirectWatch
from amino.following import Following, Place
from amino.link import CONTROL_SECONDS, KernelLink, Transport
from amino.location import Location
from amino.opening import first_open
from amino.outside import Outside

if TYPE_CHECKING:
    from amino.proxies import Proxies

ProxyPlace = Literal["here", "kernel"]
"""Where the callers' parts of deployment managers run: in this process, or in the home kernel."""
ASKED_SECONDS = 5.0
"""The patience with a kernel that is asked how another one does."""


class Connections:
    """All links of a client. Belongs to one loop.

    Arguments:
        addresses: kernels that may be the home kernel, tried in order.
        client_id: who calls.
        codec: how values are written and read.
        budget_ms: time of a call that names none; 0: the kernel's default.
        transport: which carrier calls take.
        direct: open connections to the objects' own kernels.
        proxies: where proxies run.
        next_after: seconds without an answer of one kernel after which the next address is tried.
        outside: what the client stands on.
    """

    def __init__(
        self,
        addresses: tuple[str, ...],
        *,
        client_id: str,
        codec: Codec,
        budget_ms: int,
        transport: Transport,
        direct: bool,
        proxies: ProxyPlace,
        next_after: float,
        outside: Outside,
    ) -> None:
        self._make: Callable[[str], KernelLink] = lambda address: KernelLink(
            address,
            client_id=client_id,
            codec=codec,
            budget_ms=budget_ms,
            transport=transport,
            on_failed=partial(self._failed, address),
            title=self._title,
            dial=outside.dial,
        )
        self._addresses, self._next_after = addresses, next_after
        self._direct = direct
        self._proxies_here = proxies == "here"
        self._make_proxies: Callable[[], Proxies] = lambda: _proxies(self, codec, client_id, budget_ms, outside)
        self._proxies: Proxies | None = None
        self._links: dict[str, KernelLink] = {}
        self._locations: weakref.WeakValueDictionary[str, Location] = weakref.WeakValueDictionary()
        self._following = Following(self._where, self._title)
        self._watch = DirectWatch(self._watched, lambda link: self._start(self._find(link)))
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed, self._transactions = False, 0
        self.home = self._link(addresses[0])

    def _link(self, address: str) -> KernelLink:
        if address not in self._links:
            self._links[address] = self._make(address)
        return self._links[address]

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The loop that they belong to."""
        return self.home.loop

    def count_transactions(self, change: int) -> None:
        """One more transaction of the client has begun, or one has ended. A call to any object may lead to the transaction's."""
        self._transactions += change
        for location in self._locations.values():
            location.count_transactions(change)

    def abandon(self) -> None:
        """Ends them although their loop is closed."""
        for link in self._links.values():
            link.abandon()

    def forked(self, refuse: CallFunction) -> None:
        """This process was forked from the one that opened them: leaves them to that one, and refuses calls."""
        self._closed = True
        for link in self._links.values():
            link.forked(refuse)
        for location in self._locations.values():
            location.refuse_calls(refuse)

    async def open(self) -> None:
        """Opens the home link, at the first address that answers.

        Raises:
            KernelUnavailable: none does.
        """
        if self.home.connection is None:
            self.home = await first_open([self._link(address) for address in self._addresses], self._next_after)
        if len(self._addresses) > 1:
            self._watch.start()

    async def request(self, name: str, message: Any) -> Any:
        """A control request to the home kernel, which is connected again if it was lost.

        A request with an id, or that only reads, is sent again when the connection was lost before its answer came.

        Raises:
            AminoError: what the kernel answered, or KernelUnavailable.
        """
        if getattr(message, "request_id", "") or name in READS:
            return await repeat(lambda seconds: self._attempt(name, message, seconds), CONTROL_SECONDS)
        await self.open()
        return await self.home.request(name, message)

    async def _attempt(self, name: str, message: Any, seconds: float) -> Any:
        if self._closed:
            raise KernelUnavailable("this client was closed")
        try:
            await self.open()
        except KernelUnavailable as error:
            raise Lost(error, sent=False) from None
        return await self.home.attempt(name, message, timeout=seconds)

    def location(self, reference: Reference) -> Location:
        """The location of an object that was heard of, without asking anybody."""
        known = self._locations.get(reference.id)
        if known is None:
            known = Location(reference.id, reference.class_name, reference.epoch, self.home)
            self._locations[reference.id] = known
            if self._transactions:
                known.count_transactions(self._transactions)
        known.epoch = max(known.epoch, reference.epoch)
        return known

    async def located(self, record: common_pb2.ObjectRecord) -> Location:
        """The location of an object whose record is here, with the best link that can be opened."""
        name = record.interface.name or record.name or None
        location = self.location(Reference(record.id, name, record.status.epoch, None))
        location.class_name = name
        location.record = record
        here = await self._follow_managers(location, record)
        location.use(await self._best(record, here))
        replicas = record.status.replicas
        location.at_home = len(replicas) == 1 and replicas[0].kernel_id == location.link.kernel_id
        return location

    async def _follow_managers(self, location: Location, record: common_pb2.ObjectRecord) -> bool:
        """Opens, exchanges or ends the proxies of an object; whether calls need none of a kernel's."""
        if not record.spec.deployment_managers and location.proxies is None:
            return True
        if not self._proxies_here or self._closed:
            return False
        if self._proxies is None:
            self._proxies = self._make_proxies()
        return await self._proxies.follow(location, record)

    def known(self, name_or_id: str) -> Location | None:
        """The location of an object that some stub here means."""
        found = self._locations.get(name_or_id)
        if found is not None:
            return found
        named = (each for each in list(self._locations.values()) if each.record is not None and each.record.name == name_or_id)
        return next(named, None)

    def _title(self, object_id: str) -> str:
        known = self._locations.get(object_id)
        return object_id if known is None else known.title

    async def _best(self, record: common_pb2.ObjectRecord, here: bool) -> KernelLink:
        # Where the callers' parts of deployment managers are not in this process, they are in the home kernel.
        if not self._direct or not here or len(record.status.replicas) != 1:
            return self.home
        return await self.direct_to(record.status.replicas[0]) or self.home

    async def direct_to(self, replica: common_pb2.Replica) -> KernelLink | None:
        """A link to the kernel of a replica; None where that is not allowed, or nobody answers there."""
        if replica.kernel_id == self.home.kernel_id:
            return self.home
        if not self._direct or not replica.endpoints.grpc or self._closed:
            return None
        link = self._link(replica.endpoints.grpc)
        try:
            await link.open()
        except AminoError:
            return None
        self._watch.start()
        return link

    def _watched(self) -> list[KernelLink]:
        # A link that has lost its connection opens another one by itself, with the next call. Of a lone kernel nobody else can tell.
        return [link for link in self._links.values() if link is not self.home or len(self._addresses) > 1]

    async def _find(self, link: KernelLink) -> None:
        """Leaves a link on which nothing is answered, where its kernel is lost, or has another address now."""
        try:
            answer = await self._kernels_besides(link)
        except AminoError:
            return  # the next look asks again
        now = next((each.endpoints.grpc for each in answer.kernels if each.id == link.kernel_id), "")
        connection = link.connection
        # No address concerns a connection within this machine.
        if connection is None or link.is_at(now) or (now and link.carrier == "unix"):
            return
        why = f"answers at {now} now, and the connection to its former address was given up" if now else "is lost: its lease has ended"
        error = KernelUnavailable(f"{link.peer} {why}")
        if link is self.home:
            self.home = await first_open(self._others(link), self._next_after)
        self._links.pop(link.address, None)
        users = [location for location in self._locations.values() if location.link is link]
        for location in users:
            location.use(self.home)
            location.at_home = False
        connection.lost(error)
        await link.close()
        for location in users:
            location.direct = False
            self.improve(location)

    def _others(self, link: KernelLink) -> list[KernelLink]:
        return [self._link(address) for address in self._addresses if address != link.address]

    async def _kernels_besides(self, link: KernelLink) -> client_pb2.KernelsResponse:
        """The kernels that live, as another kernel than that of the link says."""
        asked = await first_open(self._others(link), self._next_after) if link is self.home else self.home
        answer: client_pb2.KernelsResponse = await asked.request("Kernels", client_pb2.KernelsRequest(), timeout=ASKED_SECONDS)
        return answer

    def improve(self, location: Location) -> None:
        """Finds the best link for an object that so far was only heard of. Calls made meanwhile go through the home kernel."""
        if self._direct and not location.direct:
            location.direct = True
            self._start(self._locate(location))

    async def _locate(self, location: Location) -> None:
        try:
            await self.resolve(location.id)
        except AminoError:
            location.direct = False  # its calls will say what is wrong with it

    async def resolve(self, name_or_id: str, limit: client_pb2.AgeLimit | None = None) -> Location:
        """Asks where an object is.

        Arguments:
            name_or_id: which object.
            limit: how old the answer may be; None: it is to be current.

        Raises:
            ObjectNotFound, NameNotFound: there is none.
        """
        response = await self.request("Get", client_pb2.GetRequest(name_or_id=name_or_id, age_limit=limit))
        return await self.located(response.object)

    def _failed(self, address: str, call: FailedCall) -> bool:
        """A call did not run where it was sent; whether it goes where the object is now."""
        if self._closed:
            return False
        if call.options.get(Option.FLAGS, 0) & FLAG_PROXIES_DONE and not isinstance(call.future, PlainCall):
            return False  # proxies follow their object themselves
        if SEPARATOR in call.target:
            return False  # of one replica: its proxies know where it goes next
        known = self._locations.get(call.target)
        return self._following.take(call, (address, known.epoch if known is not None else 0))

    async def _where(self, target: str) -> tuple[KernelLink, Place]:
        if not target or target[0] == "@":
            return self.home, (self.home.address, 0)
        location = await self.resolve(target)
        return location.link, (location.link.address, location.epoch)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Closes every link."""
        self._closed = True
        self._watch.stop()
        if self._proxies is not None:
            await self._proxies.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._following.close()
        for link in list(self._links.values()):
            await link.close()


def _proxies(connections: Connections, codec: Codec, client_id: str, budget_ms: int, outside: Outside) -> Proxies:
    # Only programs that meet an object with managers pay for the needs of managers.
    from amino.proxies import Proxies

    return Proxies(connections, codec=codec, client_id=client_id, budget_ms=budget_ms, outside=outside)
