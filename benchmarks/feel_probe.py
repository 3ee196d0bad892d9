"""One cluster of one copy of Amino, as a person would use it: run by that copy's own Python. Prints one JSON line of seconds.

It may use only what every copy that is compared has.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import amino

COMMANDS = {"ls": ("ls",), "call": ("call", "counter", "incr", "1", "null"), "describe": ("describe", "counter")}
MANY = 10_000
STOP_SECONDS = 60.0


def main() -> None:
    """Entry point: the folder of the objects, a folder to work in, and how often each command runs."""
    objects, folder, times = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    begin = time.perf_counter()
    with (folder / "up.log").open("wb") as log:
        options = ["--port", "0", "--lane-port", "0", "--oms-port", "0", "--languages", "js,python", "-o", "json"]
        command = [sys.executable, "-m", "amino", "up", *options]
        process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log)
    try:
        assert process.stdout is not None
        address = json.loads(process.stdout.readline())["address"]
        seconds: dict[str, Any] = {"up to ready": time.perf_counter() - begin}
        with amino.connect(address) as client:
            seconds.update(_answers(client, objects, begin))
            seconds.update({name: _commands(words, address, times) for name, words in COMMANDS.items()})
            client.create_many("counter", [()] * MANY)
            seconds[f"ls of {MANY:,} objects"] = _commands(COMMANDS["ls"], address, 1)
        print(json.dumps(seconds))
    finally:
        process.terminate()
        process.wait(STOP_SECONDS)


def _answers(client: Any, objects: Path, begin: float) -> dict[str, float]:
    """Seconds to the first answer of each language, and of the parts of a Python object's beginning."""
    counter = client.register(objects / "counter.js", name="counter")
    _check(counter.incr(1, None), 1)
    js = time.perf_counter() - begin
    before = time.perf_counter()
    other = client.register(objects / "counter.py", name="other")
    registered = time.perf_counter() - before
    call = _seconds(lambda: _check(other.incr(1, None), 1))
    return {
        "up to the first JS answer": js,
        "up to the first JS and Python answer": time.perf_counter() - begin,
        "register a Python object": registered,
        "its first call": call,
        "register and first call": registered + call,
    }


def _check(found: Any, wanted: Any) -> None:
    if found != wanted:
        raise RuntimeError(f"the answer is {found!r}, not {wanted!r}")


def _seconds(work: Callable[[], Any]) -> float:
    before = time.perf_counter()
    work()
    return time.perf_counter() - before


def _commands(words: tuple[str, ...], address: str, times: int) -> list[float]:
    command = [str(Path(sys.executable).with_name("amino")), *words]
    environment = {**os.environ, "AMINO_ADDRESS": address}
    return [_seconds(lambda: subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)) for _ in range(times)]


if __name__ == "__main__":
    main()
