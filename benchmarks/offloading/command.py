"""The command: runs the contest, prints its tables, tunes, or writes a recording."""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Mapping
from pathlib import Path
from statistics import mean
from typing import Any

from amino_oms.offloading.calls import Call
from amino_oms.offloading.choices import Scheduler
from amino_oms.offloading.policies import made
from amino_oms.offloading.recording_file import lines_of

from benchmarks.offloading.contest import ENTRANTS, contest, summaries
from benchmarks.offloading.held_out import HELD_OUT
from benchmarks.offloading.scenarios import TUNED, Scenario
from benchmarks.offloading.tuning import GRIDS, LINES, tune
from benchmarks.offloading.world import World
from benchmarks.report import print_table, write_json

ALL: Mapping[str, Scenario] = {**TUNED, **HELD_OUT}
LOOKS = 200_000


def seeds_of(written: str) -> list[int]:
    """Seeds as `7` or `1001-1030`."""
    first, _, last = written.partition("-")
    return list(range(int(first), int(last or first) + 1))


def decision_seconds() -> float:
    """The time of a decision on the path of calls: a look into the table of choices, in a table of a hundred."""
    recording = World(TUNED["stationary"](1), 1).record()
    policy = made("bandit", recording.hosts, recording.objective, recording.homes, random.Random(1))
    scheduler = Scheduler(policy)
    calls: list[Call] = []
    for each in recording.requests[:100]:
        scheduler.decide(each.request, recording.homes, each.view)
        calls.append(each.request.calls[0])
    begin = time.perf_counter()
    for number in range(LOOKS):
        scheduler.choice(calls[number % 100], "phone")
    return (time.perf_counter() - begin) / LOOKS


def over_all(found: Mapping[str, Mapping[str, Mapping[str, Any]]], entrant: str, figure: str) -> float:
    """The mean of a figure over scenarios."""
    return float(mean(rows[entrant][figure] for rows in found.values()))


def tables(found: Mapping[str, Mapping[str, Mapping[str, Any]]], decision: float) -> dict[str, Any]:
    """Prints the tables, and gives the figures that the issue asks for."""
    entrants = list(next(iter(found.values())))
    names = list(found)
    for title, figure, digits in (
        ("cost above the oracle's, %", "excess", 1),
        ("requests that cost more than twice the least open to them, moves included, %", "bad", 2),
        ("requests on a host that costs more than twice the cheapest at that moment, %", "far", 2),
    ):
        rows = [
            [
                entrant,
                *(f"{found[name][entrant][figure] * 100:.{digits}f}" for name in names),
                f"{over_all(found, entrant, figure) * 100:.{digits}f}",
            ]
            for entrant in entrants
        ]
        print_table(title, ["policy", *names, "all"], rows)
    steps = [name for name in names if "recovery" in found[name][entrants[0]]]
    rows = [
        [entrant, *(f"{found[name][entrant]['recovery']:.1f} ({found[name][entrant]['recovery median']:g})" for name in steps)]
        for entrant in entrants
    ]
    print_table("requests after a step until good again, mean (median)", ["policy", *steps], rows)
    lost = {entrant: sum(rows[entrant]["lost"] for rows in found.values()) for entrant in entrants}
    print_table("requests without an answer", ["policy", "requests"], [[name, str(count)] for name, count in lost.items()])
    asked: dict[str, Any] = {"lost": lost["bandit"], "decision_microseconds": decision * 1e6}
    asked["excess all"] = over_all(found, "bandit", "excess")
    asked["bad all"] = over_all(found, "bandit", "bad")
    if "stationary" in found:
        asked["excess stationary"] = found["stationary"]["bandit"]["excess"]
    if "hidden drift" in found:
        ours, theirs = (found["hidden drift"][name] for name in ("bandit", "V with window"))
        asked["drift: cost below V's"] = 1 - ours["cost"] / theirs["cost"]
        asked["drift: excess below V's"] = 1 - ours["excess"] / theirs["excess"]
    if "bandwidth step" in found:
        asked["requests after a step"] = found["bandwidth step"]["bandit"]["recovery"]
    print_table("what the issue asks for", ["figure", "reached"], [[name, f"{value:.4g}"] for name, value in asked.items()])
    return asked


def main(arguments: list[str] | None = None) -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks offloading", description=__doc__)
    parser.add_argument("--seeds", default="1001-1030", help="7, or 1001-1030")
    parser.add_argument("--scenario", action="append", choices=list(ALL), help="one of them, or several; without: all")
    parser.add_argument("--tune", nargs="*", metavar="POLICY", help="tries settings instead; without a name: of all policies")
    parser.add_argument("--record", type=Path, metavar="FILE", help="writes the first seed's recording of one scenario instead")
    options = parser.parse_args(arguments)
    seeds = seeds_of(options.seeds)
    scenarios = {name: ALL[name] for name in options.scenario or ALL}
    if options.record is not None:
        name = next(iter(scenarios))
        recording = World(scenarios[name](seeds[0]), seeds[0]).record()
        options.record.write_text("".join(f"{line}\n" for line in lines_of(recording)), encoding="utf-8")
        print(f"{options.record}: {len(recording.requests)} requests of '{name}', seed {seeds[0]}")
        return
    if options.tune is not None:
        for name, written in tune(seeds, options.tune or [*GRIDS, *LINES], print).items():
            print(f"best of {name}: {written}")
        return
    begin = time.perf_counter()
    found = summaries(contest(scenarios, seeds, ENTRANTS, print))
    taken = time.perf_counter() - begin
    asked = tables(found, decision_seconds())
    print(f"seeds {options.seeds}, {taken:.0f} s")
    write_json("offloading", {"seeds": options.seeds, "seconds": taken, "asked": asked, "scenarios": found})
