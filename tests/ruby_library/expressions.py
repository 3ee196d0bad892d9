"""Random expressions of Ruby, by the part of its library that they are about."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tests.ruby_library.date_texts import text
from tests.ruby_library.dates import date
from tests.ruby_library.decimals import decimal
from tests.ruby_library.octets import csv, digest, openssl
from tests.ruby_library.trees import yaml, zlib

PARTS: dict[str, Callable[[Random], str]] = {
    "bigdecimal": decimal,
    "csv": csv,
    "date": date,
    "date texts": text,
    "digest": digest,
    "openssl": openssl,
    "yaml": yaml,
    "zlib": zlib,
}
