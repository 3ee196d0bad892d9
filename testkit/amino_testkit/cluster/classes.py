"""The classes of guest objects in a simulation, as artifacts."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from amino_kernel.instances.artifact_folders import Copy
from amino_kernel.links.oms_client import LONG_SECONDS, OmsClient
from amino_wire.pb import client_pb2, common_pb2, oms_pb2

LANGUAGE = "python"


class Classes:
    """Python classes by the name under which artifacts hold them."""

    def __init__(self) -> None:
        self._kinds: dict[str, type[Any]] = {}

    @property
    def by_name(self) -> Mapping[str, type[Any]]:
        """All that have been packed."""
        return self._kinds

    def packed(self, kind: type[Any]) -> tuple[common_pb2.Artifact, list[client_pb2.PutArtifactRequest]]:
        """The artifact of a class, and the messages that bring it to the OMS."""
        name = next((name for name, known in self._kinds.items() if known is kind), f"{kind.__name__}-{len(self._kinds)}")
        self._kinds[name] = kind
        content = name.encode()
        digest = hashlib.sha256(content).hexdigest()
        artifact = common_pb2.Artifact(hash=digest, language=LANGUAGE, entry=name, class_name=kind.__name__, size=len(content))
        return artifact, [client_pb2.PutArtifactRequest(artifact=artifact), client_pb2.PutArtifactRequest(chunk=content)]


class FetchedArtifacts:
    """See `amino_kernel.instances.artifact_folders.ArtifactFolders`: fetched from the OMS once; a folder's name is that of a class."""

    def __init__(self, oms: OmsClient) -> None:
        self._oms = oms
        self._folders: dict[str, Path] = {}

    @asynccontextmanager
    async def holding(self, artifact: common_pb2.Artifact) -> AsyncGenerator[Copy]:
        """See ArtifactFolders."""
        fresh = artifact.hash not in self._folders
        if fresh:
            request = oms_pb2.GetArtifactRequest(hash=artifact.hash)
            try:
                parts = [part async for part in self._oms.stub.GetArtifact(request, timeout=LONG_SECONDS)]
            except Exception as error:
                raise self._oms.error_of(error) from None  # type: ignore[arg-type]
            self._folders[artifact.hash] = Path(b"".join(part.chunk for part in parts).decode())
        yield Copy(self._folders[artifact.hash], fresh)

    async def check(self, artifact: common_pb2.Artifact) -> None:
        """See ArtifactFolders: nothing damages them."""
