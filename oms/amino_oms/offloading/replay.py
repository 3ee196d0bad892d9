"""A recording, replayed through a policy: where objects would have been, and what it would have cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from amino_oms.offloading.calls import Call, Measurement
from amino_oms.offloading.choices import Scheduler
from amino_oms.offloading.hosts import View
from amino_oms.offloading.ledger import CallCost, Ledger
from amino_oms.offloading.oracle import Oracle, plan
from amino_oms.offloading.policy import Decision, Policy
from amino_oms.offloading.recording import Recorded, Recording

REPORT_SECONDS = 2.0
"""So often kernels send what they measured."""


@dataclass(frozen=True, slots=True)
class Played:
    """A request as it was replayed.

    Arguments:
        at: seconds by the clock of the recording.
        before: where its objects were before.
        places: where its objects ran.
        cost: all of it, with moves, waiting for hosts that were gone, and runs on further hosts.
        seconds, joules: the same, unweighed.
        calls: the cost of the calls alone.
        moves: the cost of the moves alone.
        least: the cost of the calls at the places where they were cheapest at that moment.
        moved: the bytes of state that moved.
        repeated: whether a host was gone and the request ran again at the client.
        answered: whether the client got an answer.
    """

    at: float
    before: Mapping[str, str]
    places: Mapping[str, str]
    cost: float
    seconds: float
    joules: float
    calls: float
    moves: float
    least: float
    moved: float
    repeated: bool
    answered: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """All requests of a recording, replayed."""

    played: tuple[Played, ...]

    @property
    def cost(self) -> float:
        """The sum of the costs."""
        return sum(each.cost for each in self.played)

    @property
    def lost(self) -> int:
        """How many requests got no answer."""
        return sum(not each.answered for each in self.played)


Chooser = Callable[[int, Recorded, Mapping[str, str]], Decision]


class _Execution:
    """One request at the places of a decision, with what goes wrong on the way."""

    def __init__(self, ledger: Ledger, chosen: Mapping[str, str], before: Mapping[str, str]) -> None:
        self.ledger = ledger
        self.recorded = ledger.recorded
        self.client = self.recorded.request.client
        self.places = {name: chosen[name] for name in self.recorded.request.objects}
        self.before = before
        self.seconds = self.joules = self.moved = 0.0
        self.repeated = False
        self.measured: list[Measurement] = []

    def come_home(self) -> None:
        """Objects on hosts that do not answer run again at the client, which has the state of the last answer."""
        gone = {place for place in self.places.values() if place in self.recorded.gone}
        for host in sorted(gone):
            seconds, joules = self.ledger.lost_time()
            self.seconds += seconds
            self.joules += joules
            self.repeated = True
            call = next(each for each in self.recorded.request.calls if self.places[each.object_id] == host)
            self.measured.append(Measurement(self.recorded.at, call, host, self.client, 0.0, 0.0, failed=True))
        for name, place in self.places.items():
            if place in gone:
                self.places[name] = self.client

    def move(self) -> tuple[float, float]:
        """Moves the objects that are elsewhere; seconds and joules of that."""
        calls: dict[str, Call] = {call.object_id: call for call in reversed(self.recorded.request.calls)}
        total, energy = 0.0, 0.0
        for name, target in self.places.items():
            if self.before[name] != target:
                seconds, joules = self.ledger.move(calls[name], self.before[name], target)
                total += seconds
                energy += joules
                self.moved += calls[name].state_bytes
        self.seconds += total
        self.joules += energy
        return total, energy

    def run(self) -> tuple[float, float]:
        """Seconds and joules of the calls."""
        seconds = joules = 0.0
        for number, call in enumerate(self.recorded.request.calls):
            caller = self.client if call.caller < 0 else self.places[self.recorded.request.calls[call.caller].object_id]
            cost = self.ledger.call(number, caller, self.places[call.object_id])
            seconds += cost.seconds
            joules += cost.joules
            self.measured.append(self._measurement(number, call, cost, caller, self.places[call.object_id]))
        return seconds, joules

    def run_besides(self, host: str) -> None:
        """Runs the request on a further host, which takes energy there, and the client's link for arguments and states."""
        if host in self.recorded.gone:
            return
        client_energy = 0.0
        for number, call in enumerate(self.recorded.request.calls):
            caller = self.client if call.caller < 0 else host
            cost = self.ledger.call(number, caller, host)
            alone = self.ledger.call(number, host, host)
            self.joules += alone.joules
            if host != self.client:
                sent, _ = self.ledger.sending(call)
                client_energy += sent
                if call.caller < 0:
                    self.seconds += call.argument_bytes * call.times / self.ledger.link(self.client, host).bandwidth
            self.measured.append(self._measurement(number, call, cost, caller, host))
        self.joules += client_energy

    def _measurement(self, number: int, call: Call, cost: CallCost, client: str, host: str) -> Measurement:
        seen = self.recorded.view.link(client, host)
        near = client == host
        return Measurement(
            at=self.recorded.at,
            call=call,
            host=host,
            client=client,
            execution=cost.execution,
            link=cost.link,
            result_bytes=self.recorded.results[number],
            used=cost.used,
            client_used=cost.client_used,
            load=self.recorded.view.load(host),
            round_trip=0.0 if near else seen.round_trip,
            bandwidth=0.0 if near else seen.bandwidth,
        )


def play(recording: Recording, ledgers: Sequence[Ledger], choose: Chooser, note: Callable[[Measurement], None]) -> Outcome:
    """Replays a recording: `choose` says where requests run, `note` gets what was measured of them."""
    objective = recording.objective
    places = recording.homes
    found: list[Played] = []
    for number, (recorded, ledger) in enumerate(zip(recording.requests, ledgers, strict=True)):
        decision = choose(number, recorded, places)
        execution = _Execution(ledger, decision.places, places)
        execution.come_home()
        moves = objective.cost(*execution.move())
        seconds, joules = execution.run()
        for host in decision.also:
            execution.run_besides(host)
        calls = objective.judged(seconds, joules)
        for measurement in execution.measured:
            note(measurement)
        before = {name: places[name] for name in execution.places}
        places.update(execution.places)
        found.append(
            Played(
                at=recorded.at,
                before=before,
                places=execution.places,
                cost=calls + objective.cost(execution.seconds, execution.joules),
                seconds=seconds + execution.seconds,
                joules=joules + execution.joules,
                calls=calls,
                moves=moves,
                least=ledger.least(),
                moved=execution.moved,
                repeated=execution.repeated,
                answered=all(place not in recorded.gone for place in execution.places.values()),
            )
        )
    return Outcome(tuple(found))


class _Shell:
    """A scheduler beside a recording: what a kernel and the OMS do together, without I/O."""

    def __init__(self, policy: Policy) -> None:
        self.scheduler = Scheduler(policy)
        self._view: View | None = None
        self._reachable: frozenset[str] = frozenset()
        self._places: dict[str, str] = {}

    def choose(self, number: int, recorded: Recorded, places: Mapping[str, str]) -> Decision:
        """The decision for a request, with the measurements that kernels have reported until then."""
        fresh = recorded.view
        reachable = frozenset(host for host in fresh.hosts if fresh.reachable(host))
        if self._view is None or fresh.now - self._view.now >= REPORT_SECONDS:
            self._view = fresh
            self.scheduler.learn(fresh)
        elif reachable != self._reachable:
            self._view = replace(fresh, now=self._view.now)
            self.scheduler.forget()
        self._reachable = reachable
        if any(self._places.get(name) != places[name] for name in recorded.request.objects):
            self._places.update({name: places[name] for name in recorded.request.objects})
            self.scheduler.forget()
        return self.scheduler.decide(recorded.request, places, self._view)


def replay(recording: Recording, ledgers: Sequence[Ledger], policy: Policy) -> Outcome:
    """Replays a recording through a policy."""
    shell = _Shell(policy)
    return play(recording, ledgers, shell.choose, shell.scheduler.note)


def replay_oracle(recording: Recording, ledgers: Sequence[Ledger]) -> Outcome:
    """Replays a recording through its oracle."""
    oracle = Oracle(plan(recording, ledgers))
    return play(recording, ledgers, lambda number, _recorded, _places: Decision(oracle.places(number)), lambda _measured: None)


def ledgers_of(recording: Recording) -> list[Ledger]:
    """The true costs of all requests of a recording."""
    return [Ledger(each, recording.hosts, recording.objective) for each in recording.requests]
