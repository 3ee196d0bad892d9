"""The address of a bucket, as `--blobs` gives it. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from amino_wire.errors import ConfigInvalid

SCHEME = "s3"
TIMEOUT = 10.0
"""Seconds in which the service must answer one request, unless the address says otherwise."""
_LONGEST = 600.0
_FORM = (
    "write s3://BUCKET/PREFIX?endpoint=https://HOST:PORT&region=REGION&timeout=SECONDS, of which only BUCKET is needed. Credentials come "
    "from the environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_PROFILE) or the files of the AWS tools, never from the address"
)


@dataclass(frozen=True, slots=True)
class S3Address:
    """Where blobs lie.

    Attributes:
        bucket: its name.
        prefix: the beginning of all names of objects.
        endpoint: the URL of the service; empty: Amazon's own.
        region: of the bucket; empty: as the environment or the files of the AWS tools say.
        timeout: seconds in which each request must be answered.
    """

    bucket: str
    prefix: str = "amino"
    endpoint: str = ""
    region: str = ""
    timeout: float = TIMEOUT

    @property
    def title(self) -> str:
        """The bucket, as a message names it."""
        return f"s3://{self.bucket}/{self.prefix}" + (f" at {self.endpoint}" if self.endpoint else "")

    @staticmethod
    def parse(text: str) -> S3Address:
        """Reads an address. Raises ConfigInvalid, with the form that it must have. It never repeats the text, which may hold a secret."""
        try:
            parts = urlsplit(text)
        except ValueError as error:
            raise ConfigInvalid(f"the address of the blobs cannot be read; {_FORM}") from error
        if parts.scheme != SCHEME:
            raise ConfigInvalid(f"the address of the blobs does not begin with {SCHEME}://; {_FORM}")
        if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", parts.netloc):
            raise ConfigInvalid(f"the address of the blobs has no bucket's name (3 to 63 small letters, digits, dots and hyphens); {_FORM}")
        prefix = parts.path.strip("/") or "amino"
        if not re.fullmatch(r"[\w.-]+(/[\w.-]+)*", prefix, re.ASCII) or {".", ".."} & set(prefix.split("/")):
            raise ConfigInvalid(f"the prefix of the blobs may have letters, digits, and . _ - / alone; {_FORM}")
        try:
            options = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
        except ValueError as error:
            raise ConfigInvalid(f"the options in the address of the blobs cannot be read; {_FORM}") from error
        if set(options) - {"endpoint", "region", "timeout"} or parts.fragment:
            raise ConfigInvalid(f"the address of the blobs has an unknown option; {_FORM}")
        endpoint, region = options.get("endpoint", ""), options.get("region", "")
        if "endpoint" in options and not _is_endpoint(endpoint):
            raise ConfigInvalid(f"the endpoint of the blobs is no URL with http or https, a host and perhaps a port; {_FORM}")
        if "region" in options and not re.fullmatch(r"[A-Za-z0-9-]+", region):
            raise ConfigInvalid(f"the region of the blobs may have letters, digits and hyphens alone; {_FORM}")
        return S3Address(parts.netloc, prefix, endpoint, region, _timeout(options.get("timeout", str(TIMEOUT))))


def _timeout(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0.1 <= seconds <= _LONGEST:
        raise ConfigInvalid(f"the timeout of the blobs is no number of seconds from 0.1 to {_LONGEST:.0f}; {_FORM}")
    return seconds


def _is_endpoint(text: str) -> bool:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    # The library takes no other hosts, such as names with an underscore.
    if not re.fullmatch(r"[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\]", parts.netloc.rsplit(":", 1)[0] if port is not None else parts.netloc):
        return False
    plain = f"{parts.scheme}://{parts.netloc}"
    return parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in text and text.rstrip("/") == plain and port != 0
