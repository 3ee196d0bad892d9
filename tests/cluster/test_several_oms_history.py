"""Leaders end, stand still and are stopped at random moments under load: nothing acknowledged is lost, nothing is done twice."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import uuid

import pytest
from amino_oms.exit_status import STORE_FAILED
from amino_wire.errors import AminoError, NotLeader
from amino_wire.pb import client_pb2, common_pb2

from tests.cluster.client import Client, until
from tests.cluster.objects import COUNTER_JS
from tests.cluster.processes import NOT_SERVING, SERVING, OmsProcess
from tests.cluster.several import Several, records, refusal_of
from tests.support.etcd import can_run

pytestmark = [
    pytest.mark.cluster,
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(bool(can_run()), reason=f"there is no etcd: {can_run()}"),
]
ROUNDS, WORKERS = 6, 4


class Worker:
    """Registers, creates and deletes, each request sent once, and keeps what it was told."""

    def __init__(self, client: Client, number: int, seed: int, artifact: common_pb2.Artifact) -> None:
        self._client, self._number, self._artifact = client, number, artifact
        self._chance = random.Random(f"{seed}/{number}")
        self.there, self.gone = dict[str, str](), set[str]()
        self.answers = self.doubtful = 0
        self.errors: list[AminoError] = []

    async def run(self) -> None:
        """Works until cancelled."""
        step = 0
        while True:
            step += 1
            work = self._chance.choice([self._register, self._create, self._create, self._delete])
            self.doubtful += 1
            try:
                await work(f"w{self._number}-{step}")
            except AminoError as error:
                self.errors.append(error)
            else:
                self.answers += 1
                self.doubtful -= 1

    async def _register(self, name: str) -> None:
        self._keep(await self._client.register_artifact(name, self._artifact))

    async def _create(self, name: str) -> None:
        self._keep(await self._client.create("model", name=self._chance.choice(("", name))))

    async def _delete(self, _: str) -> None:
        if self.there:
            victim = self._chance.choice(sorted(self.there))
            del self.there[victim]
            await self._client.ask("Delete", client_pb2.DeleteRequest(name_or_id=victim, request_id=uuid.uuid4().hex))
            self.gone.add(victim)

    def _keep(self, record: common_pb2.ObjectRecord) -> None:
        assert record.id not in self.there and record.id not in self.gone
        self.there[record.id] = record.name


async def leader_of(several: Several) -> tuple[OmsProcess, OmsProcess]:
    """The OMS that leads and the one that stands by, once it is so."""

    async def found() -> tuple[OmsProcess, OmsProcess] | None:
        first, second = several.oms
        refusals = [await refusal_of(oms) for oms in (first, second)]
        leads = [refusal is None for refusal in refusals]
        assert leads != [True, True], "two lead"
        if sum(leads) != 1 or not isinstance(refusals[leads.index(False)], NotLeader):
            return None
        return (first, second) if leads[0] else (second, first)

    pair: tuple[OmsProcess, OmsProcess] = await until(found)
    return pair


async def disturb(leader: OmsProcess, standby: OmsProcess, how: str) -> None:
    """Ends a leader in one of the ways, and starts it again when another one leads."""
    if how == "kill -9":
        await leader.kill()
    elif how == "stop":
        leader.signal(signal.SIGTERM)
        assert await leader.wait(30) == 0
    else:
        leader.signal(signal.SIGSTOP)
    await standby.health(SERVING)
    if how == "stand still":
        leader.signal(signal.SIGCONT)
        assert await leader.wait(30) == STORE_FAILED
    await leader.start(NOT_SERVING)


async def test_nothing_acknowledged_is_lost_whatever_happens_to_leaders(several: Several) -> None:
    seed = int(os.environ.get("AMINO_TEST_SEED") or random.randrange(10**9))
    print(f"seed {seed} (AMINO_TEST_SEED={seed} repeats it)")
    chance = random.Random(seed)
    kernels = [await several.kernel(name) for name in ("north", "south")]
    async with Client(kernels[0].address) as north, Client(kernels[1].address) as south:
        model = await north.register("model", COUNTER_JS)
        workers = [Worker((north, south)[n % 2], n, seed, model.spec.artifact) for n in range(WORKERS)]
        tasks = [asyncio.ensure_future(worker.run()) for worker in workers]

        def answers() -> int:
            return sum(worker.answers for worker in workers)

        async def more(count: int) -> None:
            wanted = answers() + count

            async def enough() -> bool:
                assert not any(task.done() for task in tasks), [task.exception() for task in tasks if task.done()]
                return answers() >= wanted

            await until(enough, every=0.01)

        for _ in range(ROUNDS):
            await more(chance.randrange(1, 60))
            leader, standby = await leader_of(several)
            how = chance.choice(("kill -9", "stop", "stand still"))
            print(f"{how} of {leader.name} after {answers()} answers")
            await disturb(leader, standby, how)
        await more(20)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        errors = [error for worker in workers for error in worker.errors]
        print(f"{answers()} answers, {len(errors)} errors: {errors[:3]}")
        assert errors == []
        await check(south, model, workers)


async def check(client: Client, model: common_pb2.ObjectRecord, workers: list[Worker]) -> None:
    """Acknowledged objects are there and answer calls, deleted ones are gone, and none was made twice."""
    listed = {record.id: record async for record in records(client)}
    there = {object_id: name for worker in workers for object_id, name in worker.there.items()}
    for object_id, name in there.items():
        assert object_id in listed, f"{object_id} ({name}) was acknowledged and is gone"
        assert listed[object_id].name == name
        assert await client.call(object_id, "incr") == 1
        if name:
            assert (await client.get(name)).id == object_id
    assert listed.keys().isdisjoint({object_id for worker in workers for object_id in worker.gone})
    # At most the last request of each worker was under way when it was told to end.
    assert len(listed.keys() - there.keys() - {model.id}) <= sum(worker.doubtful for worker in workers) <= len(workers)
