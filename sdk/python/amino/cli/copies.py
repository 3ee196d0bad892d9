"""Commands about all that a cluster keeps: backup, restore, migrate-store."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from amino_wire.settings.oms import OMS

from amino.cli.command import command
from amino.cli.flags import flags_given, options_of
from amino.cli.installation import installed
from amino.cli.session import Session

app = typer.Typer()
_OTHERS = tuple(setting.name for setting in OMS if setting.name not in ("store", "blobs", "data_dir"))
_STORE = options_of(OMS, without=_OTHERS)
_BLOBS = "has its artifacts: s3://BUCKET/PREFIX; else they lie by the store."
_ADDRESS = "sqlite:FOLDER (the folder of the OMS), or etcd://HOST:PORT/PREFIX."


@command(app, "backup", _STORE)
def backup(
    session: Session,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A new file.")],
    **options: Any,
) -> None:
    """Write all that the OMS keeps to a file, while it goes on."""
    installed("kernel")
    from amino_oms.copies.backup import backup as write
    from amino_oms.settings import load_oms_settings

    from amino.loops import run

    created = datetime.now(UTC).isoformat(timespec="seconds")
    made = run(write(load_oms_settings(flags_given(OMS, options)), file, created=created, note=session.note))
    text = f"{file} has {made.sum.entries} entries and {made.sum.blobs} artifacts of revision {made.revision}, in {made.size} bytes"
    session.say(text, {"file": str(file), "revision": made.revision, "size": made.size, "created": created, **asdict(made.sum)})


@command(app, "restore", _STORE)
def restore(
    session: Session,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `amino backup` has written.")],
    **options: Any,
) -> None:
    """Bring a backup into an empty store; run it again if it was interrupted."""
    installed("kernel")
    from amino_oms.copies.restore import restore as read
    from amino_oms.settings import load_oms_settings

    from amino.loops import run

    filled = run(read(load_oms_settings(flags_given(OMS, options)), file, note=session.note))
    text = f"restored {filled.sum.entries} entries and {filled.sum.blobs} artifacts; start the OMS on them"
    if filled.before:
        text = f"the store was restored from this backup before ({filled.sum.entries} entries); nothing was written now"
    session.say(text, {"file": str(file), "resumed": filled.resumed, "before": filled.before, **asdict(filled.sum)})


@command(app, "migrate-store")
def migrate_store(
    session: Session,
    source: Annotated[str, typer.Argument(metavar="FROM", help=_ADDRESS)],
    target: Annotated[str, typer.Argument(metavar="TO", help=f"An empty store: {_ADDRESS}")],
    from_blobs: Annotated[str, typer.Option("--from-blobs", metavar="BLOBS", help=f"What {_BLOBS}")] = "",
    to_blobs: Annotated[str, typer.Option("--to-blobs", metavar="BLOBS", help=f"What then {_BLOBS}")] = "",
    kernels_ended: Annotated[bool, typer.Option("--kernels-ended", help="No kernel lives, though the store says so.")] = False,
) -> None:
    """Bring all that the OMS keeps to another store; run it again if it was interrupted."""
    installed("kernel")
    from amino_oms.copies.migration import migrate, settings_of

    from amino.loops import run

    filled = run(migrate(settings_of(source, from_blobs), settings_of(target, to_blobs), kernels_ended=kernels_ended, note=session.note))
    text = f"moved {filled.sum.entries} entries and {filled.sum.blobs} artifacts to {target}; no OMS starts on {source} any more"
    if filled.before:
        text = f"all of {source} was moved to {target} before ({filled.sum.entries} entries); nothing was written now"
    session.say(text, {"from": source, "to": target, "resumed": filled.resumed, "before": filled.before, **asdict(filled.sum)})
