"""Runs a kernel process, starts it again when it ends, and says which guest was running then."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import FrameType
from typing import Any

from amino_graal.flags import CRASH_LOG
from amino_kernel.boot.crash_logs import keep_latest_crash_logs
from amino_kernel.boot.end_report import EndReport, is_worth_a_report
from amino_kernel.boot.exit_status import CONFIGURATION, GUEST, OUT_OF_MEMORY, STORE_FAILED
from amino_kernel.boot.settings import KEPT_FILE, KernelSettings
from amino_kernel.boot.supervision import Told, read_told
from amino_kernel.halves.running_calls import RunningCallsFolder
from amino_wire.errors import EpochStale

STOP_SECONDS = 10.0
FIRST_SECONDS = 2.0
"""At most so long the next process waits until the OMS has answered that the last one has ended."""
LAST_SECONDS = 2.0
"""The same for a supervisor that ends itself."""
MAIN = 0
"""The number of the JVM half in the kernel's own process."""
MEANINGS = {
    OUT_OF_MEMORY: "out of memory",
    GUEST: "a guest could not be ended inside the process, or the JVM half has ended",
    STORE_FAILED: "the disk of the object management service failed",
}


@dataclass(frozen=True, slots=True)
class Backoff:
    """How long to wait before the next start: short after a long life, doubling after short ones. Pure.

    `pause` and `long_life` are seconds.
    """

    pause: float = 0.1
    longest: float = 10.0
    long_life: float = 30.0

    def after(self, lived: float) -> Backoff:
        """The next backoff, when a process has lived that many seconds."""
        pause = 0.1 if lived >= self.long_life else min(self.longest, self.pause * 2)
        return Backoff(pause, self.longest, self.long_life)


def supervise(mode: str, settings: KernelSettings, extra: Mapping[str, Any]) -> int:
    """Runs `python -m amino_kernel` as a child until it ends by itself or this process is told to end.

    Args:
        mode: "kernel" or "up".
        settings: Of the kernel.
        extra: Further arguments of `run_kernel` or `run_up`.

    Returns:
        The exit status.

    Raises:
        AminoError: The child could not start, and starting it again would be of no use.
        EpochStale: It has ended because another process has taken over the kernel's id.
    """
    return Supervisor(mode, settings, extra).run()


class Supervisor:
    """One child at a time."""

    def __init__(self, mode: str, settings: KernelSettings, extra: Mapping[str, Any]) -> None:
        self._settings = settings
        child = settings.changed(supervise=False)
        self._order = {"mode": mode, "settings": child.to_plain(), "extra": dict(extra)}
        folder = settings.data_dir / "kernel" if mode == "up" else settings.data_dir
        self._folder = folder
        self._running = RunningCallsFolder(folder)
        self._process: subprocess.Popen[str] | None = None
        self._reports: list[subprocess.Popen[str]] = []
        self._ending = False

    def run(self) -> int:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        backoff = Backoff()
        while True:
            started = time.monotonic()
            status, told = self._run_once()
            if self._ending or status == 0:
                self._wait_for_reports(LAST_SECONDS)
                return 0
            if status == CONFIGURATION:
                raise told.error or EpochStale("The kernel has ended: another process has taken over its id. Its log says more.")
            ended = time.monotonic()
            # Objects wait for it, and the next process would take every processor. It cannot join an OMS that does not answer anyway.
            self._wait_for_reports(FIRST_SECONDS)
            self._log_end(reason=self.describe(status), **self._facts_of_the_end())
            backoff = backoff.after(ended - started)
            time.sleep(max(0.0, ended + backoff.pause - time.monotonic()))

    def _log_end(self, **words: str) -> None:
        # Only now: nothing else is logged here, and importing it would make every start later.
        import structlog
        from amino_kernel.boot.log_setup import set_up_logging

        set_up_logging(self._settings.log_level, self._settings.log_format)
        structlog.get_logger(__name__).error("the kernel process ended; it is started again", **words)

    @staticmethod
    def describe(status: int) -> str:
        """Says what an exit status means."""
        if status in MEANINGS:
            return MEANINGS[status]
        return f"killed by {signal.Signals(-status).name}" if status < 0 else f"status {status}"

    def _run_once(self) -> tuple[int, Told]:
        reading, writing = os.pipe()
        held, holding = os.pipe()
        command = [sys.executable, "-m", "amino_kernel"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, text=True, pass_fds=(writing, holding))
        os.close(writing)
        os.close(holding)
        # Its input stays open: the child ends when it closes, so that none outlives its supervisor.
        _write(self._process, {**self._order, "told": writing, "held": holding})
        if self._ending:
            self._process.terminate()
        status = self._process.wait()
        told = read_told(reading)
        os.close(reading)
        self._report(status, told, held)
        os.close(held)
        return status, told

    def _report(self, status: int, told: Told, held: int) -> None:
        """Has the OMS told that the kernel has ended, unless the kernel has said goodbye itself or has never been known there.

        Begins at once, before anything else is done about the end: objects wait for it.
        """
        if told.life is None or not is_worth_a_report(told.life, status):
            return
        keeps = (self._folder / KEPT_FILE).exists()
        report = EndReport(told.life, self._settings.oms, self.describe(status), keeps, held)
        order = {"report": report.to_plain(), "log_level": self._settings.log_level, "log_format": self._settings.log_format}
        command = [sys.executable, "-m", "amino_kernel.boot.reporter"]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, text=True, pass_fds=(held,))
        _write(process, order)
        reaping = threading.Thread(target=process.wait, daemon=True)
        reaping.start()
        self._reports = [each for each in (*self._reports, process) if each.returncode is None]

    def _wait_for_reports(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        for each in self._reports:
            with contextlib.suppress(subprocess.TimeoutExpired):
                each.wait(max(0.0, end - time.monotonic()))

    def _kill(self, _number: int, _frame: FrameType | None) -> None:
        if self._process is not None:
            self._process.kill()

    def _facts_of_the_end(self) -> dict[str, str]:
        """The calls that ran when the process ended, and the file where the JVM wrote about its crash."""
        facts: dict[str, str] = {}
        running = self._running.read(MAIN)
        # The next process may end before it has shown anything: these calls are not the reason.
        self._running.remove()
        if running:
            facts["running"] = "; ".join(str(call) for call in running)
        crashed = self._process is not None and self._folder / CRASH_LOG.replace("%p", str(self._process.pid))
        if crashed in keep_latest_crash_logs(self._folder):
            facts["crash_log"] = str(crashed)
        return facts

    def _end(self, _number: int, _frame: FrameType | None) -> None:
        if self._process is None or self._process.poll() is not None:
            os._exit(0)
        if self._ending:
            self._process.kill()
            return
        self._ending = True
        self._process.terminate()
        signal.signal(signal.SIGALRM, self._kill)
        signal.alarm(int(self._settings.drain_timeout + STOP_SECONDS))


def _write(process: subprocess.Popen[str], order: Mapping[str, Any]) -> None:
    assert process.stdin is not None
    try:
        process.stdin.write(json.dumps(order) + "\n")
        process.stdin.flush()
    except BrokenPipeError:
        pass  # it has ended: its status says why
