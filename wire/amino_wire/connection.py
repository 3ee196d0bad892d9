"""A connection that carries frames both ways, whatever the carrier is. The carriers are in `lane` and `session`."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Any

from amino_wire import frames
from amino_wire.batch import PlainCall
from amino_wire.error_base import AminoError
from amino_wire.error_payload import to_payload
from amino_wire.error_tree import FrameInvalid, KernelUnavailable
from amino_wire.incoming import IncomingCall, IncomingCalls
from amino_wire.invocation import CallOptions
from amino_wire.outgoing import FailedCall, OutgoingCalls, Title
from amino_wire.protocol import Feature, Goodbye, Hello
from amino_wire.values import DEFAULT, Codec, EncodedValue, reader
from amino_wire.versions import check_version

FEATURES = (Feature.GOODBYE,)
"""What this end can do beyond version 2 of the wire."""
QUEUE_SECONDS = 1.0
"""How often calls that cannot be sent are looked at."""

_log = logging.getLogger(__name__)


class FrameConnection:
    """Both directions of a connection, without its carrier. Belongs to the loop it was made on.

    Arguments:
        peer: the other end's name, for messages.
        codec: how values are written and read.
        budget_ms: time of a call that names none; 0: the other end's default (60 s).
        opaque: values that arrive stay EncodedValues, for passing them on.
        on_request: gets the calls that the other end makes.
        on_lost: told once, with the reason, when the connection is gone.
        on_failed: may take over a call that did not run (OutgoingCalls).
        title: how messages call an object.
    """

    def __init__(
        self,
        peer: str,
        *,
        codec: Codec = DEFAULT,
        budget_ms: int = 0,
        opaque: bool = False,
        on_request: Callable[[list[IncomingCall]], None] | None = None,
        on_lost: Callable[[AminoError], None] | None = None,
        on_failed: Callable[[FailedCall], bool] | None = None,
        title: Title = str,
    ) -> None:
        loop = asyncio.get_running_loop()
        self.peer = peer
        self.peer_id = ""
        self._loop = loop
        self._on_lost = on_lost
        self._lost: AminoError | None = None
        self._left: AminoError | None = None
        self._opaque = opaque
        self._queue_timer: asyncio.TimerHandle | None = None
        self._hello: asyncio.Future[dict[str, Any]] = loop.create_future()
        self._outgoing = OutgoingCalls(loop, codec, self._write, peer=peer, budget_ms=budget_ms, on_failed=on_failed, title=title)
        self._incoming = IncomingCalls(loop, codec, self._write, on_request, opaque=opaque, on_pressure=self._press)
        # The bound methods themselves: one Python call less for each call.
        self.call: Callable[..., asyncio.Future[Any]] = self._outgoing.call
        self.call_as: Callable[[PlainCall, str, str, tuple[Any, ...] | EncodedValue, dict[int, Any]], None] = self._outgoing.call_as
        self.flush_calls: Callable[[], None] = self._outgoing.flush
        self.send_again: Callable[[FailedCall], None] = self._outgoing.send_again
        self.answer: Callable[[IncomingCall, Any], None] = self._incoming.answer
        self.fail: Callable[[IncomingCall, BaseException], None] = self._incoming.fail
        self.flush_answers: Callable[[], None] = self._incoming.flush

    @property
    def closed(self) -> bool:
        """Whether the connection takes no calls: it is gone, or the other end has said goodbye and owes answers only."""
        return self._lost is not None or self._left is not None

    @property
    def unanswered(self) -> int:
        """Calls made on this connection that wait for their answer."""
        return self._outgoing.unanswered

    @property
    def oldest(self) -> int | None:
        """The number of the oldest request without an answer, also where its callers have given up; None: all have one."""
        return self._outgoing.oldest()

    @property
    def requests(self) -> list[int]:
        """The numbers of the other end's requests that have calls without an answer."""
        return self._incoming.requests

    def descriptor(self) -> int | None:
        """The descriptor of the carrier's socket; None where the carrier has none of its own."""
        return None

    async def invoke(self, target: str, method: str, args: Sequence[Any] | EncodedValue = (), options: CallOptions | None = None) -> Any:
        """As `call`, awaited: the result, or the AminoError the call ended with is raised."""
        return await self.call(target, method, args, options)

    def receive(self, data: bytes) -> None:
        """Takes one frame that arrived.

        Raises:
            FrameInvalid: it is none, or does not fit what went before. The carrier closes the connection.
        """
        frame = self._decode(data)
        kind = frame[0]
        if kind == frames.REPLY:
            self._outgoing.settle(frame)
        elif kind == frames.PARTIAL:
            self._outgoing.settle_some(frame)
        elif kind == frames.REQUEST:
            self._incoming.receive(frame)
        elif kind == frames.CANCEL:
            self._incoming.cancel(frame)
        elif kind == frames.HELLO:
            self._greeted(frame[1])
        elif kind == frames.GOODBYE:
            self._dismissed(_farewell(self.peer, frame[1]))
        elif kind == frames.PING:
            self._write(frames.pack((frames.PONG, frame[1])))
        if self._left is not None:
            self._part(self._left)

    def _decode(self, data: bytes) -> list[Any]:
        if self._opaque and len(data) > 1:
            kind = data[1] if 0x93 <= data[0] <= 0x95 else frames.HELLO
            if kind in (frames.REPLY, frames.PARTIAL):
                return frames.split_reply(data)
            if kind == frames.REQUEST:
                return frames.split_request(data)
        try:
            return frames.decode_frame(data)
        except FrameInvalid as error:
            return frames.decode_outcomes(data, error)

    def _greeted(self, hello: dict[str, Any]) -> None:
        limit = hello.get(Hello.MAX_FRAME)
        if type(limit) is int and limit > 0:
            self._outgoing.frame_limit = self._incoming.frame_limit = min(limit, frames.FRAME_LIMIT)
        check_version(hello.get(Hello.VERSION), self.peer, "this program")
        name = hello.get(Hello.KERNEL) or hello.get(Hello.CLIENT)
        self.peer_id = name if isinstance(name, str) else ""
        if not self._hello.done():
            self._hello.set_result(hello)

    def hello(self, client_id: str, token: str | None, role: str) -> None:
        """Sends the first frame."""
        says = {Hello.VERSION: frames.VERSION, Hello.CLIENT: client_id, Hello.TOKEN: token, Hello.ROLE: role, Hello.FEATURES: [*FEATURES]}
        self._write(frames.pack((frames.HELLO, says)))

    async def greeted(self) -> None:
        """Waits for the other end's hello.

        Raises:
            AminoError: the other end said goodbye instead, or the connection was lost.
        """
        await self._hello

    def _dismissed(self, reason: AminoError) -> None:
        """The other end has said goodbye. Where it says which calls it still answers, the others are free to go elsewhere at once."""
        last = reason.details.pop(Goodbye.LAST, None)
        if type(last) is not int:
            self.lost(reason)
        elif not self.closed:
            self._left = reason
            self._refuse_greeting(reason)
            self._outgoing.leave(reason, last)
            if self._on_lost is not None:
                self._on_lost(reason)

    def _refuse_greeting(self, reason: AminoError) -> None:
        if not self._hello.done():
            self._hello.set_exception(reason)
            self._hello.exception()  # nobody need wait for it

    def _part(self, reason: AminoError) -> None:
        """Ends a connection whose other end has said goodbye, when neither end owes answers."""
        if not self.unanswered and not self._incoming.unanswered:
            self.lost(reason)

    def lost(self, reason: AminoError) -> None:
        """The connection is gone: fails what waits, tells the owner. Safe to repeat."""
        if self._lost is not None:
            return
        self._lost = reason
        self._refuse_greeting(reason)
        self._outgoing.lose(reason)
        self._incoming.close()
        self._disconnect()
        if self._on_lost is not None and self._left is None:
            self._on_lost(reason)

    def refuse(self, error: FrameInvalid) -> None:
        """The other end sent nonsense: says why and closes."""
        _log.warning("%s: %s", self.peer, error.message)
        if self._lost is None:
            self._write(frames.pack((frames.GOODBYE, to_payload(error))))
        self.lost(error)

    def close(self) -> None:
        """Closes at once; calls that wait fail with KernelUnavailable."""
        self.lost(KernelUnavailable(f"the connection to {self.peer} was closed on this side"))

    def _pause(self) -> None:
        """The carrier's buffer is full: calls gather."""
        self._outgoing.pause()
        if self._queue_timer is None:
            self._queue_timer = self._loop.call_later(QUEUE_SECONDS, self._check_queue)

    def _check_queue(self) -> None:
        self._queue_timer = None
        if self._lost is None and self._outgoing.paused:
            self._outgoing.check_queue()
            self._queue_timer = self._loop.call_later(QUEUE_SECONDS, self._check_queue)

    def _write(self, data: bytes) -> None:
        raise NotImplementedError

    def _press(self, pressed: bool) -> None:
        """So many calls of the other end are unanswered that the carrier should not read on."""
        raise NotImplementedError

    def _disconnect(self) -> None:
        raise NotImplementedError


def _farewell(peer: str, payload: Any) -> AminoError:
    try:
        error = reader.Reader().error(payload)
    except AminoError:
        return KernelUnavailable(f"{peer} closed the connection")
    return error
