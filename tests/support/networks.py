"""A house and a phone as network namespaces of this machine, with two networks between them. Needs Linux and root."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.support import namespaces
from tests.support.namespaces import ip

HOUSE = "10.99.0.1"
"""The address of everything that stays where it is."""
NETWORKS = {"wifi": "10.99.1", "mobile": "10.99.2"}
_NOBODY = "02:00:00:00:00:99"


@dataclass(frozen=True, slots=True)
class Networks:
    """Names of the two namespaces. The phone is in one network at a time, or in none."""

    house: str
    phone: str

    def join(self, network: str) -> None:
        """The phone gets its address in a network, and finds the house there."""
        part = NETWORKS[network]
        ip("-n", self.house, "neigh", "flush", "dev", network, "nud", "permanent")
        ip("-n", self.phone, "link", "set", network, "up")
        ip("-n", self.phone, "addr", "replace", f"{part}.2/24", "dev", network)
        ip("-n", self.phone, "route", "replace", HOUSE, "via", f"{part}.1")

    def leave(self, network: str) -> None:
        """The phone loses its address there. Packets to that address go nowhere from now on, and nobody says so."""
        part = NETWORKS[network]
        ip("-n", self.phone, "addr", "flush", "dev", network)
        ip("-n", self.phone, "link", "set", network, "down")
        ip("-n", self.house, "neigh", "replace", f"{part}.2", "lladdr", _NOBODY, "nud", "permanent", "dev", network)

    def address(self, network: str) -> str:
        """The phone's, there."""
        return f"{NETWORKS[network]}.2"


@contextmanager
def networks() -> Iterator[Networks]:
    """Both networks, with the phone in neither; taken down at the end of the block."""
    made = Networks(*(f"amino-{os.getpid()}-{name}" for name in ("house", "phone")))
    try:
        for name in (made.house, made.phone):
            namespaces.add(name)
        ip("-n", made.house, "addr", "add", f"{HOUSE}/32", "dev", "lo")
        for network, part in NETWORKS.items():
            ip("link", "add", network, "netns", made.house, "type", "veth", "peer", "name", network, "netns", made.phone)
            ip("-n", made.house, "addr", "add", f"{part}.1/24", "dev", network)
            ip("-n", made.house, "link", "set", network, "up")
        yield made
    finally:
        for name in (made.house, made.phone):
            namespaces.remove(name)
