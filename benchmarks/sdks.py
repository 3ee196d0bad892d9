"""How many calls a second do the Node and Ruby SDKs make, beside the gRPC clients of their languages, and beside Java RMI?"""

from __future__ import annotations

import argparse
import statistics
from functools import partial

import amino
from amino.testing import free_port

from benchmarks.amino_host import OBJECTS, AminoHost
from benchmarks.peers import compiled
from benchmarks.processes import Child, wait_until_quiet
from benchmarks.ratio import Ratio, compare
from benchmarks.report import print_table, write_json

CLIENTS = {
    "node": (["node", "benchmarks/peers/node/client.mjs"], ("sdk",)),
    "ruby": (["ruby", "benchmarks/peers/ruby/client.rb"], ("sdk", "futures")),
}
OUTSTANDING = 32
BASELINE = "grpc"
WARM_SECONDS = 4.0
TURN_SECONDS = 0.1


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


def beside_rmi(host: AminoHost, pairs: int) -> dict[str, dict[str, Ratio]]:
    """Calls a second of each way by those of Java RMI, and the time of a lone call by its time, by pairs of short turns."""
    peer, port = compiled.rmi(), str(free_port())
    if peer.prepare is not None:
        peer.prepare()
    server, client = (Child([word.replace("{port}", port) for word in command]) for command in (peer.server, peer.client))
    found: dict[str, dict[str, Ratio]] = {}
    try:
        server.wait_for("READY", 180)
        client.answer(180)
        rates = {count: partial(_rate, client, f"outstanding {count}") for count in (OUTSTANDING, 1)}
        for rate in rates.values():
            rate(2 * WARM_SECONDS)
        for language, (command, ways) in CLIENTS.items():
            child = Child([*command, host.address, "counter"])
            try:
                for way in ways:
                    here = {count: partial(_rate, child, f"{way} {count}") for count in rates}
                    for rate in here.values():
                        rate(WARM_SECONDS)
                    lone = [partial(_seconds, each[1]) for each in (rates, here)]
                    under_way = compare(rates[OUTSTANDING], here[OUTSTANDING], pairs)
                    found[f"{language}, {way}"] = {"rate": under_way, "lone": compare(lone[0], lone[1], pairs)}
            finally:
                child.stop()
    finally:
        client.stop()
        server.stop()
    return found


def _rate(child: Child, command: str, seconds: float = TURN_SECONDS) -> float:
    answer = child.ask(f"{command} {seconds}")
    return float(answer["n"] / answer["seconds"])


def _seconds(rate: partial[float]) -> float:
    return 1 / rate()


def main(arguments: list[str] | None = None) -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks sdks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2.0, help="length of one measurement")
    parser.add_argument("--pairs", type=int, default=0, help="compares with Java RMI by so many pairs of short turns, and nothing else")
    options = parser.parse_args(arguments)
    with AminoHost() as host:
        with amino.connect(host.address) as client:
            client.register(OBJECTS / "counter.js", name="counter")
        if options.pairs:
            ratios = beside_rmi(host, options.pairs)
            rmi_rows = [[way, str(found["rate"]), str(found["lone"])] for way, found in ratios.items()]
            write_json("sdks-rmi", {"pairs": options.pairs, "rows": rmi_rows})
            headings = ["client", f"calls/s, {OUTSTANDING} under way", "time of a lone call"]
            print_table(f"beside Java RMI, {options.pairs} pairs of turns: median [95 %]", headings, rmi_rows)
            return
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
