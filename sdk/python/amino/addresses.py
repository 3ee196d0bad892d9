"""Where a client looks for a kernel."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Mapping

from amino_wire.errors import ConfigInvalid

DEFAULT_ADDRESS = "127.0.0.1:7420"
VARIABLE = "AMINO_ADDRESS"
_ADDRESS = re.compile(r"[^\s/]+:([0-9]{1,5})")


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
    wrong = next((address for address in found if not _is_address(address)), None if found else text)
    if wrong is not None:
        raise ConfigInvalid(f"{wrong!r} is no address of a kernel; write host:port, such as {DEFAULT_ADDRESS}")
    return found


def _is_address(address: str) -> bool:
    parts = _ADDRESS.fullmatch(address)
    return parts is not None and 0 < int(parts[1]) < 65536


def is_loopback(address: str) -> bool:
    """Whether `host:port` reaches only this machine."""
    host = address.rpartition(":")[0].strip("[]")
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
