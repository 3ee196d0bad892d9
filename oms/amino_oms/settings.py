"""The settings of the object management service, as they were read. They are declared in `amino_wire.settings.oms`."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from amino_store.blobs.s3.address import S3Address
from amino_store.etcd.address import EtcdAddress
from amino_wire.errors import AddressRefused, ConfigInvalid
from amino_wire.settings.oms import OMS
from amino_wire.settings.reading import DEFAULT, FILE, found_settings, read_settings

SQLITE = "sqlite"
"""The store of one machine."""
FOLDER, IN_STORE = "folder", "store"
"""Blobs beside a store of one machine, and blobs in a store of several."""
_WILDCARDS = frozenset({"", "0.0.0.0", "::"})
"""A service that listens on all interfaces cannot tell at which of them others reach it."""
BESIDE_A_KERNEL = {"lease": 6.0, "margin": 2.0}
"""Defaults where a kernel runs in the same process. Such a kernel dies with the OMS, so a long lease costs nothing."""


def _default(name: str) -> Any:
    """The default of a setting, of that setting's own type."""
    return OMS.default(name)


@dataclass(frozen=True, slots=True)
class OmsSettings:
    """Settings of the object management service; `docs/configuration.md` says what each means.

    `data_dir` is made where missing. `max_artifact` is how many bytes the largest artifact may have.
    """

    data_dir: Path
    host: str = _default("host")
    port: int = _default("port")
    store: str = _default("store")
    blobs: str = _default("blobs")
    advertise: str = _default("advertise")
    depose_after: float = _default("depose_after")
    lease: float = BESIDE_A_KERNEL["lease"]
    margin: float = BESIDE_A_KERNEL["margin"]
    max_artifact: int = 256 * 1024 * 1024
    artifact_grace: float = _default("artifact_grace")
    accept_older_store: bool = _default("accept_older_store")
    insecure: bool = _default("insecure")
    max_nameless: int = _default("max_nameless")
    max_transactions: int = _default("max_transactions")
    max_transaction_objects: int = _default("max_transaction_objects")
    log_level: str = _default("log_level")
    log_format: str = _default("log_format")

    @property
    def artifacts(self) -> Path:
        """The folder of blobs, and of how far the store has come."""
        return self.data_dir / "artifacts"

    @property
    def s3(self) -> S3Address | None:
        """The bucket that has the blobs; None: they lie by the store. Raises ConfigInvalid where `blobs` does not go with it."""
        by_the_store = FOLDER if self.store == SQLITE else IN_STORE
        if self.blobs in ("", by_the_store):
            return None
        if self.blobs in (FOLDER, IN_STORE):
            raise ConfigInvalid(
                f"--blobs {self.blobs} does not go with this store: leave it out, or give {by_the_store} or s3://BUCKET/PREFIX"
            )
        return S3Address.parse(self.blobs)

    def check(self) -> None:
        """Raises ConfigInvalid or AddressRefused for what cannot be."""
        if self.lease < 0.1 or self.margin <= 0:
            raise ConfigInvalid(
                f"a lease of {self.lease} s with a margin of {self.margin} s is too short; take at least 0.1 s and more than 0 s"
            )
        if self.store != SQLITE:
            EtcdAddress.parse(self.store)
        _ = self.s3
        if self.artifact_grace <= 0:
            raise ConfigInvalid(
                f"an artifact cannot stay for {self.artifact_grace} s after its last use; between the upload of a class and its "
                "registration some seconds may pass"
            )
        if self.max_nameless < 0:
            raise ConfigInvalid(f"--max-nameless {self.max_nameless} is negative; give a number of objects, or 0 for any number")
        if self.max_transactions < 0 or self.max_transaction_objects < 0:
            raise ConfigInvalid("--max-transactions and --max-transaction-objects are numbers from 1, or 0 for any number")
        if self.depose_after < 0.2:
            raise ConfigInvalid(f"a leader cannot be deposed after {self.depose_after} s; give it at least 0.2 s to answer")
        if self.advertise and not self.advertise.rpartition(":")[2].isdigit():
            raise ConfigInvalid(f"--advertise {self.advertise} is no host:port, by which others would reach this service")
        if self.store != SQLITE and not self.advertise and self.host in _WILDCARDS:
            raise ConfigInvalid(
                f"kernels and other services cannot reach this one at {self.host}: say with --advertise HOST:PORT where they do"
            )
        if not 0 <= self.port < 65536:
            raise ConfigInvalid(f"the port {self.port} is not between 0 and 65535")
        if not self.insecure and not is_loopback(self.host):
            raise AddressRefused(
                f"the service would listen on {self.host}, where others could reach it without a password; "
                "use 127.0.0.1, or --insecure if you must"
            )


def load_oms_settings(flags: Mapping[str, Any], environ: Mapping[str, str] | None = None, file: Path = FILE) -> OmsSettings:
    """Reads the settings of the service.

    Arguments:
        flags: those of the command line; None stands for a flag that was not given.
        environ: the environment; None for this process's.
        file: the settings file; it may be missing.

    Raises:
        ConfigInvalid: a name is unknown or a value is out of range; the message says which, and where it stands.
    """
    return OmsSettings(**read_settings(OMS, flags, environ, file))


def settings_beside_a_kernel(flags: Mapping[str, Any], environ: Mapping[str, str] | None = None, file: Path = FILE) -> OmsSettings:
    """Reads the settings of a service that runs in a kernel's process; as `load_oms_settings`, with other leases by default.

    Raises ConfigInvalid for a store that several services share, too: this one could not stand by, below a kernel that needs it.
    """
    found = found_settings(OMS, flags, environ, file)
    values = {name: one.value for name, one in found.items()}
    values.update((name, value) for name, value in BESIDE_A_KERNEL.items() if found[name].origin == DEFAULT)
    settings = OmsSettings(**values)
    if settings.store != SQLITE:
        raise ConfigInvalid(
            f"`amino up` is an OMS and a kernel of one machine, which keeps all in its folder, not in {settings.store.split('?')[0]}; "
            "over etcd start `amino oms --store etcd://…`, on several hosts, and `amino kernel --oms HOST:PORT,…` beside them"
        )
    return settings


def is_loopback(host: str) -> bool:
    """Whether only processes of this machine can reach an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
