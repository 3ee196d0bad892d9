"""The judges of histories against histories whose verdict is known: each bad one differs from a good one in one answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from amino_testkit import History, Operation, Porcupine, is_linearizable

from tests.support.histories import judge_long

OK, UNKNOWN, NOT = "ok", "info", "fail"


def read(client: int, out: Any, call: int, ret: int, key: str = "x") -> Operation:
    return Operation(client, key, "read", None, out, OK, call, ret)


def write(client: int, value: Any, call: int, ret: int, status: str = OK, key: str = "x") -> Operation:
    return Operation(client, key, "write", value, None, status, call, ret)


def cas(client: int, old: Any, new: Any, hit: bool, call: int, ret: int) -> Operation:
    return Operation(client, "x", "cas", [old, new], hit, OK, call, ret)


def add(client: int, amount: int, out: int, call: int, ret: int, status: str = OK) -> Operation:
    return Operation(client, "x", "add", amount, out, status, call, ret)


def txn(client: int, steps: list[Any], out: list[Any], call: int, ret: int, status: str = OK) -> Operation:
    return Operation(client, "", "txn", steps, out, status, call, ret)


BOTH = [["w", "x", 1], ["w", "y", 2]]
LOOK = [["r", "x", None], ["r", "y", None]]

GOOD: dict[str, tuple[str, list[Operation]]] = {
    "a read beside a write sees the old value": ("kv", [write(0, 1, 0, 100), read(1, None, 10, 20), read(1, 1, 30, 40)]),
    "a write without an answer counts later": ("kv", [write(0, 1, 0, 5, UNKNOWN), read(1, None, 200, 300), read(1, 1, 400, 500)]),
    "a write without an answer never counts": ("kv", [write(0, 1, 0, 5, UNKNOWN), read(1, None, 200, 300), read(2, None, 400, 500)]),
    "a write that did not happen is not seen": ("kv", [write(0, 1, 0, 5, NOT), read(1, None, 10, 20)]),
    "keys are apart": ("kv", [write(0, 1, 0, 1), read(1, None, 2, 3, "y"), read(1, 1, 4, 5)]),
    "one of two exchanges wins": ("kv", [cas(0, None, 1, True, 0, 10), cas(1, None, 2, False, 0, 10), read(0, 1, 11, 12)]),
    "additions beside one another": ("counter", [add(0, 1, 2, 0, 10), add(1, 1, 1, 0, 10), Operation(1, "x", "read", None, 2, OK, 11, 12)]),
    "an addition without an answer": ("counter", [add(0, 5, 0, 0, 1, UNKNOWN), add(1, 1, 6, 2, 3)]),
    "a transaction seen whole": ("txn", [txn(0, BOTH, [None, None], 0, 10), txn(1, LOOK, [1, 2], 5, 15)]),
    "a transaction not seen yet": ("txn", [txn(0, BOTH, [None, None], 0, 10), txn(1, LOOK, [None, None], 5, 15)]),
}

BAD: dict[str, tuple[str, list[Operation]]] = {
    "an old value after the new one": ("kv", [write(0, 1, 0, 100), read(1, 1, 10, 20), read(2, None, 30, 40)]),
    "an answered write is lost": ("kv", [write(0, 1, 0, 1), read(1, None, 2, 3)]),
    "a write comes back": ("kv", [write(0, 1, 0, 1), write(0, 2, 2, 3), read(1, 2, 4, 5), read(1, 1, 6, 7)]),
    "a value that nobody wrote": ("kv", [write(0, 1, 0, 1), read(1, 3, 2, 3)]),
    "a write that did not happen is seen": ("kv", [write(0, 1, 0, 5, NOT), read(1, 1, 10, 20)]),
    "a read before its write is asked for": ("kv", [read(1, 1, 0, 1), write(0, 1, 2, 3)]),
    "both of two exchanges win": ("kv", [cas(0, None, 1, True, 0, 10), cas(1, None, 2, True, 0, 10)]),
    "an unknown write is seen, then not": ("kv", [write(0, 1, 0, 5, UNKNOWN), read(1, 1, 10, 20), read(2, None, 30, 40)]),
    "an addition is lost": ("counter", [add(0, 1, 1, 0, 10), add(1, 1, 1, 0, 10)]),
    "an addition counts twice": ("counter", [add(0, 1, 1, 0, 10), Operation(1, "x", "read", None, 2, OK, 11, 12)]),
    "half a transaction": ("txn", [txn(0, BOTH, [None, None], 0, 10), txn(1, LOOK, [1, None], 5, 15)]),
    "a transaction read what was over": ("txn", [txn(0, BOTH, [None, None], 0, 1), txn(1, LOOK, [None, None], 2, 3)]),
}


@pytest.mark.parametrize("name", GOOD)
def test_good_histories_are_accepted(name: str, porcupine: Porcupine | None, tmp_path: Path) -> None:
    assert _verdicts(*GOOD[name], porcupine, tmp_path) == {True}


@pytest.mark.parametrize("name", BAD)
def test_bad_histories_are_rejected(name: str, porcupine: Porcupine | None, tmp_path: Path) -> None:
    assert _verdicts(*BAD[name], porcupine, tmp_path) == {False}


def _verdicts(model: str, operations: list[Operation], porcupine: Porcupine | None, folder: Path) -> set[bool | None]:
    history = History()
    history.operations = operations
    found = {is_linearizable(history, model), not judge_long(history, model, porcupine, folder)}
    return found if porcupine is None else {*found, porcupine.judge(history, model, folder)[0]}
