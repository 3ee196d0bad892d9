"""Durable values of deployment managers (Sapphire Table 3, durable put and get), with versions to compare and swap by."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Collection, Sequence
from random import Random, SystemRandom

from amino_store.blobs.blobs import Blobs
from amino_store.etcd.holds import is_held
from amino_store.store import Store
from amino_store.transaction import Compare, Delete, Entry, Get, Operation, Outcome, Put, Transaction
from amino_wire.errors import AminoError, ArgumentInvalid, ArtifactDamaged, OmsUnavailable
from amino_wire.pb import oms_pb2
from amino_wire.protocol import STATE_LIMIT

from amino_oms.registry.keys import DURABLE, LARGE

VALUE_LIMIT = STATE_LIMIT + 1024 * 1024
"""Bytes of one value: the largest state, and what deployment managers add to it."""
SALT = 16
"""Bytes before a value that lies in blobs: no two values share a blob, also where their bytes are the same."""
TIDY_SECONDS = 60.0
"""How often blobs are removed that could not be removed at first."""
_TRIES = 5
_CHUNK = 200
"""Keys that one transaction deletes."""

_log = logging.getLogger(__name__)


class DurableValues:
    """The durable values of all objects.

    Where the store takes no value of that size, a value lies in blobs, the value under its own key is empty, and the blob's hash
    lies under a second key. The version is always that of the value's own key.

    Arguments:
        store: holds the values, and what says where the large ones are.
        blobs: hold the large ones, and nothing else; None: the store takes values of any size.
        random: where salt comes from; the system's unless given.
    """

    def __init__(self, store: Store, blobs: Blobs | None = None, random: Random | None = None) -> None:
        self._store, self._blobs, self._random = store, blobs, random or SystemRandom()
        self._left: set[str] = set()

    async def start(self) -> None:
        """Looks for blobs that a process has left when it was killed between two lines; `tidy` removes them."""
        if self._blobs is None:
            return
        unnamed = set(await self._blobs.digests())
        after = LARGE
        while unnamed and (found := (await self._store.range(LARGE, after=after)).entries):
            unnamed -= {entry.value.decode() for entry in found}
            after = found[-1].key
        self._left |= unnamed

    async def tidy(self) -> None:
        """Removes what `start` has found, and what could not be removed since, also while requests are answered: no value gets a blob that
        was there before. Nothing is removed while a backup may read it."""
        if self._left and await is_held(self._store):
            return
        for digest in sorted(self._left):
            await self._drop(digest)

    async def run(self) -> None:
        """Tidies again and again, until it is cancelled."""
        while True:
            try:
                await self.tidy()
            except AminoError as error:
                _log.warning("values that were replaced are removed later: %s", error)
            await asyncio.sleep(TIDY_SECONDS)

    async def put(self, request: oms_pb2.DurablePutRequest) -> oms_pb2.DurablePutResponse:
        """Stores a value if the key has the expected version (−1: any, 0: only if absent); answers with the version there is now."""
        if self._blobs is None:
            outcome = await self._store.commit(_whole(request))
            return _answer(outcome.entries[0], stored=outcome.succeeded)
        value = request.value  # each look at it makes a copy
        key, compares = _where(request, len(value))
        digest = await self._kept(self._blobs, value) if is_large(value, self._store) else ""
        large = LARGE + request.key
        puts: tuple[Operation, ...] = (Put(key, value), Delete(large))
        if digest:
            puts = (Put(key, b""), Put(large, digest.encode()))
        outcome = await self._store.commit(Transaction(compares, (Get(key), Get(large), *puts), (Get(key),)))
        before = outcome.entries[1].value.decode() if outcome.succeeded and outcome.entries[1] is not None else ""
        await self._drop(before if outcome.succeeded else digest)
        return _answer(outcome.entries[0], stored=outcome.succeeded)

    async def put_many(self, requests: Sequence[oms_pb2.DurablePutRequest]) -> list[oms_pb2.DurablePutResponse]:
        """As `put` for each, at the same time; raises the first error, whatever became of the others."""
        if self._blobs is not None:
            return await asyncio.gather(*(self.put(request) for request in requests))
        return await self._store.commit_soon([_whole(request) for request in requests], _answers)

    def put_soon(self, requests: Sequence[oms_pb2.DurablePutRequest]) -> asyncio.Future[list[oms_pb2.DurablePutResponse]]:
        """As `put_many`, without a task of its own where all values lie in the store."""
        if self._blobs is not None:
            return asyncio.ensure_future(self.put_many(requests))
        return self._store.commit_soon([_whole(request) for request in requests], _answers)

    async def get(self, request: oms_pb2.DurableGetRequest) -> oms_pb2.DurableGetResponse:
        """The value of a key and its version; version 0 where there is none."""
        key = DURABLE + request.key
        if self._blobs is None:
            entry = await self._store.get(key)
            return oms_pb2.DurableGetResponse() if entry is None else oms_pb2.DurableGetResponse(value=entry.value, version=entry.version)
        for _ in range(_TRIES):
            entry, large = (await self._store.commit(Transaction(then=(Get(key), Get(LARGE + request.key))))).entries
            if entry is None:
                return oms_pb2.DurableGetResponse()
            if large is None:
                return oms_pb2.DurableGetResponse(value=entry.value, version=entry.version)
            try:
                value = b"".join([chunk async for chunk in self._blobs.get(large.value.decode())])
            except ArtifactDamaged as error:
                _log.info("the durable value %s is read again, since it has just been replaced: %s", request.key, error)
                continue
            return oms_pb2.DurableGetResponse(value=value[SALT:], version=entry.version)
        raise OmsUnavailable(f"the durable value {request.key[:100]!r} could not be read: others replace it all the time, or it is damaged")

    async def delete(self, prefix: str, kept: Collection[str] = (), where: tuple[Compare, ...] = ()) -> None:
        """Deletes the values whose keys begin with `prefix` and with none of `kept`, some at a time, while `where` holds."""
        # The keys first: an empty value whose blob is gone would be taken for what was saved.
        await self._delete(DURABLE, prefix, kept, where)
        if self._blobs is not None:
            await self._delete(LARGE, prefix, kept, where)

    async def _delete(self, root: str, prefix: str, kept: Collection[str], where: tuple[Compare, ...]) -> None:
        after, keep = root + prefix, tuple(root + each for each in kept)
        limit = self._store.limits.operations
        chunk = _CHUNK if limit is None else min(_CHUNK, limit)
        while found := (await self._store.range(root + prefix, after=after, limit=chunk)).entries:
            after = found[-1].key
            unwanted = [entry for entry in found if not entry.key.startswith(keep)]
            deletions = tuple(Delete(entry.key) for entry in unwanted)
            if deletions and not (await self._store.commit(Transaction(where, deletions))).succeeded:
                return
            if root == LARGE:
                for entry in unwanted:
                    await self._drop(entry.value.decode())

    async def _kept(self, blobs: Blobs, value: bytes) -> str:
        async with blobs.receiving("", salted(self._random.randbytes(SALT), value)) as upload:
            try:
                await upload.keep()
            except BaseException:
                # A part of it may lie there. Its salt makes sure that no other value has it.
                self._left.add(upload.digest)
                raise
            return upload.digest

    async def _drop(self, digest: str) -> None:
        if not digest or self._blobs is None:
            return
        try:
            # A backup says that it holds a revision before it reads that one, where nothing is named that was replaced before.
            if await is_held(self._store):
                self._left.add(digest)
                return
            await self._blobs.remove(digest)
            self._left.discard(digest)
        except AminoError as error:
            self._left.add(digest)
            _log.warning("a value that was replaced is removed later: %s", error)


def _where(request: oms_pb2.DurablePutRequest, size: int) -> tuple[str, tuple[Compare, ...]]:
    if not request.key or size > VALUE_LIMIT or request.expected_version < -1:
        raise ArgumentInvalid(
            f"the durable value {request.key[:100]!r} ({size} bytes) cannot be stored: it needs a key, "
            f"at most {VALUE_LIMIT} bytes, and an expected version of at least -1"
        )
    key = DURABLE + request.key
    return key, () if request.expected_version == -1 else (Compare.version(key, request.expected_version),)


def _whole(request: oms_pb2.DurablePutRequest) -> Transaction:
    """Stores a value in the store itself. Nobody watches these keys."""
    value = request.value  # each look at it makes a copy
    key, compares = _where(request, len(value))
    return Transaction(compares, (Get(key), Put(key, value, watched=False)), (Get(key),))


def _answer(before: Entry | None, *, stored: bool) -> oms_pb2.DurablePutResponse:
    version = 0 if before is None else before.version
    return oms_pb2.DurablePutResponse(version=version + stored, stored=stored)


def _answers(outcomes: Sequence[Outcome]) -> list[oms_pb2.DurablePutResponse]:
    return [_answer(outcome.entries[0], stored=outcome.succeeded) for outcome in outcomes]


def is_large(value: bytes, store: Store) -> bool:
    """Whether a value lies in a blob, where the store has some for values."""
    limit = store.limits.value_bytes
    return limit is not None and len(value) > limit // 2


async def salted(salt: bytes, value: bytes) -> AsyncGenerator[bytes, None]:
    """What a blob holds for a value."""
    yield salt
    yield value
