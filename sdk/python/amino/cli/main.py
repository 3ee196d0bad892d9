"""`amino`: the command line. Every command is in a file of its family; this one puts them together."""

from __future__ import annotations

from typing import Annotated

import typer

from amino.addresses import addresses
from amino.cli import application, cluster, compiler, doctor, managers, objects
from amino.cli.exit_codes import HELP
from amino.cli.session import AddressOption, Output, OutputOption, Session, VerboseOption, command, guarded
from amino.version import __version__

app = typer.Typer(
    name="amino",
    help="Objects in JavaScript, Ruby, Python, C and Java, called from any language on any host.",
    epilog=HELP,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)
for family in (objects.app, application.app, managers.app, compiler.app, cluster.app, doctor.app):
    app.registered_commands.extend(family.registered_commands)


@app.callback()
def root(
    context: typer.Context,
    address: AddressOption = None,
    output: OutputOption = None,
    verbose: VerboseOption = False,
) -> None:
    """What holds for every command; may also stand behind it."""
    session = Session(address, output or Output.TABLE, verbose)
    guarded(session, lambda: _check(address))
    context.obj = session


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
    shell: Annotated[str, typer.Argument(metavar="SHELL", help="bash, zsh, fish or powershell.")],
) -> None:
    """Print the script that completes `amino` in a shell: source <(amino completion bash)."""
    from typer._completion_shared import get_completion_script

    if shell not in ("bash", "zsh", "fish", "powershell"):
        raise typer.BadParameter("the shell must be bash, zsh, fish or powershell")
    typer.echo(get_completion_script(prog_name="amino", complete_var="_AMINO_COMPLETE", shell=shell))


def main() -> None:
    """Entry point."""
    app(prog_name="amino")
