"""Finding a JVM: the order of places, and what is said about a bad one."""

from __future__ import annotations

from pathlib import Path

import pytest
from amino_graal.discovery import find_machine, report_machines
from amino_graal.flags import jvm_flags
from amino_graal.machine import COMPILER_MODULE, inspect_home
from amino_wire.errors import JvmNotFound, JvmUnusable


def make_home(folder: Path, version: str, modules: str = f"java.base jdk.graal.compiler {COMPILER_MODULE}") -> Path:
    (folder / "lib/server").mkdir(parents=True)
    (folder / "lib/server/libjvm.so").touch()
    (folder / "release").write_text(f'IMPLEMENTOR="Somebody"\nJAVA_VERSION="{version}"\nMODULES="{modules}"\n')
    return folder


@pytest.fixture(autouse=True)
def no_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("amino_graal.discovery._wheel_machine", lambda: None)


def test_a_jdk_25_with_the_compiler_interface_compiles(tmp_path: Path) -> None:
    machine = inspect_home(make_home(tmp_path / "jdk", "25.0.1"))
    assert machine is not None
    assert (machine.major, machine.compiles, machine.shortcoming) == (25, True, "")


@pytest.mark.parametrize(("version", "modules", "word"), [("17.0.9", COMPILER_MODULE, "Java 17"), ("25", "java.base", COMPILER_MODULE)])
def test_an_interpreter_says_why_it_is_one(tmp_path: Path, version: str, modules: str, word: str) -> None:
    report = find_machine({"JAVA_HOME": str(make_home(tmp_path / "jdk", version, modules))}, [])
    assert report.chosen is not None and not report.chosen.compiles
    assert word in report.notices[0] and "AMINO_JAVA_HOME" in report.notices[0]


def test_the_old_numbering_is_read(tmp_path: Path) -> None:
    machine = inspect_home(make_home(tmp_path / "jdk", "1.8.0_392"))
    assert machine is not None and machine.major == 8 and not machine.usable


def test_a_folder_without_a_jvm_is_none(tmp_path: Path) -> None:
    assert inspect_home(tmp_path) is None


def test_amino_java_home_wins_over_java_home_and_installed(tmp_path: Path) -> None:
    mine = make_home(tmp_path / "mine", "17.0.1")
    other = make_home(tmp_path / "other", "25.0.1")
    installed = make_home(tmp_path / "all/installed", "25.0.1")
    report = find_machine({"AMINO_JAVA_HOME": str(mine), "JAVA_HOME": str(other)}, [installed.parent])
    assert report.chosen is not None and report.chosen.home == mine.resolve()


def test_java_home_that_is_too_old_is_passed_over(tmp_path: Path) -> None:
    old = make_home(tmp_path / "old", "1.8.0_392")
    installed = make_home(tmp_path / "all/installed", "25.0.1")
    report = find_machine({"JAVA_HOME": str(old)}, [installed.parent])
    assert report.chosen is not None and report.chosen.home == installed.resolve()


def test_among_installed_ones_the_compiling_one_is_taken(tmp_path: Path) -> None:
    for name, version in (("a", "17.0.1"), ("b", "25.0.1"), ("c", "26.0.1")):
        make_home(tmp_path / name, version)
    report = find_machine({}, [tmp_path])
    assert report.chosen is not None and report.chosen.home.name == "b"


def test_a_better_one_is_named_beside_a_java_home_that_only_interprets(tmp_path: Path) -> None:
    named = make_home(tmp_path / "named", "17.0.1")
    better = make_home(tmp_path / "all/better", "25.0.1")
    report = find_machine({"JAVA_HOME": str(named)}, [better.parent])
    assert any(str(better) in notice for notice in report.notices)


def test_amino_java_home_without_a_jvm_is_refused(tmp_path: Path) -> None:
    with pytest.raises(JvmUnusable, match="there is no JVM"):
        find_machine({"AMINO_JAVA_HOME": str(tmp_path)}, [])


def test_amino_java_home_that_is_too_old_is_refused(tmp_path: Path) -> None:
    with pytest.raises(JvmUnusable, match="Java 17 or newer"):
        find_machine({"AMINO_JAVA_HOME": str(make_home(tmp_path / "old", "11.0.2"))}, [])


def test_no_jvm_at_all_names_the_remedy() -> None:
    with pytest.raises(JvmNotFound, match="AMINO_JAVA_HOME"):
        find_machine({}, [])
    assert report_machines({}, []).chosen is None


def test_every_jvm_has_the_same_locale_and_zone(tmp_path: Path) -> None:
    """An operator's own options come last."""
    machine = inspect_home(make_home(tmp_path / "new", "25.0.1"))
    assert machine is not None
    flags = jvm_flags(machine, [], extra=["-Duser.country=DE"])
    kept = [flag for flag in flags if flag.startswith("-Duser.")]
    assert kept == ["-Duser.language=en", "-Duser.country=US", "-Duser.timezone=UTC", "-Duser.country=DE"]


def test_flags_fit_the_version(tmp_path: Path) -> None:
    new = inspect_home(make_home(tmp_path / "new", "25.0.1"))
    old = inspect_home(make_home(tmp_path / "old", "17.0.1"))
    assert new is not None and old is not None
    jars = [Path("/j/a.jar"), Path("/j/b.jar")]
    flags = jvm_flags(new, jars, heap_mb=512, crash_folder=Path("/data/50%"), extra=["-Dx=1"])
    assert "-Xmx512m" in flags and "-XX:ErrorFile=/data/50%%/hs_err_%p.log" in flags and "-XX:-HeapDumpOnOutOfMemoryError" in flags
    assert "--upgrade-module-path=/j/a.jar:/j/b.jar" in flags and "-Xmx512m" in flags and flags[-1] == "-Dx=1"
    assert not [flag for flag in jvm_flags(old, jars) if "JVMCI" in flag or "native-access" in flag or "unsafe" in flag]
    assert [flag for flag in flags if "DynamicCompilation" in flag] and not [
        flag for flag in jvm_flags(new, []) if "DynamicCompilation" in flag
    ]
