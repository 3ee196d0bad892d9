"""States that are larger than one piece, on their way over the bridge."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any

from amino_wire.errors import ValueInvalid
from amino_wire.protocol import STATE_LIMIT, STATE_PIECE
from amino_wire.values import EncodedValue, decode, encode

Ask = Callable[..., Awaitable[Any]]
"""Runs an operation of the JVM half, by its name, with its arguments."""


class StatePieces:
    """Brings states to a JVM half, and fetches them.

    Arguments:
        ask: runs the operations for it.
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._numbers = count(1)

    async def fetched(self, answer: EncodedValue) -> EncodedValue:
        """The state that a snapshot was answered with."""
        if not 0x90 <= answer.data[0] <= 0x9F:  # a state is a map
            return answer
        number, pieces = decode(answer.data)
        return EncodedValue(b"".join([await self._ask("piece", number, index) for index in range(pieces)]))

    async def brought(self, state: EncodedValue) -> EncodedValue:
        """The argument that stands for a state: itself, or the number under which it has been brought.

        Raises:
            ValueInvalid: it has more bytes than a state may have.
        """
        data = memoryview(state.data)
        size = len(data)
        if size <= STATE_PIECE:
            return state
        if size > STATE_LIMIT:
            raise ValueInvalid(f"the state has {size} bytes; no state may have more than {STATE_LIMIT}")
        number = next(self._numbers)
        for begin in range(0, size, STATE_PIECE):
            await self._ask("stage", number, begin, size, bytes(data[begin : begin + STATE_PIECE]))
        return EncodedValue(encode(number))
