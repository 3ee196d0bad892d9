"""What a policy would have done with a recording, in figures: the answer of `amino what-if`."""

from __future__ import annotations

from dataclasses import dataclass

from amino_wire.errors import ArgumentInvalid

from amino_oms.offloading.baselines import Chance
from amino_oms.offloading.policies import made
from amino_oms.offloading.policy import Decision
from amino_oms.offloading.recording import Recording
from amino_oms.offloading.replay import Outcome, ledgers_of, play, replay, replay_oracle


@dataclass(frozen=True, slots=True)
class Stay:
    """An object at a host: from when, in seconds of the recording, for how many requests."""

    object_id: str
    host: str
    since: float
    requests: int


@dataclass(frozen=True, slots=True)
class Report:
    """Figures of a policy over a recording.

    Arguments:
        policy: as it was written.
        requests: how many were replayed.
        seconds, joules, cost: of all requests together, moves included.
        oracle: the cost of the oracle; None where it could not plan for so many objects.
        recorded: the cost of the places that were really taken; None where the recording does not say them.
        moves: how often an object moved.
        lost: requests that got no answer.
        repeated: requests that ran again at the client, since a host was gone.
        filled: the share of executions that were not measured.
        stays: where objects would have been, in the order of time.
    """

    policy: str
    requests: int
    seconds: float
    joules: float
    cost: float
    oracle: float | None
    recorded: float | None
    moves: int
    lost: int
    repeated: int
    filled: float
    stays: tuple[Stay, ...]

    @property
    def gap(self) -> float | None:
        """The share by which the policy costs more than the oracle."""
        return self.cost / self.oracle - 1 if self.oracle else None


def what_if(recording: Recording, written: str, chance: Chance) -> Report:
    """Replays a recording through a policy and its oracle. Raises ArgumentInvalid for a policy that does not exist."""
    ledgers = ledgers_of(recording)
    policy = made(written, recording.hosts, recording.objective, recording.homes, chance)
    outcome = replay(recording, ledgers, policy)
    try:
        oracle: float | None = replay_oracle(recording, ledgers).cost
    except ArgumentInvalid:
        oracle = None
    recorded: float | None = None
    if all(set(each.taken) == set(each.request.objects) for each in recording.requests):
        taken = [Decision(each.taken) for each in recording.requests]
        recorded = play(recording, ledgers, lambda number, _recorded, _places: taken[number], lambda _measured: None).cost
    found = stays(outcome)
    return Report(
        policy=written,
        requests=len(outcome.played),
        seconds=sum(each.seconds for each in outcome.played),
        joules=sum(each.joules for each in outcome.played),
        cost=outcome.cost,
        oracle=oracle,
        recorded=recorded,
        moves=len(found) - len({each.object_id for each in found}),
        lost=outcome.lost,
        repeated=sum(each.repeated for each in outcome.played),
        filled=recording.filled,
        stays=found,
    )


def stays(outcome: Outcome) -> tuple[Stay, ...]:
    """Where objects were, one entry for each stay."""
    found: list[Stay] = []
    latest: dict[str, int] = {}
    for each in outcome.played:
        for name, host in each.places.items():
            number = latest.get(name)
            if number is not None and found[number].host == host:
                before = found[number]
                found[number] = Stay(name, host, before.since, before.requests + 1)
            else:
                latest[name] = len(found)
                found.append(Stay(name, host, each.at, 1))
    return tuple(found)
