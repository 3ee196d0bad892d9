"""The client: finds, makes, moves and deletes objects through a kernel (`async with amino.connect() as client`)."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from amino_wire.errors import AminoError
from amino_wire.pb import client_pb2
from amino_wire.values import Reference

from amino.administration import Target, object_key
from amino.ages import OUTAGE_AGE, age_limit
from amino.batches import batches_of, work_through
from amino.commands import run_command
from amino.given import labels_of, positional
from amino.identifiers import new_id
from amino.lengths import Length, milliseconds
from amino.location import Location
from amino.registration import Chain, artifact_messages, left_to_the_old_object
from amino.selectors import Selection, selector
from amino.source import Source, read_source
from amino.stub import Stub
from amino.stub_base import StubBase
from amino.transacting import Transacting

BATCHES_AT_ONCE = 2
DELETIONS_AT_ONCE = 64


class Client(Transacting):
    """A connection to a cluster through one of its kernels. Belongs to the loop it was opened on.

    Arguments: as ClientCore.
    """

    def _stub(self, location: Location) -> StubBase:
        return Stub(self, location)

    def stub(self, reference: Reference) -> Stub:
        """The stub of a reference that was kept. Nobody is asked whether the object still exists."""
        return Stub(self, self.connections.location(reference))

    # Objects.

    async def get(self, name_or_id: str, *, age: Length = 0.0, outage_age: Length = OUTAGE_AGE) -> Stub:
        """The stub of an object.

        Arguments:
            name_or_id: which object.
            age, outage_age: as `describe`.

        Raises:
            NameNotFound, ObjectNotFound: there is none.
        """
        return Stub(self, await self.connections.resolve(name_or_id, age_limit(age, outage_age)))

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
        deployment_managers: Chain | None = None,
        select: Selection = None,
        labels: Mapping[str, str] | None = None,
        replace: bool = False,
        discard_state: bool = False,
        concurrent: bool = False,
        own_context: bool = False,
        idle: Length | None = None,
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
            select: which kernels will do, as `"region in (eu, us)"` or values by label; `""`: every kernel.
            labels: of the object.
            replace: take the name from the object that has it, which is deleted. Deployment managers, labels, select and idle that are None
                stay as that object has them, and so does its label `application` unless `labels` names another or is empty.
            discard_state: replace the object although a deployment manager holds its saved state, which is deleted with it.
            concurrent: calls to the object may run at the same time.
            own_context: the object shares its language's context with no other.
            idle: seconds without a call after which the object goes to sleep, until the next call; 0: never; None: never, or with replace
                as the old object. Only with a deployment manager that saves each call.

        Raises:
            NameTaken, ArtifactInvalid, LanguageUnknown, ChainInvalid, NoKernelMatches: as they say.
            StateHeld: a deployment manager holds the saved state of the object that would be replaced.
            GuestException: the constructor raised it.
        """
        idle_ms = None if idle is None else milliseconds(idle, "idle")
        request = left_to_the_old_object(deployment_managers, select, labels_of(labels))
        request.args, request.kwargs = self._codec.encode_array(positional(args)), self._kwargs(kwargs)
        artifact = read_source(source, language=language, entry=entry, class_name=class_name)
        await self.connections.open()
        message = artifact.to_message()
        await self.connections.home.upload(artifact_messages(artifact.packed, message))
        request.name, request.request_id, request.replace, request.discard_state = name, new_id(), replace, discard_state
        request.artifact.CopyFrom(message)
        request.concurrent, request.own_context = concurrent, own_context
        if idle_ms is not None:
            request.idle_ms = idle_ms
        response = await self.connections.request("Register", request)
        return Stub(self, await self.connections.located(response.object))

    async def get_or_create(self, kind: str, key: str | int, *args: Any, kwargs: Mapping[str, Any] | None = None) -> Stub:
        """See Kinds.get_or_create."""
        stub = await super().get_or_create(kind, key, *args, kwargs=kwargs)
        return Stub(self, stub._location)  # pyright: ignore[reportPrivateUsage]

    async def create(
        self,
        class_name: Target,
        *args: Any,
        name: str = "",
        kwargs: Mapping[str, Any] | None = None,
        select: Selection = None,
        labels: Mapping[str, str] | None = None,
        ttl: Length = 0.0,
    ) -> Stub:
        """Makes a further instance of a registered class.

        Arguments:
            class_name: the name its first instance was registered under, or a stub of any instance.
            args, kwargs: of the constructor.
            name: of the new object; empty: none.
            select: which kernels will do; None: as the class's.
            labels: of the object.
            ttl: seconds after which an object without a name is removed; 0: it stays until it is deleted.

        Raises:
            NameNotFound, NameTaken, NoKernelMatches: as they say.
            QuotaExceeded: this client has as many objects without a name as it may.
            GuestException: the constructor raised it.
        """
        request = client_pb2.CreateRequest(
            class_name=object_key(class_name),
            name=name,
            args=self._codec.encode_array(args),
            kwargs=self._kwargs(kwargs),
            selector=selector(select),
            labels=labels_of(labels),
            request_id=new_id(),
            ttl_ms=milliseconds(ttl, "ttl"),
        )
        response = await self.connections.request("Create", request)
        return Stub(self, await self.connections.located(response.object))

    async def create_many(
        self,
        class_name: Target,
        argument_lists: Iterable[Sequence[Any]],
        *,
        names: Sequence[str] = (),
        kwargs: Mapping[str, Any] | None = None,
        select: Selection = None,
        labels: Mapping[str, str] | None = None,
        ttl: Length = 0.0,
    ) -> list[Stub]:
        """Makes many further instances of a registered class, several times as fast as one by one.

        Each 500 of them are made together, all or none. Where some cannot be made, the others are deleted before this raises.

        Arguments:
            class_name: the name its first instance was registered under, or a stub of any instance.
            argument_lists: of the constructors: one sequence for each new object.
            names: of the new objects, as many as there are; empty: none of them has one.
            kwargs: of each constructor.
            select: which kernels will do; None: as the class's.
            labels: of each of them.
            ttl: as create.

        Returns:
            Their stubs, in the order of `argument_lists`.

        Raises:
            ArgumentInvalid: there are not as many names as objects, or arguments are no list.
            AminoError: as create.
        """
        ttl_ms, texts = milliseconds(ttl, "ttl"), labels_of(labels)
        batches = batches_of(argument_lists, names, self._kwargs(kwargs), self._codec)
        made: dict[int, Sequence[Stub]] = {}

        async def make(number: int, batch: Sequence[client_pb2.Instance]) -> None:
            request = client_pb2.CreateManyRequest(
                class_name=object_key(class_name),
                instances=batch,
                selector=selector(select),
                labels=texts,
                ttl_ms=ttl_ms,
                request_id=new_id(),
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

    async def command(self, target: Target, command: str, args: Sequence[Any], kwargs: Mapping[str, Any], *, manager: str = "") -> Any:
        """A command to a deployment manager of an object; `stub.dm.<command>(…)` is the same."""
        return await run_command(self.connections, self._codec, object_key(target), command, args, kwargs, manager)
