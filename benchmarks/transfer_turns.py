"""Takes short turns of transfers between accounts: objects of Amino, or rows of PostgreSQL.

  amino ADDRESS CORE       a client of a kernel
  postgres FOLDER CORE     a client of a server whose socket is in the folder

It prints `READY`, then obeys JSON lines on standard input and answers each with one:
  ["make", SET, ACCOUNTS, CHAIN]         accounts with a million each; PostgreSQL has one set, and no chain
  ["transfers", SET, CALLS, SECONDS, AUDITS]   with so many under way, beside audits one after another: transfers and audits a second
  ["transaction", SET, SECONDS]          transfers one after another between two accounts: the median in microseconds
  ["calls", SET, SECONDS]                the same two calls without a transaction: the median in microseconds
Accounts are taken in their order, as programs do that want no deadlocks. What conflicts is tried again and counts once.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import statistics
import sys
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, TypeVar

import amino
from amino.errors import TransactionInDoubt

T = TypeVar("T")

SOURCE = Path(__file__).with_name("objects") / "account.js"
MONEY = 1_000_000
TRIES = 1000
CONNECTIONS = 66
_BATCH = 100


class Bank(Protocol):
    """Accounts by their numbers, in sets."""

    async def make(self, name: str, accounts: int, chain: str) -> None:
        """A set of accounts."""
        ...

    def size(self, name: str) -> int:
        """The number of a set's accounts."""
        ...

    async def transfer(self, name: str, source: int, target: int) -> None:
        """Moves one from the first account to the second, and tries until that has happened."""
        ...

    async def apart(self, name: str, source: int, target: int) -> None:
        """The same in two calls that nothing holds together."""
        ...

    async def audit(self, name: str) -> int:
        """The money of all accounts of a set at one moment."""
        ...


class Objects:
    """Each account is an object."""

    def __init__(self, client: amino.Client) -> None:
        self._client = client
        self._stubs: dict[str, list[Any]] = {}

    async def make(self, name: str, accounts: int, chain: str) -> None:
        first = await self._client.register(SOURCE, name=name, deployment_managers=chain)
        made = [first]
        while len(made) < accounts:
            made += await self._client.create_many(name, [()] * min(_BATCH, accounts - len(made)))
        self._stubs[name] = made

    def size(self, name: str) -> int:
        return len(self._stubs[name])

    async def transfer(self, name: str, source: int, target: int) -> None:
        await self._transact(lambda: self.apart(name, source, target))

    async def apart(self, name: str, source: int, target: int) -> None:
        stubs = self._stubs[name]
        for account in sorted((source, target)):
            await stubs[account].add(-1 if account == source else 1)

    async def audit(self, name: str) -> int:
        async def work() -> int:
            return sum([await stub.balance() for stub in self._stubs[name]])

        return await self._transact(work)

    async def _transact(self, work: Callable[[], Awaitable[T]]) -> T:
        while True:
            try:
                return await self._client.transact(work, tries=TRIES)
            except TransactionInDoubt:
                continue  # another transaction waited long for its decision


class Rows:
    """Each account is a row, by the client that asyncpg's documentation shows."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool
        self._again: Any = (import_module("asyncpg").SerializationError, import_module("asyncpg").DeadlockDetectedError)
        self._accounts = 0

    async def make(self, name: str, accounts: int, chain: str) -> None:  # noqa: ARG002
        self._accounts = accounts
        await self._pool.execute("CREATE TABLE account (id int PRIMARY KEY, money bigint NOT NULL)")
        await self._pool.executemany("INSERT INTO account VALUES ($1, $2)", [(each, MONEY) for each in range(accounts)])

    def size(self, name: str) -> int:  # noqa: ARG002
        return self._accounts

    async def transfer(self, name: str, source: int, target: int) -> None:  # noqa: ARG002
        async def work(connection: Any) -> None:
            for account in sorted((source, target)):
                amount = -1 if account == source else 1
                await connection.execute("UPDATE account SET money = money + $1 WHERE id = $2", amount, account)

        await self._serializable(work)

    async def apart(self, name: str, source: int, target: int) -> None:  # noqa: ARG002
        for account in sorted((source, target)):
            amount = -1 if account == source else 1
            await self._pool.execute("UPDATE account SET money = money + $1 WHERE id = $2", amount, account)

    async def audit(self, name: str) -> int:  # noqa: ARG002
        return int(await self._serializable(lambda connection: connection.fetchval("SELECT sum(money) FROM account")))

    async def _serializable(self, work: Callable[[Any], Awaitable[Any]]) -> Any:
        async with self._pool.acquire() as connection:
            while True:
                try:
                    async with connection.transaction(isolation="serializable"):
                        return await work(connection)
                except self._again:
                    continue


@asynccontextmanager
async def objects(address: str) -> AsyncGenerator[Bank]:
    """A client of Amino."""
    async with amino.connect(address) as client:
        yield Objects(client)


@asynccontextmanager
async def rows(folder: str) -> AsyncGenerator[Bank]:
    """A client of PostgreSQL."""
    made: Any = import_module("asyncpg").create_pool(
        host=folder, user="postgres", database="postgres", min_size=CONNECTIONS, max_size=CONNECTIONS
    )
    async with made as pool:
        yield Rows(pool)


class Turns:
    """The turns of one bank."""

    def __init__(self, bank: Bank, seed: int) -> None:
        self._bank = bank
        self._random = random.Random(seed)

    async def make(self, name: str, accounts: int, chain: str) -> None:
        """See above."""
        await self._bank.make(name, accounts, chain)

    async def transfers(self, name: str, calls: int, seconds: float, audits: bool) -> dict[str, float]:
        """See above; transfers that have begun by the end of the turn count, with the time that they need."""
        begin = time.perf_counter()
        end = begin + seconds
        accounts = self._bank.size(name)
        made = {"transfers": 0, "audits": 0}

        async def transfer() -> None:
            while time.perf_counter() < end:
                await self._bank.transfer(name, *self._random.sample(range(accounts), 2))
                made["transfers"] += 1

        async def audit() -> None:
            while time.perf_counter() < end:
                if await self._bank.audit(name) != MONEY * accounts:
                    raise SystemExit("an audit has seen half a transfer")
                made["audits"] += 1

        work = [asyncio.ensure_future(transfer()) for _ in range(calls)]
        watching = asyncio.ensure_future(audit()) if audits else None
        await asyncio.gather(*work)
        took = time.perf_counter() - begin
        if watching is not None:
            await watching
        return {what: number / took for what, number in made.items()}

    async def transaction(self, name: str, seconds: float) -> float:
        """See above."""
        return await _median(lambda: self._bank.transfer(name, 0, 1), seconds)

    async def calls(self, name: str, seconds: float) -> float:
        """See above."""
        return await _median(lambda: self._bank.apart(name, 0, 1), seconds)


async def _median(work: Callable[[], Awaitable[object]], seconds: float) -> float:
    samples: list[float] = []
    before = time.perf_counter()
    end = before + seconds
    while before < end:
        await work()
        after = time.perf_counter()
        samples.append(after - before)
        before = after
    return statistics.median(samples) * 1e6


async def main(kind: str, place: str, core: str) -> None:
    """Entry point."""
    os.sched_setaffinity(0, {int(core)})
    async with {"amino": objects, "postgres": rows}[kind](place) as bank:
        turns = Turns(bank, 1)
        print("READY", flush=True)
        while line := await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline):
            word, *arguments = json.loads(line)
            print(json.dumps({"answer": await getattr(turns, word)(*arguments)}), flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:4]))
