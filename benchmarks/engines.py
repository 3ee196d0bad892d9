"""How fast are guests on the engines of this copy, in comparison with another built copy of Amino that has others?

Both kernels live at once and take turns. To make a copy of the last commit with the engines of 25.0.0:
  git worktree add --detach ../old && python tools/lock_jars.py --newest 25.0.0 --to ../old/graal_bridge/amino_graal/jars.lock.json
  sed -i 's/<graalvm.version>[^<]*/<graalvm.version>25.0.0/' ../old/java/pom.xml && make -C ../old setup
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from amino.compiling import compile_c

from benchmarks.amino_host import OBJECTS
from benchmarks.copy_host import CopyHost
from benchmarks.ratio import Ratio, compare
from benchmarks.report import print_table, write_json

SOURCES = {"js": "worker.js", "python": "worker.py", "ruby": "worker.rb", "wasm": "worker.c"}
OUTSTANDING = 32
TURN_SECONDS = 0.06
LOOP_SECONDS = 0.1
LOOP_STEPS = 100_000
WARM_SECONDS = 10.0


def beside(old: CopyHost, new: CopyHost, language: str, source: Path, pairs: int) -> dict[str, Ratio]:
    """What an object does in both copies, new by old; above 1 the new one is faster, but for the time of a lone call."""
    for host in (old, new):
        host.register(language, source=source)
        host.steps(language, LOOP_STEPS, WARM_SECONDS)
        host.rate([language], OUTSTANDING, WARM_SECONDS)
    return {
        "loop": compare(*_both(old, new, lambda host: host.steps(language, LOOP_STEPS, LOOP_SECONDS)), pairs=pairs),
        "calls": compare(*_both(old, new, lambda host: host.rate([language], OUTSTANDING, TURN_SECONDS)), pairs=pairs),
        "lone": compare(*_both(old, new, lambda host: host.lone(language, TURN_SECONDS)), pairs=pairs),
    }


def _both(old: CopyHost, new: CopyHost, turn: Callable[[CopyHost], float]) -> tuple[Callable[[], float], Callable[[], float]]:
    return partial(turn, old), partial(turn, new)


def measure(old: Path, languages: list[str], pairs: int) -> dict[str, dict[str, Ratio]]:
    """The ratios by language."""
    found: dict[str, dict[str, Ratio]] = {}
    with tempfile.TemporaryDirectory() as folder:
        module = Path(folder) / "worker.wasm"
        compile_c([OBJECTS / SOURCES["wasm"]], module)
        with CopyHost(old, languages=",".join(languages)) as before, CopyHost(languages=",".join(languages)) as now:
            for language in languages:
                source = module if language == "wasm" else OBJECTS / SOURCES[language]
                found[language] = beside(before, now, language, source, pairs)
    return found


def main(arguments: list[str] | None = None) -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks engines", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--against", type=Path, required=True, metavar="PATH", help="a built copy to compare with")
    parser.add_argument("--pairs", type=int, default=200, help="pairs of short turns of each figure")
    parser.add_argument("--languages", default=",".join(SOURCES), help="those that are measured")
    options = parser.parse_args(arguments)
    load = os.getloadavg()[0]
    found = measure(options.against.resolve(), options.languages.split(","), options.pairs)
    print_table(
        f"new / old engines, {options.pairs} pairs of turns: median [95 %]; load {load:.1f} before, {os.getloadavg()[0]:.1f} after",
        ["guest", "a loop, steps/s", f"calls/s, {OUTSTANDING} outstanding", "a lone call, time"],
        [[language, *map(str, ratios.values())] for language, ratios in found.items()],
    )
    write_json("engines", {language: {what: str(ratio) for what, ratio in ratios.items()} for language, ratios in found.items()})


if __name__ == "__main__":
    main()
