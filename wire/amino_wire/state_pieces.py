"""States that travel to a kernel in several requests, since they are larger than one may be. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from amino_wire.error_tree import ArgumentInvalid, Overloaded, ValueInvalid
from amino_wire.pb import oms_pb2
from amino_wire.protocol import STATE_LIMIT, STATE_PIECE
from amino_wire.records import title_of

KEPT_SECONDS = 60.0
"""For how long the pieces of a state wait for the next one."""
SUM_LIMIT = 4 * STATE_LIMIT
"""Bytes of all states that arrive in pieces at the same time."""

Key = tuple[str, str, int, int]


def pieces_of(request: oms_pb2.ReceiveObjectRequest) -> Iterator[oms_pb2.ReceiveObjectRequest]:
    """The requests that bring what one request says, to be sent one after another; the answer is that to the last one.

    Raises:
        ValueInvalid: its state has more bytes than a state may have.
    """
    state = request.state  # each look at it makes a copy
    size = len(state)
    if size > STATE_LIMIT:
        raise ValueInvalid(f"the state of object {title_of(request.object)} has {size} bytes; no state may have more than {STATE_LIMIT}")
    if size <= STATE_PIECE:
        yield request
        return
    begins = range(0, size, STATE_PIECE)
    for begin in begins:
        piece = oms_pb2.ReceiveObjectRequest(
            object=request.object,
            path=request.path,
            state=state[begin : begin + STATE_PIECE],
            manager_state=request.manager_state if begin == begins[-1] else b"",
            attempt=request.attempt,
            begin=begin,
            size=size,
        )
        yield piece


@dataclass(slots=True)
class _Arriving:
    since: float
    size: int
    bytes: bytearray = field(default_factory=bytearray)


class ArrivingStates:
    """The pieces of states that are not whole yet. Nothing is kept of a state whose sender has given up for longer than `KEPT_SECONDS`."""

    def __init__(self) -> None:
        self._states: dict[Key, _Arriving] = {}

    def take(self, request: oms_pb2.ReceiveObjectRequest, now: float) -> bytes | None:
        """The whole state, when this request brings the last piece, or all of it; else None.

        Arguments:
            request: the next piece. A piece that comes twice counts once.
            now: seconds.

        Raises:
            ArgumentInvalid: what came before it is not here.
            Overloaded: too much arrives at the same time.
            ValueInvalid: the state is larger than a state may be.
        """
        if not request.size:
            return request.state
        self._states = {key: each for key, each in self._states.items() if now - each.since < KEPT_SECONDS}
        key = (request.object.id, request.path, request.object.status.epoch, request.attempt)
        if request.begin == 0:
            self._begin(key, request, now)
        state = self._states.get(key)
        if state is None or request.begin > len(state.bytes) or request.size != state.size:
            raise ArgumentInvalid(f"The pieces of the state of object {key[0]} before byte {request.begin} are not here; begin anew.")
        state.since = now
        state.bytes[request.begin :] = request.state
        if len(state.bytes) < request.size:
            return None
        del self._states[key]
        if len(state.bytes) > request.size:
            raise ValueInvalid(f"The pieces of the state of object {key[0]} are longer than {request.size} bytes.")
        return bytes(state.bytes)

    def _begin(self, key: Key, request: oms_pb2.ReceiveObjectRequest, now: float) -> None:
        if not 0 < request.size <= STATE_LIMIT:
            raise ValueInvalid(f"The state of object {key[0]} has {request.size} bytes; no state may have more than {STATE_LIMIT}.")
        self._states.pop(key, None)
        if sum(each.size for each in self._states.values()) + request.size > SUM_LIMIT:
            raise Overloaded(f"The state of object {key[0]} has no room here while {len(self._states)} others arrive; try again.")
        self._states[key] = _Arriving(now, request.size)
