"""One process of PySyncObj's own counter, with the settings that it has by itself.

It gets its own address and those of the others, prints `ready` when the group has a leader, then obeys JSON lines on standard input:
  ["leads"]                  whether this process leads
  ["rate", CALLS, SECONDS]   adds one with so many under way: calls a second, and seconds of this process's own processor time for each
"""

from __future__ import annotations

import importlib
import json
import sys
import threading
import time
from typing import Any, cast

from benchmarks.drivers import ready

_PAUSE = 0.05


class Member:
    """A process of the group."""

    def __init__(self, own: str, others: list[str]) -> None:
        # The library has no types.
        self._counter: Any = importlib.import_module("pysyncobj.batteries").ReplCounter()
        self._group: Any = importlib.import_module("pysyncobj").SyncObj(own, others, consumers=[self._counter])
        while not self._group.isReady():
            time.sleep(_PAUSE)

    def leads(self) -> bool:
        """Whether this process leads."""
        return str(self._group.getStatus()["leader"]) == str(self._group.selfNode)

    def rate(self, calls: int, seconds: float) -> dict[str, float]:
        """Calls a second, each made by the callback of one before."""
        begun, busy = time.perf_counter(), time.process_time()
        end = begun + seconds
        made, left = 0, calls
        over = threading.Event()

        def again(_result: object, error: object) -> None:
            nonlocal made, left
            made += not error
            if time.perf_counter() < end:
                self._counter.inc(callback=again)
                return
            left -= 1
            if not left:
                over.set()

        for _ in range(calls):
            self._counter.inc(callback=again)
        over.wait()
        return {"rate": made / (time.perf_counter() - begun), "cpu": (time.process_time() - busy) / max(made, 1)}


def main(own: str, others: list[str]) -> None:
    """Entry point."""
    member = Member(own, others)
    ready()
    for line in sys.stdin:
        word, *arguments = cast("list[Any]", json.loads(line))
        print(json.dumps({"answer": getattr(member, word)(*arguments)}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
