"""Where a client looks for a kernel."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping

from amino_wire.errors import ConfigInvalid

DEFAULT_ADDRESS = "127.0.0.1:7420"
VARIABLE = "AMINO_ADDRESS"


def addresses(given: str | None, environ: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """The kernels to try, in order: the given ones, else AMINO_ADDRESS, else the default.

    Arguments:
        given: `host:port`, or several separated by commas.
        environ: the environment; None for this process's.

    Raises:
        ConfigInvalid: an address is none.
    """
    text = given or (os.environ if environ is None else environ).get(VARIABLE) or DEFAULT_ADDRESS
    found = tuple(part.strip() for part in text.split(",") if part.strip())
    for address in found:
        host, _, port = address.rpartition(":")
        if not host or not port.isdigit() or not 0 < int(port) < 65536:
            raise ConfigInvalid(f"{address!r} is no address of a kernel; write host:port, such as {DEFAULT_ADDRESS}")
    return found


def is_loopback(address: str) -> bool:
    """Whether `host:port` reaches only this machine."""
    host = address.rpartition(":")[0].strip("[]")
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
