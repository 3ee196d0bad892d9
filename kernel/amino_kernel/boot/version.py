"""The version that this kernel tells others."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def _find() -> str:
    try:
        return version("amino-runtime")
    except PackageNotFoundError:
        return "0+source"


VERSION = _find()
