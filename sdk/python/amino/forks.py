"""Forks of this process: what was opened before one cannot be used in the child.

A fork concerns the whole process, so the one `Forks` of this module is the only state of a process in this package.
"""

from __future__ import annotations

import ctypes
import gc
import os
import sys
from typing import Any, Protocol
from weakref import WeakSet

_GRPC = "grpc._cython.cygrpc"


class Forkable(Protocol):
    """What must hear in the child that there was a fork."""

    def forked(self) -> None:
        """This process is the child. Must touch nothing that the parent shares with it: no loop, no lock, no connection."""
        ...


class Forks:
    """Tells all that were opened in the parent, in the child, before anything else runs there."""

    def __init__(self) -> None:
        self._watched: WeakSet[Any] = WeakSet()
        self.grpc_is_lost = False
        """gRPC was loaded in the parent. Its threads do not exist in the child, where its channels hang or end the process."""
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._after_in_child)

    def watch(self, each: Forkable) -> None:
        """`each.forked()` is called in every child, for as long as `each` is there."""
        self._watched.add(each)

    def _after_in_child(self) -> None:
        self.grpc_is_lost = _GRPC in sys.modules
        if self.grpc_is_lost:
            # The parent's tasks are garbage here, and what they hold of gRPC would be ended by code that needs its threads.
            gc.freeze()
        watched = list(self._watched)
        self._watched.clear()
        for each in watched:
            each.forked()


def leave_to_parent(descriptor: int) -> None:
    """In the child: its copy of a connection is gone, and the parent's close is seen at the other end. The number stays in use, since
    objects of the parent that still name it could close it when it belongs to something else."""
    nothing = os.open(os.devnull, os.O_RDWR)
    try:
        os.dup2(nothing, descriptor, inheritable=False)
    finally:
        os.close(nothing)


def never_free(each: object) -> None:
    """In the child: the end of an object of gRPC, or of a loop, would use what only the parent has."""
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(each))


FORKS = Forks()
