"""Commands about kinds of objects: register-kind, kinds, remove-kind, get-or-create."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer
from amino_wire.errors import ArgumentInvalid

from amino.cli import completing
from amino.cli.command import command
from amino.cli.documents import chain_text, object_document
from amino.cli.objects import SELECT, Args, ClassName, Entry, Idle, Kwargs, Labels, Language, Managers, SourceFile
from amino.cli.plain import pairs, to_json
from amino.cli.questions import refuse_options, values
from amino.cli.session import Session
from amino.kind_info import KindInfo
from amino.times import seconds

app = typer.Typer()

KindName = Annotated[str, typer.Argument(metavar="KIND", help="Name of the kind.", autocompletion=completing.kinds)]


def kind_document(kind: KindInfo) -> dict[str, Any]:
    """A kind as JSON."""
    document = asdict(kind)
    document["changed"] = kind.changed.isoformat()
    document["deployment_managers"] = [{"name": one.name, "settings": to_json(one.settings)} for one in kind.deployment_managers]
    document["args"], document["kwargs"] = to_json(list(kind.args)), to_json(dict(kind.kwargs))
    return document


@command(app, "register-kind")
def register_kind(
    session: Session,
    source: SourceFile,
    name: Annotated[str | None, typer.Option("--name", "-n", help="Name of the kind; else that of the file.")] = None,
    lang: Language = "",
    entry: Entry = "",
    class_name: ClassName = "",
    dm: Managers = None,
    select: Annotated[str, SELECT] = "",
    label: Labels = None,
    arg: Args = None,
    kwarg: Kwargs = None,
    key_argument: Annotated[bool, typer.Option("--key-argument", help="The constructor gets the key as its first argument.")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Change a kind that differs, for objects that are made from now on.")] = False,
    concurrent: Annotated[bool, typer.Option("--concurrent", help="Calls to an object may run at the same time.")] = False,
    own_context: Annotated[bool, typer.Option("--own-context", help="Each object shares its context with no other.")] = False,
    idle: Idle = "",
) -> None:
    """Register a kind of objects, each of which `get-or-create` makes when it is asked for by its key."""
    name = source.resolve().name.split(".")[0] if name is None else name
    if not name:
        raise ArgumentInvalid(f"the name of a kind must not be empty; give {source} another with --name")
    with session.connect() as client:
        args, kwargs = values(client.get, arg or (), kwarg or ())
        kind = client.register_kind(
            source,
            name,
            language=lang,
            entry=entry,
            class_name=class_name,
            args=args,
            kwargs=kwargs,
            key_argument=key_argument,
            deployment_managers=dm or (),
            select=select,
            labels=pairs([one for one in label or () if one], "--label"),
            replace=replace,
            concurrent=concurrent,
            own_context=own_context,
            idle=seconds(idle, "--idle"),
        )
    session.say(f"kind {kind.name}, generation {kind.generation}: `amino get-or-create {kind.name} KEY`", kind_document(kind))


@command(app, "kinds")
def kinds(
    session: Session,
    prefix: Annotated[str, typer.Argument(metavar="[PREFIX]", help="Beginning of the names.", autocompletion=completing.kinds)] = "",
) -> None:
    """List kinds of objects."""
    with session.connect() as client:
        found = client.kinds(prefix)
    if session.json:
        session.document([kind_document(kind) for kind in found])
        return
    rows = [
        (
            kind.name,
            kind.language,
            kind.entry or kind.class_name,
            kind.artifact[:12],
            str(kind.generation),
            chain_text(kind.deployment_managers),
        )
        for kind in found
    ]
    empty = f"no kind: none begins with {prefix!r}" if prefix else "no kinds; `amino register-kind` registers one"
    session.table(("NAME", "LANGUAGE", "ENTRY", "ARTIFACT", "GENERATION", "MANAGERS"), rows, empty=empty)


@command(app, "remove-kind")
def remove_kind(session: Session, name: KindName) -> None:
    """Remove a kind. Its objects stay, and are found as before; no more are made."""
    with session.connect() as client:
        client.remove_kind(name)
    session.say(f"kind {name} is removed", {"removed": name})


@command(app, "get-or-create", context_settings={"ignore_unknown_options": True})
def get_or_create(
    session: Session,
    kind: KindName,
    key: Annotated[str, typer.Argument(metavar="KEY", help="Key of the object, which is named KIND/KEY.")],
    args: Annotated[
        list[str] | None, typer.Argument(metavar="ARGS", help="Arguments of the constructor, as for `call`; none: those of the kind.")
    ] = None,
    kwarg: Kwargs = None,
) -> None:
    """Find the object of a kind and a key, or make it."""
    refuse_options("get-or-create", args or ())
    with session.connect() as client:
        given, named = values(client.get, args or (), kwarg or ())
        found = client.describe(client.get_or_create(kind, key, *given, kwargs=named))
    session.say(f"{found.name} is {found.id} on {found.kernel}", object_document(found))
