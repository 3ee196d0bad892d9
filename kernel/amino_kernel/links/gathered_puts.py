"""Durable values that are put in one moment go to the OMS in one request, and wait for one commit."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TypeAlias

from amino_wire.errors import EpochStale, KernelUnavailable
from amino_wire.pb import oms_pb2

MOST = 256
"""Values in one request."""
MOST_BYTES = 1 << 20

_Put: TypeAlias = tuple[oms_pb2.DurablePutRequest, asyncio.Future[int]]
_Answers: TypeAlias = Sequence[oms_pb2.DurablePutResponse]


class GatheredPuts:
    """Belongs to one event loop.

    Args:
        send: Sends them, and gives their answers in order.
    """

    def __init__(self, send: Callable[[Sequence[oms_pb2.DurablePutRequest]], Awaitable[_Answers]]) -> None:
        self._send = send
        self._waiting: list[_Put] = []
        self._bytes = 0
        self._under_way: set[asyncio.Future[_Answers]] = set()

    def put(self, key: str, value: bytes, expected: int) -> asyncio.Future[int]:
        """The version under which it is stored. Fails with EpochStale where another version is there, else as the request."""
        loop = asyncio.get_running_loop()
        if not self._waiting:
            loop.call_soon(self.leave)
        stored: asyncio.Future[int] = loop.create_future()
        self._waiting.append((oms_pb2.DurablePutRequest(key=key, value=value, expected_version=expected), stored))
        self._bytes += len(value)
        if len(self._waiting) >= MOST or self._bytes >= MOST_BYTES:
            self.leave()
        return stored

    def hurry(self) -> None:
        """No more comes in this turn of the loop: what waits leaves now, unless it gains nothing by that."""
        if not self._under_way:
            self.leave()

    def leave(self) -> None:
        """Sends what waits."""
        puts, self._waiting, self._bytes = self._waiting, [], 0
        if not puts:
            return
        try:
            sent = self._send([request for request, _ in puts])
        except Exception as error:
            _fail(puts, error)
            return
        answers: asyncio.Future[_Answers] = asyncio.ensure_future(sent)
        self._under_way.add(answers)
        answers.add_done_callback(partial(self._ended, puts))

    def _ended(self, puts: Sequence[_Put], answers: asyncio.Future[_Answers]) -> None:
        self._under_way.discard(answers)
        error = KernelUnavailable("this kernel stops") if answers.cancelled() else answers.exception()
        if error is not None:
            _fail(puts, error)
            return
        for (request, stored), each in zip(puts, answers.result(), strict=True):
            if stored.done():
                continue
            if each.stored:
                stored.set_result(each.version)
            else:
                stored.set_exception(EpochStale(f"The durable value {request.key} has version {each.version}: somebody else wrote it."))
                stored.exception()


def _fail(puts: Sequence[_Put], error: BaseException) -> None:
    for _, stored in puts:
        if not stored.done():
            stored.set_exception(error)
            stored.exception()  # nobody need wait for it
