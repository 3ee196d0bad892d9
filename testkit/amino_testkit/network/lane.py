"""Lanes between simulated processes: real frame connections whose frames travel through the simulated network."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

from amino_wire import frames
from amino_wire.connection import FrameConnection
from amino_wire.errors import AminoError, FrameInvalid, KernelUnavailable, to_payload
from amino_wire.lane import IncomingCall
from amino_wire.protocol import VERSION, Hello

from amino_testkit.network.network import Network
from amino_testkit.world.process import Process

OnRequest = Callable[["LaneEnd", list[IncomingCall]], None]


class LaneListener(Protocol):
    """What takes lanes at an address."""

    process: Process

    def greeted(self, lane: LaneEnd, hello: dict[str, Any]) -> None:
        """The other end has said who it is. Raises PermissionDenied."""
        ...

    def take(self, lane: LaneEnd, calls: list[IncomingCall]) -> None:
        """Calls have arrived."""
        ...


Listeners = dict[str, LaneListener]


class LaneEnd(FrameConnection):
    """One end of a lane, in the loop of its process. Frames keep their order; a frame that is lost takes the lane along.

    Arguments:
        network: how frames travel.
        process: whose end it is.
        other: the name of the place of the other end.
        peer: who is at the other end, for messages.
        listener: who takes calls and hellos at this end.
        behaviour: of a connection, as `FrameConnection` takes it.
    """

    def __init__(
        self,
        network: Network,
        process: Process,
        other: str,
        peer: str,
        listener: LaneListener | None = None,
        **behaviour: Any,
    ) -> None:
        super().__init__(peer, on_request=None if listener is None else partial(listener.take, self), **behaviour)
        self.process = process
        self.partner: LaneEnd | None = None
        self.client_id = ""
        self._network = network
        self._other = other
        self._listener = listener
        self._connects: Listeners | None = None
        self._address = ""
        self._greeting = b""
        self._earliest = 0.0
        self._broken = False
        self._silenced = False
        process.at_end(self._process_ended)

    def connect(self, address: str, listeners: Listeners) -> None:
        """The first frame opens the lane at that address."""
        self._connects, self._address = listeners, address

    def _write(self, data: bytes) -> None:
        if self._broken or self._lost is not None:
            return
        network, request = self._network, data[1:2] == bytes((frames.REQUEST,))
        reply = data[1:2] in (bytes((frames.REPLY,)), bytes((frames.PARTIAL,)))
        if self._greeting and request:
            network.doubled(self.process.name, self._other, lambda: self._again(data))
        self._greeting = self._greeting or data
        if not self._silenced:
            self._earliest = network.send(
                self.process,
                self._other,
                lambda: self._arrive(data),
                self._break,
                is_reply=reply,
                not_before=self._earliest,
                silenced=self._silence,
            )

    def _silence(self) -> None:
        """A frame is missing, and what follows it cannot be received without it."""
        self._silenced = True

    def _arrive(self, data: bytes) -> None:
        if self.partner is None:
            listener = self._found()
            if listener is None:
                self._network.soon(lambda: self._break(f"connection refused at {self._address}"))
                return
            listener.process.loop.call_soon(self._open, listener, data)
        else:
            self.partner.process.loop.call_soon(self.partner.take, data)

    def _found(self) -> LaneListener | None:
        return None if self._connects is None else self._connects.get(self._address)

    def _open(self, listener: LaneListener, data: bytes) -> None:
        """In the process of the listener: the first frame has arrived there."""
        if self.partner is None:
            self.partner = LaneEnd(self._network, listener.process, self.process.name, self.process.name, listener, opaque=True)
            self.partner.partner = self
        self.partner.take(data)

    def _again(self, data: bytes) -> None:
        """A request that arrives once more does so by a lane of its own, since each frame of a lane has its number once."""
        listener = self._found()
        if listener is not None:
            listener.process.loop.call_soon(_ghost, self._network, listener, self.process.name, (self._greeting, data))

    def say_goodbye(self, reason: AminoError) -> None:
        """Tells the other end why this end takes no further requests."""
        self._write(frames.pack((frames.GOODBYE, to_payload(reason))))

    def take(self, data: bytes) -> None:
        """Takes a frame that has arrived, in this end's process."""
        if self._lost is not None:
            return
        try:
            self.receive(data)
        except FrameInvalid as error:
            self.refuse(error)

    def _greeted(self, hello: dict[str, Any]) -> None:
        super()._greeted(hello)
        if self._listener is not None:
            self.client_id = str(hello.get("client") or "")
            try:
                self._listener.greeted(self, hello)
            except AminoError as error:
                self.say_goodbye(error)
                self.lost(error)
                return
            says = {Hello.VERSION: VERSION, Hello.KERNEL: self._listener.process.name}
            self._write(frames.pack((frames.HELLO, says)))

    def _break(self, why: str) -> None:
        """Outside of all processes: the lane is gone at both ends."""
        if self._broken:
            return
        self._broken = True
        for end in (self, self.partner):
            if end is not None:
                end._broken = True
                end.process.loop.call_soon(end.lost, KernelUnavailable(f"the connection to {end.peer} was lost ({why})"))

    def _process_ended(self) -> None:
        self._network.soon(lambda: self._break(f"{self.process.name} ended"))

    def _disconnect(self) -> None:
        self._network.soon(lambda: self._break("closed"))

    def _press(self, pressed: bool) -> None:
        """There is always room."""


class _Ghost(LaneEnd):
    """The end of a lane to nobody."""

    def _write(self, data: bytes) -> None:
        """Nobody waits for it."""


def _ghost(network: Network, listener: LaneListener, sender: str, received: tuple[bytes, ...]) -> None:
    end = _Ghost(network, listener.process, sender, sender, listener, opaque=True)
    for data in received:
        end.take(data)
