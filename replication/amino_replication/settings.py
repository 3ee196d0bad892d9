"""The settings of a group. All members and the master must have the same."""

from __future__ import annotations

from dataclasses import dataclass

from amino_wire.errors import ConfigInvalid


@dataclass(frozen=True, slots=True)
class Settings:
    """How a group replicates. Times are seconds of the clock of the member that measures them.

    Arguments:
        durable: an entry counts only where it is on the disk.
        heartbeat: how often a leader sends something to each follower.
        suspect_after: how long a follower hears nothing before it suspects its leader.
        replace_after: how long a leader hears nothing before it reports that a follower is to be replaced.
        lease: how long a follower that heard its leader refuses to help a newer one.
        drift: how far the rate of a clock may be from that of true time, as a fraction.
        quiet_after: how long a group without work goes on with heartbeats; infinity: for ever.
        window: how many entries may be on their way to one follower.
        batch_bytes: how many bytes of entries one message has at most, apart from its first entry.
        piece_bytes: how many bytes of a snapshot one message has at most.
        checksum_every: after how many entries members compare their states; 0: never.
        snapshot_every: after how many entries the state machine is asked for a snapshot; 0: never.
        keep: how many entries stay behind a snapshot for followers that are a little late.
        keep_bytes: how many bytes of entries stay besides, for followers to which a snapshot is on its way.

    Raises:
        ConfigInvalid: a lease that is not longer than a heartbeat, or a number below its least value.
    """

    durable: bool = False
    heartbeat: float = 0.05
    suspect_after: float = 0.15
    replace_after: float = 1.0
    lease: float = 0.3
    drift: float = 0.01
    quiet_after: float = 3.0
    window: int = 4096
    batch_bytes: int = 1 << 20
    piece_bytes: int = 1 << 18
    checksum_every: int = 1000
    snapshot_every: int = 10_000
    keep: int = 1000
    keep_bytes: int = 1 << 26

    def __post_init__(self) -> None:
        if not 0 < self.heartbeat < self.lease or not self.heartbeat < self.suspect_after:
            raise ConfigInvalid(
                f"a group needs heartbeats (now {self.heartbeat} s) more often than its lease ({self.lease} s) and its "
                f"suspicion ({self.suspect_after} s): make the heartbeat shorter"
            )
        if not 0 <= self.drift < 1 or min(self.window, self.batch_bytes, self.piece_bytes) < 1:
            raise ConfigInvalid("a group's window, batch and piece must be at least 1, and its drift between 0 and 1: mend the setting")
        if min(self.checksum_every, self.snapshot_every, self.keep, self.keep_bytes) < 0:
            raise ConfigInvalid("a group counts entries and bytes: checksum_every, snapshot_every, keep and keep_bytes cannot be negative")

    @property
    def usable_lease(self) -> float:
        """How long after the sending of a round a leader may use the lease that the round's answers granted.

        A follower's clock may be fast by `drift` while the leader's is slow by as much, so that the promise of the follower
        ends after lease / (1 + drift) of true time, and the leader's clock then shows lease * (1 - drift) / (1 + drift).
        """
        return self.lease * (1 - self.drift) / (1 + self.drift)
