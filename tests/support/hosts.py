"""Hosts on one machine: a network namespace each on a switch of their own, so that a host can be cut off from all others.

No address is in the machine's own namespace: nothing that is sent can leave, and a program that talks to the hosts runs within `CONTROL`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from tests.support import namespaces
from tests.support.namespaces import ip

LOOPBACK = "127.0.0.1"
CONTROL = "control"
_SUBNET = "10.77.74"
_BRIDGE = "switch"
_LABELLED = re.compile(r"amino(\d+)-.+")


@dataclass(frozen=True, slots=True)
class Host:
    """Where a process runs.

    Attributes:
        name: of the host.
        ip: where others reach its processes.
        prefix: what its commands begin with.
    """

    name: str
    ip: str = LOOPBACK
    prefix: tuple[str, ...] = ()


LOCAL = Host("this machine")


class Network:
    """Hosts with a switch between them. Made by `network`."""

    def __init__(self, label: str, names: Sequence[str]) -> None:
        self.label = label
        self.hosts = [Host(name, f"{_SUBNET}.{number}", self.within(name)) for number, name in enumerate(names, 1)]

    def within(self, name: str) -> tuple[str, ...]:
        """What a command begins with that runs on a host, or at the switch (`CONTROL`)."""
        return ("ip", "netns", "exec", self._space(name))

    def up(self) -> None:
        """Makes the hosts."""
        control = self._space(CONTROL)
        namespaces.add(control)
        ip("-n", control, "link", "add", _BRIDGE, "type", "bridge")
        ip("-n", control, "addr", "add", f"{_SUBNET}.254/24", "dev", _BRIDGE)
        ip("-n", control, "link", "set", _BRIDGE, "up")
        for host in self.hosts:
            space = self._space(host.name)
            namespaces.add(space)
            ip("-n", control, "link", "add", host.name, "type", "veth", "peer", "name", "eth0", "netns", space)
            ip("-n", control, "link", "set", host.name, "master", _BRIDGE, "up")
            ip("-n", space, "addr", "add", f"{host.ip}/24", "dev", "eth0")
            ip("-n", space, "link", "set", "eth0", "up")

    def cut(self, host: Host) -> None:
        """Pulls a host's cable: what is sent to it or by it is lost, and nobody is told."""
        ip("-n", self._space(CONTROL), "link", "set", host.name, "down")

    def heal(self, host: Host) -> None:
        """Puts the cable back."""
        ip("-n", self._space(CONTROL), "link", "set", host.name, "up")

    def down(self) -> None:
        """Removes what is there of the hosts."""
        for name in (*(host.name for host in self.hosts), CONTROL):
            namespaces.remove(self._space(name))

    def _space(self, name: str) -> str:
        return f"{self.label}-{name}"


@contextmanager
def network(names: Sequence[str]) -> Iterator[Network]:
    """Hosts of these names, removed at the end of the block."""
    namespaces.remove_left(_LABELLED)
    made = Network(f"amino{os.getpid()}", names)
    try:
        made.up()
        yield made
    finally:
        made.down()
