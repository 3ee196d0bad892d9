"""Commands about deployment managers: dms, attach, dm."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Annotated, Any

import typer
from amino_wire.errors import ChainInvalid, KernelUnavailable

from amino.cli import completing
from amino.cli.command import command
from amino.cli.documents import chain_text, object_document
from amino.cli.objects import Managers, Name
from amino.cli.questions import refuse_options, say_result, values
from amino.cli.session import Session

app = typer.Typer()


@command(app, "dms")
def dms(
    session: Session,
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="One of them, with its settings.", autocompletion=completing.managers)] = "",
) -> None:
    """List the deployment managers that can be attached: those of the kernel, or of this machine where no kernel answers."""
    documents = _of_the_cluster(session)
    if name:
        documents = [_of_name(documents, name)]
    if session.json:
        session.document(documents)
    elif name:
        session.facts({**documents[0], "module": "", "settings": "\n".join(documents[0]["settings"])})
    else:
        session.table(("NAME", "PROMISE"), [(one["name"], one["promise"]) for one in documents])


def _of_the_cluster(session: Session) -> list[dict[str, Any]]:
    try:
        with session.ask() as client:
            found = client.managers()
        return [{"name": one.name, "promise": one.promise, "module": one.module, "settings": list(one.settings)} for one in found]
    except KernelUnavailable as error:
        session.note(f"{error.message} These are the managers of this machine:")
    from amino_dms.api import settings_of
    from amino_dms.chain import Registry

    return [
        {"name": one.name, "promise": one.promise, "module": one.__module__, "settings": settings_of(one)}
        for one in sorted(Registry.installed(), key=lambda manager: manager.name)
    ]


def _of_name(documents: Sequence[dict[str, Any]], name: str) -> dict[str, Any]:
    from amino_dms.chain.aliases import meant
    from amino_dms.chain.builtin import ALIASES

    name = meant(ALIASES, name, {}).name
    for document in documents:
        if document["name"] == name:
            return document
    known = [document["name"] for document in documents]
    near = get_close_matches(name, known, 1)
    advice = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
    raise ChainInvalid(f"there is no deployment manager {name!r}; {advice}")


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


@command(app, "dm", context_settings={"ignore_unknown_options": True})
def dm(
    session: Session,
    name: Name,
    work: Annotated[str, typer.Argument(metavar="COMMAND", help="The command, such as reshard; `amino explain` lists those of an object.")],
    args: Annotated[list[str] | None, typer.Argument(metavar="ARGS", help="JSON where it is JSON, else text.")] = None,
    manager: Annotated[str, typer.Option("--manager", help="Whose command, where several managers have one of that name.")] = "",
) -> None:
    """Run a command of the deployment managers of an object, and print its result: `amino dm stock reshard 8`."""
    refuse_options("dm", args or ())
    with session.connect() as client:
        commands = client.get(name).dm
        given, _ = values(client.get, args or (), ())
        result = getattr(commands[manager] if manager else commands, work)(*given)
    say_result(session, result)


def pending_text(kernels: Sequence[str]) -> str:
    """The line for people about kernels that have not applied a new chain yet."""
    return f"kernels that have not applied it yet: {', '.join(kernels)}"
