"""The coordinators of one object, at the OMS."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any, cast

from amino_wire.errors import AminoError, InternalError
from amino_wire.values import encode

from amino_dms.api import Arrival, Coordinator, Purpose, Replica
from amino_dms.chain import Chain
from amino_dms.runtime.hosts import CoordinatorHost, ObjectView
from amino_dms.runtime.kernels import Background, Holder, HostedCoordinatorKernel, durable_prefix
from amino_dms.runtime.members import begun, method_of, tell_members
from amino_dms.runtime.upcalls import Upcall, tell_at_once

_log = logging.getLogger(__name__)


class CoordinatorRuntime:
    """Hosts the coordinators of a chain. Their state is stored before anybody hears of it, so the end of the OMS loses none of it.

    Arguments:
        chain: the object's managers.
        view: the facts that parts may know of the object.
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
        self._kernels: dict[int, HostedCoordinatorKernel] = {}
        self._parts: dict[int, Coordinator[Any]] = {}
        for index, manager in enumerate(chain.managers):
            if manager.coordinator is not None:
                kernel = HostedCoordinatorKernel(host, self._holder, manager, index, self._background)
                self._kernels[index] = kernel
                self._parts[index] = manager.coordinator(manager.config, kernel)

    @property
    def view(self) -> ObjectView:
        """The facts that parts may know of the object."""
        return self._holder.view

    async def open(self, arrival: Arrival = Arrival.CREATED) -> None:
        """Makes the coordinators, or makes them again from their stored state. `on_create` has come to its end exactly once, however often
        the OMS ended in between. All are made, also where one fails: each stands for itself.

        Raises:
            OmsUnavailable: the store does not answer.
            AminoError: what the first coordinator raised; its details name the manager and the upcall.
        """
        first: AminoError | None = None
        for index in self._parts:
            try:
                await self._open(index, arrival)
            except AminoError as error:
                first = first or error
        if first is not None:
            raise first

    async def _open(self, index: int, arrival: Arrival) -> None:
        part = self._parts[index]
        found = await self._host.durable_get(self._key(index))
        self._versions[index] = found.version
        record = cast("Mapping[str, Any]", found.value or {})
        if record.get("state") is not None:
            await self._upcall(index, "load", partial(part.load, record["state"], Arrival.RECOVERED)).result()
        if record.get("created"):
            self._stored[index] = encode(record)
        else:
            await self._upcall(index, "on_create", partial(part.on_create, arrival)).result()
        self._opened[index] = part
        await self._store(index)

    async def close(self, *, ended: bool = True, stay: Collection[str] = ()) -> None:
        """Ends the coordinators here, `ENDING_SECONDS` at most for each. An error of a coordinator is logged. Nothing
        that they still do is stored.

        Arguments:
            ended: the object or its chain is gone, not only this process.
            stay: names of managers that are in the object's next chain too, whose coordinators go on there.
        """
        opened, self._opened = self._opened, {}
        told = {index: part for index, part in opened.items() if ended and self.chain.managers[index].name not in stay}
        upcalls = [self._upcall(index, "on_destroy", part.on_destroy) for index, part in told.items()]
        try:
            await tell_at_once(self._host.clock, upcalls)
        finally:
            for kernel in self._kernels.values():
                kernel.end()
            await self._background.end(self._host.clock)

    async def call(
        self, index: int, method: str, args: Sequence[Any], kwargs: Mapping[str, Any] | None = None, *, by_client: bool = False
    ) -> Any:
        """A command or a method for peers, of the coordinator at `index` of the chain.

        Raises:
            MemberNotFound, PermissionDenied: see `method_of`.
            ArgumentInvalid: the arguments do not fit.
            EpochStale: another OMS changed the coordinator's state meanwhile.
            AminoError: what the method raises.
        """
        owner = self.chain.managers[index].name if index < len(self.chain) else f"number {index}"
        run = method_of(self._opened.get(index), owner, method, commands_only=False, by_client=by_client)
        result = await begun(run, owner, method, args, kwargs)
        await self._store(index)
        return result

    async def failure(self, replica: Replica) -> bool:
        """A replica's node was declared dead: asks the coordinators, first of the chain first, until one has dealt with it.
        A coordinator that makes a mistake is passed over.

        Returns:
            whether one has; if not, the replica is lost.

        Raises:
            AminoError: what a coordinator raised that cannot deal with it yet, or whose mistake kept all from dealing
            with it.
        """
        mistake: AminoError | None = None
        for index, part in dict(self._opened).items():
            try:
                done = await self._upcall(index, "on_failure", partial(part.on_failure, replica)).result()
            except InternalError as error:
                _log.warning("%s", error.message, exc_info=error.__cause__)
                mistake, done = mistake or error, False
            await self._store(index)
            if done:
                return True
        if mistake is not None:
            raise mistake
        return False

    async def returned(self, replica: Replica) -> bool:
        """A replica whose node was declared dead is still there: whether all coordinators let it go on as it is."""
        for index, part in self._opened.items():
            accepted = await self._upcall(index, "on_return", partial(part.on_return, replica)).result()
            await self._store(index)
            if not accepted:
                return False
        return True

    async def update(self, view: ObjectView) -> None:
        """Takes note of a new view; all coordinators hear of replicas that came and went.

        Raises:
            AminoError: what one of them knows could not be stored; the others were.
        """
        before, self._holder.view = self._holder.view, view
        opened = dict(self._opened)
        await tell_members({self.chain.managers[index].name: part for index, part in opened.items()}, before, view)
        first: AminoError | None = None
        for index in opened:
            try:
                await self._store(index)
            except AminoError as error:
                first = first or error
        if first is not None:
            raise first

    async def _store(self, index: int) -> None:
        async with self._storing:
            state = await self._upcall(index, "save", partial(self._parts[index].save, Purpose.CHECKPOINT)).result()
            record = {"created": True, "state": state}
            data = encode(record)
            if data != self._stored.get(index):
                host = self._kernels[index].host()
                self._versions[index] = await host.durable_put(self._key(index), record, self._versions[index])
                self._stored[index] = data

    def _upcall(self, index: int, name: str, run: Callable[[], Awaitable[Any]]) -> Upcall:
        return Upcall(self.view, self.chain.managers[index].name, name, run)

    def _key(self, index: int) -> str:
        return f"{durable_prefix(self.view.object_id)}{self.chain.managers[index].name}/@coordinator"
