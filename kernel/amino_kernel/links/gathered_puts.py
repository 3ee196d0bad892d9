"""Durable values that are put in one moment go to the OMS in one request, and wait for one commit."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

from amino_wire.errors import EpochStale
from amino_wire.pb import oms_pb2

MOST = 256
"""Values in one request."""
MOST_BYTES = 1 << 20

_Put: TypeAlias = tuple[oms_pb2.DurablePutRequest, asyncio.Future[int]]


class GatheredPuts:
    """Belongs to one event loop.

    Args:
        send: Sends a request.
    """

    def __init__(self, send: Callable[[oms_pb2.DurablePutManyRequest], Awaitable[oms_pb2.DurablePutManyResponse]]) -> None:
        self._send = send
        self._waiting: list[_Put] = []
        self._bytes = 0
        self._sending: set[asyncio.Task[None]] = set()

    def put(self, key: str, value: bytes, expected: int) -> asyncio.Future[int]:
        """The version under which it is stored. Fails with EpochStale where another version is there, else as the request."""
        loop = asyncio.get_running_loop()
        if not self._waiting:
            loop.call_soon(self._leave)
        stored: asyncio.Future[int] = loop.create_future()
        self._waiting.append((oms_pb2.DurablePutRequest(key=key, value=value, expected_version=expected), stored))
        self._bytes += len(value)
        if len(self._waiting) >= MOST or self._bytes >= MOST_BYTES:
            self._leave()
        return stored

    def _leave(self) -> None:
        puts, self._waiting, self._bytes = self._waiting, [], 0
        if puts:
            task = asyncio.ensure_future(self._sent(puts))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    async def _sent(self, puts: Sequence[_Put]) -> None:
        try:
            answer = await self._send(oms_pb2.DurablePutManyRequest(puts=[request for request, _ in puts]))
        except Exception as error:
            for _, stored in puts:
                if not stored.done():
                    stored.set_exception(error)
                    stored.exception()  # nobody need wait for it
            return
        for (request, stored), each in zip(puts, answer.answers, strict=True):
            if stored.done():
                continue
            if each.stored:
                stored.set_result(each.version)
            else:
                stored.set_exception(EpochStale(f"The durable value {request.key} has version {each.version}: somebody else wrote it."))
                stored.exception()
