"""A Java program that is a host (docs/embedding.md, examples/embedding): it calls, it is called, and each end notices the other's."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import amino
import pytest
from amino.errors import AminoError, GuestException, LanguageUnknown
from amino.testing import LocalCluster, LocalProcess
from amino_graal.discovery import find_machine
from amino_graal.flags import jvm_flags
from amino_graal.host_class_path import host_class_path
from amino_graal.jars import JarStore, cache_folder

from tests.examples.pages import ROOT, blocks, commands
from tests.support.waiting import wait_until

COUNTER = ROOT / "examples/objects/counter.js"
STARTED = "open"


@dataclass
class Place:
    """A cluster with an OMS and one kernel, and the compiled program."""

    cluster: LocalCluster
    kernel: LocalProcess
    java: Path
    flags: list[str]
    class_path: str


@dataclass
class Program:
    """The running program and what it has printed so far."""

    process: subprocess.Popen[str]
    lines: list[str]

    def read_until(self, word: str) -> str:
        """The first further line that begins with the word; raises AssertionError when the output ends before it."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            if line.startswith(word):
                return self.lines[-1]
        raise AssertionError(f"no line {word!r}: {self.lines}")

    @property
    def kernel_process(self) -> int:
        return int(next(line for line in self.lines if line.startswith("kernel ")).split()[1])


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    machine = find_machine(os.environ).chosen
    assert machine is not None
    store = JarStore(cache_folder(os.environ) / "jars")
    store.ensure(["js"], compiler="")
    jars = os.pathsep.join(str(path) for path in host_class_path(store, ["js"], os.environ))
    folder = tmp_path_factory.mktemp("shop")
    compiler = machine.home / "bin/javac"
    subprocess.run(
        [compiler, "-Xlint:all", "-Werror", "-cp", jars, "-d", folder, ROOT / "examples/embedding/Shop.java"], check=True, timeout=110
    )
    with LocalCluster() as cluster:
        cluster.start_oms(["--lease", "4", "--margin", "1"])
        kernel = cluster.start_kernel("north", arguments=["--languages", "js"])
        cluster.wait_until_up()
        with amino.connect(kernel.address) as client:
            client.register(COUNTER, "visitors")
        yield Place(cluster, kernel, machine.home / "bin/java", jvm_flags(machine, []), f"{folder}{os.pathsep}{jars}")


@contextmanager
def program(place: Place, folder: Path, *, python: str = sys.executable, oms: str = "") -> Generator[Program]:
    command = [place.java, *place.flags, "-cp", place.class_path, "Shop", oms or place.cluster.oms_address, folder]
    environment = {**os.environ, "AMINO_PYTHON": python}
    running = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield Program(running, [])
        # In good order, so that the names are free for the next one; a program that has ended takes no more input.
        running.communicate("" if running.poll() is not None else "close\n", timeout=60)
    finally:
        running.kill()
        running.wait()


def gone(process_id: int) -> bool:
    """Whether no such process runs; an ended process that nobody has waited for yet does not run."""
    try:
        return Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_the_program_calls_and_is_called(place: Place, tmp_path: Path) -> None:
    with program(place, tmp_path) as shop, amino.connect(place.kernel.address) as client:
        shop.read_until(STARTED)
        assert shop.lines[1:7] == ["dynamic 5", "typed 6", "later 6", "argument 13", "round trip 15", "theirs GUEST_EXCEPTION TypeError"]
        assert shop.lines[7].startswith("ours GUEST_EXCEPTION IllegalStateException only 15 left at Shop$Stock.take(Shop.java:")

        stock = client.get("stock")
        assert stock.incr(5) == 20
        assert stock.take.many([(1,)] * 10) == list(range(19, 9, -1))
        with pytest.raises(GuestException) as raised:
            stock.take(100)
        assert (raised.value.type, raised.value.message) == ("IllegalStateException", "only 10 left")
        assert "Shop$Stock.take" in raised.value.stack
        assert client.get("visitors").add_to(stock, 1) == 11

        assert shop.process.communicate("close\n", timeout=60)[0].splitlines() == ["closed"]
        assert shop.process.returncode == 0
        assert gone(shop.kernel_process)
        with pytest.raises(AminoError) as left:
            client.get("stock")
        assert left.value.code == "NAME_NOT_FOUND"
    shutil.rmtree(tmp_path)


def test_guests_of_others_run_in_the_program_and_its_objects_stay(place: Place, tmp_path: Path) -> None:
    with program(place, tmp_path) as shop, amino.connect(place.kernel.address) as client:
        shop.read_until(STARTED)
        inside = client.register(COUNTER, "inside", select="place=shop", replace=True)
        stock = client.get("stock")
        assert inside.add_to(stock, 1) == 16
        other = next(kernel.id for kernel in client.kernels() if "place" not in kernel.labels)
        with pytest.raises(LanguageUnknown, match="does not run host"):
            client.move("stock", other)
        with pytest.raises(AminoError, match="register a further instance there"):
            client.create("stock")
        client.delete("inside")


def test_a_killed_kernel_is_told_to_the_program(place: Place, tmp_path: Path) -> None:
    with program(place, tmp_path) as shop:
        shop.read_until(STARTED)
        os.kill(shop.kernel_process, 9)
        over = shop.read_until("over: ")
        assert "KERNEL_UNAVAILABLE" in over
        assert f"(process {shop.kernel_process}) was killed by signal 9" in over
        assert shop.process.wait(60) == 2
    # Nobody said goodbye, but the kernel of the same folder is known to be the same.
    with program(place, tmp_path) as again:
        again.read_until(STARTED)


def test_the_kernel_ends_with_a_killed_program_and_the_name_can_be_taken_again(place: Place, tmp_path: Path) -> None:
    with program(place, tmp_path) as shop:
        shop.read_until(STARTED)
        shop.process.kill()
        wait_until(lambda: gone(shop.kernel_process), "the kernel of a killed program ends")
    with program(place, tmp_path) as again:
        again.read_until(STARTED)


@pytest.mark.parametrize(
    ("python", "oms", "expected"),
    [
        ("/nonexistent/python", "", "failed: CONFIG_INVALID: the Python /nonexistent/python cannot be run"),
        (sys.executable, "127.0.0.1:1", "failed: OMS_UNAVAILABLE: This kernel has not reached the OMS at 127.0.0.1:1"),
        ("false", "", "failed: KERNEL_UNAVAILABLE: the kernel of this program"),
    ],
)
def test_a_program_that_cannot_join_is_told_why(place: Place, tmp_path: Path, python: str, oms: str, expected: str) -> None:
    with program(place, tmp_path, python=python, oms=oms) as shop:
        assert shop.read_until("failed: ").startswith(expected)
        assert shop.process.wait(60) == 1


def test_the_page(place: Place, tmp_path: Path) -> None:
    (source,) = [block.text for block in blocks("docs/embedding.md") if block.language == "java"]
    (tmp_path / "Hello.java").write_text(source)
    shown = commands("docs/embedding.md")
    # The fixture is the cluster that the first commands start; its counter has counted since.
    assert [line.split()[:2] for line in shown[:2]] == [["amino", "up"], ["amino", "register"]]
    script = "\n".join(shown[2:]).replace("127.0.0.1:7400", place.cluster.oms_address)
    path = os.pathsep.join([str(Path(sys.executable).parent), str(place.java.parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "AMINO_PYTHON": sys.executable}
    done = subprocess.run(["sh", "-ec", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=110)
    assert done.returncode == 0, done.stderr
    greeting, *counts = done.stdout.splitlines()
    assert greeting == "Hello, Ada"
    first = int(counts[0])
    assert [int(count) for count in counts] == [first, first + 1, first + 2]
