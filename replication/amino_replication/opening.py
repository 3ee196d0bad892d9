"""The role of a leader at the beginning of its epoch: it learns all that may have been committed before (Vertical Paxos, PacificA 3.3)."""

from __future__ import annotations

from dataclasses import dataclass, field

from amino_replication.configuration import Configuration, majority
from amino_replication.effects import NotRun, Unknown
from amino_replication.events import Propose
from amino_replication.identity import MemberId
from amino_replication.log import Entry
from amino_replication.messages import Ask, End, Fetch, Fetched, Message
from amino_replication.reports import Longer, Suspected
from amino_replication.state import State


@dataclass(slots=True)
class Work:
    """Requests that a leader has not answered.

    Arguments:
        proposals: not in the log yet.
        pending: in the log and not committed, by index.
        reads: request and whether a majority is to be asked.
    """

    proposals: list[Propose] = field(default_factory=list[Propose])
    pending: dict[int, int] = field(default_factory=dict[int, int])
    reads: list[tuple[int, bool]] = field(default_factory=list[tuple[int, bool]])

    def end(self, state: State, leader: MemberId | None) -> None:
        """The member does not lead any more."""
        state.effects += [Unknown(request) for request in self.pending.values()]
        state.effects += [NotRun(proposal.request, leader) for proposal in self.proposals]
        state.effects += [NotRun(request, leader) for request, _ in self.reads]


class Opening:
    """Asks a majority of the former members for the ends of their logs, and takes the longest.

    Arguments:
        state: the member's.
        configuration: in which it leads.
        work: of the epoch before, where it led that too.
        now: in seconds.
    """

    def __init__(self, state: State, configuration: Configuration, work: Work, now: float) -> None:
        self.state = state
        self.configuration = configuration
        self.work = work
        self.open = False
        self._ends: dict[MemberId, End] = {}
        self._resend = self._heard = now
        self._source: MemberId | None = None
        self._fetched: list[Entry] = []
        self._fetch_after = 0
        self._flushed = now
        state.led = configuration.epoch

    @property
    def due(self) -> float:
        """When something is to be done though nothing happens."""
        bound = self.state.bound_until(self.state.me, self.configuration.ended)
        return min(self._resend, bound) if bound > self._flushed else self._resend

    def receive(self, sender: MemberId, message: Message, now: float) -> None:
        """A message of this epoch."""
        if isinstance(message, End) and sender in self.configuration.former:
            self._ends[sender] = message
            self._heard = now
        elif isinstance(message, Fetched) and sender == self._source and message.after == self._fetch_after + len(self._fetched):
            self._fetched += message.entries
            self._heard = now
            self._fetch()

    def propose(self, proposal: Propose) -> None:
        """It waits until the epoch is open."""
        self.work.proposals.append(proposal)

    def read(self, request: int, quorum: bool) -> None:
        """It waits until the epoch is open."""
        self.work.reads.append((request, quorum))

    def flush(self, now: float) -> None:
        """The end of a turn."""
        state = self.state
        self._flushed = now
        state.write()
        if now >= self._resend:
            self._resend = now + state.settings.heartbeat
            for member in self.configuration.former:
                if member != state.me and member not in self._ends:
                    state.send(member, Ask(self.configuration.epoch, self.configuration.ended))
            if self._source is not None:
                self._fetch()
            if now - self._heard > 2 * state.settings.suspect_after:
                self._give_up(now)
        if self._source is None:
            self._decide(now)

    def _give_up(self, now: float) -> None:
        """Nobody says anything new: the longest log's member is asked anew, and the master may name another leader."""
        self._heard = now
        if self._source is not None:
            self._ends.pop(self._source, None)
            self._source = None
        state = self.state
        state.tell(Suspected(state.epoch, state.me, state.me, end=state.log.end))

    def _decide(self, now: float) -> None:
        state, former = self.state, self.configuration.former
        # A leader that forgets its epoch would lead it a second time, in another life.
        if not state.ready or not state.epoch_kept:
            return
        free = now >= state.bound_until(state.me, self.configuration.ended)
        counted = len(self._ends) + (free and state.me in former)
        if counted < majority(len(former)):
            return
        longest = max(self._ends, key=lambda member: (self._ends[member].last_epoch, self._ends[member].last), default=state.me)
        end = self._ends.get(longest)
        if end is None or (end.last_epoch, end.last) <= state.log.end:
            self.open = True
        elif end.base > state.committed:
            state.tell(Longer(state.epoch, state.me, longest))
            self._ends.pop(longest)
        else:
            self._source, self._fetched, self._fetch_after = longest, [], state.committed
            self._fetch()

    def _fetch(self) -> None:
        """Asks for what is missing of the longest log, or takes it as a whole: a half of it would be shorter than what was here."""
        state, source = self.state, self._source
        if source is None:
            return
        after = self._fetch_after + len(self._fetched)
        if after < self._ends[source].last:
            state.send(source, Fetch(state.epoch, after))
            return
        changed = state.log.splice(self._fetch_after, self._fetched, state.committed)
        if changed is not None:
            state.changed(changed)
            for index in [each for each in self.work.pending if each >= changed]:
                state.effects.append(Unknown(self.work.pending.pop(index)))
        self.open = True
        self._source = None
