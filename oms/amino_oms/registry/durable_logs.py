"""Durable logs of deployment managers: positions that are written once, in order, by the replica that names the end as it is.

The store's own consensus decides who comes next (Lamport, "Time, Clocks, and the Ordering of Events", 1978, section on state machines).
"""

from __future__ import annotations

import asyncio

from amino_store.store import Store
from amino_store.transaction import Compare, Delete, Entry, Field, Get, Put, Relation, Transaction
from amino_wire.errors import ArgumentInvalid
from amino_wire.pb import oms_pb2

from amino_oms.registry.durable_values import is_large
from amino_oms.registry.keys import DURABLE

ENTRY_LIMIT = 8 * 1024 * 1024
"""Bytes of one entry, where the store takes no less."""
_ANSWER = 2 * 1024 * 1024
"""Bytes after which an answer takes no further entry."""
_PAGE = 500
_LONGEST_WAIT = 20_000


class DurableLogs:
    """The logs of all objects. They lie among the durable values: they end with their object, or with a manager that has left its chain.

    Arguments:
        store: holds them.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: dict[str, list[asyncio.Future[None]]] = {}

    async def append(self, request: oms_pb2.LogAppendRequest) -> oms_pb2.LogAppendResponse:
        """Writes an entry at the position behind `after`, if that is the end. Raises ArgumentInvalid for an entry that is too large."""
        _check(request.key, request.after)
        if len(request.entry) > ENTRY_LIMIT or is_large(request.entry, self._store):
            raise ArgumentInvalid(
                f"an entry of {len(request.entry)} bytes does not fit into the log {request.key[:100]!r}; the calls of a replicated"
                " object carry less: hand large data over in parts"
            )
        head, position = _head(request.key), request.after + 1
        is_end = Compare.absent(head) if not request.after else Compare(head, Field.VALUE, Relation.EQUAL, _number(request.after))
        written = (Put(head, _number(position)), Put(_place(request.key, position), request.entry))
        outcome = await self._store.commit(Transaction((is_end,), written, (Get(head),)))
        if not outcome.succeeded:
            return oms_pb2.LogAppendResponse(end=_position(outcome.entries[0]))
        for waiting in self._waiting.pop(request.key, ()):
            if not waiting.done():
                waiting.set_result(None)
        return oms_pb2.LogAppendResponse(appended=True, end=position)

    async def read(self, request: oms_pb2.LogReadRequest) -> oms_pb2.LogReadResponse:
        """The entries behind a position. Everything that was appended before the request is there, up to `end`.

        Where there is none the answer waits, `wait_ms` at most.
        """
        _check(request.key, request.after)
        if request.wait_ms <= 0:
            return await self._read(request)
        # In place before the first look, so that no append comes between.
        appended = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(request.key, []).append(appended)
        try:
            answer = await self._read(request)
            if answer.entries or answer.floor > request.after:
                return answer
            await asyncio.wait((appended,), timeout=min(request.wait_ms, _LONGEST_WAIT) / 1000)
            return await self._read(request) if appended.done() else answer
        finally:
            self._leave(request.key, appended)

    async def trim(self, request: oms_pb2.LogTrimRequest) -> oms_pb2.LogTrimResponse:
        """Removes the entries up to a position, which must have been written; nothing happens where they are gone."""
        _check(request.key, request.through)
        floor, head = (await self._store.commit(Transaction(then=(Get(_floor(request.key)), Get(_head(request.key)))))).entries
        if request.through > _position(head):
            raise ArgumentInvalid(f"the log {request.key[:100]!r} ends at {_position(head)}: it cannot be trimmed up to {request.through}")
        if request.through > _position(floor):
            compare = Compare.absent(_floor(request.key)) if floor is None else Compare.unchanged(floor)
            if not (await self._store.commit(Transaction((compare,), (Put(_floor(request.key), _number(request.through)),)))).succeeded:
                return await self.trim(request)
        prefix, limit = _places(request.key), self._store.limits.operations
        while True:
            found = (await self._store.range(prefix, limit=_PAGE if limit is None else min(_PAGE, limit))).entries
            gone = tuple(Delete(entry.key) for entry in found if int(entry.key[len(prefix) :]) <= request.through)
            if not gone:
                return oms_pb2.LogTrimResponse()
            await self._store.commit(Transaction(then=gone))

    def _leave(self, key: str, waiting: asyncio.Future[None]) -> None:
        others = self._waiting.get(key, [])
        if waiting in others:
            others.remove(waiting)
            if not others:
                del self._waiting[key]

    async def _read(self, request: oms_pb2.LogReadRequest) -> oms_pb2.LogReadResponse:
        prefix = _places(request.key)
        found = (await self._store.range(prefix, after=_place(request.key, request.after), limit=_PAGE)).entries
        if found and int(found[0].key[len(prefix) :]) == request.after + 1:
            taken, size = list[bytes](), 0
            for entry in found:
                size += len(entry.value)
                if taken and size > _ANSWER:
                    break
                taken.append(entry.value)
            if len(found) < _PAGE:
                return oms_pb2.LogReadResponse(entries=taken, end=request.after + len(found))
            return oms_pb2.LogReadResponse(entries=taken, end=_position(await self._store.get(_head(request.key))))
        head, floor = (await self._store.commit(Transaction(then=(Get(_head(request.key)), Get(_floor(request.key)))))).entries
        return oms_pb2.LogReadResponse(end=_position(head), floor=_position(floor))


def _check(key: str, position: int) -> None:
    if not key or position < 0:
        raise ArgumentInvalid(f"the log {key[:100]!r} has no position {position}: a log has a key, and positions from 1 on")


def _position(entry: Entry | None) -> int:
    return 0 if entry is None else int(entry.value)


def _number(position: int) -> bytes:
    return str(position).encode()


def _head(key: str) -> str:
    return f"{DURABLE}{key}/end"


def _floor(key: str) -> str:
    return f"{DURABLE}{key}/floor"


def _places(key: str) -> str:
    return f"{DURABLE}{key}/at/"


def _place(key: str, position: int) -> str:
    return f"{_places(key)}{position:016d}"
