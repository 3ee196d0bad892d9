"""This machine's own end of a connection to another one."""

from __future__ import annotations

import contextlib
import socket


def own_address_towards(address: str) -> str:
    """Answers the address of the interface over which this machine reaches another one at the moment; empty: it has no way to it.

    Sends nothing: connecting a datagram socket only chooses the route.

    Args:
        address: `host:port` of the other one. A name is looked up, which may take a while where it is not a plain address.
    """
    host, _, port = address.rpartition(":")
    with contextlib.suppress(OSError, ValueError):
        for family, kind, _, _, place in socket.getaddrinfo(host.strip("[]"), int(port), type=socket.SOCK_DGRAM):
            with contextlib.suppress(OSError), socket.socket(family, kind) as probe:
                probe.connect(place)
                return str(probe.getsockname()[0])
    return ""
