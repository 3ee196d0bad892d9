"""How many calls a second do the Node and Ruby SDKs make, beside their languages' own gRPC clients against the same kernel?"""

from __future__ import annotations

import argparse
import statistics

import amino

from benchmarks.amino_host import OBJECTS, AminoHost
from benchmarks.processes import Child, wait_until_quiet
from benchmarks.report import print_table, write_json

CLIENTS = {
    "node": (["node", "benchmarks/peers/node/client.mjs"], ("sdk",)),
    "ruby": (["ruby", "benchmarks/peers/ruby/client.rb"], ("sdk", "futures")),
}
OUTSTANDING = 32
BASELINE = "grpc"


def measure(host: AminoHost, language: str, rounds: int, seconds: float) -> dict[str, float]:
    """Calls a second of each way, medians over rounds in which the ways take turns."""
    command, ways = CLIENTS[language]
    child = Child([*command, host.address, "counter"])
    everything = (BASELINE, *ways)
    rates: dict[str, list[float]] = {way: [] for way in everything}
    try:
        for way in everything:
            child.ask(f"{way} {OUTSTANDING} {max(2.0, seconds)}")
        wait_until_quiet()
        for _ in range(rounds):
            for way in everything:
                answer = child.ask(f"{way} {OUTSTANDING} {seconds}")
                rates[way].append(answer["n"] / answer["seconds"])
    finally:
        child.stop()
    return {way: statistics.median(all_rates) for way, all_rates in rates.items()}


def main(arguments: list[str] | None = None) -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks sdks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2.0, help="length of one measurement")
    options = parser.parse_args(arguments)
    with AminoHost() as host:
        with amino.connect(host.address) as client:
            client.register(OBJECTS / "counter.js", name="counter")
        results = {language: measure(host, language, options.rounds, options.seconds) for language in CLIENTS}
    write_json("sdks", results)
    rows = [
        [f"{language}, {way}", f"{rate:,.0f}", f"{rate / figures[BASELINE]:.1f}"]
        for language, figures in results.items()
        for way, rate in figures.items()
    ]
    print_table(f"calls/s, {OUTSTANDING} under way", ["client", "calls/s", "× its own gRPC"], rows)


if __name__ == "__main__":
    main()
