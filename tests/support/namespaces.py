"""Network namespaces of this machine, for hosts that tests play. Need Linux and root."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
from pathlib import Path


def can_make_networks() -> str:
    """Empty where namespaces can be made; else the reason why not."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    if shutil.which("ip") is None:
        return "there is no `ip` (iproute2)"
    name = f"amino-{os.getpid()}"
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True, check=False)
    remove(name)
    return f"no network namespace can be made here: {made.stderr.strip()}" if made.returncode else ""


def ip(*words: str) -> None:
    """Runs `ip` with these words."""
    subprocess.run(["ip", *words], capture_output=True, check=True)


def add(name: str) -> None:
    """Makes a namespace in which only the loopback is there."""
    ip("netns", "add", name)
    ip("-n", name, "link", "set", "lo", "up")


def remove(name: str) -> None:
    """Removes a namespace, and ends what runs there still; nothing happens where there is none."""
    for process in _processes(name):
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)


def remove_left(pattern: re.Pattern[str]) -> None:
    """Removes the namespaces that a process has left which was killed.

    Arguments:
        pattern: of their names; its first group is the id of that process.
    """
    listed = subprocess.run(["ip", "netns", "list"], capture_output=True, text=True, check=False).stdout
    for line in listed.splitlines():
        name = line.split()[0] if line.split() else ""
        found = pattern.fullmatch(name)
        if found is not None and not Path(f"/proc/{found[1]}").exists():
            remove(name)


def _processes(name: str) -> list[int]:
    listed = subprocess.run(["ip", "netns", "pids", name], capture_output=True, text=True, check=False).stdout
    return [int(word) for word in listed.split()]
