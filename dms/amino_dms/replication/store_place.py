"""A replica's place in a log that is in the store."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from amino_wire.errors import ObjectLost, OmsUnavailable, Unavailable, as_error

from amino_dms.api import Arrival, InstanceKernel
from amino_dms.replication.ahead_entries import Ahead, Skipped
from amino_dms.replication.entries import Calls, Check, End, Entry, LoggedCall, ahead_of, to_bytes
from amino_dms.replication.group import Group
from amino_dms.replication.group_snapshot import GroupSnapshot, store_snapshot, stored_snapshot
from amino_dms.replication.machine import Machine
from amino_dms.replication.member import Member
from amino_dms.replication.place import LOOK_SECONDS, Over, Place

if TYPE_CHECKING:
    from amino_dms.replication.consensus_rsm import ConsensusConfig

_UNSAVED = "its log in the store grows with each call"
_TRIES = 3
"""So often an entry is appended anew behind others that came first."""


class StorePlace(Place):
    """See `Place`. The leader stores snapshots now and then, and the log is trimmed behind them."""

    def __init__(self, config: ConsensusConfig, kernel: InstanceKernel, machine: Machine) -> None:
        super().__init__(kernel, machine, config.compare, _UNSAVED)
        self._config = config
        self._group = Group()
        self._member = Member(kernel.log(), kernel.clock, self._calls, self._apply, lambda: self._group.elsewhere(kernel.title))
        self._sums: dict[int, bytes] = {}
        self._storing = False
        self._ahead = 0

    @property
    def _through(self) -> Member:
        return self._member

    @property
    def group(self) -> Group:
        return self._group

    def lead(self, group: Group) -> None:
        """Hears who leads."""
        self._group = max(self._group, group)
        self._member.leads = self._group.leader == self._kernel.replica and not self._over
        self._member.wake()

    async def begin(self, arrival: Arrival) -> None:
        if not self._loaded:
            await self._first(arrival)
        self.lead(self._group)

    async def detach(self) -> None:
        self._detaching = True
        try:
            while True:
                await self._member.caught_up()
                await self._kernel.log().append(to_bytes(End()), self._member.position)
        except Over:
            return
        finally:
            self._detaching = False

    async def point(self) -> int:
        async with self.reading():
            return self.position

    async def put(self, entry: Ahead) -> None:
        data = to_bytes(entry)
        for _ in range(_TRIES):
            await self.look(0.0)
            with suppress(Unavailable):
                if await self._kernel.log().append(data, self._ahead):
                    return

    async def look(self, seconds: float = LOOK_SECONDS) -> None:
        """Reads on behind the entry that is applied now; nobody else reads meanwhile."""
        self._ahead = max(self._ahead, self._member.position)
        try:
            page = await self._kernel.log().read(self._ahead, seconds)
        except Unavailable:
            await self._kernel.clock.sleep(LOOK_SECONDS)
            return
        if page.floor > self._ahead:
            raise as_error(RuntimeError("the log does not reach back to it any more"))
        for data in page.entries:
            if (entry := ahead_of(data)) is not None:
                self.hear(entry)
        self._ahead += len(page.entries)

    def save(self) -> dict[str, Any]:
        return {**super().save(), "group": self._group.to_value(), "sums": dict(self._sums)}

    def load(self, saved: dict[str, Any]) -> None:
        super().load(saved)
        self._group, self._sums = Group.from_value(saved["group"]), saved["sums"]

    async def _first(self, arrival: Arrival) -> None:
        found = await stored_snapshot(self._kernel)
        self._member.position = (await self._kernel.log().read(0)).end
        if arrival is Arrival.CREATED and self._member.position > 0:
            raise ObjectLost(
                f"{self._kernel.title} was not made anew: its log has calls, which its constructor's state would overwrite."
                " The object comes back as soon as a kernel may have it; to begin anew, delete it and register it again",
                details={"position": self._member.position},
            )
        if found is None or found.position < self._member.position or arrival is Arrival.ATTACHED:
            await store_snapshot(self._kernel, GroupSnapshot(self._member.position, await self._kernel.capture()), found)

    def _calls(self, calls: tuple[LoggedCall, ...]) -> Calls:
        self.poison.leads_in(self._group.epoch)
        return Calls(self._group.epoch, self._machine.next_time_ns(), calls)

    async def _apply(self, position: int, entry: Entry) -> None:
        async with self._turn() as next:
            if self._over:
                raise Over
            if position != self._member.position + 1:
                return
            match entry:
                case Calls():
                    await self.poison.run(entry, next, self._member.ended, position)
                case Skipped():
                    self.poison.check(entry)
                case Check(at, checksum):
                    self._compare(at, checksum)
                case End():
                    self._member.position = position
                    self.end(self._group.elsewhere(self._kernel.title))
                    raise Over
                case _:
                    pass  # calls have heard of it
            self._member.position = position
            await self._keep(position)

    def _compare(self, at: int, checksum: bytes) -> None:
        own = self._sums.pop(at, None)
        self._sums = {position: value for position, value in self._sums.items() if position > at}
        if own is not None and own != checksum:
            called = ", ".join(sorted(self._machine.called))
            raise as_error(RuntimeError(f"its state at position {at} differs from the leader's; called since they were equal: {called}"))
        self._machine.called.clear()

    async def _keep(self, position: int) -> None:
        """The state is that of the position."""
        if position % self._config.compare == 0:
            checksum = await self._machine.checksum()
            if checksum is not None:
                self._sums[position] = checksum
            if checksum is not None and self._member.leads:
                await self._member.note(Check(position, checksum))
        if self._member.leads and position % self._config.snapshot == 0 and not self._storing:
            taken = await self.captures.take(self._kernel.capture)
            if taken is not None:
                self._storing = True
                self._kernel.spawn(self._store(GroupSnapshot(position, taken)))

    async def _store(self, snapshot: GroupSnapshot) -> None:
        try:
            found = await stored_snapshot(self._kernel)
            if await store_snapshot(self._kernel, snapshot, found) and found is not None:
                await self._kernel.log().trim(found.position)
        except OmsUnavailable:
            return  # the next one comes
        finally:
            self._storing = False
