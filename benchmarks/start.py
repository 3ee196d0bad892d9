"""How long from `amino up` to the answer of the first call: warm, with its files in memory, and cold, with its files on the disk?"""

from __future__ import annotations

import argparse
import statistics
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import amino

from benchmarks.amino_host import OBJECTS, AminoHost
from benchmarks.page_cache import drop, files_of
from benchmarks.report import print_table, write_json

LANGUAGES = {"js": ("counter.js", ()), "python": ("counter.py", ("--languages", "js,python"))}


@dataclass(frozen=True)
class Start:
    """One start.

    Arguments:
        seconds: from starting the process to the first answer.
        read_bytes: the bytes that were read from the disk meanwhile.
        files: what the processes had open at the end.
    """

    seconds: float
    read_bytes: int
    files: frozenset[Path]


def measure(language: str) -> Start:
    """Starts Amino and calls an object in a language once."""
    source, arguments = LANGUAGES[language]
    begin = time.perf_counter()
    with AminoHost(arguments=arguments) as host, amino.connect(host.address) as client:
        counter = client.register(OBJECTS / source, name="counter")
        if counter.incr(1, None) != 1:
            raise RuntimeError("the first call gave a wrong answer")
        seconds = time.perf_counter() - begin
        processes = host.processes()
        return Start(seconds, sum(process.io_counters().read_bytes for process in processes), frozenset(files_of(processes)))


def summary(starts: list[Start]) -> dict[str, Any]:
    """The figures that are kept of several starts."""
    rounds = [start.seconds for start in starts]
    return {
        "seconds": statistics.median(rounds),
        "rounds": rounds,
        "read_megabytes": statistics.median(start.read_bytes for start in starts) / 1e6,
    }


def main(arguments: list[str] | None = None) -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks start", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="warm starts of each language")
    parser.add_argument("--cold-rounds", type=int, default=3, help="cold starts of each language; 0: none, the page cache is left alone")
    options = parser.parse_args(arguments)
    warm: dict[str, list[Start]] = {language: [] for language in LANGUAGES}
    cold: dict[str, list[Start]] = {language: [] for language in LANGUAGES}
    how = "not measured"
    for language in LANGUAGES:
        files = measure(language).files  # this one makes warm what the machine did not have in memory
        warm[language] = [measure(language) for _ in range(options.rounds)]
        for _ in range(options.cold_rounds):
            how = drop(files)
            cold[language].append(measure(language))
    kinds = {"warm": warm, "cold": cold} if options.cold_rounds else {"warm": warm}
    results = {kind: {language: summary(starts) for language, starts in all_starts.items()} for kind, all_starts in kinds.items()}
    write_json("start", {**results, "cold_means": how})
    rows = [_row(f"{language}, {kind}", starts) for kind, all_starts in kinds.items() for language, starts in all_starts.items()]
    print_table("amino up to first answer, seconds", ["language", "median", "least", "most", "MB read from the disk"], rows)
    print(f"cold: {how}; pages that running programs have mapped stay")


def _row(name: str, starts: list[Start]) -> list[str]:
    seconds = [start.seconds for start in starts]
    read = statistics.median(start.read_bytes for start in starts) / 1e6
    return [name, *(f"{value:.2f}" for value in (statistics.median(seconds), min(seconds), max(seconds))), f"{read:,.0f}"]


if __name__ == "__main__":
    main()
