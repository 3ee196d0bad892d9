"""Where a JVM half finds an artifact, as those see it who load one."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from amino_wire.pb import common_pb2


@dataclass(frozen=True, slots=True)
class Copy:
    """An artifact on this host's disk. `fresh`: it has come from the OMS just now, and needs no check."""

    folder: Path
    fresh: bool


class ArtifactFolders(Protocol):
    """Fetches artifacts from the OMS and keeps them."""

    def holding(self, artifact: common_pb2.Artifact) -> AbstractAsyncContextManager[Copy]:
        """Within the block there is a copy of an artifact, which is fetched if need be. A loaded artifact keeps its copy.

        Raises:
            ArtifactNotFound, ArtifactDamaged, OmsUnavailable: The OMS does not have it, or does not answer.
            ArtifactInvalid: What came is not what its hash says.
        """
        ...

    async def check(self, artifact: common_pb2.Artifact) -> None:
        """Makes sure, within a block of `holding`, that the copy is what the artifact's hash says: else it is fetched anew.

        Raises as `holding`.
        """
        ...
