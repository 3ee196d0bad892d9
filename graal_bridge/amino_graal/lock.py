"""The lock file: which jars a guest language needs, and what each must hash to."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from amino_wire.errors import LanguageUnknown

LANGUAGES: tuple[str, ...] = ("js", "python", "ruby", "llvm", "wasm", "java")
# Java objects are classes of the JVM itself: they need no jar beyond the base.
_SETS_OF = {"java": ("base",)}
_ENGINES = {"java": "polyglot"}
_COMPILER = "compiler-"


@dataclass(frozen=True, slots=True)
class LockedJar:
    """One jar: Maven coordinates, sha256 in hex, size in bytes."""

    group: str
    artifact: str
    version: str
    sha256: str
    size: int

    @property
    def file_name(self) -> str:
        return f"{self.artifact}-{self.version}.jar"

    @property
    def repository_path(self) -> str:
        """Where a Maven repository keeps it, relative to its root."""
        return f"{self.group.replace('.', '/')}/{self.artifact}/{self.version}/{self.file_name}"


@dataclass(frozen=True, slots=True)
class JarLock:
    """The content of `jars.lock.json`."""

    sets: dict[str, tuple[LockedJar, ...]]

    def jars_of(self, language: str) -> tuple[LockedJar, ...]:
        """Answers the jars that a language needs on the class path.

        Raises:
            LanguageUnknown: There is no such guest language.
        """
        if language not in LANGUAGES:
            raise LanguageUnknown(f"There is no guest language {language!r}. Known: {', '.join(LANGUAGES)}.")
        names = _SETS_OF.get(language, ("base", language))
        return merged(self.sets[name] for name in names)

    def compiler_for(self, java: str) -> tuple[LockedJar, ...]:
        """Answers the jars of the JIT compiler for a JVM, for its module path.

        A JVM takes no compiler that is newer than itself: guests would be interpreted, with a warning only. So this is the newest that is
        not newer, or the oldest of all.

        Args:
            java: The version of the JVM, such as `25.0.3`.
        """
        versions = sorted((name.removeprefix(_COMPILER) for name in self.sets if name.startswith(_COMPILER)), key=_numbers)
        fitting = [version for version in versions if _numbers(version) <= _numbers(java)]
        return self.sets[_COMPILER + (fitting[-1] if fitting else versions[0])]

    def version_of(self, language: str) -> str:
        """Answers the version of a language's engine.

        Raises:
            LanguageUnknown: There is no such guest language.
        """
        engine = _ENGINES.get(language, f"{language}-language")
        return next(jar.version for jar in self.jars_of(language) if jar.artifact == engine)

    def every_jar(self) -> tuple[LockedJar, ...]:
        return merged(self.sets.values())


def merged(sets: Iterable[Iterable[LockedJar]]) -> tuple[LockedJar, ...]:
    """Answers the union of some sets, each jar once, sorted by file name."""
    return tuple(sorted({jar for jars in sets for jar in jars}, key=lambda jar: jar.file_name))


def load_lock(path: Path | None = None) -> JarLock:
    """Reads a lock file; without a path the one of this package."""
    source = path or Path(__file__).with_name("jars.lock.json")
    content: dict[str, Any] = json.loads(source.read_text(encoding="utf-8"))
    return JarLock(
        {name: tuple(locked_jar(each, content["jars"][each]) for each in coordinates) for name, coordinates in content["sets"].items()}
    )


def _numbers(version: str) -> tuple[int, ...]:
    """The numbers of a version; a JVM's may have a build behind them."""
    numbers = [int(number) for number in re.findall(r"\d+", re.split(r"[-+_]", version)[0])]
    return tuple(numbers + [0] * (3 - len(numbers)))


def locked_jar(coordinate: str, entry: dict[str, Any]) -> LockedJar:
    """Reads an entry of a lock file, which stands under `group:artifact:version`."""
    group, artifact, version = coordinate.split(":")
    return LockedJar(group, artifact, version, entry["sha256"], entry["size"])
