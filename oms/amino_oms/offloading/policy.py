"""What a policy is: measurements in, decisions out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from amino_oms.offloading.calls import Measurement, Request
from amino_oms.offloading.hosts import View


@dataclass(frozen=True, slots=True)
class Decision:
    """Where the objects of a request run.

    Arguments:
        places: hosts by object.
        also: hosts on which the request runs besides, to be measured there; its answers there are dropped.
        why: a sentence for people.
    """

    places: Mapping[str, str]
    also: tuple[str, ...] = ()
    why: str = ""


class Policy(Protocol):
    """A rule for places. It knows no clock and does no I/O; `view.now` is the time."""

    def learn(self, measured: Sequence[Measurement], view: View) -> None:
        """Takes measurements in, the oldest first. It runs off the path of calls."""
        ...

    def choose(self, request: Request, places: Mapping[str, str], view: View) -> Decision:
        """Where a request like this one runs, while its objects are at `places`. It names only hosts that are thought to be alive."""
        ...
