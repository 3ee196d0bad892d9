"""What a service that stands by answers: reads of clients that take an answer of some age, from its copy of the store."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from typing import TypeVar

from amino_store.cache.store_cache import StoreCache
from amino_store.errors import CopyNotRead
from amino_wire.errors import AminoError, NotLeader
from amino_wire.pb import client_pb2

from amino_oms.registry.kind_registry import list_kinds
from amino_oms.registry.listing import list_objects
from amino_oms.registry.object_reader import ObjectReader
from amino_oms.registry.stored_kernels import StoredKernels

Answer = TypeVar("Answer", client_pb2.GetResponse, client_pb2.ListResponse, client_pb2.ListKindsResponse, client_pb2.KernelsResponse)


class StandbyReads:
    """Has the reading methods of `Oms`. Each raises the refusal for a request that wants an answer younger than the copy.

    Arguments:
        cache: the copy of the store.
        clock: that of the copy.
        source: this service, as answers name it.
        refusal: gives the error that names the leader.
    """

    def __init__(self, cache: StoreCache, clock: Callable[[], float], source: str, refusal: Callable[[], NotLeader]) -> None:
        self._cache, self._clock, self._source, self._refusal = cache, clock, source, refusal
        self._objects, self._kernels = ObjectReader(cache), StoredKernels(cache)

    async def get(self, request: client_pb2.GetRequest) -> client_pb2.GetResponse:
        """See `Get`."""

        async def read() -> client_pb2.GetResponse:
            stored = await self._objects.find(request.name_or_id)
            return client_pb2.GetResponse(object=await self._kernels.locate(stored.copy()))

        return await self._aged(request.age_limit, read)

    async def list(self, request: client_pb2.ListRequest) -> client_pb2.ListResponse:
        """See `List`."""

        async def read() -> client_pb2.ListResponse:
            response = await list_objects(self._objects, request)
            for record in response.objects:
                await self._kernels.locate(record)
            return response

        return await self._aged(request.age_limit, read)

    async def list_kinds(self, request: client_pb2.ListKindsRequest) -> client_pb2.ListKindsResponse:
        """See `ListKinds`."""
        return await self._aged(request.age_limit, lambda: list_kinds(self._cache, request))

    async def kernels(self, request: client_pb2.KernelsRequest) -> client_pb2.KernelsResponse:
        """See `Kernels`."""

        async def read() -> client_pb2.KernelsResponse:
            return client_pb2.KernelsResponse(kernels=await self._kernels.all(include_dead=request.include_dead))

        return await self._aged(request.age_limit, read)

    async def _aged(self, limit: client_pb2.AgeLimit, read: Callable[[], Awaitable[Answer]]) -> Answer:
        """An answer with its age: the time since the copy was known to be current, before it was read."""
        as_of, revision = self._cache.as_of, self._cache.revision
        self._check(as_of, limit)
        try:
            answer = await read()
        except CopyNotRead:
            raise self._refused("reads the store anew") from None
        except AminoError:
            # That something is not there is an answer, too: it must be no older than the others.
            self._check(as_of, limit)
            raise
        answer.age.ms = self._check(as_of, limit)
        answer.age.revision, answer.age.source = revision, self._source
        return answer

    def _check(self, as_of: float | None, limit: client_pb2.AgeLimit) -> int:
        """The age in milliseconds of what was current at `as_of`. Raises NotLeader where that is beyond the limit."""
        if limit.ms <= 0:
            raise self._refusal()
        if as_of is None:
            raise self._refused("has not read the store yet")
        age = math.ceil(1000 * (self._clock() - as_of))
        if age > limit.ms:
            raise self._refused(f"knows the store as it was {age / 1000:.1f} s ago, and {limit.ms / 1000:g} s are asked for")
        return age

    def _refused(self, why: str) -> NotLeader:
        refusal = self._refusal()
        return NotLeader(f"{self._source} stands by and {why}: {refusal.message}", details=refusal.details)
