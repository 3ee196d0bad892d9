"""Lists of objects, page by page: each page reads from where the last one ended, along the narrowest index there is."""

from __future__ import annotations

import asyncio
import base64
import binascii
import heapq
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from amino_store.reader import Reader
from amino_store.transaction import Entry
from amino_wire.errors import ArgumentInvalid
from amino_wire.instances import object_of
from amino_wire.pb import client_pb2, common_pb2
from amino_wire.records import SHARD_OF

from amino_oms.placement.selector import check, matches
from amino_oms.registry.keys import NAMES, OBJECTS, hosted_prefix, label_prefix, label_prefixes, name_key
from amino_oms.registry.object_reader import ObjectReader

DEFAULT_PAGE = 100
LARGEST_PAGE = 1000


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a page ends: after which name or object id, and how many there were in all when the first page was made."""

    after: str
    total: int


async def hosted(store: Reader, kernel_id: str, size: int) -> AsyncGenerator[list[str], None]:
    """The ids of all objects that have an instance on a kernel by their records, each once, in lists of `size` and a rest."""
    batch: list[str] = []
    last = ""
    async for object_id in _ids_of(store, hosted_prefix(kernel_id), ""):
        if object_id == last:
            continue
        last = object_id
        batch.append(object_id)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


async def shards_of(store: Reader, owner: str) -> list[str]:
    """The ids of the shards of an object."""
    return [object_id async for object_id in _ids_of(store, label_prefix(SHARD_OF, owner), "")]


async def all_shards(store: Reader) -> list[tuple[str, str]]:
    """Of all shards there are, the ids of their object and their own."""
    prefix = label_prefixes(SHARD_OF)
    found = [entry.key.removeprefix(prefix).split("/") async for entry in entries(store, prefix)]
    return [(owner, shard) for owner, shard in found]


async def list_objects(registry: ObjectReader, request: client_pb2.ListRequest) -> client_pb2.ListResponse:
    """A page of the objects that fulfil all that is asked; by name where a name prefix is given, else by age.

    `total` counts them when the first page is made and is carried along. Raises ArgumentInvalid for a page token that is none.
    """
    check(request.label_selector)
    size = min(request.page_size or DEFAULT_PAGE, LARGEST_PAGE)
    if size < 0:
        raise ArgumentInvalid(f"the page size {request.page_size} is negative")
    place = _decode(request.page_token) if request.page_token else _Place("", await _total(registry, request))
    response = client_pb2.ListResponse(total=place.total)
    async with aclosing(_records(registry, request, place.after)) as found:
        last = ""
        async for mark, record in found:
            if len(response.objects) == size:
                response.next_page_token = _encode(_Place(last, place.total))
                break
            response.objects.append(record)
            last = mark
    return response


async def _records(
    registry: ObjectReader, request: client_pb2.ListRequest, after: str
) -> AsyncGenerator[tuple[str, common_pb2.ObjectRecord], None]:
    async with aclosing(_ids(registry.reader, request, after)) as ids:
        async for mark, object_id in ids:
            stored = await registry.by_id(object_id)
            if stored is not None and _fulfils(stored.record, request):
                yield mark, stored.record


def _fulfils(record: common_pb2.ObjectRecord, request: client_pb2.ListRequest) -> bool:
    return (
        record.name.startswith(request.name_prefix)
        and not (request.nameless and record.name)
        and (not request.kernel_id or any(replica.kernel_id == request.kernel_id for replica in record.status.replicas))
        and matches(request.label_selector, record.spec.labels)
        and (SHARD_OF not in record.spec.labels or _asks_for_shards(request))
    )


def _asks_for_shards(request: client_pb2.ListRequest) -> bool:
    """Whether shards are listed too: they belong to their object, and are shown where the label that says so is asked for."""
    return any(part.key == SHARD_OF for term in request.label_selector.terms for part in term.requirements)


async def _ids(store: Reader, request: client_pb2.ListRequest, after: str) -> AsyncGenerator[tuple[str, str], None]:
    """Marks and ids of all that may fulfil the request (and perhaps more), each once."""
    if request.name_prefix:
        async for entry in entries(store, name_key(request.name_prefix), NAMES + after if after else ""):
            yield entry.key.removeprefix(NAMES), entry.value.decode()
        return
    prefixes = [hosted_prefix(request.kernel_id)] if request.kernel_id else _label_prefixes(request.label_selector) or [OBJECTS]
    last = ""
    async for object_id in _merged([_ids_of(store, prefix, after) for prefix in prefixes]):
        if object_id != last:
            last = object_id
            yield object_id, object_id


def _label_prefixes(selector: common_pb2.Selector) -> list[str]:
    """The label indexes that together hold everything the selector can match; none where a term has no plain `in`."""
    prefixes: set[str] = set()
    for term in selector.terms:
        indexed = [part for part in term.requirements if part.operator == common_pb2.Requirement.OPERATOR_IN]
        if not indexed:
            return []
        narrow = min(indexed, key=lambda part: len(part.values))
        prefixes.update(label_prefix(narrow.key, value) for value in narrow.values)
    return sorted(prefixes)


async def _ids_of(store: Reader, prefix: str, after: str) -> AsyncGenerator[str, None]:
    # Behind all instances of the object that `after` names: the index of a kernel has one entry for each.
    async for entry in entries(store, prefix, f"{prefix}{after}/~" if after else ""):
        yield object_of(entry.key.removeprefix(prefix))


async def _merged(streams: list[AsyncGenerator[str, None]]) -> AsyncGenerator[str, None]:
    heap = [(first, number) for number, stream in enumerate(streams) if (first := await anext(stream, None)) is not None]
    heapq.heapify(heap)
    while heap:
        value, number = heap[0]
        yield value
        following = await anext(streams[number], None)
        if following is None:
            heapq.heappop(heap)
        else:
            heapq.heapreplace(heap, (following, number))


async def entries(store: Reader, prefix: str, after: str = "", page: int = 200) -> AsyncGenerator[Entry, None]:
    """All entries under a prefix, read in pages; lets others run between two of them."""
    more = True
    while more:
        part = await store.range(prefix, after=after, limit=page)
        for entry in part.entries:
            yield entry
        more = part.more
        if more:
            after = part.entries[-1].key
            await asyncio.sleep(0)


async def _total(registry: ObjectReader, request: client_pb2.ListRequest) -> int:
    filters = bool(request.name_prefix) + bool(request.kernel_id) + bool(request.label_selector.terms) + 2 * request.nameless
    shards = 0 if request.name_prefix else await registry.reader.count(label_prefixes(SHARD_OF))
    if filters == 0:
        return await registry.reader.count(OBJECTS) - shards
    if filters == 1 and request.name_prefix:
        return await registry.reader.count(name_key(request.name_prefix))
    if filters == 1 and request.kernel_id and not shards:
        return await registry.reader.count(hosted_prefix(request.kernel_id))
    total = 0
    async for _ in _records(registry, request, ""):
        total += 1
    return total


def _encode(place: _Place) -> str:
    return base64.urlsafe_b64encode(json.dumps([place.after, place.total]).encode()).decode()


def _decode(token: str) -> _Place:
    try:
        match json.loads(base64.urlsafe_b64decode(token)):
            case [str(after), int(total)]:
                return _Place(after, total)
            case _:
                pass
    except (binascii.Error, ValueError):
        pass
    raise ArgumentInvalid(f"the page token {token!r} was not given by a list; begin without one")
