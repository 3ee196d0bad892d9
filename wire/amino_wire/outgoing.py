"""Calls that leave on a connection: gathered into frames, answered. The hot path of every client."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from amino_wire import frames
from amino_wire.batch import Batch, FailedCall, PlainCall, PlainOptions, Title, fail, futures_of, halves, pack_encoded, settle, unwritable
from amino_wire.error_base import AminoError
from amino_wire.error_tree import FrameInvalid, Overloaded, ValueInvalid
from amino_wire.invocation import AnyOptions, CallOptions
from amino_wire.protocol import REQUEST, Outcome
from amino_wire.route import is_followed
from amino_wire.sweeper import Sweeper
from amino_wire.values import SCALARS, Codec, EncodedValue, material, writer

__all__ = ["FailedCall", "OutgoingCalls", "Title"]

_only_scalars = SCALARS.issuperset
QUEUE_LIMIT = 4 * frames.UNANSWERED_LIMIT
"""Calls that may gather while a peer does not read before further ones are refused."""


class OutgoingCalls:
    """One direction of a connection: `call` gathers, `flush` writes one frame, `settle` takes a reply apart.

    Arguments:
        loop: the loop that owns the connection; every method runs on it.
        codec: how values are written and what references become.
        write: takes the bytes of one frame.
        peer: the other end's name, for messages, such as `kernel k1 at 127.0.0.1:7500`.
        budget_ms: time of a call that names none; 0: the kernel's default.
        on_failed: may take over a call that did not run, and answer its future later; returns whether it does.
        title: how messages call an object.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        codec: Codec,
        write: Callable[[bytes], None],
        *,
        peer: str,
        budget_ms: int = 0,
        on_failed: Callable[[FailedCall], bool] | None = None,
        title: Title = str,
    ) -> None:
        self.peer = peer
        self.frame_limit = frames.FRAME_LIMIT
        self._codec = codec
        self._write = write
        self._budget_ms = budget_ms
        self._on_failed = on_failed
        self._title = title
        self._create_future = futures_of(loop)
        self._call_soon = loop.call_soon
        self._time = loop.time
        self._pack = material.make_packer(writer.big_integer)
        self._futures: list[asyncio.Future[Any]] = []
        self._calls: list[Any] = []
        self._options: PlainOptions = {}
        self._encoded = False
        self._open: dict[int, Batch] = {}
        self._seq = 0
        self._waiting = 0
        self._paused_since: float | None = None
        budget_ms = budget_ms or frames.DEFAULT_BUDGET_MS
        self._sweeper = Sweeper(loop, self._open, write, peer=peer, budget_ms=budget_ms, title=title)
        self._wait_seconds = self._sweeper.wait_seconds
        self.oldest: Callable[[], int | None] = self._sweeper.oldest
        self._lost: AminoError | None = None
        self._ended = False
        self._answered: asyncio.Future[Any] = loop.create_future()
        self._answered.set_result(None)

    @property
    def unanswered(self) -> int:
        """Calls that were made and have no answer."""
        return self._waiting + len(self._futures)

    def call(self, target: str, method: str, args: Sequence[Any] | EncodedValue, options: AnyOptions | None = None) -> asyncio.Future[Any]:
        """Calls a member; the future gets its result or the AminoError it ended with.

        Arguments:
            target: an object's id; "" or `@…` for the peer itself.
            method: the member.
            args: positional arguments; they are copied, so they may change afterwards.
            options: named arguments, deadline and so on; plain ones are not copied.

        Raises:
            ValueInvalid: an argument cannot travel.
            KernelUnavailable: the connection is closed.
        """
        if isinstance(args, tuple):
            for arg in args:
                if type(arg) not in SCALARS:
                    args = self._plain(args)
                    break
        elif isinstance(args, EncodedValue):
            self._encoded = True
        else:
            args = self._plain(args)
        futures = self._futures
        if not futures:
            self._begin()
        future = self._create_future()
        if options is not None:
            self._add_options(len(futures), options)
        futures.append(future)
        self._calls += (target, method, args)
        return future

    def call_as(self, future: PlainCall, target: str, method: str, args: tuple[Any, ...] | EncodedValue, options: dict[int, Any]) -> None:
        """As `call`, for a future of the caller's own making, which learns the arguments as they travel.

        Arguments:
            future: gets the outcome.
            target, method, args: as of `call`.
            options: plain; they are not copied.
        """
        plain: Any = args
        if isinstance(args, EncodedValue):
            self._encoded = True
        elif not _only_scalars(map(type, args)):
            plain = self._plain(args)
        futures = self._futures
        if not futures:
            self._begin()
        self._options[len(futures)] = options
        future.args = plain
        futures.append(future)
        self._calls += (target, method, plain)

    def _plain(self, args: Sequence[Any]) -> list[Any]:
        try:
            return self._codec.plain_items(args)
        except ValueInvalid as error:
            error.outcome = Outcome.NOT_RUN
            raise

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

    def _begin(self) -> None:
        """The work that the first call of a frame does for all of them."""
        if self._lost is not None:
            raise type(self._lost)(self._lost.message, details=self._lost.details, outcome=Outcome.NOT_RUN)
        if self._paused_since is None:
            self._call_soon(self.flush)

    def _add_options(self, index: int, options: AnyOptions) -> None:
        plain = options.to_map(self._codec) if isinstance(options, CallOptions) else options
        if plain:
            self._encoded = self._encoded or EncodedValue in map(type, plain.values())
            self._options[index] = plain

    def flush(self) -> None:
        """Writes the gathered calls as one frame."""
        futures = self._futures
        if not futures or self._paused_since is not None or self._lost is not None:
            return
        calls, options, encoded = self._calls, self._options, self._encoded
        self._futures, self._calls = [], []
        if options or encoded:
            self._options, self._encoded = {}, False
        self._send(futures, calls, options, encoded)

    def _send(self, futures: list[asyncio.Future[Any]], calls: list[Any], options: PlainOptions, encoded: bool) -> None:
        seq = self._seq
        try:
            if encoded:
                data = pack_encoded(seq, self._budget_ms, calls, options, self._pack)
            else:
                data = self._pack((REQUEST, seq, self._budget_ms, calls, options) if options else (REQUEST, seq, self._budget_ms, calls))
        except (ValueError, OverflowError, TypeError, writer.Unwritable):
            self._send_apart(futures, calls, options)
            return
        if len(data) > self.frame_limit:
            self._send_apart(futures, calls, options)
            return
        self._seq = seq + 1
        self._open[seq] = Batch(futures, calls, self._time() + self._wait_seconds, options)
        self._waiting += len(futures)
        if not self._sweeper.running:
            self._sweeper.start()
        self._write(data)

    def _send_apart(self, futures: list[asyncio.Future[Any]], calls: list[Any], options: PlainOptions) -> None:
        """One of the calls cannot be written, or together they are too long: halves, and in the end the one at fault fails alone."""
        if len(futures) == 1:
            fail(futures[0], unwritable(calls, options, self.frame_limit, self._title))
            return
        for half in halves(futures, calls, options):
            self._send(*half, True)

    def settle(self, frame: list[Any]) -> None:
        """Gives the outcomes of a reply to the callers.

        Raises:
            FrameInvalid: it answers something that was not asked.
        """
        batch = self._open.get(frame[1])
        outcomes = frame[2]
        if batch is None or batch.left != len(outcomes) or len(batch.futures) != len(outcomes):
            raise FrameInvalid(f"{self.peer} answered request {frame[1]}, which does not wait for {len(outcomes)} outcomes")
        del self._open[frame[1]]
        self._waiting -= len(outcomes)
        if not _only_scalars(map(type, outcomes)):
            for index, outcome in enumerate(outcomes):
                self._settle_one(batch, index, outcome)
            return
        pairs = zip(batch.futures, outcomes, strict=True)
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
            self._settle_one(batch, index, outcome)
            batch.futures[index] = self._answered
            batch.left -= 1
            self._waiting -= 1
        if batch is not None and batch.left == 0:
            del self._open[frame[1]]

    def _settle_one(self, batch: Batch, index: int, outcome: Any) -> None:
        future = batch.futures[index]
        if not future.done():
            error = settle(future, outcome, self._codec)
            if error is not None:
                self._end(batch, index, error)

    def _end(self, batch: Batch, index: int, error: AminoError) -> None:
        if not (is_followed(error.code, error.outcome) and self._taken_over(batch, index, error)):
            batch.futures[index].set_exception(error)

    def _taken_over(self, batch: Batch, index: int, error: AminoError) -> bool:
        if self._on_failed is None or batch.futures[index].done():
            return False
        begun = batch.deadline - self._wait_seconds if batch.deadline else self._time()
        return self._on_failed(batch.failed(index, error, begun, self._budget_ms or frames.DEFAULT_BUDGET_MS))

    @property
    def paused(self) -> bool:
        """Whether calls gather because the transport takes no frames."""
        return self._paused_since is not None

    def pause(self) -> None:
        """The transport's buffer is full: calls gather until `resume`."""
        self._paused_since = self._time()

    def resume(self) -> None:
        """The transport takes frames again."""
        self._paused_since = None
        self.flush()

    def check_queue(self) -> None:
        """Ends calls that wait too long, or are too many, because the peer does not read. The owner calls it now and then while paused."""
        if self._paused_since is None or not self._futures:
            return
        if self._time() - self._paused_since > self._wait_seconds:
            self._take_unsent().expire(int(self._wait_seconds * 1000), self.peer, self._title)
        for future in self._futures[QUEUE_LIMIT:]:
            fail(future, Overloaded(f"{QUEUE_LIMIT} calls wait for {self.peer}, which does not read; wait for some of them first"))
        del self._futures[QUEUE_LIMIT:], self._calls[3 * QUEUE_LIMIT :]
        self._options = {index: plain for index, plain in self._options.items() if index < QUEUE_LIMIT}

    def _take_unsent(self) -> Batch:
        unsent = Batch(self._futures, self._calls, 0.0, self._options)
        self._futures, self._calls, self._options, self._encoded = [], [], {}, False
        return unsent

    def leave(self, reason: AminoError, last: int) -> None:
        """The peer runs no request behind `last`: those calls, and unsent ones, may be taken over. The others are waited for."""
        if self._lost is not None:
            return
        self._lost = reason
        later = [self._open.pop(seq) for seq in sorted(self._open) if seq > last]
        self._waiting -= sum(batch.left for batch in later)
        for batch in (*later, self._take_unsent()):
            batch.give_back(reason, self._title, self._taken_over)

    def lose(self, reason: AminoError) -> None:
        """The connection is gone: every waiting call fails, and says whether it may have run; unsent calls may be taken over."""
        if self._ended:
            return
        self._ended = True
        self._lost = self._lost or reason
        self._sweeper.stop()
        batches, self._waiting = list(self._open.values()), 0
        self._open.clear()
        unsent = self._take_unsent()
        for batch in batches:
            batch.lose(reason, self._title)
        unsent.give_back(reason, self._title, self._taken_over)
