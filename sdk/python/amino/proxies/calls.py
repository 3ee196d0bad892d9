"""The way of every call of this process to one object with managers: through its proxies, or answered on the spot."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from itertools import count
from typing import Any

from amino_dms.api import NOT_ANSWERED
from amino_dms.chain import PROXY, Chain
from amino_dms.runtime.hosts import ObjectView
from amino_dms.runtime.proxy_chain import AnswerNow, HandsOn, Leaves, ProxyChain, Returns
from amino_wire.batch import PlainCall
from amino_wire.deadlines import Deadlines
from amino_wire.errors import AminoError, DeadlineExceeded, KernelUnavailable, Moved
from amino_wire.frames import DEFAULT_BUDGET_MS, CallOptions, Invocation
from amino_wire.protocol import Option
from amino_wire.values import SCALARS, Reference

from amino.connections import Connections
from amino.location import NO_ANSWER, Location
from amino.proxies.host import ClientProxyHost
from amino.proxies.replicas import ReplicaCalls
from amino.proxies.values import ChainValues, has_only_kwargs, holds, plain
from amino.proxies.watched import PROXIES_DONE, FreeRead, NotedCall, ReplicaCall, WatchedCall, attempted

_NOTHING: Mapping[str, Any] = {}
Send = Callable[[PlainCall, str, str, tuple[Any, ...], dict[int, Any]], None]


class ProxyCalls:
    """See `amino.location.CallPath`. Belongs to the loop it was made on, but for `answer`.

    Arguments:
        location: of the object.
        key: the same for the same managers with the same settings.
        chain: the object's managers.
        view: the facts that parts may know of the object.
        host: answers the questions of proxies.
        values: converts what proxies see.
        budget_ms: time of a call that names none; 0: the kernel's default.
        new_id: makes up ids of requests.
        connections: of the client.
    """

    def __init__(
        self,
        location: Location,
        key: bytes,
        chain: Chain,
        view: ObjectView,
        host: ClientProxyHost,
        values: ChainValues,
        budget_ms: int,
        new_id: Callable[[], str],
        connections: Connections,
    ) -> None:
        self.key = key
        self.takes_calls = bool(chain.callers())
        self._location, self._connections = location, connections
        self._chain = ProxyChain(chain, view, host)
        self._read_only, self._values = view.interface.read_only, values
        self._budget_ms = budget_ms or DEFAULT_BUDGET_MS
        requests = new_id()
        self._requests = (f"{requests}/{number}" for number in count(1))
        self._loop = asyncio.get_running_loop()
        self._create_future = self._loop.create_future
        self._now = host.clock.now
        self._deadlines = Deadlines(self._now)
        self._opened: asyncio.Future[None] = self._loop.create_future()
        self._answer: AnswerNow | None = None
        self._hands_on: tuple[HandsOn, ...] = ()
        self._leaves: tuple[str, Leaves] | None = None
        self._returns: Returns | None = None
        self._notes = self._names = False
        self._read: Callable[[str, tuple[Any, ...]], FreeRead | None]
        self._free: frozenset[str] = frozenset()
        """Members that only read, and whose calls leave for a replica without any proxy."""
        self._replicas: ReplicaCalls | None = None
        self._running: dict[asyncio.Task[Any], tuple[int, str]] = {}
        self._unsent, host.owner = host.unsent, self
        self._writing, self._closed = 0, False

    async def open(self) -> None:
        """Tells the proxies that they are there; calls wait until this returns.

        Raises:
            AminoError: a proxy cannot begin.
        """
        try:
            await self._chain.open()
        except AminoError as error:
            self._opened.set_exception(Moved("the deployment managers of this object are in the kernel only", cause=error))
            self._opened.exception()  # nobody need wait for it
            raise
        self._answer = self._chain.answer_now
        leaves, returns = self._chain.leaves, self._chain.returns
        # Calls that two proxies note pass them.
        if len(leaves) < 2:
            self._leaves, self._returns = (leaves[0], returns[0]) if leaves else (None, None)
            self._hands_on, self._names = self._chain.hands_on, self._chain.chain.knows_request_ids()
            # A read that is answered here must not overtake a write that has left.
            self._notes = self._names or bool(leaves) or self._answer is not None
            if self._chain.placing is not None and not self._names:
                self._replicas = ReplicaCalls(self, self._location, self._connections, self._chain.placing, self._now)
                self._read = self._replicas.read
                self._find_free()
        self._opened.set_result(None)

    def _find_free(self) -> None:
        frees = self._replicas is not None and self._answer is None and self._hands_on and self._chain.frees_reads
        self._free = self._read_only if frees else frozenset()

    async def update(self, view: ObjectView) -> None:
        """Takes note of what changed in the object."""
        if view.epoch > self._chain.view.epoch:
            self._read_only = view.interface.read_only
            self._find_free()
            await self._chain.update(view)

    async def close(self) -> None:
        """Ends the proxies; calls that are still on their way end too."""
        self._answer, self._hands_on, self._free = None, (), frozenset()
        self._closed = True
        if self._replicas is not None:
            self._replicas.close()
        for task in list(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        await self._chain.close()

    async def retire(self) -> None:
        """Other proxies have taken over: lets calls that are on their way finish, then ends the proxies."""
        self._answer, self._hands_on, self._free = None, (), frozenset()
        if self._running:
            await asyncio.wait(list(self._running))
        await self._chain.close()

    def answer(self, method: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        """See `CallPath.answer`. A result with references is left to the loop, which makes the stubs."""
        answer = self._answer
        if answer is None or (found := answer(method, args, kwargs)) is NOT_ANSWERED:
            return NO_ANSWER
        return found if type(found) in SCALARS or not holds(found, Reference) else NO_ANSWER

    def call(self, target: str, method: str, args: tuple[Any, ...], options: CallOptions | None = None) -> asyncio.Future[Any]:
        """A call by the application. A read that a proxy can answer is answered before this returns, unless a call of ours that may write
        is on its way: results come as if calls ran in their order.

        Raises:
            ValueInvalid: an argument cannot travel.
        """
        if method in self._free and options is None and not self._unsent and (read := self._read(method, args)) is not None:
            return read
        answer = self._answer
        if answer is not None and not self._writing and (options is None or has_only_kwargs(options)):
            found = answer(method, args, _NOTHING if options is None else plain(options.kwargs))
            if found is not NOT_ANSWERED:
                future = self._create_future()
                future.set_result(found if type(found) in SCALARS else self._values.outward(found))
                return future
        if options is None and not self._unsent and self._are_handing_on(method):
            replicas = self._replicas
            noted = None if replicas is None else replicas.call(method, method not in self._read_only)
            if replicas is not None and noted is not None and self._leaves is not None:
                self._writing += noted.writes
                return replicas.send(noted, args, *self._leaves)
            link = self._location.link
            send = link.call_as if replicas is None else None
            if send is not None:
                if self._notes:
                    return self._leave(send, target, method, args)
                sent = WatchedCall(loop=self._loop)
                sent.way, sent.method, sent.begun, sent.link = self, method, self._now(), link
                send(sent, target, method, args, PROXIES_DONE)
                return sent
        call = self._invocation(target, method, args, options)
        return self._start(method, call.request_id, self._run(call))

    def _are_handing_on(self, method: str) -> bool:
        for hands_on in self._hands_on:
            if not hands_on(method):
                return False
        return bool(self._hands_on)

    def _leave(self, send: Send, target: str, method: str, args: tuple[Any, ...]) -> asyncio.Future[Any]:
        """Sends a call at once, whose end a proxy is to hear of, or that managers of the object are to know again by its request id."""
        sent = NotedCall(loop=self._loop)
        sent.way, sent.method, sent.begun, sent.link, sent.open = self, method, self._now(), self._location.link, True
        sent.request_id, sent.given, options = "", None, PROXIES_DONE.copy()
        if self._names:
            sent.request_id = options[Option.REQUEST_ID] = next(self._requests)
        if self._leaves is not None:
            name, leaves = self._leaves
            sent.given = header = leaves(method)
            if header is not None:
                options[Option.HEADERS] = {name: header}
        sent.writes = writes = method not in self._read_only
        self._writing += writes
        try:
            send(sent, target, method, args, options)
        except BaseException as error:  # it has not left, and nobody has its future
            sent.withdraw(error)
            raise
        return sent

    def is_current(self) -> bool:
        """See `Way`."""
        return self._location.proxies is self

    def ended(self, sent: NotedCall, error: BaseException | None) -> None:
        """See `Way`."""
        self._writing -= sent.writes
        if self._replicas is not None and isinstance(sent, ReplicaCall):
            self._replicas.ended(sent)
        if error is not None and not sent.request_id:
            sent.request_id = next(self._requests)
        if self._returns is not None:
            self._returns(sent.request_id, sent.given, error)

    def failed(self, sent: WatchedCall, error: AminoError) -> bool:
        """See `Way`. Asks the proxies about a call that was sent without them and has failed."""
        # A number that a proxy has given means something to that proxy only.
        path = self if self._hands_on or sent.given is not None else self._location.proxies
        deadline = sent.begun + self._budget_ms / 1000
        if self._closed or not isinstance(path, ProxyCalls) or self._now() >= deadline:
            return False
        args = self._values.travelled(sent.args)
        request_id = sent.request_id or next(self._requests)
        call = Invocation(self._location.id, sent.method, args, request_id=request_id, deadline=deadline)

        async def asked() -> Any:
            attempted(error, sent.link)
            return await path._run(call)

        task = self._start(sent.method, request_id, asked())
        task.add_done_callback(sent.take)
        sent.add_done_callback(lambda done: task.cancel() if done.cancelled() else None)
        return True

    def _start(self, method: str, request_id: str, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = self._loop.create_task(work)
        writes = 0 if method in self._read_only else 1
        self._writing += writes
        self._running[task] = (writes, request_id)
        self._unsent.add(request_id)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        writes, request_id = self._running.pop(task)
        self._writing -= writes
        self._unsent.discard(request_id)

    def _invocation(self, target: str, method: str, args: tuple[Any, ...], options: CallOptions | None) -> Invocation:
        budget = options.budget_ms if options is not None and options.budget_ms else self._budget_ms
        deadline = self._now() + budget / 1000
        args = self._values.arguments(args)
        if options is None:
            return Invocation(target, method, args, request_id=next(self._requests), deadline=deadline)
        return Invocation(
            target,
            method,
            args,
            kwargs=self._values.named(plain(options.kwargs), "kwargs"),
            request_id=options.request_id or next(self._requests),
            deadline=deadline,
            read_only=options.read_only,
            transaction_id=options.transaction_id,
            chain=options.chain,
            trace=options.trace,
            headers=self._values.named(plain(options.headers), "headers"),
            flags=options.flags,
        )

    async def _run(self, call: Invocation) -> Any:
        try:
            return await self._deadlines.keep(self._through(call), call.deadline)
        except AminoError:
            raise  # of the work itself, which may be a TimeoutError too
        except TimeoutError:
            title = self._chain.view.title
            message = f"{call.method} of object {title} was not answered in time by its deployment managers; it may have run"
            raise DeadlineExceeded(message, details={"object": call.object_id, "method": call.method}) from None
        except asyncio.CancelledError:
            if self._closed:
                raise KernelUnavailable("this client was closed", details={"object": call.object_id, "method": call.method}) from None
            raise

    async def _through(self, call: Invocation) -> Any:
        path = self
        while True:
            try:
                if path._opened.done():
                    path._opened.result()
                else:
                    await asyncio.shield(path._opened)
                return self._values.outward(await path._chain.call(call))
            except Moved:
                # The call has not run, and the object has other managers now, or none here.
                current = self._location.proxies
                if current is None:
                    return await self._location.link.call(call.object_id, call.method, call.args, call.options(self._now()))
                if current is path or not isinstance(current, ProxyCalls):
                    raise
                path = current

    def has_command(self, name: str, manager: str) -> bool:
        """See `CallPath.has_command`."""
        chain = self._chain.chain
        if chain.hands_behind(name, manager):
            return True
        places = [place for place in chain.commands().get(name, ()) if manager in ("", chain.managers[place.index].name)]
        return bool(places) and places[0].part == PROXY

    async def command(self, name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any], manager: str) -> Any:
        """See `CallPath.command`; raises as `ProxyChain.command`."""
        values = self._values
        return values.outward(await self._chain.command(name, values.arguments(args), values.named(kwargs, "kwargs"), manager))
