"""Registration with the OMS and the lease, driven by the clock. The rules are in `lease`."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog
from amino_dms.api import Clock, within
from amino_kernel.links.oms_client import OmsClient
from amino_kernel.membership.lease import Lease
from amino_kernel.membership.lease_clock import LeaseClock
from amino_kernel.membership.outage import Outage
from amino_kernel.membership.seen_store import SeenStore
from amino_wire.errors import AminoError, DeadlineExceeded, EpochStale, OmsUnavailable, PermissionDenied, StoreOutdated
from amino_wire.pb import common_pb2, oms_pb2
from amino_wire.protocol import VERSION
from amino_wire.versions import check_version

log = structlog.get_logger(__name__)

RPC_SECONDS = 5.0
PAGE = 5000
LOST_TOLD = 1000
"""Of so many objects a kernel that leaves says why it does not keep them."""
"""How many instances are listed in one message: far below what gRPC takes, and soon answered."""
LOOK_SECONDS = 1.0
"""The event loop's clock may stand still while the machine is suspended, so no sleep is longer than that."""


@dataclass(frozen=True, slots=True)
class MembershipActions:
    """The acts that membership asks of the kernel.

    `describe` answers the registration without its incarnation and instances; `instances` those behind an id, in the order of
    the ids, at most so many; `trust` is told the cluster's secret before anybody counts on this kernel; `registered` is called
    when the OMS knows all instances; `load` answers the load and the number of instances, `returning` whether objects of earlier lives
    may be about to come back; `drop` ends instances that live
    elsewhere now, as they were listed; `prolong` says until which moment of the lease's clock the lease lasts, `fence` and
    `resume` act on all objects, and `outage` tells them that no OMS answers; `superseded` ends this process: another one has taken
    over the kernel's id.
    """

    kernel_id: str
    describe: Callable[[], oms_pb2.RegisterKernelRequest]
    instances: Callable[[str, int], list[common_pb2.InstanceState]]
    registered: Callable[[], None]
    trust: Callable[[str], Awaitable[None]]
    load: Callable[[], tuple[float, int]]
    returning: Callable[[], bool]
    drop: Callable[[Sequence[common_pb2.InstanceState]], Awaitable[None]]
    prolong: Callable[[float], Awaitable[None]]
    fence: Callable[[], Awaitable[None]]
    resume: Callable[[], Awaitable[None]]
    outage: Callable[[], Awaitable[None]]
    superseded: Callable[[], None]


class Membership:
    """Keeps this kernel registered, its lease alive, and its objects silent while the lease is not held.

    Args:
        oms: The OMS that grants the lease.
        actions: The acts of the kernel that it asks for.
        clock: Measures how long to wait.
        lease_clock: Measures the lease; unlike `clock` it counts the time in which the machine was suspended.
        seen: How far the OMS's store has come, as far as this kernel has heard.
    """

    def __init__(
        self, oms: OmsClient, actions: MembershipActions, clock: Clock, lease_clock: LeaseClock, seen: SeenStore | None = None
    ) -> None:
        self._oms = oms
        self._seen = seen or SeenStore(None, clock.now)
        self._waiting_clock, self._clock = clock, lease_clock
        self._actions = actions
        self._lease = Lease()
        self._joined = asyncio.Event()
        self._wake = asyncio.Event()
        self._complained = ""
        self._draining = False
        self._listings = 0
        self._list_again = False
        self._lost: list[common_pb2.InstanceState] = []
        self._applied: list[common_pb2.InstanceState] = []
        self.outage = Outage(clock, lease_clock, lambda: self._guarded(actions.outage()))
        # A new leader makes no objects here before it knows this kernel.
        oms.when_lost(self.tell)

    @property
    def incarnation(self) -> int:
        """Counts the lives of this kernel; 0 before the first registration."""
        return self._lease.incarnation

    @property
    def held(self) -> bool:
        """Whether this kernel may answer for its objects; a kernel that was never registered has nobody to ask."""
        return not self._lease.incarnation or self._lease.held(self._clock.now())

    @property
    def lease(self) -> Lease:
        """This kernel's knowledge of its lease."""
        return self._lease

    def listings(self) -> int:
        """How often this kernel has begun to tell the OMS what is here."""
        return self._listings

    @property
    def joined(self) -> bool:
        return self._joined.is_set()

    async def wait_joined(self, seconds: float | None) -> None:
        """Waits for the first registration; with None as long as it takes.

        Raises:
            OmsUnavailable: There was none within that time.
        """
        if self._joined.is_set():
            return
        try:
            await (self._joined.wait() if seconds is None else within(self._waiting_clock, seconds, self._joined.wait()))
        except TimeoutError:
            raise OmsUnavailable(f"This kernel has not reached the OMS at {self._oms.address} yet. Is `amino oms` running there?") from None

    def report_lost(self, lost: Sequence[common_pb2.InstanceState]) -> None:
        """Tells the OMS, with the next sign of life, that objects have ended here without being told to."""
        self._lost.extend(lost)
        self._lease = self._lease.due(self._clock.now())
        self._wake.set()

    def report_applied(self, applied: common_pb2.InstanceState) -> None:
        """Tells the OMS, with the next sign of life, that a spec is in force for an instance."""
        self._applied.append(applied)

    def drain(self, wanted: bool = True) -> None:
        """Tells the OMS, with the next sign of life, that this kernel is to get no further objects; False: that it takes them again."""
        self._draining = wanted
        self.tell()

    def tell(self) -> None:
        """Gives the next sign of life at once: the OMS is to hear how things are now."""
        self._lease = self._lease.due(self._clock.now())
        self._wake.set()

    def give_up(self) -> None:
        """From now on the kernel answers for nothing. To be called when `run` has ended."""
        self._lease = self._lease.given_up()
        self.outage.close()

    def list_again(self) -> None:
        """Registers once more, in the same life, so that the OMS hears which instances are here now."""
        self._list_again = True
        self._lease = self._lease.unknown(self._clock.now())
        self._wake.set()

    async def run(self) -> None:
        """Runs until cancelled."""
        while True:
            now = self._clock.now()
            if self._lease.must_fence(now):
                log.warning("the lease has ended: objects answer no more until the OMS is back", oms=self._oms.address)
                self._lease = self._lease.with_fence(True)
                await self._guarded(self._actions.fence())
            elif self._lease.may_resume(now):
                self._lease = self._lease.with_fence(False)
                await self._guarded(self._actions.resume())
            elif now >= self._lease.next_attempt_at:
                await self._attempt()
            else:
                await self._sleep(min(self._lease.wait(now), LOOK_SECONDS))

    async def leave(self, *, keeps: bool = False, lost: Sequence[common_pb2.InstanceState] = ()) -> None:
        """Says goodbye, so that the OMS need not wait for the lease to end.

        Args:
            keeps: Whether states of its instances lie in the kernel's data folder.
            lost: Instances whose states do not, with the reasons.
        """
        if self._lease.incarnation:
            request = oms_pb2.LeaveRequest(
                kernel_id=self._actions.kernel_id, incarnation=self._lease.incarnation, keeps=keeps, lost=lost[:LOST_TOLD]
            )
            with contextlib.suppress(AminoError):
                await self._oms.ask(self._oms.stub.Leave, request, timeout=2.0)

    async def _attempt(self) -> None:
        # The lease must be able to end while the OMS is silent, so an RPC never takes longer than the rest of it.
        now = self._clock.now()
        if self._lease.incarnation:
            self.outage.asking(held=self._lease.held(now))
        left = self._lease.ends_at - now
        timeout = min(RPC_SECONDS, left) if self._lease.held(now) and not self._lease.fenced else RPC_SECONDS
        attempt = self._renew if self._lease.registered else self._register
        try:
            await attempt(max(0.05, timeout))
        except EpochStale as error:
            log.error("this process must end", error=error.message)
            self._actions.superseded()
            self._lease = self._lease.failed(self._clock.now())
        except AminoError as error:
            if not isinstance(error, OmsUnavailable | DeadlineExceeded):
                self.outage.heard()
            self._complain(error)
            self._lease = self._lease.failed(self._clock.now())

    def _complain(self, error: AminoError) -> None:
        """Says once in the log why the kernel is not registered, and once more when there is another reason."""
        if error.code != self._complained:
            self._complained = error.code
            if isinstance(error, StoreOutdated):
                log.error("the OMS works on an old copy of its store; trying again", oms=self._oms.address, error=error.message)
            else:
                log.warning("the OMS does not answer; trying again", oms=self._oms.address, error=error.message)

    async def _register(self, timeout: float) -> None:
        self._listings, self._list_again = self._listings + 1, False
        request = self._actions.describe()
        request.incarnation, request.wire_version = self._lease.incarnation, VERSION
        page = self._actions.instances("", PAGE + 1)
        request.instances.extend(page[:PAGE])
        request.more = len(page) > PAGE
        if self._seen.mark is not None:
            request.seen.CopyFrom(self._seen.mark)
        sent_at = self._clock.now()
        answer: oms_pb2.RegisterKernelResponse = await self._oms.ask(self._oms.stub.RegisterKernel, request, timeout)
        self.outage.heard()
        check_version(answer.wire_version, f"the OMS at {self._oms.address}", "this kernel")
        await self._actions.trust(answer.cluster_secret)
        self._hear(answer)
        await self._drop(request.instances, answer.fenced)
        lease_ms = answer.lease_ms
        if request.more:
            sent_at, lease_ms = await self._list_on(answer.incarnation, request.instances[-1].instance)
            if not lease_ms:
                self._lease = self._lease.failed(self._clock.now())
                return
        self._lease = self._lease.granted(sent_at, lease_ms / 1000, answer.incarnation)
        self.outage.answered()
        self._actions.registered()
        await self._actions.prolong(self._lease.ends_at)
        self._complained = ""
        self._joined.set()
        if self._list_again:
            # Something has changed behind the place in the list that this registration had come to.
            self._lease = self._lease.unknown(self._clock.now())
        log.info("registered", oms=self._oms.address, incarnation=answer.incarnation, lease_ms=answer.lease_ms)

    async def _list_on(self, incarnation: int, after: str) -> tuple[float, int]:
        """Sends the further pages of the list of instances. Answers when the last left, and the lease in milliseconds (0: begin again)."""
        while True:
            page = self._actions.instances(after, PAGE + 1)
            request = oms_pb2.ListInstancesRequest(
                kernel_id=self._actions.kernel_id, incarnation=incarnation, after=after, instances=page[:PAGE], more=len(page) > PAGE
            )
            sent_at = self._clock.now()
            answer: oms_pb2.ListInstancesResponse = await self._oms.ask(self._oms.stub.ListInstances, request, RPC_SECONDS)
            self.outage.heard()
            await self._drop(request.instances, answer.fenced)
            if not answer.known or not request.more:
                return sent_at, answer.lease_ms if answer.known else 0
            after = request.instances[-1].instance

    def _hear(self, answer: oms_pb2.RegisterKernelResponse | oms_pb2.KeepAliveResponse) -> None:
        if answer.HasField("store"):
            self._seen.hear(answer.store)

    async def _drop(self, listed: Sequence[common_pb2.InstanceState], fenced: Sequence[str]) -> None:
        if fenced:
            elsewhere = set(fenced)
            await self._guarded(self._actions.drop([each for each in listed if each.instance in elsewhere]))

    async def _renew(self, timeout: float) -> None:
        load, objects = self._actions.load()
        lost, applied = list(self._lost), list(self._applied)
        request = oms_pb2.KeepAliveRequest(
            kernel_id=self._actions.kernel_id,
            incarnation=self._lease.incarnation,
            load=load,
            objects=objects,
            lost=lost,
            applied=applied,
            draining=self._draining,
            returning=self._actions.returning(),
        )
        sent_at = self._clock.now()
        try:
            answer: oms_pb2.KeepAliveResponse = await self._oms.ask(self._oms.stub.KeepAlive, request, timeout)
        except PermissionDenied:
            # An OMS with another store has another secret, and knows nothing of this kernel.
            self.outage.heard()
            self._lease = self._lease.unknown(self._clock.now())
            return
        if answer.known:
            self._hear(answer)  # else it may be a store that is about to refuse this kernel
            del self._lost[: len(lost)]
            del self._applied[: len(applied)]
            self._lease = self._lease.granted(sent_at, answer.lease_ms / 1000, self._lease.incarnation)
            self.outage.answered()
            await self._actions.prolong(self._lease.ends_at)
            if self._list_again:
                self._lease = self._lease.unknown(self._clock.now())
        else:
            self.outage.heard()
            self._lease = self._lease.unknown(self._clock.now())

    async def _sleep(self, seconds: float) -> None:
        self._wake.clear()
        with contextlib.suppress(TimeoutError):
            await within(self._waiting_clock, seconds, self._wake.wait())

    async def _guarded(self, action: Awaitable[None]) -> None:
        try:
            await action
        except AminoError as error:
            log.error("an order to the JVM half failed", error=error.message)
