"""A bank: transfers between accounts and audits of all of them, while messages, kernels and the OMS fail. Judged by their histories."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from random import Random
from typing import Any

import amino
import pytest
from amino_testkit import Faults, SimulatedCluster
from amino_testkit.histories.transfers import Audit, Told, Transfer, judge
from amino_wire.errors import AminoError, Conflict, Deadlock, Outcome, TransactionAborted, TransactionConflict

from tests.simulation.objects import NotingAccount
from tests.support.simulated import run

MONEY = 100
CLIENTS = 4
TRANSFERS = 6
DURABLE = ("DurableTransactions", "DurableSerializableRPC,LockingTransactions")
CHAINS = (*DURABLE, "LockingTransactions", "OptimisticTransactions")


@dataclass
class Bank:
    """The accounts, and all that their clients were told."""

    cluster: SimulatedCluster
    names: list[str]
    random: Random
    transfers: list[Transfer] = field(default_factory=list[Transfer])
    audits: list[Audit] = field(default_factory=list[Audit])

    async def client(self, number: int) -> None:
        program = self.cluster.sdk_client(f"client-{number}", "abc"[number % 3])
        for turn in range(TRANSFERS):
            if self.random.random() < 0.3:
                await self.audit(program)
            else:
                await self.transfer(program, f"{number}.{turn}")
            await asyncio.sleep(self.random.uniform(0.0, 0.3))

    async def transfer(self, program: Any, name: str) -> None:
        source, target = self.random.sample(self.names, 2)
        amount, sends, begun = self.random.randrange(1, 9), self.random.random() < 0.4, now()

        async def work(client: amino.Client) -> None:
            one, other = (await client.get(source)).with_options(deadline=20), (await client.get(target)).with_options(deadline=20)
            async with client.transaction(timeout=20.0):
                if sends:
                    await one.note_and_send(amount, name, target)
                else:
                    await one.note(-amount, name)
                    await other.note(amount, name)

        told = await outcome_of(program.run(work))
        self.transfers.append(Transfer(name, (source, target), begun, now(), told))

    async def audit(self, program: Any) -> bool:
        begun = now()
        order = self.random.sample(self.names, len(self.names))

        async def work(client: amino.Client) -> dict[str, Any]:
            stubs = {name: (await client.get(name)).with_options(deadline=20) for name in order}
            async with client.transaction(timeout=20.0):
                return {name: await stub.seen() for name, stub in stubs.items()}

        try:
            seen = await program.run(work)
        except AminoError:
            return False
        assert sum(money for money, _ in seen.values()) == MONEY * len(self.names), f"an audit saw {seen}"
        self.audits.append(Audit({name: tuple(notes) for name, (_, notes) in seen.items()}, begun, now()))
        return True


def now() -> float:
    return asyncio.get_running_loop().time()


async def outcome_of(work: Any) -> Told:
    try:
        await work
    except (TransactionAborted, TransactionConflict, Deadlock):
        return Told.NOTHING
    except AminoError as error:
        # The block was left by the error of a call, or its end is not known.
        return Told.NOTHING if error.outcome is Outcome.NOT_RUN or isinstance(error, Conflict) else Told.UNKNOWN
    return Told.ALL


async def opened(cluster: SimulatedCluster, chains: tuple[str, ...], random: Random) -> Bank:
    names = [f"account-{number}" for number in range(len(chains))]
    for number, (name, chain) in enumerate(zip(names, chains, strict=True)):
        await cluster.create(name, chain, MONEY, kind=NotingAccount, kernel="abc"[number % 3])
    return Bank(cluster, names, random)


async def closed(bank: Bank) -> None:
    """When the faults are over everybody gets an answer, and the history is right."""
    last = bank.cluster.sdk_client("last")
    for _ in range(60):
        if await bank.audit(last):
            break
        await asyncio.sleep(2.0)
    else:
        raise AssertionError("the accounts answer no audit")
    reason = judge(bank.transfers, bank.audits)
    assert not reason, reason
    assert any(each.told is Told.ALL for each in bank.transfers), "some transfers happen"
    for _ in range(100):
        if not await last.run(lambda client: client.transactions()):
            return
        await asyncio.sleep(1.0)
    raise AssertionError(await last.run(lambda client: client.transactions()))


@pytest.mark.parametrize("seed", range(8))
def test_transfers_and_audits_without_faults(seed: int) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        random = Random(seed)
        bank = await opened(cluster, tuple(random.choices(CHAINS, k=4)), random)
        await asyncio.gather(*map(bank.client, range(CLIENTS)))
        assert all(each.told is not Told.UNKNOWN for each in bank.transfers)
        await closed(bank)

    run(scenario, 7800 + seed)


@pytest.mark.parametrize("seed", range(8))
def test_transfers_while_messages_are_lost_and_objects_move(seed: int) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        random = Random(seed)
        bank = await opened(cluster, tuple(random.choices(CHAINS, k=4)), random)
        cluster.use(Faults(drop_request=0.01, drop_reply=0.01, duplicate=0.03, silent=0.2))

        async def trouble() -> None:
            for _ in range(3):
                await asyncio.sleep(random.uniform(0.1, 1.0))
                try:
                    await cluster.move(random.choice(bank.names), random.choice("abc"))
                except AminoError:
                    continue

        await asyncio.gather(trouble(), *map(bank.client, range(CLIENTS)))
        cluster.calm()
        await closed(bank)

    run(scenario, 7850 + seed)


@pytest.mark.parametrize("seed", range(16))
def test_transfers_while_kernels_and_the_oms_end(seed: int) -> None:
    async def scenario(cluster: SimulatedCluster) -> None:
        random = Random(seed)
        bank = await opened(cluster, tuple(random.choices(DURABLE, k=4)), random)
        cluster.use(Faults(drop_request=0.003, drop_reply=0.003, duplicate=0.01))

        async def trouble() -> None:
            for _ in range(random.randrange(1, 4)):
                await asyncio.sleep(random.uniform(0.05, 1.0))
                place = random.choice(("a", "b", "c", "oms", "oms"))
                match random.randrange(3):
                    case 0 if place == "oms":
                        cluster.oms.kill()
                        await asyncio.sleep(random.uniform(0.0, 1.0))
                        cluster.oms.start()
                    case 0:
                        cluster.crash(place, back_after=random.uniform(0.5, 10.0))
                    case 1:
                        cluster.pause(place, random.choice((0.5, 20.0)))
                    case _:
                        cluster.cut_off(place, tuple({"a", "b", "c", "oms"} - {place}), seconds=random.choice((0.5, 20.0)))

        await asyncio.gather(trouble(), *map(bank.client, range(CLIENTS)))
        cluster.calm()
        await asyncio.sleep(30.0)
        await closed(bank)

    run(scenario, 7900 + seed)
