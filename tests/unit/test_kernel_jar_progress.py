"""The progress of fetching jars, on a terminal and in a log."""

from __future__ import annotations

import io

from amino_kernel.boot.jar_progress import JarProgress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_log_gets_a_line_now_and_then_and_one_at_the_end() -> None:
    now = [0.0]
    out = io.StringIO()
    progress = JarProgress(out, lambda: now[0])
    for step in range(11):
        now[0] = step * 0.5
        progress("js.jar", step * 1_000_000, 10_000_000)
    lines = out.getvalue().splitlines()
    assert lines[0] == "fetching js.jar: 0.0 of 10.0 MB" and lines[-1] == "fetching js.jar: 10.0 of 10.0 MB"
    assert 3 <= len(lines) <= 5


def test_a_terminal_line_is_drawn_anew_and_wiped_at_the_end() -> None:
    out = Terminal()
    progress = JarProgress(out, lambda: 0.0)
    progress("js.jar", 1, 10)
    progress("js.jar", 2, 10)
    progress("js.jar", 10, 10)
    assert "\n" not in out.getvalue() and out.getvalue().endswith("\r\x1b[K") and out.getvalue().count("fetching") == 2
