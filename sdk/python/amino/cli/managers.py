"""Commands about deployment managers: dms, attach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import MISSING, fields
from typing import Annotated, Any

import typer

from amino.cli import completing
from amino.cli.command import command
from amino.cli.documents import chain_text, object_document
from amino.cli.objects import Managers, Name
from amino.cli.session import Session

app = typer.Typer()


@command(app, "dms")
def dms(
    session: Session,
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="One of them, with its settings.", autocompletion=completing.managers)] = "",
) -> None:
    """List the deployment managers that can be attached."""
    from amino_dms.chain import Registry

    registry = Registry.installed()
    managers: list[Any] = [registry.find(name)] if name else sorted(registry, key=lambda manager: manager.name)
    documents = [
        {"name": manager.name, "promise": manager.promise, "module": manager.__module__, "settings": _settings(manager)}
        for manager in managers
    ]
    if session.json:
        session.document(documents)
    elif name:
        session.facts({"name": documents[0]["name"], "promise": documents[0]["promise"], "settings": "\n".join(_settings(managers[0]))})
    else:
        session.table(("NAME", "PROMISE"), [(one["name"], one["promise"]) for one in documents])


def _settings(manager: Any) -> list[str]:
    return [f"{field.name}: {field.type}" + ("" if field.default is MISSING else f" = {field.default}") for field in fields(manager.Config)]


@command(app, "attach")
def attach(session: Session, name: Name, dm: Managers = None) -> None:
    """Change the deployment managers of an object; without --dm it has none afterwards.

    A kernel of the object that does not answer for a while applies them later: the command names it, and the OMS goes
    on telling it.
    """
    with session.connect() as client:
        attached = client.attach(name, dm or ())
    lines = [f"{name}: {chain_text(attached.object.deployment_managers) or 'no deployment managers'}"]
    if attached.pending:
        lines.append(pending_text(attached.pending))
    session.say("\n".join(lines), {"object": object_document(attached.object), "pending": list(attached.pending)})


def pending_text(kernels: Sequence[str]) -> str:
    """The line for people about kernels that have not applied a new chain yet."""
    return f"kernels that have not applied it yet: {', '.join(kernels)}"
