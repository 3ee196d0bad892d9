"""The offers of a kernel to the proxies and to the instance managers of one object."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

from amino_dms.api import NUMBERS, Clock, Copy, Delegation, FixedCall, JointCall, LogPage, ObjectRule, OutsideCall, State, StoredMember
from amino_dms.chain import KEPT
from amino_dms.runtime.hosts import Recalled
from amino_replication.identity import MemberId
from amino_replication.records import behind
from amino_replication.settings import Settings
from amino_replication.state import Start
from amino_wire.errors import AminoError, Moved
from amino_wire.frames import FLAG_MANAGERS_DONE, FLAG_MOVED, FLAG_PROXIES_DONE, CallOptions, Invocation
from amino_wire.pb import oms_pb2
from amino_wire.protocol import Header, Option
from amino_wire.values import EncodedValue, encode

from amino_kernel.halves.artifact_key import artifact_key
from amino_kernel.halves.call import Call
from amino_kernel.halves.fixed_options import LONG_BUDGET_MS
from amino_kernel.instances.local_instance import LocalInstance
from amino_kernel.links.oms_client import SHORT_SECONDS
from amino_kernel.managers.delegations import to_ending, to_recalled, to_terms
from amino_kernel.managers.invocations import from_result, to_call
from amino_kernel.managers.part_host import KernelPartHost
from amino_kernel.managers.surroundings import Surroundings
from amino_kernel.replication.groups import Groups, Listener, Seat
from amino_kernel.replication.stored_snapshots import StoredSnapshot

_UNTIMED = 2
"""So many items have circumstances that say nothing of the time for which the call may run."""

RunCommand = Callable[[str, str, Sequence[Any], Mapping[str, Any], str], Awaitable[Any]]


class KernelProxyHost(KernelPartHost):
    """See `amino_dms.runtime.hosts.ProxyHost`; `command` runs one of another object, by its id."""

    def __init__(self, around: Surroundings, command: RunCommand) -> None:
        super().__init__(around.oms, around.parts, around.node, around.clock, around.seed())
        self._around, self._command = around, command

    async def invoke(self, call: Invocation) -> Any:
        return from_result(await self._around.deliver(to_call(call, self._clock.now(), FLAG_PROXIES_DONE)))

    async def call_object(self, call: Invocation) -> Any:
        return from_result(await self._around.route(to_call(call, self._clock.now(), 0)))

    async def command_object(self, object_id: str, name: str, args: Sequence[Any], kwargs: Mapping[str, Any], manager: str) -> Any:
        return await self._command(object_id, name, args, kwargs, manager)


class KernelInstanceHost(KernelPartHost):
    """See `amino_dms.runtime.hosts.InstanceHost`. It reaches one instance, and never the one that follows under the same id.

    Arguments:
        around: the kernel; its `run` runs a call, as it is, in the JVM half.
        local: the instance.
    """

    def __init__(self, around: Surroundings, local: LocalInstance) -> None:
        super().__init__(around.oms, around.parts, around.node, around.clock, around.seed())
        self._around = around
        self._instance = local
        self._copies = count(1)

    @property
    def kept(self) -> frozenset[ObjectRule]:
        return KEPT

    @property
    def delegates(self) -> bool:
        # The sleeper counts the calls of an object that may sleep.
        return not self._instance.sleeps

    async def offer(self) -> None:
        local = self._local()
        await local.runtime.bridge.delegate(local.id)
        await self._around.begun()

    async def open(self, delegation: Delegation, proxied: bool, number: int = 0) -> None:
        local = self._local()
        await local.runtime.bridge.open(local.id, to_terms(delegation, proxied, number))

    async def recall(self, *, renews: bool = False, again: bool = False) -> Recalled:
        local = self._local()
        recalled = to_recalled(local.id, await local.runtime.bridge.recall(local.id, renews=renews, again=again))
        if recalled.renewed:
            await self._around.begun()
        return recalled

    async def stored(self, mark: int | None, error: AminoError | None) -> None:
        local = self._local()
        await local.runtime.bridge.stored(local.id, mark, error)

    def stored_soon(self, mark: int) -> None:
        if not self._instance.gone:
            self._instance.runtime.bridge.stored_soon(self._instance.id, mark)

    def put_soon(self, key: str, value: EncodedValue, expected: int) -> asyncio.Future[int]:
        return self._oms.put_soon(key, value.data, expected)

    async def outcome(self, number: int) -> Any:
        local = self._local()
        ending = to_ending(await local.runtime.bridge.outcome(local.id, number))
        if ending.error is not None:
            raise ending.error
        return ending.value

    async def invoke(self, call: Invocation) -> Any:
        local = self._local()
        options = call.to_map(self._clock.now(), FLAG_MOVED | FLAG_PROXIES_DONE | FLAG_MANAGERS_DONE)
        if _is_timed(call):
            options[Option.BUDGET] = LONG_BUDGET_MS
        return from_result(await local.runtime.bridge.call(local.id, call.method, call.encoded_args(), options))

    async def call_object(self, call: Invocation) -> Any:
        return from_result(await self._around.route(to_call(call, self._clock.now(), 0)))

    async def run_in_order(self, calls: Sequence[FixedCall]) -> list[EncodedValue | AminoError]:
        local = self._local()
        return await local.runtime.bridge.run_in_order(local.id, calls)

    async def lend_reads(self, members: Collection[str], until: int | None) -> tuple[int, int]:
        local = self._local()
        return await local.runtime.bridge.lend(local.id, members, until)

    async def copy(self) -> State:
        local = self._local()
        snapshot = await local.runtime.bridge.snapshot(local.id, False)
        return State(from_result(snapshot.state))

    async def capture(self) -> tuple[State, int]:
        local = self._local()
        state, mark = await local.runtime.bridge.capture(local.id)
        return State(from_result(state)), mark

    async def sync(self, state: State) -> None:
        local = self._local()
        await local.runtime.bridge.sync(local.id, EncodedValue(encode(state.value)))

    async def instantiate(self, state: State) -> Copy:
        local = self._local()
        copy_id = f"{local.id}~{next(self._copies)}"
        artifact = artifact_key(local.record.spec.artifact)
        await local.runtime.bridge.restore(copy_id, 1, artifact, EncodedValue(encode(state.value)), {"managed": False})
        return ObjectCopy(local, copy_id, self._clock)

    @property
    def serial(self) -> bool:
        return not self._instance.record.spec.concurrent

    async def state_hash(self) -> bytes:
        local = self._local()
        return await local.runtime.bridge.state_hash(local.id)

    async def runtime(self) -> str:
        local = self._local()
        return await local.runtime.bridge.runtime_facts(local.record.spec.artifact.language)

    def time_ns(self) -> int:
        return self._around.time_ns()

    def seat(self, me: MemberId, settings: Settings, start: Start, listener: Listener) -> Seat:
        return self._groups().join(self._local().record.id, self._local().path, me, settings, start, listener)

    async def stored_member(self) -> StoredMember | None:
        local, groups = self._local(), self._groups()
        groups.stop(local.record.id, local.path)
        found = await groups.disk_log().stored(local.record.id)
        if found is None:
            return None
        stored, snapshot = found
        if snapshot.index < stored.log.base:
            return None  # a newer snapshot cannot be read, and the log does not reach back to this one
        log = behind(stored.log, snapshot.index, snapshot.epoch)
        return StoredMember(MemberId(self.node.id, stored.incarnation), log, snapshot.index, snapshot.data)

    def forget_member(self) -> int:
        local, groups = self._local(), self._groups()
        groups.stop(local.record.id, local.path)
        return groups.disk_log().forget(local.record.id)

    async def keep_snapshot(self, me: MemberId, index: int, epoch: int, state: bytes, *, founding: bool = False) -> None:
        disk_log = self._groups().disk_log()
        keep = disk_log.found if founding else disk_log.keep
        await keep(self._local().record.id, me.incarnation, StoredSnapshot(index, epoch, state))

    def _groups(self) -> Groups:
        assert self._around.groups is not None, "instances are on kernels"
        return self._around.groups

    async def log_append(self, key: str, entry: bytes, after: int) -> bool:
        request = oms_pb2.LogAppendRequest(key=key, after=after, entry=entry)
        answer: oms_pb2.LogAppendResponse = await self._oms.ask(self._oms.stub.LogAppend, request)
        return answer.appended

    async def log_read(self, key: str, after: int, wait: float) -> LogPage:
        request = oms_pb2.LogReadRequest(key=key, after=after, wait_ms=round(wait * 1000))
        answer: oms_pb2.LogReadResponse = await self._oms.ask(self._oms.stub.LogRead, request, SHORT_SECONDS + wait)
        return LogPage(tuple(answer.entries), answer.end, answer.floor)

    async def log_trim(self, key: str, through: int) -> None:
        await self._oms.ask(self._oms.stub.LogTrim, oms_pb2.LogTrimRequest(key=key, through=through))

    async def call_once(self, call: OutsideCall, numbers: Sequence[str | int], seconds: float) -> EncodedValue:
        session, number, _ = numbers
        options = CallOptions(
            kwargs=EncodedValue(call.kwargs),
            request_id=f"{session}/{number}",
            transaction_id=call.transaction,
            chain=call.chain,
            headers={NUMBERS: list(numbers)},
            client_id=str(session),
        )
        return await self._around.once(Call(call.target, call.method, EncodedValue(call.args), self._clock.now() + seconds, options))

    async def join_transaction(self, object_id: str, call: JointCall) -> None:
        await self._oms.ask(self._oms.stub.JoinTransaction, _joining(object_id, call))

    async def wait_in_transaction(self, object_id: str, call: JointCall, holder: str) -> None:
        request = _joining(object_id, call)
        request.waits, request.holder = True, holder
        await self._oms.ask(self._oms.stub.JoinTransaction, request)

    async def transaction_outcome(self, transaction: str) -> str:
        request = oms_pb2.TransactionOutcomeRequest(transaction=transaction)
        answer: oms_pb2.TransactionOutcomeResponse = await self._oms.ask(self._oms.stub.TransactionOutcome, request)
        return answer.outcome

    def may_not_save(self) -> None:
        self._around.may_not_save(self._instance)

    def _local(self) -> LocalInstance:
        if self._instance.gone:
            raise Moved(f"Object {self._instance.name} is not here any more.")
        return self._instance


def _is_timed(call: Invocation) -> bool:
    """Whether a call says by its circumstances for how long it may run."""
    return bool(call.headers) and len(call.headers.get(Header.FIXED, ())) > _UNTIMED


def _joining(object_id: str, call: JointCall) -> oms_pb2.JoinTransactionRequest:
    return oms_pb2.JoinTransactionRequest(
        transaction=call.transaction, object_id=object_id, token=call.token, member=call.member, caller=call.caller, after=call.after
    )


class ObjectCopy:
    """See `amino_dms.api.Copy`: an instance in the same JVM half, under an id that nobody else knows."""

    def __init__(self, local: LocalInstance, copy_id: str, clock: Clock) -> None:
        self._clock = clock
        self._bridge = local.runtime.bridge
        self._id = copy_id

    async def invoke(self, call: Invocation) -> Any:
        now = self._clock.now()
        # The epoch is of the object that was called; the copy has one of its own, and would wait for news that never come.
        sent = to_call(call.changed(object_id=self._id, epoch=0), now, FLAG_PROXIES_DONE | FLAG_MANAGERS_DONE)
        options = replace(sent.options, budget_ms=LONG_BUDGET_MS) if _is_timed(call) else sent.options
        result = await self._bridge.call(self._id, sent.method, sent.args, options)
        return from_result(result)

    async def state(self) -> State:
        return State(from_result((await self._bridge.snapshot(self._id, False)).state))

    async def discard(self) -> None:
        await self._bridge.destroy(self._id)
