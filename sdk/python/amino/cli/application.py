"""The command `apply`: makes the cluster as a manifest says."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from amino_wire.errors import ArgumentInvalid, NameNotFound

import amino
from amino.cli.managers import pending_text
from amino.cli.session import Session, command
from amino.manifest import LABEL, Action, Manifest, Step, labels_of, plan, read_manifest
from amino.records import ObjectInfo

app = typer.Typer()
_DONE = {
    Action.CREATE: "created",
    Action.REPLACE: "made anew, without its state",
    Action.ATTACH: "has other deployment managers",
    Action.DELETE: "deleted",
    Action.KEEP: "as it was",
}
_PLANNED = {
    Action.CREATE: "would be created",
    Action.REPLACE: "would be made anew, without its state",
    Action.ATTACH: "would get other deployment managers",
    Action.DELETE: "would be deleted",
    Action.KEEP: "would stay as it is",
}


@command(app, "apply")
def apply(
    session: Session,
    path: Annotated[Path, typer.Argument(metavar="MANIFEST", help="Such as app.toml.")],
    replace: Annotated[bool, typer.Option("--replace", help="Make objects anew where that is needed; they lose their state.")] = False,
    prune: Annotated[bool, typer.Option("--prune", help="Delete objects of the application that are no longer in the manifest.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
) -> None:
    """Make the objects of a manifest, and again after an edit: only what differs is changed.

    The smallest app.toml, with counter.js beside it (docs/deployment-managers.md shows every key):

    \b
    \\[application]
    name = "shop"
    \\[objects.counter]
    source = "counter.js"
    """
    from amino_dms.chain import Registry

    manifest = read_manifest(path)
    with session.connect() as client:
        pending: dict[str, tuple[str, ...]] = {}
        steps = [step for step in plan(manifest, _present(client, manifest), Registry.installed()) if prune or step.action != Action.DELETE]
        if not dry_run:
            _check(steps, replace)
            for step in steps:
                pending[step.name] = _do(client, manifest, step)
    if session.json:
        session.document([_document(step, pending.get(step.name, ())) for step in steps])
        return
    for step in steps:
        # For other managers the reason says nothing new.
        why = f" ({', '.join(step.reasons)})" if step.reasons and step.action != Action.ATTACH else ""
        needed = "; that needs --replace" if dry_run and step.action == Action.REPLACE and not replace else ""
        late = f"; {pending_text(pending[step.name])}" if pending.get(step.name) else ""
        typer.echo(f"{step.name}: {(_PLANNED if dry_run else _DONE)[step.action]}{why}{needed}{late}")


def _document(step: Step, pending: Sequence[str]) -> dict[str, Any]:
    return {"name": step.name, "action": step.action.value, "reasons": list(step.reasons), "pending": list(pending)}


def _present(client: amino.BlockingClient, manifest: Manifest) -> dict[str, ObjectInfo]:
    found = {one.name: one for one in client.list(select={LABEL: manifest.name}) if one.name}
    for entry in manifest.objects:
        if entry.name not in found:
            try:
                found[entry.name] = client.describe(entry.name)
            except NameNotFound:
                continue
    return found


def _check(steps: list[Step], replace: bool) -> None:
    anew = [f"{step.name} ({', '.join(step.reasons)})" for step in steps if step.action == Action.REPLACE]
    if anew and not replace:
        raise ArgumentInvalid(
            f"these objects would be made anew and lose their state: {', '.join(anew)}; nothing was changed. Say --replace."
        )


def _do(client: amino.BlockingClient, manifest: Manifest, step: Step) -> tuple[str, ...]:
    """Carries out a step; returns the kernels that have not applied a new chain yet."""
    entry = step.entry
    if step.action == Action.DELETE:
        client.delete(step.name)
    elif entry is not None and step.action == Action.ATTACH:
        return client.attach(step.name, entry.managers).pending
    elif entry is not None and step.action in (Action.CREATE, Action.REPLACE):
        client.register(
            manifest.folder / entry.source,
            entry.name,
            language=entry.language,
            entry=entry.entry,
            class_name=entry.class_name,
            args=entry.args,
            kwargs=entry.kwargs,
            deployment_managers=entry.managers,
            select=entry.select,
            labels=labels_of(manifest, entry),
            replace=step.action == Action.REPLACE,
            concurrent=entry.concurrent,
            own_context=entry.own_context,
        )
    return ()
