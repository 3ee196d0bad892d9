"""Stores of every kind with a random content, for tests that bring it from one to another."""

from __future__ import annotations

import hashlib
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from random import Random

from amino_oms.copies.contents import content_beside, content_within
from amino_oms.copies.filling import Filled, fill
from amino_oms.copies.restore import restore
from amino_oms.copies.travelling import TRAVELLING
from amino_oms.registry import keys
from amino_oms.registry.durable_values import DurableValues
from amino_oms.settings import OmsSettings
from amino_oms.storage import Storage, open_storage
from amino_store.archive.reading import open_archive
from amino_store.archive.writing import write_archive
from amino_store.blobs.memory import MemoryBlobs
from amino_store.limits import Limits
from amino_store.marks import MemoryMarks
from amino_store.memory.disk import MemoryDisk
from amino_store.memory.store import MemoryStore
from amino_store.sqlite.statements import SCHEMA_VERSION
from amino_store.transaction import Put, Transaction
from amino_wire.pb import common_pb2, oms_pb2

SMALL = Limits(operations=5, value_bytes=128 * 1024, request_bytes=1024 * 1024)
"""Of a store in memory that takes less at once than any other."""
CREATED = "2026-01-01"

Content = dict[str, bytes]
"""Keys with values, and `blob HASH` with the bytes of artifacts."""


class Place(ABC):
    """A store that can be opened again and again, backed up and restored."""

    @abstractmethod
    def opened(self) -> AbstractAsyncContextManager[Storage]:
        """The store, open for this process alone."""

    @abstractmethod
    async def backup(self, path: Path) -> None:
        """Writes a backup."""

    @abstractmethod
    async def restore(self, path: Path) -> Filled:
        """Restores a backup."""


class RealPlace(Place):
    """A folder, or a prefix of etcd."""

    def __init__(self, settings: OmsSettings) -> None:
        self.settings = settings

    @asynccontextmanager
    async def opened(self) -> AsyncGenerator[Storage]:
        """See Place."""
        storage = await open_storage(self.settings, time.monotonic)
        try:
            yield storage
        finally:
            await storage.close()

    async def backup(self, path: Path) -> None:
        """See Place."""
        async with content_beside(self.settings) as content:
            await write_archive(content, path, created=CREATED, may_be_large=keys.DURABLE)

    async def restore(self, path: Path) -> Filled:
        """See Place."""
        return await restore(self.settings, path, note=print)


class MemoryPlace(Place):
    """A store in memory, with small limits."""

    def __init__(self) -> None:
        self._disk, self._artifacts, self._values = MemoryDisk(), MemoryBlobs(), MemoryBlobs()

    @asynccontextmanager
    async def opened(self) -> AsyncGenerator[Storage]:
        """See Place."""
        store = MemoryStore(self._disk, limits=SMALL)
        try:
            yield Storage(store, self._artifacts, self._values, MemoryMarks())
        finally:
            await store.close()

    async def backup(self, path: Path) -> None:
        """See Place."""
        async with self.opened() as storage, content_within(storage, "memory") as content:
            await write_archive(content, path, created=CREATED, may_be_large=keys.DURABLE)

    async def restore(self, path: Path) -> Filled:
        """See Place."""
        with open_archive(path, format_read=SCHEMA_VERSION) as archive:
            async with self.opened() as storage:
                return await fill(storage, archive, archive.sum, what="a test", lineage="memory", gap=7, note=print)


async def put_artifact(storage: Storage, content: bytes) -> str:
    """Stores an artifact as the service does."""
    digest = hashlib.sha256(content).hexdigest()

    async def chunks() -> AsyncIterator[bytes]:
        for first in range(0, len(content), 100_000):
            yield content[first : first + 100_000]

    async with storage.artifacts.receiving(digest, chunks()) as upload:
        await upload.keep()
    record = common_pb2.Artifact(hash=digest, size=len(content), language="js")
    await storage.store.commit(Transaction(then=(Put(keys.ARTIFACTS + digest, record.SerializeToString()),)))
    return digest


async def fill_randomly(storage: Storage, random: Random) -> Content:
    """Gives a store a content, and more that is to stay; answers what is to go along."""
    store, expected = storage.store, Content()
    values = DurableValues(store, storage.values)
    prefixes = [prefix for prefix in TRAVELLING if prefix not in (keys.ARTIFACTS, keys.DURABLE)]
    for number in range(random.randrange(1, 60)):
        key = random.choice(prefixes) + random.choice(("", "ü", "\U0001f600", "a/")) + str(random.randrange(40))
        value = random.randbytes(random.choice((0, 1, 40, 3000)))
        if random.random() < 0.1 and key in expected:
            continue
        await store.commit(Transaction(then=(Put(key, value),)))
        expected[key] = value
        if number % 7 == 0:
            lease = await store.grant(3600)
            await store.commit(Transaction(then=(Put(keys.REQUESTS + str(number), b"x"), Put(keys.NAMES + f"leased {number}", b"", lease))))
    for size in (0, 10, 100_000, 600 * 1024, random.choice((1024, 3 * 1024 * 1024))):
        key, value = f"{random.randrange(5)}/{size}", random.randbytes(size)
        await values.put(oms_pb2.DurablePutRequest(key=key, value=b"earlier" * 200_000, expected_version=-1))
        await values.put(oms_pb2.DurablePutRequest(key=key, value=value, expected_version=-1))
        expected[keys.DURABLE + key] = value
    for size in (0, 17, random.choice((5, 1_200_000))):
        content = random.randbytes(size)
        digest = await put_artifact(storage, content)
        expected[f"blob {digest}"] = content
        expected[keys.ARTIFACTS + digest] = common_pb2.Artifact(hash=digest, size=size, language="js").SerializeToString()
    await store.commit(Transaction(then=(Put(keys.CLUSTER_SECRET, b"secret"), Put(keys.LINEAGE, b"first"))))
    return expected


async def content_of_place(storage: Storage) -> Content:
    """All that a store holds of what goes along, read as the service reads it."""
    found = Content()
    values = DurableValues(storage.store, storage.values)
    for prefix in TRAVELLING:
        after = ""
        while page := (await storage.store.range(prefix, after=after, limit=20)).entries:
            after = page[-1].key
            for entry in (entry for entry in page if not entry.lease):
                found[entry.key] = entry.value
                if prefix == keys.DURABLE:
                    found[entry.key] = (await values.get(oms_pb2.DurableGetRequest(key=entry.key.removeprefix(prefix)))).value
                if prefix == keys.ARTIFACTS:
                    digest = keys.last_part(entry.key)
                    found[f"blob {digest}"] = b"".join([chunk async for chunk in storage.artifacts.get(digest)])
    return found
