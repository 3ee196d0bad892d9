"""The address of an etcd cluster, as `--store` gives it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, urlsplit

from amino_wire.errors import ConfigInvalid

SCHEME = "etcd"
PORT = 2379
_FORM = "write etcd://HOST:PORT,HOST:PORT/PREFIX?user=NAME&password_file=FILE&ca=FILE&cert=FILE&key=FILE, of which only one HOST is needed"


@dataclass(frozen=True, slots=True)
class EtcdAddress:
    """Where a cluster of etcd is, and how it is reached.

    Attributes:
        members: `host:port` of each member that may be asked.
        prefix: the beginning of all keys, so that several clusters of ours can share one etcd.
        user: whom etcd's own access control knows; empty: it has none.
        password_file: holds the user's password.
        ca, cert, key: files in PEM for TLS: who signed the members' certificates; our own certificate and its key. TLS is
            used where one of them is given.
    """

    members: tuple[str, ...]
    prefix: str = "amino"
    user: str = ""
    password_file: Path | None = None
    ca: Path | None = None
    cert: Path | None = None
    key: Path | None = None

    @property
    def tls(self) -> bool:
        """Whether connections are encrypted."""
        return self.ca is not None or self.cert is not None

    @property
    def title(self) -> str:
        """The cluster, as a message names it."""
        return f"etcd at {', '.join(self.members)}"

    @staticmethod
    def parse(text: str) -> EtcdAddress:
        """Reads an address. Raises ConfigInvalid, with the form that it must have."""
        parts = urlsplit(text)
        if parts.scheme != SCHEME:
            raise ConfigInvalid(f"the address {text!r} of the store does not begin with {SCHEME}://, and is not `sqlite`; {_FORM}")
        members = tuple(_member(each, text) for each in parts.netloc.split(","))
        options = _options(parts, text)
        files = {name: Path(value) for name, value in options.items() if name != "user"}
        if ("user" in options) is not ("password_file" in options) or ("cert" in options) is not ("key" in options):
            raise ConfigInvalid(f"in the address {text!r} of the store, user and password_file go together, as do cert and key; {_FORM}")
        prefix = parts.path.strip("/") or "amino"
        return EtcdAddress(members, prefix, options.get("user", ""), **files)


def _member(text: str, address: str) -> str:
    if not text or "@" in text:
        raise ConfigInvalid(f"the address {address!r} of the store does not name its members; {_FORM}")
    try:
        split = urlsplit(f"//{text}")
        host, port = split.hostname, split.port
    except ValueError as error:
        raise ConfigInvalid(f"the member {text!r} of the store is no host and port ({error}); {_FORM}") from error
    if not host:
        raise ConfigInvalid(f"the member {text!r} of the store has no host; {_FORM}")
    return f"[{host}]:{port or PORT}" if ":" in host else f"{host}:{port or PORT}"


def _options(parts: SplitResult, address: str) -> dict[str, str]:
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    unknown = sorted(set(options) - {"user", "password_file", "ca", "cert", "key"})
    if unknown:
        raise ConfigInvalid(f"the address {address!r} of the store has the unknown part {unknown[0]!r}; {_FORM}")
    return options
