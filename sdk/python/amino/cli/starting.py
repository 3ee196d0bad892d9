"""The start of kernels and of `amino up`, from flags that either parser of the command line has read."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn

from amino_wire.settings.kernel import KERNEL
from amino_wire.settings.oms import OMS
from amino_wire.settings.reading import DEFAULT, found_settings

from amino.cli.installation import installed
from amino.cli.session import Session

DATA = Path(".amino")
"""Where `amino up` keeps everything unless it is told otherwise."""


def start_up(session: Session, flags: Mapping[str, Any], *, oms_port: int, detach: bool) -> None:
    """Starts an OMS and a kernel in one process, which this one becomes unless it is to be `detach`ed."""
    if detach:
        _start_detached(session, flags)
        return
    _need_kernel()
    from amino_kernel.boot.main import run_up
    from amino_kernel.boot.settings import load_settings

    settings = load_settings({**flags, "data_dir": data_folder(flags)})
    serve(session, lambda: run_up(settings, oms_port=oms_port, as_json=session.json))


def start_kernel(session: Session, flags: Mapping[str, Any]) -> None:
    """Starts a kernel, which this process becomes."""
    _need_kernel()
    from amino_kernel.boot.main import run_kernel
    from amino_kernel.boot.settings import load_settings

    settings = load_settings(flags)
    serve(session, lambda: run_kernel(settings, as_json=session.json))


def up_by_flags(session: Session, *, oms_port: int = OMS.default("port"), detach: bool = False, **flags: Any) -> None:
    """`start_up`, with options named as on the command line."""
    start_up(session, _by_setting(flags), oms_port=oms_port, detach=detach)


def kernel_by_flags(session: Session, **flags: Any) -> None:
    """`start_kernel`, with options named as on the command line."""
    start_kernel(session, _by_setting(flags))


def _by_setting(flags: Mapping[str, Any]) -> dict[str, Any]:
    settings = {setting.flag.removeprefix("--").replace("-", "_"): setting for setting in KERNEL if setting.flag}
    found: dict[str, Any] = {}
    for flag, value in flags.items():
        setting = settings[flag]
        found[setting.name] = not flag.startswith("no_") if setting.kind == "switch" else setting.joined(value)
    return found


def _need_kernel() -> None:
    installed("kernel")
    # Before much else is imported: a library may swallow a KeyboardInterrupt, and the server would start all the same.
    importlib.import_module("amino_kernel.boot.signals").end_on_signals()
    importlib.import_module("amino_kernel.boot.main")


def serve(session: Session, run: Callable[[], int]) -> NoReturn:
    """Runs a server, and ends the process as it ended: a JVM in it has threads that must not see the interpreter taken down."""
    ended: list[int] = []
    status = session.status_of(lambda: ended.append(run()))
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(ended[0] if ended else status)


def data_folder(flags: Mapping[str, Any]) -> Path:
    """Where `amino up` keeps everything, by its flags, the environment and the settings file."""
    found = found_settings(KERNEL, flags)["data_dir"]
    return DATA if found.origin == DEFAULT else found.value


def _start_detached(session: Session, flags: Mapping[str, Any]) -> None:
    installed("kernel")
    from amino.cli import background

    folder = data_folder(flags)
    running = background.find(folder)
    if running is not None:
        text = f"kernel {running.kernel} runs at {running.address} already; the options of this command do not change it"
    else:
        running = background.start(folder, [argument for argument in sys.argv[1:] if argument != "--detach"], session.note)
        text = f"kernel {running.kernel} is ready at {running.address}; it writes to {running.log}, and `amino down` ends it"
    session.say(text, asdict(running))
