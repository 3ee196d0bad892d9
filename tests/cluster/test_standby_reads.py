"""An OMS that stands by answers reads that take an answer of some age; every other read gets what is true now."""

from __future__ import annotations

import asyncio
import signal
import time
from typing import Any

import grpc
import grpc.aio
import pytest
from amino_wire.errors import AminoError, NotLeader, from_rpc_error
from amino_wire.pb import client_pb2, oms_pb2_grpc

from tests.cluster.client import Client, until
from tests.cluster.objects import COUNTER_JS
from tests.cluster.processes import SERVING, OmsProcess
from tests.cluster.several import Several
from tests.support.etcd import EtcdCluster, can_run

pytestmark = [
    pytest.mark.cluster,
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(bool(can_run()), reason=f"there is no etcd: {can_run()}"),
]
ANY_AGE = 3_600_000


async def ask(oms: OmsProcess, method: str, request: Any, ms: int = ANY_AGE) -> Any:
    """One request to one OMS, whose answer may have an age. Raises what it answers."""
    request.age_limit.ms = ms
    async with grpc.aio.insecure_channel(oms.address) as channel:
        try:
            return await getattr(oms_pb2_grpc.ObjectManagementServiceStub(channel), method)(request, timeout=10)
        except grpc.aio.AioRpcError as error:
            raise from_rpc_error(error) from None


async def named(oms: OmsProcess, name: str, ms: int = ANY_AGE) -> client_pb2.GetResponse | None:
    """What an OMS answers to a name; None: it does not know it, or refuses."""
    try:
        answer: client_pb2.GetResponse = await ask(oms, "Get", client_pb2.GetRequest(name_or_id=name), ms)
        return answer
    except AminoError:
        return None


async def test_a_standby_answers_each_kind_of_read_with_its_age_and_follows_every_change(several: Several) -> None:
    first, second = several.oms
    north = await several.kernel("north")
    async with Client(north.address) as client:
        counter = await client.register("counter", COUNTER_JS)
        answer = await until(lambda: named(second, "counter"))
        assert answer.object == counter
        assert (answer.age.source, answer.age.revision > 0) == (f"oms {second.address}", True)
        assert 0 < answer.age.ms < 10_000
        for method, request in (
            ("List", client_pb2.ListRequest()),
            ("ListKinds", client_pb2.ListKindsRequest()),
            ("Kernels", client_pb2.KernelsRequest()),
        ):
            mine = await ask(second, method, request)
            assert mine.age.source == f"oms {second.address}"
            theirs = await ask(first, method, request)
            assert not theirs.HasField("age")
            mine.ClearField("age")
            if method == "Kernels":
                # What a kernel says with each sign of life is known to the leader alone.
                assert [each.id for each in mine.kernels] == [each.id for each in theirs.kernels] == [north.kernel_id]
            else:
                assert mine == theirs
        with pytest.raises(NotLeader) as caught:
            await ask(second, "Get", client_pb2.GetRequest(name_or_id="counter"), 0)
        assert caught.value.details == {"address": first.address}
        await client.ask("Delete", client_pb2.DeleteRequest(name_or_id="counter"))

        async def gone() -> bool:
            return await named(second, "counter") is None

        await until(gone)
        # Through a kernel: the leader answers strict reads, the standby the others.
        made = await client.register("again", COUNTER_JS)
        await until(lambda: named(second, "again"))
        strict = await client.ask("Get", client_pb2.GetRequest(name_or_id="again"))
        aged = await client.ask("Get", client_pb2.GetRequest(name_or_id="again", age_limit=client_pb2.AgeLimit(ms=ANY_AGE)))
        assert (strict.HasField("age"), aged.age.source) == (False, f"oms {second.address}")
        assert aged.object == strict.object == made


async def test_a_standby_that_hears_nothing_of_the_store_says_how_old_its_answers_are_and_refuses_what_is_to_be_younger(
    several: Several, etcd: EtcdCluster
) -> None:
    first, second = several.oms
    north = await several.kernel("north")
    async with Client(north.address) as client:
        await client.register("counter", COUNTER_JS)
        await until(lambda: named(second, "counter", 2_000))
        etcd.members[0].freeze()
        frozen, ages = time.monotonic(), list[int]()
        try:
            while time.monotonic() < frozen + 5:
                answer = await named(second, "counter")
                assert answer is not None
                assert answer.object.name == "counter"
                # A copy that hears nothing is at least as old as the silence, at each moment.
                assert answer.age.ms >= 1000 * (time.monotonic() - frozen) - 1000
                ages.append(answer.age.ms)
                await asyncio.sleep(0.25)
            assert ages == sorted(ages)
            assert ages[-1] >= 4_000
            with pytest.raises(NotLeader, match="are asked for") as caught:
                await ask(second, "Get", client_pb2.GetRequest(name_or_id="counter"), 1_000)
            assert caught.value.details == {"address": first.address}
        finally:
            etcd.members[0].signal(signal.SIGCONT)
        await until(lambda: either_knows(several, "counter"))


async def either_knows(several: Several, name: str) -> bool:
    """Whether an OMS that stands by is young again, or leads."""
    for oms in several.oms:
        answer = await named(oms, name, 2_000)
        if answer is not None and (not answer.HasField("age") or answer.age.ms <= 2_000):
            return True
    return False


async def test_a_standby_that_has_become_the_leader_answers_what_is_true_now_at_once(several: Several) -> None:
    first, second = several.oms
    north = await several.kernel("north")
    async with Client(north.address) as client:
        counter = await client.register("counter", COUNTER_JS)
        await until(lambda: named(second, "counter", 2_000))
        made = [await client.create(counter.id, name=f"n{number}") for number in range(20)]
        await first.kill()
        # The first strict answer of the new leader has all that the leader before had acknowledged.
        listed = (await client.ask("List", client_pb2.ListRequest(name_prefix="n", page_size=100))).objects
        assert {each.id for each in listed} == {each.id for each in made}
        await second.health(SERVING)
        assert (await client.get("n19")).id == made[-1].id
        last = await client.create(counter.id, name="last")
        for ms in (0, ANY_AGE):
            answer = await ask(second, "Get", client_pb2.GetRequest(name_or_id="last"), ms)
            assert (answer.object.id, answer.HasField("age")) == (last.id, False)


async def test_a_leader_that_stood_still_and_is_none_any_more_gives_no_answer_of_before(several: Several) -> None:
    first, second = several.oms
    north = await several.kernel("north")
    async with Client(north.address) as client:
        counter = await client.register("counter", COUNTER_JS)
        first.signal(signal.SIGSTOP)
        try:
            # Sent while it stands still: it answers them when it goes on, if it answers.
            late = [
                asyncio.ensure_future(ask(first, "Kernels", client_pb2.KernelsRequest(), 0)),
                asyncio.ensure_future(ask(first, "Get", client_pb2.GetRequest(name_or_id="counter"), 0)),
            ]
            await second.health(SERVING)
            await client.ask("Delete", client_pb2.DeleteRequest(name_or_id="counter", request_id="once"))
            again = await client.register("counter", COUNTER_JS)
            assert again.id != counter.id
        finally:
            first.signal(signal.SIGCONT)
        kernels, found = await asyncio.gather(*late, return_exceptions=True)
        assert isinstance(kernels, AminoError)
        # From the store it is true still; what counts is that it is not what was true before.
        assert isinstance(found, AminoError) or found.object.id == again.id
