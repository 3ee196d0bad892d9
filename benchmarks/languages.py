"""How do calls differ with the language of the object? The counters of `examples/objects`, all in one kernel."""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path

import amino

from benchmarks.amino_host import AminoHost
from examples.demo.build import OBJECTS, build

OUTSTANDING = 32
WARM_SECONDS = 3.0


async def rate(counter: amino.Stub, seconds: float) -> float:
    """Calls per second; raises RuntimeError when the counter lost or doubled one."""
    before = int(await counter.get())
    begin = time.perf_counter()
    made = 0

    async def work() -> None:
        nonlocal made
        while time.perf_counter() < begin + seconds:
            await counter.incr(1)
            made += 1

    await asyncio.gather(*[work() for _ in range(OUTSTANDING)])
    took = time.perf_counter() - begin
    if (value := int(await counter.get()) - before) != made:
        raise RuntimeError(f"{made} calls made, the counter says {value}")
    return made / took


async def measure(address: str, artifacts: dict[str, Path], seconds: float) -> dict[str, float]:
    """Calls per second by language."""
    found: dict[str, float] = {}
    async with amino.connect(address) as client:
        for language, artifact in artifacts.items():
            entry = "Counter" if language == "java" else None
            counter = await client.register(artifact, f"counter-{language}", language=language, entry=entry)
            await rate(counter, WARM_SECONDS)
            found[language] = await rate(counter, seconds)
    return found


def over_languages(seconds: float) -> dict[str, float]:
    """Compiles what must be compiled, starts a kernel with every language, and measures."""
    with tempfile.TemporaryDirectory() as folder:
        built = build(Path(folder))
        artifacts = {"js": OBJECTS / "counter.js", "python": OBJECTS / "counter.py", "ruby": OBJECTS / "counter.rb"}
        artifacts |= {"wasm": built.wasm, "llvm": built.bitcode, "java": built.java}
        with AminoHost(arguments=("--languages", "all", "--allow", "native,host")) as host:
            return amino.run(measure(host.address, artifacts, seconds))
