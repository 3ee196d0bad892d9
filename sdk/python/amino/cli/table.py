"""Tables for terminals and pipes, as lines of text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence

GAP = 1
NARROWEST = 8
"""Characters below which a column is not made narrower."""
_BOLD, _PLAIN = "\033[1m", "\033[0m"


def table_lines(columns: Sequence[str], rows: Sequence[Sequence[str]], width: int, *, bold: bool = False) -> list[str]:
    """A table with a heading.

    Arguments:
        columns: the names of the columns.
        rows: their cells; a cell may have several lines.
        width: characters of a line, within which cells are folded; 0: any number.
        bold: whether the heading is marked for a terminal.
    """
    widths = [max(_length(line) for row in (columns, *rows) for line in row[index].split("\n")) for index in range(len(columns))]
    widths = _narrowed(widths, width)
    heading = [f"{_BOLD}{line}{_PLAIN}" if bold else line for line in _row(columns, widths)]
    return heading + [line for row in rows for line in _row(row, widths)]


def fact_lines(facts: Mapping[str, str], width: int, *, bold: bool = False) -> list[str]:
    """Names and values, as a table without a heading; arguments as `table_lines`."""
    first = max(map(_length, facts), default=0)
    longest = max((_length(line) for value in facts.values() for line in value.split("\n")), default=0)
    room = max(NARROWEST, min(longest, width - first - GAP)) if width else longest
    lines: list[str] = []
    for name, value in facts.items():
        for number, line in enumerate(_row((name, value), (first, room))):
            lines.append(f"{_BOLD}{line[:first]}{_PLAIN}{line[first:]}" if bold and number == 0 else line)
    return lines


def _narrowed(widths: list[int], width: int) -> list[int]:
    """Widths that fit in a line: the widest columns give."""
    room = width - GAP * (len(widths) - 1)
    found = list(widths)
    while width and sum(found) > room and max(found) > NARROWEST:
        found[found.index(max(found))] -= 1
    return found


def _row(cells: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    folded = [[part for line in cell.split("\n") for part in _folded(line, width)] for cell, width in zip(cells, widths, strict=True)]
    for number in range(max(map(len, folded))):
        parts = (parts[number] if number < len(parts) else "" for parts in folded)
        yield (" " * GAP).join(part + " " * (width - _length(part)) for part, width in zip(parts, widths, strict=True)).rstrip()


def _folded(line: str, width: int) -> Iterator[str]:
    part, length = "", 0
    for character in line:
        size = _length(character)
        if length + size > width and part:
            yield part
            part, length = "", 0
        part, length = part + character, length + size
    yield part


def _length(text: str) -> int:
    """Characters that a text takes on a terminal: those of East Asia take two, marks over others none."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(one) else 2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)
