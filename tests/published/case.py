"""A published package with an object of ours that uses it: its artifact, and the same calls made natively."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.published.lock import Lock, Package
from tests.published.store import Store

OBJECTS = Path(__file__).parent / "objects"
DRIVERS = Path(__file__).parent / "drivers"
ENDINGS = {"js": ".mjs", "python": ".py", "ruby": ".rb"}
INTERPRETERS = {"js": ("node",), "python": (sys.executable, "-P", "-S"), "ruby": ("ruby", "-W0")}
OWN = "own"
"""Stands for a package in the names of objects that use none."""
USE, GO_ON = "use", {"js": "goOn", "python": "go_on", "ruby": "go_on"}
PATIENCE_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Case:
    """An object over a package.

    Arguments:
        name: language and the file's name, such as `js/lodash`.
        language: of the object.
        package: what it uses; None for an object that uses only what its language has.
        source: the object's file.
    """

    name: str
    language: str
    package: Package | None
    source: Path

    @property
    def version(self) -> str:
        """Of the package."""
        return self.package.version if self.package else "-"

    @property
    def entry(self) -> str:
        """The object's file in the artifact; no package has a module of that name."""
        return f"main{ENDINGS[self.language]}"

    @property
    def members(self) -> tuple[str, ...]:
        """The members in the order of their calls: the object is used, then goes on three times, and moves before the last two."""
        return (USE, *(GO_ON[self.language],) * 3)

    def lay_out(self, lock: Lock, store: Store, into: Path) -> None:
        """Makes the folder that is registered: the object's file and the packages, as people have them."""
        store.lay_out(lock.closure(self.package) if self.package else [], into)
        shutil.copyfile(self.source, into / self.entry)

    def natively(self, folder: Path) -> list[Any]:
        """The results of all members, in the native interpreter.

        Raises:
            AssertionError: the object fails natively: the case itself is wrong.
        """
        driver = DRIVERS / f"run{ENDINGS[self.language]}"
        command = [*INTERPRETERS[self.language], str(driver), str(folder), *self.members]
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
        assert done.returncode == 0, f"{self.name} fails natively:\n{done.stderr[-3000:]}"
        return [json.loads(line) for line in done.stdout.splitlines()]


def cases(lock: Lock) -> list[Case]:
    """All cases, one for each object's file.

    A file is named by its package, with `_` for what names of modules cannot have; behind `__` stands what sets it
    apart from others of the same package.
    """
    by_file = {(each.language, _plain(each.name)): each for each in lock}
    found: list[Case] = []
    for source in sorted(path for path in OBJECTS.glob("*/*") if path.suffix in ENDINGS.values()):
        language = source.parent.name
        package_name = source.stem.split("__")[0]
        package = by_file.get((language, package_name))
        assert package is not None or package_name == OWN, f"{source.name}: no package of the lock file has that name"
        found.append(Case(f"{language}/{source.stem}", language, package, source))
    return found


def _plain(name: str) -> str:
    for letter in ".-/":
        name = name.replace(letter, "_")
    return name.removeprefix("@").removeprefix("ruby_")
