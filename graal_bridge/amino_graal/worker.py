"""A process with nothing but a JVM half in it: `python -m amino_graal.worker`, started by `ProcessBackend`.

Reads one line of JSON from its input, starts the JVM, says `ready`, and ends when its input ends: with its parent, however that ended.
"""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from typing import Any

from amino_graal.backend import JvmOptions
from amino_graal.control_input import ControlInput, die_with_parent
from amino_graal.jpype_backend import JPypeBackend
from amino_graal.machine import inspect_home


def main() -> None:
    die_with_parent()
    control = ControlInput()
    order: dict[str, Any] = json.loads(control.line())
    # Whatever a guest or the JVM prints must not be taken for an answer.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    try:
        asyncio.run(_start(order))
    except Exception as error:
        print(str(error).replace("\n", " "), file=answers, flush=True)
        os._exit(1)
    print("ready", file=answers, flush=True)
    control.wait_for_end()
    os._exit(0)


async def _start(order: dict[str, Any]) -> None:
    machine = inspect_home(Path(order["home"]))
    if machine is None:
        raise FileNotFoundError(f"there is no JVM at {order['home']} any more")
    options = JvmOptions(
        machine,
        [Path(path) for path in order["class_path"]],
        [Path(path) for path in order["compiler_path"]],
        order["heap_mb"],
        Path(order["archive"]) if order["archive"] else None,
        order["extra"],
        Path(order["crash_folder"]) if order["crash_folder"] else None,
    )
    await JPypeBackend(options).start_runtime(order["socket_path"], order["token"], order["kernel_id"])


if __name__ == "__main__":
    main()
