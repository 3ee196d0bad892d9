"""Puts the JVM half into the wheel and the source distribution. A package without it could run no object, so it is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NAME = "amino-runtime.jar"
IN_PACKAGE = f"graal_bridge/amino_graal/jar/{NAME}"
"""Where the jar is in a source distribution."""
IN_WHEEL = f"amino_graal/jar/{NAME}"
BUILT = f"java/target/{NAME}"
SOURCES = "java/src/main"


class JvmHalfMissing(Exception):
    """The JVM half has not been built, or not since its sources changed."""


class JvmHalf(BuildHookInterface[Any]):
    """Includes the jar in what is built."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Adds the jar to the files of a package; an editable installation finds it in the work tree.

        Raises:
            JvmHalfMissing: There is no jar, or it is older than a source of it.
        """
        if version == "editable":
            return
        jar = find(Path(self.root))
        build_data["force_include"][str(jar)] = IN_WHEEL if self.target_name == "wheel" else IN_PACKAGE


def find(root: Path) -> Path:
    """Answers the jar of a source tree or of an unpacked source distribution.

    Raises:
        JvmHalfMissing: There is none, or it is older than a source of it.
    """
    packed = root / IN_PACKAGE
    if packed.is_file():
        return packed
    built = root / BUILT
    if not built.is_file():
        raise JvmHalfMissing(
            f"The JVM half of Amino is not built ({BUILT} is not there). Build it first: `make java`, or `make packages` for all."
        )
    newest = max((file for file in (root / SOURCES).rglob("*") if file.is_file()), key=lambda file: file.stat().st_mtime)
    if newest.stat().st_mtime > built.stat().st_mtime:
        raise JvmHalfMissing(
            f"The JVM half of Amino is older than {newest.relative_to(root)}. Build it first: `make java`, or `make packages` for all."
        )
    return built
