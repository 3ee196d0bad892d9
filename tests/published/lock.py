"""The lock file: which published packages the tests use, from which registry, with the sha256 of what comes from there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LOCK = Path(__file__).parent / "packages.lock.json"


@dataclass(frozen=True, slots=True)
class Package:
    """A package in its exact version.

    Arguments:
        registry: npm, pypi, debian, crates or maven.
        name: as the registry knows it.
        version: exact.
        sha256: of the file that the registry gives; empty while it is not yet locked.
        needs: names of all other packages that it needs, directly or not; all are in the lock file.
    """

    registry: str
    name: str
    version: str
    sha256: str = ""
    needs: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """How the lock file names it."""
        return f"{self.registry}/{self.name}"


class Lock:
    """The packages by their keys, such as `npm/lodash`."""

    def __init__(self, packages: dict[str, Package]) -> None:
        self._packages = packages

    def __iter__(self) -> Iterator[Package]:
        return iter(self._packages.values())

    def find(self, registry: str, name: str) -> Package:
        """Raises `KeyError` where the lock file does not have it."""
        return self._packages[f"{registry}/{name}"]

    def closure(self, package: Package) -> list[Package]:
        """The package and all that it needs."""
        return [package, *(self.find(package.registry, name) for name in package.needs)]


def read(path: Path = LOCK) -> Lock:
    """Reads the lock file."""
    packages: dict[str, Package] = {}
    for key, entry in json.loads(path.read_text(encoding="utf-8"))["packages"].items():
        registry, name = key.split("/", 1)
        packages[key] = Package(registry, name, entry["version"], entry["sha256"], tuple(entry.get("needs", ())))
    return Lock(packages)


def write(packages: list[Package], path: Path = LOCK) -> None:
    """Writes the lock file, sorted."""
    entries = {
        each.key: {"version": each.version, "sha256": each.sha256, **({"needs": list(each.needs)} if each.needs else {})}
        for each in sorted(packages, key=lambda each: each.key)
    }
    path.write_text(json.dumps({"version": 1, "packages": entries}, indent=1) + "\n", encoding="utf-8")
