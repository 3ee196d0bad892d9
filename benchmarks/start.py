"""How long from `amino up` to the answer of the first call, warm disk?"""

from __future__ import annotations

import argparse
import statistics
import time

import amino

from benchmarks.amino_host import OBJECTS, AminoHost
from benchmarks.report import print_table, write_json

LANGUAGES = {"js": ("counter.js", ()), "python": ("counter.py", ("--languages", "js,python"))}


def measure(language: str) -> float:
    """Seconds from starting the process to the first answer of an object in a language."""
    source, arguments = LANGUAGES[language]
    begin = time.perf_counter()
    with AminoHost(arguments=arguments) as host, amino.connect(host.address) as client:
        counter = client.register(OBJECTS / source, name="counter")
        if counter.incr(1, None) != 1:
            raise RuntimeError("the first call gave a wrong answer")
        return time.perf_counter() - begin


def main(arguments: list[str] | None = None) -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks start", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(arguments)
    results = {language: [measure(language) for _ in range(options.rounds)] for language in LANGUAGES}
    medians = {language: {"seconds": statistics.median(times), "rounds": times} for language, times in results.items()}
    write_json("start", medians)
    rows = [[name, f"{statistics.median(times):.2f}", f"{min(times):.2f}", f"{max(times):.2f}"] for name, times in results.items()]
    print_table("amino up to first answer, seconds", ["language", "median", "least", "most"], rows)


if __name__ == "__main__":
    main()
