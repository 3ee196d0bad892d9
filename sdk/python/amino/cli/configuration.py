"""The command `config show`: the settings of each part of Amino, and where each value comes from."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from amino_wire.errors import ArgumentInvalid
from amino_wire.settings.client import CLIENT
from amino_wire.settings.declaration import Part
from amino_wire.settings.kernel import KERNEL
from amino_wire.settings.oms import OMS
from amino_wire.settings.reading import Found, flags_of, found_settings

from amino.cli.command import command
from amino.cli.session import Session

app = typer.Typer()
config = typer.Typer(name="config", help="Show settings, and where each comes from.")
app.add_typer(config)
PARTS = {part.name: part for part in (KERNEL, OMS, CLIENT)}


@command(config, "show", context_settings={"ignore_unknown_options": True})
def show(
    session: Session,
    part: Annotated[str, typer.Argument(metavar="[PART]", help="kernel, oms or client; else all of them.")] = "",
    flags: Annotated[list[str] | None, typer.Argument(metavar="[FLAGS]", help="Flags of that part, as they would be given to it.")] = None,
) -> None:
    """Show every setting with its value and its origin: default, amino.toml, environment or flag.

    `amino config show kernel --port 7500` shows what `amino kernel --port 7500` would run with.
    """
    if part and part not in PARTS:
        raise ArgumentInvalid(f"no part of Amino is called {part!r}; {', '.join(PARTS)} have settings")
    shown = [PARTS[part]] if part else list(PARTS.values())
    found = {one.name: _found(session, one, flags or []) for one in shown}
    if session.json:
        session.document({name: {key: _document(PARTS[name], key, value) for key, value in each.items()} for name, each in found.items()})
        return
    rows = [
        (name, key, PARTS[name][key].shown(value.value) or "-", value.origin) for name, each in found.items() for key, value in each.items()
    ]
    session.table(("PART", "SETTING", "VALUE", "FROM"), rows)


def _found(session: Session, part: Part, flags: list[str]) -> dict[str, Found]:
    given: dict[str, Any] = flags_of(part, flags)
    if part is CLIENT and session.address is not None:
        given["address"] = session.address
    return found_settings(part, given)


def _document(part: Part, name: str, found: Found) -> dict[str, Any]:
    value = part[name].shown(found.value) if part[name].secret or part[name].kind == "folder" else found.value
    return {"value": value, "origin": found.origin}
