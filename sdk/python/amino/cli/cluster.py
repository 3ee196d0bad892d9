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

from amino.cli import background
from amino.cli.command import command, guarded
from amino.cli.exit_codes import STORE_FAILED
from amino.cli.installation import installed
from amino.cli.plain import pairs
from amino.cli.session import Session

app = typer.Typer()

OMS_PORT = 7421
DATA = Path(".amino")
"""Where `amino up` keeps everything unless it is told otherwise."""

Host = Annotated[str | None, typer.Option("--host", help="Address to listen on; loopback unless --insecure.")]
Port = Annotated[int | None, typer.Option("--port", help="Port of the kernel, 0 for any [7420].")]
LanePort = Annotated[int | None, typer.Option("--lane-port", help="Port of the direct lane, 0 for any.")]
DataDir = Annotated[Path | None, typer.Option("--data-dir", help="Folder for what must be kept.")]
Languages = Annotated[
    list[str] | None, typer.Option("--languages", help="Guest languages to have ready; `all` for every one; may be repeated.")
]
Allow = Annotated[list[str] | None, typer.Option("--allow", help="What guests may do: native, io, network, env, host, threads.")]
KernelLabels = Annotated[list[str] | None, typer.Option("--label", metavar="KEY=VALUE", help="Label of this kernel, for placement.")]
Isolate = Annotated[str | None, typer.Option("--isolate", help="A process of its own for each: none, artifact, tenant.")]
Heap = Annotated[int | None, typer.Option("--heap-mb", help="Largest heap of a JVM, in megabytes.")]
CallMemory = Annotated[int | None, typer.Option("--call-memory-mb", help="What one call of a guest may allocate, in megabytes, 0 for any.")]
JvmOptions = Annotated[list[str] | None, typer.Option("--jvm-option", help="Further option of the JVM; may be repeated.")]
Contexts = Annotated[int | None, typer.Option("--contexts", help="Contexts per artifact, 0 for as many as fit.")]
DrainTimeout = Annotated[
    float | None, typer.Option("--drain-timeout", help="Seconds in which objects move to other kernels before the stop, 0 for none [20].")
]
Offline = Annotated[bool, typer.Option("--offline", help="Never fetch jars.")]
Insecure = Annotated[
    bool, typer.Option("--insecure", help="Listen where others can reach it, though nothing is encrypted or authenticated.")
]
NoSupervise = Annotated[bool, typer.Option("--no-supervise", help="Run without the supervisor that starts it again.")]
LogLevel = Annotated[str | None, typer.Option("--log-level", help="debug, info, warning or error.")]
LogFormat = Annotated[str | None, typer.Option("--log-format", help="console or json.")]


def _flags(
    *,
    languages: list[str] | None,
    allow: list[str] | None,
    label: list[str] | None,
    jvm_option: list[str] | None,
    offline: bool,
    insecure: bool,
    no_supervise: bool,
    **plain: Any,
) -> dict[str, Any]:
    """Flags as settings of the kernel; settings without a flag are None."""
    return {
        **plain,
        "languages": " ".join(languages) if languages else None,
        "allow": " ".join(allow) if allow else None,
        "labels": pairs(label, "--label") or None,
        "jvm_options": tuple(jvm_option) if jvm_option else None,
        "offline": True if offline else None,
        "insecure": True if insecure else None,
        "supervise": False if no_supervise else None,
    }


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


@command(app, "up")
def up(
    session: Session,
    host: Host = None,
    port: Port = None,
    lane_port: LanePort = None,
    oms_port: Annotated[int, typer.Option("--oms-port", help="Port of the OMS, 0 for any.")] = OMS_PORT,
    data_dir: DataDir = None,
    languages: Languages = None,
    allow: Allow = None,
    label: KernelLabels = None,
    isolate: Isolate = None,
    heap_mb: Heap = None,
    call_memory_mb: CallMemory = None,
    jvm_option: JvmOptions = None,
    contexts: Contexts = None,
    drain_timeout: DrainTimeout = None,
    offline: Offline = False,
    insecure: Insecure = False,
    no_supervise: NoSupervise = False,
    log_level: LogLevel = None,
    log_format: LogFormat = None,
    detach: Annotated[bool, typer.Option("--detach", help="Return when all is ready; `amino down` ends it.")] = False,
) -> None:
    """Start an OMS and a kernel in one process; everything one machine needs."""
    if detach:
        _start_detached(session, data_dir)
        return
    _need_kernel()
    from amino_kernel.boot.main import run_up
    from amino_kernel.boot.settings import load_settings

    flags = _flags(
        languages=languages,
        allow=allow,
        label=label,
        jvm_option=jvm_option,
        offline=offline,
        insecure=insecure,
        no_supervise=no_supervise,
        host=host,
        port=port,
        lane_port=lane_port,
        data_dir=data_dir,
        isolate=isolate,
        heap_mb=heap_mb,
        call_memory_mb=call_memory_mb,
        contexts=contexts,
        drain_timeout=drain_timeout,
        log_level=log_level,
        log_format=log_format,
    )
    settings = load_settings({**flags, "data_dir": _data_folder(flags)})
    _serve(session, lambda: run_up(settings, oms_port=oms_port, as_json=session.json))


def _data_folder(flags: Mapping[str, Any]) -> Path:
    """Where `amino up` keeps everything, by its flags, the environment and the settings file."""
    from amino_kernel.boot.settings import origins_of

    folder, origin = origins_of(flags)["data_dir"]
    return DATA if origin == "default" else folder


def _start_detached(session: Session, data_dir: Path | None) -> None:
    installed("kernel")
    folder = _data_folder({"data_dir": data_dir})
    running = background.find(folder)
    if running is not None:
        text = f"kernel {running.kernel} runs at {running.address} already; the options of this command do not change it"
    else:
        running = background.start(folder, [argument for argument in sys.argv[1:] if argument != "--detach"], session.note)
        text = f"kernel {running.kernel} is ready at {running.address}; it writes to {running.log}, and `amino down` ends it"
    session.say(text, asdict(running))


@command(app, "down")
def down(session: Session, data_dir: DataDir = None) -> None:
    """End what `amino up --detach` has started, in good order."""
    installed("kernel")
    stopped = background.stop(_data_folder({"data_dir": data_dir}))
    session.say(f"kernel {stopped.kernel} has ended", asdict(stopped))


@command(app, "kernel")
def kernel(
    session: Session,
    host: Host = None,
    port: Port = None,
    lane_port: LanePort = None,
    oms: Annotated[str | None, typer.Option("--oms", metavar="HOST:PORT", help="The object management service [127.0.0.1:7421].")] = None,
    data_dir: DataDir = None,
    languages: Languages = None,
    allow: Allow = None,
    label: KernelLabels = None,
    isolate: Isolate = None,
    heap_mb: Heap = None,
    call_memory_mb: CallMemory = None,
    jvm_option: JvmOptions = None,
    contexts: Contexts = None,
    drain_timeout: DrainTimeout = None,
    offline: Offline = False,
    insecure: Insecure = False,
    no_supervise: NoSupervise = False,
    log_level: LogLevel = None,
    log_format: LogFormat = None,
) -> None:
    """Start a kernel, which runs objects on this host."""
    _need_kernel()
    from amino_kernel.boot.main import run_kernel
    from amino_kernel.boot.settings import load_settings

    flags = _flags(
        languages=languages,
        allow=allow,
        label=label,
        jvm_option=jvm_option,
        offline=offline,
        insecure=insecure,
        no_supervise=no_supervise,
        host=host,
        port=port,
        lane_port=lane_port,
        oms=oms,
        data_dir=data_dir,
        isolate=isolate,
        heap_mb=heap_mb,
        call_memory_mb=call_memory_mb,
        contexts=contexts,
        drain_timeout=drain_timeout,
        log_level=log_level,
        log_format=log_format,
    )
    settings = load_settings(flags)
    _serve(session, lambda: run_kernel(settings, as_json=session.json))


@command(app, "oms")
def oms(
    session: Session,
    host: Annotated[str, typer.Option("--host", help="Address to listen on; loopback unless --insecure.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="Port, 0 for any.")] = OMS_PORT,
    data_dir: Annotated[Path, typer.Option("--data-dir", help="Folder that it keeps everything in.")] = Path(".amino/oms"),
    lease: Annotated[float, typer.Option("--lease", help="Seconds that a kernel may be silent.")] = 3.0,
    margin: Annotated[float, typer.Option("--margin", help="Seconds that the service waits longer.")] = 1.0,
    artifact_grace: Annotated[
        float, typer.Option("--artifact-grace", help="Seconds that an artifact of no object stays after its last use.")
    ] = 600.0,
    accept_older_store: Annotated[
        bool,
        typer.Option("--accept-older-store", help="Give up what the store lacks of what kernels have seen, after a return to an old copy."),
    ] = False,
    max_nameless: Annotated[
        int, typer.Option("--max-nameless", help="Objects without a name that each maker may have, 0 for any number.")
    ] = 100_000,
    insecure: Insecure = False,
) -> None:
    """Start the object management service: names, objects, kernels."""
    import logging

    installed("kernel")
    from amino_oms.main import run_oms
    from amino_oms.settings import OmsSettings
    from amino_oms.store.errors import StoreFailed

    from amino.loops import run

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    try:
        settings = OmsSettings(
            *(data_dir, host, port, lease, margin),
            artifact_grace=artifact_grace,
            accept_older_store=accept_older_store,
            insecure=insecure,
            max_nameless=max_nameless,
        )
        run(run_oms(settings, as_json=session.json))
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
