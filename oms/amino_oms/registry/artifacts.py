"""Artifacts: uploaded once, found by hash, fetched by kernels."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator

from amino_store.blobs.blobs import Blobs
from amino_store.store import Store
from amino_store.transaction import Compare, Put, Transaction
from amino_wire.errors import AminoError, ArtifactInvalid, ArtifactNotFound, LanguageUnknown
from amino_wire.pb import client_pb2, common_pb2, oms_pb2

from amino_oms.placement.choice import LANGUAGES, OFFERED
from amino_oms.registry.artifact_holds import ArtifactHolds
from amino_oms.registry.keys import ARTIFACTS

DRAINED_BYTES = 64 * 1024 * 1024
"""How much of an upload is read after it has been refused."""


class Artifacts:
    """Artifacts: their descriptions are in the store, their bytes in blobs; the bytes come first and go last.

    Arguments:
        store: what is known of them.
        blobs: their bytes.
        holds: keeps those from being removed that a request is about.
    """

    def __init__(self, store: Store, blobs: Blobs, holds: ArtifactHolds) -> None:
        self._store, self._blobs, self._holds = store, blobs, holds

    async def put(self, parts: AsyncIterator[client_pb2.PutArtifactRequest]) -> client_pb2.PutArtifactResponse:
        """Stores an artifact; the first part says what it is, the others bring its bytes (none are needed if it is here already).

        Raises ArtifactInvalid for parts in the wrong order, a wrong hash or size, LanguageUnknown for a language that Amino does not have.
        """
        try:
            return await self._put(parts)
        except AminoError:
            await _drain(parts)
            raise

    async def _put(self, parts: AsyncIterator[client_pb2.PutArtifactRequest]) -> client_pb2.PutArtifactResponse:
        first = await anext(parts, None)
        if first is None or first.WhichOneof("part") != "artifact":
            raise ArtifactInvalid("the first message of an upload must say what the artifact is; then come its bytes")
        artifact = first.artifact
        if artifact.language not in LANGUAGES:
            raise LanguageUnknown(f"the language {artifact.language!r} is not known; there are {OFFERED}")
        if await self._is_here(artifact.hash):
            return client_pb2.PutArtifactResponse(artifact=artifact, existed=True)
        async with self._blobs.receiving(artifact.hash, _chunks(parts)) as upload:
            if artifact.size and artifact.size != upload.size:
                raise ArtifactInvalid(
                    f"the artifact {upload.digest[:12]} was said to have {artifact.size} bytes and has {upload.size}; send it again"
                )
            artifact.hash, artifact.size = upload.digest, upload.size
            async with self._holds.holding(upload.digest):
                await upload.keep()
                self._holds.there(upload.digest)
                key = ARTIFACTS + upload.digest
                record = Put(key, artifact.SerializeToString())
                outcome = await self._store.commit(Transaction((Compare.absent(key),), (record,)))
        return client_pb2.PutArtifactResponse(artifact=artifact, existed=not outcome.succeeded)

    async def get(self, request: oms_pb2.GetArtifactRequest) -> AsyncGenerator[oms_pb2.GetArtifactResponse, None]:
        """An artifact: first what it is, then its bytes.

        Raises ArtifactNotFound, and ArtifactDamaged where the bytes are missing or (behind the last ones) are not what
        the hash says.
        """
        async with self._holds.holding(request.hash):
            entry = await self._store.get(ARTIFACTS + request.hash)
            if entry is None:
                raise ArtifactNotFound(f"there is no artifact with the hash {request.hash or '(empty)'}; put it again")
            yield oms_pb2.GetArtifactResponse(artifact=common_pb2.Artifact.FromString(entry.value))
            async for chunk in self._blobs.get(request.hash):
                yield oms_pb2.GetArtifactResponse(chunk=chunk)

    async def close(self) -> None:
        """Frees what is open."""
        await self._blobs.close()

    async def _is_here(self, digest: str) -> bool:
        """Whether an artifact need not be sent; that counts as a use of it."""
        if not digest:
            return False
        async with self._holds.holding(digest):
            return await self._blobs.has(digest) and await self._store.get(ARTIFACTS + digest) is not None


async def _drain(parts: AsyncIterator[client_pb2.PutArtifactRequest]) -> None:
    """Reads what is still being sent: gRPC tells a sender that is refused while it writes, now and then, of an internal error instead."""
    size = 0
    async for part in parts:
        size += len(part.chunk)
        if size > DRAINED_BYTES:
            return


async def _chunks(parts: AsyncIterator[client_pb2.PutArtifactRequest]) -> AsyncGenerator[bytes, None]:
    async for part in parts:
        if part.WhichOneof("part") != "chunk":
            raise ArtifactInvalid("an upload says once, in its first message, what the artifact is; this one does it again")
        yield part.chunk
