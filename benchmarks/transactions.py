"""What do transactions over several objects cost? Transfers between accounts, beside PostgreSQL, beside locks that are held until the end,
beside the same two calls without a transaction, and while audits read all accounts."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import postgres
from benchmarks.copy_host import CLIENT_CORE, KERNEL_CORE, CopyHost
from benchmarks.processes import Child
from benchmarks.ratio import Ratio, compare
from benchmarks.report import print_table, write_json

CHAIN = "DurableSerializableRPC,LockingTransactions"
LATE_CHAIN = "DurableSerializableRPC,LockingTransactions(early_release=false)"
ACCOUNTS, HOT, UNDER_WAY = 1000, 10, 64
SECONDS, AUDIT_SECONDS = 1.0, 3.0
WARM_SECONDS = 20.0
TURNS = Path(__file__).with_name("transfer_turns.py")
Row = list[str]
HEADINGS = ["row", "ratio, median [95 %]", "wanted", "ours", "beside"]


class BankPeer:
    """A process that takes turns of transfers: see `transfer_turns`.

    Arguments:
        kind, place: its first two arguments.
    """

    def __init__(self, kind: str, place: str) -> None:
        self._child = Child([sys.executable, str(TURNS), kind, place, str(CLIENT_CORE)])
        self._child.wait_for("READY")

    def make(self, name: str, accounts: int, chain: str = "") -> None:
        """Accounts."""
        self._ask("make", name, accounts, chain)

    def transfers(self, name: str, seconds: float, audits: bool = False) -> dict[str, float]:
        """Transfers and audits a second."""
        found: dict[str, float] = self._ask("transfers", name, UNDER_WAY, seconds, audits)
        return found

    def transaction(self, name: str, seconds: float) -> float:
        """Microseconds of a transfer, the median."""
        return float(self._ask("transaction", name, seconds))

    def calls(self, name: str, seconds: float) -> float:
        """Microseconds of the same two calls without a transaction, the median."""
        return float(self._ask("calls", name, seconds))

    def _ask(self, *words: Any) -> Any:
        self._child.send(json.dumps(words))
        return self._child.answer(timeout=300)["answer"]

    def close(self) -> None:
        """Ends the process."""
        self._child.stop()


class _Turn:
    """Turns of one side, whose figures are kept."""

    def __init__(self, turn: Callable[[], float]) -> None:
        self._turn = turn
        self._found: list[float] = []

    def __call__(self) -> float:
        self._found.append(self._turn())
        return self._found[-1]

    def __str__(self) -> str:
        return f"{statistics.median(self._found):,.0f}" if self._found else ""


class Measured:
    """A kernel with its OMS on one core, its client on the other; PostgreSQL is started for the row that needs it.

    Arguments:
        pairs: of turns for each ratio.
        warm: seconds of transfers before a set of accounts is measured.
    """

    def __init__(self, pairs: int, warm: float, stack: ExitStack) -> None:
        self._pairs, self._warm, self._stack = pairs, warm, stack
        host = stack.enter_context(CopyHost(languages="js"))
        self._ours = BankPeer("amino", host.address)
        stack.callback(self._ours.close)

    def postgres(self) -> list[Row]:
        """Transfers between a thousand accounts."""
        folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="amino-postgres-")))
        theirs = BankPeer("postgres", str(postgres.start(folder, KERNEL_CORE, self._stack)))
        self._stack.callback(theirs.close)
        theirs.make("many", ACCOUNTS)
        self._made("many", ACCOUNTS, CHAIN)
        theirs.transfers("many", 1.0)
        turns = (_Turn(partial(_rate, theirs, "many", SECONDS)), _Turn(partial(_rate, self._ours, "many", SECONDS)))
        title = f"transfers/s, {ACCOUNTS:,} accounts, {UNDER_WAY} under way, beside PostgreSQL"
        return [self._row(title, *turns, partial(_least, bound=0.5), self._pairs)]

    def hot(self) -> list[Row]:
        """Transfers between ten accounts, whose locks are handed on at the vote, or kept until the end."""
        self._made("hot", HOT, CHAIN)
        self._made("late", HOT, LATE_CHAIN)
        turns = (_Turn(partial(_rate, self._ours, "late", SECONDS)), _Turn(partial(_rate, self._ours, "hot", SECONDS)))
        title = f"transfers/s, {HOT} accounts, {UNDER_WAY} under way, beside locks that are kept"
        return [self._row(title, *turns, partial(_least, bound=3.0), self._pairs)]

    def pair(self) -> list[Row]:
        """One transfer after another, beside the same calls without a transaction."""
        self._made("pair", 2, CHAIN)
        turns = (_Turn(partial(self._ours.calls, "pair", SECONDS)), _Turn(partial(self._ours.transaction, "pair", SECONDS)))
        return [self._row("µs of a transaction over two objects, beside two calls", *turns, partial(_most, bound=3.0), self._pairs)]

    def audits(self) -> list[Row]:
        """Transfers while one audit after another reads all accounts."""
        self._made("audited", ACCOUNTS, CHAIN)
        audits: list[float] = []

        def audited() -> float:
            found = self._ours.transfers("audited", AUDIT_SECONDS, True)
            audits.append(found["audits"])
            return found["transfers"]

        turns = (_Turn(partial(_rate, self._ours, "audited", AUDIT_SECONDS)), _Turn(audited))
        row = self._row("transfers/s while audits run, beside without", *turns, partial(_least, bound=0.9), max(2, self._pairs // 4))
        return [row, ["audits/s meanwhile", "", "", f"{statistics.median(audits):.2f}", ""]]

    def _made(self, name: str, accounts: int, chain: str) -> None:
        self._ours.make(name, accounts, chain)
        self._ours.transfers(name, self._warm)

    def _row(self, title: str, first: _Turn, second: _Turn, wanted: Callable[[Ratio], str], pairs: int) -> Row:
        ratio = compare(first, second, pairs)
        return [title, str(ratio), wanted(ratio), str(second), str(first)]


def _rate(peer: BankPeer, name: str, seconds: float) -> float:
    return peer.transfers(name, seconds)["transfers"]


def _least(ratio: Ratio, bound: float) -> str:
    return f"≥ {bound} {'holds' if ratio.is_at_least(bound) else 'MISSED'}"


def _most(ratio: Ratio, bound: float) -> str:
    return f"≤ {bound} {'holds' if ratio.is_at_most(bound) else 'MISSED'}"


ROWS = ("postgres", "hot", "pair", "audits")


def main(arguments: list[str] | None = None) -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks transactions", description=__doc__)
    parser.add_argument("--only", choices=ROWS, action="append", help="measures this row alone; may be given several times")
    parser.add_argument("--pairs", type=int, default=40, help="of turns for each ratio")
    parser.add_argument("--warm", type=float, default=WARM_SECONDS, help="seconds of transfers before accounts are measured")
    options = parser.parse_args(arguments)
    found: list[Row] = []
    with ExitStack() as stack:
        measured = Measured(options.pairs, options.warm, stack)
        for name in options.only or ROWS:
            rows: list[Row] = getattr(measured, name)()
            print_table(name, HEADINGS, rows)
            found += rows
    write_json("transactions", {"pairs": options.pairs, "load": os.getloadavg()[0], "rows": found})
    print_table("transactions", HEADINGS, found)


if __name__ == "__main__":
    main()
