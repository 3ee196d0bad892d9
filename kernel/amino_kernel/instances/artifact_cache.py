"""Artifacts on this host's disk: fetched from the OMS once, unpacked, read-only for guests."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
import tempfile
from pathlib import Path

import grpc
from amino_kernel.links.oms_client import LONG_SECONDS, OmsClient
from amino_wire.artifacts import unpack
from amino_wire.errors import ArtifactInvalid
from amino_wire.pb import common_pb2, oms_pb2


class ArtifactCache:
    """See `ArtifactFolders`: unpacked artifacts by hash. A folder appears under its hash only when it is complete."""

    def __init__(self, folder: Path, oms: OmsClient) -> None:
        self._folder = folder
        self._oms = oms
        self._fetching: dict[str, asyncio.Future[Path]] = {}

    async def directory(self, artifact: common_pb2.Artifact) -> Path:
        """Answers the folder of an unpacked artifact; those who come while it is fetched wait for the same fetch.

        Raises:
            ArtifactNotFound, OmsUnavailable: The OMS does not have it, or does not answer.
            ArtifactInvalid: What came is not what its hash says.
        """
        target = self._folder / artifact.hash
        if not artifact.hash or target.is_dir():
            return target
        fetching = self._fetching.get(artifact.hash)
        if fetching is None:
            fetching = asyncio.ensure_future(self._fetch(artifact.hash, target))
            self._fetching[artifact.hash] = fetching
            fetching.add_done_callback(lambda _: self._fetching.pop(artifact.hash, None))
        return await asyncio.shield(fetching)

    async def _fetch(self, artifact_hash: str, target: Path) -> Path:
        packed = bytearray()
        try:
            async for response in self._oms.stub.GetArtifact(oms_pb2.GetArtifactRequest(hash=artifact_hash), timeout=LONG_SECONDS):
                packed += response.chunk
        except grpc.RpcError as error:
            raise self._oms.error_of(error) from None
        found = hashlib.sha256(packed).hexdigest()
        if found != artifact_hash:
            raise ArtifactInvalid(
                f"Artifact {artifact_hash} came with hash {found}: it was damaged on the way or in the store. Register it again."
            )
        await asyncio.to_thread(self._unpack, bytes(packed), target)
        return target

    def _unpack(self, packed: bytes, target: Path) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=".unpack-", dir=self._folder))
        try:
            unpack(packed, fresh)
            fresh.replace(target)
        except OSError:
            # Another kernel with the same cache may have been quicker.
            if not target.is_dir():
                raise
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
