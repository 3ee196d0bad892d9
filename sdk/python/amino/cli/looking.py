"""Commands that show what objects print and how they are deployed: logs, explain."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from amino_wire.errors import ArgumentInvalid

from amino.cli import completing
from amino.cli.command import command
from amino.cli.objects import Managers
from amino.cli.plain import to_json
from amino.cli.session import Session
from amino.records import LogLine
from amino.times import seconds

app = typer.Typer()
_AGO = re.compile(r"\d+(\.\d+)?[smhd]")


@command(app, "logs")
def logs(
    session: Session,
    name: Annotated[
        str, typer.Argument(metavar="[NAME]", help="Name or id; else all objects of the cluster.", autocompletion=completing.objects)
    ] = "",
    tail: Annotated[int, typer.Option("--tail", "-n", help="Lines of before; 0 for all that are kept.")] = 100,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with what comes.")] = False,
    level: Annotated[str, typer.Option("--level", help="The least level: debug, info, warning or error.")] = "",
    since: Annotated[str, typer.Option("--since", metavar="TIME", help="A time ago, as 90s, 15m, 2h or 1d, or an ISO time.")] = "",
) -> None:
    """Show what objects printed, on every kernel."""
    begin = moment(since, datetime.now(UTC)) if since else None
    with session.connect() as client:
        for line in client.logs(name, tail=tail, follow=follow, level=level, since=begin, cluster=not name):
            if session.json:
                print(json.dumps({**asdict(line), "time": line.time.isoformat()}, ensure_ascii=False), flush=True)
            else:
                print(_text(line, with_name=not name), flush=True)


def moment(text: str, now: datetime) -> datetime:
    """The moment that a person means: a time before `now`, or an ISO time, of this machine's zone unless it names one.

    Raises:
        ArgumentInvalid: it is neither.
    """
    if _AGO.fullmatch(text):
        return now - timedelta(seconds=seconds(text, "--since"))
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError:
        raise ArgumentInvalid(f"--since {text} is no time: write 90s, 15m, 2h, 1d or 2026-01-31T12:00") from None


def _text(line: LogLine, *, with_name: bool) -> str:
    who = line.name or line.object or line.kernel
    level = "" if line.level == "info" else f"{line.level} "
    return f"{line.time.astimezone():%H:%M:%S} {level}{f'{who}: ' if with_name and who else ''}{line.text}"


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
