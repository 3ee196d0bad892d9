"""`amino up --detach` and `amino down`: an OMS and a kernel that outlive the command that starts them."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from amino_wire.errors import BY_CODE, AminoError, DeadlineExceeded, InternalError, KernelNotFound

POLL_SECONDS = 0.05
STOP_SECONDS = 60.0
"""Objects that move away before the stop take 20 s of it at most, unless `--drain-timeout` says otherwise."""
NOTE, LOG, READY = "up.json", "up.log", "up.ready"
WARNED = re.compile(r"\bwarning\b.*\bamino_kernel\b")
"""A line of the log that says what a kernel warns of, in both of its forms."""


@dataclass(frozen=True)
class Running:
    """A detached `amino up`. `started` tells its process from a later process with the same number."""

    pid: int
    started: str
    kernel: str
    address: str
    oms: str
    log: str

    @property
    def alive(self) -> bool:
        return bool(self.started) and started(self.pid) == self.started


def find(folder: Path) -> Running | None:
    """Answers the process that was started for a data folder and still runs."""
    try:
        running = Running(**json.loads((folder / NOTE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return running if running.alive else None


def start(folder: Path, arguments: Sequence[str], tell: Callable[[str], None]) -> Running:
    """Starts `amino` with these arguments apart from this process, and waits until it is ready.

    Arguments:
        folder: the data folder, in which the log and a note of the process are kept.
        arguments: the command line without the option that asked for this.
        tell: what to do with the lines that the process logs meanwhile; a first start may fetch jars for minutes.

    Raises:
        AminoError: what the process said when it could not start; the log has more.
    """
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    log, ready = folder / LOG, folder / READY
    with log.open("ab") as errors, ready.open("wb") as output, log.open(encoding="utf-8", errors="replace") as lines:
        lines.seek(errors.tell())
        process = _spawn([sys.executable, "-m", "amino", *arguments, "-o", "json"], output, errors)
        logged: list[str] = []
        try:
            while (said := _said(ready)) is None:
                if process.poll() is not None:
                    raise _reason([*logged, *lines], log, process.returncode)
                for line in lines:
                    logged.append(line)
                    tell(line.rstrip("\n"))
                time.sleep(POLL_SECONDS)
        except BaseException:
            process.terminate()
            raise
    running = Running(process.pid, started(process.pid), said["kernel"], said["address"], said["oms"], str(log))
    (folder / NOTE).write_text(json.dumps(asdict(running)), encoding="utf-8")
    return running


def stop(folder: Path, tell: Callable[[str], None]) -> Running:
    """Has the process of a data folder end in good order, and waits for it.

    Arguments:
        folder: the data folder.
        tell: hears the warnings that its kernel logs on its way to the end, such as of states that could not be kept.

    Raises:
        KernelNotFound: None runs there.
        DeadlineExceeded: It has not ended within a minute; it goes on with its work.
    """
    running = find(folder)
    if running is None:
        raise KernelNotFound(f"no `amino up --detach` runs for the data folder {folder}; `--data-dir` names another one")
    log = Path(running.log)
    said = log.stat().st_size if log.exists() else 0
    with contextlib.suppress(ProcessLookupError):
        os.kill(running.pid, signal.SIGTERM)
    ends = time.monotonic() + STOP_SECONDS
    while running.alive:
        if time.monotonic() > ends:
            raise DeadlineExceeded(f"process {running.pid} has not ended within {STOP_SECONDS:g} s; {running.log} says what it does")
        time.sleep(POLL_SECONDS)
    (folder / NOTE).unlink(missing_ok=True)
    with contextlib.suppress(OSError), log.open("rb") as lines:
        lines.seek(said)
        for line in lines.read().decode("utf-8", "replace").splitlines():
            if WARNED.search(line):
                tell(line)
    return running


def started(pid: int) -> str:
    """When a process began, in a form that only serves to compare; empty when there is none or it has ended."""
    try:
        # Behind the name in brackets, which may hold anything: the state is the first field, the start the twentieth.
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] == "Z" else fields[19]


def _spawn(command: list[str], output: BinaryIO, errors: BinaryIO) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=errors, start_new_session=True)


def _said(ready: Path) -> dict[str, str] | None:
    """Where the kernel is, once the process has printed it."""
    for line in ready.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True):
        document = _document(line) if line.endswith("\n") else {}
        if "address" in document:
            return document
    return None


def _reason(logged: Sequence[str], log: Path, status: int) -> AminoError:
    """The error that a process wrote as the last document of its log."""
    for line in reversed(logged):
        error: dict[str, Any] = _document(line).get("error", {})
        if error:
            return BY_CODE.get(error["code"], InternalError)(error["message"], type=error["type"], details=error["details"])
    return InternalError(f"`amino up` ended with status {status} before it was ready; {log} says more")


def _document(line: str) -> dict[str, Any]:
    try:
        document: Any = json.loads(line)
    except ValueError:
        return {}
    return cast("dict[str, Any]", document) if isinstance(document, dict) else {}
