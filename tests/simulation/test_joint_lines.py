"""Transactions that hand their locks on at their votes, under losses, doubles, delays, and the ends of all processes, by seed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest
from amino_dms.joint import coordinator as coordinators
from amino_dms.joint.coordinator import COMMITTED, Coordinator
from amino_dms.joint.effects import Answer, Decide, Keep, Prepare, Store, Tell, Undo, Vote
from amino_dms.joint.ending import Ending
from amino_dms.joint.line import Line, recovered
from amino_dms.joint.participation import Participation, Phase
from amino_dms.joint.transaction import Entry, Standing
from amino_dms.joint.transaction import Phase as Of

OBJECTS: Sequence[str] = ("a", "b", "c")
STEPS = 400
CALM = 1500
"""Steps in which nothing goes wrong any more, and nothing begins: by then everything must be over."""
SECONDS = 60.0


@dataclass(eq=False)
class Held:
    """A transaction in the line of an object."""

    name: str
    before: tuple[str, ...]
    part: Participation
    holds: bool = True
    undone: bool = False


@dataclass
class Object:
    """An object whose state is the names of those that have changed it, and what its disk has; None: its process has ended."""

    state: tuple[str, ...] = ()
    line: Line[Held] | None = field(default_factory=Line[Held])
    disk: tuple[tuple[str, ...], tuple[Any, ...]] = ((), ())
    keeping: list[str] = field(default_factory=list[str])


class World:
    """Many transactions, each over two objects. Messages come in any order, twice, or not at all."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.now = 0.0
        self.faults = True
        self.rate = self.random.choice((0.0, 0.0, 0.005, 0.02))
        self.coordinator = Coordinator()
        self.store: dict[str, dict[str, str]] = {}
        self.order: list[str] = []
        """The transactions in the order of their decisions."""
        self.storing: list[Store] = []
        self.messages: list[tuple[str, Any]] = []
        self.objects = {each: Object() for each in OBJECTS}
        self.wanted: dict[str, list[str]] = {}
        self.told: dict[str, bool] = {}
        self.longest = 0
        self.followed = 0

    # steps

    def step(self) -> None:
        self.now += 0.05
        chance = self.random.random()
        if self.faults and chance < self.rate:
            self._fault()
        elif chance < 0.05 and self.faults:
            name = f"t{len(self.wanted)}"
            wanted = self.random.sample(OBJECTS, 2)
            self.wanted[name] = wanted if self.random.random() < 0.1 else sorted(wanted)
            self.coordinator.begin(name, "client", self.now, SECONDS)
        elif chance < 0.3:
            self._call()
        elif chance < 0.45:
            self._write()
        elif chance < 0.5:
            self._stored()
        elif chance < 0.53:
            self._do(self.coordinator.tick(self.now))
            self._send_again()
        elif chance < 0.56:
            self._ask()
        elif self.messages:
            self._deliver()

    def _call(self) -> None:
        """A client goes on: its next call, or its commit. A call that would have to wait comes later."""
        going = [name for name in self.wanted if name not in self.told]
        if not going:
            return
        name = self.random.choice(going)
        if not self.wanted[name]:
            if self.faults and self.random.random() < 0.03:
                self._do(self.coordinator.abort(name, Ending("its client took it back")))
            self._do(self.coordinator.commit(name, self.now))
            return
        each = self.wanted[name][0]
        known = self.objects[each]
        if known.line is None or known.line.holder is not None or known.line.find(name) is not None:
            return
        before = known.line.last
        after = "" if before is None else before.name
        if self.coordinator.must_wait_for(after):
            return
        token = f"{self.random.getrandbits(32)}"
        self._do(self.coordinator.join(name, each, Entry(token, after=after), self.now))
        if self.coordinator.refusal(name) is not None:
            self.wanted[name] = []
            return
        mine = Held(name, known.state, Participation(token))
        assert known.line.follow(before, mine)
        self.followed += before is not None
        self.wanted[name].pop(0)
        known.state = (*known.state, name)

    def _do(self, effects: Iterable[Any]) -> None:
        for effect in effects:
            match effect:
                case Prepare() | Tell():
                    self.messages.append((effect.object_id, effect))
                case Decide():
                    self._decide()
                case Answer(name, ending):
                    assert ending is not None or name in self.store, "nobody hears of a commit before it is stored"
                    assert self.told.setdefault(name, ending is None) == (ending is None), "a client hears one thing"
                case _:
                    pass

    def _decide(self) -> None:
        if not self.storing:
            self.storing = self.coordinator.due()

    def _stored(self) -> None:
        storing, self.storing = self.storing, []
        full = self.faults and self.random.random() < 0.05
        for each in storing:
            if not full:
                self.store[each.transaction] = dict(each.members)
                self.order.append(each.transaction)
        for each in storing:
            name = each.transaction
            self._do(self.coordinator.not_stored(name, Ending("full")) if full else self.coordinator.stored(name))
        self._decide()

    def _send_again(self) -> None:
        for known in list(self.coordinator.transactions.values()):
            if known.is_decided:
                self._do(known.tell_again())
            elif known.phase is Of.PREPARING:
                asked = {each: member for each, member in known.members.items() if member.standing is Standing.JOINED}
                self._do(Prepare(known.name, each, member.entry.token) for each, member in asked.items())

    def _ask(self) -> None:
        each = self.random.choice(OBJECTS)
        known = self.objects[each]
        if known.line is None:
            self._recover(known)
        for held in known.line.all if known.line is not None else ():
            outcome = self.coordinator.outcome(held.name)
            if outcome and held.part.asks():
                self._told(each, held.name, outcome == COMMITTED)

    # objects

    def _deliver(self) -> None:
        to, message = self.messages.pop(self.random.randrange(len(self.messages)))
        if self.faults and self.random.random() < 0.03:
            return
        if self.faults and self.random.random() < 0.1:
            self.messages.append((to, message))
        if to == "oms":
            each, name, token, text = message
            if text == "done":
                self._do(self.coordinator.acknowledged(name, each))
            else:
                self._do(self.coordinator.voted(name, each, token, None if text == "yes" else Ending("no", "preparing", each)))
        elif self.objects[to].line is None:
            return
        elif isinstance(message, Prepare):
            self._prepare(to, message)
        else:
            self._told(to, message.transaction, message.committed)

    def _prepare(self, each: str, asked: Prepare) -> None:
        known = self.objects[each]
        assert known.line is not None
        held = known.line.find(asked.transaction)
        effects = (Vote(False),) if held is None or held.undone else held.part.prepare(asked.token)
        for effect in effects:
            if isinstance(effect, Vote):
                self.messages.append(("oms", (each, asked.transaction, asked.token, "yes" if effect.yes else "no")))
            elif isinstance(effect, Keep) and held is not None:
                held.holds = False
                known.keeping.append(held.name)

    def _write(self) -> None:
        """The disk has what is there now: one state, with the line; all votes that wait for it are kept."""
        each = self.random.choice(OBJECTS)
        known = self.objects[each]
        if known.line is None or not known.keeping:
            return
        self._save(known)
        for name in known.keeping:
            held = known.line.find(name)
            for effect in () if held is None else held.part.kept():
                assert isinstance(effect, Vote) and held is not None
                self.messages.append(("oms", (each, name, held.part.token, "yes")))
        known.keeping = []

    def _save(self, known: Object) -> None:
        assert known.line is not None
        line = tuple((held.name, held.before, held.part.token, held.part.in_doubt, held.holds) for held in known.line.all)
        known.disk = (known.state, line)

    def _told(self, each: str, name: str, committed: bool) -> None:
        known = self.objects[each]
        assert known.line is not None
        held = known.line.find(name)
        if held is not None:
            effects = held.part.told(committed=committed)
            if not effects:
                return
            if committed:
                ended = known.line.through(held)
            else:
                ended = known.line.from_on(held)
                assert effects == (Undo(),)
                known.state = held.before
            known.line.remove(ended)
            for other in ended:
                other.part.told(committed=committed)
                other.part.done()
        self._save(known)
        self.messages.append(("oms", (each, name, "", "done")))

    def _recover(self, known: Object) -> None:
        """As an object that comes back does."""
        known.state, saved = known.disk
        known.line = Line()
        known.keeping = []
        line = [
            Held(name, before, Participation(token, Phase.PREPARED if in_doubt else Phase.ACTIVE), holds)
            for name, before, token, in_doubt, holds in saved
        ]
        kept, lost = recovered(line)
        known.state = lost[0].before if lost else known.state
        for each in kept:
            known.line.follow(known.line.last, each)

    def _fault(self) -> None:
        what = self.random.randrange(3)
        known = self.objects[self.random.choice(OBJECTS)]
        if what == 0:
            self.coordinator, self.storing = Coordinator(), []
            self.messages = [message for message in self.messages if message[0] != "oms"]
            for name, members in self.store.items():
                self._do(self.coordinator.stored_before(name, members, self.now))
        elif what == 1:
            known.line = None
        elif known.line is not None and known.line.last is not None:
            held = known.line.last
            for effect in held.part.lease_over():
                assert isinstance(effect, Undo)
                known.state = held.before
                known.line.remove(known.line.from_on(held))
                held.part.done()


def played(seed: int) -> World:
    world = World(seed)
    for _ in range(STEPS):
        world.step()
        lines = [len(each.line.all) for each in world.objects.values() if each.line is not None]
        world.longest = max(world.longest, *lines, 0, 0)
    world.faults = False
    for _ in range(CALM):
        world.step()
    return world


def check(world: World) -> None:
    assert all(known.line is not None and not known.line for known in world.objects.values()), "everything is over"
    for each, known in world.objects.items():
        expected = [name for name in world.order if each in world.store[name]]
        assert list(known.state) == expected, f"{each} has what was committed, in the order of the decisions"
    assert all((name in world.store) == committed for name, committed in world.told.items()), "clients were told the truth"


@pytest.mark.parametrize("first", range(0, 600, 100))
def test_those_that_follow_are_committed_after_those_that_they_follow_or_not_at_all(first: int) -> None:
    followed = ended = longest = 0
    for seed in range(first, first + 100):
        world = played(seed)
        try:
            check(world)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}: {error}; {world.objects}") from error
        followed += world.followed
        ended += sum(not committed for committed in world.told.values())
        longest = max(longest, world.longest)
    assert followed > 100 and ended > 20 and longest > 3, f"{followed} follow, {ended} end without effect, {longest} in a line"


def test_a_line_has_a_greatest_length(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coordinators, "LONGEST_LINE", 2)
    worlds = [played(seed) for seed in range(100)]
    for world in worlds:
        check(world)
    assert max(world.longest for world in worlds) <= 3, "two that have handed the lock on, and a third one"
