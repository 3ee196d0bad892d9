"""Channels that others have replaced, while requests are under way on them."""

from __future__ import annotations

import asyncio

import grpc.aio

RETIRED_SECONDS = 30.0
"""How long those requests may take."""


class RetiredChannels:
    """Closes each channel when its requests have ended: a kernel that stops still answers those that it has."""

    def __init__(self) -> None:
        self._closing: set[asyncio.Task[None]] = set()

    def add(self, channel: grpc.aio.Channel) -> None:
        """Nothing more is sent on that channel."""
        closing = asyncio.ensure_future(channel.close(RETIRED_SECONDS))
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)

    async def close(self) -> None:
        """Waits no more."""
        for closing in list(self._closing):
            closing.cancel()
        await asyncio.gather(*self._closing, return_exceptions=True)
