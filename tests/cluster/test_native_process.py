"""Java objects and LLVM bitcode are part of the kernel's process; only its input, which may be its control pipe, is kept from them."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from amino_graal.runtime_jar import find_runtime_jar

from tests.cluster.client import Client
from tests.cluster.process_things import NATIVE_ROWS
from tests.cluster.processes import Cluster, KernelProcess, cluster

pytestmark = [pytest.mark.cluster, pytest.mark.slow, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_MS = 120_000
MARK = "seen by guests of the process"
JAVA = """
import java.io.File;
import java.net.ServerSocket;

public class Probe {
  public int input() throws Exception { return System.in.read(); }
  public long pid() { return ProcessHandle.current().pid(); }
  public String folder() { return new File("").getAbsolutePath(); }
  public String variable(String name) { return System.getenv(name); }
  public boolean program() throws Exception { return new ProcessBuilder("true").start().waitFor() == 0; }
  public boolean socket() throws Exception { try (ServerSocket made = new ServerSocket(0)) { return made.getLocalPort() > 0; } }
  public boolean thread() throws Exception {
    boolean[] ran = new boolean[1];
    Thread thread = new Thread(() -> ran[0] = true);
    thread.start();
    thread.join();
    return ran[0];
  }
}
"""
C = """
#include "amino.h"
#include <stdlib.h>
#include <unistd.h>
static const char *reply(const char *text) {
  char *copy = amino_reply_text(strlen(text));
  memcpy(copy, text, strlen(text));
  return copy;
}
AMINO_CLASS(Probe, "Looks about.")
AMINO_MEMBER(int32_t, input, (void), "Reads a byte.") { char byte; return read(0, &byte, 1) == 1 ? byte : -1; }
AMINO_MEMBER(int64_t, pid, (void), "The process.") { return getpid(); }
AMINO_MEMBER(const char *, folder, (void), "The working directory.") {
  char path[1024];
  return reply(getcwd(path, sizeof path) ? path : "");
}
AMINO_MEMBER(const char *, variable, (const char *name), "A variable.") {
  const char *value = getenv(name);
  return reply(value ? value : "");
}
"""


@dataclass
class Bench:
    """A kernel whose guests are in its process, with a probe of each language there and one in a child process of another kernel."""

    kernel: KernelProcess
    client: Client
    probes: dict[str, str]
    isolated: dict[str, str]


def java_artifact(folder: Path) -> dict[str, bytes]:
    jdk = subprocess.run([sys.executable, str(ROOT / "tools" / "find_jdk.py")], capture_output=True, text=True, check=True).stdout.strip()
    (folder / "Probe.java").write_text(JAVA)
    runtime = str(find_runtime_jar(os.environ))
    subprocess.run([f"{jdk}/bin/javac", "--release", "17", "-cp", runtime, "-d", str(folder), str(folder / "Probe.java")], check=True)
    return {"Probe.class": (folder / "Probe.class").read_bytes()}


def c_artifact(folder: Path) -> dict[str, bytes]:
    (folder / "probe.c").write_text(C)
    subprocess.run([sys.executable, "-m", "amino", "cc", str(folder / "probe.c"), "--target", str(folder / "probe.bc")], check=True)
    return {"probe.bc": (folder / "probe.bc").read_bytes()}


async def made(cluster: Cluster, client: Client, folder: Path) -> Bench:
    java = await client.put(await asyncio.to_thread(java_artifact, folder), "Probe", "java")
    llvm = await client.put(await asyncio.to_thread(c_artifact, folder), "probe.bc", "llvm")
    artifacts = {"java": java, "llvm": llvm}
    await cluster.add("south", languages=["all"], allow=["native", "host"], isolate="artifact")
    probes, isolated = [
        {language: (await client.register_artifact(f"{on}-{language}", each, on=on)).id for language, each in artifacts.items()}
        for on in ("north", "south")
    ]
    return Bench(cluster.kernels["north"], client, probes, isolated)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bench(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Bench]:
    folder: Path = tmp_path_factory.mktemp("native")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AMINO_TEST_MARK", MARK)
        async with (
            cluster(folder, "north", languages=["all"], allow=["native", "host"]) as running,
            Client(running.kernels["north"].address) as client,
        ):
            yield await made(running, client, folder)


@pytest.mark.parametrize("language", list(NATIVE_ROWS))
async def test_the_input_is_empty_and_the_kernel_goes_on(bench: Bench, language: str) -> None:
    for probe in (bench.probes[language], bench.isolated[language]):
        for _ in range(2):
            assert await bench.client.call(probe, "input", budget_ms=PATIENCE_MS) == -1
    assert bench.kernel.process is not None and bench.kernel.process.returncode is None


@pytest.mark.parametrize("language", list(NATIVE_ROWS))
async def test_all_else_is_the_kernels(bench: Bench, language: str) -> None:
    assert bench.kernel.process is not None
    probe = bench.probes[language]
    assert await bench.client.call(probe, "pid", budget_ms=PATIENCE_MS) == bench.kernel.process.pid
    assert await bench.client.call(probe, "folder") == str(Path.cwd())
    assert await bench.client.call(probe, "variable", "AMINO_TEST_MARK") == MARK
    assert await bench.client.call(probe, "variable", "HOME") == os.environ.get("HOME", "")


async def test_java_has_programs_sockets_and_threads(bench: Bench) -> None:
    for member in ("program", "socket", "thread"):
        assert await bench.client.call(bench.probes["java"], member, budget_ms=PATIENCE_MS) is True
