"""Simulated object management services: one store, and several masters that decide by copies of it which may be old."""

from __future__ import annotations

from typing import TYPE_CHECKING

from amino_replication.configuration import Configuration
from amino_replication.events import Configured
from amino_replication.identity import MemberId
from amino_replication.master import Reports, decide
from amino_replication.reports import Report, Suspected

if TYPE_CHECKING:
    from tests.simulation.groups.node import Node
    from tests.simulation.groups.world import World

OMS = MemberId("oms", 0)
_SWEEP = 0.25
_LEASE = 0.8
"""How long the OMS hears nothing of a kernel before it declares it dead: by then the kernel's own lease has ended."""


class Oms:
    """The store with its masters.

    Arguments:
        world: all of the schedule.
        first: the configuration with which the group begins.
        masters: how many decide; more than one race.
    """

    def __init__(self, world: World, first: Configuration, masters: int) -> None:
        self._world = world
        self.stored = first
        self.history = {first.epoch: first}
        self.ever = {*first.members}
        self.lost_races = 0
        self._copies = [first] * masters
        self._reports = [Reports(0.4) for _ in range(masters)]
        self._gone: dict[str, float] = {}
        world.time.after(_SWEEP, self._sweep)

    def read(self, node: Node) -> None:
        """A kernel asks for the configuration, or is told."""
        self._world.network.send("oms", node.name, self._told, node, node.life)

    def _told(self, node: Node, life: int) -> None:
        node.happens(Configured(self.stored), life)

    def report(self, node: Node, report: Report) -> None:
        """A member reports to one of the masters."""
        self._world.note(f"{node.me} tells {report}")
        number = self._world.random.randrange(len(self._copies))
        self._world.network.send(node.name, "oms", self._reported, number, report)

    def _sweep(self) -> None:
        """The OMS knows by itself which kernels are dead, and which offer a new member."""
        world = self._world
        world.time.after(_SWEEP, self._sweep)
        for node in world.nodes.values():
            if node.member is not None:
                self._gone.pop(node.name, None)
            elif world.time.now - self._gone.setdefault(node.name, world.time.now) >= _LEASE:
                self.ended(node.me)
        self._decide(0)

    def ended(self, member: MemberId) -> None:
        """A supervisor has reported that a process has ended."""
        for number in range(len(self._copies)):
            self._reported(number, Suspected(self.stored.epoch, OMS, member, True))

    def wants(self, report: Report) -> None:
        """The operator wants something."""
        self._reported(0, report)

    def _reported(self, number: int, report: Report) -> None:
        world = self._world
        self._reports[number].add(report, world.time.now)
        world.time.after(0.001, self._decide, number)

    def _decide(self, number: int) -> None:
        world = self._world
        copy = self._copies[number]
        alive = [node.me for node in world.nodes.values() if node.offers]
        candidates = [each for each in alive if not copy.holds(each) and not self.stored.holds(each)]
        found = decide(copy, self._reports[number].recent(copy.epoch, world.time.now), candidates)
        if found is None:
            if copy != self.stored:
                self._refresh(number)
            return
        world.time.after(0.001 + 0.002 * world.random.random(), self._commit, number, copy, found)

    def _commit(self, number: int, copy: Configuration, found: Configuration) -> None:
        """Compare-and-swap."""
        world = self._world
        if self.stored != copy:
            self.lost_races += 1
            self._refresh(number)
            return
        self.stored = self.history[found.epoch] = Configuration.decode(found.encode())
        self.ever.update(found.members)
        world.note(f"stored {found}")
        for node in world.nodes.values():
            self.read(node)
        for each in range(len(self._copies)):
            world.time.after(0.02 * world.random.random() * (each != number), self._refresh, each)

    def _refresh(self, number: int) -> None:
        self._copies[number] = self.stored
