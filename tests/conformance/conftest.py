"""One kernel with every guest language, the conformance object in each, a driver for each SDK."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import amino
import pytest
from amino.testing import LocalCluster
from amino_graal.runtime_jar import find_runtime_jar

from tests.conformance.drivers import COMMANDS, SdkDriver

ROOT = Path(__file__).resolve().parents[2]
OBJECTS = Path(__file__).resolve().parent / "objects"
GUESTS = ("js", "python", "ruby", "java")
C_ROADS = ("wasm", "llvm")


def compile_java(source: Path, target: Path) -> Path:
    """Compiles one Java source into a folder; returns the folder."""
    jdk = subprocess.run([sys.executable, str(ROOT / "tools" / "find_jdk.py")], capture_output=True, text=True, check=True).stdout.strip()
    target.mkdir()
    runtime = str(find_runtime_jar(os.environ))
    subprocess.run([f"{jdk}/bin/javac", "--release", "17", "-cp", runtime, "-d", str(target), str(source)], check=True)
    return target


def compile_c(source: Path, target: Path) -> Path:
    """Compiles one C source, by the ending of the target, to WebAssembly or LLVM bitcode; returns the target."""
    subprocess.run([sys.executable, "-m", "amino", "cc", str(source), "--target", str(target)], check=True)
    return target


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a kernel where `echo-<language>` is registered for every guest language."""
    folder = tmp_path_factory.mktemp("conformance")
    with LocalCluster() as processes:
        kernel = processes.start_up(arguments=["--languages", "all", "--allow", "native", "--allow", "host"])
        processes.wait_until_up()
        sources = {"js": OBJECTS / "echo.js", "python": OBJECTS / "echo.py", "ruby": OBJECTS / "echo.rb"}
        sources["java"] = compile_java(OBJECTS / "Echo.java", folder / "java")
        sources["wasm"] = compile_c(OBJECTS / "echo.c", folder / "echo.wasm")
        sources["llvm"] = compile_c(OBJECTS / "echo.c", folder / "echo.bc")
        with amino.connect(kernel.address) as client:
            for language, source in sources.items():
                entry = "Echo" if language == "java" else None
                client.register(source, name=f"echo-{language}", language=language, entry=entry)
        yield kernel.address


@pytest.fixture(scope="session", params=list(COMMANDS))
def sdk(request: pytest.FixtureRequest, cluster: str) -> Iterator[SdkDriver]:
    """A client in each SDK's language."""
    driver = SdkDriver(request.param, cluster)
    yield driver
    driver.close()
