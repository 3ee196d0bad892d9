"""The Node SDK against a real kernel: its own integration tests, and the example that shows it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from amino.testing import LocalCluster

from tests.examples.pages import ROOT
from tests.examples.running import run_client, running_up


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with running_up("--languages", "js") as made:
        yield made


def test_the_integration_tests_of_the_sdk(address: str) -> None:
    output = run_client(["node", "--test", "test/kernel.test.js"], address, ROOT / "sdk" / "js")
    assert "# fail 0" in output
    assert "# SKIP" not in output


def test_the_example(address: str) -> None:
    lines = run_client(["node", "../../examples/clients/node/counter.mjs"], address, ROOT / "sdk" / "js").splitlines()
    assert lines[0].split() == ["incr(5)", "5"]
    assert lines[2].split()[-1] == "105"
    assert lines[3].split()[-1] == "12"
    assert any("RangeError: 105 is odd" in line for line in lines)
    assert any("DEADLINE_EXCEEDED" in line for line in lines)
    assert lines[-1].split()[2:] == ["first,", "half,", "incr,", "spin"]


@pytest.mark.cluster
def test_calls_while_the_object_moves_between_two_kernels() -> None:
    with LocalCluster() as cluster:
        cluster.start_oms()
        first = cluster.start_kernel("first")
        cluster.start_kernel("second")
        cluster.wait_until_up()
        output = run_client(["node", "--test", "test/moves.test.js"], first.address, ROOT / "sdk" / "js")
    assert "# fail 0" in output
    assert "# SKIP" not in output
