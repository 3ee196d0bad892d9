"""Commands as typer knows them: the options that each of them has, and how an error ends it."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Annotated, Any

import typer

from amino.cli.exit_codes import HELP
from amino.cli.session import Output, Session

AddressOption = Annotated[
    str | None, typer.Option("--address", "-a", metavar="HOST:PORT", help="A kernel of the cluster [AMINO_ADDRESS, else 127.0.0.1:7420].")
]
OutputOption = Annotated[Output | None, typer.Option("--output", "-o", help="How to print.", show_default="table")]
VerboseOption = Annotated[bool, typer.Option("--verbose", "-v", help="Show the stack of a guest's exception, and causes.")]


def command(
    app: typer.Typer, name: str, more: Sequence[inspect.Parameter] = (), **settings: Any
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Adds a function `(session, …)` as a command: it gets the options that every command has, and errors end it with their status.

    Arguments:
        app: to which it is added.
        name: of the command.
        more: further options, which the function takes as `**options`.
        settings: of typer.
    """

    def add(function: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(function)
        def run(*, context: typer.Context, address: str | None, output: Output | None, verbose: bool, **arguments: Any) -> None:
            known = context.obj if isinstance(context.obj, Session) else Session()
            session = replace(known, address=address or known.address, output=output or known.output, verbose=verbose or known.verbose)
            guarded(session, lambda: function(session, **arguments))

        named = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
        own = [*(each for each in named if each.kind is not inspect.Parameter.VAR_KEYWORD), *more]
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
    ended: list[Exception] = []

    def parsed() -> None:
        try:
            work()
        except (typer.Exit, typer.Abort, typer.BadParameter) as error:
            ended.append(error)

    status = session.status_of(parsed)
    if ended:
        raise ended[0]
    if status:
        raise typer.Exit(status)
