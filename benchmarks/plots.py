"""Draws the plots of docs/performance.md from the JSON in `benchmarks/out`: `python -m benchmarks.plots [folder]`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot

from benchmarks.report import OUT

OURS = "#0b6e4f"
THEIRS = "#8d99ae"


def bars(axes: Any, figures: dict[str, float], title: str, unit: str) -> None:
    """One bar a peer, best first, ours in another colour; a logarithmic axis because the peers differ by a hundred times."""
    names = list(figures)
    axes.barh(names, list(figures.values()), color=[OURS if name.startswith("amino") else THEIRS for name in names])
    axes.set_xscale("log")
    axes.invert_yaxis()
    axes.set_title(title)
    axes.set_xlabel(unit)
    for index, value in enumerate(figures.values()):
        axes.text(value, index, f" {value:,.0f}", va="center", fontsize=8)


def main(folder: Path = OUT) -> None:
    """Entry point: writes `call.svg` and `call.png` into `folder`."""
    results: dict[str, dict[str, float]] = json.loads((OUT / "call.json").read_text(encoding="utf-8"))
    kinds = [("p50_us", "a lone call", "µs, median", False), ("rate_32", "32 calls under way", "calls/s", True)]
    kinds += [("rate_256", "256 calls under way", "calls/s", True), ("rate_8_processes", "8 client processes", "calls/s", True)]
    figure, grid = pyplot.subplots(2, 2, figsize=(11, 7), constrained_layout=True)
    for axes, (key, title, unit, more_is_better) in zip(grid.flat, kinds, strict=True):
        ordered = sorted(((name, mine[key]) for name, mine in results.items()), key=lambda item: item[1], reverse=more_is_better)
        bars(axes, dict(ordered), title, unit)
    folder.mkdir(parents=True, exist_ok=True)
    for suffix in ("svg", "png"):
        figure.savefig(folder / f"call.{suffix}", dpi=120)
    print(f"plots: {folder}/call.svg and call.png")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
