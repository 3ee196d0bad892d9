"""Commands that show what objects print and how they are deployed: logs, explain."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer
from amino_wire.errors import ArgumentInvalid

from amino.cli import completing
from amino.cli.command import command
from amino.cli.objects import Managers
from amino.cli.plain import to_json
from amino.cli.session import Session

app = typer.Typer()


@command(app, "logs")
def logs(
    session: Session,
    name: Annotated[
        str, typer.Argument(metavar="[NAME]", help="Name or id; else all objects of the kernel.", autocompletion=completing.objects)
    ] = "",
    tail: Annotated[int, typer.Option("--tail", "-n", help="Lines of before.")] = 100,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with what comes.")] = False,
) -> None:
    """Show what objects printed."""
    with session.connect() as client:
        for line in client.logs(name, tail=tail, follow=follow):
            if session.json:
                typer.echo(json.dumps({**asdict(line), "time": line.time.isoformat()}, ensure_ascii=False))
            else:
                who = "" if name else f"{line.object_name or line.object_id}: "
                typer.echo(f"{line.time.astimezone():%H:%M:%S} {who}{line.text}")


@command(app, "explain")
def explain(
    session: Session,
    name: Annotated[
        str, typer.Argument(metavar="[NAME]", help="Name or id; or give a chain with --dm.", autocompletion=completing.objects)
    ] = "",
    dm: Managers = None,
) -> None:
    """Draw the deployment managers of an object and where its replicas are."""
    if bool(name) == bool(dm):
        raise ArgumentInvalid("name an object, or give a chain with --dm")
    with session.connect() as client:
        told = client.explain(name, deployment_managers=dm or ())
    if session.json:
        session.document(to_json(told.tree))
    else:
        typer.echo(told.text)
