"""The input of a process that runs guests: its parent's orders, and its parent's life."""

from __future__ import annotations

import os
import signal
import sys

PR_SET_PDEATHSIG = 1
"""Of prctl(2): the signal that this process gets when the thread that has started it ends."""


class ControlInput:
    """Reads what the parent writes from another descriptor than 0, where nothing can be read any more.

    A Java object or native code has the rights of the process. Its read of standard input would take the parent's orders, or wait for ever
    where nobody can interrupt it; so it finds the end of the input there.
    """

    def __init__(self) -> None:
        """Takes the input from descriptor 0. Whatever reads that from now on reads an empty file."""
        self._descriptor = os.dup(0)
        empty = os.open(os.devnull, os.O_RDONLY)
        os.dup2(empty, 0)
        os.close(empty)

    def line(self) -> bytes:
        """Answers the next line with its end, or what there is of it when the input ends before."""
        line = b""
        # Unbuffered, so that nothing of what follows is taken away from the wait for the end.
        while not line.endswith(b"\n"):
            byte = os.read(self._descriptor, 1)
            if not byte:
                break
            line += byte
        return line

    def wait_for_end(self) -> None:
        """Returns when the parent has closed the input, or has ended."""
        while os.read(self._descriptor, 65536):
            pass


def die_with_parent() -> None:
    """On Linux, has this process killed when its parent ends: the end of the input is seen only by a process that runs and is not stopped.

    Must come before the parent can have ended unseen, that is before the wait for the end of the input.
    """
    if sys.platform != "linux":
        return
    import ctypes

    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
