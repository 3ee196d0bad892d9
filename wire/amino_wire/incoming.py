"""Calls that arrive on a connection: handed on, answered in batches, cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, cast

from amino_wire import frames
from amino_wire.error_base import AminoError
from amino_wire.error_payload import as_error
from amino_wire.error_tree import FrameInvalid, ValueInvalid
from amino_wire.guards import is_map
from amino_wire.invocation import NO_OPTIONS, CallOptions
from amino_wire.protocol import Outcome
from amino_wire.values import SCALARS, Codec, EncodedValue, writer


class IncomingCall:
    """A call that the peer made and that waits for its answer.

    Attributes:
        seq, index: its place on the connection.
        target: the object's id, or "" or `@…` for this end itself.
        method: the member.
        args: positional arguments; an EncodedValue on an opaque connection.
        options: those that travelled beside them.
        deadline: when the caller gives up, in seconds of the loop's clock (which is `time.monotonic`).
        cancelled: the caller no longer waits.
        on_cancel: called once when the caller gives up or the connection is lost; may be set by the code that runs the call.
    """

    __slots__ = ("answered", "args", "cancelled", "deadline", "index", "method", "on_cancel", "options", "seq", "target")

    def __init__(
        self, seq: int, index: int, target: str, method: str, args: Sequence[Any] | EncodedValue, options: CallOptions, deadline: float
    ) -> None:
        self.seq = seq
        self.index = index
        self.target = target
        self.method = method
        self.args = args
        self.options = options
        self.deadline = deadline
        self.cancelled = False
        self.answered = False
        self.on_cancel: Callable[[], None] | None = None

    def cancel(self) -> None:
        """Tells the code that runs the call that nobody waits for it."""
        if self.cancelled or self.answered:
            return
        self.cancelled = True
        if self.on_cancel is not None:
            self.on_cancel()


class _Request:
    """The calls of one frame that arrived, and the answers that have not left."""

    __slots__ = ("calls", "left", "ready")

    def __init__(self, calls: list[IncomingCall]) -> None:
        self.calls = calls
        self.left = len(calls)
        self.ready: list[tuple[int, Any]] = []


class IncomingCalls:
    """The other direction of a connection.

    Arguments:
        loop: the loop that owns the connection.
        codec: how values are read and written.
        write: takes the bytes of one frame.
        on_request: gets the calls of each frame. None: calls are refused.
        opaque: args, kwargs and headers stay EncodedValues.
        on_pressure: told True when so many calls are unanswered that no more should be read, and False when that is over.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        codec: Codec,
        write: Callable[[bytes], None],
        on_request: Callable[[list[IncomingCall]], None] | None,
        *,
        opaque: bool,
        on_pressure: Callable[[bool], None],
    ) -> None:
        self.frame_limit = frames.FRAME_LIMIT
        self._loop = loop
        self._codec = codec
        self._write = write
        self._on_request = on_request
        self.opaque = opaque
        self._on_pressure = on_pressure
        self._open: dict[int, _Request] = {}
        self._ready: dict[int, _Request] = {}
        self._unanswered = 0
        self._pressed = False
        self._closed = False

    @property
    def unanswered(self) -> int:
        """Calls that arrived and have no answer."""
        return self._unanswered

    @property
    def requests(self) -> list[int]:
        """The numbers of requests that have calls without an answer."""
        return list(self._open)

    def receive(self, frame: list[Any]) -> None:
        """Takes a request apart and hands it on.

        Raises:
            FrameInvalid: this end takes no calls, or the number is taken.
        """
        seq, budget, flat = frame[1], frame[2], frame[3]
        if self._on_request is None:
            raise FrameInvalid("this end of the connection takes no calls")
        if seq in self._open:
            raise FrameInvalid(f"request {seq} is open already")
        options = frame[4] if len(frame) == 5 else None
        now = self._loop.time()
        request = _Request([])
        runnable: list[IncomingCall] = []
        for index, (target, method, args) in enumerate(zip(flat[0::3], flat[1::3], flat[2::3], strict=True)):
            call = IncomingCall(seq, index, target, method, args, NO_OPTIONS, now + (budget or frames.DEFAULT_BUDGET_MS) / 1000)
            request.calls.append(call)
            try:
                if options:
                    self._add_options(call, options.get(index), now)
                if not self.opaque:
                    call.args = tuple(self._codec.resolve_items(cast("list[Any]", args)))
                runnable.append(call)
            except AminoError as error:
                error.outcome = Outcome.NOT_RUN
                self._loop.call_soon(self.fail, call, error)
        request.left = len(request.calls)
        if not request.calls:
            self._write(frames.pack((frames.REPLY, seq, [])))
            return
        self._open[seq] = request
        self._unanswered += request.left
        self._press()
        if runnable:
            self._on_request(runnable)

    def _add_options(self, call: IncomingCall, plain: Any, now: float) -> None:
        if plain is None:
            return
        if type(plain) is EncodedValue:
            plain = frames.read_options(plain)
        if not is_map(plain):
            raise FrameInvalid("the options of a call must be a map")
        call.options = CallOptions.from_map(plain, self._codec)
        if call.options.budget_ms:
            call.deadline = now + call.options.budget_ms / 1000

    def cancel(self, frame: list[Any]) -> None:
        """The caller gave up on some calls; ones that are answered already are passed over."""
        request = self._open.get(frame[1])
        if request is None:
            return
        for index in frame[2]:
            if type(index) is int and 0 <= index < len(request.calls):
                request.calls[index].cancel()

    def answer(self, call: IncomingCall, value: Any) -> None:
        """Answers a call with its result; leaves with what else is ready in this turn of the loop.

        A value that cannot travel becomes a ValueInvalid for the caller.
        """
        if type(value) not in SCALARS and type(value) is not EncodedValue:
            try:
                value = self._codec.plain(value, "result")
            except ValueInvalid as error:
                text = f"{call.method} of object {call.target} ran, but its {error.message}"
                value = self._codec.raised(ValueInvalid(text, outcome=Outcome.RAN))
        self._put(call, value)

    def fail(self, call: IncomingCall, error: BaseException) -> None:
        """Answers a call with an error."""
        self._put(call, self._codec.raised(as_error(error)))

    def _put(self, call: IncomingCall, plain: Any) -> None:
        if call.answered or self._closed:
            return
        call.answered = True
        request = self._open[call.seq]
        request.ready.append((call.index, plain))
        if not self._ready:
            self._loop.call_soon(self.flush)
        self._ready[call.seq] = request

    def flush(self) -> None:
        """Sends the answers that are ready."""
        ready, self._ready = self._ready, {}
        if self._closed:
            return
        for seq, request in ready.items():
            answers, request.ready = request.ready, []
            whole = len(answers) == len(request.calls)
            request.left -= len(answers)
            self._unanswered -= len(answers)
            if request.left == 0:
                del self._open[seq]
            if whole:
                answers.sort(key=_index)
            self._send(seq, answers, whole=whole)
        self._press()

    def _send(self, seq: int, answers: list[tuple[int, Any]], *, whole: bool) -> None:
        outcomes = [outcome for _, outcome in answers]
        try:
            packed = frames.pack_parts(outcomes) if EncodedValue in map(type, outcomes) else frames.pack(outcomes)
        except (ValueError, TypeError, OverflowError, writer.Unwritable) as error:
            packed, problem = b"", f"cannot travel: {error}"
        else:
            problem = f"takes {len(packed)} bytes, a frame may have {self.frame_limit}"
        if packed and len(packed) + 16 + 5 * len(answers) <= self.frame_limit:
            if whole:
                self._write(b"".join((frames.array_header(3), frames.pack(frames.REPLY), frames.pack(seq), packed)))
            else:
                indexes = frames.pack([index for index, _ in answers])
                self._write(b"".join((frames.array_header(4), frames.pack(frames.PARTIAL), frames.pack(seq), indexes, packed)))
        elif len(answers) > 1:
            middle = len(answers) // 2
            self._send(seq, answers[:middle], whole=False)
            self._send(seq, answers[middle:], whole=False)
        else:
            unsendable = ValueInvalid(f"the call ran, but its result {problem}", outcome=Outcome.RAN)
            self._send(seq, [(answers[0][0], self._codec.raised(unsendable))], whole=whole)

    def _press(self) -> None:
        pressed = self._unanswered > frames.UNANSWERED_LIMIT
        if pressed != self._pressed:
            self._pressed = pressed
            self._on_pressure(pressed)

    def close(self) -> None:
        """The connection is gone: nobody waits for the calls that arrived on it."""
        self._closed = True
        for request in list(self._open.values()):
            for call in request.calls:
                call.cancel()
        self._open.clear()


def _index(answer: tuple[int, Any]) -> int:
    return answer[0]
