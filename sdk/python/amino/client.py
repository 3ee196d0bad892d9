"""The client: finds, makes, moves and deletes objects through a kernel (`async with amino.connect() as client`)."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Any

from amino_wire.errors import AminoError
from amino_wire.pb import client_pb2
from amino_wire.values import Reference

from amino.batches import batches_of, work_through
from amino.client_core import ClientCore
from amino.identifiers import new_id
from amino.location import Location
from amino.records import Event, Explanation, KernelInfo, LogLine, Moved, ObjectInfo
from amino.registration import Chain, artifact_messages, manager_specs
from amino.selectors import Selection, selector
from amino.source import Source, read_source
from amino.stub import Stub
from amino.stub_base import StubBase

PAGE = 500
BATCHES_AT_ONCE = 2
DELETIONS_AT_ONCE = 64
Target = str | StubBase
"""An object: its name, its id, or a stub."""


def object_key(target: Target) -> str:
    """The name or id that travels."""
    return target if isinstance(target, str) else target._location.id  # pyright: ignore[reportPrivateUsage]


class Client(ClientCore):
    """A connection to a cluster through one of its kernels. Belongs to the loop it was opened on.

    Arguments: as ClientCore.
    """

    def _stub(self, location: Location) -> StubBase:
        return Stub(self, location)

    def stub(self, reference: Reference) -> Stub:
        """The stub of a reference that was kept. Nobody is asked whether the object still exists."""
        return Stub(self, self.connections.location(reference))

    # Objects.

    async def get(self, name_or_id: str) -> Stub:
        """The stub of an object.

        Raises:
            NameNotFound, ObjectNotFound: there is none.
        """
        return Stub(self, await self.connections.resolve(name_or_id))

    async def register(
        self,
        source: Source,
        name: str,
        *,
        language: str | None = None,
        entry: str | None = None,
        class_name: str | None = None,
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        deployment_managers: Chain = (),
        select: Selection = None,
        labels: Mapping[str, str] | None = None,
        replace: bool = False,
        concurrent: bool = False,
        own_context: bool = False,
    ) -> Stub:
        """Registers a class under a name and makes its first instance (Amino paper III.B, steps 1 and 2).

        Arguments:
            source: a file, a folder, file contents by name, or a class of Python whose module is taken.
            name: under which clients find the instance, and under which further ones are made.
            language: js, ruby, python, llvm, wasm, java; None: from the file's ending.
            entry: file in a folder that is evaluated first; None: looked for.
            class_name: the class in it; None: looked for.
            args, kwargs: of the constructor.
            deployment_managers: the chain, as `"Retry,LeaseCaching(lease=10s)"` or a list of names or (name, settings).
            select: which kernels will do, as `"region in (eu, us)"` or values by label.
            labels: of the object.
            replace: take the name from the object that has it, which is deleted.
            concurrent: calls to the object may run at the same time.
            own_context: the object shares its language's context with no other.

        Raises:
            NameTaken, ArtifactInvalid, LanguageUnknown, ChainInvalid, NoKernelMatches: as they say.
            GuestException: the constructor raised it.
        """
        artifact = read_source(source, language=language, entry=entry, class_name=class_name)
        await self.connections.open()
        message = artifact.to_message()
        await self.connections.home.upload(artifact_messages(artifact.packed, message))
        request = client_pb2.RegisterRequest(
            name=name,
            artifact=message,
            deployment_managers=manager_specs(deployment_managers),
            selector=selector(select),
            labels=labels,
            args=self._codec.encode_array(args),
            kwargs=self._kwargs(kwargs),
            concurrent=concurrent,
            own_context=own_context,
            request_id=new_id(),
            replace=replace,
        )
        response = await self.connections.request("Register", request)
        return Stub(self, await self.connections.located(response.object))

    async def create(
        self,
        class_name: Target,
        *args: Any,
        name: str = "",
        kwargs: Mapping[str, Any] | None = None,
        select: Selection = None,
        labels: Mapping[str, str] | None = None,
    ) -> Stub:
        """Makes a further instance of a registered class.

        Arguments:
            class_name: the name its first instance was registered under, or a stub of any instance.
            args, kwargs: of the constructor.
            name: of the new object; empty: none.
            select: which kernels will do; None: as the class's.
            labels: of the object.

        Raises:
            NameNotFound, NameTaken, NoKernelMatches: as they say.
            GuestException: the constructor raised it.
        """
        request = client_pb2.CreateRequest(
            class_name=object_key(class_name),
            name=name,
            args=self._codec.encode_array(args),
            kwargs=self._kwargs(kwargs),
            selector=selector(select),
            labels=labels,
            request_id=new_id(),
        )
        response = await self.connections.request("Create", request)
        return Stub(self, await self.connections.located(response.object))

    async def create_many(
        self,
        class_name: Target,
        arguments: Iterable[Sequence[Any]],
        *,
        names: Sequence[str] = (),
        select: Selection = None,
        labels: Mapping[str, str] | None = None,
    ) -> list[Stub]:
        """Makes many further instances of a registered class, several times as fast as one by one.

        Each 500 of them are made together, all or none. Where some cannot be made, the others are deleted before this raises.

        Arguments:
            class_name: the name its first instance was registered under, or a stub of any instance.
            arguments: of the constructors: one sequence for each new object.
            names: of the new objects, as many as there are; empty: none of them has one.
            select: which kernels will do; None: as the class's.
            labels: of each of them.

        Returns:
            Their stubs, in the order of `arguments`.

        Raises:
            ArgumentInvalid: there are not as many names as objects, or arguments are no list.
            AminoError: as create.
        """
        batches = batches_of(arguments, names, self._codec)
        made: dict[int, Sequence[Stub]] = {}

        async def make(number: int, batch: Sequence[client_pb2.Instance]) -> None:
            request = client_pb2.CreateManyRequest(
                class_name=object_key(class_name), instances=batch, selector=selector(select), labels=labels, request_id=new_id()
            )
            response = await self.connections.request("CreateMany", request)
            for record in response.objects:
                record.interface.CopyFrom(response.interface)
            made[number] = [Stub(self, await self.connections.located(record)) for record in response.objects]

        try:
            await work_through(batches, BATCHES_AT_ONCE, make)
        except BaseException:
            await self._delete_quietly([stub for batch in made.values() for stub in batch])
            raise
        return [stub for number in range(len(batches)) for stub in made[number]]

    async def _delete_quietly(self, stubs: Sequence[Stub]) -> None:
        async def delete(_: int, stub: Stub) -> None:
            with contextlib.suppress(AminoError):  # why others could not be made matters more than that this one stays
                await self.delete(stub)

        await work_through(stubs, DELETIONS_AT_ONCE, delete)

    def _kwargs(self, kwargs: Mapping[str, Any] | None) -> bytes:
        return self._codec.encode(dict(kwargs or {}), path="kwargs")

    async def describe(self, target: Target) -> ObjectInfo:
        """What the system knows of an object."""
        response = await self.connections.request("Get", client_pb2.GetRequest(name_or_id=object_key(target)))
        return ObjectInfo.of(response.object, self._plain)

    async def list(self, prefix: str = "", *, select: Selection = None, kernel: str = "") -> tuple[ObjectInfo, ...]:
        """The objects there are.

        Arguments:
            prefix: beginning of their names.
            select: their labels.
            kernel: id of the kernel they are on.
        """
        found: tuple[ObjectInfo, ...] = ()
        token = ""
        while True:
            request = client_pb2.ListRequest(
                name_prefix=prefix, label_selector=selector(select), kernel_id=kernel, page_size=PAGE, page_token=token
            )
            response = await self.connections.request("List", request)
            found += tuple(ObjectInfo.of(record, self._plain) for record in response.objects)
            token = response.next_page_token
            if not token:
                return found

    async def delete(self, target: Target) -> None:
        """Deletes an object; its name is free again."""
        await self.connections.request("Delete", client_pb2.DeleteRequest(name_or_id=object_key(target)))

    async def move(
        self, target: Target, kernel: str = "", *, select: Selection = None, replica: str = "0", allow_lossy: bool = False
    ) -> Moved:
        """Moves an object with its state; calls meanwhile wait or follow it.

        Arguments:
            target: which object.
            kernel: id of the kernel it goes to; or
            select: labels of kernels, of which one is chosen.
            replica: the path of the replica, such as `0` or `0.2`.
            allow_lossy: move even where a part of the state cannot be captured.

        Raises:
            StateNotCapturable, KernelNotFound, NoKernelMatches: as they say; the object stays where it is.
        """
        request = client_pb2.MoveRequest(
            name_or_id=object_key(target), kernel_id=kernel, selector=selector(select), path=replica, allow_lossy=allow_lossy
        )
        response = await self.connections.request("Move", request)
        await self.connections.located(response.object)
        return Moved(ObjectInfo.of(response.object, self._plain), tuple(response.lost))

    async def restart(self, target: Target) -> ObjectInfo:
        """Makes a lost object anew, with the state of a new one."""
        response = await self.connections.request("Restart", client_pb2.RestartRequest(name_or_id=object_key(target)))
        return ObjectInfo.of(response.object, self._plain)

    async def attach(self, target: Target, deployment_managers: Chain) -> ObjectInfo:
        """Changes the deployment managers of an object."""
        request = client_pb2.AttachRequest(name_or_id=object_key(target), deployment_managers=manager_specs(deployment_managers))
        response = await self.connections.request("Attach", request)
        await self.connections.located(response.object)
        return ObjectInfo.of(response.object, self._plain)

    async def explain(self, target: Target = "", *, deployment_managers: Chain = ()) -> Explanation:
        """The chain of an object, or of one that is not attached, with its replica tree."""
        request = client_pb2.ExplainRequest(name_or_id=object_key(target), deployment_managers=manager_specs(deployment_managers))
        response = await self.connections.request("Explain", request)
        return Explanation(response.text, self._plain.decode(response.tree) if response.tree else None)

    async def command(self, target: Target, command: str, args: Sequence[Any], kwargs: Mapping[str, Any], *, manager: str = "") -> Any:
        """A command to a deployment manager of an object; `stub.dm.<command>(…)` is the same."""
        location = self.connections.known(object_key(target))
        if location is not None and location.proxies is not None and location.proxies.has_command(command, manager):
            return await location.proxies.command(command, tuple(args), kwargs, manager)
        request = client_pb2.CommandRequest(
            target=object_key(target),
            command=command,
            args=self._codec.encode_array(args),
            kwargs=self._kwargs(kwargs),
            deployment_manager=manager,
        )
        response = await self.connections.request("Command", request)
        return self._codec.decode(response.value) if response.value else None

    # The cluster.

    async def kernels(self, *, include_dead: bool = False) -> tuple[KernelInfo, ...]:
        """The kernels there are."""
        response = await self.connections.request("Kernels", client_pb2.KernelsRequest(include_dead=include_dead))
        return tuple(KernelInfo.of(record) for record in response.kernels)

    async def watch(self, prefix: str = "", *, from_revision: int = 0) -> AsyncIterator[Event]:
        """Changes of objects as they happen, after one event for each that exists.

        Arguments:
            prefix: beginning of their names.
            from_revision: go on behind this one instead.
        """
        await self.connections.open()
        request = client_pb2.WatchRequest(name_prefix=prefix, from_revision=from_revision)
        async for response in self.connections.home.stream("Watch", request):
            yield Event.of(response, self._plain)

    async def logs(self, target: Target = "", *, tail: int = 100, follow: bool = False) -> AsyncIterator[LogLine]:
        """What guests printed.

        Arguments:
            target: one object; empty: all of the home kernel.
            tail: how many lines of before.
            follow: go on with what comes.
        """
        await self.connections.open()
        request = client_pb2.LogsRequest(name_or_id=object_key(target), tail=tail, follow=follow)
        async for response in self.connections.home.stream("Logs", request):
            yield LogLine.of(response)
