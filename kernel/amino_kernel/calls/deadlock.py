"""Finds chains of calls that wait for one another. Pure (Chandy, Misra and Haas 1983 solve the same without a gatherer of edges)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from amino_kernel.halves.wait import Wait


def find_cycle(waits: Iterable[Wait]) -> tuple[Wait, ...]:
    """Answers the waits of one cycle, in order, or an empty tuple when nobody waits in a circle.

    The cycle begins at the victim: the wait of the chain with the greatest id, so that every kernel that looks picks the same one.
    Kernels share no clock by which one could be the youngest.
    """
    leaving: dict[str, list[Wait]] = {}
    for wait in waits:
        if wait.waiting_chain != wait.holder_chain:
            leaving.setdefault(wait.waiting_chain, []).append(wait)
    finished: set[str] = set()
    for start in sorted(leaving):
        cycle = _search(start, leaving, finished)
        if cycle:
            victim = max(range(len(cycle)), key=lambda index: (cycle[index].waiting_chain, cycle[index].call_number))
            return tuple(cycle[victim:] + cycle[:victim])
    return ()


def _search(start: str, leaving: dict[str, list[Wait]], finished: set[str]) -> list[Wait]:
    # Depth first without recursion: a chain of waits may be longer than Python's stack.
    path: list[Wait] = []
    on_path = {start: 0}
    pending = [iter(leaving.get(start, ()))]
    while pending:
        wait = next(pending[-1], None)
        if wait is None:
            pending.pop()
            done = path.pop().holder_chain if path else start
            on_path.pop(done, None)
            finished.add(done)
            continue
        if wait.holder_chain in on_path:
            return [*path[on_path[wait.holder_chain] :], wait]
        if wait.holder_chain in finished:
            continue
        path.append(wait)
        on_path[wait.holder_chain] = len(path)
        pending.append(iter(leaving.get(wait.holder_chain, ())))
    return []


def confirmed(first: Sequence[Wait], later: Iterable[Wait]) -> bool:
    """True when every wait of a cycle is still there in a later gathering, so that it was no mixture of different moments."""
    still = set(later)
    return bool(first) and all(wait in still for wait in first)


def describe(cycle: Sequence[Wait]) -> str:
    """Says who waits for whom, for the error's message."""
    steps = [f"{wait.waiting_call} (chain {wait.waiting_chain}) waits for {wait.holder_call} (chain {wait.holder_chain})" for wait in cycle]
    return "; ".join(steps)
