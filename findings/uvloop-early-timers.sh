#!/usr/bin/env bash
# A timer of uvloop may fire up to half a millisecond before its time, and a sleep of less than half a millisecond does not sleep.
#
# Version: uvloop 0.23.0 on Python 3.11 to 3.13, Linux.
# Behaviour: `call_later` rounds its delay to the nearest whole millisecond, so `asyncio.sleep(0.0024)` mostly ends after 2.0 to 2.3 ms, and
#   `asyncio.sleep(0.0004)` at once. asyncio's own loop never fires before the time that was asked for. And `call_later(0, …)` stands in the
#   same queue as `call_soon`, so it runs before a `call_soon` that came after it; asyncio's own loop runs that one first.
#   Code that asks the clock after a sleep ("is my lease over now?") may find that it is not, and must be ready to sleep again.
# In Amino: kernels run on uvloop; the pauses of their clocks wait again where a timer has fired early (`pause` in dms/amino_dms/api/clock.py).
set -euo pipefail

PINNED=0.23.0
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet "uvloop==$PINNED"

cat > "$folder/timers.py" <<'PYTHON'
import asyncio
import time

import uvloop


async def shortest(seconds):
    """Milliseconds of the shortest of many sleeps."""
    took = []
    for _ in range(300):
        begun = time.perf_counter()
        await asyncio.sleep(seconds)
        took.append(time.perf_counter() - begun)
    return min(took) * 1000


async def order():
    """What runs first."""
    loop, ran = asyncio.get_running_loop(), []
    loop.call_later(0, ran.append, "later")
    loop.call_soon(ran.append, "soon")
    await asyncio.sleep(0.02)
    return ran


async def seen():
    return await shortest(0.0004), await shortest(0.0024), await order()


for name, run in (("asyncio", asyncio.run), ("uvloop", uvloop.run)):
    tiny, short, ran = run(seen())
    print(f"{name}: shortest sleep of 0.4 ms: {tiny:.2f} ms, of 2.4 ms: {short:.2f} ms; order: {ran}")
    early = name == "uvloop"
    assert (tiny < 0.4, short < 2.4) == (early, early), "this has changed"
    assert ran == (["later", "soon"] if early else ["soon", "later"]), "this has changed"
print("as described")
PYTHON
"$folder/venv/bin/python" "$folder/timers.py"
