"""The leader of a group, as its coordinator has decided it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from amino_wire.errors import AminoError, KernelUnavailable, Outcome

EPOCH: Final = "epoch"
LEADER: Final = "leader"


@dataclass(frozen=True, slots=True, order=True)
class Group:
    """A decision of the coordinator; one with a higher epoch replaces it.

    Arguments:
        epoch: counts the decisions.
        leader: the number of the replica that orders calls; -1: nobody knows.
    """

    epoch: int = 0
    leader: int = 0

    def to_value(self) -> list[int]:
        """As a value that travels."""
        return [self.epoch, self.leader]

    @classmethod
    def from_value(cls, value: Any) -> Group:
        """The group of such a value."""
        epoch, leader = value
        return cls(int(epoch), int(leader))

    def elsewhere(self, title: str) -> AminoError:
        """The error of a replica that does not lead, for a call that has not run."""
        if self.leader < 0:
            return KernelUnavailable(f"nobody orders the calls of {title} at the moment; call again", outcome=Outcome.NOT_RUN)
        return KernelUnavailable(
            f"another replica of {title} orders its calls: number {self.leader}; call that one",
            outcome=Outcome.NOT_RUN,
            details={EPOCH: self.epoch, LEADER: self.leader},
        )

    @classmethod
    def named_by(cls, error: AminoError) -> Group | None:
        """The group that such an error names; None: it is another one."""
        details = error.details or {}
        if EPOCH not in details or LEADER not in details:
            return None
        return cls(int(details[EPOCH]), int(details[LEADER]))
