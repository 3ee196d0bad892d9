"""The content of a store: what goes to another one, read at one revision."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress

from amino_store.archive.content import Content, Origin, Record, Sum, Summing
from amino_store.errors import StoreFull, StoreUnfinished
from amino_store.etcd.address import EtcdAddress
from amino_store.etcd.holds import holding
from amino_store.etcd.store import EtcdStore
from amino_store.snapshot import Snapshot
from amino_store.sqlite.snapshot import sqlite_snapshot
from amino_store.sqlite.statements import SCHEMA_VERSION
from amino_store.transaction import Entry

from amino_oms.blobs import Read, readers
from amino_oms.copies.travelling import TRAVELLING
from amino_oms.registry.durable_values import SALT
from amino_oms.registry.keys import ARTIFACTS, DURABLE, FLOOR, FORMAT, LARGE, LINEAGE, UNFINISHED, last_part
from amino_oms.registry.store_format import check_format
from amino_oms.settings import SQLITE, OmsSettings
from amino_oms.storage import Storage


class StoreContent:
    """See `Content`. Made by `content_of`.

    Arguments:
        snapshot: the store.
        origin: where the content is from.
        artifact: the bytes of an artifact.
        value: the bytes of a durable value that lies in a blob, with its salt; None: none does.
    """

    def __init__(self, snapshot: Snapshot, origin: Origin, artifact: Read, value: Read | None) -> None:
        self._snapshot, self.origin, self._artifact, self._value = snapshot, origin, artifact, value

    async def entries(self, *, after: str = "") -> AsyncIterator[Record]:
        """See Content."""
        for prefix in TRAVELLING:
            if after >= prefix and not after.startswith(prefix):
                continue
            async for entry in self._snapshot.entries(prefix, after=after):
                if not entry.lease:
                    yield Record(entry.key, await self._whole(entry))

    async def blobs(self) -> AsyncIterator[str]:
        """See Content."""
        async for entry in self._snapshot.entries(ARTIFACTS):
            yield last_part(entry.key)

    def blob(self, digest: str) -> AsyncGenerator[bytes, None]:
        """See Content."""
        return self._artifact(digest)

    async def _whole(self, entry: Entry) -> bytes:
        if self._value is None or entry.value or not entry.key.startswith(DURABLE):
            return entry.value
        large = await self._snapshot.get(LARGE + entry.key.removeprefix(DURABLE))
        if large is None:
            return entry.value
        return b"".join([chunk async for chunk in self._value(large.value.decode())])[SALT:]


async def content_of(snapshot: Snapshot, title: str, artifact: Read, value: Read | None, *, unfinished: bool = False) -> StoreContent:
    """The content of a store.

    Arguments:
        title: the store, as messages name it.
        unfinished: also the content of a store that is just being filled.
        snapshot, artifact, value: as `StoreContent`.

    Raises StoreUnfinished where the store itself was not filled to its end, StoreIncompatible where another version wrote it.
    """
    check_format(await snapshot.get(FORMAT), title)
    begun = await snapshot.get(UNFINISHED)
    if begun is not None and not unfinished:
        raise StoreUnfinished.of(begun.value)
    lineage, floor = [(await snapshot.get(key)) for key in (LINEAGE, FLOOR)]
    origin = Origin(
        title,
        SCHEMA_VERSION,
        snapshot.revision,
        "" if lineage is None else lineage.value.decode(),
        0 if floor is None else int(floor.value),
    )
    return StoreContent(snapshot, origin, artifact, value)


@asynccontextmanager
async def content_beside(settings: OmsSettings) -> AsyncGenerator[StoreContent]:
    """The content of a store of this moment, beside the process that works on it.

    Raises what `sqlite_snapshot`, `EtcdStore.open` and `readers` raise, and StoreUnfinished.
    """
    async with _snapshot(settings) as snapshot, readers(settings, snapshot.get) as read:
        yield await content_of(snapshot, title_of(settings), read.artifact, read.value)


@asynccontextmanager
async def _snapshot(settings: OmsSettings) -> AsyncGenerator[Snapshot]:
    if settings.store == SQLITE:
        with sqlite_snapshot(settings.data_dir) as snapshot:
            yield snapshot
        return
    store = await EtcdStore.open(EtcdAddress.parse(settings.store))
    try:
        async with AsyncExitStack() as stack:
            # A backup is wanted most where etcd is full, and takes no hold any more. Revisions that are compacted meanwhile are read anew.
            with suppress(StoreFull):
                await stack.enter_async_context(holding(store))
            yield await stack.enter_async_context(store.snapshot())
    finally:
        await store.close()


@asynccontextmanager
async def content_within(storage: Storage, title: str) -> AsyncGenerator[StoreContent]:
    """The content of a store on which this process works alone. Raises StoreUnfinished."""
    async with storage.store.snapshot() as snapshot:
        yield await content_of(snapshot, title, storage.artifacts.get, None if storage.values is None else storage.values.get)


async def sum_of(content: Content) -> Sum:
    """The sum of a content, all of whose entries are read for it. The bytes of its blobs are not: their hashes say what they are."""
    summing = Summing(DURABLE)
    async for digest in content.blobs():
        summing.blob(digest)
    async for record in content.entries():
        summing.entry(record)
    return summing.sum()


def title_of(settings: OmsSettings) -> str:
    """A store, as messages name it."""
    return f"the folder {settings.data_dir}" if settings.store == SQLITE else EtcdAddress.parse(settings.store).title
