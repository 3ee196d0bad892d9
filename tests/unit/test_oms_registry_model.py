"""The registry against a model: any order of changes leaves records, names, indexes, lists and watches that agree with a dictionary."""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

import pytest
from amino_oms.registry.keys import OBJECTS
from amino_oms.registry.listing import list_objects
from amino_oms.registry.object_registry import ObjectRegistry
from amino_oms.registry.object_watch import watch_objects
from amino_oms.registry.records import Stored
from amino_store.sqlite.store import SqliteStore
from amino_wire.errors import NameNotFound, ObjectNotFound
from amino_wire.pb import client_pb2, common_pb2
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule

from tests.unit.oms_world import selector

T = TypeVar("T")
NAMES = st.sampled_from(["", "a", "ab", "b", "b/c"])
LABELS = st.dictionaries(st.sampled_from(["x", "y/z", "%"]), st.sampled_from(["1", "2", "1/2"]), max_size=2)
KERNELS = st.lists(st.sampled_from(["k1", "k2", "k3"]), min_size=1, max_size=2, unique=True)
STATUS = st.sampled_from([common_pb2.OBJECT_STATE_ACTIVE, common_pb2.OBJECT_STATE_LOST, common_pb2.OBJECT_STATE_CREATING])
INTERFACES = st.sampled_from(["Counter", "Basket"])


class RegistryMachine(RuleBasedStateMachine):
    """`model` holds the records that there should be, by id."""

    ids = Bundle("ids")

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = tempfile.TemporaryDirectory()
        self.model: dict[str, common_pb2.ObjectRecord] = {}
        self.number = 0
        self.open()
        self.watch = watch_objects(self.registry, client_pb2.WatchRequest())
        assert self.run(anext(self.watch)).kind == client_pb2.WatchResponse.KIND_SYNCED

    def open(self) -> None:
        """Opens the store."""
        self.store = self.run(SqliteStore.open(Path(self.folder.name)))
        self.registry = ObjectRegistry(self.store)

    def run(self, work: Coroutine[Any, Any, T] | Any) -> T:
        """Runs to the end."""
        return self.loop.run_until_complete(work)

    def teardown(self) -> None:
        self.run(self.watch.aclose())
        self.run(self.store.close())
        self.loop.close()
        self.folder.cleanup()

    def holder(self, name: str) -> str | None:
        """Whose name it is in the model."""
        return next((record.id for record in self.model.values() if record.name == name), None) if name else None

    def stored(self, object_id: str) -> Stored:
        """The record as it stands."""
        return self.run(self.registry.find(object_id))

    @rule(target=ids, name=NAMES, labels=LABELS, kernels=KERNELS, status=STATUS, interface=INTERFACES, durable=st.booleans())
    def insert(
        self, name: str, labels: dict[str, str], kernels: list[str], status: common_pb2.ObjectState, interface: str, durable: bool
    ) -> Any:
        self.number += 1
        record = common_pb2.ObjectRecord(
            id=f"{self.number:020d}",
            name=name,
            spec=common_pb2.ObjectSpec(generation=1, labels=labels),
            status=common_pb2.ObjectStatus(epoch=1, state=status),
            interface=common_pb2.Interface(name=interface),
        )
        record.status.replicas.extend(common_pb2.Replica(path=str(number), kernel_id=kernel) for number, kernel in enumerate(kernels))
        made = self.run(self.registry.insert(record, durable=durable))
        assert (made is None) is (self.holder(name) is not None)
        if made is None:
            return multiple()
        self.model[record.id] = record
        return record.id

    @rule(object_id=ids, labels=LABELS, kernels=KERNELS, status=STATUS, interface=INTERFACES)
    def replace(self, object_id: str, labels: dict[str, str], kernels: list[str], status: common_pb2.ObjectState, interface: str) -> None:
        before = self.stored(object_id)
        after = before.copy()
        after.status.epoch += 1
        after.status.state = status
        after.interface.name = interface
        after.spec.labels.clear()
        after.spec.labels.update(labels)
        del after.status.replicas[:]
        after.status.replicas.extend(common_pb2.Replica(path=str(number), kernel_id=kernel) for number, kernel in enumerate(kernels))
        made = self.run(self.registry.replace(before, after))
        assert made is not None
        self.model[object_id] = after
        assert self.run(self.registry.replace(before, after)) is None
        assert not self.run(self.registry.remove(before))

    @rule(object_id=consumes(ids))
    def remove(self, object_id: str) -> None:
        assert self.run(self.registry.remove(self.stored(object_id)))
        del self.model[object_id]
        with pytest.raises(ObjectNotFound):
            self.stored(object_id)

    @rule()
    def reopen(self) -> None:
        self.run(self.watch.aclose())
        self.run(self.store.close())
        self.open()
        self.watch = watch_objects(self.registry, client_pb2.WatchRequest(from_revision=self.run(self.store.revision()) + 1))

    @invariant()
    def records_agree(self) -> None:
        for object_id, record in self.model.items():
            assert self.stored(object_id).record == record
        assert self.run(self.store.count(OBJECTS)) == len(self.model)

    @invariant()
    def names_agree(self) -> None:
        for name in ("a", "ab", "b", "b/c"):
            holder = self.holder(name)
            if holder is not None:
                assert self.run(self.registry.find(name)).record.id == holder
            else:
                with pytest.raises(NameNotFound):
                    self.run(self.registry.find(name))

    @invariant()
    def lists_agree(self) -> None:
        one = selector([("x", "in", ("1", "1/2"))])
        wild = selector([("y/z", "exists", ())], [("x", "in", ("2",)), ("%", "not_exists", ())])
        checks: list[tuple[client_pb2.ListRequest, Any]] = [
            (client_pb2.ListRequest(), lambda _: True),
            (client_pb2.ListRequest(name_prefix="a"), lambda record: record.name.startswith("a")),
            (client_pb2.ListRequest(kernel_id="k2"), lambda record: "k2" in [replica.kernel_id for replica in record.status.replicas]),
            (client_pb2.ListRequest(label_selector=one), lambda record: record.spec.labels.get("x") in ("1", "1/2")),
            (
                client_pb2.ListRequest(label_selector=wild),
                lambda record: "y/z" in record.spec.labels or (record.spec.labels.get("x") == "2" and "%" not in record.spec.labels),
            ),
        ]
        for request, wanted in checks:
            expected = {record.id for record in self.model.values() if wanted(record)}
            found: list[str] = []
            request.page_size = 2
            while True:
                page = self.run(list_objects(self.registry, request))
                found.extend(record.id for record in page.objects)
                if not page.next_page_token:
                    break
                request.page_token = page.next_page_token
            assert sorted(found) == sorted(expected)
            assert page.total == len(expected)

    @invariant()
    def nothing_is_left_over(self) -> None:
        owners = {
            entry.value.decode() if entry.key.startswith("/names/") else re.search(r"/(\d{20})(/\d+)?$", entry.key)[1]
            for prefix in ("/names/", "/labels/", "/hosted/", "/creating/", "/managed/")
            for entry in self.run(self.store.range(prefix)).entries
        }
        assert owners <= set(self.model)


RegistryMachine.TestCase.settings = settings(
    max_examples=10, stateful_step_count=20, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
TestRegistry = RegistryMachine.TestCase


async def test_a_watch_replays_to_what_is_there(tmp_path: Path) -> None:
    store = await SqliteStore.open(tmp_path)
    registry = ObjectRegistry(store)

    async def change(number: int) -> None:
        record = common_pb2.ObjectRecord(id=f"{number:020d}", name=f"n{number}", status=common_pb2.ObjectStatus(epoch=1))
        stored = await registry.insert(record)
        for epoch in range(2, 2 + number % 4):
            assert stored is not None
            record.status.epoch = epoch
            stored = await registry.replace(stored, record)
        if number % 3 == 0:
            assert stored is not None
            assert await registry.remove(stored)

    first = [asyncio.create_task(change(number)) for number in range(60)]
    await asyncio.sleep(0)
    seen: dict[str, int] = {}
    synced = asyncio.Event()

    async def follow() -> None:
        async for response in watch_objects(registry, client_pb2.WatchRequest()):
            record = response.object
            if response.kind == client_pb2.WatchResponse.KIND_SYNCED:
                synced.set()
            elif response.kind == client_pb2.WatchResponse.KIND_DELETE:
                seen.pop(record.id, None)
            else:
                assert record.status.epoch >= seen.get(record.id, 0), "an object went back in time"
                seen[record.id] = record.status.epoch

    following = asyncio.create_task(follow())
    second = [asyncio.create_task(change(number)) for number in range(60, 120)]
    await asyncio.gather(*first, *second)
    expected = {f"{number:020d}": 1 + number % 4 for number in range(120) if number % 3}
    async with asyncio.timeout(20):
        await synced.wait()
        while seen != expected:
            await asyncio.sleep(0.005)
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
    await store.close()
