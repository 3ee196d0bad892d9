"""Immutable: an object that never changes, so its results can be kept for ever (Sapphire Table 1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from amino_wire.errors import AminoError, PermissionDenied

from amino_dms.api import (
    SYNC,
    Arrival,
    Declarations,
    DeploymentManager,
    InstanceKernel,
    InstanceManager,
    Interface,
    Invocation,
    Next,
    ProxyKernel,
    State,
    Trait,
    did_not_run,
    is_internal,
    question,
    require_some,
)
from amino_dms.caching.caching_proxy import CachingProxy
from amino_dms.caching.members import Members
from amino_dms.caching.rules import ONE_CACHE


@dataclass(frozen=True, slots=True)
class ImmutableConfig:
    """Settings.

    Arguments:
        entries: how many results a caller keeps.
    """

    entries: int = 10_000

    def __post_init__(self) -> None:
        require_some(self, "entries")


class ImmutableProxy(CachingProxy[ImmutableConfig]):
    """Keeps results for ever."""

    def __init__(self, config: ImmutableConfig, kernel: ProxyKernel) -> None:
        super().__init__(config, kernel, config.entries)
        self.valid_until = float("inf")

    def stamp(self) -> Any:
        """Always the same."""
        return True

    async def write(self, call: Invocation, next: Next) -> Any:
        """A member that is not known to read; the object's side sees whether it does."""
        return await next(call)


class ImmutableManager(InstanceManager[ImmutableConfig]):
    """Undoes and refuses whatever changes the object."""

    def __init__(self, config: ImmutableConfig, kernel: InstanceKernel) -> None:
        super().__init__(config, kernel)
        self._members = Members(kernel.interface)
        self._gate = kernel.gate()
        self._state: State | None = None

    @classmethod
    def wants_calls(cls, config: ImmutableConfig, interface: Interface) -> bool:
        """Not for an object whose members are all declared to read."""
        return bool(interface.undeclared) or not interface.methods

    async def on_create(self, arrival: Arrival) -> None:
        """Takes the copy that everything is compared with."""
        if self.wants_calls(self.config, self.kernel.interface):
            self._state = await self.kernel.copy()

    async def on_call(self, call: Invocation, next: Next) -> Any:
        """Runs members that are not declared to read alone, and compares."""
        if self._members.reads(call.method) or self._gate.is_within(call):
            async with self._gate.passing(call, alone=False):
                return await next(call)
        if self._members.writes(call.method) and not is_internal(call.method):
            raise self._refusal(call)
        async with self._gate.passing(call, alone=True):
            try:
                result = await next(call)
            except AminoError as error:
                if not did_not_run(error) and await self._undo(call, next, failed=True):
                    raise self._refusal(call) from error
                raise
            if await self._undo(call, next, failed=False):
                raise self._refusal(call)
            return result

    @question
    async def reads(self) -> list[str]:
        """The members that are not declared to read and seem to."""
        return self._members.seem_to_read()

    async def _undo(self, call: Invocation, next: Next, *, failed: bool) -> bool:
        if self._state is None or await self.kernel.copy() == self._state:
            if not failed:
                self._members.saw(call.method, changed=False)
            return False
        self._members.saw(call.method, changed=True)
        # As a call, so that savers nearer the object, which may have saved the change, save what it is now.
        await next(call.changed(method=SYNC, args=(self._state.value,), kwargs={}))
        return True

    def _refusal(self, call: Invocation) -> PermissionDenied:
        return PermissionDenied(f"{call.method} changes {self.kernel.title}, which is immutable; its changes were undone")


class Immutable(DeploymentManager):
    """The object does not change after it is made."""

    family = "rpc"
    promise = "The object never changes: callers keep results for ever, and a call that changes it is undone and refused."
    paper_lines = 19
    Config = ImmutableConfig
    proxy = ImmutableProxy
    instance_manager = ImmutableManager
    declares = Declarations(traits=frozenset({Trait.CACHES, Trait.GATES}), forbids=(ONE_CACHE,), needs_state=True)
