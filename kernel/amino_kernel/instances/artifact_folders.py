"""Where a JVM half finds an artifact, as those see it who load one."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from amino_wire.pb import common_pb2


class ArtifactFolders(Protocol):
    """Fetches artifacts from the OMS and keeps them."""

    async def directory(self, artifact: common_pb2.Artifact) -> Path:
        """Answers the folder of an artifact, fetching it if need be.

        Raises:
            ArtifactNotFound, OmsUnavailable: The OMS does not have it, or does not answer.
            ArtifactInvalid: What came is not what its hash says.
        """
        ...
