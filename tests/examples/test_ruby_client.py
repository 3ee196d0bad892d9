"""The Ruby SDK against a real kernel: its own integration tests, and the example that shows it."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator

import pytest
from amino.testing import LocalCluster

from tests.examples.pages import ROOT

RUBY = ["ruby", "-w", "-I", "sdk/ruby/lib"]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with LocalCluster() as cluster:
        kernel = cluster.start_up(arguments=["--languages", "js"])
        cluster.wait_until_up()
        yield kernel.address


def run(command: list[str], address: str) -> str:
    environment = {**os.environ, "AMINO_TEST_ADDRESS": address}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=110)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_integration_tests_of_the_sdk(address: str) -> None:
    output = run([*RUBY, "-I", "sdk/ruby/test", "sdk/ruby/test/integration/cluster_test.rb"], address)
    found = re.search(r"(\d+) runs, \d+ assertions, 0 failures, 0 errors, 0 skips", output)
    assert found is not None and int(found[1]) >= 9, output


def test_the_example(address: str) -> None:
    lines = run([*RUBY, "examples/clients/ruby/counter.rb", address], address).splitlines()
    assert [line.split()[-1] for line in lines[:5]] == ["5", "11", "6", "7", "107"]
    assert lines[5].endswith("RangeError: 107 is odd")
    assert sorted(line.split()[-1] for line in lines[6:]) == ["half", "incr"]
