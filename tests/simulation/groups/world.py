"""One schedule: kernels, the store, callers, and the faults that happen to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from random import Random

from amino_replication.configuration import Configuration, majority
from amino_replication.identity import MemberId
from amino_replication.log import Entry
from amino_replication.member import Member
from amino_replication.settings import Settings
from amino_replication.state import Blank, Founding

from tests.simulation.groups.clients import Clients
from tests.simulation.groups.faults import FAULTS, Fault
from tests.simulation.groups.judge import Judge, Wrong
from tests.simulation.groups.network import Network, Time
from tests.simulation.groups.node import Node
from tests.simulation.groups.oms import Oms

LIMIT = 4.0
"""Within so many seconds after the last fault a write commits, and then all members have it."""


class World:
    """A schedule.

    Arguments:
        seed: draws everything.
        note: is told what happens.
        only: faults of these kinds alone.
    """

    def __init__(self, seed: int, note: Callable[[str], None] | None = None, only: frozenset[str] = frozenset(FAULTS)) -> None:
        self.random = Random(seed)
        random = self.random
        self._note = note
        self.tracing = note is not None
        self.time = Time()
        self.network = Network(self.time, random)
        self.judge = Judge()
        self.durable = random.random() < 0.4
        size = random.choice((3, 3, 3, 5))
        self.settings = Settings(
            durable=self.durable,
            window=random.choice((4, 64, 4096)),
            batch_bytes=random.choice((40, 1000, 1 << 20)),
            piece_bytes=random.choice((50, 1000)),
            checksum_every=random.choice((5, 20)),
            snapshot_every=random.choice((10, 40, 0)),
            keep=random.choice((0, 5)),
            quiet_after=random.choice((0.2, float("inf"))),
        )
        self.ever_spoilt: dict[MemberId, int] = {}
        self.found: set[MemberId] = set()
        self.ended: dict[MemberId, Member] = {}
        self.counts: Counter[str] = Counter()
        drawn = [name for name in FAULTS if name in only and random.random() < 0.3]
        self.faults: list[Fault] = [FAULTS[name](self) for name in drawn]
        self.names = drawn
        # In some schedules one fault strikes while the group still recovers from another.
        self._between = random.choice((0.3, 0.3, 0.05))
        rates = [random.choice((0.99, 1.01, 1.0)) if "drift" in drawn else 1.0 for _ in range(size + 2)]
        self.nodes = {name: Node(self, name, rate) for name, rate in zip("abcdefg", rates, strict=False)}
        members = [MemberId(name, 1) for name in list(self.nodes)[:size]]
        self.oms = Oms(self, Configuration.first(members), 2 if "race" in drawn else 1)
        for number, node in enumerate(self.nodes.values()):
            node.start(Founding() if number < size else Blank())
        self.clients = Clients(self, random.choice((2, 3, 6)), random.choice((0.008, 0.03, 0.03, 0.3)))

    def note(self, line: str) -> None:
        """Something for a person who reads a trace."""
        if self._note is not None:
            self._note(f"{self.time.now:9.4f} {line}")

    def run(self) -> None:
        """Plays the schedule. Raises Wrong where a promise was broken."""
        self.time.after(0.05, self._strike)
        self.time.run(self.random.choice((0.6, 0.9, 1.5)))
        for fault in self.faults:
            fault.mend()
        self.faults = []
        self.network.loss = self.network.doubled = self.network.late = 0.0
        self.network.cut.clear()
        for node in self.nodes.values():
            if node.member is None:
                node.start(node.disk if self.durable and node.disk is not None else Blank())
        self._settle()

    def _strike(self) -> None:
        """A fault, now and then."""
        if self.faults:
            fault = self.random.choice(self.faults)
            if fault.strike():
                self.counts[fault.name] += 1
            self.time.after(self._between * self.random.random(), self._strike)

    def _settle(self) -> None:
        """When faults have ended, the group works, and every member has what was acknowledged."""
        begun, known = self.time.now, self.judge.acknowledged
        self.clients.hurry()
        if not self.time.run(begun + LIMIT, lambda: self.judge.acknowledged > known + 1):
            raise Wrong(f"nothing was acknowledged within {LIMIT} s after the last fault")
        self.counts["settled in ms"] = round(1000 * (self.time.now - begun))
        floor = self.judge.floor
        if not self.time.run(self.time.now + LIMIT, lambda: self._whole(floor)):
            behind = {str(node.me): node.index for node in self.nodes.values()}
            raise Wrong(f"not all members have {floor}, or not all places are taken: {self.oms.stored}, {behind}")

    def _whole(self, floor: int) -> bool:
        """Whether all members live, have all, and none of them is spoilt."""
        stored = self.oms.stored
        lives = {node.me: node for node in self.nodes.values() if node.member is not None}
        return stored.complete and all(each in lives and self._right(lives[each], floor) for each in stored.members)

    def _right(self, node: Node, floor: int) -> bool:
        # Two of three that are wrong outvote the right one: nobody can tell.
        return node.index >= floor and (len(self.ever_spoilt) > 1 or node.state == self.judge.states[node.index])

    def spoil(self, node: Node) -> None:
        """The state of a member is wrong from now on, unless a snapshot of another one mends it."""
        self.ever_spoilt.setdefault(node.me, node.index + 1)

    # judgements that need all kernels

    def acknowledge(self, node: Node, index: int, entry: Entry, request: int) -> None:
        """A leader tells a caller that a write is done. A majority of its members must have it."""
        assert node.member is not None
        epoch = node.member.epoch
        attempt = self.clients.wrote(request)
        if entry.data != attempt.data:
            raise Wrong(f"{node.me} answers request {request} for entry {index}, which is {entry}")
        if self.tracing:
            self.note(f"{node.me} acknowledges {index} to request {request} in epoch {epoch}")
        self.judge.wrote(node.me, epoch, index, attempt.floor)
        members = self.oms.history[epoch].members
        holders = [each for each in members if self._holds(each, index, entry)]
        if len(holders) < majority(len(members)):
            raise Wrong(f"{node.me} acknowledges entry {index} in epoch {epoch}, but only {[*map(str, holders)]} have it")

    def _holds(self, member: MemberId, index: int, entry: Entry) -> bool:
        node = self.nodes[member.kernel]
        if node.me == member and self.durable and node.disk is not None:
            place = index - node.disk.base - 1
            return place < 0 or (place < len(node.disk.entries) and node.disk.entries[place] == entry)
        known = node.member if node.me == member and node.member is not None else self.ended.get(member)
        if known is None:
            return False
        return index <= known.log.base or known.log.epoch_at(index) == entry.epoch

    def may_fail(self, node: Node) -> bool:
        """Whether at most f members have failed once this kernel forgets its log."""
        stored = self.oms.stored
        for members in {stored.members, stored.former}:
            failed = [each for each in members if not self._keeps(each) or each.kernel == node.name]
            if len(failed) > (len(members) - 1) // 2:
                return False
        return True

    def _keeps(self, member: MemberId) -> bool:
        node = self.nodes[member.kernel]
        return node.me == member and (node.disk is not None if self.durable else node.member is not None)
