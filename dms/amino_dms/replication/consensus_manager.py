"""The object's part of ConsensusRSM, one beside each replica: orders calls where it leads, and runs what the log says."""

from __future__ import annotations

import asyncio
import hashlib
from typing import TYPE_CHECKING, Any

from amino_wire.errors import AminoError, ArgumentInvalid, InvalidRequest, KernelUnavailable, Moved, ObjectLost, OmsUnavailable, as_error
from amino_wire.values import encode

from amino_dms.api import Arrival, InstanceKernel, InstanceManager, Invocation, Next, Purpose, is_answer, is_read, peer
from amino_dms.api.delegation import Ending
from amino_dms.replication.entries import FIXED, Calls, Check, End, Entry, LoggedCall, call_of, to_bytes
from amino_dms.replication.group import Group
from amino_dms.replication.group_snapshot import GroupSnapshot, store_snapshot, stored_snapshot
from amino_dms.replication.member import Behind, Member
from amino_dms.replication.outcomes import Outcomes

if TYPE_CHECKING:
    from amino_dms.replication.consensus_rsm import ConsensusConfig

HEADER = "ConsensusRSM"


class ConsensusManager(InstanceManager["ConsensusConfig"]):
    """Every replica runs every call that is no read, in the order of the log, with the time and the chance that stand there."""

    def __init__(self, config: ConsensusConfig, kernel: InstanceKernel) -> None:
        super().__init__(config, kernel)
        self._group = Group()
        self._outcomes = Outcomes(int(config.keep.total_seconds() * 1e9))
        self._member = Member(kernel.log(), kernel.clock, self._calls, self._apply, lambda: self._group.elsewhere(kernel.title))
        self._loaded = False
        self._over = False
        self._detaching = False
        self._applying = asyncio.Lock()
        self._time_ns = 0
        self._sums: dict[int, bytes] = {}
        self._since_equal: set[str] = set()
        self._storing = False

    async def on_create(self, arrival: Arrival) -> None:
        """The first replica stores its state, from which the others are made; each begins where its state stands in the log.

        Raises:
            ObjectLost: the object is to be made anew, and its log has calls.
            OmsUnavailable: the store does not answer.
        """
        if not self._loaded:
            await self._begin(arrival)
        self._lead(self._group)
        self.kernel.spawn(self._run())

    async def on_destroy(self) -> None:
        """Calls that wait may have run, or run yet on the others."""
        self._over = True
        title = self.kernel.title
        self._member.fail(lambda: KernelUnavailable(f"a replica of {title} has ended; the call may have run, or run yet: call again"))

    async def on_detach(self) -> None:
        """What was answered before the end of the log's last entry is in the object; all replicas end with the same one."""
        self._detaching = True
        try:
            while True:
                await self._member.caught_up()
                await self.kernel.log().append(to_bytes(End()), self._member.position)
        except _Over:
            return
        finally:
            self._detaching = False

    async def on_call(self, call: Invocation, next: Next) -> Any:
        """A read runs here when everything is applied that was answered before; any other call goes by way of the log."""
        if is_read(call.method, self.kernel.interface):
            async with self._member.reading():
                return await next(call)
        epoch, logged = self._logged(call)
        if not self._member.leads and epoch > self._group.epoch:
            await self._ask_who_leads()
        ending = await self._member.ending(logged)
        if ending.error is not None:
            raise ending.error
        return ending.value

    @peer
    async def where(self) -> int:
        """How far this replica is."""
        return self._member.position

    @peer
    async def lead(self, epoch: int, leader: int) -> None:
        """Hears who leads."""
        self._lead(Group(epoch, leader))

    async def save(self, purpose: Purpose) -> Any:
        """Where the state stands in the log, and what became of calls."""
        return {
            "position": self._member.position,
            "time": self._time_ns,
            "outcomes": self._outcomes.to_value(),
            "group": self._group.to_value(),
            "sums": dict(self._sums),
            "over": self._over,
        }

    async def load(self, saved: Any, arrival: Arrival) -> None:
        """At another place, in another chain, or as a further replica."""
        self._loaded = True
        self._member.position, self._time_ns, self._over = saved["position"], saved["time"], saved["over"]
        self._outcomes.take_over(saved["outcomes"])
        self._group = Group.from_value(saved["group"])
        self._sums = saved["sums"]

    async def _begin(self, arrival: Arrival) -> None:
        found = await stored_snapshot(self.kernel)
        self._member.position = (await self.kernel.log().read(0)).end
        if arrival is Arrival.CREATED and self._member.position > 0:
            raise ObjectLost(
                f"{self.kernel.title} was not made anew: its log has calls, which its constructor's state would overwrite."
                " The object comes back as soon as a kernel may have it; to begin anew, delete it and register it again",
                details={"position": self._member.position},
            )
        if found is None or found.position < self._member.position or arrival is Arrival.ATTACHED:
            await store_snapshot(self.kernel, GroupSnapshot(self._member.position, await self.kernel.capture()), found)

    async def _run(self) -> None:
        try:
            if not self._over:
                await self._member.run()
        except (_Over, Moved):
            return
        except Behind:
            await self._to_be_replaced("the log does not reach back to it any more")
        except AminoError as error:
            await self._to_be_replaced(f"a call could not be run here: {error.message}")

    async def _to_be_replaced(self, reason: str) -> None:
        self._over = True
        title = self.kernel.title
        self._member.fail(lambda: KernelUnavailable(f"this replica of {title} is replaced by another one: {reason}; call again"))
        pause = 0.1
        while True:
            try:
                await self.kernel.coordinator().call("replace", self.kernel.replica, self.kernel.node.id, reason)
            except OmsUnavailable:
                await self.kernel.clock.sleep(pause)
                pause = min(2 * pause, 5.0)
            else:
                return

    def _logged(self, call: Invocation) -> tuple[int, LoggedCall]:
        match call.headers.get(HEADER):
            case [int(epoch), str(session), int(number), int(lowest)]:
                pass
            case _:
                raise ArgumentInvalid(f"the call {call.method} of {self.kernel.title} has no number; send it through a proxy of its chain")
        others = {name: value for name, value in call.headers.items() if name != HEADER and name != "replica"}
        seed = self.kernel.random.getrandbits(63)
        kwargs = dict(call.kwargs) or None
        of = (call.method, call.args, kwargs, call.request_id, call.client_id, seed, others or None)
        return epoch, LoggedCall(session, number, lowest, *of)

    def _calls(self, calls: tuple[bytes, ...]) -> Calls:
        return Calls(self._group.epoch, max(self._time_ns + 1, self.kernel.time_ns()), calls)

    async def _apply(self, position: int, entry: Entry) -> None:
        async with self.kernel.applying(frozen=self._detaching) as next, self._applying:
            if self._over:
                raise _Over
            if position != self._member.position + 1:
                return
            match entry:
                case Calls(_, time_ns, calls):
                    self._time_ns = time_ns
                    for data in calls:
                        await self._run_call(call_of(data), time_ns, next)
                case Check(at, checksum):
                    await self._compare(at, checksum)
                case End():
                    self._over = True
                    self._member.position = position
                    self._member.fail(lambda: self._group.elsewhere(self.kernel.title))
                    raise _Over
            self._member.position = position
            await self._keep(position)

    async def _run_call(self, call: LoggedCall, time_ns: int, next: Next) -> None:
        ending = self._outcomes.known(call, time_ns)
        if ending is None:
            self._since_equal.add(call.method)
            ending = await self._ran(call, time_ns, next)
            self._outcomes.note(call, ending)
        self._member.ended(call, ending)

    async def _ran(self, call: LoggedCall, time_ns: int, next: Next) -> Ending:
        headers = {**(call.headers or {}), FIXED: [time_ns, call.seed]}
        sent = Invocation(
            self.kernel.object_id,
            call.method,
            call.args,
            call.kwargs or {},
            request_id=call.request_id,
            client_id=call.client_id,
            headers=headers,
        )
        try:
            return Ending(await next(sent))
        except AminoError as error:
            if not is_answer(error) and not isinstance(error, InvalidRequest):
                raise
            return Ending(None, error)

    async def _compare(self, at: int, checksum: bytes) -> None:
        own = self._sums.pop(at, None)
        self._sums = {position: value for position, value in self._sums.items() if position > at}
        if own is not None and own != checksum:
            members = ", ".join(sorted(self._since_equal))
            raise as_error(RuntimeError(f"its state at position {at} differs from the leader's; called since the last check: {members}"))
        self._since_equal.clear()

    async def _keep(self, position: int) -> None:
        """Within `applying`: the state is that of the position."""
        if position % self.config.compare == 0:
            self._sums[position] = hashlib.sha256(encode((await self.kernel.copy()).value)).digest()
            if self._member.leads:
                await self._member.note(Check(position, self._sums[position]))
        if self._member.leads and position % self.config.snapshot == 0 and not self._storing:
            self._storing = True
            self.kernel.spawn(self._store(GroupSnapshot(position, await self.kernel.capture())))

    async def _store(self, snapshot: GroupSnapshot) -> None:
        try:
            found = await stored_snapshot(self.kernel)
            if await store_snapshot(self.kernel, snapshot, found) and found is not None:
                await self.kernel.log().trim(found.position)
        except OmsUnavailable:
            return  # the next one comes
        finally:
            self._storing = False

    async def _ask_who_leads(self) -> None:
        try:
            self._lead(Group.from_value(await self.kernel.coordinator().call("group")))
        except AminoError:
            return  # the caller hears that this replica does not lead

    def _lead(self, group: Group) -> None:
        self._group = max(self._group, group)
        self._member.leads = self._group.leader == self.kernel.replica and not self._over
        self._member.wake()


class _Over(Exception):
    """The log has ended for this manager."""
