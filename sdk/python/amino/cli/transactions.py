"""Commands about transactions over several objects: transactions, abort."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from amino.cli.command import command
from amino.cli.session import Session
from amino.transaction_info import TransactionInfo, TransactionPart

app = typer.Typer()


@command(app, "transactions")
def transactions(session: Session) -> None:
    """List the transactions over several objects that are open: since when, and who waits for whom."""
    with session.connect() as client:
        found = client.transactions()
    if session.json:
        session.document([asdict(each) for each in found])
        return
    rows = [row for each in found for row in _rows(each)]
    heads = ("TRANSACTION", "PHASE", "SECONDS", "BY", "OBJECT", "STATE", "MEMBER", "CALLER", "WAITS FOR")
    session.table(heads, rows, empty="no transaction is open")


@command(app, "abort")
def abort(
    session: Session,
    transaction: Annotated[str, typer.Argument(metavar="TRANSACTION", help="Its name, as `amino transactions` shows it.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; the transaction's client reads it in its error.")] = "an operator ended it",
) -> None:
    """End a transaction without effect, also another client's."""
    with session.connect() as client:
        client.abort(transaction, reason)
    session.say(f"{transaction} has ended, and nothing of it has happened", {"aborted": transaction})


def _rows(each: TransactionInfo) -> list[tuple[str, ...]]:
    whole = (each.id, each.phase, f"{each.seconds:.1f}", each.maker)
    return [(*whole, *_cells(part)) for part in each.parts] or [(*whole, "", "", "", "", "")]


def _cells(part: TransactionPart) -> tuple[str, ...]:
    return (part.name or part.object_id, part.state, part.member, part.caller, part.waits_for)
