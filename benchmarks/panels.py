"""What the plot of each benchmark shows: panels made of the figures that it wrote."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Results = Mapping[str, Any]


@dataclass(frozen=True)
class Panel:
    """One set of bars.

    Arguments:
        title, unit: what the bars are.
        figures: by name, from the top down.
        logarithmic: the axis, where figures differ by a hundred times.
        ours: names of bars in Amino's colour; None: all.
        digits: after the point.
    """

    title: str
    unit: str
    figures: Mapping[str, float]
    logarithmic: bool = False
    ours: frozenset[str] | None = None
    digits: int = 0


def of_call(results: Results) -> list[Panel]:
    """Four figures, each of all peers, best first."""
    kinds = [("p50_us", "a lone call", "µs, median", False), ("rate_32", "32 calls under way", "calls/s", True)]
    kinds += [("rate_256", "256 calls under way", "calls/s", True), ("rate_8_processes", "8 client processes", "calls/s", True)]
    ours = frozenset(name for name in results if name.startswith("amino"))
    panels: list[Panel] = []
    for key, title, unit, more_is_better in kinds:
        ordered = sorted(((name, mine[key]) for name, mine in results.items()), key=lambda item: item[1], reverse=more_is_better)
        panels.append(Panel(title, unit, dict(ordered), True, ours))
    return panels


def of_scale(results: Results) -> list[Panel]:
    """Calls a second over the number of each thing that was raised."""
    titles = {
        "objects": "objects, 256 calls of one client",
        "client_processes": "client processes, 4 calls each, one object",
        "replicas": "replicas, 256 calls that do nothing",
        "replicas_long_calls": "replicas, 32 calls that compute",
        "languages": "language of the object, 32 calls",
    }
    return [Panel(title, "calls/s", results[f"calls_per_second_by_{over}"]) for over, title in titles.items()]


def of_dm(results: Results) -> list[Panel]:
    """A lone call through every chain, cheapest first."""
    ordered = sorted(((name, chain["quietest_us"]) for name, chain in results["chains"].items()), key=lambda item: item[1])
    without = frozenset(name for name, _ in ordered if not name.startswith("(none)"))
    return [Panel("a lone call through a chain of deployment managers", "µs, quietest turn", dict(ordered), True, without, 1)]


def of_start(results: Results) -> list[Panel]:
    """Seconds, warm and cold."""
    figures = {f"{language}, {kind}": results[kind][language]["seconds"] for kind in ("warm", "cold") for language in results.get(kind, ())}
    return [Panel("`amino up` to the first answer", "s, median", figures, digits=1)]


def of_memory(results: Results) -> list[Panel]:
    """Objects made a second, and what the processes hold."""
    rates = {"one request each": results["create_per_second"], "create_many": results["create_many_per_second"]}
    number = f"{results['objects']:,}"
    resident = {"no objects": results["kernel_bytes_before"] / 1e6, number: results["kernel_bytes_after"] / 1e6}
    return [Panel("JS objects made", "objects/s", rates), Panel("resident memory of kernel and OMS, by objects", "MB", resident)]


def of_sdks(results: Results) -> list[Panel]:
    """Calls a second of the SDKs beside their languages' own gRPC."""
    rates = {f"{language}, {way}": rate for language, ways in results.items() for way, rate in ways.items()}
    return [Panel("32 calls under way", "calls/s", rates, True, frozenset(name for name in rates if not name.endswith(", grpc")))]


PANELS: dict[str, Callable[[Results], list[Panel]]] = {
    "call": of_call,
    "scale": of_scale,
    "dm": of_dm,
    "start": of_start,
    "memory": of_memory,
    "sdks": of_sdks,
}
