"""REST: FastAPI on uvicorn with uvloop and httptools, aiohttp as the client."""

from __future__ import annotations

import sys
from contextlib import asynccontextmanager

import aiohttp
import orjson
import uvicorn
import uvloop
from fastapi import FastAPI
from pydantic import BaseModel

from benchmarks.drivers import TEXT_PADDING, drive_async, ready
from benchmarks.peers.counter import Counter


class Increment(BaseModel):
    """The request's body."""

    n: int
    padding: str


def serve(port: int) -> None:
    """Serves one counter."""
    counter = Counter()

    @asynccontextmanager
    async def lifespan(app: FastAPI):  # type: ignore[no-untyped-def]
        del app
        ready()
        yield

    app = FastAPI(lifespan=lifespan)

    @app.post("/counter/incr")
    async def incr(body: Increment) -> dict[str, int]:
        return {"value": counter.incr(body.n, body.padding)}

    uvicorn.run(app, host="127.0.0.1", port=port, loop="uvloop", http="httptools", log_level="critical", access_log=False)


async def drive(port: int) -> None:
    """Calls it as the harness says."""
    connector = aiohttp.TCPConnector(limit=0)
    session = aiohttp.ClientSession(connector=connector, json_serialize=lambda value: orjson.dumps(value).decode())
    url = f"http://127.0.0.1:{port}/counter/incr"

    async def call(n: int) -> int:
        async with session.post(url, json={"n": n, "padding": TEXT_PADDING}) as response:
            return int(orjson.loads(await response.read())["value"])

    await drive_async(call)


if __name__ == "__main__":
    if sys.argv[1] == "server":
        serve(int(sys.argv[2]))
    else:
        uvloop.run(drive(int(sys.argv[2])))
