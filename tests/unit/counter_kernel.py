# ruff: noqa: N802
"""A kernel of counters for the SDK's tests: a real grpc.aio server and a real lane, written on amino_wire, without a JVM."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import grpc
from amino_wire import artifacts, errors
from amino_wire.connection import FrameConnection
from amino_wire.host import host_id
from amino_wire.incoming import IncomingCall
from amino_wire.pb import client_pb2, client_pb2_grpc, common_pb2
from amino_wire.protocol import VERSION
from amino_wire.server_options import SERVER_OPTIONS
from amino_wire.session import CHANNEL_OPTIONS
from amino_wire.values import decode, encode

from tests.unit.counter_lanes import MANAGERS, Counter, Refusals, ServerLane, ServerSession, invoked, status


class CounterKernel(client_pb2_grpc.ClientServiceServicer):
    """Names, counters, calls. `lanes` says which it offers: unix, tcp or nothing."""

    def __init__(self, kernel_id: str = "k1", lanes: tuple[str, ...] = ("unix",)) -> None:
        self.kernel_id, self.lanes, self.frames = kernel_id, lanes, 0
        self.objects: dict[str, Counter] = {"id-counter": Counter()}
        self.names: dict[str, str] = {"counter": "id-counter"}
        self.elsewhere: dict[str, CounterKernel] = {}
        self.living: list[CounterKernel] = []  # besides itself, as far as it knows
        self.refusals = Refusals()
        self.artifacts: dict[str, bytes] = {}
        self.requests: list[Any] = []
        self.pending, self.origin = list[str](), client_pb2.RestartResponse.ORIGIN_UNSPECIFIED
        self.lost: dict[str, common_pb2.Loss] = {}
        self.before_answering: Callable[[Any, Any], Awaitable[None]] = lambda *_: asyncio.sleep(0)
        self.registered: dict[str, client_pb2.RegisterRequest] = {}
        self.endpoints = common_pb2.Endpoints(host_id=host_id())
        self.connections: list[FrameConnection] = []
        self._stops: list[Callable[[], Any]] = []
        self._tasks: set[asyncio.Task[None]] = set()

    def on_request(self, connection: Callable[[], FrameConnection]) -> Callable[[list[IncomingCall]], None]:
        def run(calls: list[IncomingCall]) -> None:
            self.frames += 1
            for call in calls:
                self._run(connection(), call)

        return run

    def _run(self, connection: FrameConnection, call: IncomingCall) -> None:
        try:
            self.refusals.check(call)
            if call.target in self.elsewhere:
                raise errors.Moved(f"object {call.target} is elsewhere")
            counter = self.objects.get(call.target)
            if counter is None:
                raise errors.ObjectNotFound(f"there is no object {call.target}")
            counter.seen.append(call.options)
            if call.method == "wait":
                self._start(connection, call, counter)
                return
            kwargs = call.options.kwargs
            assert isinstance(kwargs, dict) or not kwargs
            connection.answer(call, getattr(counter, call.method)(*call.args, **dict(kwargs)))
        except errors.AminoError as error:
            connection.fail(call, error)
        except (AttributeError, TypeError) as error:
            connection.fail(call, errors.MemberNotFound(str(error)))

    def _start(self, connection: FrameConnection, call: IncomingCall, counter: Counter) -> None:
        async def work() -> None:
            try:
                connection.answer(call, await counter.wait())
            except asyncio.CancelledError:
                connection.fail(call, errors.Cancelled("cancelled by its caller"))

        task = asyncio.ensure_future(work())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        call.on_cancel = task.cancel

    async def Invoke(self, request: Any, context: Any) -> client_pb2.InvokeResponse:
        assert dict(context.invocation_metadata())["amino-client"]
        return await invoked(self.objects, request)

    async def Session(self, request_iterator: Any, context: Any) -> AsyncIterator[common_pb2.Frame]:
        assert dict(context.invocation_metadata())["amino-client"]
        session = ServerSession("a client", on_request=self.on_request(lambda: session))
        self.connections.append(session)

        async def read() -> None:
            async for frame in request_iterator:
                session.receive(frame.data)

        reading = asyncio.ensure_future(read())
        try:
            while True:
                data = await session.frames.get()
                if data is None:
                    return
                yield common_pb2.Frame(data=data)
        finally:
            reading.cancel()

    async def Hello(self, request: Any, context: Any) -> client_pb2.HelloResponse:
        return client_pb2.HelloResponse(
            kernel_id=self.kernel_id, endpoints=self.endpoints, lane_token="secret", version="0.1.0", languages=["js"], wire_version=VERSION
        )

    def record(self, object_id: str) -> common_pb2.ObjectRecord:
        home = self.elsewhere.get(object_id, self)
        replica = common_pb2.Replica(path="0", kernel_id=home.kernel_id, endpoints=home.endpoints)
        name = next((name for name, known in self.names.items() if known == object_id), "")
        members = [common_pb2.Member(name="incr", arity=1, parameters=["by"], doc="Adds."), common_pb2.Member(name="get", read_only=True)]
        made = self.registered.get(object_id, client_pb2.RegisterRequest(artifact=common_pb2.Artifact(language="js", entry="counter.js")))
        return common_pb2.ObjectRecord(
            id=object_id,
            name=name,
            interface=common_pb2.Interface(name="Counter", members=members),
            spec=common_pb2.ObjectSpec(
                generation=1,
                artifact=made.artifact,
                deployment_managers=made.deployment_managers,
                selector=made.selector,
                labels=made.labels,
                constructor_args=made.args,
                constructor_kwargs=made.kwargs,
            ),
            status=status(self.lost.get(object_id), replica),
        )

    async def find(self, name_or_id: str, context: Any) -> str:
        object_id = self.names.get(name_or_id, name_or_id)
        if object_id not in self.objects and object_id not in self.elsewhere:
            await errors.abort(
                context, errors.NameNotFound(f"there is no object {name_or_id!r}; `amino ls` lists them", details={"name": name_or_id})
            )
        return object_id

    async def Get(self, request: Any, context: Any) -> client_pb2.GetResponse:
        await self.hear(request, context)
        return client_pb2.GetResponse(object=self.record(await self.find(request.name_or_id, context)))

    async def PutArtifact(self, request_iterator: Any, context: Any) -> client_pb2.PutArtifactResponse:
        parts = bytearray()
        described = common_pb2.Artifact()
        async for request in request_iterator:
            if request.HasField("artifact"):
                described = request.artifact
                if described.hash in self.artifacts:
                    return client_pb2.PutArtifactResponse(artifact=described, existed=True)
            parts += request.chunk
        if artifacts.hash_of(parts) != described.hash:
            await errors.abort(context, errors.ArtifactInvalid("the artifact was damaged on the way"))
        self.artifacts[described.hash] = bytes(parts)
        return client_pb2.PutArtifactResponse(artifact=described)

    async def Register(self, request: Any, context: Any) -> client_pb2.RegisterResponse:
        await self.hear(request, context)
        if request.name in self.names and not request.replace:
            told = f"the name {request.name!r} belongs to object {self.names[request.name]}; choose another"
            await errors.abort(context, errors.NameTaken(told))
        self.registered[object_id := self._add(request.name, request)] = request
        return client_pb2.RegisterResponse(object=self.record(object_id))

    async def hear(self, request: Any, context: Any) -> None:
        self.requests.append(request)
        await self.before_answering(request, context)

    async def Attach(self, request: Any, context: Any) -> client_pb2.AttachResponse:
        await self.hear(request, context)
        object_id = await self.find(request.name_or_id, context)
        self.registered[object_id].ClearField("deployment_managers")
        self.registered[object_id].deployment_managers.extend(request.deployment_managers)
        return client_pb2.AttachResponse(object=self.record(object_id), pending_kernels=self.pending)

    async def Restart(self, request: Any, context: Any) -> client_pb2.RestartResponse:
        await self.hear(request, context)
        self.lost.pop(object_id := await self.find(request.name_or_id, context), None)
        return client_pb2.RestartResponse(object=self.record(object_id), origin=self.origin)

    async def Create(self, request: Any, context: Any) -> client_pb2.CreateResponse:
        await self.hear(request, context)
        await self.find(request.class_name, context)
        return client_pb2.CreateResponse(object=self.record(self._add(request.name, request)))

    def _add(self, name: str, request: Any) -> str:
        object_id = f"id-{len(self.objects) + 1}"
        self.objects[object_id] = Counter(*decode(request.args or encode([])), **decode(request.kwargs or encode({})))
        if name:
            self.names[name] = object_id
        return object_id

    def matches(self, selector: common_pb2.Selector, name: str) -> bool:
        labels = self.record(self.names[name]).spec.labels
        return not selector.terms or all(labels.get(part.key) in part.values for part in selector.terms[0].requirements)

    async def List(self, request: Any, context: Any) -> client_pb2.ListResponse:
        names = sorted(name for name in self.names if name.startswith(request.name_prefix) and self.matches(request.label_selector, name))
        start = int(request.page_token or 0)
        page = names[start : start + request.page_size]
        more = str(start + len(page)) if start + len(page) < len(names) else ""
        return client_pb2.ListResponse(objects=[self.record(self.names[name]) for name in page], next_page_token=more, total=len(names))

    async def Delete(self, request: Any, context: Any) -> client_pb2.DeleteResponse:
        await self.hear(request, context)
        object_id = await self.find(request.name_or_id, context)
        del self.objects[object_id]
        self.names = {name: known for name, known in self.names.items() if known != object_id}
        return client_pb2.DeleteResponse()

    async def Kernels(self, request: Any, context: Any) -> client_pb2.KernelsResponse:
        record, living = common_pb2.KernelRecord, (self, *self.living)
        return client_pb2.KernelsResponse(kernels=[record(id=each.kernel_id, endpoints=each.endpoints, alive=True) for each in living])

    async def Watch(self, request: Any, context: Any) -> AsyncIterator[client_pb2.WatchResponse]:
        for name in sorted(self.names):
            yield client_pb2.WatchResponse(kind=client_pb2.WatchResponse.KIND_PUT, object=self.record(self.names[name]), revision=1)
        yield client_pb2.WatchResponse(kind=client_pb2.WatchResponse.KIND_SYNCED, revision=1)
        await asyncio.Event().wait()

    async def Logs(self, request: Any, context: Any) -> AsyncIterator[client_pb2.LogsResponse]:
        yield client_pb2.LogsResponse(object_id="id-counter", object_name="counter", level="info", text="counted", time_ms=1000)

    async def Command(self, request: Any, context: Any) -> client_pb2.CommandResponse:
        return client_pb2.CommandResponse(
            value=encode([request.deployment_manager, request.command, decode(request.args), decode(request.kwargs)])
        )

    async def Managers(self, request: Any, context: Any) -> client_pb2.ManagersResponse:
        return client_pb2.ManagersResponse(managers=MANAGERS)

    async def Explain(self, request: Any, context: Any) -> client_pb2.ExplainResponse:
        text = " → ".join(spec.name for spec in request.deployment_managers) or request.name_or_id
        return client_pb2.ExplainResponse(text=text, tree=encode({"chain": text}))

    async def Move(self, request: Any, context: Any) -> client_pb2.MoveResponse:
        await self.hear(request, context)
        return client_pb2.MoveResponse(object=self.record(await self.find(request.name_or_id, context)), lost=["this.secret"])

    async def start(self, folder: Path, port: int = 0) -> None:
        loop = asyncio.get_running_loop()
        self._server = grpc.aio.server(options=(*CHANNEL_OPTIONS, *SERVER_OPTIONS))
        client_pb2_grpc.add_ClientServiceServicer_to_server(self, self._server)
        bound = self._server.add_insecure_port(f"127.0.0.1:{port}")
        self.endpoints.grpc = f"127.0.0.1:{bound}"
        await self._server.start()
        if "unix" in self.lanes:
            self.endpoints.lane_unix = str(folder / f"{self.kernel_id}.sock")
            Path(self.endpoints.lane_unix).unlink(missing_ok=True)
            self._stops.append((await loop.create_unix_server(self._accept, self.endpoints.lane_unix)).close)
        if "tcp" in self.lanes:
            server = await loop.create_server(self._accept, "127.0.0.1", 0)
            self.endpoints.lane_tcp = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
            self._stops.append(server.close)

    def _accept(self) -> ServerLane:
        lane = ServerLane("a client", on_request=self.on_request(lambda: lane))
        lane.token, lane.kernel_id = "secret", self.kernel_id
        self.connections.append(lane)
        return lane

    async def stop(self) -> None:
        for stop in self._stops:
            stop()
        self._stops.clear()
        for connection in self.connections:
            connection.close()
        await self._server.stop(None)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def address(self) -> str:
        return str(self.endpoints.grpc)

    @property
    def counter(self) -> Counter:
        return self.objects["id-counter"]


@asynccontextmanager
async def counter_kernel(
    folder: Path, kernel_id: str = "k1", lanes: tuple[str, ...] = ("unix",), port: int = 0
) -> AsyncIterator[CounterKernel]:
    kernel = CounterKernel(kernel_id, lanes)
    await kernel.start(folder, port)
    try:
        yield kernel
    finally:
        await kernel.stop()


@contextmanager
def counter_kernel_thread(folder: Path) -> Iterator[CounterKernel]:
    """The server on a loop and a thread of its own, as another process would be."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def make() -> CounterKernel:
        kernel = CounterKernel()
        await kernel.start(folder)
        return kernel

    kernel = asyncio.run_coroutine_threadsafe(make(), loop).result(10)
    try:
        yield kernel
    finally:
        asyncio.run_coroutine_threadsafe(kernel.stop(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
