"""The session of every command: where the kernel is, how to print, how errors end it."""

from __future__ import annotations

import functools
import inspect
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Annotated, Any

import typer
from amino_wire.errors import AminoError, InternalError
from rich.console import Console
from rich.table import Table

import amino
from amino.cli.exit_codes import HELP, INTERNAL, INTERRUPTED, exit_code


class Output(StrEnum):
    """How a command prints."""

    TABLE = "table"
    JSON = "json"


AddressOption = Annotated[
    str | None, typer.Option("--address", "-a", metavar="HOST:PORT", help="A kernel of the cluster [AMINO_ADDRESS, else 127.0.0.1:7420].")
]
OutputOption = Annotated[Output | None, typer.Option("--output", "-o", help="How to print.", show_default="table")]
VerboseOption = Annotated[bool, typer.Option("--verbose", "-v", help="Show the stack of a guest's exception, and causes.")]


@dataclass(frozen=True)
class Session:
    """The choices of one run of the command."""

    address: str | None = None
    output: Output = Output.TABLE
    verbose: bool = False

    def connect(self) -> amino.Connecting:
        """A client, for a `with` block."""
        return amino.connect(self.address, client_id="cli")

    @property
    def json(self) -> bool:
        """Whether a program reads the output."""
        return self.output is Output.JSON

    def document(self, content: Any) -> None:
        """Prints one JSON document."""
        typer.echo(json.dumps(content, indent=None if not sys.stdout.isatty() else 2, ensure_ascii=False))

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[Any]], *, empty: str = "") -> None:
        """Prints a table, or a line when there is nothing to show."""
        lines = [[str(cell) for cell in row] for row in rows]
        if not lines and empty:
            typer.echo(empty, err=True)
            return
        table = Table(box=None, header_style="bold", pad_edge=False)
        for column in columns:
            table.add_column(column, overflow="fold")
        for line in lines:
            table.add_row(*line)
        _console().print(table)

    def facts(self, facts: Mapping[str, Any]) -> None:
        """Prints names and values, one a line; empty ones are left out."""
        table = Table(box=None, show_header=False, pad_edge=False)
        table.add_column(style="bold", no_wrap=True)
        table.add_column(overflow="fold")
        for name, value in facts.items():
            if value not in ("", None, (), {}, []):
                table.add_row(name, str(value))
        _console().print(table)

    def say(self, text: str, content: Any) -> None:
        """Prints the result: a line for people, or the document."""
        if self.json:
            self.document(content)
        else:
            typer.echo(text)

    def note(self, line: str) -> None:
        """Tells a person what goes on; a program is told nothing."""
        if not self.json:
            typer.echo(line, err=True)

    def explain_error(self, error: AminoError) -> None:
        """One line: code, what happened, what to do. With --verbose also stacks and causes."""
        if self.json:
            plain: dict[str, Any] = {"code": error.code, "type": error.type, "message": error.message, "details": error.details}
            if self.verbose or isinstance(error, amino.GuestException):
                plain["stack"] = error.stack
            typer.echo(json.dumps({"error": plain}, default=str, ensure_ascii=False), err=True)
            return
        typer.secho(f"{error.code}: ", fg="red", bold=True, nl=False, err=True)
        typer.echo(str(error), err=True)
        if self.verbose:
            link: AminoError | None = error
            while link is not None:
                if link.stack:
                    typer.echo(link.stack, err=True)
                link = link.cause
                if link is not None:
                    typer.echo(f"caused by {link.code}: {link}", err=True)
        elif error.stack:
            typer.echo("--verbose shows where", err=True)


def _console() -> Console:
    # A table that is cut to 80 columns in a pipe would be of no use to whatever reads it.
    return Console(width=None if sys.stdout.isatty() else 240, highlight=False)


def command(app: typer.Typer, name: str, **settings: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Adds a function `(session, …)` as a command: it gets the options that every command has, and errors end it with their status."""

    def add(function: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(function)
        def run(*, context: typer.Context, address: str | None, output: Output | None, verbose: bool, **arguments: Any) -> None:
            known = context.obj if isinstance(context.obj, Session) else Session()
            session = replace(known, address=address or known.address, output=output or known.output, verbose=verbose or known.verbose)
            guarded(session, lambda: function(session, **arguments))

        own = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
        keyword = inspect.Parameter.KEYWORD_ONLY
        run.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
            [
                inspect.Parameter("context", keyword, annotation=typer.Context),
                *(parameter.replace(kind=keyword) for parameter in own),
                inspect.Parameter("address", keyword, default=None, annotation=AddressOption),
                inspect.Parameter("output", keyword, default=None, annotation=OutputOption),
                inspect.Parameter("verbose", keyword, default=False, annotation=VerboseOption),
            ]
        )
        run.__annotations__ = {
            "context": typer.Context,
            **{parameter.name: parameter.annotation for parameter in own},
            "address": AddressOption,
            "output": OutputOption,
            "verbose": VerboseOption,
        }
        del run.__wrapped__
        app.command(name, epilog=HELP, **settings)(run)
        return function

    return add


def guarded(session: Session, work: Callable[[], None]) -> None:
    """Runs a command; an error becomes a line and an exit status."""
    try:
        work()
    except AminoError as error:
        session.explain_error(error)
        raise typer.Exit(exit_code(error)) from None
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None
    except BrokenPipeError:
        # The reader has seen enough, as `head` does.
        sys.stderr.close()
        raise typer.Exit(0) from None
    except (typer.Exit, typer.Abort, typer.BadParameter):
        raise
    except Exception as error:
        if session.verbose:
            raise
        session.explain_error(InternalError(f"{type(error).__name__}: {error}. This is a mistake of Amino's; --verbose shows where."))
        raise typer.Exit(INTERNAL) from None
