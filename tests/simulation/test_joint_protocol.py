"""The state machines of transactions over several objects, under losses, doubles, delays, and the ends of all processes, by seed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest
from amino_dms.joint.coordinator import ABORTED, COMMITTED, Coordinator
from amino_dms.joint.effects import Acknowledge, Answer, Apply, Ask, AskLater, Decide, Keep, Prepare, Store, Tell, Undo, Vote
from amino_dms.joint.ending import Ending
from amino_dms.joint.participation import Participation, Phase
from amino_dms.joint.transaction import Entry, Standing
from amino_dms.joint.transaction import Phase as Preparing

OBJECTS = ("a", "b", "c")
STEPS = 120
CALM = 400
"""Steps in which nothing goes wrong any more: by then everything must be over."""
SECONDS = 60.0


@dataclass
class Object:
    """One object: what is in memory, and what its disk has."""

    part: Participation | None
    kept: bool = False
    writes: int = 0
    applied: int = 0
    undone: int = 0


class World:
    """One transaction of three objects. Messages come in any order, twice, or not at all."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.now = 0.0
        self.faults = True
        self.rate = self.random.choice((0.0, 0.01, 0.05))
        self.coordinator = Coordinator()
        self.store: dict[str, dict[str, str]] = {}
        self.storing: list[Store] = []
        self.messages: list[tuple[str, Any]] = []
        self.answers: list[Ending | None] = []
        self.objects = {each: Object(Participation(f"t/{each}")) for each in OBJECTS}
        self.coordinator.begin("t", "client", 0.0, SECONDS)
        for each in OBJECTS:
            self.coordinator.join("t", each, Entry(f"t/{each}"), 0.0)

    def step(self) -> None:
        self.now += 0.1
        chance = self.random.random()
        if self.faults and chance < self.rate:
            self._fault()
        elif chance < 0.15:
            self.coordinate(self.coordinator.commit("t", self.now))
        elif chance < 0.25:
            self._ask()
        elif chance < 0.4:
            self._write()
        elif chance < 0.5:
            self._stored()
        elif chance < 0.55:
            self.coordinate(self.coordinator.tick(self.now))
            self._send_again()
        elif self.messages:
            self._deliver()

    def coordinate(self, effects: Iterable[Any]) -> None:
        for effect in effects:
            if isinstance(effect, Prepare | Tell):
                self.messages.append((effect.object_id, effect))
            elif isinstance(effect, Decide):
                self.storing = self.storing or self.coordinator.due()
            elif isinstance(effect, Answer):
                self.answers.append(effect.ending)
                if effect.ending is None:
                    assert "t" in self.store, "nobody hears of a commit before it is stored"

    def participate(self, each: str, effects: Iterable[Any]) -> None:
        known = self.objects[each]
        for effect in effects:
            match effect:
                case Keep():
                    known.writes += 1
                case Vote(yes):
                    self.messages.append(("oms", (each, "yes" if yes else "no")))
                case Ask():
                    self.messages.append(("oms", (each, "how")))
                case AskLater():
                    pass
                case Acknowledge():
                    self.messages.append(("oms", (each, "done")))
                case Apply() | Undo():
                    applies = isinstance(effect, Apply)
                    assert not applies or known.kept, "a part that is applied is on the disk"
                    known.applied += applies
                    known.undone += not applies
                    known.kept = False
                    assert known.part is not None
                    self.participate(each, known.part.done())
                case _:
                    raise AssertionError(effect)

    def _deliver(self) -> None:
        to, message = self.messages.pop(self.random.randrange(len(self.messages)))
        if self.faults and self.random.random() < 0.15:
            return
        if self.faults and self.random.random() < 0.15:
            self.messages.append((to, message))
        if to == "oms":
            self._hear(*message)
        elif (part := self.objects[to].part) is None:
            return
        elif isinstance(message, Prepare):
            self.participate(to, part.prepare(message.token))
        else:
            committed = message.committed if isinstance(message, Tell) else message == COMMITTED
            self.participate(to, part.told(committed=committed))

    def _hear(self, each: str, text: str) -> None:
        if text in ("yes", "no"):
            no = None if text == "yes" else Ending("no", "preparing", each)
            self.coordinate(self.coordinator.voted("t", each, f"t/{each}", no))
        elif text == "done":
            self.coordinate(self.coordinator.acknowledged("t", each))
        elif outcome := self.coordinator.outcome("t"):
            self.messages.append((each, outcome))

    def _fault(self) -> None:
        each = self.random.choice(OBJECTS)
        known = self.objects[each]
        what = self.random.randrange(4)
        if what == 0:
            self.coordinator, self.storing = Coordinator(), []
            self.messages = [message for message in self.messages if message[0] != "oms"]
            for name, members in self.store.items():
                self.coordinate(self.coordinator.stored_before(name, members, self.now))
        elif what == 1 and known.part is not None and known.part.phase is not Phase.ENDED:
            known.part, known.writes = None, 0
        elif what == 2 and known.part is not None:
            self.participate(each, known.part.lease_over())
        elif what == 3 and known.part is not None and known.writes:
            known.writes = 0
            self.participate(each, known.part.not_kept(ran=self.random.random() < 0.5))

    def _ask(self) -> None:
        each = self.random.choice(OBJECTS)
        known = self.objects[each]
        if known.part is None:
            known.part = Participation(f"t/{each}", Phase.PREPARED if known.kept else Phase.ACTIVE)
            self.participate(each, known.part.recovered())
        else:
            self.participate(each, known.part.asks())

    def _write(self) -> None:
        each = self.random.choice(OBJECTS)
        known = self.objects[each]
        if known.part is not None and known.writes:
            known.writes, known.kept = 0, known.part.phase in (Phase.KEEPING, Phase.PREPARED)
            self.participate(each, known.part.kept())

    def _stored(self) -> None:
        storing, self.storing = self.storing, []
        for each in storing:
            if self.faults and self.random.random() < 0.2:
                self.coordinate(self.coordinator.not_stored("t", Ending("full")))
            else:
                self.store["t"] = dict(each.members)
                self.coordinate(self.coordinator.stored("t"))

    def _send_again(self) -> None:
        known = self.coordinator.transactions.get("t")
        if known is not None and known.is_decided:
            self.coordinate(known.tell_again())
        elif known is not None and known.phase is Preparing.PREPARING:
            asked = [each for each, member in known.members.items() if member.standing is Standing.JOINED]
            self.coordinate(Prepare("t", each, f"t/{each}") for each in asked)


def played(seed: int) -> World:
    world = World(seed)
    for _ in range(STEPS):
        world.step()
    world.faults = False
    for _ in range(CALM):
        world.step()
    return world


def check(world: World) -> None:
    applied, undone = [each.applied for each in world.objects.values()], [each.undone for each in world.objects.values()]
    assert (applied, undone) in (([1, 1, 1], [0, 0, 0]), ([0, 0, 0], [1, 1, 1])), "everything, or nothing, and each once"
    committed = applied[0] == 1
    assert committed == ("t" in world.store)
    assert all((ending is None) == committed for ending in world.answers), "clients were told the truth"
    assert world.coordinator.outcome("t") == (COMMITTED if committed else ABORTED)


@pytest.mark.parametrize("first", range(0, 1000, 100))
def test_everything_happens_or_nothing(first: int) -> None:
    committed = 0
    for seed in range(first, first + 100):
        world = played(seed)
        try:
            check(world)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}: {error}; {world.objects}") from error
        committed += world.objects["a"].applied
    assert 5 < committed < 95, f"schedules end both ways, not {committed} of 100 one way"
