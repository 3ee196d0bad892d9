"""`amino`: the command line. Every command is in a file of its family; this one puts them together."""

from __future__ import annotations

import itertools
import json
import os
import sys
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any

import typer

from amino.addresses import addresses
from amino.cli import (
    application,
    cluster,
    compiler,
    configuration,
    copies,
    doctor,
    kinds,
    looking,
    managers,
    objects,
    offloading,
    operating,
    several,
    transactions,
)
from amino.cli.command import AddressOption, OutputOption, VerboseOption, command, guarded
from amino.cli.entry import COMPLETE
from amino.cli.exit_codes import HELP, INTERRUPTED, USAGE
from amino.cli.session import Output, Session
from amino.version import __version__

_USAGE_ERROR: Any = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")
"""The errors of typer for a command line that it does not understand; newer versions bring a click of their own."""


class Shell(StrEnum):
    """Shells that `amino` can be completed in."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"
    POWERSHELL = "powershell"


app = typer.Typer(
    name="amino",
    help="Objects in JavaScript, Ruby, Python, C and Java, called from any language on any host.",
    epilog=HELP,
    invoke_without_command=True,
    add_completion=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)
FAMILIES = (
    objects,
    kinds,
    several,
    looking,
    application,
    managers,
    compiler,
    cluster,
    operating,
    offloading,
    copies,
    configuration,
    transactions,
    doctor,
)
for family in (each.app for each in FAMILIES):
    app.registered_commands.extend(family.registered_commands)
    app.registered_groups.extend(family.registered_groups)


@app.callback()
def root(
    context: typer.Context,
    address: AddressOption = None,
    output: OutputOption = None,
    verbose: VerboseOption = False,
    shows_version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """The options of every command; they may also stand behind it."""
    session = Session(address, output or Output.TABLE, verbose)
    guarded(session, lambda: _check(address))
    context.obj = session
    if shows_version:
        version(session)
        raise typer.Exit
    if context.invoked_subcommand is None:
        if any((address, output, verbose)):
            context.fail("Missing command.")
        typer.echo(context.get_help())
        raise typer.Exit(USAGE)


def _check(address: str | None) -> None:
    if address is not None:
        addresses(address)


@command(app, "version")
def version(session: Session) -> None:
    """Print the version."""
    session.say(__version__, {"version": __version__})


@command(app, "completion")
def completion(
    session: Session,  # noqa: ARG001
    shell: Annotated[Shell, typer.Argument(metavar="SHELL", help="bash, zsh, fish or powershell.")],
) -> None:
    """Print the script that completes `amino` in a shell.

    bash and zsh: source <(amino completion bash); fish: amino completion fish | source
    """
    from typer._completion_shared import get_completion_script

    typer.echo(get_completion_script(prog_name="amino", complete_var=COMPLETE, shell=shell.value))


def main() -> None:
    """Entry point."""
    # Whatever gRPC would write, we say in an error of ours. Kernels that this command starts inherit it.
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    if COMPLETE in os.environ:
        from typer._completion_classes import completion_init

        completion_init()
    if not _json_is_wanted(sys.argv[1:]):
        app(prog_name="amino")
        return
    try:
        status = app(prog_name="amino", standalone_mode=False)
    except _USAGE_ERROR as error:
        plain: dict[str, Any] = {"code": "USAGE", "type": "", "message": error.format_message(), "details": {}}
        typer.echo(json.dumps({"error": plain}, ensure_ascii=False), err=True)
        status = error.exit_code
    except typer.Abort:
        status = INTERRUPTED
    sys.exit(status)


def _json_is_wanted(arguments: Sequence[str]) -> bool:
    """Before anything is understood, since it may be the rest that cannot be."""
    return any(
        word in ("-ojson", "--output=json") or (word in ("-o", "--output") and after == "json")
        for word, after in itertools.pairwise((*arguments, ""))
    )
