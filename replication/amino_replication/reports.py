"""Reports of members to the master. A report counts only in its epoch: the master compares it with the stored one."""

from __future__ import annotations

from dataclasses import dataclass

from amino_replication.identity import MemberId


@dataclass(frozen=True, slots=True)
class Suspected:
    """A member hears nothing of another; or of itself: it cannot lead, since it hears no majority or was started anew.

    Arguments:
        epoch: in which it is so.
        by: the reporting member.
        member: the silent one.
        ended: the process of `member` is known to have ended, or to have been started anew: its leases are over.
        end: last epoch and index of the reporter's log.
    """

    epoch: int
    by: MemberId
    member: MemberId
    ended: bool = False
    end: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Longer:
    """A new leader lacks entries that it cannot fetch: `member` has them and should lead."""

    epoch: int
    by: MemberId
    member: MemberId


@dataclass(frozen=True, slots=True)
class Opened:
    """A majority of the members has all of the epochs before: the epoch may become complete."""

    epoch: int
    by: MemberId


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """A joining member has all that is committed."""

    epoch: int
    by: MemberId
    member: MemberId


@dataclass(frozen=True, slots=True)
class Differs:
    """The state of a member differs from that of the others."""

    epoch: int
    by: MemberId
    member: MemberId


@dataclass(frozen=True, slots=True)
class Handover:
    """The operator or a manager wants another leader."""

    epoch: int
    to: MemberId


@dataclass(frozen=True, slots=True)
class Leaves:
    """The operator or a manager wants that a member be replaced."""

    epoch: int
    member: MemberId


Report = Suspected | Longer | Opened | CaughtUp | Differs | Handover | Leaves
