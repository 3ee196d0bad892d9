"""The object's part of ConsensusRSM, one beside each replica: calls go by way of the log, and what it says is run."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from amino_wire.errors import AminoError, ArgumentInvalid, KernelUnavailable, Moved
from amino_wire.frames import CallOptions
from amino_wire.values import DEFAULT, EncodedValue, decode, encode

from amino_dms.api import REPLICA_HEADER, Arrival, GiveUp, InstanceKernel, InstanceManager, Invocation, Next, Purpose, Tell, is_read, peer
from amino_dms.api.delegation import Ending
from amino_dms.replication.entries import HEADER, LoggedCall
from amino_dms.replication.group import Group
from amino_dms.replication.kernel_place import KernelPlace
from amino_dms.replication.machine import Machine
from amino_dms.replication.member import Behind
from amino_dms.replication.member_work import CALL_BYTES
from amino_dms.replication.place import Over, Place
from amino_dms.replication.store_place import StorePlace

if TYPE_CHECKING:
    from amino_dms.replication.consensus_rsm import ConsensusConfig

_PAUSE = 0.1
_NUMBERS = 1 << 62
_NAME = 256


class ConsensusManager(InstanceManager["ConsensusConfig"]):
    """Every replica runs every call that is no read, in the order of the log, with the time and the chance that stand there."""

    def __init__(self, config: ConsensusConfig, kernel: InstanceKernel) -> None:
        super().__init__(config, kernel)
        self._machine = machine = Machine(kernel, int(config.keep.total_seconds() * 1e9))
        kind = KernelPlace if config.log == "kernels" else StorePlace
        self._place: Place = kind(config, kernel, machine)
        self._store = self._place if isinstance(self._place, StorePlace) else None
        self._kernels = self._place if isinstance(self._place, KernelPlace) else None

    async def on_create(self, arrival: Arrival) -> None:
        """The first replica stores its state, from which the others are made; each begins where its state stands in the log.

        Raises:
            ChainInvalid: calls may have other results on this kernel than on that of the first replica.
            ObjectLost: the object is to be made anew, and its log has calls.
            OmsUnavailable: the store does not answer.
        """
        await self._machine.check_runtime()
        await self._place.begin(arrival)
        self.kernel.spawn(self._run())

    async def on_destroy(self) -> None:
        """Calls that wait may have run, or run yet on the others."""
        self._place.end()

    async def on_detach(self) -> None:
        """Applies the log to its end: the object has all that was answered, and all replicas end with the same entry."""
        await self._place.detach()

    async def on_call(self, call: Invocation, next: Next) -> Any:
        """A read runs here when everything is applied that was answered before; any other call goes by way of the log."""
        if is_read(call.method, self.kernel.interface):
            async with self._place.reading():
                self._place.lends()
                return await next(call)
        epoch, logged = self._logged(call)
        if self._store is not None and not self._store.leads and epoch > self._store.group.epoch:
            await self._ask_who_leads(self._store)
        ending = await self._place.ending(logged)
        if ending.error is not None:
            raise ending.error
        return decode(ending.value.data)

    def takes(self, method: str, args: EncodedValue, options: CallOptions, tell: Tell) -> GiveUp | None:
        """A call that a proxy has numbered goes into a log between kernels as it has come, where this replica orders calls."""
        headers = options.headers
        if self._kernels is None or type(headers) is not EncodedValue or options.transaction_id or not self._place.leads:
            return None
        if is_read(method, self.kernel.interface):
            return None
        try:
            named: dict[str, Any] = decode(headers.data)
            if (given := named.pop(HEADER, None)) is None:
                return None
            _, session, number, lowest = self._numbers(method, given)
        except AminoError:
            return None  # `on_call` says so
        others = _others(named)
        kwargs = options.kwargs.data if type(options.kwargs) is EncodedValue else b""
        seed = self.kernel.random.getrandbits(63)
        call = LoggedCall(session, number, lowest, seed, method, args.data, kwargs, options.request_id, options.client_id, others)
        if call.size > CALL_BYTES:
            return None
        return self._place.want(call, partial(_tell, tell))

    @peer
    async def where(self) -> int:
        """How far this replica is."""
        return self._place.position

    @peer
    async def lead(self, epoch: int, leader: int) -> None:
        """Hears who leads a group whose log is in the store."""
        if self._store is not None:
            self._store.lead(Group(epoch, leader))

    @peer
    async def begin(self, founding: bool) -> Any:
        """Is a member of a group that keeps its own log from now on. Its kernel and incarnation."""
        if self._kernels is None:
            raise ArgumentInvalid(f"the log of {self.kernel.title} is in the store: it has no members")
        return list(self._kernels.sit(founding))

    @peer
    async def configured(self, configuration: bytes) -> None:
        """Hears of a decision about such a group."""
        if self._kernels is not None:
            self._kernels.configured(configuration)

    async def save(self, purpose: Purpose) -> Any:
        """Where the state stands in the log, and what became of calls.

        Raises:
            ObjectBusy: the replica is to move, and its group needs it where it is.
        """
        if purpose is Purpose.MOVE and self._kernels is not None and not self.kernel.goes_on:
            await self.kernel.coordinator().call("leave", self.kernel.replica, budget=5.0)
        return self._place.save()

    async def load(self, saved: Any, arrival: Arrival) -> None:
        """At another place, in another chain, or as a further replica."""
        self._place.load(saved)

    async def _run(self) -> None:
        try:
            while True:
                try:
                    await self._place.run()
                    return
                except Moved:
                    # The kernel's lease has ended, and another one may have begun since. Where the object has left, this part ends too.
                    await self.kernel.clock.sleep(_PAUSE)
        except Over:
            return
        except Behind:
            await self._to_be_replaced("the log does not reach back to it any more")
        except AminoError as error:
            await self._to_be_replaced(f"it could not go on: {error.message}")

    async def _to_be_replaced(self, reason: str) -> None:
        self._place.end(KernelUnavailable(f"this replica of {self.kernel.title} is replaced by another one: {reason}; call again"))
        pause = 0.1
        while True:
            try:
                await self.kernel.coordinator().call("replace", self.kernel.replica, self.kernel.node.id, reason)
            except AminoError:
                await self.kernel.clock.sleep(pause)
                pause = min(2 * pause, 5.0)
            else:
                return

    def _logged(self, call: Invocation) -> tuple[int, LoggedCall]:
        match call.headers.get(HEADER):
            case None:
                # It has come by no proxy of ours: all that says that it has come before is its own id.
                epoch, session, number, lowest = 0, f"@{call.request_id or self.kernel.random.getrandbits(64)}", 1, 1
            case given:
                epoch, session, number, lowest = self._numbers(call.method, given)
        others = _others({name: value for name, value in call.headers.items() if name != HEADER})
        seed = self.kernel.random.getrandbits(63)
        args, kwargs = DEFAULT.encode_array(call.args), encode(dict(call.kwargs)) if call.kwargs else b""
        of = (call.method, args, kwargs, call.request_id, call.client_id, others)
        return epoch, LoggedCall(session, number, lowest, seed, *of)

    def _numbers(self, method: str, given: Any) -> tuple[int, str, int, int]:
        """The epoch that a proxy knows, and the numbers it has given a call; raises ArgumentInvalid where no proxy gives such."""
        match given:
            case [int(epoch), str(session), int(number), int(lowest)] if max(abs(number), abs(lowest)) < _NUMBERS and len(session) < _NAME:
                return epoch, session, number, lowest
            case _:
                raise ArgumentInvalid(f"the call {method} of {self.kernel.title} has no number that its managers give; send none")

    async def _ask_who_leads(self, store: StorePlace) -> None:
        try:
            store.lead(Group.from_value(await self.kernel.coordinator().call("group")))
        except AminoError:
            return  # the caller hears that this replica does not lead


def _others(headers: Mapping[str, Any]) -> bytes:
    """The headers of a call that are for managers nearer the object, encoded; empty: there are none."""
    others = {name: value for name, value in headers.items() if name != REPLICA_HEADER and not name.startswith("@")}
    return encode(others) if others else b""


def _tell(tell: Tell, how: Ending | AminoError) -> None:
    if isinstance(how, Ending):
        tell(how.value if how.error is None else how.error)
    else:
        tell(how)
