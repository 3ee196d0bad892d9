"""How our gRPC servers differ from what gRPC starts by default."""

from __future__ import annotations

from typing import Any, Final

_PENDING_LIMIT: Final = 100_000

SERVER_OPTIONS: Final[tuple[tuple[str, Any], ...]] = (
    # Without reuse, a second server on the same port is told so instead of getting every other connection.
    ("grpc.so_reuseport", 0),
    # Of more than 1,000 requests that wait gRPC cancels some at random, and says nothing of the reason: a program that makes 2,000 objects
    # at once would lose a few. A limit on streams does not help, since clients begin before they have heard of it.
    ("grpc.server.max_pending_requests", _PENDING_LIMIT),
    ("grpc.server.max_pending_requests_hard_limit", _PENDING_LIMIT),
)
"""For every server, besides the size of its messages."""
