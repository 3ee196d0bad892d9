"""A move of one object, as its source sees it. Pure: the outcome of a step comes in, the next step goes out.

The commit at the OMS is the point of truth: before it the object is the source's, after it the target's. An answer to the commit that
got lost is asked for again, under the same request id, until it is known; meanwhile the calls wait.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from amino_wire.errors import AminoError, StateNotCapturable


class Step(Enum):
    """The next act of the shell; the object is held from HOLD on."""

    HOLD = "hold"
    SNAPSHOT = "snapshot"
    RECEIVE = "receive"
    COMMIT = "commit"
    ACTIVATE = "activate"
    RELEASE = "release"
    DROP = "drop"
    RESUME = "resume"
    END = "end"


@dataclass(frozen=True, slots=True)
class Succeeded:
    """The step was done; `value` is the snapshot, or the record that the OMS committed."""

    value: Any = None
    lost: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Failed:
    """The step was not done.

    `unknown`: it may have been done all the same. `elsewhere`: the OMS says that the object is not the source's any more.
    """

    error: AminoError
    unknown: bool = False
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Migration:
    """How far a move is."""

    object_id: str
    allow_lossy: bool = False
    step: Step = Step.HOLD
    state: Any = None
    lost: tuple[str, ...] = ()
    record: Any = None
    error: AminoError | None = None
    committed: bool = False


def advance(move: Migration, event: Succeeded | Failed) -> Migration:
    """Answers the next state of a move after its step succeeded or failed."""
    return _forward(move, event) if isinstance(event, Succeeded) else _backward(move, event)


def _forward(move: Migration, event: Succeeded) -> Migration:
    match move.step:
        case Step.HOLD:
            return replace(move, step=Step.SNAPSHOT)
        case Step.SNAPSHOT if event.lost and not move.allow_lossy:
            return replace(move, step=Step.RESUME, lost=event.lost, error=_lossy(move.object_id, event.lost))
        case Step.SNAPSHOT:
            return replace(move, step=Step.RECEIVE, state=event.value, lost=event.lost)
        case Step.RECEIVE:
            return replace(move, step=Step.COMMIT)
        case Step.COMMIT:
            return replace(move, step=Step.ACTIVATE, record=event.value, committed=True)
        case Step.ACTIVATE:
            return replace(move, step=Step.RELEASE)
        case Step.DROP:
            return replace(move, step=Step.RELEASE if move.committed else Step.RESUME)
        case _:
            return replace(move, step=Step.END)


def _backward(move: Migration, event: Failed) -> Migration:
    match move.step:
        case Step.HOLD | Step.SNAPSHOT:
            return replace(move, step=Step.RESUME, error=event.error)
        case Step.RECEIVE:
            return replace(move, step=Step.DROP, error=event.error)
        case Step.COMMIT if event.unknown:
            return move
        case Step.COMMIT if event.elsewhere:
            # Somebody else moved or deleted it: it is neither ours nor this target's.
            return replace(move, step=Step.DROP, error=event.error, committed=True)
        case Step.COMMIT:
            return replace(move, step=Step.DROP, error=event.error)
        case Step.ACTIVATE:
            # The target asks the OMS by itself when it hears nothing.
            return replace(move, step=Step.RELEASE)
        case Step.DROP:
            return replace(move, step=Step.RELEASE if move.committed else Step.RESUME)
        case _:
            return replace(move, step=Step.END, error=move.error or event.error)


def _lossy(object_id: str, lost: tuple[str, ...]) -> StateNotCapturable:
    paths = ", ".join(lost[:5]) + (f" and {len(lost) - 5} more" if len(lost) > 5 else "")
    return StateNotCapturable(
        f"Object {object_id} was not moved: {paths} cannot be captured. "
        "Give its class amino_save() and amino_load(state), or move it with --allow-lossy.",
        details={"lost": list(lost)},
    )
