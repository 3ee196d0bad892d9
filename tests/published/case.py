"""A published package with an object of ours that uses it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.published import assemblyscript, compiled, interpreted, jvm, rust
from tests.published.lock import Lock, Package
from tests.published.prepared import Prepared, Way
from tests.published.store import Store

OBJECTS = Path(__file__).parent / "objects"
WAYS: dict[str, Way] = {
    **{each.language: each for each in interpreted.LANGUAGES},
    **{each.language: each for each in compiled.LANGUAGES},
    **{each.language: each for each in jvm.LANGUAGES},
    **{each.language: each for each in rust.LANGUAGES},
    **{each.language: each for each in assemblyscript.LANGUAGES},
}
OWN = "own"
"""Stands for a package in the names of objects that use none."""


@dataclass(frozen=True, slots=True)
class Case:
    """An object over a package.

    Arguments:
        name: language and the file's name, such as `js/lodash`.
        way: how the language runs, here and natively.
        package: what it uses; None for an object that uses only what its language has.
        source: the object's file.
    """

    name: str
    way: Way
    package: Package | None
    source: Path

    @property
    def version(self) -> str:
        """Of the package."""
        return self.package.version if self.package else "-"

    @property
    def members(self) -> tuple[str, ...]:
        """The members in the order of their calls: the object is used, then goes on three times, and moves before the last two."""
        return (self.way.begin, *(self.way.go_on,) * 3)

    def prepare(self, lock: Lock, store: Store, work: Path) -> Prepared:
        """Makes the artifact, as people have it, and what runs natively, in an empty folder."""
        return self.way.prepare(self.source, lock.closure(self.package) if self.package else [], store, work)


def cases(lock: Lock) -> list[Case]:
    """All cases, one for each object's file.

    A file is named by its package, with `_` for what names of modules cannot have; behind `__` stands what sets it
    apart from others of the same package.
    """
    found: list[Case] = []
    for source in sorted(path for path in OBJECTS.glob("*/*") if path.parent.name in WAYS):
        way = WAYS[source.parent.name]
        if source.suffix != way.ending:
            continue
        named = source.stem.split("__")[0]
        package = next((each for each in lock if each.registry in way.registries and _plain(each.name) == named), None)
        assert package is not None or named == OWN, f"{source.name}: no package of the lock file has that name"
        found.append(Case(f"{way.language}/{source.stem}", way, package, source))
    return found


def _plain(name: str) -> str:
    name = name.rpartition(":")[2]
    for letter in ".-/":
        name = name.replace(letter, "_")
    return name.removeprefix("@").removeprefix("ruby_")
