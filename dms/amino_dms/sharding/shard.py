"""The part of DHT that stands in the chain of each shard, nearest the object: it knows which keys are the shard's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from amino_wire.errors import AminoError, MemberNotFound, Outcome
from amino_wire.protocol import Header

from amino_dms.api import (
    Arrival,
    Declarations,
    Delegation,
    DeploymentManager,
    Ending,
    InstanceKernel,
    InstanceManager,
    Invocation,
    Next,
    NoConfig,
    Numbers,
    Purpose,
    Ran,
    Trait,
    did_not_run,
    is_internal,
    is_read,
    outcome_of,
)
from amino_dms.api.narrow import is_list
from amino_dms.sharding.orders import Kind, Order
from amino_dms.sharding.remembered import Remembered
from amino_dms.sharding.shard_map import EVERYWHERE, HOOKS, KEYED, ORDER, Stamp, first_request
from amino_dms.sharding.shard_state import CALLS_IN_PIECE, Piece, ShardState, calls_piece, is_of_keys, keys_piece, leaving


class ShardManager(InstanceManager[NoConfig]):
    """Refuses calls of keys that are elsewhere, and gives keys away and takes them over together with what became of calls. Where the
    shard is a group, each replica does so at the same place of the log."""

    def __init__(self, config: NoConfig, kernel: InstanceKernel) -> None:
        super().__init__(config, kernel)
        self._gate = kernel.gate()
        self._state = ShardState()
        self._calls = Remembered()
        self._running: dict[tuple[str, int] | str, asyncio.Future[None]] = {}
        self._loaded = False

    async def on_create(self, arrival: Arrival) -> None:
        """A shard that was made anew without state does not know by which map it was one, and answers when it has been told."""
        if not self._loaded and self.kernel.epoch > 1 and arrival in (Arrival.CREATED, Arrival.RECOVERED):
            self._state.closed = True

    def delegates(self) -> Delegation | None:
        """All calls, as long as the object has had one map: their numbers are under its name. Later, reads of old maps may come."""
        if self._state.version or self._state.closed or not self._gate.lets_in:
            return None
        numbers = Numbers(f"{KEYED}0", self._calls.last, self._calls.requests)
        return Delegation(numbers=numbers, free=self.kernel.interface.read_only)

    def recalled(self, ran: Ran) -> None:
        """Takes over the outcomes."""
        for session, known in ran.sessions.items():
            for number, ending in known.endings:
                request = known.requests.get(number, "")
                self._calls.known(Stamp(0, False, session, number, known.lowest), request, self.kernel.time_ns())
                self._calls.note(Stamp(0, False, session, number), request, ending)

    async def on_call(self, call: Invocation, next: Next) -> Any:
        """Runs calls of the shard's keys, each once, and obeys orders alone."""
        if is_internal(call.method):
            return await next(call)
        order = Order.of(call)
        if order is not None:
            async with self._gate.passing(call, alone=order.kind is not Kind.PIECE):
                return await self._obey(order, call, next)
        if call.method in HOOKS:
            raise MemberNotFound(f"{call.method} of {self.kernel.title} is for DHT only", outcome=Outcome.NOT_RUN)
        stamp = Stamp.of(call.headers)
        async with self._gate.passing(call, alone=False):
            self._state.check(stamp, self.kernel.title)
            if not stamp.session or is_read(call.method, self.kernel.interface):
                return await next(call)
            return await self._once(stamp, call, next)

    async def _once(self, stamp: Stamp, call: Invocation, next: Next) -> Any:
        key, request = (stamp.session, stamp.number), first_request(call.request_id)
        keys = (key, request) if request else (key,)
        while running := [self._running[each] for each in keys if each in self._running]:
            await asyncio.shield(running[0])
        ending = self._calls.known(stamp, request, self._time_ns(call))
        if ending is None:
            done = asyncio.get_running_loop().create_future()
            self._running.update(dict.fromkeys(keys, done))
            try:
                ending = Ending(await next(call))
                self._calls.note(stamp, request, ending)
            except BaseException as error:
                if not did_not_run(error):
                    self._calls.note(stamp, request, Ending(None, outcome_of(error, call)))
                raise
            finally:
                for each in keys:
                    del self._running[each]
                done.set_result(None)
        if ending.error is not None:
            raise ending.error
        return ending.value

    async def _obey(self, order: Order, call: Invocation, next: Next) -> Any:
        """Each order may come again, and changes nothing then."""
        state, version = self._state, order.version
        hook = self._hook(call, next)
        match order.kind, order.args:
            case Kind.EXPECT, ():
                state.expect(version)
            case Kind.SPLIT, (int(number), int(before), int(count)):
                if state.may_split(version):
                    state.split(version, await self._parcels(hook, number, before, count), ends=number >= count)
            case Kind.PIECE, (int(dest), int(index)):
                return state.piece(version, dest, index)
            case Kind.MERGE, (int(source), int(index), piece) if is_list(piece):
                if state.wants(version, source, index):
                    await self._merge(hook, list(piece), self._time_ns(call))
                    state.took(source)
            case Kind.OPEN, (dict(pieces),):  # pyright: ignore[reportUnknownVariableType]
                return state.open(version, pieces)  # pyright: ignore[reportUnknownArgumentType]
            case Kind.RESTORE, ():
                if state.may_restore(version):
                    state.take_back(state.parcels)
                    await self._give_back(hook)
                    state.restored(version)
            case Kind.DROP, ():
                state.drop(version)
            case _:
                raise MemberNotFound(f"{self.kernel.title} does not know the order {order.kind}", outcome=Outcome.NOT_RUN)
        return None

    async def _parcels(self, hook: Callable[..., Any], number: int, before: int, count: int) -> dict[int, list[Piece]]:
        """What others are to have, out of the object. Where one of its hooks fails, the object gets back what it has given."""
        await self._give_back(hook)
        keys = await hook(HOOKS[0])
        going = leaving(list(keys), number, count)
        outcomes = [calls_piece(rows) for rows in self._calls.to_pieces(CALLS_IN_PIECE)]
        dests = range(before, count) if number < count else range(count)
        parcels: dict[int, list[Piece]] = {dest: list(outcomes) for dest in dests}
        try:
            for dest in sorted(going):
                for piece in going[dest]:
                    parcels.setdefault(dest, list(outcomes)).append(keys_piece(await hook(HOOKS[1], piece)))
        except AminoError:
            self._state.take_back(parcels)
            await self._give_back(hook)
            raise
        return parcels

    async def _give_back(self, hook: Callable[..., Any]) -> None:
        returning = self._state.returning
        while returning:
            await hook(HOOKS[2], returning[-1])
            del returning[-1]

    async def _merge(self, hook: Callable[..., Any], piece: Piece, time_ns: int) -> None:
        if is_of_keys(piece):
            await hook(HOOKS[2], piece[1])
        else:
            self._calls.add_piece(piece[1], time_ns)

    def _hook(self, call: Invocation, next: Next) -> Callable[..., Any]:
        headers = {name: value for name, value in call.headers.items() if name not in (ORDER, EVERYWHERE)}

        async def run(method: str, *args: Any) -> Any:
            return await next(call.changed(method=method, args=args, headers=headers))

        return run

    def _time_ns(self, call: Invocation) -> int:
        fixed = call.headers.get(Header.FIXED)
        return int(fixed[0]) if is_list(fixed) and fixed else self.kernel.time_ns()

    async def save(self, purpose: Purpose) -> Any:
        """Its place in the map, parcels, and what became of calls: with the object's state, since they belong together."""
        return [self._state.to_value(), self._calls.to_value()]

    async def load(self, saved: Any, arrival: Arrival) -> None:
        """At another place, as a further replica, or from a checkpoint."""
        state, calls = saved
        self._state, self._calls, self._loaded = ShardState.from_value(state), Remembered.from_value(calls), True


class Shard(DeploymentManager):
    """DHT puts it into the chains of shards that can split and join."""

    family = "sharding"
    hidden = True
    promise = "A shard answers for its own keys only, also while keys go from one shard to another."
    instance_manager = ShardManager
    declares = Declarations(traits=frozenset({Trait.DEDUPLICATES, Trait.HAS_STATE}), needs_state=False)
