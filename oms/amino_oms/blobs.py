"""Which blobs the settings name: a folder, pieces in the store, or a bucket; and that a store is used with its own alone."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from importlib.util import find_spec

from amino_store.blobs.blobs import Blobs
from amino_store.blobs.folder import FolderBlobs, folder_content
from amino_store.blobs.stored import StoredBlobs, stored_content
from amino_store.errors import BlobsElsewhere
from amino_store.store import Store
from amino_store.transaction import Entry
from amino_wire.errors import PackageMissing

from amino_oms.registry.durable_values import VALUE_LIMIT
from amino_oms.registry.keys import ARTIFACT_BLOBS, ARTIFACTS, BLOBS_PLACE, LARGE, VALUE_BLOBS
from amino_oms.settings import SQLITE, OmsSettings

Get = Callable[[str], Awaitable[Entry | None]]
Read = Callable[[str], AsyncGenerator[bytes, None]]
"""Gives the bytes of a hash."""


@dataclass(frozen=True, slots=True)
class OpenBlobs:
    """Blobs of a store: artifacts, and durable values that are too large for the store (None: it takes all)."""

    artifacts: Blobs
    values: Blobs | None


@dataclass(frozen=True, slots=True)
class Readers:
    """What gives the bytes of artifacts, and of durable values that lie in blobs with their salt (None: none does)."""

    artifact: Read
    value: Read | None


def check_packages(settings: OmsSettings) -> None:
    """Loads the library that a bucket needs. Raises PackageMissing where it is not installed."""
    if settings.s3 is None:
        return
    if find_spec("aiobotocore") is None:
        raise PackageMissing(
            "this installation cannot keep blobs in a bucket: aiobotocore is not installed; pip install 'amino-runtime[s3]' adds it",
            details={"packages": ["aiobotocore"]},
        )
    # With level debug they write headers and answers that hold credentials.
    for name in ("botocore", "aiobotocore", "aiohttp"):
        logging.getLogger(name).setLevel(logging.INFO)
    # Loading takes half a second, for which a service that begins to lead would keep kernels waiting.
    import_module("amino_store.blobs.s3.bucket")


async def open_blobs(settings: OmsSettings, store: Store) -> OpenBlobs:
    """Opens the blobs of a store that this process owns.

    Raises:
        BlobsElsewhere: the blobs of the store lie in another place than the settings say.
        PackageMissing: as `check_packages`.
        ConfigInvalid, NotWritten: as `open_place`.
    """
    check_packages(settings)
    await _check_same_place(settings, store)
    has_values = settings.store != SQLITE
    if settings.s3 is None:
        if has_values:
            values = StoredBlobs(store, VALUE_BLOBS, limit=2 * VALUE_LIMIT)
            return OpenBlobs(StoredBlobs(store, ARTIFACT_BLOBS, limit=settings.max_artifact), values)
        return OpenBlobs(await asyncio.to_thread(FolderBlobs, settings.artifacts, limit=settings.max_artifact), None)
    from amino_store.blobs.s3.blobs import S3Blobs
    from amino_store.blobs.s3.bucket import Bucket
    from amino_store.blobs.s3.place import open_place

    bucket = Bucket(settings.s3)
    try:
        place = await open_place(store, BLOBS_PLACE, bucket)
    except BaseException:
        await bucket.close()
        raise
    artifacts = S3Blobs(store, ARTIFACT_BLOBS, place, limit=settings.max_artifact)
    return OpenBlobs(artifacts, S3Blobs(store, VALUE_BLOBS, place, limit=2 * VALUE_LIMIT) if has_values else None)


@asynccontextmanager
async def readers(settings: OmsSettings, get: Get) -> AsyncGenerator[Readers]:
    """Reads the blobs of a store on which another process may work.

    Arguments:
        settings: name store and blobs.
        get: reads a key of the store.

    Raises BlobsElsewhere and PackageMissing as `open_blobs`.
    """
    check_packages(settings)
    bound = await get(BLOBS_PLACE)
    has_values = settings.store != SQLITE
    if settings.s3 is None:
        if bound is not None:
            raise _in_a_bucket(bound)
        if has_values:
            yield Readers(partial(stored_content, get, ARTIFACT_BLOBS), partial(stored_content, get, VALUE_BLOBS))
        else:
            yield Readers(partial(folder_content, settings.artifacts), None)
        return
    from amino_store.blobs.s3.blobs import s3_content
    from amino_store.blobs.s3.bucket import Bucket
    from amino_store.blobs.s3.place import place_of

    bucket = Bucket(settings.s3)
    try:
        place = await place_of(get, BLOBS_PLACE, bucket)
        if place is None:
            raise _beside_the_store()
        await place.check()
        value = partial(s3_content, get, VALUE_BLOBS, place)
        yield Readers(partial(s3_content, get, ARTIFACT_BLOBS, place), value if has_values else None)
    finally:
        await bucket.close()


async def _check_same_place(settings: OmsSettings, store: Store) -> None:
    bound = await store.get(BLOBS_PLACE)
    if settings.s3 is None and bound is not None:
        raise _in_a_bucket(bound)
    if settings.s3 is not None and bound is None and (await store.count(ARTIFACTS) or await store.count(LARGE)):
        raise _beside_the_store()


def _in_a_bucket(bound: Entry) -> BlobsElsewhere:
    return BlobsElsewhere(f"the artifacts of this store lie in a bucket: give --blobs {json.loads(bound.value)['at']}, with its endpoint")


def _beside_the_store() -> BlobsElsewhere:
    return BlobsElsewhere(
        "this store keeps its artifacts itself. Leave --blobs out; or bring everything to an empty store with `amino migrate-store "
        "--to-blobs s3://…`, and start the OMS on that"
    )
