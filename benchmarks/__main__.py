"""`python -m benchmarks [name] [options]`: one benchmark, or a short form of all."""

from __future__ import annotations

import sys
from importlib import import_module

SHORT = {
    "call": ["--rounds", "1", "--seconds", "1.5"],
    "start": ["--rounds", "2"],
    "memory": ["--objects", "20000"],
    "scale": ["--seconds", "1"],
    "dm": ["--seconds", "1"],
    "sdks": ["--rounds", "1", "--seconds", "1.5"],
}


def main() -> None:
    """Entry point."""
    if len(sys.argv) > 1:
        if sys.argv[1] not in SHORT:
            raise SystemExit(f"no benchmark {sys.argv[1]!r}; there are: {', '.join(SHORT)}")
        import_module(f"benchmarks.{sys.argv[1]}").main(sys.argv[2:])
        return
    for name, arguments in SHORT.items():
        import_module(f"benchmarks.{name}").main(arguments)
    import_module("benchmarks.plots").main()


if __name__ == "__main__":
    main()
