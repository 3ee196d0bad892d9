"""Blobs in a bucket, and what only a service far away does: it refuses, it is away, it stands still, it loses what it had."""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from random import Random

import pytest
from amino_oms.registry.durable_values import VALUE_LIMIT, DurableValues
from amino_oms.registry.keys import VALUE_BLOBS
from amino_store.blobs.s3 import bucket as requests
from amino_store.blobs.s3 import place
from amino_store.blobs.s3.address import S3Address
from amino_store.blobs.s3.blobs import S3Blobs
from amino_store.blobs.s3.bucket import PART, Bucket
from amino_store.blobs.s3.place import open_place
from amino_store.errors import BlobsElsewhere, NotWritten, StoreFailed
from amino_store.memory.disk import MemoryDisk
from amino_store.memory.store import MemoryStore
from amino_store.recipes.fenced import FencedStore
from amino_store.store import Store
from amino_wire.errors import ArtifactDamaged, ConfigInvalid, OmsUnavailable

from tests.support.s3 import BUCKET, KEY, SECRET, S3Server, can_run, let_in, serving
from tests.unit.store_contract import put
from tests.unit.test_blobs import LIMITS, keep, read, value_of, value_put

pytestmark = pytest.mark.skipif(bool(can_run()), reason=f"there is no server of buckets: {can_run()}")

PATIENCE = 2.0
"""Seconds in which each request must be answered where the server does not."""
LIMIT = 8 * PART
CONTENT = Random(1).randbytes(100_000)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[S3Server]:
    with serving(tmp_path) as server:
        yield server


@pytest.fixture
async def store() -> AsyncIterator[MemoryStore]:
    store = MemoryStore(MemoryDisk(), limits=LIMITS)
    yield store
    await store.close()


async def opened(server: S3Server, store: Store, prefix: str = "objects", timeout: float = 30.0) -> S3Blobs:
    bucket = Bucket(S3Address.parse(server.url(prefix, timeout=timeout)))
    try:
        return S3Blobs(store, "/blobs/artifacts", await open_place(store, "/blobs/place", bucket), limit=LIMIT)
    except BaseException:
        await bucket.close()
        raise


@pytest.fixture
async def blobs(server: S3Server, store: MemoryStore) -> AsyncIterator[S3Blobs]:
    made = await opened(server, store)
    yield made
    await made.close()


async def test_an_object_that_was_changed_or_lost_is_found_and_put_anew_under_another_name(server: S3Server, blobs: S3Blobs) -> None:
    digest = await keep(blobs, CONTENT)
    for change in ("changed", "lost"):
        (name,) = server.objects()
        path = next(path for path in server.bucket.rglob(Path(name).name) if path.is_file())
        path.write_bytes(b"x" + CONTENT[1:])
        if change == "lost":
            path.unlink()
        with pytest.raises(ArtifactDamaged, match=r"were damaged|are missing") as raised:
            await read(blobs, digest)
        assert raised.value.details["hash"] == digest
        assert not await blobs.has(digest)
        assert await blobs.digests() == [digest]
        await keep(blobs, CONTENT)
        assert await read(blobs, digest) == CONTENT
        # The damaged object is gone.
        assert list(server.objects().values()) == [CONTENT]
        assert name not in server.objects()


async def test_an_object_that_is_there_again_is_read_again(server: S3Server, blobs: S3Blobs) -> None:
    digest = await keep(blobs, CONTENT)
    (name,) = server.objects()
    path = next(path for path in server.bucket.rglob(Path(name).name) if path.is_file())
    path.rename(server.bucket / "aside")
    for _ in range(2):
        with pytest.raises(ArtifactDamaged, match="are missing"):
            await read(blobs, digest)
    assert not await blobs.has(digest)
    (server.bucket / "aside").rename(path)
    assert await read(blobs, digest) == CONTENT
    assert await blobs.has(digest)


async def test_the_service_refuses_bytes_that_were_changed_on_their_way(blobs: S3Blobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "_sum", lambda _: "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
    for size in (1000, PART + 1):
        with pytest.raises(NotWritten, match=r"(?i)digest|checksum|sha256"):
            await keep(blobs, bytes(size))
    for digest in await blobs.digests():
        assert not await blobs.has(digest)


async def test_a_server_that_is_killed_in_an_upload_has_nothing_and_takes_it_when_it_is_back(server: S3Server, blobs: S3Blobs) -> None:
    content = Random(2).randbytes(LIMIT)
    uploading = asyncio.ensure_future(keep(blobs, content))
    while not server.parts() and not uploading.done():
        await asyncio.sleep(0)
    server.kill()
    with pytest.raises(NotWritten, match="was not stored"):
        await uploading
    assert server.parts()
    (digest,) = await blobs.digests()
    assert not await blobs.has(digest)
    await asyncio.to_thread(server.start)
    assert await keep(blobs, content) == digest
    assert await read(blobs, digest) == content
    assert server.parts() == []
    assert list(server.objects().values()) == [content]


@pytest.mark.parametrize("removed", [True, False], ids=["goes with its blob", "goes with the next start"])
async def test_what_is_left_of_an_upload(
    server: S3Server, blobs: S3Blobs, store: MemoryStore, removed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requests, "_TIDY", 0.0)
    uploading = asyncio.ensure_future(keep(blobs, Random(2).randbytes(LIMIT)))
    while not server.parts() and not uploading.done():
        await asyncio.sleep(0)
    uploading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await uploading
    server.kill()
    await asyncio.to_thread(server.start)
    assert server.parts()
    assert server.objects() == {}
    if removed:
        (digest,) = await blobs.digests()
        await blobs.remove(digest)
        assert await blobs.digests() == []
        assert server.parts() == []
    async with asyncio.timeout(30):
        while server.parts():
            await (await opened(server, store)).close()


async def test_an_upload_that_fails_tidies_up_by_itself(server: S3Server, blobs: S3Blobs, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = 0
    total = requests._sum

    def wrong(body: bytes) -> str:
        nonlocal begun
        begun += 1
        return total(body if begun < 3 else b"")

    monkeypatch.setattr(requests, "_sum", wrong)
    with pytest.raises(NotWritten):
        await keep(blobs, Random(2).randbytes(LIMIT))
    assert begun > 2
    assert (server.parts(), server.objects()) == ([], {})


@pytest.mark.parametrize("stands_still", [False, True], ids=["is away", "stands still"])
async def test_a_service_that_does_not_answer_ends_requests_in_time_and_all_is_well_when_it_is_back(
    server: S3Server, store: MemoryStore, stands_still: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    blobs = await opened(server, store, timeout=PATIENCE)
    before = await keep(blobs, CONTENT)
    reason = f"has not answered within {PATIENCE:g} s" if stands_still else "does not serve now|has not answered"
    if stands_still:
        server.freeze()
    else:
        server.kill()
    begun = time.monotonic()
    with pytest.raises(NotWritten, match=reason):
        await keep(blobs, b"new")
    with pytest.raises(OmsUnavailable, match=reason):
        await read(blobs, before)
    with pytest.raises(NotWritten, match=reason):
        await blobs.remove(before)
    assert time.monotonic() - begun < 3 * PATIENCE + 2
    # A service that starts now does so without the bucket.
    monkeypatch.setattr(place, "PATIENCE", 1.0)
    begun = time.monotonic()
    other = await opened(server, store)
    assert time.monotonic() - begun < 6.0
    await asyncio.to_thread(server.wake if stands_still else server.start)
    # The removal has begun, and counts as if it had come to its end.
    assert await other.digests()
    assert not await other.has(before)
    await keep(other, CONTENT)
    assert await read(other, before) == CONTENT
    await keep(other, b"new")
    for each in (blobs, other):
        await each.close()
    assert sorted(server.objects().values()) == sorted([CONTENT, b"new"])


async def test_credentials_that_come_later_are_found(
    server: S3Server, store: MemoryStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "credentials"
    let_in(monkeypatch, key="")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(file))
    bucket = Bucket(S3Address.parse(server.url()))
    try:
        for _ in range(2):
            with pytest.raises(ConfigInvalid, match="there are no credentials"):
                await bucket.put("name", 1, io.BytesIO(b"1"))
        file.write_text(f"[default]\naws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\n")
        await bucket.put("name", 1, io.BytesIO(b"1"))
        assert b"".join([chunk async for chunk in bucket.read("name")]) == b"1"
    finally:
        await bucket.close()


async def test_large_durable_values_wait_for_the_bucket_and_lose_nothing(server: S3Server, store: MemoryStore) -> None:
    bucket = Bucket(S3Address.parse(server.url()))
    blobs = S3Blobs(store, VALUE_BLOBS, await open_place(store, "/blobs/place", bucket), limit=2 * VALUE_LIMIT)
    values, first, second = DurableValues(store, blobs), b"1" * 3_000_000, b"2" * 12_000_000
    assert (await values.put(value_put(first, 0))).stored
    server.kill()
    with pytest.raises(NotWritten):
        await values.put(value_put(second, 1))
    with pytest.raises(OmsUnavailable, match="was not read"):
        await value_of(values)
    assert (await values.put(value_put(b"small", 0, key="o2/manager/a"))).stored
    await asyncio.to_thread(server.start)
    assert await value_of(values) == (first, 1)
    assert (await values.put(value_put(second, 1))).stored
    assert await value_of(values) == (second, 2)
    assert len(await blobs.digests()) == 2
    await values.tidy()
    assert len(await blobs.digests()) == len(server.objects()) == 1
    assert await value_of(values) == (second, 2)
    again = DurableValues(store, blobs)
    await again.start()
    await again.tidy()
    assert len(server.objects()) == 1
    await blobs.close()


@pytest.mark.parametrize("late", ["removes", "puts"])
async def test_a_service_that_was_deposed_does_not_touch_what_its_successor_has_put(
    server: S3Server, store: MemoryStore, late: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = await put(store, "/owner", b"first")
    first = await opened(server, FencedStore(store, "/owner", token))
    digest = await keep(first, CONTENT)
    (entry,) = (await store.range("/blobs/artifacts/index/")).entries
    reached, go_on = asyncio.Event(), asyncio.Event()
    remove = Bucket.remove

    async def held(self: Bucket, name: str) -> None:
        reached.set()
        await go_on.wait()
        await remove(self, name)

    if late == "removes":
        monkeypatch.setattr(Bucket, "remove", held)
        working = asyncio.ensure_future(first.remove(digest))
        await reached.wait()
        monkeypatch.setattr(Bucket, "remove", remove)
    token = await put(store, "/owner", b"second")
    second = await opened(server, FencedStore(store, "/owner", token))
    if late == "removes":
        await keep(second, CONTENT)
        go_on.set()
        with pytest.raises(StoreFailed):
            await working
    else:
        # The second one is just putting it: its object is named, and not whole.
        await put(store, entry.key, entry.value.replace(b"true", b"false"))
        with pytest.raises(StoreFailed):
            await keep(first, CONTENT)
        await put(store, entry.key, entry.value)
    assert await read(second, digest) == CONTENT
    for blobs in (first, second):
        await blobs.close()


async def test_stores_that_share_a_prefix_do_not_touch_each_other(server: S3Server, blobs: S3Blobs) -> None:
    other_store = MemoryStore(MemoryDisk(), limits=LIMITS)
    other = await opened(server, other_store)
    digest = await keep(blobs, CONTENT)
    assert not await other.has(digest)
    await keep(other, CONTENT)
    assert len(server.objects()) == 2
    await other.remove(digest)
    assert await read(blobs, digest) == CONTENT
    await other.close()
    await other_store.close()


async def test_a_store_is_not_served_from_another_place_than_its_own(server: S3Server, blobs: S3Blobs, store: MemoryStore) -> None:
    """Its whole folder may be moved; a service that looks where nothing is any more says so, and takes no blob for lost."""
    digest = await keep(blobs, CONTENT)
    with pytest.raises(BlobsElsewhere, match=rf"they were put at s3://{BUCKET}/objects, in the folder [0-9a-f]{{16}}\. Correct --blobs"):
        await opened(server, store, "elsewhere")
    server.rename("objects", "moved")
    moved = await opened(server, store, "moved")
    assert await read(moved, digest) == CONTENT
    await moved.close()
    late = await opened(server, store, "moved")
    server.rename("moved", "gone")
    with pytest.raises(BlobsElsewhere, match="does not have the blobs of this store"):
        await read(late, digest)
    server.without_bucket()
    with pytest.raises(BlobsElsewhere, match="there is no bucket"):
        await read(late, digest)
    assert await late.has(digest)
    await late.close()
