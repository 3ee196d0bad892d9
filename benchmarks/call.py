"""How long does a call take, and how many a second? Every peer in interleaved rounds on the same machine, medians, ratios."""

from __future__ import annotations

import argparse
import statistics
from typing import Any

from amino.testing import free_port

from benchmarks.peers import Peer, all_peers, on_demand
from benchmarks.processes import Child, wait_until_quiet
from benchmarks.report import print_table, write_json

FIGURES = ("p50_us", "p99_us", "rate_32", "rate_256", "rate_8_processes")
BASELINE = "grpc_aio"
PROCESSES = 8


def measure(peer: Peer, seconds: float, warm_seconds: float, patience: float) -> dict[str, float]:
    """Starts a peer afresh and measures every figure once. Raises RuntimeError when the counter lost or doubled a call."""
    port = str(free_port())
    children: list[Child] = []

    def start(command: tuple[str, ...]) -> Child:
        child = Child([word.replace("{port}", port) for word in command], peer.environment)
        children.append(child)
        return child

    try:
        start(peer.server).wait_for("READY", 180)
        client = start(peer.client)
        client.answer(180)
        for command in (
            f"outstanding 32 {warm_seconds * 0.4}",
            f"outstanding 256 {warm_seconds * 0.3}",
            f"sequential {warm_seconds * 0.3}",
        ):
            client.ask(command)
        wait_until_quiet(patience)
        alone = client.ask(f"sequential {seconds}")
        rates = {count: client.ask(f"outstanding {count} {seconds}") for count in (32, 256)}
        check = client.ask("check")
        if check["total"] != check["value"]:
            raise RuntimeError(f"{peer.name}: {check['total']} calls made, the counter says {check['value']}")
        others = [client, *(start(peer.client) for _ in range(PROCESSES - 1))]
        for other in others[1:]:
            other.answer(180)
        together(others, max(seconds, warm_seconds * 0.1))
        return {
            "p50_us": alone["p50_us"],
            "p99_us": alone["p99_us"],
            "rate_32": rates[32]["n"] / rates[32]["seconds"],
            "rate_256": rates[256]["n"] / rates[256]["seconds"],
            "rate_8_processes": together(others, seconds),
        }
    finally:
        for child in reversed(children):
            child.stop()


def together(clients: list[Child], seconds: float) -> float:
    """Calls per second of several client processes with four calls outstanding each."""
    for client in clients:
        client.send(f"outstanding 4 {seconds}")
    return float(sum(answer["n"] / answer["seconds"] for answer in [client.answer() for client in clients]))


def run(names: list[str], rounds: int, seconds: float, warm: float, patience: float) -> dict[str, dict[str, float]]:
    """Measures the named peers in interleaved rounds; returns the medians of each."""
    peers = {**all_peers(), **on_demand()}
    for name in names:
        if (prepare := peers[name].prepare) is not None:
            prepare()
    seen: dict[str, list[dict[str, float]]] = {name: [] for name in names}
    for turn in range(rounds):
        for name in names if turn % 2 == 0 else reversed(names):
            figures = measure(peers[name], seconds, peers[name].warm_seconds * warm, patience)
            seen[name].append(figures)
            print(f"round {turn + 1} {name:12s} " + "  ".join(f"{key} {value:.0f}" for key, value in figures.items()), flush=True)
    return {name: {key: statistics.median(turn[key] for turn in turns) for key in FIGURES} for name, turns in seen.items()}


def rows(results: dict[str, dict[str, float]]) -> list[list[Any]]:
    """The table: figures, and how many times those of the baseline and of RMI they are, where these were measured."""
    table: list[list[Any]] = []
    others = [results.get(BASELINE), results.get("rmi")]
    for name, mine in sorted(results.items(), key=lambda item: -item[1]["rate_32"]):
        row: list[Any] = [name, *(f"{mine[key]:,.0f}" for key in FIGURES)]
        row += [" / ".join(f"{ratio:.2f}" for ratio in ratios(mine, other)) if other else "" for other in others]
        table.append(row)
    return table


def ratios(mine: dict[str, float], other: dict[str, float]) -> list[float]:
    """Latency as mine over theirs (less is better), the three rates as mine over theirs (more is better)."""
    return [mine[key] / other[key] for key in ("p50_us", "rate_32", "rate_256", "rate_8_processes")]


def main(arguments: list[str] | None = None) -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks call", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2.0, help="length of one measurement")
    parser.add_argument("--warm", type=float, default=1.0, help="factor on each peer's warm-up")
    parser.add_argument("--patience", type=float, default=4.0, help="seconds that are waited at most for a quiet machine before each peer")
    parser.add_argument("--peers", default=",".join(all_peers()), help=f"on demand also: {', '.join(on_demand())}")
    options = parser.parse_args(arguments)
    names = options.peers.split(",")
    results = run(names, options.rounds, options.seconds, options.warm, options.patience)
    write_json("call", results)
    print_table("calls", ["peer", *FIGURES, "p50, 32, 256, 8p × grpc_aio", "× rmi"], rows(results))


if __name__ == "__main__":
    main()
