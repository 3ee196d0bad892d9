"""Calls that wait for a leader's answer, all watched by one task: a caller does not wait for a leader that leads no more."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from amino_dms.api import ProxyKernel
from amino_dms.replication.group import Group

_LOOKS: Final = 4
"""How often calls are looked at within their patience."""


class AnotherLeads(Exception):
    """A call is on its way to a replica that does not lead any more."""


@dataclass(eq=False, slots=True)
class _Waiting:
    group: Group
    since: float
    patience: float
    left: bool = False


class LeaderWatch:
    """See the file's docstring.

    Arguments:
        kernel: of the proxy.
        patience: seconds after which the leader of a call is looked after, first; then twice as many each time.
        look: has the coordinator look after the leader of a group, and gives the group that is known then.
    """

    def __init__(self, kernel: ProxyKernel, patience: float, look: Callable[[Group], Awaitable[Group]]) -> None:
        self._kernel, self._patience, self._look = kernel, patience, look
        self._waiting: dict[asyncio.Task[Any], _Waiting] = {}
        self._watches = False

    async def answer(self, group: Group, sent: Awaitable[Any]) -> Any:
        """The answer of a call to the leader, however long that takes, as long as that leads. To be awaited in a task of the call's own.

        Raises:
            AnotherLeads: it does not.
            AminoError: what the call raises.
        """
        task = asyncio.current_task()
        assert task is not None, "a coroutine runs in a task"
        waiting = self._waiting[task] = _Waiting(group, self._kernel.clock.now(), self._patience)
        if not self._watches:
            self._watches = True
            self._kernel.spawn(self._watch())
        try:
            return await sent
        except asyncio.CancelledError:
            # Somebody else's cancellation goes on.
            if waiting.left and task.uncancel() == 0:
                raise AnotherLeads from None
            raise
        finally:
            del self._waiting[task]

    async def _watch(self) -> None:
        try:
            while self._waiting:
                await self._kernel.clock.sleep(self._patience / _LOOKS)
                now = self._kernel.clock.now()
                for group in {each.group for each in self._waiting.values() if now - each.since >= each.patience}:
                    self._found(group, await self._look(group))
        finally:
            self._watches = False

    def _found(self, group: Group, found: Group) -> None:
        now = self._kernel.clock.now()
        for task, waiting in self._waiting.items():
            if waiting.group != group or waiting.left:
                continue
            if found != group:
                waiting.left = True
                task.cancel()
            elif now - waiting.since >= waiting.patience:
                waiting.since, waiting.patience = now, 2 * waiting.patience
