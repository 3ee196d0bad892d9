"""Commands about processes: up, down, kernel, oms, kernels, config."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from amino_wire.settings.kernel import KERNEL
from amino_wire.settings.oms import OMS

from amino.cli import background
from amino.cli.command import command
from amino.cli.exit_codes import STORE_FAILED
from amino.cli.flags import flags_given, options_of
from amino.cli.installation import installed
from amino.cli.session import Session
from amino.cli.starting import DATA, data_folder, start_kernel, start_up

app = typer.Typer()


@command(app, "up", options_of(KERNEL, without=("oms",), defaults={"data_dir": str(DATA)}))
def up(
    session: Session,
    oms_port: Annotated[int, typer.Option("--oms-port", help="Port of the OMS; 0 takes a free one.")] = OMS.default("port"),
    detach: Annotated[bool, typer.Option("--detach", help="Return when all is ready; `amino down` ends it.")] = False,
    **options: Any,
) -> None:
    """Start an OMS and a kernel in one process; everything one machine needs."""
    start_up(session, flags_given(KERNEL, options), oms_port=oms_port, detach=detach)


@command(app, "down")
def down(
    session: Session, data_dir: Annotated[Path | None, typer.Option("--data-dir", help="The data folder of `amino up`.")] = None
) -> None:
    """End what `amino up --detach` has started, in good order."""
    installed("kernel")
    stopped = background.stop(data_folder({"data_dir": data_dir}), session.note)
    session.say(f"kernel {stopped.kernel} has ended", asdict(stopped))


@command(app, "kernel", options_of(KERNEL))
def kernel(session: Session, **options: Any) -> None:
    """Start a kernel, which runs objects on this host."""
    start_kernel(session, flags_given(KERNEL, options))


@command(app, "oms", options_of(OMS))
def oms(session: Session, **options: Any) -> None:
    """Start the object management service: names, objects, kernels."""
    installed("kernel")
    from amino_oms.main import run_oms
    from amino_oms.settings import load_oms_settings
    from amino_store.errors import StoreFailed
    from amino_wire.collecting import collect_seldom

    from amino.loops import run

    collect_seldom()
    try:
        run(run_oms(load_oms_settings(flags_given(OMS, options)), as_json=session.json))
    except StoreFailed as error:
        session.explain_error(error)
        raise typer.Exit(STORE_FAILED) from None


@command(app, "kernels")
def kernels(session: Session, every: Annotated[bool, typer.Option("--all", help="Dead ones too.")] = False) -> None:
    """List the kernels of the cluster."""
    with session.connect() as client:
        found = client.kernels(include_dead=every)
    if session.json:
        session.document([asdict(one) for one in found])
        return
    rows = [
        (
            one.id,
            one.address,
            "alive" if one.alive else "dead",
            one.objects,
            f"{one.load:.2f}",
            ",".join(one.languages),
            ",".join(f"{key}={value}" for key, value in sorted(one.labels.items())),
        )
        for one in found
    ]
    session.table(("KERNEL", "ADDRESS", "STATE", "OBJECTS", "LOAD", "LANGUAGES", "LABELS"), rows, empty="no kernels")
