"""One JVM half as the kernel sees it: what runs it, the bridge to it, and what it has loaded."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from amino_graal import RuntimeHandle
from amino_kernel.halves.artifact_key import artifact_key
from amino_kernel.halves.bridge import Bridge
from amino_wire.pb import common_pb2


@dataclass(eq=False, slots=True)
class Runtime:
    """A JVM half.

    `number` tells it from the kernel's others; `key` says what it is for: "" for the kernel's first one, else an artifact, a tenant, or
    a language. `loads` holds one future per artifact that was, or is being, evaluated in it.
    """

    number: int
    key: str
    handle: RuntimeHandle
    bridge: Bridge
    languages: tuple[str, ...]
    loads: dict[str, asyncio.Future[dict[str, Any]]] = field(default_factory=dict[str, "asyncio.Future[dict[str, Any]]"])

    async def load(self, artifact: common_pb2.Artifact, directory: str, options: dict[str, Any]) -> dict[str, Any]:
        """Evaluates an artifact once and answers its interface; those who come meanwhile wait for the same.

        Raises:
            ArtifactInvalid, LanguageUnknown, NativeNotAllowed: What the JVM half says; the next one to ask tries again.
        """
        key = artifact_key(artifact)
        known = self.loads.get(key)
        if known is None:
            known = asyncio.ensure_future(self.bridge.load(artifact, directory, options))
            self.loads[key] = known
            known.add_done_callback(lambda done: self._forget_failure(key, done))
        return await asyncio.shield(known)

    def _forget_failure(self, key: str, done: asyncio.Future[dict[str, Any]]) -> None:
        if done.cancelled() or done.exception() is not None:
            self.loads.pop(key, None)
