"""The role of a leader whose epoch is open: it orders proposals, replicates, commits (Raft 5.3, 5.4.2) and answers reads."""

from __future__ import annotations

from dataclasses import dataclass

from amino_replication.checksums import Checksums
from amino_replication.configuration import Configuration, majority
from amino_replication.effects import Diverged, ReadReady
from amino_replication.events import Propose, Snapshot
from amino_replication.identity import MemberId
from amino_replication.log import Entry
from amino_replication.messages import Answer, Checked, Message, PieceTaken
from amino_replication.opening import Work
from amino_replication.progress import Progress
from amino_replication.reads import Reads
from amino_replication.reports import CaughtUp, Differs, Opened, Suspected
from amino_replication.rounds import Rounds
from amino_replication.state import State

_NEVER = float("inf")


@dataclass(frozen=True, slots=True)
class Lease:
    """A leader's right to answer reads by itself.

    Arguments:
        until: in seconds of the leader's clock.
        first: a state machine that has applied this index has all that was answered before the leader's epoch.
    """

    until: float
    first: int


class Leader:
    """One epoch of a member that leads. The first entry of the epoch is the leader's mark, by which it commits all before.

    Arguments:
        state: the member's.
        configuration: in which it leads.
        work: requests that came before.
        now: in seconds.
    """

    def __init__(self, state: State, configuration: Configuration, work: Work, now: float) -> None:
        self.state = state
        self.configuration = configuration
        self.pending = work.pending
        others = [each for each in (*configuration.members, *configuration.joining) if each != state.me]
        self.progress = {each: Progress(each, state, now) for each in others}
        self._voters = [self.progress[each] for each in configuration.members if each != state.me]
        self._needed = majority(len(configuration.members)) - 1
        self._rounds = Rounds()
        self._reads = Reads(state)
        self._checksums = Checksums(state.me, configuration.members)
        self._differing: list[MemberId] = []
        self._beat = self._beaten = self._worked = self._reported = now
        self._told_opened = False
        self._quiet_round: int | None = None
        self._silent = False
        self._first = state.log.append(Entry(configuration.epoch, None))
        state.changed(self._first)
        for proposal in work.proposals:
            self.propose(proposal)
        for request, quorum in work.reads:
            self.read(request, quorum, now)

    @property
    def due(self) -> float:
        """When something is to be done though nothing happens."""
        return _NEVER if self._silent else self._beat

    def propose(self, proposal: Propose) -> None:
        """Gives a proposal its place in the order."""
        self.pending[self.state.log.append(Entry(self.state.epoch, proposal.data))] = proposal.request
        self.state.changed(self.state.log.last)

    def read(self, request: int, quorum: bool, now: float) -> None:
        """Answers a read at once, or after a round."""
        if self.state.committed < self._first:
            self._reads.wait(request, quorum)
        elif not quorum and self.leased(now):
            self.state.effects.append(ReadReady(request, self.state.committed))
        else:
            self._reads.confirm(request, self._rounds.last + 1)

    @property
    def needed(self) -> int | None:
        """Behind which index entries must stay for followers to which a snapshot is on its way; None: there are none."""
        return min((each.arriving for each in self.progress.values() if each.arriving is not None), default=None)

    def leased(self, now: float) -> bool:
        """Whether a majority promised, by answers to rounds that are not too old, to help no newer leader yet."""
        return now < self._leased_until(now)

    def lease(self, now: float) -> Lease | None:
        """The lease, once the leader may answer reads at all."""
        return None if self.state.committed < self._first else Lease(self._leased_until(now), self._first)

    def _leased_until(self, now: float) -> float:
        if not self._needed:
            return now + self.state.settings.usable_lease
        granted = sorted((each.granted for each in self._voters), reverse=True)
        return granted[self._needed - 1] + self.state.settings.usable_lease

    def receive(self, sender: MemberId, message: Message, now: float) -> None:
        """A message of this epoch."""
        progress = self.progress.get(sender)
        if progress is None:
            return
        if isinstance(message, Answer):
            progress.answered(message, now)
            progress.granted = max(progress.granted, self._rounds.sent(message.round))
        elif isinstance(message, PieceTaken):
            progress.taken(message, now)
        elif isinstance(message, Checked):
            self._check(sender, message.index, message.digest)

    def snapshot(self, event: Snapshot) -> None:
        """The shell gives a snapshot for a follower."""
        if event.to in self.progress:
            self.progress[event.to].snapshot(event)

    def checksummed(self, index: int, digest: bytes) -> None:
        """The checksum of the leader's own state."""
        self._check(self.state.me, index, digest)

    def _check(self, member: MemberId, index: int, digest: bytes) -> None:
        found: list[Diverged] = self._checksums.add(member, index, digest)
        for diverged in found:
            self.state.effects.append(diverged)
            if diverged.member not in self._differing:
                self._differing.append(diverged.member)
                self.state.tell(Differs(self.state.epoch, self.state.me, diverged.member))

    def unreachable(self, kernel: str, ended: bool) -> None:
        """No connection to a kernel."""
        for progress in self.progress.values():
            if progress.to.kernel == kernel and ended:
                self.state.tell(Suspected(self.state.epoch, self.state.me, progress.to, True, self.state.log.end))

    def configured(self, configuration: Configuration) -> None:
        """The master says that the epoch is complete."""
        self.configuration = configuration

    def work(self) -> Work:
        """All that is not answered, when the epoch ends."""
        return Work(pending=self.pending, reads=self._reads.carried())

    # the end of a turn

    def flush(self, now: float) -> None:
        """Commits what a majority has, and sends each follower one message with all that has gathered."""
        state = self.state
        state.write()
        self._commit(now)
        if self._voters:
            self._reads.confirmed(sorted((each.round for each in self._voters), reverse=True)[self._needed - 1])
        else:
            self._reads.confirmed(self._rounds.last + 1)
        self._send(now)

    def _commit(self, now: float) -> None:
        state = self.state
        held = sorted([state.held, *(each.holds for each in self._voters)], reverse=True)[self._needed]
        # Entries of older epochs are committed by the mark only (Raft 5.4.2).
        if held < self._first:
            return
        if not self.configuration.complete:
            if not self._told_opened:
                self._told_opened = True
                state.tell(Opened(state.epoch, state.me))
            return
        opens = state.committed < self._first
        if held > state.committed:
            self._worked = now
            state.commit(held, self.pending)
        if opens:
            for request, quorum in self._reads.opened():
                self.read(request, quorum, now)

    def _send(self, now: float) -> None:
        state = self.state
        work = state.log.last > state.committed or not self._reads.idle
        if work:
            self._worked, self._quiet_round, self._silent = now, None, False
        beat = now >= self._beat and not self._silent
        if beat:
            self._beat = now + state.settings.heartbeat
            self._watch(now)
        asks = self._reads.wants(self._rounds.last)
        quiet = self._may_rest(now)
        number = self._rounds.last + 1
        # Each must be sent to, so no `any` that stops at the first.
        if sum([each.send(number, beat, asks, quiet, now) for each in self.progress.values()]):
            self._rounds.begin(now, now - state.settings.lease)
        if quiet and beat and self._quiet_round is None:
            self._quiet_round = number

    def _may_rest(self, now: float) -> bool:
        """Whether all have all and nothing has happened for long. Once all have answered so, the heartbeats end."""
        if now - self._worked < self.state.settings.quiet_after:
            return False
        last = self.state.log.last
        if any(each.holds < last for each in self.progress.values()):
            return False
        if self._quiet_round is not None:
            self._silent = all(each.round >= self._quiet_round for each in self.progress.values())
        return True

    def _watch(self, now: float) -> None:
        """Reports to the master, as long as it has not drawn the consequence."""
        state, epoch = self.state, self.state.epoch
        patience = state.settings.replace_after
        gap = now - self._beaten
        self._beaten = now
        if gap > 2 * state.settings.heartbeat:
            # The group was quiet, or this process stood still: nobody was asked meanwhile.
            self._reported += gap
            for progress in self.progress.values():
                progress.heard += gap
        for progress in self.progress.values():
            if now - max(progress.heard, progress.reported) >= patience:
                progress.reported = now
                state.tell(Suspected(epoch, state.me, progress.to, end=state.log.end))
        heard = sorted((each.heard for each in self._voters), reverse=True)
        deaf = self._needed > 0 and now - heard[self._needed - 1] >= state.settings.suspect_after
        if deaf and now - self._reported >= state.settings.suspect_after:
            self._reported = now
            state.tell(Suspected(epoch, state.me, state.me, end=state.log.end))
        if not self.configuration.complete:
            # Perhaps the report was lost.
            self._told_opened = False
        for member in self._differing:
            state.tell(Differs(epoch, state.me, member))
        for member in self.configuration.joining:
            if self.progress[member].holds >= max(state.committed, self._first):
                state.tell(CaughtUp(epoch, state.me, member))
