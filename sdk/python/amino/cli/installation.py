"""What of Amino is installed in this Python environment."""

from __future__ import annotations

import re
from importlib.util import find_spec

from amino_wire.errors import PackageMissing

DISTRIBUTION = "amino-runtime"
_MODULES = {"kernel": ("jpype", "py4j", "jgo", "grpc_health", "grpc_reflection", "structlog")}
"""Modules of the packages of an extra. To look for them costs less than to read what the packages say of themselves."""
_REQUIREMENT = re.compile(r"^\s*(?P<name>[A-Za-z0-9._-]+)")
_EXTRA = re.compile(r"""extra\s*==\s*["'](?P<extra>[^"']+)["']""")


def installed(extra: str) -> None:
    """Looks whether everything that an extra of the package needs is here.

    Raises:
        PackageMissing: Something is not; the message says which packages, and the command that installs them.
    """
    if all(find_spec(name) is not None for name in _MODULES[extra]):
        return
    missing = lacking(extra)
    if missing:
        raise PackageMissing(
            f"this installation has only the client: {', '.join(missing)} {'is' if len(missing) == 1 else 'are'} not installed; "
            f"pip install '{DISTRIBUTION}[{extra}]' adds what is missing",
            details={"packages": missing},
        )


def lacking(extra: str) -> list[str]:
    """Answers the packages that an extra needs on every platform and that are not installed."""
    import importlib.metadata

    try:
        requirements = importlib.metadata.requires(DISTRIBUTION) or []
    except importlib.metadata.PackageNotFoundError:
        return []  # a source tree on the path: its imports say what is missing
    return [name for name in _needed(requirements, extra) if not _is_here(name)]


def _needed(requirements: list[str], extra: str) -> list[str]:
    needed: list[str] = []
    for requirement in requirements:
        specifier, _, marker = requirement.partition(";")
        named = _EXTRA.fullmatch(marker.strip())
        found = _REQUIREMENT.match(specifier)
        if named is not None and named["extra"] == extra and found is not None:
            needed.append(found["name"])
    return needed


def _is_here(name: str) -> bool:
    import importlib.metadata

    try:
        importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True
