"""The object's part of LoadBalancedMasterSlave, one beside each replica: writes go by way of entries, reads run where they come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from amino_wire.errors import AminoError, ArgumentInvalid, KernelUnavailable, Outcome, to_payload
from amino_wire.values import decode

from amino_dms.api import Arrival, InstanceKernel, InstanceManager, Invocation, Next, Purpose, is_answer, is_read, peer, within
from amino_dms.master_slave.configuration import Configuration
from amino_dms.master_slave.following import Message
from amino_dms.master_slave.group_place import GroupPlace, Version
from amino_dms.replication.going_on import ask_for_another, go_on
from amino_dms.replication.incoming import logged_call
from amino_dms.replication.machine import Machine

if TYPE_CHECKING:
    from amino_dms.master_slave.load_balanced_master_slave import MasterSlaveConfig

HEADER: Final = "LoadBalancedMasterSlave"
"""The header under which a proxy sends a name of its own, and the version that the answer must have at least. The answer comes back in a
list: that name, its version, the epoch that the replica knows, and the result; behind it, the object's error."""
_LOAD_SECONDS = 1.0
_CATCH_UP_SECONDS = 0.1
"""How long a read waits for what a slave lacks, before it is handed on."""
_LEAVING_SECONDS = 20.0
_ANY: Version = (0, 0)


class MasterSlaveManager(InstanceManager["MasterSlaveConfig"]):
    """See the file's docstring."""

    def __init__(self, config: MasterSlaveConfig, kernel: InstanceKernel) -> None:
        super().__init__(config, kernel)
        self._machine = Machine(kernel, int(config.keep.total_seconds() * 1e9))
        self._place = GroupPlace(config, kernel, self._machine)
        self._reading = 0
        self._known: Any = None

    async def on_create(self, arrival: Arrival) -> None:
        """Raises ChainInvalid where calls may have other results on this kernel than on that of the first replica."""
        await self._machine.check_runtime()
        self._place.take_up(self._known)
        self.kernel.spawn(self._run())
        self.kernel.spawn(self._tell_load())

    async def on_destroy(self) -> None:
        """Calls that wait may have run, or run yet on the others."""
        self._place.end()

    async def on_call(self, call: Invocation, next: Next) -> Any:
        """A read runs here if this replica may answer it; any other call is brought to the slaves, and then runs."""
        asked = call.headers.get(HEADER)
        name, version = (None, _ANY) if asked is None else self._asked(call, asked)
        if is_read(call.method, self.kernel.interface):
            try:
                result = await self._read(call, next, version)
            except AminoError as error:
                if name is None or not is_answer(error):
                    raise
                # Its caller has seen this state too.
                return [name, *self._place.version, self._place.group.epoch, None, to_payload(error)]
        else:
            _, logged = logged_call(call, self.kernel, (HEADER,))
            ending = await self._place.ending(logged)
            if ending.error is not None:
                raise ending.error
            result = decode(ending.value.data)
        return result if name is None else [name, *self._place.version, self._place.group.epoch, result]

    @peer
    async def begin(self) -> str:
        """The name of this life of the replica."""
        return self._place.name

    @peer
    async def where(self) -> int:
        """A sign of life: the epoch by which this replica acts as master; 0: it is none."""
        return self._place.epoch

    @peer
    async def promise(self, epoch: int) -> Any:
        """Takes nothing any more from masters of earlier epochs. Its name, and how far it is."""
        return self._place.promise(epoch)

    @peer
    async def configured(self, configuration: Any) -> int:
        """Hears of a decision; answers as `where`."""
        return self._place.configured(Configuration.from_value(configuration))

    @peer
    async def settled(self, epoch: int, seconds: float = 0.0) -> bool:
        """Whether the slaves of the decision by which it acts have all that was answered before; waits for that so many seconds."""
        try:
            return await within(self.kernel.clock, seconds, self._settled(epoch))
        except TimeoutError:
            return False

    async def _settled(self, epoch: int) -> bool:
        while (leading := self._place.leading) is not None and self._place.epoch == epoch and not leading.settled:
            await self._place.changed.wait()
        return leading is not None and self._place.epoch == epoch

    @peer
    async def append(self, name: str, epoch: int, previous: int, term: int, entries: Any, final: int, answers: int) -> Any:
        """A message of the master; see `Message` and `Answer`."""
        message = Message(epoch, previous, term, [(each, entry) for each, entry in entries], final, answers)
        return self._place.take(name, message)

    @peer
    async def install(self, name: str, epoch: int, position: int, term: int, data: bytes) -> bool:
        """A state of the master, which has not kept all that this slave lacks."""
        return await self._place.install(name, epoch, position, term, data)

    @peer
    async def snapshot(self) -> bytes:
        """The state from which one more slave is made. Raises KernelUnavailable where this is not the master."""
        if self._place.leading is None:
            raise self._place.elsewhere()
        _, _, data = await self._place.state()
        return data

    @peer
    async def wake(self) -> None:
        """A slave has a read, and has not heard from the master for long."""
        self._place.senders.beat()

    @peer
    async def leave(self) -> None:
        """Returns when no call runs here any more: the replica is to end."""
        await self.kernel.leaving(_LEAVING_SECONDS)

    async def save(self, purpose: Purpose) -> Any:
        """Where the state stands, and what became of calls; for a move, its place in the group as well."""
        return self._place.save(goes_on=purpose is Purpose.MOVE)

    async def load(self, saved: Any, arrival: Arrival) -> None:
        """At another place, in another chain, or as a further replica."""
        self._known = saved.get("known")
        self._place.take_over(saved)

    async def _read(self, call: Invocation, next: Next, version: Version) -> Any:
        if not await self._place.may_read(version, _CATCH_UP_SECONDS):
            text = f"this replica of {self.kernel.title} has not heard from its master for too long to answer; call another one"
            raise KernelUnavailable(text, outcome=Outcome.NOT_RUN)
        over = self._reading > self.config.queue
        self._place.load.add(1, not over and 2 * self._reading > self.config.queue, over)
        self._reading += 1
        try:
            return await next(call)
        finally:
            self._reading -= 1

    def _asked(self, call: Invocation, asked: Any) -> tuple[str, Version]:
        match asked:
            case [str(name), int(term), int(position)] if len(name) <= len(self._place.name):
                return name, (term, position)
            case _:
                raise ArgumentInvalid(f"the header {HEADER} of {call.method} of {self.kernel.title} is none of its managers'; send none")

    async def _run(self) -> None:
        try:
            await go_on(self._place.run, self.kernel.clock)
        except AminoError as error:
            await self._to_be_replaced(f"it could not go on: {error.message}")

    async def _to_be_replaced(self, reason: str) -> None:
        await ask_for_another(self.kernel, self._place.name, self._place.end, reason)

    async def _tell_load(self) -> None:
        while True:
            await self.kernel.clock.sleep(_LOAD_SECONDS)
            if self._place.leading is not None and self._place.load.reads:
                await self._place.tell_load()
