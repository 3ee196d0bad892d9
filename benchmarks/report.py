"""Tables on the terminal, JSON in `benchmarks/out`, plots for the documentation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

OUT = Path(__file__).resolve().parent / "out"


def write_json(name: str, results: Any) -> Path:
    """Writes the figures of one benchmark; returns the file."""
    OUT.mkdir(parents=True, exist_ok=True)
    path = OUT / f"{name}.json"
    path.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    return path


def print_table(title: str, columns: list[str], rows: list[list[Any]]) -> None:
    """Prints a table whose first column is text and whose others are figures."""
    table = Table(title=title)
    for index, column in enumerate(columns):
        table.add_column(column, justify="left" if index == 0 else "right")
    for row in rows:
        table.add_row(*(str(cell) for cell in row))
    Console(width=None if Console().is_terminal else 160).print(table)
