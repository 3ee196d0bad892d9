"""A PostgreSQL server of a benchmark's own, with the settings of a server that loses nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path

PLACES = "/usr/lib/postgresql"
ACCOUNT = "postgres"
"""The account that Debian's package makes: the server refuses to run as root."""
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "100",
    "synchronous_commit": "on",
    "fsync": "on",
    "max_pred_locks_per_transaction": "256",
}
_PATIENCE = 30.0


def start(folder: Path, core: int, stack: ExitStack) -> Path:
    """Starts one in a folder, on one core; the folder of its socket.

    Raises SystemExit where it is not installed or does not begin."""
    data = folder / "data"
    folder.chmod(0o755)
    _run([str(_program("initdb")), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8"], folder)
    settings = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
    command = [str(_program("postgres")), "-D", str(data), "-k", str(folder), *settings]
    with (folder / "postgres.log").open("wb") as log:
        server = subprocess.Popen(["taskset", "-c", str(core), *command], stdout=log, stderr=log, cwd=folder, user=_account())
    stack.callback(server.wait)
    stack.callback(server.terminate)
    end = time.monotonic() + _PATIENCE
    while subprocess.run([str(_program("pg_isready")), "-q", "-h", str(folder)], check=False).returncode:
        if time.monotonic() > end or server.poll() is not None:
            raise SystemExit(f"PostgreSQL did not begin: {(folder / 'postgres.log').read_text()}")
        time.sleep(0.05)
    return folder


def _program(name: str) -> Path:
    found = sorted(Path(PLACES).glob(f"*/bin/{name}"))
    if not found:
        raise SystemExit("PostgreSQL is not installed: `apt-get install postgresql`")
    return found[-1]


def _account() -> str | None:
    return ACCOUNT if os.geteuid() == 0 else None


def _run(command: list[str], folder: Path) -> None:
    if os.geteuid() == 0:
        shutil.chown(folder, ACCOUNT)
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False, user=_account())
    if done.returncode:
        raise SystemExit(f"{command[0]} failed: {done.stderr}")
