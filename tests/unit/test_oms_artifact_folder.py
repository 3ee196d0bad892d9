"""Files of artifacts on a disk that does not take them."""

from __future__ import annotations

import errno
import resource
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from amino_store.blobs.folder import FolderBlobs
from amino_store.errors import NotWritten, StoreFull

SIZE = 1_000_000


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def put(folder: FolderBlobs, content: AsyncIterator[bytes], digest: str = "") -> tuple[str, int]:
    async with folder.receiving(digest, content) as upload:
        await upload.keep()
    return upload.digest, upload.size


@contextmanager
def short_files(size: int) -> Iterator[None]:
    """Within the block no file of this process grows beyond so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_what_the_disk_does_not_take_leaves_nothing_and_may_be_sent_again(tmp_path: Path) -> None:
    folder = FolderBlobs(tmp_path / "artifacts", limit=2 * SIZE)
    with short_files(SIZE // 2), pytest.raises(NotWritten, match=r"the artifact was not stored \(File too large\)"):
        await put(folder, chunks(b"x" * SIZE))
    assert list((tmp_path / "artifacts").iterdir()) == []
    digest, size = await put(folder, chunks(b"x" * SIZE))
    assert size == SIZE and b"".join([part async for part in folder.get(digest)]) == b"x" * SIZE


async def test_no_room_is_said_as_the_store_says_it(tmp_path: Path) -> None:
    async def without_room() -> AsyncIterator[bytes]:
        yield b"x"
        raise OSError(errno.ENOSPC, "No space left on device")

    folder = FolderBlobs(tmp_path / "artifacts", limit=SIZE)
    with pytest.raises(StoreFull, match="Make room there"):
        await put(folder, without_room())
    assert list((tmp_path / "artifacts").iterdir()) == []
