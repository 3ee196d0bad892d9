"""What a peer is to the harness."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Peer:
    """A way to call `counter.incr(n, padding)` in another process.

    `{port}` in a command is replaced. `warm_seconds`: a JVM needs about 20 s before its figures mean anything. `prepare` makes what the
    commands need, once a run.
    """

    name: str
    server: tuple[str, ...]
    client: tuple[str, ...]
    warm_seconds: float = 1.0
    environment: dict[str, str] = field(default_factory=dict[str, str])
    prepare: Callable[[], None] | None = None
