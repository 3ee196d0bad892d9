"""A kernel that leaves one network for another (a phone leaves Wi-Fi) goes on in the same life, and its callers find it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cluster.processes import environment
from tests.support.namespaces import can_make_networks
from tests.support.networks import NETWORKS, networks

pytestmark = [
    pytest.mark.cluster,
    pytest.mark.alone,
    pytest.mark.slow,
    pytest.mark.timeout(250),
    pytest.mark.skipif(bool(can_make_networks()), reason=can_make_networks()),
]
WITHIN = 5.0
"""Seconds of a new address until callers have an answer: below the lease and margin of these tests' OMS, on a busy machine too."""


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """The observations of each change."""
    folder = tmp_path_factory.mktemp("roaming")
    with networks() as made:
        command = ["ip", "netns", "exec", made.house, sys.executable, "-m", "tests.cluster.roaming", str(folder), made.house, made.phone]
        done = subprocess.run(command, capture_output=True, text=True, env=environment(), check=False, cwd=Path(__file__).parents[2])
    logs = "".join(f"\n{log.name}:\n{log.read_text()[-3000:]}" for log in sorted(folder.glob("*.log")))
    assert done.returncode == 0, done.stderr + logs
    print(done.stdout)
    yield json.loads(done.stdout)


@pytest.mark.parametrize("change", ["mobile", "wifi"])
def test_a_change_of_the_network_loses_nothing(seen: dict[str, Any], change: str) -> None:
    start, after = seen["start"], seen[change]
    assert after["address"].rpartition(":")[0] == f"{NETWORKS[change]}.2"
    assert (after["life"], after["epoch"]) == (start["life"], start["epoch"])
    assert after["states"] == ["OBJECT_STATE_ACTIVE"]
    assert set(after["errors"]) <= {"KERNEL_UNAVAILABLE", "DEADLINE_EXCEEDED"}
    assert after["seconds"] < WITHIN
    # Calls whose answers were lost may have run.
    assert after["after"] > after["before"]


@pytest.mark.parametrize("change", ["mobile", "wifi", "long"])
def test_a_call_under_way_ends_as_with_a_lost_connection(seen: dict[str, Any], change: str) -> None:
    after = seen[change]
    assert after["under_way"] == "KERNEL_UNAVAILABLE", "its own time would be over after 90 s"
    assert after["under_way_seconds"] < 2 * WITHIN


@pytest.mark.parametrize("change", ["mobile", "wifi"])
def test_a_client_with_a_connection_of_its_own_finds_the_kernel(seen: dict[str, Any], change: str) -> None:
    after = seen[change]
    assert set(after["direct"]) <= {"KERNEL_UNAVAILABLE"}
    assert after["direct_seconds"] < 3 * WITHIN, "a call to the former address would take its whole time, 60 s"


@pytest.mark.parametrize("language", ["node", "ruby"])
@pytest.mark.parametrize("change", ["mobile", "wifi"])
def test_so_does_a_client_of_another_language(seen: dict[str, Any], change: str, language: str) -> None:
    codes, seconds = seen[change]["others"][language]
    assert set(codes) <= {"KERNEL_UNAVAILABLE"}
    assert seconds < 3 * WITHIN, "a call to the former address would take its whole time, 60 s"


@pytest.mark.parametrize("change", ["mobile", "wifi", "long"])
def test_calls_of_the_kernel_itself_go_over_the_new_address(seen: dict[str, Any], change: str) -> None:
    assert seen[change]["outgoing"] > 0


def test_a_kernel_that_was_away_for_longer_than_its_lease_comes_back_with_its_objects(seen: dict[str, Any]) -> None:
    start, after = seen["start"], seen["long"]
    assert (after["life"], after["epoch"]) == (start["life"], start["epoch"])
    assert after["after"] > after["before"] > 0
    # Nobody was told that it is gone for good.
    assert set(after["states"]) <= {"OBJECT_STATE_ACTIVE", "OBJECT_STATE_LOST LOSS_AWAITS_KERNEL"}
    assert len(after["states"]) == 2
    assert "OBJECT_LOST" not in after["errors"]


def test_the_namespaces_are_gone() -> None:
    names = subprocess.run(["ip", "netns", "list"], capture_output=True, text=True, check=True).stdout
    assert f"amino-{os.getpid()}-" not in names
