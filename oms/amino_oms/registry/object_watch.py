"""Watches of objects: first what exists, then each change."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from amino_store.errors import RevisionCompacted
from amino_store.transaction import Entry, Event, EventKind
from amino_wire.pb import client_pb2

from amino_oms.registry.keys import OBJECTS
from amino_oms.registry.listing import entries
from amino_oms.registry.object_registry import ObjectRegistry

Response = client_pb2.WatchResponse


async def watch_objects(registry: ObjectRegistry, request: client_pb2.WatchRequest) -> AsyncGenerator[Response, None]:
    """The changes of objects whose names begin with a prefix (empty: of all objects).

    From revision 0: a PUT for each object there is, then SYNCED, then changes. From another revision: the changes from that one on; raises
    RevisionCompacted where they are no longer kept, or where the revision is of another history than the store's.

    An object whose name passed to another appears as its deletion and the other's PUT.
    """
    prefix = request.name_prefix
    if request.from_revision:
        seen: dict[str, int] = {}
        newest = await registry.store.revision()
        if request.from_revision > newest + 1:
            # Nothing would come until a store that was brought back has grown past what somebody had seen of the lost one.
            raise RevisionCompacted(
                f"the changes from revision {request.from_revision} on are not those of this store, which has come to {newest}: it was "
                "brought back from a copy, or another one. Read the present state anew and watch from its revision",
                details={"revision": newest},
            )
        events = registry.store.watch(OBJECTS, request.from_revision)
    else:
        start = await registry.store.revision()
        events = registry.store.watch(OBJECTS, start + 1)
        seen = {}
        async for entry in entries(registry.store, OBJECTS):
            if entry.modified > start:
                seen[entry.key] = entry.modified
            if (response := await _response(registry, Response.KIND_PUT, entry, prefix, entry.modified)) is not None:
                yield response
        yield Response(kind=Response.KIND_SYNCED, revision=start)
    async for batch in events:
        for event in batch:
            if _is_news(event, seen) and (response := await _changed(registry, event, prefix)) is not None:
                yield response


def _is_news(event: Event, seen: dict[str, int]) -> bool:
    """False for a change that the first reading had already shown, so that nobody sees an object go back in time."""
    shown = seen.get(event.entry.key)
    if shown is None:
        return True
    if event.revision >= shown:
        del seen[event.entry.key]
    return event.revision > shown


async def _changed(registry: ObjectRegistry, event: Event, prefix: str) -> Response | None:
    kind = Response.KIND_PUT if event.kind is EventKind.PUT else Response.KIND_DELETE
    return await _response(registry, kind, event.entry, prefix, event.revision)


async def _response(registry: ObjectRegistry, kind: Response.Kind, entry: Entry, prefix: str, revision: int) -> Response | None:
    stored = await registry.read(entry)
    if not stored.record.name.startswith(prefix):
        return None
    return Response(kind=kind, object=stored.record, revision=revision)
