"""Ray: an actor in a local cluster of its own, guarded by a token that is made for it."""

from __future__ import annotations

import logging
import os
import secrets
import sys
import tempfile
import time
from collections import deque
from pathlib import Path
from typing import Any

from benchmarks.drivers import PADDING, drive_blocking, ready
from benchmarks.peers.counter import Counter

NAMESPACE = "benchmark"
FOLDER = Path(tempfile.gettempdir()) / f"amino-bench-ray-{sys.argv[2] if len(sys.argv) > 2 else ''}"


def connected(**settings: Any) -> Any:
    """Ray, on loopback, without telemetry."""
    token = FOLDER / "token"
    if not token.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        token.touch(mode=0o600)
        token.write_text(secrets.token_hex(32))
    os.environ.update(
        RAY_AUTH_MODE="token", RAY_AUTH_TOKEN_PATH=str(token), RAY_USAGE_STATS_ENABLED="0", RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER="0"
    )
    import ray

    info = ray.init(namespace=NAMESPACE, logging_level=logging.ERROR, _node_ip_address="127.0.0.1", **settings)
    return ray, info


def serve() -> None:
    """Serves one counter until standard input ends."""
    ray, info = connected(num_cpus=2, include_dashboard=False, object_store_memory=200 << 20, _temp_dir=str(FOLDER / "session"))
    actor = ray.remote(num_cpus=0)(Counter).options(name="counter", lifetime="detached").remote()
    ray.get(actor.incr.remote(0, PADDING))
    (FOLDER / "address").write_text(info.address_info["gcs_address"])
    ready()
    sys.stdin.read()
    ray.shutdown()


def call() -> None:
    """Calls it as the harness says; half a window is awaited at a time, since one by one is slower."""
    ray, _ = connected(address=(FOLDER / "address").read_text())
    incr = ray.get_actor("counter").incr

    def window(count: int, seconds: float) -> tuple[int, float]:
        start = time.perf_counter()
        waiting = deque(incr.remote(1, PADDING) for _ in range(count))
        made = 0
        while waiting:
            part = [waiting.popleft() for _ in range(min(len(waiting), max(1, count // 2)))]
            ray.get(part)
            made += len(part)
            if time.perf_counter() < start + seconds:
                waiting.extend(incr.remote(1, PADDING) for _ in part)
        return made, time.perf_counter() - start

    drive_blocking(lambda: lambda n: int(ray.get(incr.remote(n, PADDING))), window)


if __name__ == "__main__":
    serve() if sys.argv[1] == "server" else call()
