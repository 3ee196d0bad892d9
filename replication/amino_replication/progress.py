"""How far one follower is, as its leader knows it."""

from __future__ import annotations

from amino_replication.effects import SendSnapshot
from amino_replication.events import Snapshot
from amino_replication.identity import MemberId
from amino_replication.messages import Answer, Append, Piece, PieceTaken
from amino_replication.state import State


class Progress:
    """One follower in one epoch.

    Attributes:
        holds: up to here its copies count.
        round: the highest that it answered.
        granted: when that round was sent, in seconds; before all time: it answered none.
        heard: when its last answer came.
        reported: when its silence was reported last, in seconds.
        arriving: a snapshot is on its way to it, and it will need what is behind this index; None: it has all that is committed.
    """

    def __init__(self, to: MemberId, state: State, now: float) -> None:
        self.to = to
        self.holds = 0
        self.round = 0
        self.granted = float("-inf")
        self.heard = self.reported = now
        self.arriving: int | None = None
        self._state = state
        self._next = state.log.last + 1
        self._probes = False
        self._waits = False
        self._snapshot: Snapshot | None = None
        self._offset = 0
        self._piece_due = False
        self._wants_snapshot = False
        self._asked = False
        self._sent = float("-inf")

    def answered(self, message: Answer, now: float) -> None:
        """The follower's answer to a turn."""
        self.heard = now
        self.round = max(self.round, message.round)
        self._waits = False
        self.holds = max(self.holds, message.holds)
        if self._snapshot is not None and message.lacks is None and self.holds >= self._snapshot.index:
            self._wants_snapshot, self._snapshot = False, None
            self._next = self.holds + 1
        if self.arriving is not None and not self._wants_snapshot:
            self.arriving = None if self.holds >= self._state.committed else max(self.arriving, self.holds)
        if message.lacks is None:
            self._probes = False
        elif message.lacks < 0:
            self._wants_snapshot = True
        else:
            # One message at a time until it fits: else each of those that are on their way would be sent again.
            self._next, self._probes = max(self.holds, min(message.lacks, self._state.log.last)) + 1, True
        self._next = max(self._next, self.holds + 1)

    def taken(self, message: PieceTaken, now: float) -> None:
        """The follower has a part of the snapshot."""
        self.heard = now
        if self._snapshot is not None and message.index == self._snapshot.index and message.offset != self._offset:
            self._offset = message.offset
            self._piece_due = True

    def snapshot(self, event: Snapshot) -> None:
        """The shell gives a snapshot for the follower."""
        # Two snapshots behind the same index may have other bytes: pieces of both must not be mixed.
        if self._wants_snapshot and self._snapshot is None and self._state.log.epoch_at(event.index) is not None:
            self._snapshot, self._offset, self._piece_due = event, 0, True
            self.arriving = event.index

    def send(self, round_number: int, beat: bool, asks: bool, quiet: bool, now: float) -> bool:
        """Sends what is due; answers whether a message of the round went out.

        Arguments:
            round_number: of this turn.
            beat: a heartbeat is due.
            asks: the round must go to all.
            quiet: it is the last heartbeat for a while.
            now: in seconds.
        """
        # A follower that just got something needs no heartbeat.
        recent = not quiet and now - self._sent < self._state.settings.heartbeat / 2
        log, settings = self._state.log, self._state.settings
        if self._next - 1 < log.base:
            self._wants_snapshot = True
        if self._wants_snapshot:
            self._send_pieces(beat)
            beat = beat and not recent
            if beat or asks:
                self._state.send(self.to, Append(self._state.epoch, round_number, 0, 0, (), self._state.committed, quiet))
                self._sent = now
            return beat or asks
        if beat:
            self._waits = False
            beat = not recent
        room = settings.window - (self._next - 1 - self.holds)
        may_send = not self._waits and (room > 0 or self._probes)
        entries = log.batch(self._next - 1, settings.batch_bytes, max(room, 1)) if may_send and self._next <= log.last else ()
        if not (entries or beat or asks):
            return False
        previous = self._next - 1
        message = Append(self._state.epoch, round_number, previous, log.epoch_at(previous) or 0, entries, self._state.committed, quiet)
        self._state.send(self.to, message)
        self._sent = now
        if self._probes:
            self._waits = True
        else:
            self._next += len(entries)
        return True

    def _send_pieces(self, beat: bool) -> None:
        held = self._snapshot
        if held is None or (index_epoch := self._state.log.epoch_at(held.index)) is None:
            if beat or not self._asked or held is not None:
                self._snapshot, self._asked = None, True
                # The shell takes it once it has applied what it was given before.
                self.arriving = self._state.applied
                self._state.effects.append(SendSnapshot(self.to))
        elif beat or self._piece_due:
            part = held.data[self._offset : self._offset + self._state.settings.piece_bytes]
            self._piece_due = False
            piece = Piece(self._state.epoch, held.index, index_epoch, len(held.data), self._offset, part)
            self._state.send(self.to, piece)
