"""The settings that an operator can choose."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from pathlib import Path

from amino_wire.errors import AddressRefused, ConfigInvalid


@dataclass(frozen=True, slots=True)
class OmsSettings:
    """Settings of the object management service.

    Arguments:
        data_dir: the folder that it keeps everything in; made where missing.
        host: the address to listen on; a port of 0 is chosen by the system.
        lease: seconds that a kernel may be silent; `margin` is how much longer the service waits before it declares the kernel dead.
        max_artifact: bytes of the largest artifact.
        artifact_grace: seconds for which an artifact that no object is made of stays after its last use.
        accept_older_store: the store may lack what kernels and the folder of artifacts have seen: that is given up.
        max_nameless: how many objects without a name each maker may have, a client or an object; 0: any number.
        insecure: allows addresses that are not loopback, though anybody who reaches them may do anything.
    """

    data_dir: Path
    host: str = "127.0.0.1"
    port: int = 7400
    lease: float = 6.0
    margin: float = 2.0
    max_artifact: int = 256 * 1024 * 1024
    artifact_grace: float = 600.0
    accept_older_store: bool = False
    insecure: bool = False
    max_nameless: int = 100_000

    def check(self) -> None:
        """Raises ConfigInvalid or AddressRefused for what cannot be."""
        if self.lease < 0.1 or self.margin <= 0:
            raise ConfigInvalid(
                f"a lease of {self.lease} s with a margin of {self.margin} s is too short; take at least 0.1 s and more than 0 s"
            )
        if self.artifact_grace <= 0:
            raise ConfigInvalid(
                f"an artifact cannot stay for {self.artifact_grace} s after its last use; between the upload of a class and its "
                "registration some seconds may pass"
            )
        if self.max_nameless < 0:
            raise ConfigInvalid(f"--max-nameless {self.max_nameless} is negative; give a number of objects, or 0 for any number")
        if not 0 <= self.port < 65536:
            raise ConfigInvalid(f"the port {self.port} is not between 0 and 65535")
        if not self.insecure and not is_loopback(self.host):
            raise AddressRefused(
                f"the service would listen on {self.host}, where others could reach it without a password; "
                "use 127.0.0.1, or --insecure if you must"
            )


def is_loopback(host: str) -> bool:
    """Whether only processes of this machine can reach an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
