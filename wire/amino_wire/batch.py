"""Calls that were sent and wait, and what can be said about those that will never be answered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from amino_wire import frames
from amino_wire.error_base import AminoError
from amino_wire.error_tree import DeadlineExceeded, KernelUnavailable, ValueInvalid
from amino_wire.protocol import Option, Outcome
from amino_wire.values import SCALARS, Codec, EncodedValue, material, reader, writer
from amino_wire.values.hooks import NO_HOOKS
from amino_wire.values.kinds import RAISED

_WHOLE = SCALARS | {EncodedValue}
_EXTENDED = frozenset((*range(0xC7, 0xCA), *range(0xD4, 0xD9)))
"""First bytes of extension types, of which an error is one."""
_FATES = {Outcome.UNKNOWN: "it may have run", Outcome.NOT_RUN: "it did not run", Outcome.RAN: "it ran"}
PlainOptions = dict[int, dict[int, Any]]
"""Options of the calls of a request, by index, as they travel."""
Half = tuple[list["asyncio.Future[Any]"], list[Any], PlainOptions]
"""Calls of a request: futures, flat calls, options."""
Title = Callable[[str], str]
"""How messages call an object whose id is given: as `amino_wire.records.title_of`, or just the id."""


class PlainCall(asyncio.Future[Any]):
    """A future that knows the arguments of its call as they travel: scalars, or a list of plain items."""

    __slots__ = ("args",)
    args: Sequence[Any]

    def may_follow(self) -> bool:
        """Whether the call, which did not run, may be sent after its object as it is."""
        return True


@dataclass(frozen=True, slots=True)
class FailedCall:
    """A call that did not run: it was answered so with a code that is followed, or the connection was lost before it was sent.

    Arguments:
        future: the caller waits for it.
        target, method: which member of which object.
        args: plain, or an EncodedValue.
        options: plain.
        error: for the caller, unless somebody sends the call elsewhere.
        ends: when the time of the call is over, in seconds of the loop's clock.
    """

    future: asyncio.Future[Any]
    target: str
    method: str
    args: Any
    options: dict[int, Any]
    error: AminoError
    ends: float


class Batch:
    """The calls of one request frame.

    Attributes:
        futures: the callers wait for them.
        calls: flat: target, method, args …
        deadline: when the time of calls without a budget of their own is over, in seconds of the loop's clock.
        options: by index of the call.
        left: how many are not answered.
    """

    __slots__ = ("calls", "deadline", "futures", "left", "options")

    def __init__(self, futures: list[asyncio.Future[Any]], calls: list[Any], deadline: float, options: PlainOptions) -> None:
        self.futures = futures
        self.calls = calls
        self.deadline = deadline
        self.options = options
        self.left = len(futures)

    def failed(self, index: int, error: AminoError, begun: float, budget_ms: int) -> FailedCall:
        """One of the calls, as somebody may send it elsewhere.

        Arguments:
            begun: when it was sent, in seconds of the loop's clock.
            budget_ms: its time, if it names none.
        """
        target, method, args = self.calls[3 * index : 3 * index + 3]
        options = self.options.get(index, {})
        ends = begun + options.get(Option.BUDGET, budget_ms) / 1000
        return FailedCall(self.futures[index], target, method, args, options, error, ends)

    def late(self, index: int, budget_ms: int, peer: str, outcome: Outcome, title: Title) -> DeadlineExceeded:
        """The error of a call whose time is over."""
        target, method = self.calls[3 * index : 3 * index + 2]
        return DeadlineExceeded(
            f"{method} of object {title(target)} was not answered within {budget_ms} ms by {peer}; {_FATES[outcome]}",
            details={"object": target, "method": method, "budget_ms": budget_ms},
            outcome=outcome,
        )

    def lost(self, index: int, reason: AminoError, outcome: Outcome, title: Title) -> KernelUnavailable:
        """The error of a call whose connection is gone."""
        target, method = self.calls[3 * index : 3 * index + 2]
        message = f"{method} of object {title(target)} has no answer, {_FATES[outcome]}: {reason.message}"
        return KernelUnavailable(message, details={**reason.details, "object": target, "method": method}, cause=reason, outcome=outcome)

    def expire(self, budget_ms: int, peer: str, title: Title) -> None:
        """Ends calls that were never sent, and whose time is over."""
        for index, future in enumerate(self.futures):
            fail(future, self.late(index, budget_ms, peer, Outcome.NOT_RUN, title))

    def lose(self, reason: AminoError, title: Title) -> None:
        """Ends calls that may have run, since their connection is gone."""
        for index, future in enumerate(self.futures):
            if not future.done():
                future.set_exception(self.lost(index, reason, Outcome.UNKNOWN, title))

    def give_back(self, reason: AminoError, title: Title, take_over: Callable[[Batch, int, AminoError], bool]) -> None:
        """Ends calls that did not run, unless somebody takes them over."""
        for index, future in enumerate(self.futures):
            if not future.done():
                error = self.lost(index, reason, Outcome.NOT_RUN, title)
                if not take_over(self, index, error):
                    fail(future, error)


def halves(futures: list[asyncio.Future[Any]], calls: list[Any], options: PlainOptions) -> tuple[Half, Half]:
    """The calls of a request in two parts."""
    middle = len(futures) // 2
    earlier = {index: plain for index, plain in options.items() if index < middle}
    later = {index - middle: plain for index, plain in options.items() if index >= middle}
    return (futures[:middle], calls[: 3 * middle], earlier), (futures[middle:], calls[3 * middle :], later)


def pack_encoded(seq: int, budget_ms: int, calls: list[Any], options: PlainOptions, pack: Callable[[Any], bytes] = frames.pack) -> bytes:
    """A request some of whose parts are EncodedValues. `pack` packs one plain item."""
    # Packing costs by the item and not by the byte: neighbours are packed together, without headers of their own.
    parts = [frames.array_header(5 if options else 4), pack((frames.REQUEST, seq, budget_ms))[1:], frames.array_header(len(calls))]
    last, title = ("", ""), b""
    for target, method, args in zip(calls[0::3], calls[1::3], calls[2::3], strict=True):
        if not title or (target, method) != last:  # calls of one member come together
            last = target, method
            title = pack(last)[1:]
        parts.append(title)
        parts.append(args.data if type(args) is EncodedValue else pack(args))
    if options:
        try:
            parts.append(pack(options))
        except writer.Unwritable:
            parts += _encoded_options(options, pack)
    return b"".join(parts)


def _encoded_options(options: PlainOptions, pack: Callable[[Any], bytes]) -> list[bytes]:
    """Options some of which are EncodedValues."""
    parts = [frames.map_header(len(options))]
    for index, plain in options.items():
        parts += (pack(index), frames.map_header(len(plain)))
        for key, value in plain.items():
            parts += (pack(key), value.data if type(value) is EncodedValue else pack(value))
    return parts


def unwritable(calls: list[Any], options: PlainOptions, limit: int, title: Title) -> ValueInvalid:
    """The error of the one call of a request that cannot be written."""
    target, method, args = calls
    try:
        size = len(pack_encoded(0, 0, calls, options))
    except (ValueError, OverflowError, TypeError, writer.Unwritable) as error:
        found = writer.describe([*args], "args", None, NO_HOOKS, str(error))
        return ValueInvalid(f"{method} of object {title(target)} was not called: {found.message}", outcome=Outcome.NOT_RUN)
    return ValueInvalid(
        f"{method} of object {title(target)} was not called: its arguments take {size} bytes, a frame may have {limit}; send them in parts",
        outcome=Outcome.NOT_RUN,
    )


def futures_of(loop: asyncio.AbstractEventLoop) -> Callable[[], asyncio.Future[Any]]:
    """Answers the function that makes a loop's futures: for asyncio's own loops without the step through Python that they take."""
    if getattr(type(loop), "create_future", None) is asyncio.BaseEventLoop.create_future:
        kind: Any = asyncio.Future
        return partial(kind, loop=loop)
    return loop.create_future


def settle(future: asyncio.Future[Any], outcome: Any, codec: Codec) -> AminoError | None:
    """Gives a call its outcome; an error with which it ended where it ran is answered, and the future still open."""
    if type(outcome) is EncodedValue and outcome.data[0] not in _EXTENDED:
        future.set_result(outcome)
        return None
    if isinstance(outcome, ValueInvalid):
        future.set_exception(outcome)
        return None
    try:
        if type(outcome) is EncodedValue and frames.is_raised(outcome.data):
            outcome = reader.unpack(outcome.data)
        if material.is_extension(outcome) and outcome.code == RAISED:
            return codec.error_of(outcome.data)
    except AminoError as error:
        # An error that cannot be read says nothing about its call.
        future.set_exception(error)
        return None
    try:
        future.set_result(outcome if type(outcome) in _WHOLE else codec.resolve(outcome))
    except AminoError as error:
        error.outcome = Outcome.RAN
        future.set_exception(error)
    return None


def fail(future: asyncio.Future[Any], error: AminoError) -> None:
    """Ends a call, unless its caller gave up already."""
    if not future.done():
        future.set_exception(error)
