"""Figures of one policy in one world, beside the oracle's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from amino_oms.offloading.ledger import Ledger
from amino_oms.offloading.oracle import groups_of
from amino_oms.offloading.policy import Decision
from amino_oms.offloading.recording import Recording
from amino_oms.offloading.replay import Outcome, play

WARM = 100
"""Requests of a world before calls on bad hosts are counted."""
NEAR = 1.1
RUN = 10
"""A policy is good again when so many requests in a row together cost at most `NEAR` times the oracle's."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures by which a policy is judged.

    Arguments:
        excess: the share by which all costs together are above the oracle's.
        cost: of all requests, in seconds that latency and energy weigh.
        bad: the share of requests, after the warm-up, that ran on a host that was gone, or whose calls and moves cost more than twice
            the least that was open from where the objects were.
        far: the share of those that ran on a host that was gone, or whose calls cost more than twice those at the places where they were
            cheapest at that moment, whatever a move there costs.
        recovery: for each step, the requests until the policy was good again.
        moved: bytes of state.
        lost: requests without an answer.
    """

    excess: float
    cost: float
    bad: float
    far: float
    recovery: tuple[int, ...]
    moved: float
    lost: int


def figures(outcome: Outcome, oracle: Outcome, ledgers: Sequence[Ledger], steps: Sequence[float]) -> Figures:
    """The figures of a replay."""
    warm = list(zip(outcome.played, ledgers, strict=True))[WARM:]
    bad = sum(each.repeated or each.calls + each.moves > 2 * ledger.least_from(each.before) for each, ledger in warm)
    far = sum(each.repeated or each.calls > 2 * each.least for each, _ in warm)
    return Figures(
        excess=outcome.cost / oracle.cost - 1,
        cost=outcome.cost,
        bad=bad / len(warm),
        far=far / len(warm),
        recovery=tuple(recovery(outcome, oracle, step) for step in steps),
        moved=sum(each.moved for each in outcome.played),
        lost=outcome.lost,
    )


def recovery(outcome: Outcome, oracle: Outcome, step: float) -> int:
    """The requests after a moment until the next `RUN` of them cost at most `NEAR` times the oracle's; all that are left, where none do."""
    costs = [(ours.cost, best.cost) for ours, best in zip(outcome.played, oracle.played, strict=True) if ours.at >= step]
    for first in range(len(costs) - RUN + 1):
        ours, best = (sum(side) for side in zip(*costs[first : first + RUN], strict=True))
        if ours <= NEAR * best:
            return first
    return len(costs)


def best_static(recording: Recording, ledgers: Sequence[Ledger]) -> Outcome:
    """The fixed places that turn out cheapest, for each group of objects that call one another."""
    groups = groups_of(recording)
    plans = [list(product(recording.hosts, repeat=len(group))) for group in groups]
    best: list[tuple[float, dict[str, str]]] = [(float("inf"), {}) for _ in groups]
    for number in range(max(map(len, plans))):
        places: dict[str, str] = {}
        for group, plan in zip(groups, plans, strict=True):
            places.update(zip(group, plan[number % len(plan)], strict=True))
        played = _fixed(recording, ledgers, places).played
        costs = [0.0] * len(groups)
        of = {name: index for index, group in enumerate(groups) for name in group}
        for each in played:
            costs[of[next(iter(each.places))]] += each.cost
        for index, group in enumerate(groups):
            if costs[index] < best[index][0]:
                best[index] = (costs[index], {name: places[name] for name in group})
    chosen = {name: host for _, places in best for name, host in places.items()}
    return _fixed(recording, ledgers, chosen)


def _fixed(recording: Recording, ledgers: Sequence[Ledger], places: dict[str, str]) -> Outcome:
    def choose(number: int, recorded: object, before: object) -> Decision:
        each = recording.requests[number]
        client = each.request.client
        alive = {name: places[name] if each.view.reachable(places[name]) else client for name in each.request.objects}
        return Decision(alive)

    return play(recording, ledgers, choose, lambda measured: None)
