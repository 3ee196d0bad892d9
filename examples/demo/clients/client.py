"""The Python client of the demo: calls every object it is told of. Usage: client.py ADDRESS NAME..."""

import asyncio
import json
import sys

import amino


async def main() -> None:
    async with amino.connect(sys.argv[1]) as client:
        for name in sys.argv[2:]:
            counter = await client.get(name)
            await counter.incr(5)
            print(json.dumps({"object": name, "value": await counter.get()}), flush=True)


asyncio.run(main())
