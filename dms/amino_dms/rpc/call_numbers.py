"""The numbers that a proxy gives to the calls of its clients (Lee et al., SOSP 2015)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from amino_dms.rpc.numbered_calls import EVER, NumberedCalls

_CLIENTS = 1000
"""Clients that a proxy remembers; a client that has been forgotten begins anew."""

Numbered = list[str | int]
"""Session, number, and the lowest number that may come again."""


class CallNumbers:
    """Numbers calls; an attempt of a call that was seen before gets its old number.

    Arguments:
        name: gives the name of a new session.
        now: gives seconds.
        window: how many outcomes of a client's last calls are kept, besides those it waits for.
    """

    def __init__(self, name: Callable[[], str], now: Callable[[], float], window: int) -> None:
        self._name, self._now, self._window = name, now, window
        self._clients: OrderedDict[str, NumberedCalls] = OrderedDict()

    def client(self, name: str) -> NumberedCalls:
        """The calls of a client."""
        client = self._clients.get(name)
        if client is None:
            client = self._clients[name] = NumberedCalls(self._name())
            if len(self._clients) > _CLIENTS:
                self._clients.popitem(last=False)
        self._clients.move_to_end(name)
        return client

    def of(self, client: NumberedCalls, request_id: str) -> Numbered:
        """The numbers of a call that is sent now."""
        number = client.awaits(request_id)
        return [client.session, number, self.lowest(client)]

    def next(self, client: NumberedCalls) -> tuple[int, int]:
        """As `of` for a new call, without its session: its request id is remembered only where it may be sent again."""
        number = client.last = client.last + 1
        awaited = client.awaited
        awaited[number] = EVER
        first = next(iter(awaited))
        if awaited[first] is not EVER:
            return number, self.lowest(client)
        lowest = number - self._window
        return number, first if first < lowest else lowest

    def lowest(self, client: NumberedCalls) -> int:
        """The lowest number that may come again; a call of the client is awaited."""
        now = self._now()
        while client.awaited[first := next(iter(client.awaited))] < now:
            del client.awaited[first]
        lowest = min(first, client.last - self._window)
        while client.numbers and client.numbers[oldest := next(iter(client.numbers))] < lowest:
            del client.numbers[oldest]
        return lowest
