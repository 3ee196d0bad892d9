"""One member of a group: events and the time go in, effects come out. It changes its role, and refuses older epochs."""

from __future__ import annotations

from amino_replication.configuration import Configuration
from amino_replication.effects import Effect, NotRun, Outdated, Removed
from amino_replication.events import (
    Checksummed,
    Configured,
    Event,
    Installed,
    Propose,
    Read,
    Received,
    Snapshot,
    SnapshotTaken,
    Unreachable,
    Written,
)
from amino_replication.follower import Follower
from amino_replication.identity import MemberId
from amino_replication.leader import Leader, Lease
from amino_replication.log import Log
from amino_replication.messages import FROM_LEADERS, Message, Refused, Release
from amino_replication.opening import Opening, Work
from amino_replication.settings import Settings
from amino_replication.state import Start, State

Role = Follower | Opening | Leader


class Member:
    """A member of one group.

    Arguments:
        me: its name. A kernel that has lost the log takes another one.
        settings: the group's.
        start: the log that it has.
        now: seconds of the monotonic clock of its kernel, which goes on while the machine sleeps. All times are of this clock.
    """

    def __init__(self, me: MemberId, settings: Settings, start: Start, now: float) -> None:
        self._state = State(me, settings, start, now)
        self._role: Role = Follower(self._state, None, now)
        self._placed = False

    # what a shell may look at

    @property
    def due(self) -> float:
        """When `flush` must be called though nothing happens, in seconds; infinity: never."""
        return self._role.due

    @property
    def epoch(self) -> int:
        """The highest epoch that it knows."""
        return self._state.epoch

    @property
    def leader(self) -> MemberId | None:
        """The member that may take proposals; None: nobody is known."""
        role = self._role
        return role.leader if isinstance(role, Follower) else self._state.me

    @property
    def leads(self) -> bool:
        """Whether it orders proposals."""
        return isinstance(self._role, Leader)

    def lease(self, now: float) -> Lease | None:
        """Until when reads may be answered without asking the other members; None: they may not be. See `Lease`."""
        role = self._role
        return role.lease(now) if isinstance(role, Leader) else None

    def lent(self, until: float) -> None:
        """Somebody answers reads by the lease until then, who cannot be told at once that it is over."""
        self._state.lent_until = max(self._state.lent_until, until)

    @property
    def log(self) -> Log:
        """Its entries, to be read only."""
        return self._state.log

    @property
    def committed(self) -> int:
        """Up to here it knows the order to be final."""
        return self._state.committed

    @property
    def applied(self) -> int:
        """Up to here entries have been given to the state machine."""
        return self._state.applied

    # what happens

    def turn(self, now: float, *events: Event) -> list[Effect]:
        """Handles events, and answers all effects."""
        for event in events:
            self.handle(event, now)
        return self.flush(now)

    def handle(self, event: Event, now: float) -> None:
        """Something has happened. The effects come with `flush`, so that the messages of a turn become one.

        Raises:
            InternalError: a leader would replace a committed entry; the member must be stopped.
        """
        role = self._role
        if isinstance(event, Received):
            self._received(event.sender, event.message, now)
        elif isinstance(event, Propose):
            if isinstance(role, Follower):
                self._state.effects.append(NotRun(event.request, role.leader))
            else:
                role.propose(event)
        elif isinstance(event, Read):
            if isinstance(role, Follower):
                self._state.effects.append(NotRun(event.request, role.leader))
            elif isinstance(role, Opening):
                role.read(event.request, event.quorum)
            else:
                role.read(event.request, event.quorum, now)
        elif isinstance(event, Configured):
            self._configured(event.configuration, now)
        else:
            self._of_shell(event)

    def flush(self, now: float) -> list[Effect]:
        """The end of a turn: answers the effects, to be done in their order."""
        self._role.flush(now)
        if isinstance(self._role, Opening) and self._role.open:
            self._role = Leader(self._state, self._role.configuration, self._role.work, now)
            self._role.flush(now)
        effects, self._state.effects = self._state.effects, []
        return effects

    def _of_shell(self, event: Written | Snapshot | SnapshotTaken | Installed | Checksummed | Unreachable) -> None:
        role, state = self._role, self._state
        if isinstance(event, Written):
            state.written(event.number)
            if isinstance(role, Follower):
                role.written()
        elif isinstance(event, Installed):
            if state.installed(event.index) and isinstance(role, Follower):
                role.installed(event.index)
        elif isinstance(event, SnapshotTaken):
            state.snapshot_taken(event.index, role.needed if isinstance(role, Leader) else None)
        elif isinstance(event, Checksummed):
            if not isinstance(role, Opening):
                role.checksummed(event.index, event.digest)
        elif isinstance(event, Unreachable):
            if not isinstance(role, Opening):
                role.unreachable(event.kernel, event.ended)
        elif isinstance(role, Leader):
            role.snapshot(event)

    def _received(self, sender: MemberId, message: Message, now: float) -> None:
        state = self._state
        if isinstance(message, Release):
            state.release(sender, message.epoch)
        elif message.epoch < state.epoch:
            if type(message) in FROM_LEADERS:
                state.send(sender, Refused(state.epoch))
        elif message.epoch == state.epoch and not isinstance(message, Refused):
            self._role.receive(sender, message, now)
        elif message.epoch > state.epoch:
            if type(message) in FROM_LEADERS:
                self._become(message.epoch, sender, now)
                self._role.receive(sender, message, now)
            elif isinstance(message, Refused):
                self._become(message.epoch, None, now)
                state.effects.append(Outdated(message.epoch))

    def _become(self, epoch: int, leader: MemberId | None, now: float) -> None:
        """A follower in an epoch, whatever the member was before."""
        work = self._stop(epoch, now)
        work.end(self._state, leader)
        self._state.epoch = epoch
        self._role = Follower(self._state, leader, now)

    def _stop(self, epoch: int, now: float) -> Work:
        """The role ends. A leader tells all that its lease is over, unless it is lent. Answers the requests that it has not answered."""
        role = self._role
        if isinstance(role, Leader):
            for member in role.progress if now >= self._state.lent_until else ():
                self._state.send(member, Release(epoch))
            return role.work()
        return role.work if isinstance(role, Opening) else Work()

    def _configured(self, configuration: Configuration, now: float) -> None:
        state = self._state
        epoch = configuration.epoch
        known = state.configuration
        if epoch < state.epoch or (known is not None and epoch == known.epoch and known.complete):
            # Late or double.
            return
        state.configuration = configuration
        leads = configuration.leader == state.me
        if leads and state.led < epoch:
            work = self._stop(epoch, now)
            state.epoch = epoch
            self._role = Opening(state, configuration, work, now)
        elif leads and isinstance(self._role, Leader) and epoch == state.epoch:
            self._role.configured(configuration)
        elif leads and isinstance(self._role, Follower):
            # An earlier life may have written entries of this epoch: no second one may. The follower reports that it has no leader.
            state.epoch = epoch
            self._role = Follower(state, state.me, now)
            self._role.unreachable(state.me.kernel, True)
        elif not leads and epoch > state.epoch:
            self._become(epoch, configuration.leader if configuration.holds(state.me) else None, now)
        elif not leads and isinstance(self._role, Follower) and self._role.leader is None and configuration.holds(state.me):
            self._role = Follower(state, configuration.leader, now)
        if configuration.holds(state.me):
            self._placed = True
        elif configuration.complete and (self._placed or not state.blank):
            # Before that, a new leader may still have to ask it for the end of its log.
            state.effects.append(Removed(epoch))
