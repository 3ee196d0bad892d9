"""Blobs: one contract for a folder, pieces in a store, a bucket and memory; and large durable values, which lie in them."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from random import Random

import pytest
from amino_oms.registry.durable_values import VALUE_LIMIT, DurableValues
from amino_oms.registry.keys import VALUE_BLOBS
from amino_store.blobs.blobs import Blobs
from amino_store.blobs.folder import FolderBlobs
from amino_store.blobs.memory import MemoryBlobs
from amino_store.blobs.s3.address import S3Address
from amino_store.blobs.s3.blobs import S3Blobs
from amino_store.blobs.s3.bucket import PART, Bucket
from amino_store.blobs.s3.place import open_place
from amino_store.blobs.stored import PIECE, StoredBlobs
from amino_store.errors import NotWritten
from amino_store.limits import Limits
from amino_store.memory.disk import MemoryDisk
from amino_store.memory.store import MemoryStore
from amino_store.transaction import Compare, Outcome, Put, Transaction
from amino_wire.errors import ArtifactDamaged, ArtifactInvalid
from amino_wire.pb import oms_pb2

from tests.support.s3 import S3Server, can_run, serving
from tests.unit.store_contract import put

LIMITS = Limits(operations=127, value_bytes=1024 * 1024, request_bytes=1536 * 1024)
SIZES = (0, 1, PIECE - 1, PIECE, PIECE + 1, PART, PART + 1, 2 * PART + 17)
LIMIT = 3 * PART


@pytest.fixture
async def store() -> AsyncIterator[MemoryStore]:
    store = MemoryStore(MemoryDisk(), limits=LIMITS)
    yield store
    await store.close()


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    if can_run():
        pytest.skip(f"there is no server of buckets: {can_run()}")
    with serving(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture(params=["folder", "stored", "s3", "memory"])
async def blobs(request: pytest.FixtureRequest, tmp_path: Path, store: MemoryStore) -> AsyncIterator[Blobs]:
    if request.param == "folder":
        made: Blobs = FolderBlobs(tmp_path / "blobs", limit=LIMIT)
    elif request.param == "s3":
        server: S3Server = request.getfixturevalue("s3")
        place = await open_place(store, "/place", Bucket(S3Address.parse(server.url(tmp_path.name))))
        made = S3Blobs(store, "/blobs", place, limit=LIMIT)
    else:
        made = MemoryBlobs(limit=LIMIT) if request.param == "memory" else StoredBlobs(store, "/blobs", limit=LIMIT)
    yield made
    await made.close()


async def chunks(content: bytes, size: int = 100_000) -> AsyncIterator[bytes]:
    for begin in range(0, len(content), size):
        yield content[begin : begin + size]


async def keep(blobs: Blobs, content: bytes, digest: str = "") -> str:
    async with blobs.receiving(digest, chunks(content)) as upload:
        assert upload.size == len(content)
        await upload.keep()
        return upload.digest


async def read(blobs: Blobs, digest: str) -> bytes:
    return b"".join([chunk async for chunk in blobs.get(digest)])


@pytest.mark.parametrize("size", SIZES)
async def test_what_was_kept_is_read_back_until_it_is_removed(blobs: Blobs, size: int) -> None:
    content = Random(size).randbytes(size)
    digest = await keep(blobs, content)
    assert digest == hashlib.sha256(content).hexdigest()
    assert await keep(blobs, content, digest) == digest
    assert await blobs.has(digest)
    assert await blobs.digests() == [digest]
    assert await read(blobs, digest) == content
    await blobs.remove(digest)
    assert not await blobs.has(digest)
    assert await blobs.digests() == []
    with pytest.raises(ArtifactDamaged, match="missing"):
        await read(blobs, digest)
    await blobs.remove(digest)


async def test_what_was_not_kept_leaves_nothing(blobs: Blobs) -> None:
    async with blobs.receiving("", chunks(b"x" * 1000)) as upload:
        assert not await blobs.has(upload.digest)
    assert await blobs.digests() == []
    with pytest.raises(ArtifactInvalid, match="changed on its way"):
        await keep(blobs, b"one", hashlib.sha256(b"two").hexdigest())
    assert await blobs.digests() == []


async def test_one_that_is_too_large_is_refused_before_it_has_come_whole(blobs: Blobs) -> None:
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        while True:
            taken += 1
            yield bytes(LIMIT // 4)

    with pytest.raises(ArtifactInvalid, match=f"larger than {LIMIT} bytes"):
        async with blobs.receiving("", endless()):
            raise AssertionError("it came whole")
    assert taken == 5
    assert await blobs.digests() == []


@pytest.mark.parametrize("digest", ["short", "../../../etc/passwd", "A" * 64])
async def test_what_is_no_hash_is_refused(blobs: Blobs, digest: str) -> None:
    with pytest.raises(ArtifactInvalid, match="small hex digits"):
        await keep(blobs, b"content", digest)
    assert await blobs.digests() == []


async def test_the_same_content_that_comes_twice_at_once_is_kept_once(blobs: Blobs) -> None:
    content = Random(3).randbytes(3 * PIECE)
    digests = await asyncio.gather(*(keep(blobs, content) for _ in range(4)))
    assert len(set(digests)) == 1
    assert await read(blobs, digests[0]) == content
    await blobs.remove(digests[0])
    assert await blobs.digests() == []


async def test_a_piece_that_is_gone_or_changed_is_found_and_the_blob_can_be_kept_anew(store: MemoryStore) -> None:
    blobs, content = StoredBlobs(store, "/blobs", limit=LIMIT), Random(1).randbytes(3 * PIECE)
    digest = await keep(blobs, content)
    await put(store, f"/blobs/piece/{digest}/000001", b"changed")
    with pytest.raises(ArtifactDamaged, match="were damaged"):
        await read(blobs, digest)
    assert not await blobs.has(digest)
    assert await blobs.digests() == [digest]
    await keep(blobs, content)
    assert await read(blobs, digest) == content


async def test_an_upload_that_a_crash_cuts_off_is_no_blob_and_can_be_removed(store: MemoryStore) -> None:
    blobs, content = StoredBlobs(store, "/blobs", limit=LIMIT), Random(1).randbytes(6 * PIECE)
    commit = store.commit

    async def failing(transaction: Transaction) -> Outcome:
        if any(isinstance(part, Put) and part.key.endswith("/000004") for part in transaction.then):
            raise NotWritten("the store is away")
        return await commit(transaction)

    store.commit = failing  # type: ignore[method-assign]
    with pytest.raises(NotWritten):
        await keep(blobs, content)
    store.commit = commit  # type: ignore[method-assign]
    (digest,) = await blobs.digests()
    assert not await blobs.has(digest)
    await blobs.remove(digest)
    assert await store.count("/") == 0


def value_put(value: bytes, expected: int = -1, key: str = "o1/manager/a") -> oms_pb2.DurablePutRequest:
    return oms_pb2.DurablePutRequest(key=key, value=value, expected_version=expected)


async def value_of(values: DurableValues, key: str = "o1/manager/a") -> tuple[bytes, int]:
    found = await values.get(oms_pb2.DurableGetRequest(key=key))
    return found.value, found.version


async def test_large_values_behave_as_small_ones_and_leave_nothing_behind(store: MemoryStore) -> None:
    blobs = StoredBlobs(store, VALUE_BLOBS, limit=2 * VALUE_LIMIT)
    values = DurableValues(store, blobs)
    small, large, other = b"small", bytes(3 * PIECE), b"\1" * (2 * PIECE)
    for version, value in enumerate((small, large, other, small, b"", large, large), 1):
        assert (await values.put(value_put(value, version - 1))).stored
        assert await value_of(values) == (value, version)
        assert len(await blobs.digests()) == (len(value) > len(small))
    refused = await values.put(value_put(other, 3))
    assert (refused.stored, refused.version) == (False, 7)
    assert len(await blobs.digests()) == 1
    # The same bytes twice are two blobs, so that one may go without the other.
    await values.put(value_put(large, key="o2/manager/a"))
    await values.put(value_put(small, key="o1/kept/a"))
    assert len(await blobs.digests()) == 2
    await values.delete("o1/", kept=("o1/kept/",))
    assert await value_of(values) == (b"", 0)
    assert await value_of(values, "o1/kept/a") == (small, 1)
    assert await value_of(values, "o2/manager/a") == (large, 1)
    assert len(await blobs.digests()) == 1
    await values.delete("o2/", where=(Compare.present("/absent"),))
    assert await value_of(values, "o2/manager/a") == (large, 1)


async def test_blobs_that_no_value_names_go_with_the_next_start(store: MemoryStore) -> None:
    blobs = StoredBlobs(store, VALUE_BLOBS, limit=2 * VALUE_LIMIT)
    values = DurableValues(store, blobs)
    await values.put(value_put(bytes(2 * PIECE)))
    await keep(blobs, b"left by a process that was killed")
    assert len(await blobs.digests()) == 2
    await values.start()
    await values.put(value_put(bytes(3 * PIECE), key="o2/manager/a"))
    await values.tidy()
    assert len(await blobs.digests()) == 2
    assert await value_of(values) == (bytes(2 * PIECE), 1)
    assert await value_of(values, "o2/manager/a") == (bytes(3 * PIECE), 1)
