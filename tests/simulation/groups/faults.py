"""The kinds of faults. Each strikes now and then while a schedule runs, and all are mended at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from amino_replication.events import Unreachable
from amino_replication.reports import Handover, Leaves
from amino_replication.state import Blank

if TYPE_CHECKING:
    from tests.simulation.groups.node import Node
    from tests.simulation.groups.world import World


class Fault:
    """One kind of fault in one schedule."""

    name = ""

    def __init__(self, world: World) -> None:
        self.world = world
        self.begin()

    def begin(self) -> None:
        """From the start of the schedule on."""

    def strike(self) -> bool:
        """Something goes wrong now; False: nothing could."""
        return False

    def mend(self) -> None:
        """No more of it."""

    def living(self) -> list[Node]:
        """The kernels that run."""
        return [node for node in self.world.nodes.values() if node.member is not None]


class Loss(Fault):
    """Messages are lost."""

    name = "loss"

    def begin(self) -> None:
        self.world.network.loss = self.world.random.choice((0.01, 0.1, 0.3))

    def strike(self) -> bool:
        return True


class Doubled(Fault):
    """Messages come twice."""

    name = "double"

    def begin(self) -> None:
        self.world.network.doubled = 0.2

    def strike(self) -> bool:
        return True


class Late(Fault):
    """Messages are late."""

    name = "delay"

    def begin(self) -> None:
        self.world.network.late, self.world.network.longest = 0.1, self.world.random.choice((0.02, 0.4))

    def strike(self) -> bool:
        return True


class Reordered(Fault):
    """Messages overtake one another."""

    name = "reorder"

    def begin(self) -> None:
        network = self.world.network
        network.ordered = False
        network.late, network.longest = max(network.late, 0.3), max(network.longest, 0.005)

    def strike(self) -> bool:
        return True


class Drift(Fault):
    """Clocks are 1 % fast or slow."""

    name = "drift"

    def strike(self) -> bool:
        return True


class Race(Fault):
    """Two masters decide at once."""

    name = "race"

    def strike(self) -> bool:
        return True


class Crash(Fault):
    """A kernel's process ends. With a disk it comes back with its log, else as another member, and only while f allows it."""

    name = "crash"

    def strike(self) -> bool:
        return self._crash(forget=not self.world.durable)

    def _crash(self, forget: bool) -> bool:
        world, random = self.world, self.world.random
        living = self.living()
        leaders = [node for node in living if node.me == world.oms.stored.leader]
        if not living:
            return False
        node = random.choice(leaders or living) if random.random() < 0.6 else random.choice(living)
        if forget and not world.may_fail(node):
            return False
        world.note(f"{node.me} ends, {'without' if forget else 'with'} its log")
        known = random.random()
        me = node.me
        node.end(forget)
        if known < 0.4:
            world.oms.ended(me)
        elif known < 0.7:
            for each in self.living():
                each.happens(Unreachable(node.name, ended=known < 0.55))
        world.time.after(0.02 + 0.5 * random.random(), self._back, node, node.life)
        return True

    def _back(self, node: Node, life: int) -> None:
        if node.life == life and node.member is None:
            self.world.note(f"{node.name} comes back")
            node.start(node.disk if self.world.durable and node.disk is not None else Blank())


class Forget(Crash):
    """A kernel's process ends and its disk is lost."""

    name = "forget"

    def strike(self) -> bool:
        return self._crash(forget=True)


class Pause(Fault):
    """A kernel's process is stopped for a while."""

    name = "pause"

    def strike(self) -> bool:
        random = self.world.random
        living = [node for node in self.living() if not node.paused]
        leaders = [node for node in living if node.me == self.world.oms.stored.leader]
        if not living:
            return False
        node = random.choice(leaders) if leaders and random.random() < 0.5 else random.choice(living)
        self.world.note(f"{node.me} is stopped")
        node.pause(random.choice((0.05, 0.25, 0.35, 0.8)) * random.uniform(0.8, 1.2))
        return True


class Partition(Fault):
    """Kernels are cut off from others, sometimes in one direction, sometimes from the OMS too."""

    name = "partition"

    def strike(self) -> bool:
        world, random = self.world, self.world.random
        if world.network.cut:
            world.network.cut.clear()
            return False
        names = list(world.nodes)
        random.shuffle(names)
        if random.random() < 0.4:
            names.remove(world.oms.stored.leader.kernel)
            names.insert(0, world.oms.stored.leader.kernel)
        number = random.randrange(1, len(names) // 2 + 1)
        one, other = names[:number], names[number:]
        if random.random() < 0.3:
            other = [random.choice(other)]
        if random.random() < 0.4:
            other = [*other, "oms"]
        world.note(f"{one} are cut off from {other}")
        world.network.separate(one, other, both=random.random() < 0.7)
        world.time.after(0.05 + 0.5 * random.random(), world.network.cut.clear)
        return True


class Isolate(Partition):
    """The leader alone is cut off from everybody, while its callers go on to ask it, and what was on its way to it comes late."""

    name = "isolate"

    def begin(self) -> None:
        network = self.world.network
        network.late, network.longest = max(network.late, self.world.random.choice((0.0, 0.5))), max(network.longest, 0.4)

    def strike(self) -> bool:
        world = self.world
        leader = world.oms.stored.leader.kernel
        if world.network.cut:
            return False
        world.note(f"{leader} is cut off from everybody")
        world.network.separate([leader], [*(name for name in world.nodes if name != leader), "oms"])
        world.time.after(0.3 + 0.6 * world.random.random(), world.network.cut.clear)
        return True


class Spoil(Fault):
    """The state of a member changes by itself."""

    name = "spoil"

    def strike(self) -> bool:
        world = self.world
        stored = world.oms.stored
        able = [node for node in self.living() if node.me in stored.members]
        # A member that is spoilt may give its state to others only by a snapshot; most members must be right.
        if world.ever_spoilt or not able or not stored.complete:
            return False
        node = world.random.choice(able)
        world.note(f"the state of {node.me} is spoilt")
        node.state ^= 1
        world.spoil(node)
        return True


class Orders(Fault):
    """The operator wants another leader, or another member."""

    name = "order"

    def strike(self) -> bool:
        world = self.world
        stored = world.oms.stored
        member = world.random.choice(stored.members)
        world.oms.wants(Handover(stored.epoch, member) if world.random.random() < 0.5 else Leaves(stored.epoch, member))
        return True


FAULTS: dict[str, type[Fault]] = {
    kind.name: kind for kind in (Loss, Doubled, Late, Reordered, Drift, Race, Crash, Forget, Pause, Partition, Isolate, Spoil, Orders)
}
"""By name."""
