"""Work that makes objects: each attempt runs once, however many ask for it, and to its end, though its caller hangs up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar

from amino_wire.errors import ArtifactNotFound
from amino_wire.pb import common_pb2

from amino_oms.lifecycle.services import Services
from amino_oms.registry.keys import ARTIFACTS

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Attempt:
    """Work that runs, and what it makes."""

    task: asyncio.Task[Any]
    draft: common_pb2.ObjectRecord


class Once:
    """The attempts that run, by key."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._running: dict[Hashable, Attempt] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    def running(self, key: Hashable) -> Attempt | None:
        """The attempt of that key that runs; None where there is none."""
        attempt = self._running.get(key)
        return None if attempt is None or attempt.task.done() else attempt

    async def run(self, key: Hashable, draft: common_pb2.ObjectRecord, make: Callable[[], Coroutine[Any, Any, Made]]) -> Made:
        """Runs `make`, or joins the attempt of that key that runs already; it goes on when the caller hangs up, who may ask again.

        Arguments:
            key: what is attempted; None: nobody can join.
            draft: of what is made; its artifact is held meanwhile.
            make: the attempt.
        """
        attempt = None if key is None else self.running(key)
        if attempt is None:
            attempt = Attempt(self.start(self._with_artifact(draft, make)), draft)
            if key is not None:
                self._running[key] = attempt
                attempt.task.add_done_callback(lambda task: self._forget(key, task))
        return await asyncio.shield(attempt.task)

    def start(self, work: Coroutine[Any, Any, Made]) -> asyncio.Task[Made]:
        """Work for attempts that goes on until it ends, or until `close`."""
        task = asyncio.create_task(work, name="make an object")
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    async def with_artifact(self, artifact: common_pb2.Artifact, of: str, make: Callable[[], Coroutine[Any, Any, Made]]) -> Made:
        """Runs `make` while an artifact is held: no record names it yet, so it could be removed meanwhile. Raises ArtifactNotFound."""
        async with self._services.artifacts.holding(artifact.hash):
            if await self._services.registry.store.get(ARTIFACTS + artifact.hash) is None:
                raise ArtifactNotFound(f"the artifact {artifact.hash or '(no hash)'} of {of!r} is not here; put it, and register again")
            return await make()

    async def close(self) -> None:
        """Gives up what runs; a later process finishes or removes it."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _with_artifact(self, draft: common_pb2.ObjectRecord, make: Callable[[], Coroutine[Any, Any, Made]]) -> Made:
        return await self.with_artifact(draft.spec.artifact, draft.name, make)

    def _forget(self, key: Hashable, task: asyncio.Task[Any]) -> None:
        if self._running[key].task is task:
            del self._running[key]

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # the caller may have hung up: the error is the caller's, not the log's
