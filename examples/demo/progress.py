"""Shows what takes long, and remembers how long it took."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table


@dataclass
class Story:
    """What happened, line by line, for the table at the end."""

    console: Console = field(default_factory=Console)
    lines: list[tuple[str, str, float]] = field(default_factory=list[tuple[str, str, float]])

    @contextmanager
    def step(self, what: str) -> Iterator[list[str]]:
        """Times a step and shows that it is under way; the step appends to the list what is worth telling."""
        told: list[str] = []
        begin = time.perf_counter()
        with self.console.status(f"{what} …"):
            yield told
        seconds = time.perf_counter() - begin
        self.lines.append((what, "\n".join(told), seconds))
        self.console.print(f"[green]✓[/green] {what} [dim]{seconds:.1f} s[/dim]")

    def table(self) -> Table:
        """The story as a table."""
        table = Table(title="what happened", show_lines=True)
        table.add_column("step")
        table.add_column("result")
        table.add_column("s", justify="right")
        for what, told, seconds in self.lines:
            table.add_row(what, told, f"{seconds:.1f}")
        return table


def play(tell: Callable[[Story], None], good: str) -> None:
    """Tells a story, and shows its table. Ends the process with status 1 where a step fails.

    Args:
        tell: runs the steps.
        good: what is said when all of them have come to their end.
    """
    story = Story()
    try:
        tell(story)
    except Exception as error:
        story.console.print(story.table())
        story.console.print(f"[red]this failed:[/red] {type(error).__name__}: {error}", highlight=False)
        sys.exit(1)
    story.console.print(story.table())
    story.console.print(f"[green]{good}[/green]")
