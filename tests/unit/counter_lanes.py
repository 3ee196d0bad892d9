"""The counters of `counter_kernel.py`, and the lanes on which it answers."""

from __future__ import annotations

import asyncio
from typing import Any

from amino_wire import errors
from amino_wire.connection import FrameConnection
from amino_wire.frames import VERSION, CallOptions, pack
from amino_wire.incoming import IncomingCall
from amino_wire.lane import LaneConnection
from amino_wire.pb import client_pb2, common_pb2
from amino_wire.values import EncodedValue, decode, encode
from amino_wire.whole import whole_options


class Counter:
    """The object. `wait` is slow on purpose, until it is released."""

    def __init__(self, value: int = 0) -> None:
        self.value = value
        self.release = asyncio.Event()
        self.cancelled = 0
        self.seen: list[CallOptions] = []

    def incr(self, by: int = 1) -> int:
        self.value += by
        return self.value

    def get(self) -> int:
        return self.value

    level = get

    def set_level(self, value: int) -> None:
        self.value = value

    def echo(self, value: Any) -> Any:
        return value

    def fail(self, message: str) -> None:
        raise errors.GuestException(message, type="CounterError", stack="at fail (counter.js:7:3)", details={"value": self.value})

    async def wait(self) -> str:
        try:
            await self.release.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        return "released"


setattr(Counter, "level=", Counter.set_level)  # a property that may be set has a member of this name
MANAGERS = [
    client_pb2.ManagerDescription(name="LeaseCaching", promise="Reads cost nothing.", module="m", settings=["lease: timedelta = 10s"]),
    client_pb2.ManagerDescription(name="OfThisClusterOnly", promise="Is installed nowhere else."),
]


async def invoked(objects: dict[str, Counter], request: client_pb2.InvokeRequest) -> client_pb2.InvokeResponse:
    """The answer to a call that came by itself, without a lane."""
    try:
        counter = objects.get(request.target)
        if counter is None:
            raise errors.ObjectNotFound(f"there is no object {request.target}")
        options = whole_options(request.options)
        counter.seen.append(options)
        kwargs = decode(options.kwargs.data) if isinstance(options.kwargs, EncodedValue) else {}
        found = getattr(counter, request.method)(*decode(request.args), **kwargs)
        return client_pb2.InvokeResponse(value=encode(await found if asyncio.iscoroutine(found) else found))
    except errors.AminoError as error:
        return client_pb2.InvokeResponse(error=errors.to_message(error))
    except (AttributeError, TypeError) as error:
        return client_pb2.InvokeResponse(error=errors.to_message(errors.MemberNotFound(str(error))))


class Refusals(list[errors.AminoError]):
    """What the next calls are refused with, whatever their object; and the calls that were."""

    def __init__(self, *refusals: errors.AminoError) -> None:
        super().__init__(refusals)
        self.refused: list[IncomingCall] = []

    def check(self, call: IncomingCall) -> None:
        """Refuses a call, if there is an error left."""
        if self:
            self.refused.append(call)
            raise self.pop(0)


class ServerLane(LaneConnection):
    """The accepting end of a lane."""

    token = ""
    kernel_id = ""

    def _greeted(self, hello: dict[str, Any]) -> None:
        if self.token and hello.get("token") != self.token:
            error = errors.PermissionDenied("the token of the lane is not right")
            self._write(pack((5, errors.to_payload(error))))
            self.lost(error)
            return
        self._write(pack((4, {"v": VERSION, "kernel": self.kernel_id, "max_frame": 16 << 20})))
        super()._greeted(hello)


class ServerSession(FrameConnection):
    """The accepting end of a session."""

    def __init__(self, peer: str, **settings: Any) -> None:
        super().__init__(peer, **settings)
        self.frames: asyncio.Queue[bytes | None] = asyncio.Queue()

    def _write(self, data: bytes) -> None:
        self.frames.put_nowait(data)

    def _press(self, pressed: bool) -> None:
        raise AssertionError("no test makes so many calls over gRPC")

    def _disconnect(self) -> None:
        self.frames.put_nowait(None)


def status(loss: common_pb2.Loss | None, replica: common_pb2.Replica) -> common_pb2.ObjectStatus:
    """The status of an object that is there, or lost."""
    state = common_pb2.OBJECT_STATE_ACTIVE if loss is None else common_pb2.OBJECT_STATE_LOST
    return common_pb2.ObjectStatus(epoch=1, state=state, loss=loss or common_pb2.LOSS_UNSPECIFIED, replicas=[replica])
