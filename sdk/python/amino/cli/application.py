"""The command `apply`: makes the cluster as a manifest says."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from amino_wire.errors import AminoError, ArgumentInvalid, NameNotFound

import amino
from amino.cli.command import command
from amino.cli.managers import pending_text
from amino.cli.session import Session
from amino.manifest import LABEL, Action, Manifest, Step, labels_of, plan, read_manifest
from amino.records import ObjectInfo
from amino.times import seconds

app = typer.Typer()
_DONE = {
    Action.CREATE: "created",
    Action.REPLACE: "made anew, without its state",
    Action.ATTACH: "has other deployment managers",
    Action.RESTART: "was lost, restarted",
    Action.DELETE: "deleted",
    Action.KEEP: "as it was",
}
_FAILED = {
    Action.CREATE: "could not be created",
    Action.REPLACE: "could not be made anew",
    Action.ATTACH: "could not get other deployment managers",
    Action.RESTART: "could not be restarted",
    Action.DELETE: "could not be deleted",
    Action.KEEP: "could not stay as it was",
}
_PLANNED = {
    Action.CREATE: "would be created",
    Action.REPLACE: "would be made anew, without its state",
    Action.ATTACH: "would get other deployment managers",
    Action.RESTART: "is lost, would be restarted",
    Action.DELETE: "would be deleted",
    Action.KEEP: "would stay as it is",
}


@command(app, "apply")
def apply(
    session: Session,
    path: Annotated[Path, typer.Argument(metavar="MANIFEST", help="Such as app.toml.")],
    replace: Annotated[bool, typer.Option("--replace", help="Make objects anew where that is needed; they lose their state.")] = False,
    discard_state: Annotated[
        bool, typer.Option("--discard-state", help="With --replace: also objects whose saved state a deployment manager holds.")
    ] = False,
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
    said = {word for word, given in (("--replace", replace), ("--discard-state", discard_state)) if given}
    with session.connect() as client:
        steps = [step for step in plan(manifest, _present(client, manifest), Registry.installed()) if prune or step.action != Action.DELETE]
        if dry_run:
            _tell(session, [_planned(step, said) for step in steps], [_document(step, "planned") for step in steps])
            return
        _check(steps, said)
        _carry_out(session, client, manifest, steps)


def _carry_out(session: Session, client: amino.BlockingClient, manifest: Manifest, steps: Sequence[Step]) -> None:
    """Takes the steps in order and tells of all of them, also where one fails: then the error names that one and its neighbours."""
    lines: list[str] = []
    documents: list[dict[str, Any]] = []
    try:
        for step in steps:
            late = _do(session, client, manifest, step)
            lines.append(f"{_line(step, _DONE)}{f'; {pending_text(late)}' if late else ''}")
            documents.append(_document(step, "done", late))
    except AminoError as error:
        failed, *rest = steps[len(lines) :]
        changed = [step for step in steps[: len(lines)] if step.action is not Action.KEEP]
        error.message += f" ({failed.name} {_FAILED[failed.action]}; done before: {_names(changed)}; not tried: {_names(rest)})"
        error.details["failed"] = {"name": failed.name, "action": failed.action.value}
        error.details["done"] = [step.name for step in changed]
        error.details["not_tried"] = [step.name for step in rest]
        raise
    finally:
        # Also before an error, and when a person interrupts it: these steps have been taken.
        open_steps = steps[len(lines) :]
        lines += [f"{step.name}: {'not tried' if index else _FAILED[step.action]}" for index, step in enumerate(open_steps)]
        documents += [_document(step, "not tried" if index else "failed") for index, step in enumerate(open_steps)]
        _tell(session, lines, documents)


def _tell(session: Session, lines: Sequence[str], documents: Sequence[Mapping[str, Any]]) -> None:
    if session.json:
        session.document(documents)
        return
    for line in lines:
        typer.echo(line)


def _names(steps: Sequence[Step]) -> str:
    return ", ".join(dict.fromkeys(step.name for step in steps)) or "nothing"


def _planned(step: Step, said: Collection[str]) -> str:
    missing = " ".join(_missing(step, said))
    return f"{_line(step, _PLANNED, planned=True)}{f'; that needs {missing}' if missing else ''}"


def _line(step: Step, words: Mapping[Action, str], *, planned: bool = False) -> str:
    # For other managers and lost objects the reason says nothing new.
    why = f" ({', '.join(step.reasons)})" if step.reasons and step.action not in (Action.ATTACH, Action.RESTART) else ""
    return f"{step.name}: {words[step.action]}{_state(step, planned=planned)}{why}"


def _state(step: Step, *, planned: bool) -> str:
    """What becomes of a state that is saved, or that may come back."""
    savers = " and ".join(step.savers)
    match step.action:
        case Action.RESTART if savers:
            return f" with the state that {savers} has saved"
        case Action.RESTART:
            return " as a new object, without the state that may come back with its kernel" if step.loses else " as a new object"
        case Action.REPLACE | Action.DELETE if savers:
            return f", and what {savers} has saved {'would be' if planned else 'is'} deleted"
        case Action.ATTACH if savers:
            return f", none saves its state, and what {savers} has saved {'would be' if planned else 'is'} deleted"
        case _:
            return ""


def _missing(step: Step, said: Collection[str]) -> tuple[str, ...]:
    """The words that the step needs and that were not said."""
    needed: list[str] = []
    if step.loses and step.action != Action.DELETE:
        needed.append("--replace")
        if step.savers:
            needed.append("--discard-state")
    return tuple(word for word in needed if word not in said)


def _document(step: Step, outcome: str, pending: Sequence[str] = ()) -> dict[str, Any]:
    return {
        "name": step.name,
        "action": step.action.value,
        "outcome": outcome,
        "reasons": list(step.reasons),
        "loses_state": step.loses,
        "savers": list(step.savers),
        "pending": list(pending),
    }


def _present(client: amino.BlockingClient, manifest: Manifest) -> dict[str, ObjectInfo]:
    found = {one.name: one for one in client.list(select={LABEL: manifest.name}) if one.name}
    for entry in manifest.objects:
        if entry.name not in found:
            try:
                found[entry.name] = client.describe(entry.name)
            except NameNotFound:
                continue
    return found


def _check(steps: list[Step], said: Collection[str]) -> None:
    refused = [step for step in steps if _missing(step, said)]
    if refused:
        words = dict.fromkeys(word for step in refused for word in _missing(step, said))
        lost = "; ".join(f"{step.name} ({', '.join(step.reasons)}){_state(step, planned=True)}" for step in refused)
        raise ArgumentInvalid(f"these objects would be made anew and lose their state: {lost}. Nothing was changed. Say {' '.join(words)}.")


def _do(session: Session, client: amino.BlockingClient, manifest: Manifest, step: Step) -> tuple[str, ...]:
    """Carries out a step; returns the kernels that have not applied a new chain yet."""
    entry = step.entry
    if step.action == Action.DELETE:
        client.delete(step.name)
    elif step.action == Action.RESTART:
        _restart(client, step.name)
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
            discard_state=bool(step.savers),
            concurrent=entry.concurrent,
            own_context=entry.own_context,
            idle=seconds(entry.idle, "idle"),
        )
        for warning in () if session.json else client.describe(entry.name).warnings:
            session.note(f"warning: {entry.name}: {warning}")
    return ()


def _restart(client: amino.BlockingClient, name: str) -> None:
    try:
        client.restart(name)
    except ArgumentInvalid:
        if client.describe(name).status == "lost":
            raise
        # It has come back by itself since the plan was made.
