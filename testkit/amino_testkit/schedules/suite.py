"""A suite of schedules: what clients do with an object, which faults may happen meanwhile, and how it is judged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from amino_testkit.histories.history import History
from amino_testkit.objects import KeyValue
from amino_testkit.suites.histories import Act

Judge = Callable[[History, str], str]
"""What is wrong with a history of an object with that chain; empty: nothing."""


@dataclass(frozen=True, slots=True)
class ScheduleSuite:
    """One suite.

    Arguments:
        name: for reports and replays.
        chains: of which each schedule takes one.
        act: what clients do.
        judge: of what they were told.
        deeds: the names of the faults that may happen.
        attachable: chains that the deed `attach` may give the object.
        kind: the object's class.
        clients: how many.
        operations: of each client, at most.
        comes_back: when all is calm again, the object must answer.
    """

    name: str
    chains: tuple[str, ...]
    act: Act
    judge: Judge
    deeds: frozenset[str]
    attachable: tuple[str, ...] = ()
    kind: type[Any] = KeyValue
    clients: int = 4
    operations: int = 9
    comes_back: bool = True
