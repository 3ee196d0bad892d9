"""Several OMS over one etcd: one leads, and another one takes over when it is killed, stands still or is stopped."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from pathlib import Path

import amino
import pytest
from amino.testing import LocalCluster, free_port
from amino_oms.exit_status import STORE_FAILED
from amino_wire.errors import AminoError, NotLeader

from tests.cluster.client import Client, until
from tests.cluster.objects import COUNTER_JS
from tests.cluster.processes import NOT_SERVING, SERVING
from tests.cluster.several import Caller, Maker, Several, records, refusal_of
from tests.support.etcd import EtcdCluster, can_run

pytestmark = [
    pytest.mark.cluster,
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(bool(can_run()), reason=f"there is no etcd: {can_run()}"),
]
FAILOVER = 4.0
"""Seconds in which requests must be answered again."""
STILL = float(os.environ.get("AMINO_STILL", "5"))
"""Seconds for which a leader stands still."""


async def test_a_standby_names_the_leader_and_a_kernel_that_knows_only_the_standby_finds_it(several: Several) -> None:
    first, second = several.oms
    refused = await refusal_of(second)
    assert isinstance(refused, NotLeader)
    assert refused.details == {"address": first.address}
    assert await refusal_of(first) is None
    north = await several.kernel("north", second)
    async with Client(north.address) as client:
        counter = await client.register("counter", COUNTER_JS)
        assert await client.call(counter.id, "incr") == 1


@pytest.mark.alone
async def test_after_kill_9_of_the_leader_register_and_create_are_answered_within_4_s(several: Several) -> None:
    first, second = several.oms
    north = await several.kernel("north")
    async with Client(north.address) as client:
        counter = await client.register("counter", COUNTER_JS)
        caller, maker = Caller(client, counter.id), Maker(client, counter.id)
        await maker.more(3)
        begun = time.monotonic()
        await first.kill()
        registered, created = await asyncio.gather(client.register("again", COUNTER_JS), client.create(counter.id))
        seconds = time.monotonic() - begun
        print(f"kill -9 of the leader to the first register and create answered: {seconds:.2f} s")
        assert seconds < FAILOVER
        await maker.more(3)
        for each in (caller, maker):
            await each.stop()
        assert await refusal_of(second) is None
        assert maker.errors == []
        assert caller.errors == []
        print(f"{caller.answers} calls meanwhile, the longest {caller.longest:.3f} s")
        # The last call may have been under way when the caller stopped.
        assert await client.call(counter.id, "get") - caller.answers in (0, 1)
        for each in (registered.id, created.id, *maker.made):
            assert await client.call(each, "get") == 0
        # The process that was killed comes back and stands by.
        await first.start(NOT_SERVING)
        refused = await refusal_of(first)
        assert isinstance(refused, NotLeader)
        assert refused.details == {"address": second.address}


async def test_a_leader_that_is_cut_off_from_the_store_does_not_say_that_it_leads(several: Several, etcd: EtcdCluster) -> None:
    first, second = several.oms
    etcd.members[0].freeze()
    await first.health(NOT_SERVING)
    etcd.members[0].signal(signal.SIGCONT)
    serving = [asyncio.ensure_future(each.health(SERVING)) for each in (first, second)]
    done, waiting = await asyncio.wait(serving, timeout=30, return_when=asyncio.FIRST_COMPLETED)
    for each in waiting:
        each.cancel()
    assert [each.exception() for each in done] == [None]


async def test_a_leader_that_stood_still_is_deposed_loses_nothing_and_ends(several: Several) -> None:
    first, second = several.oms
    north = await several.kernel("north")
    async with Client(north.address) as client:
        counter = await client.register("counter", COUNTER_JS)
        caller, maker = Caller(client, counter.id), Maker(client, counter.id)
        await maker.more(5)
        begun = time.monotonic()
        first.signal(signal.SIGSTOP)
        await client.register("again", COUNTER_JS)
        print(f"SIGSTOP of the leader to the first register answered: {time.monotonic() - begun:.2f} s")
        while time.monotonic() - begun < STILL:
            await maker.more(5)
        first.signal(signal.SIGCONT)
        assert await first.wait(30) == STORE_FAILED
        assert "another object management service works on this store now" in first.log_text()
        await first.start(NOT_SERVING)
        await maker.more(5)
        for each in (caller, maker):
            await each.stop()
        assert caller.errors == []
        assert [type(await refusal_of(oms)) for oms in (first, second)] == [NotLeader, type(None)]
        # Each acknowledged create is there, and none was done twice: one more may have been under way when the maker stopped.
        listed = {record.id async for record in records(client)}
        assert listed >= {counter.id, *maker.made}
        print(
            f"{len(maker.made)} creates, {len(maker.errors)} without an answer, {caller.answers} calls, the longest {caller.longest:.3f} s"
        )
        assert len(listed) <= 2 + len(maker.made) + len(maker.errors) + 1
        # The last call may have been under way when the caller stopped.
        assert await client.call(counter.id, "get") - caller.answers in (0, 1)


@pytest.mark.alone
async def test_a_leader_that_is_stopped_hands_over_at_once(several: Several) -> None:
    first, second = several.oms
    north = await several.kernel("north")
    async with Client(north.address) as client:
        counter = await client.register("counter", COUNTER_JS)
        maker = Maker(client, counter.id)
        await maker.more(3)
        begun = time.monotonic()
        first.signal(signal.SIGTERM)
        await second.health(SERVING)
        print(f"SIGTERM to the next leader: {time.monotonic() - begun:.2f} s")
        assert await first.wait(10) == 0
        await maker.more(3)
        await maker.stop()
        assert maker.errors == []
        assert time.monotonic() - begun < FAILOVER


async def test_when_all_are_gone_requests_end_in_time_and_go_on_with_the_first_that_is_back(several: Several) -> None:
    first, second = several.oms
    north = await several.kernel("north")
    async with Client(north.address) as client:
        counter = await client.register("counter", COUNTER_JS)
        await asyncio.gather(first.kill(), second.kill())
        with pytest.raises(AminoError) as caught:
            await client.get("counter")
        assert caught.value.code == "OMS_UNAVAILABLE"
        await second.start()

        async def found() -> bool:
            try:
                return (await client.get("counter")).id == counter.id
            except AminoError:
                return False

        await until(found)


async def test_two_that_cannot_reach_each_other_do_not_change_places_all_the_time(tmp_path: Path, etcd: EtcdCluster) -> None:
    made = Several(tmp_path, etcd)
    for oms in made.oms:
        oms.more = ("--advertise", f"127.0.0.1:{free_port()}", "--depose-after", "0.5")
    try:
        for oms in made.oms:
            await oms.start(SERVING, NOT_SERVING)
        ended, begun = list[float](), time.monotonic()
        running = {asyncio.ensure_future(oms.wait(60)): oms for oms in made.oms}
        while len(ended) < 4:
            done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for each in done:
                oms = running.pop(each)
                assert each.result() == STORE_FAILED
                ended.append(time.monotonic() - begun)
                await oms.start(SERVING, NOT_SERVING)
                running[asyncio.ensure_future(oms.wait(60))] = oms
        print(f"changes after {', '.join(f'{each:.1f}' for each in ended)} s")
        # Half a second of silence, then one, two and four: each next one knows how many there were.
        assert ended[3] >= 0.5 + 1 + 2 + 4
        for each in running:
            each.cancel()
    finally:
        await made.stop()


async def test_a_program_of_the_sdk_sees_nothing_of_a_change_of_leader(tmp_path: Path, etcd: EtcdCluster) -> None:
    with LocalCluster(tmp_path) as local:
        first = local.start_oms(("--store", etcd.url))
        local.wait_until_up()
        local.start_oms(("--store", etcd.url), name="oms-2")
        kernel = local.start_kernel("north")
        await asyncio.to_thread(local.wait_until_up)
        async with amino.connect(kernel.address) as client:
            counter = await client.register({"counter.js": COUNTER_JS.encode()}, "counter")
            await counter.incr()
            await asyncio.to_thread(first.kill)
            others = [await client.create("counter") for _ in range(3)]
            assert await counter.incr() == 2
            assert [await each.incr() for each in others] == [1, 1, 1]
            assert await (await client.get("counter")).incr() == 3
