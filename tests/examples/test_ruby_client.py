"""The Ruby SDK against a real kernel: its own integration tests, and the example that shows it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.examples.pages import ROOT
from tests.examples.running import run_client, running_up

RUBY = ["ruby", "-w", "-I", "sdk/ruby/lib"]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with running_up("--languages", "js") as made:
        yield made


def test_the_integration_tests_of_the_sdk(address: str) -> None:
    output = run_client([*RUBY, "-I", "sdk/ruby/test", "sdk/ruby/test/integration/cluster_test.rb"], address, ROOT)
    found = re.search(r"(\d+) runs, \d+ assertions, 0 failures, 0 errors, 0 skips", output)
    assert found is not None and int(found[1]) >= 9, output


def test_the_example(address: str) -> None:
    lines = run_client([*RUBY, "examples/clients/ruby/counter.rb", address], address, ROOT).splitlines()
    assert [line.split()[-1] for line in lines[:5]] == ["5", "11", "6", "7", "107"]
    assert lines[5].endswith("RangeError: 107 is odd")
    assert sorted(line.split()[-1] for line in lines[6:]) == ["half", "incr"]
