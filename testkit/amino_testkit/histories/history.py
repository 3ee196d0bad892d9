"""Histories of what clients asked and were told, in the format of porcupine_check: one operation a line."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from amino_wire.errors import (
    AminoError,
    Ended,
    InternalError,
    KernelUnavailable,
    NotFound,
    ObjectAwaitsKernel,
    ObjectLost,
    ObjectRecovering,
    OmsUnavailable,
    Outcome,
)

UNCERTAIN = (KernelUnavailable, OmsUnavailable, ObjectLost, ObjectRecovering, ObjectAwaitsKernel, NotFound, Ended, InternalError)
"""Errors after which the call may have had its effect, now or later, unless they say that it did not run."""


@dataclass(slots=True)
class Operation:
    """One operation.

    Arguments:
        client: who asked; asks one thing at a time.
        key: what it is about.
        f: what was asked, by the names of porcupine_check: read, write, cas, add, txn …
        arg: with what.
        out: what was told.
        status: `ok`: it happened; `fail`: it surely did not; `info`: unknown.
        call, ret: when it was asked and told; numbers that only grow.
    """

    client: int
    key: str
    f: str
    arg: Any = None
    out: Any = None
    status: str = "info"
    call: int = 0
    ret: int = 0


class History:
    """Operations in the order they were asked.

    Arguments:
        doubled: whether the network doubles messages. Then an operation that did not run when its message came may run
            when the message comes once more, after its client was told: no kernel can know of the copy.
    """

    def __init__(self, *, doubled: bool = False) -> None:
        self.doubled = doubled
        self.operations: list[Operation] = []
        self.errors: Counter[str] = Counter()
        """How often operations ended with an error of which code."""
        self._moment = 0

    @asynccontextmanager
    async def operation(self, client: int, key: str, f: str, arg: Any = None) -> AsyncGenerator[Operation]:
        """Records what happens inside: the caller sets `out`. Errors of ours are recorded and go no further; others are raised."""
        operation = Operation(client, key, f, arg, call=self._now())
        self.operations.append(operation)
        try:
            yield operation
        except AminoError as error:
            self.errors[error.code] += 1
            may_have_run = isinstance(error, UNCERTAIN) and (self.doubled or error.outcome is not Outcome.NOT_RUN)
            operation.status = "info" if may_have_run and not _only_reads(operation) else "fail"
        else:
            operation.status = "ok"
        operation.ret = self._now()

    def lines(self) -> str:
        """The history as text."""
        return "".join(json.dumps(asdict(operation)) + "\n" for operation in self.operations)

    def write(self, path: Path) -> None:
        """Writes the text to a file."""
        path.write_text(self.lines(), encoding="utf-8")

    def count(self, status: str) -> int:
        """How many operations have that status."""
        return sum(operation.status == status for operation in self.operations)

    def _now(self) -> int:
        self._moment += 1
        return self._moment


def _only_reads(operation: Operation) -> bool:
    """Whether it does not matter if a transaction of unknown outcome happened."""
    return operation.f == "txn" and all(kind == "r" for kind, *_ in operation.arg)
