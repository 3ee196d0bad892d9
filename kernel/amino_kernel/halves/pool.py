"""The JVM halves of a kernel, as its other parts see them."""

from __future__ import annotations

from typing import Protocol

from amino_kernel.halves.runtime import Runtime
from amino_wire.pb import common_pb2


class Pool(Protocol):
    """Which JVM halves there are, and which an object belongs to."""

    async def main(self) -> Runtime:
        """Answers the first JVM half, which also serves the clients' lanes."""
        ...

    async def runtime_for(self, artifact: common_pb2.Artifact, tenant: str) -> Runtime:
        """Answers the JVM half that an object belongs to, starting it if need be.

        Raises:
            JvmUnusable, JarsMissing: It cannot be started.
        """
        ...

    def running(self) -> list[Runtime]:
        """The JVM halves that are up."""
        ...

    async def close(self) -> None:
        """Stops all of them."""
        ...
