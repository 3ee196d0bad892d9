"""How a language runs: an artifact for Amino, and beside it a command that makes the same calls natively."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from tests.published.lock import Package
from tests.published.store import Store

DRIVERS = Path(__file__).parent / "drivers"
PATIENCE_SECONDS = 240


@dataclass(frozen=True, slots=True)
class Prepared:
    """An object that is ready to be registered, and to be run natively.

    Arguments:
        artifact: the folder or file that is registered.
        language: as it is registered.
        command: the native run; the names of the members are put behind it.
        entry: the object's file in a folder.
        class_name: the object's class, where it must be named.
    """

    artifact: Path
    language: str
    command: tuple[str, ...]
    entry: str = ""
    class_name: str = ""

    def natively(self, members: Sequence[str]) -> list[Any]:
        """The results of members, called natively one after the other.

        Raises:
            AssertionError: the object fails natively: the case itself is wrong.
        """
        return [json.loads(line) for line in run(*self.command, *members).splitlines()]


class Way(Protocol):
    """How a language runs.

    Arguments:
        language: the folder of its objects.
        ending: of an object's file.
        registries: where its packages come from.
        begin: the name of the member that is called first.
        go_on: the name of the member that goes on from the state.
        allow: what a kernel must allow to run it; empty in the default sandbox.
    """

    @property
    def language(self) -> str: ...
    @property
    def ending(self) -> str: ...
    @property
    def registries(self) -> tuple[str, ...]: ...
    @property
    def begin(self) -> str: ...
    @property
    def go_on(self) -> str: ...
    @property
    def allow(self) -> str: ...

    def prepare(self, source: Path, packages: Sequence[Package], store: Store, work: Path) -> Prepared:
        """Makes the artifact of an object's file with packages, and what runs natively, in an empty folder."""
        ...


def run(*command: str) -> str:
    """The standard output of a command. Raises AssertionError with the end of what it said where it fails."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
    assert done.returncode == 0, f"{' '.join(command)} failed:\n{(done.stdout + done.stderr)[-3000:]}"
    return done.stdout
