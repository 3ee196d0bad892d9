"""The role of a follower: it takes a leader's entries, answers once a turn, and suspects a leader that is silent."""

from __future__ import annotations

from amino_replication.identity import MemberId
from amino_replication.messages import Answer, Append, Ask, Checked, End, Fetch, Fetched, Message, Piece, PieceTaken
from amino_replication.reports import Suspected
from amino_replication.state import State

_NEVER = float("inf")


class Incoming:
    """A snapshot that comes in pieces, in the order of their offsets."""

    def __init__(self, piece: Piece) -> None:
        self.index, self.epoch, self.size = piece.index, piece.index_epoch, piece.size
        self.data = bytearray()


class Follower:
    """One epoch of a member that does not lead.

    Arguments:
        state: the member's.
        leader: None: nobody is known to lead.
        now: in seconds.
    """

    def __init__(self, state: State, leader: MemberId | None, now: float) -> None:
        self.state = state
        self.leader = leader
        self._heard = now
        self._reported = now
        self._late = False
        self._round = 0
        self._quiet = leader is None
        self._matched = 0
        self._lacks: int | None = None
        self._answers = False
        self._prompt = False
        """The answer does not wait for the disk."""
        self._answered = now
        self._ask: Ask | None = None
        self._incoming: Incoming | None = None
        self._digests: list[Checked] = []
        self._flushed = now

    @property
    def due(self) -> float:
        """When something is to be done though nothing happens."""
        due = self._patience
        if self._answers:
            due = min(due, self._answer_due)
        if self._ask is not None and self.leader is not None:
            bound = self.state.bound_until(self.leader, self._ask.ended)
            due = min(due, bound if bound > self._flushed else _NEVER)
        return due

    @property
    def _patience(self) -> float:
        return _NEVER if self._quiet else max(self._heard, self._reported) + self.state.settings.suspect_after

    @property
    def _answer_due(self) -> float:
        """Until when an answer may wait for the disk. The leader counts on hearing of this member, however slow that is."""
        return self._answered + self.state.settings.heartbeat / 2

    def receive(self, sender: MemberId, message: Message, now: float) -> None:
        """A message of this epoch. Only its leader sends such, so the sender is the leader."""
        if isinstance(message, Append):
            self._append(message, sender, now)
        elif isinstance(message, Ask):
            self._ask = message
        elif isinstance(message, Fetch):
            entries = self.state.log.batch(message.after, self.state.settings.batch_bytes, self.state.settings.window)
            if message.after >= self.state.log.base and entries:
                self.state.send(sender, Fetched(message.epoch, message.after, entries))
        elif isinstance(message, Piece):
            self._piece(message, sender)
        else:
            return
        self.leader = sender
        self._heard = now
        self._quiet = self._quiet and not isinstance(message, Ask)

    def _append(self, message: Append, sender: MemberId, now: float) -> None:
        state = self.state
        state.promise_to(sender, now)
        self._answers = True
        if message.round >= self._round:
            self._round, self._quiet = message.round, message.quiet
        if not state.ready:
            self._lacks = -1 if state.installing is None else None
            self._prompt = True
            return
        if not state.log.matches(message.previous, message.previous_epoch):
            self._lacks = self._place_before(message.previous)
            self._prompt = True
            return
        self._lacks = None
        changed = state.log.splice(message.previous, message.entries, state.committed)
        if changed is None:
            self._prompt = True
        else:
            state.changed(changed)
        self._matched = max(self._matched, message.previous + len(message.entries))
        state.commit(min(message.committed, self._matched))

    def _place_before(self, index: int) -> int:
        """Behind which index a leader whose entry `index` is not ours should go on: before all entries of our epoch there."""
        log = self.state.log
        if index > log.last:
            return log.last
        epoch = log.epoch_at(index)
        while index > self.state.committed and log.epoch_at(index) == epoch:
            index -= 1
        return index

    def _piece(self, piece: Piece, sender: MemberId) -> None:
        if self.state.installing is not None:
            return
        if self.state.ready and piece.index <= self.state.applied:
            self._answers = self._prompt = True
            self._matched = max(self._matched, piece.index)
            self._lacks = None
            return
        if self._incoming is None or (self._incoming.index, self._incoming.size) != (piece.index, piece.size):
            self._incoming = Incoming(piece)
        incoming = self._incoming
        if piece.offset == len(incoming.data):
            incoming.data += piece.data
        self.state.send(sender, PieceTaken(piece.epoch, piece.index, len(incoming.data)))
        if len(incoming.data) == incoming.size:
            self._incoming = None
            self.state.install(piece.index, piece.index_epoch, bytes(incoming.data))

    def installed(self, index: int) -> None:
        """The state machine has taken a snapshot, whose entries are committed, so that they are the leader's too."""
        self._matched = max(self._matched, index)
        self._lacks = None
        self._answers = self._prompt = self.leader is not None

    def written(self) -> None:
        """More of the log is on the disk."""
        self._answers = self._prompt = self.leader is not None and self._round > 0

    def checksummed(self, index: int, digest: bytes) -> None:
        """The leader compares it with the others'."""
        self._digests.append(Checked(self.state.epoch, index, digest))

    def unreachable(self, kernel: str, ended: bool) -> None:
        """No connection to a kernel."""
        if self.leader is not None and self.leader.kernel == kernel:
            self._suspect(ended)

    def _suspect(self, ended: bool = False) -> None:
        state = self.state
        configuration = state.configuration
        if self.leader is not None and not state.blank and configuration is not None and state.me in configuration.members:
            # A member that should lead but follows has led in a life that is over.
            ended = ended or self.leader == state.me
            state.tell(Suspected(state.epoch, state.me, self.leader, ended, state.log.end))

    def flush(self, now: float) -> None:
        """The end of a turn."""
        state = self.state
        self._flushed = now
        state.write()
        leader = self.leader
        if leader is None:
            return
        if self._ask is not None and state.ready and state.epoch_kept and now >= state.bound_until(leader, self._ask.ended):
            state.send(leader, End(state.epoch, *state.log.end, state.log.base))
            self._ask = None
        if self._answers and (self._prompt or not state.writing or now >= self._answer_due):
            self._answers = self._prompt = False
            self._answered = now
            state.send(leader, Answer(state.epoch, self._round, min(state.held, self._matched), self._lacks))
        for checked in self._digests:
            state.send(leader, checked)
        self._digests.clear()
        if now >= self._patience:
            # This process may have stood still itself, and the leader's messages wait to be read.
            self._late = not self._late and now - self._patience > state.settings.heartbeat
            self._reported = now - state.settings.suspect_after + state.settings.heartbeat if self._late else now
            if not self._late:
                self._suspect()
