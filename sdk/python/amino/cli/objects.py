"""Commands about objects: register, call, ls, describe, create, rm, move, restart."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from amino_wire.errors import ArgumentInvalid, NameTaken

from amino.cli import completing
from amino.cli.command import command
from amino.cli.documents import object_document
from amino.cli.plain import pairs
from amino.cli.questions import call_member, describe_object, refuse_options, values
from amino.cli.session import Session
from amino.times import seconds

app = typer.Typer()

Name = Annotated[str, typer.Argument(metavar="NAME", help="Name or id of the object.", autocompletion=completing.objects)]
SourceFile = Annotated[Path, typer.Argument(metavar="SOURCE", help="File or folder.")]
Language = Annotated[str, typer.Option("--lang", "-l", help="js, ruby, python, llvm, wasm or java; else from the file's ending.")]
Entry = Annotated[str, typer.Option("--entry", help="File in the folder that is evaluated first, or the class name for java.")]
ClassName = Annotated[str, typer.Option("--class", help="The class in it; else looked for.")]
SELECT = typer.Option("--select", help="Which kernels will do: 'region in (eu, us) and tier=gold or !spot'.")
Select = Annotated[str, SELECT]
Labels = Annotated[list[str] | None, typer.Option("--label", metavar="KEY=VALUE", help="Label of the object; may be repeated.")]
Managers = Annotated[
    list[str] | None,
    typer.Option(
        "--dm",
        metavar="CHAIN",
        help="Deployment managers: 'Retry,LeaseCaching(lease=10s)'; may be repeated.",
        autocompletion=completing.managers,
    ),
]
Args = Annotated[list[str] | None, typer.Option("--arg", metavar="VALUE", help="Argument of the constructor; may be repeated.")]
Kwargs = Annotated[list[str] | None, typer.Option("--kwarg", metavar="KEY=VALUE", help="Named argument; may be repeated.")]
Idle = Annotated[
    str, typer.Option("--idle", metavar="TIME", help="Sleep after so long without a call ('10m'), if a manager saves each call.")
]
_REPLACE = (
    "Take the name from the object that has it, which is deleted. Its managers, labels, application, selector and idle time stay unless "
    "--dm, --label, --select or --idle says otherwise ('' for none, --idle 0 for never)."
)


@command(app, "register")
def register(
    session: Session,
    source: SourceFile,
    name: Annotated[str | None, typer.Option("--name", "-n", help="Name of the object; else that of the file.")] = None,
    lang: Language = "",
    entry: Entry = "",
    class_name: ClassName = "",
    dm: Managers = None,
    select: Annotated[str | None, SELECT] = None,
    label: Labels = None,
    arg: Args = None,
    kwarg: Kwargs = None,
    replace: Annotated[bool, typer.Option("--replace", help=_REPLACE)] = False,
    discard_state: Annotated[
        bool, typer.Option("--discard-state", help="Replace also an object whose saved state a deployment manager holds; it is deleted.")
    ] = False,
    concurrent: Annotated[bool, typer.Option("--concurrent", help="Calls to the object may run at the same time.")] = False,
    own_context: Annotated[bool, typer.Option("--own-context", help="The object shares its context with no other.")] = False,
    idle: Idle = "",
) -> None:
    """Register a class under a name and make its first instance."""
    name = source.resolve().name.split(".")[0] if name is None else name
    if not name:
        raise ArgumentInvalid(f"the name of an object must not be empty; give {source} another with --name")
    with session.connect() as client:
        args, kwargs = values(client.get, arg or (), kwarg or ())
        try:
            stub = client.register(
                source,
                name,
                language=lang,
                entry=entry,
                class_name=class_name,
                args=args,
                kwargs=kwargs,
                deployment_managers=dm,
                select=select,
                labels=None if label is None else pairs([one for one in label if one], "--label"),
                replace=replace,
                discard_state=discard_state,
                concurrent=concurrent,
                own_context=own_context,
                idle=seconds(idle, "--idle") if idle else None,
            )
        except NameTaken as error:
            remedy = "--replace deletes that object with its state and takes its name"
            raise NameTaken(f"{error.message} ({remedy})", details=error.details) from None
        found = client.describe(stub)
    members = ", ".join(member.name for member in found.members)
    for warning in found.warnings:
        session.note(f"warning: {warning}")
    session.say(f"{found.name} is {found.id} on {found.kernel}: {members}", object_document(found))


@command(app, "call", context_settings={"ignore_unknown_options": True})
def call(
    session: Session,
    name: Name,
    method: Annotated[str, typer.Argument(metavar="METHOD", help="The member to call.", autocompletion=completing.members)],
    args: Annotated[
        list[str] | None,
        typer.Argument(metavar="ARGS", help="JSON where it is JSON, @name for an object, else text.", autocompletion=completing.references),
    ] = None,
    kwarg: Kwargs = None,
    deadline: Annotated[float | None, typer.Option("--deadline", help="Seconds the call may take.")] = None,
    read_only: Annotated[bool, typer.Option("--read-only", help="The call changes nothing.")] = False,
) -> None:
    """Call a member of an object and print its result."""
    call_member(session, name, method, args or (), kwarg=kwarg or (), deadline=deadline, read_only=read_only)


@command(app, "ls")
def ls(
    session: Session,
    prefix: Annotated[str, typer.Argument(metavar="[PREFIX]", help="Beginning of the names.", autocompletion=completing.objects)] = "",
    select: Annotated[str, typer.Option("--select", help="Labels of the objects, as 'app=shop'.")] = "",
    kernel: Annotated[str, typer.Option("--kernel", help="Id of the kernel they are on.", autocompletion=completing.kernels)] = "",
    nameless: Annotated[bool, typer.Option("--nameless", help="Only objects without a name, with who made them and when.")] = False,
    status: Annotated[str, typer.Option("--status", help="Only objects that are creating, active, lost or asleep.")] = "",
    sort: Annotated[str, typer.Option("--sort", help="By name, age, class, language, kernel or status.")] = "",
    limit: Annotated[int, typer.Option("--limit", help="Objects of a page; 0 for all.")] = 0,
    page: Annotated[int, typer.Option("--page", help="Which page, from 1.")] = 1,
    count: Annotated[bool, typer.Option("--count", help="Print only how many there are.")] = False,
) -> None:
    """List objects."""
    asked: dict[str, Any] = {"select": select, "kernel": kernel, "nameless": nameless, "status": status}
    from amino.cli.listing import list_objects  # imports gRPC, which `amino up` has no use for

    list_objects(session, prefix, **asked, sort=sort, limit=limit, page=page, count=count)


@command(app, "describe")
def describe(session: Session, name: Name) -> None:
    """Show the facts about an object."""
    describe_object(session, name)


@command(app, "create", context_settings={"ignore_unknown_options": True})
def create(
    session: Session,
    class_name: Annotated[
        str, typer.Argument(metavar="CLASS", help="Name that the class was registered under.", autocompletion=completing.objects)
    ],
    args: Annotated[list[str] | None, typer.Argument(metavar="ARGS", help="Arguments of the constructor, as for `call`.")] = None,
    name: Annotated[str, typer.Option("--name", "-n", help="Name of the new object.")] = "",
    kwarg: Kwargs = None,
    select: Select = "",
    label: Labels = None,
    ttl: Annotated[float, typer.Option("--ttl", help="Seconds after which an object without a name is removed; 0: it stays.")] = 0.0,
) -> None:
    """Make a further instance of a registered class."""
    refuse_options("create", args or ())
    with session.connect() as client:
        given, named = values(client.get, args or (), kwarg or ())
        stub = client.create(class_name, *given, name=name, kwargs=named, select=select, labels=pairs(label, "--label"), ttl=ttl)
        found = client.describe(stub)
    session.say(f"{found.name or found.id} is {found.id} on {found.kernel}", object_document(found))


@command(app, "move")
def move(
    session: Session,
    name: Name,
    kernel: Annotated[str, typer.Argument(metavar="[KERNEL]", help="Id of the kernel it goes to.", autocompletion=completing.kernels)] = "",
    select: Select = "",
    replica: Annotated[str, typer.Option("--replica", help="The path of the replica.")] = "0",
    allow_lossy: Annotated[bool, typer.Option("--allow-lossy", help="Move even where a part of the state cannot be captured.")] = False,
) -> None:
    """Move an object with its state to another kernel."""
    if bool(kernel) == bool(select):
        raise ArgumentInvalid("name the kernel it goes to, or say which will do with --select")
    with session.connect() as client:
        moved = client.move(name, kernel, select=select, replica=replica, allow_lossy=allow_lossy)
    lost = f"; lost: {', '.join(moved.lost)}" if moved.lost else ""
    session.say(f"{name} is on {moved.object.kernel}{lost}", {"object": object_document(moved.object), "lost": list(moved.lost)})
