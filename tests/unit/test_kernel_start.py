"""A kernel process before it serves: what is imported, each of which would make every start later, and how it ends."""

from __future__ import annotations

import subprocess
import sys

import amino
import pytest
from amino_kernel.boot.jvm_start import JvmStart
from amino_kernel.boot.settings import KernelSettings

HEAVY = ("grpc", "asyncio", "structlog", "jpype", "amino_dms")
PARSERS = ("typer", "rich", "pydantic", "importlib.metadata")
JVM_START = "amino_kernel.__main__, amino_kernel.boot.main, amino_kernel.boot.jvm_start"


@pytest.mark.parametrize(
    ("modules", "heavy"),
    [
        ("amino.cli.main, amino_kernel.boot.main, amino_kernel.boot.supervisor", HEAVY),
        ("amino.cli.entry, amino.cli.quick, amino.cli.starting, amino_kernel.boot.main, amino_kernel.boot.supervisor", (*HEAVY, *PARSERS)),
        (JVM_START, (*HEAVY, *PARSERS)),
    ],
    ids=["the large parser", "the small parser", "before the JVM starts"],
)
def test_a_start_imports_little(modules: str, heavy: tuple[str, ...]) -> None:
    program = f"import sys, {modules}; print([name for name in {heavy} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip() == "[]"


@pytest.mark.parametrize("name", amino.__all__)
def test_every_name_is_there_when_it_is_asked_for(name: str) -> None:
    assert name in dir(amino) and getattr(amino, name) is getattr(amino, name)


def test_modules_are_there_too() -> None:
    program = "import amino; print(amino.selectors.__name__, amino.errors.__name__)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["amino.selectors", "amino.errors"]


def test_a_name_that_does_not_exist() -> None:
    with pytest.raises(AttributeError, match="no_such"):
        getattr(amino, "no_such")  # noqa: B009


def test_a_mistake_of_ours_is_shown_and_the_supervisor_may_try_again() -> None:
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-m", "amino_kernel"], stdin=pipe, stderr=pipe, text=True) as process:
        assert process.stdin is not None and process.stderr is not None
        process.stdin.write('{"mode": "up"}\n')
        process.stdin.flush()
        # Standard input stays open: its end would be that of a supervisor.
        assert process.wait(60) == 1 and "KeyError" in process.stderr.read()


def test_no_jvm_starts_where_the_kernel_attaches_to_another() -> None:
    assert JvmStart.begin(KernelSettings(py4j_port=1, py4j_token="secret")) is None
