"""The part of a client that registers kinds of objects, and finds or makes their objects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from amino_wire.pb import client_pb2, common_pb2

from amino.administration import Administration
from amino.given import labels_of, named, positional
from amino.identifiers import new_id
from amino.kind_info import KindInfo
from amino.lengths import Length, milliseconds
from amino.registration import Chain, artifact_messages, manager_specs
from amino.selectors import Selection, selector
from amino.source import Source, read_source
from amino.stub_base import StubBase

_PAGE = 500


class Kinds(Administration):
    """A client's requests about kinds.

    Arguments: as ClientCore.
    """

    async def register_kind(
        self,
        source: Source,
        name: str,
        *,
        language: str | None = None,
        entry: str | None = None,
        class_name: str | None = None,
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        key_argument: bool = False,
        deployment_managers: Chain = (),
        select: Selection = None,
        labels: Mapping[str, str] | None = None,
        replace: bool = False,
        concurrent: bool = False,
        own_context: bool = False,
        idle: Length = 0.0,
    ) -> KindInfo:
        """Registers a kind of objects, each of which `get_or_create` makes when somebody asks for it by its key.

        A kind that is there as asked for stays as it is, so every start of a program may register its kinds. The class is evaluated
        when the first object is made.

        Arguments:
            source, language, entry, class_name: as `register`.
            name: of the kind; the object of a key is named `<name>/<key>`.
            args, kwargs: of the constructor, unless `get_or_create` gives others.
            key_argument: the constructor gets the key as its first argument, before the others.
            deployment_managers, select, labels, concurrent, own_context, idle: of each of its objects, as `register`.
            replace: change a kind that differs, for the objects that are made from now on; the others stay as they are.

        Raises:
            NameTaken: there is such a kind that differs.
            ArtifactInvalid, LanguageUnknown, ChainInvalid, ArgumentInvalid: as they say.
        """
        idle_ms, texts = milliseconds(idle, "idle"), labels_of(labels)
        given, by_name = self._codec.encode_array(positional(args)), self._kwargs(kwargs)
        artifact = read_source(source, language=language, entry=entry, class_name=class_name)
        await self.connections.open()
        message = artifact.to_message()
        await self.connections.home.upload(artifact_messages(artifact.packed, message))
        spec = common_pb2.ObjectSpec(
            artifact=message,
            deployment_managers=manager_specs(deployment_managers),
            selector=selector(select),
            labels=texts,
            constructor_args=given,
            constructor_kwargs=by_name,
            concurrent=concurrent,
            own_context=own_context,
            idle_ms=idle_ms,
        )
        kind = common_pb2.KindRecord(name=name, spec=spec, key_argument=key_argument)
        request = client_pb2.RegisterKindRequest(kind=kind, replace=replace, request_id=new_id())
        response = await self.connections.request("RegisterKind", request)
        return KindInfo.of(response.kind, self._plain)

    async def get_or_create(self, kind: str, key: str | int, *args: Any, kwargs: Mapping[str, Any] | None = None) -> StubBase:
        """The stub of the object of a kind and a key. If there is none it is made: one of many callers at once makes it, and all get it.

        A lost object that nothing brings back by itself is made anew, without its state, as by `restart`.

        Arguments:
            kind: the name that `register_kind` was given.
            key: of the object, which is named `<kind>/<key>`.
            args, kwargs: of the constructor if it is made now; none: those of the kind.

        Raises:
            NameNotFound: there is no such kind.
            NameTaken: the name belongs to an object that is not of the kind.
            GuestException: the constructor raised it.
        """
        request = client_pb2.GetOrCreateRequest(kind=kind, key=str(key), request_id=new_id())
        if args or kwargs:
            request.args, request.kwargs = self._codec.encode_array(args), self._kwargs(kwargs)
        response = await self.connections.request("GetOrCreate", request)
        return self._stub(await self.connections.located(response.object))

    async def kinds(self, prefix: str = "") -> tuple[KindInfo, ...]:
        """The kinds there are.

        Arguments:
            prefix: beginning of their names.
        """
        found: list[KindInfo] = []
        while True:
            after = found[-1].name if found else ""
            response = await self.connections.request("ListKinds", client_pb2.ListKindsRequest(prefix=prefix, after=after, page_size=_PAGE))
            found.extend(KindInfo.of(kind, self._plain) for kind in response.kinds)
            if not response.more:
                return tuple(found)

    async def remove_kind(self, name: str) -> None:
        """Removes a kind. Its objects stay, and `get_or_create` finds them as before, but makes no more of them.

        Raises:
            NameNotFound: there is no such kind.
        """
        await self.connections.request("DeleteKind", client_pb2.DeleteKindRequest(name=name, request_id=new_id()))

    def _kwargs(self, kwargs: Mapping[str, Any] | None) -> bytes:
        return self._codec.encode(named(kwargs), path="kwargs")
