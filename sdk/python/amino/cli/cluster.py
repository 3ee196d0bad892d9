"""Commands about processes: up, down, kernel, oms, kernels, config."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from amino_wire.settings.kernel import KERNEL
from amino_wire.settings.oms import OMS
from amino_wire.settings.reading import DEFAULT, found_settings

from amino.cli import background
from amino.cli.command import command, guarded
from amino.cli.exit_codes import STORE_FAILED
from amino.cli.flags import flags_given, options_of
from amino.cli.installation import installed
from amino.cli.session import Session

app = typer.Typer()

DATA = Path(".amino")
"""Where `amino up` keeps everything unless it is told otherwise."""


def _need_kernel() -> None:
    installed("kernel")
    # Before much else is imported: a library may swallow a KeyboardInterrupt, and the server would start all the same.
    importlib.import_module("amino_kernel.boot.signals").end_on_signals()
    importlib.import_module("amino_kernel.boot.main")


def _serve(session: Session, serve: Callable[[], int]) -> NoReturn:
    """Runs a server, and ends the process as it ended: a JVM in it has threads that must not see the interpreter taken down."""

    def work() -> None:
        raise typer.Exit(serve())

    try:
        guarded(session, work)
    except typer.Exit as ended:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(ended.exit_code)
    raise AssertionError("a server ends with an exit status")


@command(app, "up", options_of(KERNEL, without=("oms",), defaults={"data_dir": str(DATA)}))
def up(
    session: Session,
    oms_port: Annotated[int, typer.Option("--oms-port", help="Port of the OMS; 0 takes a free one.")] = OMS.default("port"),
    detach: Annotated[bool, typer.Option("--detach", help="Return when all is ready; `amino down` ends it.")] = False,
    **options: Any,
) -> None:
    """Start an OMS and a kernel in one process; everything one machine needs."""
    flags = flags_given(KERNEL, options)
    if detach:
        _start_detached(session, flags)
        return
    _need_kernel()
    from amino_kernel.boot.main import run_up
    from amino_kernel.boot.settings import load_settings

    settings = load_settings({**flags, "data_dir": _data_folder(flags)})
    _serve(session, lambda: run_up(settings, oms_port=oms_port, as_json=session.json))


def _data_folder(flags: Mapping[str, Any]) -> Path:
    """Where `amino up` keeps everything, by its flags, the environment and the settings file."""
    found = found_settings(KERNEL, flags)["data_dir"]
    return DATA if found.origin == DEFAULT else found.value


def _start_detached(session: Session, flags: Mapping[str, Any]) -> None:
    installed("kernel")
    folder = _data_folder(flags)
    running = background.find(folder)
    if running is not None:
        text = f"kernel {running.kernel} runs at {running.address} already; the options of this command do not change it"
    else:
        running = background.start(folder, [argument for argument in sys.argv[1:] if argument != "--detach"], session.note)
        text = f"kernel {running.kernel} is ready at {running.address}; it writes to {running.log}, and `amino down` ends it"
    session.say(text, asdict(running))


@command(app, "down")
def down(
    session: Session, data_dir: Annotated[Path | None, typer.Option("--data-dir", help="The data folder of `amino up`.")] = None
) -> None:
    """End what `amino up --detach` has started, in good order."""
    installed("kernel")
    stopped = background.stop(_data_folder({"data_dir": data_dir}))
    session.say(f"kernel {stopped.kernel} has ended", asdict(stopped))


@command(app, "kernel", options_of(KERNEL))
def kernel(session: Session, **options: Any) -> None:
    """Start a kernel, which runs objects on this host."""
    _need_kernel()
    from amino_kernel.boot.main import run_kernel
    from amino_kernel.boot.settings import load_settings

    settings = load_settings(flags_given(KERNEL, options))
    _serve(session, lambda: run_kernel(settings, as_json=session.json))


@command(app, "oms", options_of(OMS))
def oms(session: Session, **options: Any) -> None:
    """Start the object management service: names, objects, kernels."""
    installed("kernel")
    from amino_oms.main import run_oms
    from amino_oms.settings import load_oms_settings
    from amino_oms.store.errors import StoreFailed

    from amino.loops import run

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
