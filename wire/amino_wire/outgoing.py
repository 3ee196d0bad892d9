"""Calls that leave on a connection: gathered into frames, answered, cancelled, timed out. The hot path of every client."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import msgpack

from amino_wire import frames
from amino_wire.error_tree import AminoError, DeadlineExceeded, FrameInvalid, KernelUnavailable, Moved, Overloaded, ValueInvalid
from amino_wire.invocation import CallOptions
from amino_wire.values import SCALARS, Codec, EncodedValue, reader, writer
from amino_wire.values.kinds import RAISED

_only_scalars = SCALARS.issuperset
_cancelled: Callable[[asyncio.Future[Any]], bool] = asyncio.Future.cancelled
SWEEP_SECONDS = 0.02
"""How often waiting calls are looked at for callers that gave up. A callback per call would cost more than the call."""
GRACE_SECONDS = 0.25
"""How much longer than a call's budget its answer is waited for: the kernel's own DEADLINE_EXCEEDED says more than ours."""
QUEUE_LIMIT = 4 * frames.UNANSWERED_LIMIT
"""Calls that may wait on one connection before further ones are refused."""


@dataclass(frozen=True, slots=True)
class FailedCall:
    """A call that did not run: it was answered MOVED, or the connection was lost before it was sent.

    Arguments:
        future: what the caller waits for.
        target, method: which member of which object.
        args: plain, or an EncodedValue.
        options: plain.
        error: what the caller gets unless somebody sends the call elsewhere.
    """

    future: asyncio.Future[Any]
    target: str
    method: str
    args: Any
    options: dict[int, Any]
    error: AminoError


class Batch:
    """The calls of one request frame that are not answered yet."""

    __slots__ = ("calls", "deadline", "futures", "left", "options")

    def __init__(self, futures: list[asyncio.Future[Any]], calls: list[Any], deadline: float, options: dict[int, dict[int, Any]]) -> None:
        self.futures = futures
        self.calls = calls
        self.deadline = deadline
        self.options = options
        self.left = len(futures)


class OutgoingCalls:
    """One direction of a connection: `call` gathers, `flush` writes one frame, `settle` takes a reply apart.

    Arguments:
        loop: the loop that owns the connection; every method runs on it.
        codec: how values are written and what references become.
        write: takes the bytes of one frame.
        peer: who answers, for messages, such as `kernel k1 at 127.0.0.1:7500`.
        budget_ms: time of a call that names none; 0: the kernel's default.
        opaque: outcomes arrive as EncodedValues.
        on_failed: may take over a call that did not run, and answer its future later; returns whether it does.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        codec: Codec,
        write: Callable[[bytes], None],
        *,
        peer: str,
        budget_ms: int = 0,
        opaque: bool = False,
        on_failed: Callable[[FailedCall], bool] | None = None,
    ) -> None:
        self.peer = peer
        self._on_failed = on_failed
        self.frame_limit = frames.FRAME_LIMIT
        self._loop = loop
        self._codec = codec
        self._write = write
        self._budget_ms = budget_ms
        self._wait_seconds = (budget_ms or frames.DEFAULT_BUDGET_MS) / 1000 + GRACE_SECONDS
        self._opaque = opaque
        self._create_future = loop.create_future
        self._call_soon = loop.call_soon
        self._time = loop.time
        self._pack: Callable[[Any], bytes] = msgpack.Packer(default=writer.big_integer).pack
        self._futures: list[asyncio.Future[Any]] = []
        self._calls: list[Any] = []
        self._options: dict[int, dict[int, Any]] = {}
        self._encoded = False
        self._open: dict[int, Batch] = {}
        self._seq = 0
        self._waiting = 0
        self._paused = False
        self._paused_since = 0.0
        self._sweeper: asyncio.TimerHandle | None = None
        self._lost: AminoError | None = None
        self._answered: asyncio.Future[Any] = loop.create_future()
        self._answered.set_result(None)
        self._dropped: asyncio.Future[Any] = loop.create_future()
        self._dropped.set_result(None)

    @property
    def unanswered(self) -> int:
        """Calls that were made and have no answer."""
        return self._waiting + len(self._futures)

    def call(self, target: str, method: str, args: Sequence[Any] | EncodedValue, options: CallOptions | None = None) -> asyncio.Future[Any]:
        """Calls a member; the future gets its result or the AminoError it ended with.

        Arguments:
            target: an object's id; "" or `@…` for the peer itself.
            method: the member.
            args: positional arguments; what they hold is copied, so they may change afterwards.
            options: named arguments, deadline and so on.

        Raises:
            ValueInvalid: an argument cannot travel.
            KernelUnavailable: the connection is closed.
        """
        if type(args) is tuple:
            for arg in args:
                if type(arg) not in SCALARS:
                    args = self._codec.plain_items(args)
                    break
        elif type(args) is EncodedValue:
            self._encoded = True
        else:
            args = self._codec.plain_items(cast("Sequence[Any]", args))
        futures = self._futures
        if not futures:
            self._begin()
        future = self._create_future()
        if options is not None:
            self._add_options(len(futures), options)
        futures.append(future)
        self._calls += (target, method, args)
        return future

    def _begin(self) -> None:
        """What the first call of a frame does for all of them."""
        if self._lost is not None:
            raise type(self._lost)(self._lost.message, details=self._lost.details)
        if not self._paused:
            self._call_soon(self.flush)

    def _add_options(self, index: int, options: CallOptions) -> None:
        plain = options.to_map(self._codec)
        if plain:
            self._encoded = self._encoded or EncodedValue in map(type, plain.values())
            self._options[index] = plain

    def flush(self) -> None:
        """Writes what has gathered as one frame."""
        futures = self._futures
        if not futures or self._paused or self._lost is not None:
            return
        calls, options, encoded = self._calls, self._options, self._encoded
        self._futures, self._calls = [], []
        if options or encoded:
            self._options, self._encoded = {}, False
        self._send(futures, calls, options, encoded)

    def _send(self, futures: list[asyncio.Future[Any]], calls: list[Any], options: dict[int, dict[int, Any]], encoded: bool) -> None:
        seq = self._seq
        try:
            if encoded:
                data = _pack_encoded(seq, self._budget_ms, calls, options)
            else:
                data = self._pack((0, seq, self._budget_ms, calls, options) if options else (0, seq, self._budget_ms, calls))
        except (ValueError, OverflowError, TypeError, writer.Unwritable):
            self._send_apart(futures, calls, options)
            return
        if len(data) > self.frame_limit:
            self._send_apart(futures, calls, options)
            return
        self._seq = seq + 1
        self._open[seq] = Batch(futures, calls, self._time() + self._wait_seconds, options)
        self._waiting += len(futures)
        if self._sweeper is None:
            self._sweeper = self._loop.call_later(SWEEP_SECONDS, self._sweep)
        self._write(data)

    def _send_apart(self, futures: list[asyncio.Future[Any]], calls: list[Any], options: dict[int, dict[int, Any]]) -> None:
        """One of the calls cannot be written, or together they are too long: halves, and in the end the one at fault fails alone."""
        if len(futures) == 1:
            _fail(futures[0], self._unwritable(calls, options))
            return
        middle = len(futures) // 2
        earlier = {index: plain for index, plain in options.items() if index < middle}
        later = {index - middle: plain for index, plain in options.items() if index >= middle}
        self._send(futures[:middle], calls[: 3 * middle], earlier, True)
        self._send(futures[middle:], calls[3 * middle :], later, True)

    def _unwritable(self, calls: list[Any], options: dict[int, dict[int, Any]]) -> AminoError:
        target, method, args = calls
        try:
            size = len(_pack_encoded(0, 0, calls, options))
        except (ValueError, OverflowError, TypeError, writer.Unwritable) as error:
            found = writer.describe([*args], "args", None, str(error))
            return ValueInvalid(f"{method} of object {target} was not called: {found.message}")
        return ValueInvalid(
            f"{method} of object {target} was not called: its arguments take {size} bytes, "
            f"a frame may have {self.frame_limit}; send them in parts"
        )

    def settle(self, frame: list[Any]) -> None:
        """Gives the outcomes of a reply to the callers.

        Raises:
            FrameInvalid: it answers something that was not asked.
        """
        batch = self._open.pop(frame[1], None)
        outcomes = frame[2]
        if batch is None or batch.left != len(outcomes) or len(batch.futures) != len(outcomes):
            raise FrameInvalid(f"{self.peer} answered request {frame[1]}, which does not wait for {len(outcomes)} outcomes")
        self._waiting -= len(outcomes)
        pairs = zip(batch.futures, outcomes, strict=True)
        if not _only_scalars(map(type, outcomes)):
            for index, (future, outcome) in enumerate(pairs):
                self._settle_one(batch, index, future, outcome)
            return
        while True:
            try:
                for future, outcome in pairs:
                    future.set_result(outcome)
                return
            except asyncio.InvalidStateError:
                continue  # its caller gave up; zip goes on behind it

    def settle_some(self, frame: list[Any]) -> None:
        """Gives the outcomes of a partial reply to the callers.

        Raises:
            FrameInvalid: it answers something that was not asked.
        """
        batch = self._open.get(frame[1])
        for index, outcome in zip(frame[2], frame[3], strict=True):
            if batch is None or type(index) is not int or not 0 <= index < len(batch.futures) or batch.futures[index] is self._answered:
                raise FrameInvalid(f"{self.peer} answered call {index} of request {frame[1]}, which does not wait")
            future, batch.futures[index] = batch.futures[index], self._answered
            batch.left -= 1
            self._waiting -= 1
            self._settle_one(batch, index, future, outcome)
        if batch is not None and batch.left == 0:
            del self._open[frame[1]]

    def _settle_one(self, batch: Batch, index: int, future: asyncio.Future[Any], outcome: Any) -> None:
        if future.done():
            return
        try:
            if type(outcome) is EncodedValue and frames.is_raised(outcome.data):
                outcome = reader.unpack(outcome.data)
            if type(outcome) is msgpack.ExtType and outcome.code == RAISED:
                error = self._codec.error_of(outcome.data)
                if not (type(error) is Moved and self._passed_on(future, batch, index, error)):
                    future.set_exception(error)
            elif type(outcome) in SCALARS or type(outcome) is EncodedValue:
                future.set_result(outcome)
            else:
                future.set_result(self._codec.resolve(outcome))
        except AminoError as error:
            future.set_exception(error)

    def _passed_on(self, future: asyncio.Future[Any], batch: Batch, index: int, error: AminoError) -> bool:
        if self._on_failed is None or future.done():
            return False
        target, method, args = batch.calls[3 * index : 3 * index + 3]
        return self._on_failed(FailedCall(future, target, method, args, batch.options.get(index, {}), error))

    def send_again(self, call: FailedCall) -> None:
        """Sends a call that failed elsewhere without having run.

        Raises:
            KernelUnavailable: the connection is closed.
        """
        if not self._futures:
            self._begin()
        if call.options:
            self._options[len(self._futures)] = call.options
        self._encoded = self._encoded or type(call.args) is EncodedValue or EncodedValue in map(type, call.options.values())
        self._futures.append(call.future)
        self._calls += (call.target, call.method, call.args)

    def pause(self) -> None:
        """The transport's buffer is full: calls gather until `resume`."""
        self._paused = True
        self._paused_since = self._loop.time()
        if self._sweeper is None:
            self._sweeper = self._loop.call_later(SWEEP_SECONDS, self._sweep)

    def resume(self) -> None:
        """The transport takes frames again."""
        self._paused = False
        self.flush()

    def lose(self, reason: AminoError) -> None:
        """The connection is gone: every waiting call fails, and says whether it may have run."""
        if self._lost is not None:
            return
        self._lost = reason
        if self._sweeper is not None:
            self._sweeper.cancel()
            self._sweeper = None
        for batch in self._open.values():
            for index, future in enumerate(batch.futures):
                _fail(future, self._lost_call(batch.calls, index, reason, sent=True))
        unsent = Batch(self._futures, self._calls, 0.0, self._options)
        self._open.clear()
        self._futures, self._calls, self._options, self._waiting = [], [], {}, 0
        for index, future in enumerate(unsent.futures):
            error = self._lost_call(unsent.calls, index, reason, sent=False)
            if not self._passed_on(future, unsent, index, error):
                _fail(future, error)

    def _lost_call(self, calls: list[Any], index: int, reason: AminoError, *, sent: bool) -> AminoError:
        target, method = calls[3 * index], calls[3 * index + 1]
        fate = "it may have run" if sent else "it was not sent"
        details = {**reason.details, "object": target, "method": method, "sent": sent}
        return KernelUnavailable(f"{method} of object {target} has no answer, {fate}: {reason.message}", details=details, cause=reason)

    def _sweep(self) -> None:
        """Looks for callers that gave up and calls whose time is over."""
        now = self._loop.time()
        self._sweeper = None
        for seq, batch in list(self._open.items()):
            if True in map(_cancelled, batch.futures):
                self._cancel(seq, batch)
            if now >= batch.deadline or batch.options:
                self._expire(seq, batch, now)
        if self._paused and self._futures:
            self._sweep_queue(now)
        if self._open or self._futures:
            pause = SWEEP_SECONDS if self._waiting < 4096 else 10 * SWEEP_SECONDS
            self._sweeper = self._loop.call_later(pause, self._sweep)

    def _sweep_queue(self, now: float) -> None:
        """The peer does not read: what waits to be sent must neither wait for ever nor grow without end."""
        if now - self._paused_since > self._wait_seconds:
            futures, calls = self._futures, self._calls
            self._futures, self._calls, self._options, self._encoded = [], [], {}, False
            for index, future in enumerate(futures):
                _fail(future, self._late(calls, index, int(self._wait_seconds * 1000)))
        for future in self._futures[QUEUE_LIMIT:]:
            _fail(future, Overloaded(f"{QUEUE_LIMIT} calls wait for {self.peer}, which does not read; wait for some of them first"))
        del self._futures[QUEUE_LIMIT:], self._calls[3 * QUEUE_LIMIT :]
        self._options = {index: plain for index, plain in self._options.items() if index < QUEUE_LIMIT}

    def _cancel(self, seq: int, batch: Batch) -> None:
        given_up = [index for index, future in enumerate(batch.futures) if future.cancelled()]
        for index in given_up:
            batch.futures[index] = self._dropped
        self._write(frames.pack((frames.CANCEL, seq, given_up)))

    def _expire(self, seq: int, batch: Batch, now: float) -> None:
        started = batch.deadline - self._wait_seconds
        late: list[int] = []
        for index, future in enumerate(batch.futures):
            if future.done():
                continue
            budget = batch.options.get(index, {}).get(2, self._budget_ms or frames.DEFAULT_BUDGET_MS)
            if now >= started + budget / 1000 + GRACE_SECONDS:
                late.append(index)
                future.set_exception(self._late(batch.calls, index, budget))
                batch.futures[index] = self._dropped
        if late:
            self._write(frames.pack((frames.CANCEL, seq, late)))

    def _late(self, calls: list[Any], index: int, budget_ms: int) -> AminoError:
        target, method = calls[3 * index], calls[3 * index + 1]
        return DeadlineExceeded(
            f"{method} of object {target} was not answered within {budget_ms} ms by {self.peer}; it may have run",
            details={"object": target, "method": method, "budget_ms": budget_ms},
        )


def _pack_encoded(seq: int, budget_ms: int, calls: list[Any], options: dict[int, dict[int, Any]]) -> bytes:
    """A request some of whose parts are EncodedValues."""
    parts = [frames.array_header(5 if options else 4), frames.pack(frames.REQUEST), frames.pack(seq), frames.pack(budget_ms)]
    parts.append(frames.pack_parts(calls))
    if options:
        parts.append(frames.map_header(len(options)))
        for index, plain in options.items():
            parts += (frames.pack(index), frames.map_header(len(plain)))
            for key, value in plain.items():
                parts += (frames.pack(key), value.data if type(value) is EncodedValue else frames.pack(value))
    return b"".join(parts)


def _fail(future: asyncio.Future[Any], error: AminoError) -> None:
    if not future.done():
        future.set_exception(error)
