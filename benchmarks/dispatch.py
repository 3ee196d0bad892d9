"""What does it cost to hand a call on? One manager and ten that do nothing else, in many short turns (Sapphire's dispatch cost)."""

from __future__ import annotations

import statistics
from functools import partial

import amino

from benchmarks.amino_host import OBJECTS
from benchmarks.chains import KINDS, LONGEST, NULL, of
from benchmarks.drivers import TEXT_PADDING
from benchmarks.samples import lower_quartile, sequential

TURNS = 20
WARM_CALLS = 2000


async def measure_dispatch(client: amino.Client, seconds: float) -> dict[str, dict[str, float]]:
    """By kind: what the first manager costs, which brings a call onto its way, and what each further one adds.

    A lone call takes 300 µs in one turn and 450 in the next, ten managers more or less, so chains take short turns, and the medians of
    their turns are compared.
    """
    chains = {NULL: "", **{f"{count} × {kind}": of(kind, count) for kind in KINDS for count in (1, LONGEST)}}
    stubs: dict[str, amino.Stub] = {}
    for number, (name, managers) in enumerate(chains.items()):
        stubs[name] = await client.register(OBJECTS / "counter.js", f"dispatch-{number}", deployment_managers=managers)
        for _ in range(WARM_CALLS):
            await stubs[name].incr(1, TEXT_PADDING)
    turns: dict[str, list[float]] = {name: [] for name in chains}
    for _ in range(TURNS):
        for name, stub in stubs.items():
            turns[name].append(lower_quartile(await sequential(partial(stub.incr, 1, TEXT_PADDING), 2 * seconds / TURNS)))
    found = {name: statistics.median(seen) for name, seen in turns.items()}
    return {kind: _steps(found[NULL], found[f"1 × {kind}"], found[f"{LONGEST} × {kind}"]) for kind in KINDS}


def _steps(none: float, first: float, last: float) -> dict[str, float]:
    each = (last - first) / (LONGEST - 1)
    return {"first_us": first - none, "first_percent": (first / none - 1) * 100, "each_us": each, "each_percent": each / first * 100}
