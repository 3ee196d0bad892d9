"""Objects come to be: registered with a name and a class, or as further instances of one (Amino paper III.B, steps 1 and 2)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from amino_wire.errors import ArtifactNotFound
from amino_wire.pb import client_pb2, common_pb2

from amino_oms.lifecycle.making import Making
from amino_oms.lifecycle.services import Services
from amino_oms.placement.selector import check
from amino_oms.registry.identity import check_name
from amino_oms.registry.keys import ARTIFACTS
from amino_oms.registry.records import Stored


class Creation:
    """Turns requests into drafts of records and has them made, each request once."""

    def __init__(self, services: Services, making: Making) -> None:
        self._services, self._making = services, making
        self._running: dict[str, asyncio.Task[Stored]] = {}
        self._tasks: set[asyncio.Task[Stored]] = set()

    async def register(self, request: client_pb2.RegisterRequest) -> Stored:
        """Registers a class under a name, with its first instance. Raises NameTaken unless the request replaces what is there."""
        check_name(request.name)
        check(request.selector)
        if await self._services.registry.store.get(ARTIFACTS + request.artifact.hash) is None:
            raise ArtifactNotFound(
                f"the artifact {request.artifact.hash or '(no hash)'} is not here; put it before registering {request.name!r}"
            )
        draft = common_pb2.ObjectRecord(
            name=request.name,
            artifact=request.artifact,
            deployment_managers=request.deployment_managers,
            selector=request.selector,
            labels=request.labels,
            constructor_args=request.args,
            constructor_kwargs=request.kwargs,
            concurrent=request.concurrent,
            own_context=request.own_context,
        )
        self._services.coordination.check(draft)
        return await self._once(request.request_id, lambda: self._making.make(draft, request.request_id, replace=request.replace))

    async def create(self, request: client_pb2.CreateRequest) -> Stored:
        """Makes a further instance of the class of a registered object. Raises NameNotFound where there is none of that name."""
        if request.name:
            check_name(request.name)
        check(request.selector)
        model = (await self._services.registry.find(request.class_name)).record
        draft = common_pb2.ObjectRecord(
            name=request.name,
            class_of=model.class_of or model.id,
            artifact=model.artifact,
            deployment_managers=model.deployment_managers,
            selector=request.selector if request.HasField("selector") else model.selector,
            labels=request.labels,
            constructor_args=request.args,
            constructor_kwargs=request.kwargs,
            concurrent=model.concurrent,
            own_context=model.own_context,
        )
        return await self._once(request.request_id, lambda: self._making.make(draft, request.request_id, replace=False))

    async def close(self) -> None:
        """Gives up what is being made; a later process finishes or removes it."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _once(self, request_id: str, make: Callable[[], Coroutine[Any, Any, Stored]]) -> Stored:
        """Runs `make`, or joins the attempt that runs already; it goes on when the caller hangs up, who may ask again."""
        task = self._running.get(request_id) if request_id else None
        if task is None:
            task = asyncio.create_task(make(), name="make an object")
            self._tasks.add(task)
            task.add_done_callback(self._ended)
            if request_id:
                self._running[request_id] = task
                task.add_done_callback(lambda _: self._running.pop(request_id, None))
        return await asyncio.shield(task)

    def _ended(self, task: asyncio.Task[Stored]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # whoever asked may have hung up: the error is theirs, not the log's
