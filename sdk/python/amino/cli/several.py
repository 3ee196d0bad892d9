"""Commands about several objects at once: rm, restart, watch."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer
from amino_wire.errors import AminoError, ArgumentInvalid, KernelUnavailable, NotFound, OmsUnavailable

from amino.cli import completing
from amino.cli.command import command
from amino.cli.documents import object_document, status_text
from amino.cli.exit_codes import exit_code
from amino.cli.session import Session
from amino.records import ObjectInfo

if TYPE_CHECKING:
    from amino.blocking import BlockingClient

app = typer.Typer()
_FROM = {
    "saved": ", with the state that its deployment managers have saved",
    "copy": ", with its state, from a copy that a kernel has kept",
    "anew": ", made anew by its constructor: its state is gone",
}
Names = Annotated[list[str] | None, typer.Argument(metavar="[NAME…]", help="Names or ids.", autocompletion=completing.objects)]
Select = Annotated[str, typer.Option("--select", help="Labels of the objects, as 'app=shop'; in place of names.")]


def _either(names: Sequence[str] | None, select: str) -> None:
    if bool(names) == bool(select):
        raise ArgumentInvalid("name objects, or say which by their labels with --select")


@command(app, "rm")
def rm(
    session: Session,
    names: Names = None,
    select: Select = "",
    force: Annotated[bool, typer.Option("--force", "-f", help="Missing objects are no error.")] = False,
) -> None:
    """Delete objects."""
    _either(names, select)
    deleted: list[str] = []
    try:
        with session.connect() as client:
            for key, name in _named(client, names, select):
                try:
                    client.delete(key)
                except NotFound:
                    # An object of a selection may be deleted by another client meanwhile.
                    if not force and not select:
                        raise
                    continue
                deleted.append(name)
                if not session.json:
                    typer.echo(f"{name} is deleted")
    finally:
        # Also before an error: these objects have been deleted.
        if session.json:
            session.document({"deleted": deleted})
    _say_none(session, deleted, select)


@command(app, "restart")
def restart(
    session: Session,
    names: Names = None,
    select: Select = "",
    lost: Annotated[
        bool, typer.Option("--lost", help="All objects that are lost, as after a kernel was killed; in place of names.")
    ] = False,
) -> None:
    """Bring lost objects back, each from its last checkpoint where a deployment manager keeps one, else as a new object.

    With --select only those objects of the selection that are lost. With --lost those that may come back with their kernel are left alone.
    Where several are meant, an object that cannot be restarted keeps no other from it; the exit status is that of the first error.
    """
    if bool(names) == bool(select or lost):
        raise ArgumentInvalid("name objects, or say which by their labels with --select, or all that are lost with --lost")
    restarted: list[ObjectInfo] = []
    errors: list[AminoError] = []
    waiting: list[str] = []
    try:
        with session.connect() as client:
            if lost:
                meant, waiting = _lost(client, select)
            else:
                meant = _named(client, names, select, status="lost")
            for name in waiting:
                session.note(f"{name} waits for its kernel, which may still have its state; `amino restart {name}` gives that up")
            for key, name in meant:
                try:
                    found = client.restart(key)
                except (KernelUnavailable, OmsUnavailable):
                    # The others would only wait for the same.
                    raise
                except AminoError as error:
                    if not names and _is_back(client, key):
                        continue
                    if len(meant) == 1:
                        raise
                    error.message += f" ({name} was not restarted)"
                    error.details["name"] = name
                    session.explain_error(error)
                    errors.append(error)
                    continue
                restarted.append(found)
                if not session.json:
                    typer.echo(f"{name} is on {found.kernel}{_FROM.get(found.restarted_from, '')}")
    finally:
        documents = [object_document(one) for one in restarted]
        if session.json and len(names or ()) != 1:
            session.document(documents)
        elif session.json and documents:
            # A program that names one object reads one document.
            session.document(documents[0])
    if errors:
        raise typer.Exit(exit_code(errors[0]))
    if waiting and not restarted:
        return
    if lost and not select and not restarted:
        session.note("no object is lost")
    else:
        _say_none(session, restarted, select, "lost ")


def _lost(client: BlockingClient, select: str) -> tuple[list[tuple[str, str]], list[str]]:
    """The lost objects as `_named` has them, and the names of those that may come back with their kernel and its state."""
    there = [one for one in client.list(select=select) if one.status == "lost"]
    waiting = [one.name or one.id for one in there if one.loss == "awaits kernel"]
    return [(one.id, one.name or one.id) for one in there if one.loss != "awaits kernel"], waiting


def _is_back(client: BlockingClient, key: str) -> bool:
    """Whether an object of a selection has come back by itself, or was deleted, since it was listed."""
    try:
        return client.describe(key).status != "lost"
    except NotFound:
        return True


def _named(client: BlockingClient, names: Sequence[str] | None, select: str, *, status: str = "") -> list[tuple[str, str]]:
    """The keys of the objects that are meant, and what they are called."""
    if names:
        return [(name, name) for name in names]
    return [(one.id, one.name or one.id) for one in client.list(select=select) if not status or one.status == status]


def _say_none(session: Session, done: Sequence[object], select: str, kind: str = "") -> None:
    if not done and select:
        session.note(f"no {kind}object has the labels {select!r}")


@command(app, "watch")
def watch(
    session: Session,
    prefix: Annotated[str, typer.Argument(metavar="[PREFIX]", help="Beginning of the names.", autocompletion=completing.objects)] = "",
) -> None:
    """Show objects as they are made, change and go, after those that exist; until Ctrl-C.

    With `-o json` one document a line: the event exists, synced (all that exist have been shown), new, changed or deleted.
    """
    known: set[str] = set()
    synced = False
    with session.connect() as client:
        for event in client.watch(prefix):
            if event.kind == "synced":
                synced = True
                _tell(session, "synced", None)
            elif event.object is not None:
                _tell(session, _word(event.kind, event.object.id in known, synced), event.object)
                (known.discard if event.kind == "delete" else known.add)(event.object.id)


def _word(kind: str, is_known: bool, synced: bool) -> str:
    if kind == "delete":
        return "deleted"
    return "changed" if is_known else "new" if synced else "exists"


def _tell(session: Session, word: str, one: ObjectInfo | None) -> None:
    if session.json:
        document = {"event": word, "object": object_document(one) if one is not None else None}
        print(json.dumps(document, ensure_ascii=False), flush=True)
    elif one is not None:
        print(f"{word:8}{one.name or one.id} {status_text(one)} on {one.kernel or 'no kernel'}, epoch {one.epoch}", flush=True)
