"""The numbers that a proxy gives to the calls of its clients (Lee et al., SOSP 2015)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from amino_dms.api import Invocation, ProxyKernel, is_answer
from amino_dms.rpc.numbered_calls import EVER, NumberedCalls

_CLIENTS = 1000
"""Clients that a proxy remembers; a client that has been forgotten begins anew."""

T = TypeVar("T")
Numbered = list[Any]
"""Session, number, and the lowest number that may come again."""


class CallNumbers:
    """Numbers calls; an attempt of a call that was seen before gets its old number.

    Arguments:
        kernel: the proxy's.
        window: how many outcomes of a client's last calls are kept, besides those it waits for.
        keep: for how many seconds a call may be asked for again that has no answer.
    """

    def __init__(self, kernel: ProxyKernel, window: int, keep: float) -> None:
        self._kernel, self._window, self._keep = kernel, window, keep
        self._clients: OrderedDict[str, NumberedCalls] = OrderedDict()
        self._own: NumberedCalls | None = None

    async def numbered(self, call: Invocation, run: Callable[[Numbered], Awaitable[T]]) -> T:
        """Runs a call with its numbers. Its outcome says whether the call may come again."""
        client = self._client(call.client_id)
        number = client.awaits(call.request_id)
        try:
            result = await run([client.session, number, self._lowest(client)])
        except BaseException as error:
            client.came_back(call.request_id, self._waited_for(error))
            raise
        client.came_back(call.request_id, None)
        return result

    def leaves(self) -> Numbered:
        """The numbers of a new call that leaves at once. Its request id is remembered only where it may be sent again."""
        client = self._own
        if client is None:
            self._own = client = self._client("")
        number = client.last = client.last + 1
        awaited = client.awaited
        awaited[number] = EVER
        first = next(iter(awaited))
        if awaited[first] is not EVER:
            return [client.session, number, self._lowest(client)]
        lowest = number - self._window
        return [client.session, number, first if first < lowest else lowest]

    def returns(self, request_id: str, number: int, error: BaseException | None) -> None:
        """A call that left at once with that number has its answer, or has failed."""
        client = self._own
        if client is None:
            return
        if error is None:
            client.awaited.pop(number, None)
            return
        client.numbers[request_id] = number
        client.came_back(request_id, self._waited_for(error))

    def _client(self, name: str) -> NumberedCalls:
        client = self._clients.get(name)
        if client is None:
            client = self._clients[name] = NumberedCalls(f"{self._kernel.random.getrandbits(64):016x}")
            if len(self._clients) > _CLIENTS:
                self._clients.popitem(last=False)
        self._clients.move_to_end(name)
        return client

    def _waited_for(self, error: BaseException) -> float | None:
        """Until when a call may be asked for again that has ended so."""
        return None if is_answer(error) else self._kernel.clock.now() + self._keep

    def _lowest(self, client: NumberedCalls) -> int:
        """The lowest number that may come again; a call of the client is awaited."""
        now = self._kernel.clock.now()
        while client.awaited[first := next(iter(client.awaited))] < now:
            del client.awaited[first]
        lowest = min(first, client.last - self._window)
        while client.numbers and client.numbers[oldest := next(iter(client.numbers))] < lowest:
            del client.numbers[oldest]
        return lowest
