"""Network namespaces of this machine, for hosts that tests play. Need Linux and root."""

from __future__ import annotations

import os
import shutil
import subprocess


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
    """Removes a namespace; nothing happens where there is none."""
    subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)
