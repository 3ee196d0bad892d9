"""A door of a played half: where it takes lanes, and what a client must show there."""

from __future__ import annotations

from typing import Any

from amino_wire.errors import PermissionDenied
from amino_wire.lane import IncomingCall
from amino_wire.protocol import Hello, Role

from amino_testkit.half.played_half import PlayedHalf
from amino_testkit.network.lane import LaneEnd


class Door:
    """See `amino_testkit.network.lane.LaneListener`.

    Arguments:
        half: what is behind it.
        token: what a client must show; None: nothing.
    """

    def __init__(self, half: PlayedHalf, token: str | None) -> None:
        self.process = half.process
        self._half = half
        self._token = token

    def greeted(self, lane: LaneEnd, hello: dict[str, Any]) -> None:
        """See LaneListener."""
        is_peer = hello.get(Hello.ROLE) == Role.PEER
        wanted = self._half.peer_token if is_peer else self._token
        if (is_peer or wanted is not None) and (not wanted or hello.get(Hello.TOKEN) != wanted):
            raise PermissionDenied("the token of this lane is another one; say Hello to the kernel again")
        self._half.enter(lane, is_peer=is_peer)

    def take(self, lane: LaneEnd, calls: list[IncomingCall]) -> None:
        """See LaneListener."""
        self._half.take(lane, calls)
