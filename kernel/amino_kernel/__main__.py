"""The process that a supervisor starts: `python -m amino_kernel`, its order as one line of JSON on standard input."""

from __future__ import annotations

import json
import os
import sys
import threading
import traceback
from collections.abc import Callable
from typing import Any, NoReturn

from amino_kernel.boot.exit_status import UNEXPECTED
from amino_kernel.boot.signals import end_on_signals


def main() -> NoReturn:
    """Entry point. Whatever happens, the process ends without taking the interpreter down: a JVM in it has threads that nothing ends."""
    status = UNEXPECTED
    # Whatever gRPC would write, we say in an error of ours.
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    try:
        end_on_signals()
        status = _run()
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def _run() -> int:
    from amino_graal.control_input import ControlInput

    from amino_kernel.boot.main import run_child
    from amino_kernel.boot.settings import KernelSettings
    from amino_kernel.boot.supervision import Supervision

    control = ControlInput()
    order: dict[str, Any] = json.loads(control.line())
    supervision = Supervision.of(order)
    threading.Thread(target=_end_with_parent, args=(control.wait_for_end,), daemon=True).start()
    return run_child(order["mode"], KernelSettings.from_plain(order["settings"]), order["extra"], supervision)


def _end_with_parent(wait_for_end: Callable[[], None]) -> None:
    wait_for_end()
    # Nobody is left to be told, and no order can be given any more.
    os._exit(0)


if __name__ == "__main__":
    main()
