"""Draws a plot of each benchmark that has been run, from its JSON: `python -m benchmarks plots --to docs/performance`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot
from matplotlib.ticker import NullFormatter

from benchmarks import report
from benchmarks.panels import PANELS, Panel

OURS = "#0b6e4f"
THEIRS = "#8d99ae"
COLUMNS = 2
WIDTH, HEIGHT_OF_BAR, HEIGHT_OF_TITLE = 5.5, 0.24, 1.1
STYLE: Any = {"svg.fonttype": "none", "svg.hashsalt": "amino", "font.size": 9, "axes.titlesize": 10}
"""Text stays text, and the same figures give the same file."""


def bars(axes: Any, panel: Panel) -> None:
    """One bar a figure, from the top down."""
    names, values = list(panel.figures), list(panel.figures.values())
    colors = [OURS if panel.ours is None or name in panel.ours else THEIRS for name in names]
    axes.barh(names, values, color=colors)
    axes.invert_yaxis()
    axes.set_title(panel.title)
    axes.set_xlabel(panel.unit)
    if panel.logarithmic:
        axes.set_xscale("log")
        axes.xaxis.set_minor_formatter(NullFormatter())
    axes.margins(x=0.18, y=0.02)
    for index, value in enumerate(values):
        axes.text(value, index, f" {value:,.{panel.digits}f}", va="center", fontsize=8)


def draw(name: str, panels: list[Panel], folder: Path, suffixes: tuple[str, ...]) -> None:
    """Writes one plot."""
    columns = min(COLUMNS, len(panels))
    rows = -(-len(panels) // columns)
    height = HEIGHT_OF_TITLE + HEIGHT_OF_BAR * max(len(panel.figures) for panel in panels)
    with matplotlib.rc_context(STYLE):
        width = WIDTH * (COLUMNS if columns > 1 else 1.6)
        figure, grid = pyplot.subplots(rows, columns, figsize=(width, rows * height), constrained_layout=True, squeeze=False)
        for axes in grid.flat[len(panels) :]:
            axes.set_visible(False)
        for axes, panel in zip(grid.flat, panels, strict=False):
            bars(axes, panel)
        for suffix in suffixes:
            figure.savefig(folder / f"{name}.{suffix}", dpi=120, metadata={"Date": None} if suffix == "svg" else None)
        pyplot.close(figure)


def main(arguments: list[str] | None = None) -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks plots", description=__doc__)
    parser.add_argument("--to", type=Path, default=report.OUT, help="folder of the plots")
    parser.add_argument("--suffixes", default="svg", help="svg, png, or both with a comma between")
    options = parser.parse_args(arguments)
    options.to.mkdir(parents=True, exist_ok=True)
    for name, panels in PANELS.items():
        written = report.OUT / f"{name}.json"
        if written.exists():
            draw(name, panels(json.loads(written.read_text(encoding="utf-8"))), options.to, tuple(options.suffixes.split(",")))
            print(f"plot: {options.to / name}.{options.suffixes}")
        else:
            print(f"no plot of {name}: run `python -m benchmarks {name}` first")


if __name__ == "__main__":
    main()
