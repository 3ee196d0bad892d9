"""What is wrong with the history of a schedule."""

from __future__ import annotations

from amino_testkit.histories.history import History
from amino_testkit.histories.linearizability import TooLong, is_linearizable
from amino_testkit.schedules.suite import Judge

STATES = 300_000
"""States that the search for an explanation may look at; a history that needs more is not judged."""


def linearizable(model: str) -> Judge:
    """Every answer fits one order of all operations."""

    def judge(history: History, _chain: str) -> str:
        if history.errors["MOVED"]:
            return "a caller was told MOVED, which only kernels follow"
        try:
            return "" if is_linearizable(history, model, STATES) else "not linearizable"
        except TooLong:
            history.errors["not judged"] += 1
            return ""

    return judge
