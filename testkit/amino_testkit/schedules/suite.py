"""A suite of schedules: what clients do with an object, which faults may happen meanwhile, and how it is judged."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from amino_testkit.histories.history import History
from amino_testkit.objects import KeyValue
from amino_testkit.schedules.played import Played
from amino_testkit.suites.histories import Act
from amino_testkit.suites.map_caller import MapCaller

Judge = Callable[[Played], str]
"""The reason why the schedule is wrong; empty: it is right."""
LastReads = Callable[[MapCaller, History, int], Awaitable[None]]
"""The reads when all is calm again: the map, where they are recorded, the number of the client."""


@dataclass(frozen=True, slots=True)
class ScheduleSuite:
    """One suite.

    Arguments:
        name: for reports and replays.
        chains: of which each schedule takes one.
        act: what clients do.
        judge: of what they were told.
        last: what is read at the end.
        deeds: the names of the faults that may happen.
        often: those of them that are drawn more often than others.
        attachable: chains that the deed `attach` may give the object.
        behind: chains of a second object to which the first one passes all calls on; each schedule takes one. Empty: there is none.
        kind: the object's class.
        concurrent: whether calls to the object may run beside one another.
        clients: how many.
        operations: of each client, at most.
        comes_back: when all is calm again, the object must answer.
    """

    name: str
    chains: tuple[str, ...]
    act: Act
    judge: Judge
    last: LastReads
    deeds: frozenset[str]
    often: frozenset[str] = frozenset()
    attachable: tuple[str, ...] = ()
    behind: tuple[str, ...] = ()
    kind: type[Any] = KeyValue
    concurrent: bool = False
    clients: int = 4
    operations: int = 9
    comes_back: bool = True
