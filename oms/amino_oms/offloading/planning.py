"""Places of several objects at once: the cheapest assignment of objects to hosts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product

Assignment = tuple[str, ...]
"""A host for each object, in the order of the objects."""
EXACT = 128
"""So many assignments are all tried; of more, one object after the other is improved."""


def assignments(hosts: Sequence[str], objects: int) -> list[Assignment] | None:
    """All assignments, None where they are too many to try."""
    return list(product(hosts, repeat=objects)) if len(hosts) ** objects <= EXACT else None


def cheapest(hosts: Sequence[str], objects: int, start: Assignment, cost: Callable[[Assignment], float]) -> tuple[Assignment, float]:
    """The assignment with the least cost, and its cost; `start` where it is among the cheapest.

    Where there are more than `EXACT` assignments, no change of a single object makes the answer cheaper.
    """
    usable = tuple(host if host in hosts else hosts[0] for host in start)
    best, least = usable, cost(usable)
    exact = assignments(hosts, objects)
    if exact is not None:
        for candidate in exact:
            value = cost(candidate)
            if value < least:
                best, least = candidate, value
        return best, least
    improved = True
    while improved:
        improved = False
        for candidate in neighbours(hosts, best):
            value = cost(candidate)
            if value < least - 1e-12:
                best, least, improved = candidate, value, True
                break
    return best, least


def neighbours(hosts: Sequence[str], assignment: Assignment) -> Iterator[Assignment]:
    """The assignments that differ in the place of one object, or have all objects on one host."""
    for number, place in enumerate(assignment):
        for host in hosts:
            if host != place:
                yield (*assignment[:number], host, *assignment[number + 1 :])
    for host in hosts:
        yield (host,) * len(assignment)
