"""The object's part of ConsensusRSM, one beside each replica: calls go by way of the log, and what it says is run."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from amino_wire.errors import AminoError, ArgumentInvalid, Deadlock, InternalError, KernelUnavailable, MemberNotFound, Outcome
from amino_wire.frames import CallOptions
from amino_wire.transactions import own_transaction
from amino_wire.values import EncodedValue, decode

from amino_dms.api import (
    COMMAND,
    LEFT,
    Arrival,
    GiveUp,
    InstanceKernel,
    InstanceManager,
    Invocation,
    Next,
    OutsideCall,
    Postponed,
    Purpose,
    Tell,
    is_answer,
    is_of,
    is_read,
    peer,
    question,
)
from amino_dms.api.delegation import Ending
from amino_dms.replication.entries import HEADER
from amino_dms.replication.freshness import Freshness
from amino_dms.replication.going_on import ask_for_another, go_on
from amino_dms.replication.group import Group
from amino_dms.replication.incoming import encoded_call, logged_call
from amino_dms.replication.kernel_place import KernelPlace
from amino_dms.replication.machine import Machine
from amino_dms.replication.member import Behind
from amino_dms.replication.member_work import CALL_BYTES
from amino_dms.replication.outside_calls import OutsideCalls
from amino_dms.replication.place import Over, Place
from amino_dms.replication.reading import AT_LEADER, Answer
from amino_dms.replication.reading import HEADER as LOCAL
from amino_dms.replication.store_place import StorePlace

if TYPE_CHECKING:
    from amino_dms.replication.consensus_rsm import ConsensusConfig


_LOOK_SECONDS: Final = 30.0
"""A call that waits for another one's end looks after so long whether it still has to."""


class ConsensusManager(InstanceManager["ConsensusConfig"]):
    """Every replica runs every call that is no read, in the order of the log, with the time and the chance that stand there."""

    def __init__(self, config: ConsensusConfig, kernel: InstanceKernel) -> None:
        super().__init__(config, kernel)
        self._machine = machine = Machine(kernel, int(config.keep.total_seconds() * 1e9), int(config.run.total_seconds() * 1e3))
        kind = KernelPlace if config.log == "kernels" else StorePlace
        self._place: Place = kind(config, kernel, machine)
        machine.outside = outside = OutsideCalls(kernel, config.outside.total_seconds())
        outside.use(self._place)
        self._store = self._place if isinstance(self._place, StorePlace) else None
        self._kernels = self._place if isinstance(self._place, KernelPlace) else None
        self._asks_first = kernel.asks_first
        self._postponed: asyncio.Future[AminoError | None] | None = None
        """What calls waited for that came last."""
        self._freshness = Freshness(kernel.clock, config.age.total_seconds(), self._place.point)

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
        self._refuse_circle(call)
        while True:
            try:
                return await self._once(call, next)
            except Postponed as postponed:
                call = await self._until(postponed, call)

    async def _once(self, call: Invocation, next: Next) -> Any:
        # The id of the object that the call names is that of this replica.
        if is_read(call.method, self.kernel.interface) and not own_transaction(call.transaction_id, self.kernel.object_id):
            if LOCAL in call.headers:
                return await self._read_locally(call, next)
            async with self._place.reading():
                self._place.lends()
                return await next(call)
        if not (self._asks_first and self._place.leads):
            return await self._written(call)
        async with self.kernel.ordering(call) as asked:
            return await self._written(asked)

    async def _written(self, call: Invocation) -> Any:
        epoch, logged = logged_call(call, self.kernel)
        if self._store is not None and not self._store.leads and epoch > self._store.group.epoch:
            await self._ask_who_leads(self._store)
        ending = await self._place.ending(logged)
        if ending.error is not None:
            raise ending.error
        return decode(ending.value.data)

    async def _until(self, postponed: Postponed, call: Invocation) -> Invocation:
        """The call, when it may be put into the log again. Raises Moved where the object prepares to move, or what ends the call: it has
        not run."""
        self._postponed = until = postponed.until
        with suppress(TimeoutError):
            if postponed.instead is not None:
                return await self.kernel.held(postponed.instead(call), _LOOK_SECONDS)
            await self.kernel.held(asyncio.wait({until}), _LOOK_SECONDS)
        if until.done() and (error := until.result()) is not None:
            raise error
        return call

    def takes(self, method: str, args: EncodedValue, options: CallOptions, tell: Tell) -> GiveUp | None:
        """A call that a proxy has numbered goes into a log between kernels as it has come, where this replica orders calls."""
        if (
            self._kernels is None
            or options.transaction_id
            or self._asks_first
            or not self._place.leads
            or is_read(method, self.kernel.interface)
        ):
            return None
        if self._circle(options.chain) or (self._postponed is not None and not self._postponed.done()):
            return None  # `on_call` says so, or waits
        try:
            call = encoded_call(method, args, options, self.kernel)
            return None if call is None or call.size > CALL_BYTES else self._place.want(call, partial(_tell, tell))
        except AminoError:
            return None  # `on_call` says so

    async def calls_out(self, call: OutsideCall) -> EncodedValue:
        """The leader makes it, and its outcome is an entry of the log."""
        outside = self._machine.outside
        assert outside is not None, "set when this was made"
        return await outside.ask(call)

    def _circle(self, chain: tuple[str, ...]) -> bool:
        return any(is_of(hop, self.kernel.object_id) for hop in chain[1:])

    def _refuse_circle(self, call: Invocation) -> None:
        if self._circle(call.chain):
            raise Deadlock(
                f"{call.method} of {self.kernel.title} would wait for {' → '.join(call.chain[1:])}, which waits for it:"
                " a replicated object runs one call after another; make the two calls one after the other",
                outcome=Outcome.NOT_RUN,
            )

    async def _read_locally(self, call: Invocation, next: Next) -> Any:
        """The read with a position that it has seen at most; see `Answer`."""
        match call.headers[LOCAL]:
            case [int(least)]:
                pass
            case _:
                raise ArgumentInvalid(f"the read {call.method} of {self.kernel.title} has no position that its managers give; send none")
        if least == AT_LEADER:
            async with self._place.reading():
                return await self._answer(call, next)
        await self._place.reached(max(least, await self._freshness.position()), self.config.patience.total_seconds())
        async with self._place.reads.reading():
            return await self._answer(call, next)

    async def _answer(self, call: Invocation, next: Next) -> Any:
        try:
            value = await next(call)
        except AminoError as error:
            if not is_answer(error):
                raise
            return Answer(self._place.position, error=error).to_value()
        return Answer(self._place.position, value).to_value()

    @question
    async def command(self, numbers: list[Any], manager: str, name: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """A command of a manager nearer the object, with the numbers of the proxy that it has come from: an entry of the log."""

        async def nowhere(call: Invocation) -> Any:
            raise InternalError(f"{call.method} is an entry of the log")

        words = (manager, name, args, kwargs)
        return await self.on_call(Invocation(self.kernel.object_id, COMMAND, words, headers={HEADER: numbers}), nowhere)

    @peer
    async def point(self) -> int:
        """At the leader: a position up to which everything is that has been answered before."""
        async with self._place.reading():
            return self._place.position

    @peer
    async def fared(self, position: int, session: str, number: int) -> str:
        """What became of a call here, by its place in the log; see `Fare`."""
        return self._place.poison.fared((position, session, number)).value

    @peer
    async def where(self) -> int:
        """How far this replica is."""
        return self._place.position

    @peer
    async def trouble(self) -> str:
        """Why its state could not be captured for others when that was tried last, for people; empty: it could."""
        return self._place.captures.trouble

    @peer
    async def lead(self, epoch: int, leader: int) -> None:
        """Hears who leads a group whose log is in the store."""
        if self._store is not None:
            self._store.lead(Group(epoch, leader))

    @peer
    async def begin(self, founding: bool, known: bytes | None = None) -> Any:
        """Is a member of a group that keeps its own log from now on. Its kernel and incarnation.

        Arguments:
            founding: the group begins.
            known: its configuration as the coordinator knows it.
        """
        if self._kernels is None:
            raise ArgumentInvalid(f"the log of {self.kernel.title} is in the store: it has no members")
        return list(await self._kernels.sit(founding, known))

    @peer
    async def configured(self, configuration: bytes) -> None:
        """Hears of a decision about such a group."""
        if self._kernels is not None:
            self._kernels.configured(configuration)

    @peer
    async def forget(self) -> None:
        """The group does without what this replica knows, on the disk as well: it is wrong, or of no use."""
        if self._kernels is not None:
            self._kernels.forget()

    @peer
    async def finish(self, incarnation: int) -> None:
        """The chain ends: returns when this replica, the member of that incarnation, has applied the log of its group to its end."""
        if self._kernels is not None:
            await self._kernels.finish(incarnation)

    async def save(self, purpose: Purpose) -> Any:
        """Where the state stands in the log, and what became of calls.

        Raises:
            ObjectBusy: the replica is to move, and its group needs it where it is.
        """
        if purpose is Purpose.MOVE and self._kernels is not None and not self.kernel.goes_on:
            # Without a coordinator the group is over: the object gets a chain without this manager.
            with suppress(MemberNotFound):
                await self.kernel.coordinator().call("leave", self.kernel.replica, budget=5.0)
        return self._place.save()

    async def load(self, saved: Any, arrival: Arrival) -> None:
        """At another place, in another chain, or as a further replica."""
        self._place.load(saved)

    async def _run(self) -> None:
        try:
            await go_on(self._place.run, self.kernel.clock)
        except Over:
            return
        except Behind:
            await self._to_be_replaced("the log does not reach back to it any more")
        except AminoError as error:
            await self._to_be_replaced(f"it could not go on ({error.code}): {error.message}")

    async def _to_be_replaced(self, reason: str) -> None:
        await ask_for_another(self.kernel, self.kernel.node.id, self._place.end, reason)

    async def _ask_who_leads(self, store: StorePlace) -> None:
        try:
            store.lead(Group.from_value(await self.kernel.coordinator().call("group")))
        except AminoError:
            return  # the caller hears that this replica does not lead


def _tell(tell: Tell, how: Ending | AminoError) -> None:
    if isinstance(how, Ending):
        tell(how.value if how.error is None else how.error)
    elif isinstance(how, Postponed):
        # Its proxy sends it again at once, and `on_call` waits.
        tell(KernelUnavailable(how.message, outcome=Outcome.NOT_RUN, details={LEFT: True}))
    else:
        tell(how)
