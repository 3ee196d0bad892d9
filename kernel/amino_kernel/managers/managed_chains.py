"""The chains of objects in this kernel, on both sides of a call."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from amino_dms.api import REPLICA_HEADER, GiveUp, Tell, within
from amino_dms.chain import Chain, Registry
from amino_dms.runtime.joint import JointRefusal
from amino_dms.runtime.proxy_chain import ProxyChain
from amino_dms.runtime.records import view_of
from amino_wire.deadlines import Deadlines
from amino_wire.errors import AminoError, DeadlineExceeded, KernelUnavailable, Moved, Outcome
from amino_wire.frames import FLAG_PROXIES_DONE, CallOptions
from amino_wire.instances import path_in
from amino_wire.lane import IncomingCall
from amino_wire.pb import common_pb2
from amino_wire.records import title_of
from amino_wire.values import EncodedValue, decode

from amino_kernel.halves.call import Call
from amino_kernel.instances.instance import Entrance, Happening
from amino_kernel.instances.local_instance import LocalInstance
from amino_kernel.managers.compiled import CompiledChains
from amino_kernel.managers.instance_managers import MOVE, InstanceManagers, state_of
from amino_kernel.managers.invocations import Passed, to_answer, to_invocation, to_result
from amino_kernel.managers.proxies import Proxies
from amino_kernel.managers.readable_states import is_readable
from amino_kernel.managers.surroundings import Surroundings

log = structlog.get_logger(__name__)
_NAMED = REPLICA_HEADER.encode()


class ManagedChains:
    """See `amino_kernel.instances.chains.Chains`. `use` must be called before the first call."""

    def __init__(self, registry: Registry | None = None) -> None:
        self._compiled = CompiledChains(registry)
        self._proxies = Proxies(self._compiled)
        self._managers = InstanceManagers(self._compiled)
        self._around: Surroundings | None = None
        self._deadlines: Deadlines | None = None
        self.facts = self._compiled.facts
        self.routing = self._compiled.routing

    def use(self, around: Surroundings) -> None:
        """Gives the kernel's parts, which need the chains themselves."""
        self._around = around

    @property
    def registry(self) -> Registry:
        """The deployment managers there are."""
        return self._compiled.registry

    def has_proxies(self, record: common_pb2.ObjectRecord) -> bool:
        """Whether proxies take part in calls to an object."""
        return bool(record.spec.deployment_managers) and self._compiled.call_facts(record).proxied

    async def through_proxies(self, record: common_pb2.ObjectRecord, call: Call) -> EncodedValue:
        """A call on the caller's side of its object's chain."""

        async def through() -> EncodedValue:
            return to_result(await (await self.proxy_chain(record)).call(to_invocation(call)))

        try:
            return await self._watch().keep(through(), call.deadline)
        except AminoError:
            raise
        except TimeoutError:
            raise _late(record, call) from None

    def comes_here(self, local: LocalInstance, call: IncomingCall) -> bool:
        """Whether a call that names an instance with managers has passed its proxies, and goes to no other replica."""
        facts, options = self._compiled.call_facts(local.record), call.options
        if not facts.alone or (facts.proxied and not options.flags & FLAG_PROXIES_DONE):
            return False
        return (self.path(local.record, options) if options.headers else facts.first) == local.path

    async def through_managers(self, local: LocalInstance, call: Call) -> EncodedValue:
        """A call on the object's side of its chain.

        Raises:
            Moved: The instance's managers have ended; nothing has run.
        """
        answer = await self.answer(local, call)
        return answer if isinstance(answer, EncodedValue) else to_result(answer)

    async def answer(self, local: LocalInstance, call: Passed) -> Any:
        """As `through_managers`; a value as a connection takes it, see `to_answer`."""
        chain = local.managers
        if chain is None:
            raise Moved(f"The managers of object {local.name} are not here any more.")
        try:
            value = await self._watch().keep(chain.call(to_invocation(call)), call.deadline)
        except AminoError:
            raise  # of the work itself, which may be a TimeoutError too
        except TimeoutError:
            raise _late(local.record, call) from None
        answer = to_answer(value)
        self._require_held(local)
        return answer

    def take(self, local: LocalInstance, call: IncomingCall, tell: Tell) -> GiveUp | None:
        """Has the managers of an instance take over a call, where they do so; see `InstanceManager.takes`."""
        chain = local.managers
        if chain is None:
            return None

        def ended(outcome: EncodedValue | AminoError) -> None:
            try:
                self._require_held(local)
            except AminoError as error:
                outcome = error
            tell(outcome)

        assert isinstance(call.args, EncodedValue), "the lane of the JVM half leaves values encoded"
        return chain.take(call.method, call.args, call.options, ended)

    def path(self, record: common_pb2.ObjectRecord, options: CallOptions) -> str:
        """The path of the replica that a call is for: the one that its header names, else the first there is."""
        first = record.status.replicas[0].path if record.status.replicas else "0"
        headers = options.headers
        if not headers or not record.spec.deployment_managers:
            return first
        if isinstance(headers, EncodedValue) and _NAMED not in headers.data:
            return first
        plain: Mapping[str, Any] = decode(headers.data) if isinstance(headers, EncodedValue) else headers
        named = plain.get(REPLICA_HEADER)
        return path_in("", named) if isinstance(named, int) else first

    async def ask(
        self, local: LocalInstance, index: int, method: str, args: Sequence[Any], kwargs: Mapping[str, Any], *, by_client: bool
    ) -> Any:
        """A command, or a question of another part, to an instance manager of an instance of this kernel.

        Raises:
            Moved: Nobody knows whether it is here, or its managers could not begin; nothing has run.
            KernelUnavailable: The kernel's lease has ended and no OMS answers; or it ended meanwhile, and it may have run.
            AminoError: What the method raised.
        """
        if reason := self._needed().outage():
            raise KernelUnavailable(f"Object {local.name} does not answer: {reason}", outcome=Outcome.NOT_RUN)
        chain = local.managers
        if chain is None or local.state.entrance() in (Entrance.NOT_NOW, Entrance.ELSEWHERE):
            raise Moved(f"Object {local.name} has no instance managers in this kernel.")
        if not self._needed().held():
            raise Moved(f"Object {local.name} is fenced here: the kernel's lease has ended, and another kernel may hold it.")
        result = await chain.command(index, method, args, kwargs, by_client=by_client)
        self._require_held(local)
        return result

    def check_joint(self, record: common_pb2.ObjectRecord, transaction_id: str, member: str) -> None:
        """See `JointRefusal.check`, for a call that no instance managers are asked about."""
        JointRefusal(self._compiled.of(record)).check(transaction_id, member, view_of(record))

    def chain_of(self, record: common_pb2.ObjectRecord) -> Chain:
        """The chain of a record; raises ChainInvalid for managers that are not installed here."""
        return self._compiled.of(record)

    async def command(
        self, record: common_pb2.ObjectRecord, name: str, args: Sequence[Any], kwargs: Mapping[str, Any], manager: str
    ) -> Any:
        """A command of `stub.dm`."""
        return await (await self.proxy_chain(record)).command(name, args, kwargs, manager)

    async def proxy_chain(self, record: common_pb2.ObjectRecord) -> ProxyChain:
        """The opened proxies for an object."""
        return await self._proxies.of(record, self._needed())

    def saves(self, record: common_pb2.ObjectRecord) -> bool:
        """See Chains."""
        return bool(record.spec.deployment_managers) and bool(self._compiled.of(record).savers())

    async def open(self, local: LocalInstance) -> None:
        """See Chains."""
        await self._managers.open(local, self._needed())

    async def exchange(self, local: LocalInstance) -> Happening:
        """See Chains."""
        return await self._managers.exchange(local, self._needed())

    async def update(self, local: LocalInstance) -> None:
        """See Chains."""
        if local.managers is not None:
            await local.managers.update(view_of(local.record))

    async def freeze(self, local: LocalInstance) -> None:
        """See Chains."""
        if local.managers is not None:
            await local.managers.freeze(MOVE)

    def thaw(self, local: LocalInstance) -> None:
        """See Chains."""
        if local.managers is not None:
            local.managers.thaw(MOVE)

    async def state_of(self, local: LocalInstance) -> bytes:
        """See Chains."""
        return await state_of(local)

    async def close(self, local: LocalInstance, moved: Moved) -> None:
        """See Chains."""
        await self._managers.close(local, moved)

    def abandon(self, local: LocalInstance, moved: Moved) -> None:
        """See Chains."""
        self._managers.abandon(local, moved)

    def forget(self, object_id: str) -> None:
        """See Chains."""
        self._proxies.end(object_id)

    @property
    def has_parts(self) -> bool:
        """Whether any manager of this kernel could do with less memory."""
        return bool(self._proxies.there()) or any(local.managers is not None for local in self._needed().table)

    async def low_memory(self, free_bytes: int) -> None:
        """Tells all parts that so many bytes are left."""
        for proxies in self._proxies.there():
            await proxies.low_memory(free_bytes)
        for local in self._needed().table:
            if local.managers is not None:
                await local.managers.low_memory(free_bytes)

    def withheld(self, instance: str, mark: int) -> None:
        """Answers wait at the gate of an instance, up to that mark."""
        local = self._needed().table.at(instance)
        if local is not None and local.managers is not None:
            local.managers.withheld(mark)

    def captured(self, instance: str, number: int, mark: int, state: bytes) -> None:
        """The same, and the gate has captured the state under a number of its delegation."""
        local = self._needed().table.at(instance)
        if local is None or local.managers is None:
            return
        if is_readable(state):
            local.managers.captured(number, mark, state)
        else:
            local.managers.withheld(mark)

    async def settle(self, seconds: float) -> None:
        """Has the managers of this kernel's instances save states that are not saved, within so many seconds."""
        clock, managed = self._needed().clock, [local for local in self._needed().table if local.managers is not None]
        with contextlib.suppress(TimeoutError):
            await within(clock, seconds, asyncio.gather(*map(_settle, managed)))

    async def end(self) -> None:
        """Ends all parts."""
        await self._proxies.close()
        for local in self._needed().table:
            await self._managers.close(local, Moved(f"The kernel of object {local.name} stops."))
        await self._managers.closed()

    def _watch(self) -> Deadlines:
        """Ends calls that wait inside managers when their time is over."""
        if self._deadlines is None:
            self._deadlines = Deadlines(self._needed().clock.now)
        return self._deadlines

    def _require_held(self, local: LocalInstance) -> None:
        """Answers of the managers themselves are held to the lease here; answers of the object, in the JVM half. The lease is asked before
        the instance's name is, which only a message needs."""
        if not self._needed().held():
            text = f"The kernel's lease ended while object {local.name} was asked; the call may have run. Call again."
            raise KernelUnavailable(text, outcome=Outcome.UNKNOWN)

    def _needed(self) -> Surroundings:
        assert self._around is not None, "use() comes before the first object"
        return self._around


def _late(record: common_pb2.ObjectRecord, call: Passed) -> DeadlineExceeded:
    return DeadlineExceeded(f"{call.method} of object {title_of(record)} was not answered in time by its deployment managers.")


async def _settle(local: LocalInstance) -> None:
    chain = local.managers
    if chain is not None:
        try:
            await chain.settle()
        except AminoError as error:
            log.warning("an object may not be saved", object=local.name, error=error.message)
