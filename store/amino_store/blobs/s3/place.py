"""Which objects of a bucket are the blobs of one store: several stores may share a bucket, and none touches what is another's."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import secrets
from collections.abc import Awaitable, Callable
from contextlib import aclosing

from amino_wire.errors import AminoError

from amino_store.blobs.s3.bucket import Absent, Bucket
from amino_store.errors import BlobsElsewhere
from amino_store.store import Store
from amino_store.transaction import Compare, Entry, Put, Transaction

MARKER = "store"
"""The object that says that a folder is that of a store."""
_TEXT = b"The objects beside this one are blobs of an Amino store, which alone knows their names. Remove none while that store is in use.\n"
PATIENCE = 1.0
"""Seconds for which a start waits for a look at the marker: the service may start while the bucket is away."""

_log = logging.getLogger(__name__)


class Place:
    """The folder of a store in a bucket. Made by `open_place` or `place_of`.

    Attributes:
        bucket: where it is.
        folder: the beginning of the names of its objects.
    """

    def __init__(self, bucket: Bucket, name: str, before: str = "") -> None:
        self.bucket, self.folder = bucket, f"{bucket.address.prefix}/{name}/"
        self._before, self._seen = before, False

    async def check(self) -> None:
        """Looks once whether the folder is in the bucket, before anything is put there or removed. Raises as `look`."""
        if not self._seen:
            await self.look()

    async def look(self) -> None:
        """Looks whether the folder is in the bucket. Raises BlobsElsewhere where it is not, and what `Bucket.read` raises."""
        try:
            async with aclosing(self.bucket.read(self.folder + MARKER)) as chunks:
                _ = [chunk async for chunk in chunks]
        except Absent:
            raise BlobsElsewhere(
                f"{self.bucket.address.title} does not have the blobs of this store: they were put at {self._before}, in the folder "
                f"{self.folder.rsplit('/', 2)[1]}. Correct --blobs, or bring that folder there"
            ) from None
        self._seen = True

    async def make(self) -> None:
        """Makes the folder. Raises as `Bucket.put`."""
        await self.bucket.put(self.folder + MARKER, len(_TEXT), io.BytesIO(_TEXT))
        self._seen = True


async def open_place(store: Store, key: str, bucket: Bucket) -> Place:
    """The folder of a store, which is made where the store has none yet.

    Arguments:
        store: whose blobs.
        key: where the store keeps what it knows of the folder.
        bucket: where the folder is, or is to be.

    Raises:
        BlobsElsewhere: the bucket is another one than that of the store, or there is none.
        ConfigInvalid: the folder is to be made, and the service lets us not in.
        NotWritten: the folder is to be made, and the service does not answer.
    """
    place = await place_of(store.get, key, bucket)
    if place is None:
        name = secrets.token_hex(8)
        place = Place(bucket, name)
        await place.make()
        value = json.dumps({"folder": name, "at": f"s3://{bucket.address.bucket}/{bucket.address.prefix}"}).encode()
        await store.commit(Transaction((Compare.absent(key),), (Put(key, value),)))
        return place
    try:
        async with asyncio.timeout(PATIENCE):
            await place.check()
            # This process has begun no upload. A process before it that still does owns the store no more.
            await bucket.abort_uploads(place.folder)
    except TimeoutError:
        _log.warning("%s has not answered: blobs cannot be read or stored until it does", bucket.address.title)
    except BlobsElsewhere:
        raise
    except AminoError as error:
        # Calls to objects need no blobs. A service that ended here would take the whole cluster along.
        _log.warning("blobs cannot be read or stored now: %s", error)
    return place


async def place_of(get: Callable[[str], Awaitable[Entry | None]], key: str, bucket: Bucket) -> Place | None:
    """The folder of a store, by what `get` reads of it; None: it has none."""
    entry = await get(key)
    if entry is None:
        return None
    found = json.loads(entry.value)
    return Place(bucket, str(found["folder"]), str(found["at"]))
