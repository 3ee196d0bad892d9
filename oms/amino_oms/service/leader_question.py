"""The question to a leader whether it still is there, by the standard health service: its token is a name of a service there."""

from __future__ import annotations

from typing import Any

import grpc
import grpc.aio
from grpc_health.v1 import health_pb2, health_pb2_grpc

# The health package has no types.
_messages: Any = health_pb2

OPTIONS = (
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 1000),
    ("grpc.max_reconnect_backoff_ms", 250),
    ("grpc.enable_http_proxy", 0),
    ("grpc.use_local_subchannel_pool", 1),
)


def leadership_of(token: int) -> str:
    """The name under which the owner of a token is healthy: another process at the same address knows nothing of it."""
    return f"amino.leader.{token}"


class LeaderQuestion:
    """Asks leaders, over a channel to the one that was asked last."""

    def __init__(self) -> None:
        self._address = ""
        self._channel: grpc.aio.Channel | None = None
        self._check: Any = None

    async def answers(self, address: str, token: int, seconds: float) -> bool:
        """Whether the leader with a token answers at an address within so many seconds."""
        if address != self._address:
            # Questions overlap: the new channel is there before anything is awaited.
            before, self._channel = self._channel, grpc.aio.insecure_channel(address, options=OPTIONS)
            self._address, self._check = address, health_pb2_grpc.HealthStub(self._channel).Check
            if before is not None:
                await before.close(None)
        request = _messages.HealthCheckRequest(service=leadership_of(token))
        try:
            answer = await self._check(request, timeout=seconds)
        except grpc.aio.AioRpcError:
            return False
        return bool(answer.status == _messages.HealthCheckResponse.SERVING)

    async def close(self) -> None:
        """Closes the channel."""
        if self._channel is not None:
            await self._channel.close(None)
        self._address, self._channel = "", None
