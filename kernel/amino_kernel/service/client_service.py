"""The service of this kernel for clients. Requests for the OMS are passed on to it; calls go into the router."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import grpc
from amino_dms.api import Clock, settings_of
from amino_dms.chain import explain, explain_text
from amino_dms.runtime.records import view_of
from amino_kernel.calls.guest_requests import GuestRequests
from amino_kernel.calls.log_buffer import LogBuffer
from amino_kernel.calls.passing import JOIN_SECONDS, Passing
from amino_kernel.calls.router import Router
from amino_kernel.calls.session import SessionPipe
from amino_kernel.halves.call import NO_ARGUMENTS, Call
from amino_kernel.instances.instance_table import InstanceTable
from amino_kernel.links.oms_client import LONG_SECONDS, SHORT_SECONDS, OmsClient
from amino_kernel.links.peers import Peers
from amino_kernel.links.record_cache import RecordCache
from amino_kernel.managers import ManagedChains
from amino_kernel.managers.commands import Commands
from amino_kernel.membership.membership import Membership
from amino_kernel.service.client_identity import client_id_of, features_of, maker_of
from amino_kernel.service.kind_service import KindService
from amino_kernel.service.log_streams import LogStreams
from amino_kernel.service.operator_requests import METHODS, OperatorRequests
from amino_kernel.service.passing_on import Context, check_language, guard, seconds_left
from amino_kernel.service.places import places_of
from amino_kernel.service.transaction_service import TransactionService
from amino_wire.errors import (
    AminoError,
    ArgumentInvalid,
    FrameInvalid,
    NativeNotAllowed,
    NoKernelMatches,
    Outcome,
    PermissionDenied,
    abort,
    as_error,
    to_message,
)
from amino_wire.frames import DEFAULT_BUDGET_MS, FLAG_MANAGERS_DONE
from amino_wire.lane_requests import TARGET
from amino_wire.pb import client_pb2, common_pb2
from amino_wire.proof import ClusterSecret, shown
from amino_wire.protocol import VERSION, Role
from amino_wire.values import DEFAULT, decode, encode
from amino_wire.versions import check_version
from amino_wire.whole import reserved_header, whole_array, whole_options


@dataclass(frozen=True, slots=True)
class ClientParts:
    """The parts of the kernel that clients reach.

    `session_socket` is where the JVM half takes sessions; `hello` is what every client is told; `allowed` is what guests may do here;
    `secret` is what other kernels prove by that they are such.
    """

    oms: OmsClient
    passing: Passing
    membership: Membership
    router: Router
    guests: GuestRequests
    records: RecordCache
    table: InstanceTable
    chains: ManagedChains
    commands: Commands
    peers: Peers
    logs: LogBuffer
    session_socket: str
    hello: client_pb2.HelloResponse
    host_id: str
    allowed: frozenset[str]
    clock: Clock
    secret: ClusterSecret


class ClientService(KindService, TransactionService):
    """Thin: each method is passed on, its errors as statuses."""

    def __init__(self, parts: ClientParts) -> None:
        super().__init__(parts.passing)
        self._parts, self._stub = parts, parts.oms.stub
        self._logs = LogStreams(parts.logs, parts.table, parts.oms, parts.peers, parts.hello.kernel_id)
        self._operators = OperatorRequests(parts.hello.kernel_id, parts.table, parts.oms, parts.membership, parts.clock)

    async def Hello(self, request: client_pb2.HelloRequest, context: Context) -> client_pb2.HelloResponse:  # noqa: N802
        try:
            check_version(request.wire_version, f"client {request.client_id or 'without a name'}", "this kernel")
        except FrameInvalid as error:
            await abort(context, error)
        answer = client_pb2.HelloResponse()
        answer.CopyFrom(self._parts.hello)
        answer.wire_version = VERSION
        if request.host_id != self._parts.host_id:
            answer.endpoints.lane_unix = ""
        return answer

    async def PutArtifact(  # noqa: N802
        self, request_iterator: AsyncIterator[client_pb2.PutArtifactRequest], context: Context
    ) -> client_pb2.PutArtifactResponse:
        async def put() -> client_pb2.PutArtifactResponse:
            await self._parts.membership.wait_joined(JOIN_SECONDS)
            try:
                response: client_pb2.PutArtifactResponse = await self._stub.PutArtifact(request_iterator, timeout=LONG_SECONDS)
                return response
            except grpc.RpcError as error:
                raise self._parts.oms.error_of(error) from None

        return await guard(context, put())

    async def Register(self, request: client_pb2.RegisterRequest, context: Context) -> client_pb2.RegisterResponse:  # noqa: N802
        request.maker = maker_of(context)

        async def register() -> client_pb2.RegisterResponse:
            check_language(request.artifact, request.name)
            try:
                response: client_pb2.RegisterResponse = await self._pass_on("Register", request, context, LONG_SECONDS)
                return response
            except NoKernelMatches as error:
                wanted = _with_permission_wanted(error, request.artifact.language, self._parts.allowed)
                if wanted is error:
                    raise
                raise wanted from error

        return await guard(context, register())

    async def Create(self, request: client_pb2.CreateRequest, context: Context) -> client_pb2.CreateResponse:  # noqa: N802
        request.maker = maker_of(context)
        return await guard(context, self._pass_on("Create", request, context, LONG_SECONDS))

    async def CreateMany(self, request: client_pb2.CreateManyRequest, context: Context) -> client_pb2.CreateManyResponse:  # noqa: N802
        request.maker = maker_of(context)
        return await guard(context, self._pass_on("CreateMany", request, context, LONG_SECONDS))

    async def Get(self, request: client_pb2.GetRequest, context: Context) -> client_pb2.GetResponse:  # noqa: N802
        return await guard(context, self._pass_on("Get", request, context))

    async def List(self, request: client_pb2.ListRequest, context: Context) -> client_pb2.ListResponse:  # noqa: N802
        return await guard(context, self._pass_on("List", request, context))

    async def Watch(self, request: client_pb2.WatchRequest, context: Context) -> AsyncIterator[client_pb2.WatchResponse]:  # noqa: N802
        try:
            await self._parts.membership.wait_joined(JOIN_SECONDS)
            async for response in self._stub.Watch(request):
                yield response
        except grpc.RpcError as error:
            await abort(context, self._parts.oms.error_of(error))
        except AminoError as error:
            await abort(context, error)

    async def Delete(self, request: client_pb2.DeleteRequest, context: Context) -> client_pb2.DeleteResponse:  # noqa: N802
        return await guard(context, self._pass_on("Delete", request, context, LONG_SECONDS))

    async def Move(self, request: client_pb2.MoveRequest, context: Context) -> client_pb2.MoveResponse:  # noqa: N802
        return await guard(context, self._pass_on("Move", request, context, LONG_SECONDS))

    async def Restart(self, request: client_pb2.RestartRequest, context: Context) -> client_pb2.RestartResponse:  # noqa: N802
        return await guard(context, self._pass_on("Restart", request, context, LONG_SECONDS))

    async def Kernels(self, request: client_pb2.KernelsRequest, context: Context) -> client_pb2.KernelsResponse:  # noqa: N802
        return await guard(context, self._pass_on("Kernels", request, context))

    async def Attach(self, request: client_pb2.AttachRequest, context: Context) -> client_pb2.AttachResponse:  # noqa: N802
        return await guard(context, self._pass_on("Attach", request, context, LONG_SECONDS))

    async def Command(self, request: client_pb2.CommandRequest, context: Context) -> client_pb2.CommandResponse:  # noqa: N802
        async def command() -> client_pb2.CommandResponse:
            args = DEFAULT.decode_array(request.args) if request.args else []
            kwargs: dict[str, Any] = decode(request.kwargs) if request.kwargs else {}
            value = await self._parts.commands.run(request.target, request.command, args, kwargs, request.deployment_manager)
            return client_pb2.CommandResponse(value=encode(value))

        return await guard(context, command())

    async def Explain(self, request: client_pb2.ExplainRequest, context: Context) -> client_pb2.ExplainResponse:  # noqa: N802
        async def explained() -> client_pb2.ExplainResponse:
            record = common_pb2.ObjectRecord(spec=common_pb2.ObjectSpec(deployment_managers=request.deployment_managers))
            if request.name_or_id:
                record = await self._parts.records.refresh(request.name_or_id)
            chain = self._parts.chains.chain_of(record).whole
            interface = view_of(record).interface if request.name_or_id else None
            chain, places = await places_of(record, chain, self._parts.oms)
            name = record.name or record.id or "object"
            text = explain_text(chain, interface, name=name, places=places)
            return client_pb2.ExplainResponse(text=text, tree=encode(explain(chain, interface, name=name, places=places)))

        return await guard(context, explained())

    async def Managers(self, request: client_pb2.ManagersRequest, context: Context) -> client_pb2.ManagersResponse:  # noqa: ARG002, N802
        return client_pb2.ManagersResponse(
            managers=[
                client_pb2.ManagerDescription(
                    name=manager.name, promise=manager.promise, module=manager.__module__, settings=settings_of(manager)
                )
                for manager in sorted(self._parts.chains.registry, key=lambda manager: manager.name)
            ]
        )

    async def Invoke(self, request: client_pb2.InvokeRequest, context: Context) -> client_pb2.InvokeResponse:  # noqa: N802
        try:
            try:
                call, age = await self._call_of(request, context)
            except AminoError as error:
                error.outcome = Outcome.NOT_RUN
                raise
            if call.target == TARGET and call.method in METHODS:
                return client_pb2.InvokeResponse(
                    value=encode(await self._operators.answer(call.method, DEFAULT.decode_array(call.args.data)))
                )
            result = self._parts.guests.answer(call) if call.target.startswith("@") else self._parts.router.route(call)
            return client_pb2.InvokeResponse(value=(await result).data, age=age)
        except Exception as error:
            return client_pb2.InvokeResponse(error=to_message(as_error(error)))

    async def _session(self, request_iterator: AsyncIterator[common_pb2.Frame], context: Context) -> None:  # noqa: ARG002
        try:
            who = (client_id_of(context), *self._role(context))
            pipe = await SessionPipe.open(self._parts.session_socket, *who, features=features_of(context))
        except AminoError as error:
            await abort(context, error)
        try:
            await pipe.run(context)
        except AminoError as error:
            await abort(context, error)
        finally:
            pipe.close()

    def _role(self, context: Context) -> tuple[str, str | None]:
        """What the other end of a session has proved to be, and what the JVM half wants to see of such a one."""
        parts, metadata = self._parts, context.invocation_metadata()
        own = parts.hello.endpoints.grpc
        if not shown(metadata):
            return Role.CLIENT, None
        if parts.secret.proved(own, metadata):
            return Role.PEER, parts.secret.token(own)
        raise PermissionDenied("The session shows the proof of a kernel, and it is not that of this cluster.")

    # Reads and writes by itself, without a generator in between; generated code knows generators only.
    Session: Any = _session

    async def Logs(self, request: client_pb2.LogsRequest, context: Context) -> AsyncIterator[client_pb2.LogsResponse]:  # noqa: N802
        try:
            async for response in self._logs.lines(request):
                yield response
        except grpc.RpcError as error:
            await abort(context, self._parts.oms.error_of(error))
        except AminoError as error:
            await abort(context, error)

    async def _call_of(self, request: client_pb2.InvokeRequest, context: Context) -> tuple[Call, client_pb2.Age | None]:
        if not request.target:
            raise ArgumentInvalid("Invoke names no target: give it an object's id or name.")
        options = whole_options(request.options)
        remaining = seconds_left(context)
        budget = options.budget_ms / 1000 or DEFAULT_BUDGET_MS / 1000
        deadline = self._parts.clock.now() + (min(budget, remaining) if remaining is not None else budget)
        client_id = client_id_of(context)
        if options.flags & FLAG_MANAGERS_DONE or options.client_id not in ("", client_id):
            raise PermissionDenied("A client may set neither flag 4 (the instance managers have run) nor option 11 (another client calls).")
        if reserved := reserved_header(options.headers):
            raise PermissionDenied(f"The call has header {reserved}. Names beginning with @ are the runtime's own: choose another.")
        options = replace(options, client_id=client_id)
        target, age = request.target, None
        if not target.startswith("@") and self._parts.table.get(target) is None:
            target, age = await self._found(request)
        args = whole_array(request.args) if request.args else NO_ARGUMENTS
        return Call(target, request.method, args, deadline, options), age

    async def _found(self, request: client_pb2.InvokeRequest) -> tuple[str, client_pb2.Age | None]:
        """The id of the object that a call is for, and how old that answer is; None: it is current."""
        if not request.HasField("age_limit"):
            return (await self._parts.records.get(request.target)).id, None
        question = client_pb2.GetRequest(name_or_id=request.target, age_limit=request.age_limit)
        answer: client_pb2.GetResponse = await self._parts.passing.on("Get", question, SHORT_SECONDS)
        self._parts.records.learn(answer.object)
        return answer.object.id, answer.age if answer.HasField("age") else None


def _with_permission_wanted(error: NoKernelMatches, language: str, allowed: frozenset[str]) -> AminoError:
    """The error where no kernel runs a language: the permission that it needs, if that is the reason."""
    if language == "llvm" and "native" not in allowed:
        return NativeNotAllowed(
            "No kernel runs LLVM bitcode: it is as trusted as the kernel itself. Start one with `--allow native`, "
            "or compile the same source to WebAssembly (`--lang wasm`), which needs nothing.",
            cause=error,
        )
    if language == "java" and "host" not in allowed:
        return PermissionDenied(
            "No kernel runs Java classes: they have the full rights of the kernel's process. Start one with `--allow host`, "
            "or register the object from the Java program that hosts it (docs/embedding.md).",
            cause=error,
        )
    return error
