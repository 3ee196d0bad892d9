"""Artifacts on this host's disk: fetched from the OMS, unpacked, checked before they are read again, removed when nothing uses them."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
import tempfile
import time
from collections.abc import AsyncGenerator, Callable, Collection
from contextlib import asynccontextmanager
from pathlib import Path

import grpc
import structlog
from amino_kernel.instances.artifact_copies import ArtifactCopies
from amino_kernel.instances.artifact_folders import Copy
from amino_kernel.links.oms_client import LONG_SECONDS, OmsClient
from amino_wire.artifacts import hash_of, pack_files, unpack
from amino_wire.errors import ArtifactInvalid
from amino_wire.pb import common_pb2, oms_pb2

log = structlog.get_logger(__name__)

GRACE_SECONDS = 600.0
_LONGEST_LOOK, _SHORTEST_LOOK = 60.0, 0.5
_UNPACKING, _LEAVING = ".unpack-", ".leaving-"
"""How the names of folders begin that are not whole yet, or no longer."""


class ArtifactCache:
    """See `ArtifactFolders`: unpacked artifacts by hash. A folder has its hash as its name only while it is complete.

    Arguments:
        folder: Of this kernel alone; made where missing.
        oms: Where artifacts come from.
        grace: Seconds for which a copy stays after its last use.
        now: Measures them.
    """

    def __init__(self, folder: Path, oms: OmsClient, *, grace: float = GRACE_SECONDS, now: Callable[[], float] = time.monotonic) -> None:
        self._folder, self._oms, self._grace, self._now = folder, oms, grace, now
        self._copies = ArtifactCopies(grace)
        self._fetching: dict[str, asyncio.Future[None]] = {}
        for left in folder.glob("*"):
            if left.name.startswith((_UNPACKING, _LEAVING)):
                shutil.rmtree(left, ignore_errors=True)  # of a process that has died
            else:
                self._copies.there(left.name, now())

    @asynccontextmanager
    async def holding(self, artifact: common_pb2.Artifact) -> AsyncGenerator[Copy]:
        """See ArtifactFolders. Callers that come while it is fetched wait for the same fetch."""
        digest = artifact.hash
        self._copies.begin(digest)
        try:
            fresh = bool(digest) and not self._path(digest).is_dir()
            if fresh:
                await self._fetched(digest)
            yield Copy(self._path(digest), fresh)
        finally:
            self._copies.end(digest, self._now())

    async def check(self, artifact: common_pb2.Artifact) -> None:
        """See ArtifactFolders."""
        digest = artifact.hash
        if digest and not await asyncio.to_thread(_is_intact, self._path(digest), digest):
            log.warning("the copy of an artifact is damaged and is fetched anew", artifact=digest, folder=str(self._path(digest)))
            await self._fetched(digest)

    async def run(self, loaded: Callable[[], Collection[str]]) -> None:
        """Removes unused copies until cancelled.

        Arguments:
            loaded: Answers the hashes of the artifacts that JVM halves have loaded.
        """
        while True:
            await asyncio.sleep(max(_SHORTEST_LOOK, min(_LONGEST_LOOK, self._grace / 4)))
            await self.remove_unused(loaded())

    async def remove_unused(self, loaded: Collection[str]) -> list[str]:
        """Removes the copies that nothing uses, and answers their hashes. A copy that is needed later is fetched again."""
        removed = self._copies.take_unused(self._now(), loaded)
        # All renamed before anything is awaited: from then on they are fetched again, and nobody is handed half a copy.
        leaving = [self._put_aside(digest) for digest in removed]
        for folder in leaving:
            if folder is not None:
                await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
        if removed:
            log.debug("copies of artifacts that nothing used were removed", removed=len(removed), left=len(self._copies))
        return removed

    def _path(self, digest: str) -> Path:
        return self._folder / digest

    def _put_aside(self, digest: str) -> Path | None:
        aside = Path(tempfile.mkdtemp(prefix=_LEAVING, dir=self._folder))
        try:
            return self._path(digest).replace(aside / digest).parent
        except OSError as error:
            aside.rmdir()
            if self._path(digest).exists():
                log.warning("the copy of an artifact could not be removed", artifact=digest, error=str(error))
                self._copies.there(digest, self._now())
            return None

    async def _fetched(self, digest: str) -> None:
        fetching = self._fetching.get(digest)
        if fetching is None:
            fetching = asyncio.ensure_future(self._fetch(digest))
            self._fetching[digest] = fetching
            fetching.add_done_callback(lambda _: self._fetching.pop(digest, None))
        await asyncio.shield(fetching)

    async def _fetch(self, digest: str) -> None:
        packed = bytearray()
        try:
            async for response in self._oms.stub.GetArtifact(oms_pb2.GetArtifactRequest(hash=digest), timeout=LONG_SECONDS):
                packed += response.chunk
        except grpc.RpcError as error:
            raise self._oms.error_of(error) from None
        found = hashlib.sha256(packed).hexdigest()
        if found != digest:
            raise ArtifactInvalid(f"Artifact {digest} came with hash {found}: it was damaged on the way. Try again.")
        await asyncio.to_thread(self._unpack, bytes(packed), digest)
        self._copies.there(digest, self._now())

    def _unpack(self, packed: bytes, digest: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=_UNPACKING, dir=self._folder))
        try:
            unpack(packed, fresh)
            damaged = self._put_aside(digest) if self._path(digest).exists() else None
            fresh.replace(self._path(digest))
            if damaged is not None:
                shutil.rmtree(damaged, ignore_errors=True)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)


def _is_intact(folder: Path, digest: str) -> bool:
    """Whether a folder's files, packed again, have the hash. An artifact that was packed in another way never has."""
    contents: dict[str, bytes] = {}
    try:
        for path in folder.rglob("*"):
            if path.is_symlink() or not (path.is_dir() or path.is_file()):
                return False
            if path.is_file():
                contents[path.relative_to(folder).as_posix()] = path.read_bytes()
        return hash_of(pack_files(contents).data) == digest
    except (OSError, ArtifactInvalid):
        return False
