"""Requests of guests and of the JVM half to the kernel: targets `@kernel` and `""` (`docs/bridge.md`, section 2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from amino_dms.api import Clock
from amino_kernel.calls.callers import check_client, maker_of
from amino_kernel.calls.client_requests import ClientRequests
from amino_kernel.calls.guest_transactions import BEGIN, END, GuestTransactions
from amino_kernel.calls.host_program import HostProgram
from amino_kernel.calls.log_buffer import LogBuffer
from amino_kernel.halves.bridge import Bridge
from amino_kernel.halves.call import Call
from amino_kernel.links.oms_client import OmsClient
from amino_kernel.managers.commands import Commands
from amino_wire.cursor import Cursor
from amino_wire.errors import AminoError, ArgumentInvalid, MemberNotFound, Outcome, PermissionDenied
from amino_wire.lane import IncomingCall
from amino_wire.lane_requests import TARGET
from amino_wire.pb import client_pb2, common_pb2
from amino_wire.route import is_followed
from amino_wire.values import EncodedValue, Reference, decode, encode, reader

log = structlog.get_logger(__name__)

NOTHING = EncodedValue(b"\xc0")
NO_ITEMS, NO_NAMES = b"\x90", b"\x80"


@dataclass(frozen=True, slots=True)
class Stuck:
    """A guest that goes on although its context was closed; an unknown part is empty. `over`: it has ended by itself after all."""

    artifact: str
    object_id: str
    method: str
    name: str
    over: bool = False


class GuestRequests:
    """Answers calls to `@kernel`, and those that the JVM half makes on its own account.

    Args:
        oms: The OMS.
        logs: Where a guest's output goes.
        on_lost: Told the ids of objects whose context was closed, and why.
        on_stuck: Told in which JVM half a guest cannot be ended inside its process, and which guest; once more when that has ended.
        on_withheld: Told at the gate of which instance answers wait until its state is stored, and up to which mark.
        on_captured: Told the same, the number of the delegation, and the state, which the gate has captured.
        clock: By which calls have their deadlines.
        commands: Runs those to deployment managers.
        requests: Passes those of clients on to the OMS.
        program: The Java program whose JVM this kernel drives, if it is attached to one.
    """

    def __init__(
        self,
        oms: OmsClient,
        logs: LogBuffer,
        on_lost: Callable[[list[str], str], None],
        on_stuck: Callable[[Bridge | None, Stuck], None],
        on_withheld: Callable[[str, int], None],
        on_captured: Callable[[str, int, int, bytes], None],
        clock: Clock,
        commands: Commands,
        requests: ClientRequests,
        program: HostProgram | None = None,
    ) -> None:
        self._oms = oms
        self._logs = logs
        self._on_lost = on_lost
        self._on_stuck = on_stuck
        self._on_withheld = on_withheld
        self._on_captured = on_captured
        self._clock = clock
        self._commands = commands
        self._requests = requests
        self._transactions = GuestTransactions(oms, clock)
        self._program = program

    async def answer(self, call: Call) -> EncodedValue:
        """Runs a call whose target begins with `@`, from any caller.

        Raises:
            PermissionDenied: It is none of what clients and guests may ask.
            AminoError: What the OMS answered.
        """
        if call.target == TARGET and call.method == "get":
            return await self._get(call)
        if call.target == TARGET and call.method == "create":
            return await self._create(call)
        if call.target == TARGET and call.method == "get_or_create":
            return await self._get_or_create(call)
        if call.target == TARGET and call.method == "command":
            return await self._command(call)
        if call.target == TARGET and call.method == BEGIN:
            return await self._transactions.begin(call)
        if call.target == TARGET and call.method == END:
            return await self._transactions.end(call)
        if call.target == TARGET and call.method == "request":
            return await self._requests.answer(call, self._seconds_left(call))
        raise PermissionDenied(
            f"{call.target}.{call.method} is not for clients; they may call {TARGET}.get, {TARGET}.create, "
            f"{TARGET}.get_or_create, {TARGET}.command and {TARGET}.request."
        )

    async def of_half(self, call: Call, bridge: Bridge) -> EncodedValue:
        """Runs a call that a JVM half makes on its own account: target `""`, which clients and guests cannot name.

        Raises:
            PermissionDenied: The half passes it on for somebody else, or no Java program owns the half.
            MemberNotFound: There is nothing like that.
            AminoError: What the OMS answered.
        """
        if call.options.client_id:
            raise PermissionDenied(f"The operation {call.method} is for the JVM half only.")
        match call.method:
            case "register" | "unregister":
                return await self._of_program(call)
            case "log" | "lost" | "stuck" | "unstuck" | "withheld":
                return self._notice(call, bridge)
            case _:
                raise MemberNotFound(f"A kernel has no operation {call.method!r} for its JVM half; see docs/bridge.md, section 2.")

    def captured(self, call: IncomingCall) -> bool:
        """Takes states that gates of a JVM half have captured. Returns False where the call is another one."""
        if call.method != "captured" or call.target or call.options.client_id:
            return False
        assert isinstance(call.args, EncodedValue), "the lane of the JVM half leaves values encoded"
        for instance, number, mark, state in reader.unpack(call.args.data):
            self._on_captured(instance, number, mark, state)
        self._oms.hurry_puts()
        return True

    async def _get(self, call: Call) -> EncodedValue:
        arguments = decode(call.args.data)
        if not arguments or not isinstance(arguments[0], str):
            raise ArgumentInvalid("amino.get takes a name or an id, as a string.")
        response: client_pb2.GetResponse = await self._oms.ask(
            self._oms.stub.Get, client_pb2.GetRequest(name_or_id=arguments[0]), self._seconds_left(call)
        )
        return _reference(response.object)

    async def _create(self, call: Call) -> EncodedValue:
        cursor = Cursor(call.args.data)
        count = cursor.array()
        name = cursor.item() if count else None
        if not isinstance(name, str):
            raise ArgumentInvalid("amino.create takes the name of a class, as a string, and the constructor's arguments.")
        args = cursor.raw().data if count > 1 else b""
        kwargs = cursor.raw().data if count > 2 else b""
        request = client_pb2.CreateRequest(class_name=name, args=args, kwargs=kwargs, request_id=call.options.request_id)
        request.maker = maker_of(call)
        response: client_pb2.CreateResponse = await self._oms.ask(self._oms.stub.Create, request, self._seconds_left(call))
        return _reference(response.object)

    async def _get_or_create(self, call: Call) -> EncodedValue:
        cursor = Cursor(call.args.data)
        count = cursor.array()
        names = [cursor.item() for _ in range(min(count, 2))]
        match names:
            case [str(kind), str(key)]:
                args = cursor.raw().data if count > 2 else NO_ITEMS
                kwargs = cursor.raw().data if count > 3 else NO_NAMES
            case _:
                raise ArgumentInvalid(
                    "amino.get_or_create takes the name of a kind and a key, both strings, and arguments of the constructor."
                )
        given = args != NO_ITEMS or kwargs != NO_NAMES
        request = client_pb2.GetOrCreateRequest(
            kind=kind, key=key, args=args if given else b"", kwargs=kwargs if given else b"", request_id=call.options.request_id
        )
        request.maker = maker_of(call)
        response: client_pb2.GetOrCreateResponse = await self._oms.ask(self._oms.stub.GetOrCreate, request, self._seconds_left(call))
        return _reference(response.object)

    async def _command(self, call: Call) -> EncodedValue:
        check_client(call)
        words: list[Any] = decode(call.args.data)
        if [type(word) for word in words] != [str, str, list, dict, str] or any(type(name) is not str for name in words[3]):
            raise ArgumentInvalid(
                "A command takes an object's id, the command, a list and a map of its arguments, and a deployment manager's name or ''."
            )
        target, name, args, kwargs, manager = words
        try:
            return EncodedValue(encode(await self._commands.run(target, name, args, kwargs, manager)))
        except AminoError as error:
            if is_followed(error.code, error.outcome):
                # A part may have done something before it met this: the command is not sent again by itself.
                error.outcome = Outcome.UNKNOWN
            raise

    async def _of_program(self, call: Call) -> EncodedValue:
        if self._program is None:
            raise PermissionDenied(f"The operation {call.method} is for the Java program in whose JVM a kernel runs its guests.")
        if call.method == "register":
            return _reference(await self._program.register(call))
        await self._program.unregister(call)
        return NOTHING

    def _seconds_left(self, call: Call) -> float:
        return max(0.05, call.deadline - self._clock.now())

    def _notice(self, call: Call, bridge: Bridge) -> EncodedValue:
        arguments: list[Any] = decode(call.args.data)
        match call.method:
            case "log":
                self._logs.add(str(arguments[0] or ""), str(arguments[1]), str(arguments[2]))
            case "lost":
                self._on_lost([str(each) for each in arguments[0]], str(arguments[1]))
            case "withheld":
                self._on_withheld(str(arguments[0]), int(arguments[1]))
            case _:
                artifact, instance, method, name = (str(each or "") for each in arguments)
                self._on_stuck(bridge, Stuck(artifact, instance, method, name, over=call.method == "unstuck"))
        return NOTHING


def _reference(record: common_pb2.ObjectRecord) -> EncodedValue:
    address = record.status.replicas[0].endpoints.grpc if record.status.replicas else None
    return EncodedValue(encode(Reference(record.id, record.interface.name or None, record.status.epoch, address or None)))
