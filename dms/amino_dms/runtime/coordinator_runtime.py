"""The coordinators of one object, at the OMS."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

from amino_wire.errors import ArgumentInvalid
from amino_wire.values import encode

from amino_dms.api import Arrival, Coordinator, Purpose, Replica
from amino_dms.chain import Chain
from amino_dms.runtime.hosts import CoordinatorHost, ObjectView
from amino_dms.runtime.kernels import Background, Holder, HostedCoordinatorKernel, durable_prefix
from amino_dms.runtime.members import method_of, tell_members


class CoordinatorRuntime:
    """Hosts the coordinators of a chain. What they know is stored before anybody hears of it, so the end of the OMS loses none of it.

    Arguments:
        chain: the object's managers.
        view: what is known of the object.
        host: the OMS.
    """

    def __init__(self, chain: Chain, view: ObjectView, host: CoordinatorHost) -> None:
        self.chain = chain
        self._host = host
        self._holder = Holder(view)
        self._background = Background()
        self._versions: dict[int, int] = {}
        self._stored: dict[int, bytes] = {}
        self._storing = asyncio.Lock()
        self._opened: dict[int, Coordinator[Any]] = {}
        self._parts: dict[int, Coordinator[Any]] = {}
        for index, manager in enumerate(chain.managers):
            if manager.coordinator is not None:
                kernel = HostedCoordinatorKernel(host, self._holder, manager, index, self._background)
                self._parts[index] = manager.coordinator(manager.config, kernel)

    @property
    def view(self) -> ObjectView:
        """What is known of the object."""
        return self._holder.view

    async def open(self, arrival: Arrival = Arrival.CREATED) -> None:
        """Makes the coordinators, or makes them again from what is stored. `on_create` has come to its end exactly once, however often
        the OMS ended in between.

        Raises:
            OmsUnavailable: the store does not answer.
        """
        for index, part in self._parts.items():
            found = await self._host.durable_get(self._key(index))
            self._versions[index] = found.version
            record = cast("Mapping[str, Any]", found.value or {})
            if record.get("state") is not None:
                await part.load(record["state"], Arrival.RECOVERED)
            if record.get("created"):
                self._stored[index] = encode(record)
            else:
                await part.on_create(arrival)
            self._opened[index] = part
            await self._store(index)

    async def close(self, *, ended: bool = True, stay: Collection[str] = ()) -> None:
        """Ends the coordinators here.

        Arguments:
            ended: the object or its chain is gone, not only this process.
            stay: names of managers that are in the object's next chain too, whose coordinators go on there.
        """
        if ended:
            for index, part in self._opened.items():
                if self.chain.managers[index].name not in stay:
                    await part.on_destroy()
        await self._background.end()

    async def call(self, index: int, method: str, args: Sequence[Any], kwargs: Mapping[str, Any] | None = None) -> Any:
        """A command or a method for peers, of the coordinator at `index` of the chain.

        Raises:
            MemberNotFound: there is no such method.
            ArgumentInvalid: the arguments do not fit.
            EpochStale: another OMS changed the coordinator's state meanwhile.
            AminoError: what the method raises.
        """
        owner = self.chain.managers[index].name if index < len(self.chain) else f"number {index}"
        run = method_of(self._opened.get(index), owner, method, commands_only=False)
        try:
            pending = run(*args, **(kwargs or {}))
        except TypeError as error:
            raise ArgumentInvalid(f"{owner}.{method}: {error}") from None
        result = await pending
        await self._store(index)
        return result

    async def failure(self, replica: Replica) -> bool:
        """A replica's node was declared dead: asks the coordinators, first of the chain first, until one has dealt with it.

        Returns:
            whether one has; if not, the replica is lost.
        """
        for index, part in self._opened.items():
            done = await part.on_failure(replica)
            await self._store(index)
            if done:
                return True
        return False

    async def returned(self, replica: Replica) -> bool:
        """A replica whose node was declared dead is still there: whether all coordinators let it go on as it is."""
        for index, part in self._opened.items():
            accepted = await part.on_return(replica)
            await self._store(index)
            if not accepted:
                return False
        return True

    async def update(self, view: ObjectView) -> None:
        """Takes note of a new view; the coordinators hear of replicas that came and went."""
        before, self._holder.view = self._holder.view, view
        opened = dict(self._opened)
        await tell_members(opened.values(), before, view)
        for index in opened:
            await self._store(index)

    async def _store(self, index: int) -> None:
        async with self._storing:
            record = {"created": True, "state": await self._parts[index].save(Purpose.CHECKPOINT)}
            data = encode(record)
            if data != self._stored.get(index):
                self._versions[index] = await self._host.durable_put(self._key(index), record, self._versions[index])
                self._stored[index] = data

    def _key(self, index: int) -> str:
        return f"{durable_prefix(self.view.object_id)}{self.chain.managers[index].name}/@coordinator"
