"""Whether a history is linearizable: judged here for short histories (Wing and Gong, 1993; Lowe, 2017), and by porcupine where Go is."""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from amino_testkit.histories.history import History, Operation

Step = Callable[[Any, Operation], tuple[bool, Any]]
"""What an operation makes of a state: whether its answer fits, and the state after. States are JSON text, so that they can be compared."""


def register_step(state: str, operation: Operation) -> tuple[bool, str]:
    """A register: read, write, cas."""
    known = operation.status == "ok"
    if operation.f == "read":
        return not known or json.dumps(operation.out) == state, state
    if operation.f == "write":
        return True, json.dumps(operation.arg)
    if operation.f == "cas":
        hit = json.dumps(operation.arg[0]) == state
        return not known or operation.out is hit, json.dumps(operation.arg[1]) if hit else state
    raise ValueError(f"a register has no operation {operation.f}")


def counter_step(state: str, operation: Operation) -> tuple[bool, str]:
    """A counter: read, add."""
    known = operation.status == "ok"
    if operation.f == "read":
        return not known or json.dumps(operation.out) == state, state
    if operation.f == "add":
        after = json.dumps(json.loads(state) + operation.arg)
        return not known or json.dumps(operation.out) == after, after
    raise ValueError(f"a counter has no operation {operation.f}")


def transaction_step(state: str, operation: Operation) -> tuple[bool, str]:
    """Transactions over a map: the argument is a list of [`r` or `w`, key, value]."""
    entries = json.loads(state)
    fits = True
    for index, (kind, key, value) in enumerate(operation.arg):
        if kind == "w":
            entries[key] = value
        elif operation.status == "ok" and operation.out[index] != entries.get(key):
            fits = False
    return fits, json.dumps(entries, sort_keys=True)


MODELS: dict[str, tuple[str, Step, bool]] = {
    "kv": ("null", register_step, True),
    "counter": ("0", counter_step, True),
    "txn": ("{}", transaction_step, False),
}
"""By porcupine_check's name: the first state, the step, and whether keys are independent."""


class TooLong(Exception):
    """The search for an explanation was given up."""


def is_linearizable(history: History, model: str, states: int = 100_000_000) -> bool:
    """Whether some order of the operations, each between its question and its answer, explains all answers.

    Arguments:
        history: what clients asked and were told.
        model: what they used; a name of MODELS.
        states: how many states the search may look at.

    Raises:
        TooLong: it would have to look at more.
    """
    first, step, by_key = MODELS[model]
    wanted = [found for found in history.operations if found.status == "ok" or (found.status == "info" and found.f != "read")]
    if not by_key:
        return _explains(wanted, first, step, states)
    keys = {found.key for found in wanted}
    return all(_explains([found for found in wanted if found.key == key], first, step, states) for key in sorted(keys))


def _explains(operations: Sequence[Operation], first: str, step: Step, states: int) -> bool:
    ends = [operation.ret if operation.status == "ok" else math.inf for operation in operations]
    must = sum(1 << index for index, operation in enumerate(operations) if operation.status == "ok")
    everything = [(0, first)]
    seen = set(everything)
    while everything:
        done, state = everything.pop()
        if done & must == must:
            return True
        if len(seen) > states:
            raise TooLong(f"more than {states} states")
        limit = min(ends[index] for index in range(len(operations)) if not done >> index & 1)
        for index, operation in enumerate(operations):
            if done >> index & 1 or operation.call > limit:
                continue
            fits, after = step(state, operation)
            found = (done | 1 << index, after)
            if fits and found not in seen:
                seen.add(found)
                everything.append(found)
    return not must


_PATIENCE = "10s"


class Porcupine:
    """The checker porcupine_check, built from its folder once.

    Arguments:
        program: the built program.
    """

    def __init__(self, program: Path) -> None:
        self._program = program

    @classmethod
    def build(cls, source: Path, into: Path) -> Porcupine | None:
        """Builds the checker, or finds it built.

        Arguments:
            source: its folder, with main.go.
            into: where the program goes.

        Returns:
            None where there is no Go, no such folder, or no way to its modules.
        """
        program = into / "porcupine_check"
        go = shutil.which("go")
        if program.exists():
            return cls(program)
        if go is None or not (source / "main.go").exists():
            return None
        into.mkdir(parents=True, exist_ok=True)
        fresh = into / f"porcupine_check.{os.getpid()}"
        command = [go, "build", "-trimpath", "-o", str(fresh), "."]
        built = subprocess.run(command, cwd=source, env={**os.environ, "CGO_ENABLED": "0"}, capture_output=True, check=False)
        if built.returncode:
            return None
        fresh.rename(program)
        return cls(program)

    def judge(self, history: History, model: str, folder: Path) -> tuple[bool | None, str]:
        """Whether the history is linearizable, and what the checker said; None: it could not tell in time.

        Raises:
            RuntimeError: it could not read the history.
        """
        path = folder / "history.jsonl"
        history.write(path)
        command = [str(self._program), "-model", model, "-timeout", _PATIENCE, str(path)]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        if ran.returncode > 2:
            raise RuntimeError(f"porcupine_check: {ran.stdout}{ran.stderr}")
        return {0: True, 1: False}.get(ran.returncode), ran.stdout
