"""Where a kernel may listen, and what it says of that to others. Pure."""

from __future__ import annotations

import ipaddress

from amino_wire.errors import AddressRefused


def check_address(host: str, insecure: bool) -> str:
    """Refuses an address that others can reach, unless the operator insists.

    Returns:
        A warning to be logged at every start, or an empty string.

    Raises:
        AddressRefused: The address is not loopback and `insecure` is not set.
    """
    if is_loopback(host):
        return ""
    if not insecure:
        raise AddressRefused(
            f"{host} can be reached from other machines, and calls are neither encrypted nor authenticated yet. "
            "Listen on 127.0.0.1, or say --insecure if the network is yours alone."
        )
    return f"Listening on {host} without encryption or authentication: every process that reaches this port can run code here."


def is_loopback(host: str) -> bool:
    """True for addresses that only this machine can reach."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def is_wildcard(host: str) -> bool:
    """True for what stands for all interfaces of this machine."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_unspecified
    except ValueError:
        return False


def advertised(listening: str, fixed: str, seen: str) -> str:
    """The host at which others reach a kernel.

    Args:
        listening: the host that it listens on.
        fixed: the operator's word; empty: none.
        seen: its own end of a connection to the OMS; empty: there is no way to it at the moment.
    """
    if fixed or not is_wildcard(listening):
        return fixed or listening
    return seen or "127.0.0.1"


def port_of(address: str) -> int:
    """The port of `host:port`."""
    return int(address.rpartition(":")[2])


def join(host: str, port: int) -> str:
    """Answers `host:port`, with brackets around an IPv6 address."""
    return f"[{host}]:{port}" if ":" in host and not host.startswith("[") else f"{host}:{port}"
