"""Random schedules of faults: the same few of each suite each time. `make soak` plays as many others as fit."""

from __future__ import annotations

import pytest
from amino_testkit.schedules.catalogue import SUITES, suite_of
from amino_testkit.schedules.play import play

COUNT = 25
FOUND = (
    ("durable counters once", 134),
    ("durable registers", 90),
    ("durable transactions", 137),
    ("durable registers", 136),
)
"""Schedules that have found faults: of recoveries on a full disk, before the kernel was back, and across a restart of the OMS."""


@pytest.mark.parametrize("suite", [suite.name for suite in SUITES])
def test_what_clients_are_told_fits_what_the_chain_promises(suite: str) -> None:
    for seed in range(1, COUNT + 1):
        played = play(suite_of(suite), seed)
        assert not played.problem, played.headline


@pytest.mark.parametrize(("suite", "seed"), FOUND)
def test_schedules_that_have_found_faults_find_none(suite: str, seed: int) -> None:
    played = play(suite_of(suite), seed)
    assert not played.problem, played.headline
