"""A bank of real processes, judged: accounts in JavaScript, Python, Ruby and WebAssembly on three kernels, transfers that clients and
objects begin, and audits of all accounts in one transaction, while members of etcd, OMS and kernels are killed, stand still, are cut off.

`python -m tests.cluster.bank_histories --seed 1 --minutes 20` (`make soak`); `--hosts` gives each kernel a host that can be cut off.
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import amino
from amino_testkit.histories.transfers import Audit, Told, Transfer, judge
from amino_wire.errors import AminoError, Conflict, Deadlock, Outcome, TransactionAborted, TransactionConflict

from tests.cluster.client import Client
from tests.cluster.nemesis import Nemesis
from tests.cluster.rounds import program
from tests.cluster.whole import KERNELS, Whole, whole
from tests.support.hosts import Network

SOURCES = Path(__file__).parent / "bank"
MONEY = 100
SECONDS = 20
LAST_SECONDS = 120.0
NOTHING = frozenset({"TRANSACTION_ABORTED", "TRANSACTION_CONFLICT", "DEADLOCK"})
ACCOUNTS = {
    "js": ("account.js", "DurableTransactions"),
    "python": ("account.py", "DurableSerializableRPC,LockingTransactions"),
    "ruby": ("account.rb", "DurableTransactions"),
    "wasm": ("account.wasm", "DurableSerializableRPC,LockingTransactions"),
    "wasm-too": ("account.wasm", "DurableTransactions"),
}
CLERKS = ("js", "py", "rb")


@dataclass
class Bank:
    """The accounts of a round, and all that was told.

    Arguments:
        names: of the accounts.
        clerks: names of objects that begin transactions.
    """

    names: list[str]
    clerks: list[str]
    random: Random
    transfers: list[Transfer] = field(default_factory=list[Transfer])
    audits: list[Audit] = field(default_factory=list[Audit])
    errors: Counter[str] = field(default_factory=Counter[str])

    def happened(self) -> int:
        """How many transfers are known to have happened."""
        return sum(each.told is Told.ALL for each in self.transfers)

    async def use(self, address: str, number: int, over: asyncio.Event) -> None:
        """What one client does, until it is over."""
        async with amino.connect(address, deadline=SECONDS) as client:
            turn = 0
            while not over.is_set():
                turn += 1
                kind = self.random.choice(("audit", "client", "clerk", "clerk"))
                if kind == "audit":
                    await self.audit(client)
                else:
                    await self.transfer(client, f"{number}.{turn}", by_clerk=kind == "clerk")
                await asyncio.sleep(self.random.uniform(0.0, 0.1))

    async def transfer(self, client: amino.Client, name: str, *, by_clerk: bool) -> None:
        """One transfer, and what its caller is told."""
        source, target = self.random.sample(self.names, 2)
        amount, begun = self.random.randrange(1, 9), time.monotonic()
        work = self._by_clerk if by_clerk else self._by_client
        told = await self._told(work(client, source, target, amount, name))
        self.transfers.append(Transfer(name, (source, target), begun, time.monotonic(), told))

    async def _by_client(self, client: amino.Client, source: str, target: str, amount: int, name: str) -> Told:
        one, other = await client.get(source), await client.get(target)
        sends = self.random.random() < 0.4
        async with client.transaction(timeout=SECONDS):
            if sends:
                await one.transfer_to(amount, name, target)
            else:
                await one.note(-amount, name)
                await other.note(amount, name)
        return Told.ALL

    async def _by_clerk(self, client: amino.Client, source: str, target: str, amount: int, name: str) -> Told:
        clerk = await client.get(self.random.choice(self.clerks))
        code, outcome = await clerk.transfer(source, target, amount, name)
        if not code:
            return Told.ALL
        self.errors[f"clerk {code}"] += 1
        return Told.NOTHING if outcome == "not_run" or code in NOTHING else Told.UNKNOWN

    async def _told(self, work: Awaitable[Told]) -> Told:
        try:
            return await work
        except (TransactionAborted, TransactionConflict, Deadlock) as error:
            self.errors[error.code] += 1
            return Told.NOTHING
        except AminoError as error:
            self.errors[error.code] += 1
            return Told.NOTHING if error.outcome is Outcome.NOT_RUN or isinstance(error, Conflict) else Told.UNKNOWN

    async def audit(self, client: amino.Client) -> bool:
        """Reads all accounts in one transaction; whether that was committed."""
        begun, order = time.monotonic(), self.random.sample(self.names, len(self.names))
        try:
            stubs = {name: await client.get(name) for name in order}
            async with client.transaction(timeout=SECONDS):
                seen = {name: (await stub.seen()).split(" ") for name, stub in stubs.items()}
        except AminoError as error:
            self.errors[f"audit {error.code}"] += 1
            return False
        total = sum(int(money) for money, *_ in seen.values())
        assert total == MONEY * len(self.names), f"an audit saw {seen}"
        self.audits.append(Audit({name: tuple(notes) for name, (_, *notes) in seen.items()}, begun, time.monotonic()))
        return True


async def opened(made: Whole, folder: Path, number: int, random: Random) -> Bank:
    """The accounts and clerks of a round, on all kernels."""
    module = folder / "account.wasm"
    async with amino.connect(made.kernels[0].address, deadline=LAST_SECONDS) as client:
        names: list[str] = []
        for place, (language, (file, chain)) in enumerate(ACCOUNTS.items()):
            names.append(f"{language}-{number}")
            source = module if file == module.name else SOURCES / file
            select = {"name": KERNELS[place % len(KERNELS)]}
            await client.register(source, names[-1], args=[MONEY], deployment_managers=chain, select=select)
        clerks = [f"clerk-{ending}-{number}" for ending in CLERKS]
        for place, (name, ending) in enumerate(zip(clerks, CLERKS, strict=True)):
            select = {"name": KERNELS[-1 - place]}
            await client.register(SOURCES / f"clerk.{ending}", name, deployment_managers="DurableSerializableRPC", select=select)
    return Bank(names, clerks, random)


async def until(condition: Callable[[], Awaitable[bool]], what: str) -> None:
    """Returns when a condition holds."""
    end = time.monotonic() + LAST_SECONDS
    while not await condition():
        assert time.monotonic() < end, what
        await asyncio.sleep(0.5)


async def play(made: Whole, folder: Path, number: int, seed: str, deeds: int) -> tuple[Bank, Nemesis]:
    """One round; raises AssertionError for what may not be."""
    random = Random(seed)
    print(f"round {seed!r}", flush=True)
    bank, nemesis, over = await opened(made, folder, number, random), Nemesis(made, random), asyncio.Event()
    users = [asyncio.ensure_future(bank.use(kernel.address, user, over)) for user, kernel in enumerate((*made.kernels, made.kernels[0]))]

    async def more(count: int) -> None:
        goal = bank.happened() + count

        async def enough() -> bool:
            for user in users:
                if user.done():
                    user.result()
            return bank.happened() >= goal

        await until(enough, f"no {count} more transfers have happened: {bank.errors}")

    try:
        await more(5)
        for fault in nemesis.plan(deeds):
            await nemesis.strike(fault)
            await asyncio.sleep(random.uniform(0, 1))
        async with Client(made.kernels[0].address) as observer:
            await made.settle(observer)
        await more(5)
    finally:
        over.set()
        await asyncio.gather(*users)
    async with amino.connect(made.kernels[0].address, deadline=SECONDS) as client:
        await until(lambda: bank.audit(client), f"the accounts answer no audit: {bank.errors}")

        async def all_know() -> bool:
            return not await client.transactions()

        await until(all_know, "not all objects know how their transactions ended")
    reason = await asyncio.to_thread(judge, bank.transfers, bank.audits)
    assert not reason, reason
    return bank, nemesis


async def run(seed: int, minutes: float, deeds: int, hosts: Network | None, folder: Path) -> None:
    """Rounds until the time is over, at least one."""
    end, number = time.monotonic() + 60 * minutes, 0
    compile_account(folder / "account.wasm")
    deeds_done, told = Counter[str](), Counter[str]()
    async with whole(folder, hosts) as made:
        while not number or time.monotonic() < end:
            number += 1
            bank, nemesis = await play(made, folder, number, f"{seed}/{number}", deeds)
            deeds_done.update(nemesis.done)
            told.update(each.told.name.lower() for each in bank.transfers)
            told.update(audits=len(bank.audits))
            parts = (("faults", deeds_done), ("told", told), ("errors", bank.errors))
            shown = "; ".join(f"{name}: {', '.join(f'{kind} {count}' for kind, count in sorted(each.items()))}" for name, each in parts)
            print(f"seed {seed}: {number} rounds; {shown}", flush=True)


def compile_account(target: Path) -> None:
    """The account in C, as WebAssembly."""
    subprocess.run([sys.executable, "-m", "amino", "cc", str(SOURCES / "account.c"), "--target", str(target)], check=True)


async def play_all(given: argparse.Namespace, hosts: Network | None, folder: Path) -> int:
    """Plays all rounds and raises what is wrong."""
    await run(given.seed, given.minutes, given.deeds, hosts, folder)
    return 0


if __name__ == "__main__":
    sys.exit(program("tests.cluster.bank_histories", __doc__, "amino-bank-", play_all))
