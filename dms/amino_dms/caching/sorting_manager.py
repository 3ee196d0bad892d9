"""The object's part that all caching managers share: it sorts calls into reads and writes."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, ClassVar, TypeVar

from amino_wire.errors import StateNotCapturable

from amino_dms.api import (
    Delegation,
    InstanceKernel,
    InstanceManager,
    Interface,
    Invocation,
    Next,
    Ran,
    State,
    did_not_run,
    question,
    transaction_of,
)
from amino_dms.caching.members import Members

C = TypeVar("C")


class SortingManager(InstanceManager[C]):
    """Declared reads pass together. Members known to write go through `write`. All others run alone, between two copies of the state:
    a call that changed something is a write after all, and nobody sees its effect before `changed` has returned."""

    writes_alone: ClassVar[bool] = False

    def __init__(self, config: C, kernel: InstanceKernel) -> None:
        super().__init__(config, kernel)
        self.members = Members(kernel.interface)
        self.observing = False
        self._gate = kernel.gate()
        self._state: State | None = None

    @classmethod
    def wants_calls(cls, config: C, interface: Interface) -> bool:
        """Not for an object whose members are all declared to read."""
        return bool(interface.undeclared) or not interface.methods

    def delegates(self) -> Delegation | None:
        """The calls of members that are known to write, while nobody need hear of a write."""
        writers = self.members.known_writers()
        # The object's gate keeps writes that run alone apart, from those too that have come through here.
        lets_in = not self.observing if self.writes_alone else self._gate.lets_in
        return Delegation(writers, alone=self.writes_alone) if writers and lets_in and self.is_unheard() else None

    def recalled(self, ran: Ran) -> None:
        """The state that is known is an old one."""
        self._state = None

    def is_unheard(self) -> bool:
        """Whether a write has nothing to do with anybody's cache, as things stand."""
        return True

    async def on_call(self, call: Invocation, next: Next) -> Any:
        """Sorts the call; see the class."""
        method = call.method
        if self.members.reads(method):
            async with self._gate.passing(call, alone=False):
                return await next(call)
        if self.members.writes(method) or transaction_of(call) or self._gate.is_within(call):
            async with self._gate.passing(call, alone=self.writes_alone):
                self._state = None
                self.members.ran_unwatched(method)
                return await self.write(call, next)
        async with self._gate.passing(call, alone=True):
            self.observing = True
            try:
                return await self._observe(call, next)
            finally:
                self.observing = False

    async def write(self, call: Invocation, next: Next) -> Any:
        """A call that changes the object, or may."""
        return await next(call)

    async def changed(self) -> None:
        """A call that was not known as a write has changed the object. Returns when no caller can answer from the old state."""

    @question
    async def reads(self) -> list[str]:
        """The members that are not declared to read and seem to; callers may keep their results as those of declared ones."""
        return self.members.seem_to_read()

    async def _observe(self, call: Invocation, next: Next) -> Any:
        before = self._state or await self._copy()
        if before is None:
            self.members.saw(call.method, changed=True)
            return await self.write(call, next)
        try:
            result = await next(call)
        except BaseException as error:
            if not did_not_run(error):
                await self._compare(call.method, before, failed=True)
            raise
        await self._compare(call.method, before, failed=False)
        return result

    async def _compare(self, method: str, before: State, *, failed: bool) -> None:
        self._state = None
        after = await self._copy()
        differs = after is None or after != before
        if differs or not failed:
            self.members.saw(method, changed=differs)
        if differs:
            await _to_its_end(self.changed())
        self._state = after

    async def _copy(self) -> State | None:
        try:
            return await self.kernel.copy()
        except StateNotCapturable:
            return None


async def _to_its_end(work: Coroutine[Any, Any, None]) -> None:
    """Awaits something that must come to its end, and only then passes on that its caller has given up: the call has run already, and
    the gate must not let others see its effect while callers may still answer from the state before."""
    task = asyncio.ensure_future(work)
    given_up: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as error:
            given_up = error
    task.result()
    if given_up is not None:
        raise given_up
