"""The known faults: what `mutants.toml` says of them, and how the run of their tests is judged. Pure but for the reading of files."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[1]
_CHANGED = re.compile(r"^\+\+\+ b/(.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault that is put back.

    Arguments:
        name: of its patch, without `.patch`.
        fault: what the code does wrong, in one sentence.
        origin: the fault of the review that it is (C1 to C16), or the part that it spoils.
        tests: tests of which each must fail; one without parameters fails if any of its cases does.
        suite: a suite of schedules of which one must fail; empty: none.
        schedules: how many of them are played, from seed 1 on.
        states: a guest language of which a generated state must come back wrong; empty: none.
        tried: how many of these are tried.
    """

    name: str
    fault: str
    origin: str
    tests: tuple[str, ...] = ()
    suite: str = ""
    schedules: int = 0
    states: str = ""
    tried: int = 100

    @property
    def patch(self) -> Path:
        """Puts the fault back."""
        return FOLDER / f"{self.name}.patch"

    @property
    def wanted(self) -> tuple[str, ...]:
        """What must find the fault."""
        schedules = (schedules_id(self.suite, self.schedules),) if self.suite else ()
        return (*self.tests, *schedules, *((states_id(self.states, self.tried),) if self.states else ()))

    def changed(self) -> list[str]:
        """The files that the patch changes, from the root of the repository on."""
        return _CHANGED.findall(self.patch.read_text())


@dataclass(frozen=True, slots=True)
class Seen:
    """What a run of tests showed: names of tests, and the modules that were loaded with their files."""

    failed: tuple[str, ...]
    passed: tuple[str, ...]
    sources: Mapping[str, str]


def schedules_id(suite: str, count: int) -> str:
    """How reports call the schedules of a suite."""
    return f"{count} schedules of '{suite}'"


def states_id(language: str, count: int) -> str:
    """How reports call the generated states of a guest language."""
    return f"{count} generated states of {language}"


def read(path: Path = FOLDER / "mutants.toml") -> list[Mutant]:
    """All known faults. Raises TypeError where an entry has other keys than a mutant."""
    entries = tomllib.loads(path.read_text())["mutant"]
    return [Mutant(**cast("dict[str, Any]", {**entry, "tests": tuple(entry.get("tests", ()))})) for entry in entries]


def is_case_of(nodeid: str, test: str) -> bool:
    """Whether a test that ran is the named one, or one of its cases."""
    return nodeid == test or nodeid.startswith(f"{test}[")


def survived(mutant: Mutant, seen: Seen) -> list[str]:
    """What ought to have found the fault and did not."""
    return [test for test in mutant.wanted if not any(is_case_of(failed, test) for failed in seen.failed)]


def not_green(mutants: Iterable[Mutant], seen: Seen) -> list[str]:
    """What does not pass without a fault, or did not run."""
    wanted = dict.fromkeys(test for mutant in mutants for test in mutant.wanted)
    ran = [test for test in wanted if any(is_case_of(passed, test) for passed in seen.passed)]
    return [*seen.failed, *(test for test in wanted if test not in ran and not any(is_case_of(each, test) for each in seen.failed))]


def foreign(seen: Seen, tree: Path, packages: Collection[str], changed: Collection[str]) -> list[str]:
    """Why the run says nothing about a copy of the tree: modules that came from elsewhere, and changed files that were not loaded.

    Arguments:
        seen: what the run showed.
        tree: where the copy is.
        packages: names of the packages that must come from there.
        changed: the files of the copy that the patch has changed.
    """
    ours = {name: file for name, file in seen.sources.items() if name.partition(".")[0] in packages}
    elsewhere = [file for file in ours.values() if not Path(file).is_relative_to(tree)]
    loaded = set(seen.sources.values())
    # Texts of guest languages are read by their engines, everything else that changes is a module.
    unused = [each for each in changed if str(tree / each) not in loaded]
    return [*(f"{each} is not of the copy" for each in elsewhere), *(f"{each} was not loaded" for each in unused)]
