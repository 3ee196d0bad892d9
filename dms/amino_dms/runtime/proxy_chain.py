"""The proxies of one caller for one object."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any

from amino_wire.errors import MemberNotFound
from amino_wire.frames import Invocation

from amino_dms.api import Arrival, DeploymentManager, Proxy
from amino_dms.chain import PROXY, Chain, CommandPlace, Registry
from amino_dms.runtime.hosts import ObjectView, PartAddress, ProxyHost
from amino_dms.runtime.kernels import Background, Holder, HostedKernel
from amino_dms.runtime.members import begun, method_of, tell_members
from amino_dms.runtime.upcalls import Upcall, tell_at_once, tell_each

AnswerNow = Callable[[str, tuple[Any, ...], Mapping[str, Any]], Any]
HandsOn = Callable[[str], bool]
Leaves = Callable[[str], Any]
Returns = Callable[[str, Any, BaseException | None], None]


class HostedProxyKernel(HostedKernel):
    """The requests that a proxy may make, over a kernel or an SDK."""

    def __init__(
        self, host: ProxyHost, holder: Holder, manager: DeploymentManager, index: int, background: Background, limits: dict[int, float]
    ) -> None:
        super().__init__(host, holder, manager, index, background)
        self._proxy_host = host
        self._limits = limits

    def set_high_latency(self, seconds: float | None) -> None:
        """See `ProxyKernel.set_high_latency`."""
        if seconds is None:
            self._limits.pop(self._index, None)
        else:
            self._limits[self._index] = seconds

    async def call_shard(self, shard: str, call: Invocation) -> Any:
        """See `ShardCalls.call_shard`. Calls that are on their way go on when the chain ends, as with `next`."""
        # Its flags and its epoch are of the call to the object that is divided.
        return await self._proxy_host.call_object(call.changed(object_id=shard, flags=0, epoch=0))

    async def command_shard(self, shard: str, name: str, args: Sequence[Any], kwargs: Mapping[str, Any], manager: str) -> Any:
        """See `ShardCalls.command_shard`."""
        self.host()
        return await self._proxy_host.command_object(shard, name, args, kwargs, manager)


class ProxyChain:
    """Hosts the proxies of a chain, and is the way of every call, command and fast read from this caller to the object.

    Arguments:
        chain: the object's managers.
        view: the facts that parts may know of the object.
        host: the kernel or SDK.
    """

    def __init__(self, chain: Chain, view: ObjectView, host: ProxyHost) -> None:
        self.chain = chain
        self._host = host
        self._holder = Holder(view)
        self._background = Background()
        self._latency_limits: dict[int, float] = {}
        self._parts: dict[int, Proxy[Any]] = {}
        self._begun: set[int] = set()
        self._kernels: list[HostedProxyKernel] = []
        for index, manager in enumerate(chain.managers):
            if manager.proxy is not None:
                kernel = HostedProxyKernel(host, self._holder, manager, index, self._background, self._latency_limits)
                self._kernels.append(kernel)
                self._parts[index] = manager.proxy(manager.config, kernel)
        self._outermost = self._compile()
        self.hands_on: tuple[HandsOn, ...] = tuple(self._parts[index].hands_on for index in chain.callers())
        """Of each proxy on the way of calls: whether it hands a call of a member on, as things stand."""
        noting = [index for index in chain.callers() if chain.overrides_leaves(index)]
        self.leaves: tuple[tuple[str, Leaves], ...] = tuple((chain.managers[index].name, self._parts[index].leaves) for index in noting)
        """Of each proxy that notes calls that leave at once: its manager's name, and what hears of them."""
        self.returns: tuple[Returns, ...] = tuple(self._parts[index].returns for index in noting)
        """Of the same proxies: what hears of the end."""
        self.frees_reads = all(self._parts[index].frees_reads for index in chain.callers())
        """Whether reads leave at once and no proxy hears of them unless they fail."""
        placing = [self._parts[index] for index in chain.callers() if chain.overrides_replica(index)]
        self.placing: Proxy[Any] | None = placing[0] if placing else None
        """The proxy that says to which replica calls go that leave at once."""
        self.answer_now: AnswerNow | None = self._compile_answer()
        """Answers a read without waiting, or gives NOT_ANSWERED; None where no proxy of the chain ever can.
        Only for calls without transaction, headers or an address of a replica."""

    @property
    def view(self) -> ObjectView:
        """The facts that parts may know of the object."""
        return self._holder.view

    async def open(self, arrival: Arrival = Arrival.CREATED) -> None:
        """Tells the proxies that they are there. To be awaited before the first call. The first failure ends
        the chain.

        Raises:
            AminoError: what the proxy raised; its details name the manager and the upcall.
        """
        try:
            for index, part in self._parts.items():
                self._begun.add(index)
                await self._upcall(index, "on_create", partial(part.on_create, arrival)).result()
        except BaseException:
            await self.close()
            raise

    async def low_memory(self, free_bytes: int) -> None:
        """Tells the parts that the node has little memory left."""
        told = [(index, partial(part.on_low_memory, free_bytes)) for index, part in self._parts.items()]
        await tell_each(self._upcall(index, "on_low_memory", tell) for index, tell in told)

    async def close(self) -> None:
        """Ends the proxies, `ENDING_SECONDS` at most for each. An error of a proxy is logged. Calls that are on their
        way go on; every other request of a proxy to its kernel raises an error."""
        begun, self._begun = sorted(self._begun), set()
        upcalls = [self._upcall(index, "on_destroy", self._parts[index].on_destroy) for index in begun]
        try:
            await tell_at_once(self._host.clock, upcalls)
        finally:
            for kernel in self._kernels:
                kernel.end()
            await self._background.end(self._host.clock)

    async def call(self, call: Invocation) -> Any:
        """A call by the caller: through the proxies, first of the chain outermost, to the object.

        Raises:
            MemberNotFound: the name begins with `@`, which is for managers only.
            AminoError: what the call raises.
        """
        if call.method.startswith("@"):
            raise MemberNotFound(f"{self.view.title} has no member {call.method!r}: names that begin with @ are reserved")
        return await self._outermost(call)

    async def command(self, name: str, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None, manager: str = "") -> Any:
        """A command of `stub.dm`: runs at the part that has it.

        Arguments:
            name: the command's.
            args, kwargs: values.
            manager: whose command; empty: the first manager's of the chain that has it.

        Raises:
            MemberNotFound: no manager of the chain has it.
            ArgumentInvalid: the arguments do not fit.
            AminoError: what the command raises.
        """
        if self.chain.hands_behind(name, manager):
            return await self._parts[len(self.chain) - 1].command_behind(name, args, kwargs or {}, manager)
        place = self._place(name, manager)
        if place.part == PROXY:
            owner = self.chain.managers[place.index].name
            method = method_of(self._parts.get(place.index), owner, name, commands_only=True)
            return await begun(method, owner, name, args, kwargs)
        orderer = self.chain.orderer(place)
        if orderer is not None:
            return await self._parts[orderer].command_in_order(self.chain.managers[place.index].name, name, args, kwargs or {})
        address = PartAddress(self.view.object_id, place.index, place.part)
        return await self._host.call_part(address, name, tuple(args), kwargs or {}, None)

    async def update(self, view: ObjectView) -> None:
        """Takes note of a new view; proxies hear of replicas that came and went."""
        before, self._holder.view = self._holder.view, view
        await tell_members({self.chain.managers[index].name: part for index, part in self._parts.items()}, before, view)

    def _upcall(self, index: int, name: str, run: Callable[[], Awaitable[Any]]) -> Upcall:
        return Upcall(self.view, self.chain.managers[index].name, name, run)

    def _place(self, name: str, manager: str) -> CommandPlace:
        places = [place for place in self.chain.commands().get(name, ()) if manager in ("", self.chain.managers[place.index].name)]
        if not places:
            known = ", ".join(sorted(self.chain.commands())) or "none"
            others = Registry.installed().with_command(name)
            remedy = f". Attach a manager that has it, with `amino attach`: {' or '.join(others)}" if others and not manager else ""
            raise MemberNotFound(f"no deployment manager of {self.view.title} has the command {name!r}; there are: {known}{remedy}")
        return places[0]

    def _compile(self) -> Callable[[Invocation], Awaitable[Any]]:
        inner: Callable[[Invocation], Awaitable[Any]] = self._send
        for index in reversed(self.chain.callers()):
            inner = partial(self._parts[index].on_call, next=inner)
        return inner

    def _compile_answer(self) -> AnswerNow | None:
        for index in self.chain.callers():
            part = self._parts[index]
            if self.chain.overrides_answer(index):
                return part.answer_now
            if not part.passes_reads:
                return None
        return None

    async def _send(self, call: Invocation) -> Any:
        if not self._latency_limits:
            return await self._host.invoke(call)
        started = self._host.clock.now()
        try:
            return await self._host.invoke(call)
        finally:
            took = self._host.clock.now() - started
            for index, limit in self._latency_limits.items():
                if took > limit:
                    self._background.spawn(self._parts[index].on_high_latency(took))
