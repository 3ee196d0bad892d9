"""A simulated kernel with one member: it serves the member's effects, has a clock of its own, a disk, and a state machine."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from amino_replication import effects as out
from amino_replication import encoding, events
from amino_replication.encoding import Envelope
from amino_replication.events import Event
from amino_replication.identity import MemberId
from amino_replication.member import Member
from amino_replication.messages import Message
from amino_replication.records import after, behind
from amino_replication.state import Blank, Start, Stored

from tests.simulation.groups.judge import Wrong, digest

if TYPE_CHECKING:
    from tests.simulation.groups.world import World

_STATE = struct.Struct(">qq")


class Node:
    """One kernel.

    Arguments:
        world: all of the schedule.
        name: the kernel's.
        rate: how fast its clock is.
    """

    def __init__(self, world: World, name: str, rate: float) -> None:
        self.world = world
        self.name = name
        self.rate = rate
        self.incarnation = 0
        self.life = 0
        self.me = MemberId(name, 0)
        self.member: Member | None = None
        self.paused = False
        self.disk: Stored | None = None
        self.index = self.state = 0
        self._kept = (0, 0, 0)
        self._held: list[tuple[int, Event]] = []
        self._flushing = False
        self._woken = float("inf")
        self._disk_free = 0.0

    @property
    def clock(self) -> float:
        """Its monotonic clock."""
        return 100 + self.world.time.now * self.rate

    @property
    def offers(self) -> bool:
        """Whether the kernel offers a member that has no place yet."""
        return self.member is not None and self.world.oms.ever.isdisjoint((self.me,))

    # lives

    def start(self, start: Start) -> None:
        """The process begins; with a log from the disk, or as another member."""
        if isinstance(start, Stored):
            self.index, self.state, epoch = self._kept
            start = behind(start, self.index, epoch)
        else:
            self.incarnation += 1
            self.me = MemberId(self.name, self.incarnation)
            self.index = self.state = 0
            self._kept = (0, 0, 0)
            self.disk = Stored() if self.world.settings.durable else None
        self.life += 1
        self.paused, self._held, self._woken = False, [], float("inf")
        self.member = Member(self.me, self.world.settings, start, self.clock)
        self.poll(self.life)

    def end(self, forget: bool) -> None:
        """The process ends; with `forget` its disk is gone too, or there was none."""
        if self.member is not None:
            self.world.ended[self.me] = self.member
        self.member = None
        self.life += 1
        if forget:
            self.disk = None

    def poll(self, life: int) -> None:
        """Reads the configuration now and then, should the master's news be lost."""
        if life == self.life:
            self.world.oms.read(self)
            self.world.time.after(0.2, self.poll, life)

    # events

    def happens(self, event: Event, life: int | None = None) -> None:
        """Something for the member; while the process is stopped it waits."""
        life = self.life if life is None else life
        if life != self.life or self.member is None:
            return
        if self.paused:
            self._held.append((life, event))
            return
        self.member.handle(event, self.clock)
        if not self._flushing:
            self._flushing = True
            self.world.time.after(0.0 if self.world.random.random() < 0.7 else 0.0003, self._flush)

    def pause(self, seconds: float) -> None:
        """The process is stopped for a while."""
        if not self.paused:
            self.paused = True
            self.world.time.after(seconds, self._resume, self.life)

    def _resume(self, life: int) -> None:
        if life == self.life:
            self.paused = False
            held, self._held = self._held, []
            for of_life, event in held:
                self.happens(event, of_life)
            self._flush()

    def receive(self, envelope: Envelope) -> None:
        """A message. The process drops those that are for an earlier life of its member."""
        if envelope.to == self.me:
            self.happens(events.Received(envelope.sender, envelope.message))

    def _wake(self, at: float, life: int) -> None:
        if life == self.life and at == self._woken:
            self._woken = float("inf")
            self._flush()

    def _flush(self) -> None:
        self._flushing = False
        member = self.member
        if member is None or self.paused:
            return
        for effect in member.flush(self.clock):
            if self.member is not member:
                return
            self._do(effect)
        at = max((member.due - 100) / self.rate + 1e-9, self.world.time.now)
        if at < self._woken:
            self._woken = at
            self.world.time.after(at - self.world.time.now, self._wake, at, self.life)

    # effects

    def _do(self, effect: out.Effect) -> None:
        world = self.world
        if isinstance(effect, out.Send):
            self._send(effect.to, effect.message)
        elif isinstance(effect, out.Apply):
            self._apply(effect)
        elif isinstance(effect, out.Write):
            self._disk_free = max(self._disk_free, world.time.now) + 0.0002 + 0.001 * world.random.random()
            world.time.after(self._disk_free - world.time.now, self._write, effect, self.life)
        elif isinstance(effect, out.ReadReady):
            self._read(effect)
        elif isinstance(effect, out.NotRun):
            world.clients.not_run(effect.request, effect.leader)
        elif isinstance(effect, out.Unknown):
            world.clients.unknown(effect.request)
        elif isinstance(effect, out.Tell):
            world.oms.report(self, effect.report)
        elif isinstance(effect, out.Outdated):
            world.oms.read(self)
        elif isinstance(effect, out.Removed):
            world.time.after(0.05, self._removed, self.me)
        else:
            self._of_state(effect)

    def _send(self, to: MemberId, message: Message) -> None:
        world = self.world
        envelope = Envelope("g", self.me, to, message)
        if world.random.random() < 0.02:
            (envelope,) = encoding.decode(encoding.encode([envelope]))
            if envelope != Envelope("g", self.me, to, message):
                raise Wrong(f"{message} is not the same on the other end: {envelope.message}")
        if world.tracing:
            world.note(f"{self.me} -> {to} {message}")
        world.network.send(self.name, to.kernel, world.nodes[to.kernel].receive, envelope)

    def _write(self, effect: out.Write, life: int) -> None:
        if life == self.life and self.disk is not None:
            self.disk = after(self.disk, effect)
            self.happens(events.Written(effect.number))

    def _apply(self, effect: out.Apply) -> None:
        world = self.world
        if effect.first != self.index + 1:
            raise Wrong(f"{self.me} is to apply {effect.first} behind {self.index}")
        world.judge.applied(self.me, effect)
        for entry in effect.entries:
            self.state = digest(self.state, entry)
        self.index += len(effect.entries)
        if self.me not in world.ever_spoilt and self.state != world.judge.states[self.index]:
            raise Wrong(f"{self.me} has another state behind {self.index} than the log says")
        for index, (entry, request) in enumerate(zip(effect.entries, effect.requests, strict=False), effect.first):
            if request is not None:
                world.acknowledge(self, index, entry, request)

    def _read(self, effect: out.ReadReady) -> None:
        if self.index < effect.index:
            raise Wrong(f"{self.me} answers a read of {effect.index} behind {self.index}")
        assert self.member is not None
        self.world.clients.has_read(effect.request, self.me, self.member.epoch, self.index)

    def _of_state(self, effect: out.Effect) -> None:
        world, later = self.world, self.world.time.after
        delay = 0.002 * world.random.random()
        if isinstance(effect, out.Checksum):
            assert self.index == effect.index
            later(delay, self.happens, events.Checksummed(effect.index, self.state.to_bytes(8, "big", signed=True)), self.life)
        elif isinstance(effect, out.TakeSnapshot):
            later(delay, self._taken, (self.index, self.state, effect.epoch), self.life)
        elif isinstance(effect, out.SendSnapshot):
            data = _STATE.pack(self.index, self.state) + b"." * world.random.randrange(200)
            later(delay, self.happens, events.Snapshot(effect.to, self.index, data), self.life)
        elif isinstance(effect, out.Install):
            later(delay, self._install, effect, self.life)
        elif isinstance(effect, out.Diverged):
            world.judge.diverged(effect, world.ever_spoilt)
            world.found.add(effect.member)

    def _taken(self, kept: tuple[int, int, int], life: int) -> None:
        if life == self.life:
            self._kept = max(self._kept, kept)
            self.happens(events.SnapshotTaken(kept[0]))

    def _install(self, effect: out.Install, life: int) -> None:
        if life == self.life and self.member is not None:
            self.index, self.state = _STATE.unpack(effect.data[: _STATE.size])
            if self.index != effect.index:
                raise Wrong(f"{self.me} gets the state behind {self.index} as that behind {effect.index}")
            if self.state != self.world.judge.states[self.index]:
                self.world.spoil(self)
            self._kept = (self.index, self.state, effect.epoch)
            self.happens(events.Installed(effect.index))

    def _removed(self, member: MemberId) -> None:
        """The kernel gives its place up, and offers itself as a new member."""
        if member == self.me and self.member is not None and not self.world.oms.stored.holds(member):
            self.end(True)
            self.start(Blank())
