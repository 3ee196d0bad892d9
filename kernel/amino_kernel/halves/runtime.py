"""One JVM half as the kernel sees it: its process, the bridge to it, and the artifacts that it has loaded."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import structlog
from amino_graal import RuntimeHandle
from amino_kernel.halves.artifact_key import artifact_key, hash_of_key
from amino_kernel.halves.artifact_uses import ArtifactUses
from amino_kernel.halves.bridge import Bridge
from amino_wire.errors import AminoError, ArgumentInvalid
from amino_wire.pb import common_pb2

log = structlog.get_logger(__name__)

IDLE_SECONDS = 60.0
"""A class whose last instance has ended often gets another soon, and its context takes a second or more to make."""


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
    uses: ArtifactUses = field(default_factory=ArtifactUses)

    async def load(self, artifact: common_pb2.Artifact, directory: str, options: dict[str, Any]) -> dict[str, Any]:
        """Evaluates an artifact once and answers its interface; callers that come meanwhile wait for the same.

        A caller that makes an instance must call `used` before it awaits anything else: until then nothing keeps the
        artifact.

        Raises:
            ArtifactInvalid, LanguageUnknown, NativeNotAllowed: The JVM half says so; the next caller tries again.
        """
        key = artifact_key(artifact)
        self.uses.used(key)
        try:
            known = self.loads.get(key)
            if known is None:
                known = asyncio.ensure_future(self.bridge.load(artifact, directory, options))
                self.loads[key] = known
                known.add_done_callback(lambda done: self._loaded(key, done))
            return await asyncio.shield(known)
        finally:
            self.uses.unused(key)

    def has(self, artifact: common_pb2.Artifact) -> bool:
        """Whether the artifact was, or is being, evaluated here."""
        return artifact_key(artifact) in self.loads

    def loaded_hashes(self) -> set[str]:
        """The hashes of the artifacts that were, or are being, evaluated here."""
        return {hash_of_key(key) for key in self.loads}

    def used(self, artifact: common_pb2.Artifact) -> None:
        """An instance of the artifact is about to be made here. Each call needs one of `unused`."""
        self.uses.used(artifact_key(artifact))

    def unused(self, artifact: common_pb2.Artifact) -> None:
        """An instance of the artifact has ended, or could not be made, or was lost with its context."""
        self.uses.unused(artifact_key(artifact))

    async def unload_unused(self, now: float, after: float = IDLE_SECONDS) -> list[str]:
        """Lets the JVM half forget artifacts that nothing has used for a while, with their contexts.

        Args:
            now: Seconds of a clock, the same for each call.
            after: For how many seconds nothing must have used them, as far as earlier calls have seen; 0 when memory is
                low.

        Returns:
            The keys of those that were unloaded.
        """
        idle = self.uses.idle(now, after)
        unloaded = await asyncio.gather(*(self._unload(key) for key in idle))
        return [key for key, done in zip(idle, unloaded, strict=True) if done]

    async def _unload(self, key: str) -> bool:
        # A load from now on reaches the half behind this order, so it is evaluated anew.
        self.loads.pop(key, None)
        self.uses.unloaded(key)
        try:
            await self.bridge.unload(key)
        except ArgumentInvalid:
            self.uses.loaded(key)  # the half knows of an instance
            return False
        except AminoError as error:
            log.warning("an artifact was not unloaded", artifact=key, purpose=self.key or "main", error=error.message)
            return False
        log.debug("an artifact that nothing used was unloaded", artifact=key, purpose=self.key or "main")
        return True

    def _loaded(self, key: str, done: asyncio.Future[dict[str, Any]]) -> None:
        if not done.cancelled() and done.exception() is None:
            self.uses.loaded(key)
        elif self.loads.get(key) is done:
            del self.loads[key]
