"""`amino`: the commonest commands without the libraries that the others need, then the others."""

from __future__ import annotations

import os
import sys

COMPLETE = "_AMINO_COMPLETE"
"""The variable by which a shell's script asks for what may come next."""


def main() -> None:
    """Entry point."""
    _open_closed_streams()
    # Messages of gRPC become errors of ours. Kernels that this command starts inherit it.
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    if COMPLETE not in os.environ:
        from amino.cli.quick import parsed

        command = parsed(sys.argv[1:])
        if command is not None:
            status = command.run()
            sys.stderr.flush()
            # All is printed, and the interpreter's own end would take a fifth of the command's time.
            os._exit(status)
    from amino.cli.main import main as others

    others()


def _open_closed_streams() -> None:
    """A shell may start a command with closed streams (`2>&-`). A connection would get their numbers, and lines would go into it."""
    number = os.open(os.devnull, os.O_RDWR)
    while number <= 2:
        os.set_inheritable(number, True)
        number = os.dup(number)
    os.close(number)
    for place, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(place, "w" if place else "r", encoding="utf-8"))
