"""Entry points: `run_kernel` and `run_up`. Each runs under a supervisor unless told otherwise, for which little is imported here."""

from __future__ import annotations

import sys
from typing import Any

from amino_kernel.boot.attachment import Attachment
from amino_kernel.boot.exit_status import CONFIGURATION
from amino_kernel.boot.settings import KernelSettings
from amino_kernel.boot.signals import end_on_signals
from amino_kernel.boot.supervision import Supervision
from amino_wire.errors import AminoError
from amino_wire.open_files import ensure_open_files


def run_kernel(settings: KernelSettings, *, as_json: bool = False, supervision: Supervision | None = None) -> int:
    """Runs a kernel until it is told to end (SIGTERM, SIGINT) and answers the exit status.

    Args:
        settings: Of the kernel.
        as_json: Print where it is for a program to read.
        supervision: Of this process; None where it has no supervisor.

    Raises:
        AminoError: It could not start.
    """
    ensure_open_files("a kernel")
    if settings.supervise:
        from amino_kernel.boot.supervisor import supervise

        return supervise("kernel", settings, {"as_json": as_json})
    end_on_signals()
    from amino_kernel.boot.jvm_start import JvmStart, removed_on_failure

    jvm = JvmStart.begin(settings)
    from amino_kernel.boot.serving import run, serve_kernel

    with removed_on_failure(jvm):
        return run(lambda: serve_kernel(settings, jvm, as_json=as_json, supervision=supervision), settings)


def run_up(settings: KernelSettings, *, oms_port: int = 0, as_json: bool = False) -> int:
    """Runs an OMS and a kernel in one process, prints where they are and what to type next, and answers the exit status.

    Args:
        settings: Of the kernel; the OMS keeps its store beside the kernel's data.
        oms_port: The OMS's port, 0 for a free one.
        as_json: Print where they are for a program to read.

    Raises:
        AminoError: They could not start.
    """
    ensure_open_files("a kernel")
    if settings.supervise:
        from amino_kernel.boot.supervisor import supervise

        return supervise("up", settings, {"oms_port": oms_port, "as_json": as_json})
    own = settings.changed(data_dir=settings.data_dir / "kernel")
    end_on_signals()
    from amino_kernel.boot.jvm_start import JvmStart, removed_on_failure

    jvm = JvmStart.begin(own)
    from amino_kernel.boot.serving import run, serve_up

    with removed_on_failure(jvm):
        return run(lambda: serve_up(settings, own, oms_port, jvm, as_json=as_json), settings)


def run_child(mode: str, settings: KernelSettings, extra: dict[str, Any], supervision: Supervision) -> int:
    """Runs the process that a supervisor started, and answers its exit status.

    Args:
        mode: "kernel" or "up".
        settings: Of the kernel.
        extra: Further arguments of `run_kernel` or `run_up`.
        supervision: Takes the reason why it could not start; without a supervisor that goes to standard error.
    """
    try:
        # The OMS of `up` ends with its kernel: nobody is there to be told of that.
        return run_up(settings, **extra) if mode == "up" else run_kernel(settings, **extra, supervision=supervision)
    except AminoError as error:
        if supervision.tell_error(error):
            return CONFIGURATION
        print(f"{error.code}: {error.message}", file=sys.stderr, flush=True)
        return CONFIGURATION


def run_attached(settings: KernelSettings, attachment: Attachment) -> int:
    """Runs the kernel of a Java program that has started it, until that program ends or tells it to, and answers the exit status.

    Raises:
        AminoError: It could not start, or the OMS does not answer.
    """
    ensure_open_files("a kernel")
    from amino_kernel.boot.serving import run, serve_attached

    return run(lambda: serve_attached(settings, attachment), settings)
