"""The report that a life of a kernel has ended. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from amino_kernel.boot.exit_status import CONFIGURATION
from amino_kernel.boot.supervision import Life


@dataclass(frozen=True, slots=True)
class EndReport:
    """What a supervisor that has reaped a kernel process has the OMS told.

    Arguments:
        life: that has ended.
        oms: the addresses of the OMS, with commas.
        end: how the process ended, in words.
        keeps: whether states of its objects lie in its data folder.
        held: the pipe that is at its end when all processes with objects of the kernel have ended.
    """

    life: Life
    oms: str
    end: str
    keeps: bool
    held: int

    def to_plain(self) -> dict[str, Any]:
        """The report as values of JSON."""
        return asdict(self)

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> EndReport:
        """The report of what `to_plain` made."""
        return cls(Life(**plain["life"]), plain["oms"], plain["end"], plain["keeps"], plain["held"])


def is_worth_a_report(life: Life | None, status: int) -> bool:
    """Whether the OMS may count on a life that has ended: not where it never knew it, or the kernel has said goodbye itself.

    Arguments:
        life: the one that the process has told of.
        status: that of the process, negative for a signal.
    """
    return life is not None and status not in (0, CONFIGURATION)
