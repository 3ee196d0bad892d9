"""What a forked process and the process beside it say to one another: values, each behind its length. Pure but for the stream."""

from __future__ import annotations

import asyncio
from typing import Any, Final, cast

from amino_wire.values import decode, encode

OPEN: Final = "open"
"""[OPEN, number, address, path, metadata, seconds or nil]: begins a request."""
MESSAGE: Final = "message"
"""[MESSAGE, number, bytes], both ways: a message of a request or of its answer."""
DONE: Final = "done"
"""[DONE, number]: the request has no further messages."""
CANCEL: Final = "cancel"
"""[CANCEL, number]: nobody waits for its answer."""
CONNECTED: Final = "connected"
"""[CONNECTED, number]: the other end has taken the request."""
END: Final = "end"
"""[END, number, status, text, trailing metadata]: it is answered. The status is a name of `grpc.StatusCode`."""

_LENGTH = 4


def written(*words: Any) -> bytes:
    """One message, ready to be sent."""
    data = encode(list(words))
    return len(data).to_bytes(_LENGTH, "little") + data


async def read(reader: asyncio.StreamReader) -> list[Any] | None:
    """The next message; None where the other process has ended."""
    try:
        length = int.from_bytes(await reader.readexactly(_LENGTH), "little")
        return cast("list[Any]", decode(await reader.readexactly(length)))
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
