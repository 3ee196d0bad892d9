"""Which of several OMS is asked, and what a failure says about that. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import grpc
from amino_wire.errors import ConfigInvalid, KernelUnavailable, NotLeader, OmsUnavailable, Outcome, from_rpc_error, is_answer
from amino_wire.protocol import READS

PATIENCE = 8.0
"""Seconds from the first failure of a request in which another OMS may begin to lead."""
PAUSES = (0.02, 0.05, 0.1, 0.2)
"""Seconds before all are asked once more; the last one stands for all further ones."""
SHUNNED = 1.0
"""Seconds for which an OMS that stands by, and did not give an answer, is not asked for another one."""
_SAME_TWICE = READS | {
    *("DurableGet", "GetArtifact", "JoinTransaction", "KeepAlive", "Leave", "LogAppend", "LogRead", "LogTrim", "PutArtifact"),
    *("TransactionOutcome", "Wake", "Watch"),
}


class Fate(Enum):
    """The end of an attempt at one OMS, for what comes next."""

    ANSWERED = "answered"  # with an error of the request itself, or its time is over
    REFUSED = "refused"  # it does not lead
    UNSENT = "unsent"
    LOST = "lost"  # it may have been done


@dataclass(frozen=True, slots=True)
class Failure:
    """A failed attempt; `leader` is the address that a refusal names. `here`: the same OMS may be asked again, since it has given a
    refusal that could not be read, or is reached over another connection now."""

    fate: Fate
    leader: str = ""
    here: bool = False


def addresses_of(text: str) -> tuple[str, ...]:
    """The addresses of a setting. Raises ConfigInvalid where there is none."""
    found = tuple(part.strip() for part in text.split(",") if part.strip())
    if not found:
        raise ConfigInvalid(f"{text!r} names no OMS; write host:port, or several with commas")
    return found


def failure_of(error: grpc.RpcError) -> Failure:
    """What the failure of an attempt says."""
    known = from_rpc_error(error)
    if is_answer(error):
        if isinstance(known, NotLeader):
            return Failure(Fate.REFUSED, str(known.details.get("address", "")))
        # A leader that was deposed meanwhile names its successor.
        deposed = isinstance(known, OmsUnavailable) and "holder" in known.details
        return Failure(Fate.LOST if deposed else Fate.ANSWERED)
    code = getattr(error, "code", lambda: None)()
    # gRPC says so of an upload that was refused while a part of it was being written: the refusal itself is lost.
    refused_while_writing = code is grpc.StatusCode.INTERNAL and getattr(error, "details", str)() == "Internal error from Core"
    if refused_while_writing:
        return Failure(Fate.LOST, here=True)
    if not isinstance(known, KernelUnavailable):
        return Failure(Fate.ANSWERED)
    return Failure(Fate.UNSENT if known.outcome is Outcome.NOT_RUN else Fate.LOST)


def may_repeat(name: str, request: Any, fate: Fate) -> bool:
    """Whether a request may be sent again: it was not done, or the OMS does it once however often it comes."""
    return fate in (Fate.REFUSED, Fate.UNSENT) or name in _SAME_TWICE or bool(getattr(request, "request_id", ""))


class OmsRoute:
    """The OMS that are known, and the one that is asked.

    Arguments:
        addresses: those of the setting.
    """

    def __init__(self, addresses: Sequence[str]) -> None:
        self._set = list(dict.fromkeys(addresses))
        self._told = ""
        self._next = 0
        self._turn = 0
        self._shunned: dict[str, float] = {}
        self.current = self._set[0]

    @property
    def known(self) -> list[str]:
        """All addresses: those of the setting, and the leader's that another OMS has named last."""
        return self._set if not self._told or self._told in self._set else [*self._set, self._told]

    @property
    def several(self) -> bool:
        """Whether there is another one to ask."""
        return len(self.known) > 1

    def failed(self, asked: str, failure: Failure) -> None:
        """An attempt at an OMS has failed; nothing happens where another request has found out already."""
        if failure.leader:
            self._told = failure.leader
        if asked != self.current:
            return
        if asked in self._set:
            self._next = (self._set.index(asked) + 1) % len(self._set)
        # An address that was named wrongly is followed by the next one of the setting: so each one gets its turn.
        self.current = failure.leader or self._set[self._next]

    def others(self, now: float) -> list[str]:
        """The OMS that may stand by, each first in its turn, for a request that any of them may answer."""
        free = [each for each in self.known if each != self.current and self._shunned.get(each, now) <= now]
        self._turn += 1
        first = self._turn % len(free) if free else 0
        return free[first:] + free[:first]

    def shun(self, address: str, now: float) -> None:
        """An OMS that may stand by did not give an answer."""
        self._shunned[address] = now + SHUNNED

    def found(self, leader: str) -> None:
        """An OMS says that it leads."""
        self.current = leader


class Journey:
    """The attempts of one request: how long it goes on, and the pauses between.

    Arguments:
        now: seconds of the clock that all times are of.
        seconds: for all attempts; None: without an end.
    """

    def __init__(self, now: float, seconds: float | None) -> None:
        self._ends = None if seconds is None else now + seconds
        self._patience_ends: float | None = None
        self._asked: set[str] = set()
        self._rounds = 0

    def left(self, now: float) -> float | None:
        """Seconds that an attempt may take."""
        return None if self._ends is None else max(0.0, self._ends - now)

    def pause(self, now: float, asked: str, next_one: str) -> float | None:
        """Seconds before the next attempt, none where that is at an OMS that was not asked in this round; None: this is the end."""
        self._patience_ends = self._patience_ends or now + PATIENCE
        self._asked.add(asked)
        pause = 0.0
        if next_one in self._asked:
            self._asked.clear()
            pause = PAUSES[min(self._rounds, len(PAUSES) - 1)]
            self._rounds += 1
        ends = self._patience_ends if self._ends is None else min(self._ends, self._patience_ends)
        return pause if now + pause < ends else None
