"""Patches that put known faults back still fit the tree, name tests that exist, and are judged by what those tests showed."""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from pathlib import Path

import pytest
from amino_testkit.schedules.catalogue import suite_of

from tests.mutants.known import FOLDER, ROOT, Mutant, Seen, foreign, not_green, read, survived

MUTANTS = read()
LEAST = 20
LONGEST = 30
"""Lines of a patch that change something. A fault is small."""
SPOILT = Mutant("spoilt", "It is wrong.", "C1", tests=("t.py::test_a", "t.py::test_b"))


@cache
def names(path: Path) -> frozenset[str]:
    """What a file of tests defines: functions, classes, and names such as `TestMachine = Machine.TestCase`."""
    found: set[str] = set()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            found.update(target.id for target in node.targets if isinstance(target, ast.Name))
    return frozenset(found)


def test_there_are_enough_and_each_has_its_patch() -> None:
    assert len(MUTANTS) >= LEAST
    assert sorted(path.stem for path in FOLDER.glob("*.patch")) == sorted(mutant.name for mutant in MUTANTS)
    assert {f"C{number}" for number in range(1, 17)} <= {mutant.origin for mutant in MUTANTS}


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_patch_fits_the_tree_and_is_small(mutant: Mutant) -> None:
    told = subprocess.run(["git", "apply", "--check", mutant.patch], cwd=ROOT, capture_output=True, text=True, check=False)
    assert not told.returncode, f"write {mutant.patch.name} anew, as the fault would look in the present code: {told.stderr}"
    lines = mutant.patch.read_text().splitlines()
    assert 0 < sum(line[:1] in "+-" and line[:3] not in ("+++", "---") for line in lines) <= LONGEST
    assert not any(name.startswith(("tests/", "java/src/test/")) for name in mutant.changed()), "the fault is in a test"


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_names_tests_that_exist(mutant: Mutant) -> None:
    assert mutant.wanted and mutant.fault.endswith(".")
    for test in mutant.tests:
        file, name, *_ = test.partition("[")[0].split("::")
        assert name in names(ROOT / file), f"{test} does not exist"
    if mutant.suite:
        assert suite_of(mutant.suite) and mutant.schedules > 0
    if mutant.states:
        assert mutant.states in ("js", "python", "ruby") and mutant.tried > 0


@pytest.mark.parametrize(
    ("failed", "missed"),
    [
        ((), ["t.py::test_a", "t.py::test_b"]),
        (("t.py::test_a",), ["t.py::test_b"]),
        (("t.py::test_a[1]", "t.py::test_b"), []),
        (("t.py::test_a_longer_name", "t.py::test_b"), ["t.py::test_a"]),
    ],
)
def test_a_mutant_survives_unless_each_of_its_tests_finds_it(failed: tuple[str, ...], missed: list[str]) -> None:
    assert survived(SPOILT, Seen(failed, ("t.py::test_a[2]",), {})) == missed


def test_tests_that_do_not_run_or_fail_anyway_prove_nothing() -> None:
    assert not_green([SPOILT], Seen((), ("t.py::test_a[1]", "t.py::test_b"), {})) == []
    assert not_green([SPOILT], Seen((), ("t.py::test_a[1]",), {})) == ["t.py::test_b"]
    assert not_green([SPOILT], Seen(("t.py::test_a[1]",), ("t.py::test_a[2]", "t.py::test_b"), {})) == ["t.py::test_a[1]"]


def test_a_run_of_other_code_than_the_copy_s_proves_nothing() -> None:
    tree, packages = Path("/copy"), ("amino_wire", "tests")
    ours = {"amino_wire.frames": "/copy/wire/amino_wire/frames.py", "msgpack": "/elsewhere/msgpack.py", "amino_wires": "/elsewhere/x.py"}
    assert foreign(Seen((), (), ours), tree, packages, ["wire/amino_wire/frames.py"]) == []
    assert foreign(Seen((), (), ours), tree, packages, ["wire/amino_wire/values.py"]) == ["wire/amino_wire/values.py was not loaded"]
    installed = {"amino_wire.frames": "/elsewhere/amino_wire/frames.py"}
    assert foreign(Seen((), (), installed), tree, packages, []) == ["/elsewhere/amino_wire/frames.py is not of the copy"]
