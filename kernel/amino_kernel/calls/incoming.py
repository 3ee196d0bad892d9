"""Calls that come out of a JVM half: a guest's, or a client's that the JVM half could not answer itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from functools import partial

from amino_kernel.calls.guest_requests import GuestRequests
from amino_kernel.calls.outside_requests import TARGET, OutsideRequests
from amino_kernel.calls.router import Router
from amino_kernel.calls.turns import Turns
from amino_kernel.halves.bridge import Bridge
from amino_kernel.halves.call import Call
from amino_kernel.replication.frame_call import TARGET as FRAMES
from amino_kernel.replication.frame_door import FrameDoor
from amino_wire.errors import AminoError, Cancelled, as_error
from amino_wire.frames import FLAG_MOVED
from amino_wire.lane import IncomingCall
from amino_wire.route import is_followed
from amino_wire.values import EncodedValue


class Incoming:
    """Runs each call in a task of its own, so that none waits for another. Many calls at once do not hold up other work of the loop."""

    def __init__(self, router: Router, guests: GuestRequests, outside: OutsideRequests, frames: FrameDoor | None = None) -> None:
        self._router, self._frames = router, frames
        self._guests = guests
        self._outside = outside
        self._tasks: dict[IncomingCall, asyncio.Task[None]] = {}
        self._turns = Turns(self._begin)
        self._loop: asyncio.AbstractEventLoop | None = None

    def take(self, bridge: Bridge, calls: list[IncomingCall]) -> None:
        """Begins to run the calls of a frame; their answers go back on the same bridge."""
        if len(calls) == 1 and self._guests.captured(calls[0]):
            bridge.brought_states(calls[0])
            return
        self._turns.add((bridge, incoming) for incoming in calls)

    async def begun(self) -> None:
        """Returns when each call that was taken so far has begun."""
        await self._turns.begun()

    def _begin(self, arrived: tuple[Bridge, IncomingCall]) -> None:
        bridge, incoming = arrived
        if incoming.cancelled:
            _give_up(bridge, incoming)
            return
        if not self._is_frame(bridge, incoming) and not self._is_taken(bridge, incoming):
            self._start(bridge, incoming)

    def _start(self, bridge: Bridge, incoming: IncomingCall) -> None:
        # `ensure_future` would ask the system for the process's id, each time.
        self._loop = self._loop or asyncio.get_running_loop()
        self._tasks[incoming] = self._loop.create_task(self._run(bridge, incoming))
        incoming.on_cancel = partial(self._give_up, bridge, incoming)

    def _give_up(self, bridge: Bridge, incoming: IncomingCall) -> None:
        task = self._tasks.get(incoming)
        if task is not None:
            task.add_done_callback(lambda _: self._tasks.pop(incoming, None))  # it may never begin
            task.cancel()
        _give_up(bridge, incoming)

    def _is_frame(self, bridge: Bridge, incoming: IncomingCall) -> bool:
        """Whether it is a frame of another kernel for members of groups here. They have taken note of it then."""
        try:
            answer = None if self._frames is None else self._frames.take(incoming)
        except AminoError as error:
            bridge.fail(incoming, error)
            return True
        if answer is not None:
            bridge.answer(incoming, answer)
        return answer is not None

    def _is_taken(self, bridge: Bridge, incoming: IncomingCall) -> bool:
        """Whether managers take the call over, so that it needs no task."""
        taker = self._router.taker(incoming)
        if taker is None:
            return False

        def tell(outcome: EncodedValue | AminoError) -> None:
            if isinstance(outcome, EncodedValue):
                bridge.answer(incoming, outcome)
            elif is_followed(outcome.code, outcome.outcome) and not incoming.options.flags & FLAG_MOVED:
                self._start(bridge, incoming)
            else:
                bridge.fail(incoming, outcome)

        give_up = self._router.take(taker, incoming, tell)
        if give_up is None:
            return False

        def given_up() -> None:
            give_up()
            _give_up(bridge, incoming)

        incoming.on_cancel = given_up
        return True

    def close(self) -> None:
        self._turns.close()
        for task in self._tasks.values():
            task.cancel()

    async def _run(self, bridge: Bridge, incoming: IncomingCall) -> None:
        try:
            local = self._router.managed_here(incoming)
            if local is not None:
                answer = await self._router.through_managers(local, incoming)
            else:
                answer = await self._answer(bridge, Call.of(incoming))
            bridge.answer(incoming, answer)
        except AminoError as error:
            bridge.fail(incoming, error)
        except Exception as error:
            bridge.fail(incoming, as_error(error))
        finally:
            self._tasks.pop(incoming, None)
            incoming.on_cancel = None  # which knows the call: nobody collects such a circle for each call

    def _answer(self, bridge: Bridge, call: Call) -> Awaitable[EncodedValue]:
        if call.target == TARGET and not call.options.client_id:
            return self._outside.answer(call)
        if call.target == FRAMES and self._frames is not None:
            return self._frames.open(call.method, call.args)
        if not call.target:
            return self._guests.of_half(call, bridge)
        return self._guests.answer(call) if call.target.startswith("@") else self._router.route(call)


def _give_up(bridge: Bridge, incoming: IncomingCall) -> None:
    """Answers although nobody waits: else both halves would keep the call, until so many are kept that nothing more is read."""
    bridge.fail(incoming, Cancelled(f"{incoming.method} of object {incoming.target} was given up by its caller."))
