"""Single keys that are read together: one request for all that are asked for in one turn of the loop, and each key once in it.

A request over gRPC costs both ends more than what it reads. Callers that come together mostly do the same thing, such as finding one
class for each of its new objects, so they ask for the same keys at the same time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from amino_store.etcd.commits import Commits
from amino_store.etcd.messages import Keyspace
from amino_store.etcd.pb import etcd_pb2 as pb
from amino_store.transaction import Entry, Get, Transaction

MOST = 63
"""Keys of one request: so many values, each as large as a value may be, fit into one answer."""

_Waiting = dict[str, list[asyncio.Future[Entry | None]]]


class Reads:
    """Reads keys. No entry is older than the question for it.

    Arguments:
        commits: asks.
        space: where the keys lie.
    """

    def __init__(self, commits: Commits, space: Keyspace) -> None:
        self._commits, self._space = commits, space
        self._waiting: _Waiting = {}
        self._under_way: set[asyncio.Task[None]] = set()

    async def get(self, key: str) -> Entry | None:
        """See `Store.get`. Raises as `Commits.asked`."""
        loop = asyncio.get_running_loop()
        if not self._waiting:
            loop.call_soon(self._send)
        answer: asyncio.Future[Entry | None] = loop.create_future()
        self._waiting.setdefault(key, []).append(answer)
        return await answer

    def _send(self) -> None:
        waiting, self._waiting = self._waiting, {}
        keys = list(waiting)
        for begin in range(0, len(keys), MOST):
            together = {key: waiting[key] for key in keys[begin : begin + MOST]}
            task = asyncio.create_task(self._answer(together), name="reads of the store")
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def _answer(self, waiting: _Waiting) -> None:
        try:
            entries = await self._read(list(waiting))
        except BaseException as error:
            for answer in _unheard(waiting):
                if isinstance(error, asyncio.CancelledError):
                    answer.cancel()
                else:
                    answer.set_exception(error)
            if not isinstance(error, Exception):
                raise
            return
        for answers, entry in zip(waiting.values(), entries, strict=True):
            for answer in answers:
                if not answer.done():
                    answer.set_result(entry)

    async def _read(self, keys: Sequence[str]) -> Sequence[Entry | None]:
        if len(keys) > 1:
            return (await self._commits.commit(Transaction(then=tuple(map(Get, keys))))).entries
        response = await self._commits.asked(pb.RangeRequest(key=self._space.key(keys[0])))
        return [self._space.entry(response.kvs[0]) if response.kvs else None]


def _unheard(waiting: _Waiting) -> list[asyncio.Future[Entry | None]]:
    return [answer for answers in waiting.values() for answer in answers if not answer.done()]
