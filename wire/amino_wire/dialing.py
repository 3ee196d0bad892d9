"""Connections of carriers to an address: TCP or a Unix socket."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import TypeVar

P = TypeVar("P", bound=asyncio.Protocol)


def unix_path(address: str) -> str | None:
    """The path of an address that is a Unix socket's, else None."""
    if address.startswith("unix:"):
        return address.removeprefix("unix:")
    return address if "/" in address else None


async def dial(make: Callable[[], P], address: str) -> P:
    """Connects.

    Arguments:
        make: makes the connection's protocol.
        address: `host:port`, or the path of a Unix socket (`unix:path` or a path with a slash).

    Raises:
        OSError, ValueError: nobody answers there.
    """
    loop = asyncio.get_running_loop()
    path = unix_path(address)
    if path is not None:
        _, protocol = await loop.create_unix_connection(make, path)
    else:
        host, _, port = address.rpartition(":")
        _, protocol = await loop.create_connection(make, host.strip("[]"), int(port))
    return protocol


def send_at_once(transport: asyncio.BaseTransport) -> None:
    """Lets TCP send small frames without waiting for more."""
    handle = transport.get_extra_info("socket")
    if handle is not None and handle.family in (socket.AF_INET, socket.AF_INET6):
        handle.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
