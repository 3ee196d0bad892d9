"""The part of a client that looks at the cluster and its objects, and changes where and how they are."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import datetime

from amino_wire.errors import ArgumentInvalid
from amino_wire.pb import client_pb2

from amino.ages import OUTAGE_AGE, age_limit
from amino.client_core import ClientCore
from amino.identifiers import new_id
from amino.lengths import Length
from amino.records import Attached, Event, Explanation, KernelInfo, LogLine, Moved, ObjectInfo
from amino.registration import Chain, manager_specs
from amino.selectors import Selection, selector
from amino.stub_base import StubBase

PAGE = 500
_ORIGINS: Mapping[int, str] = {
    client_pb2.RestartResponse.ORIGIN_SAVED: "saved",
    client_pb2.RestartResponse.ORIGIN_COPY: "copy",
    client_pb2.RestartResponse.ORIGIN_ANEW: "anew",
}
Target = str | StubBase
"""An object: its name, its id, or a stub."""


def object_key(target: Target) -> str:
    """The name or id that travels."""
    return target if isinstance(target, str) else target._location.id  # pyright: ignore[reportPrivateUsage]


class Administration(ClientCore):
    """A client's requests about objects beside their calls.

    Arguments: as ClientCore.
    """

    async def describe(self, target: Target, *, age: Length = 0.0, outage_age: Length = OUTAGE_AGE) -> ObjectInfo:
        """The description of an object: its place, its interface, its deployment managers.

        Arguments:
            target: which object.
            age: how old the answer may be; an object management service that stands by may give it then. 0: it is to be current.
            outage_age: how old it may be where no object management service answers; kernels remember names. 0: nothing but current.
                `answer_age` of the answer says how old it is.
        """
        request = client_pb2.GetRequest(name_or_id=object_key(target), age_limit=age_limit(age, outage_age))
        response = await self.connections.request("Get", request)
        return ObjectInfo.of(response.object, self._plain, response.age)

    async def list(
        self, prefix: str = "", *, select: Selection = None, kernel: str = "", nameless: bool = False, limit: int = 0
    ) -> tuple[ObjectInfo, ...]:
        """The objects there are.

        Arguments:
            prefix: beginning of their names.
            select: their labels.
            kernel: id of the kernel they are on.
            nameless: only objects without a name.
            limit: how many at most; 0: all.
        """
        found: list[ObjectInfo] = []
        token = ""
        while True:
            size = min(PAGE, limit - len(found)) if limit else PAGE
            request = client_pb2.ListRequest(
                name_prefix=prefix,
                label_selector=selector(select),
                kernel_id=kernel,
                page_size=size,
                page_token=token,
                nameless=nameless,
            )
            response = await self.connections.request("List", request)
            found.extend(ObjectInfo.of(record, self._plain) for record in response.objects)
            token = response.next_page_token
            if not token or 0 < limit <= len(found):
                return tuple(found)

    async def delete(self, target: Target) -> None:
        """Deletes an object; its name is free again."""
        request = client_pb2.DeleteRequest(name_or_id=object_key(target), request_id=new_id())
        await self.connections.request("Delete", request)

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
            name_or_id=object_key(target),
            kernel_id=kernel,
            selector=selector(select),
            path=replica,
            allow_lossy=allow_lossy,
            request_id=new_id(),
        )
        response = await self.connections.request("Move", request)
        await self.connections.located(response.object)
        return Moved(ObjectInfo.of(response.object, self._plain), tuple(response.lost))

    async def restart(self, target: Target) -> ObjectInfo:
        """Brings a lost object back.

        It comes from its last checkpoint where a deployment manager keeps one, else as a new object. An object that has
        come back by itself meanwhile stays as it is. `restarted_from` of the answer says which.
        """
        request = client_pb2.RestartRequest(name_or_id=object_key(target), request_id=new_id())
        response = await self.connections.request("Restart", request)
        return replace(ObjectInfo.of(response.object, self._plain), restarted_from=_ORIGINS.get(response.origin, ""))

    async def attach(self, target: Target, deployment_managers: Chain) -> Attached:
        """Changes the deployment managers of an object.

        Raises:
            ChainInvalid: they cannot work together, or not with the object.
        """
        specs = manager_specs(deployment_managers)
        key = object_key(target)
        request = client_pb2.AttachRequest(name_or_id=key, deployment_managers=specs, request_id=new_id())
        response = await self.connections.request("Attach", request)
        await self.connections.located(response.object)
        return Attached(ObjectInfo.of(response.object, self._plain), tuple(response.pending_kernels))

    async def explain(self, target: Target = "", *, deployment_managers: Chain = ()) -> Explanation:
        """The chain of an object, or a chain that is not attached, with its replica tree.

        Raises:
            ArgumentInvalid: both were given, or the chain cannot be read.
        """
        if target != "" and deployment_managers:
            raise ArgumentInvalid("explain takes an object or a chain, not both: without deployment_managers it explains the object's own")
        specs = manager_specs(deployment_managers)
        request = client_pb2.ExplainRequest(name_or_id=object_key(target), deployment_managers=specs)
        response = await self.connections.request("Explain", request)
        return Explanation(response.text, self._plain.decode(response.tree) if response.tree else None)

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

    async def logs(
        self,
        target: Target = "",
        *,
        tail: int = 100,
        follow: bool = False,
        level: str = "",
        since: datetime | None = None,
        cluster: bool = False,
    ) -> AsyncIterator[LogLine]:
        """The lines that guests printed.

        Arguments:
            target: one object; empty: all of the home kernel.
            tail: how many lines of before; 0: all that are kept.
            follow: go on with what comes.
            level: the least one: debug, info, warning or error; empty: any.
            since: lines from this moment on, by the kernels' clocks.
            cluster: without a target: all objects of all kernels. A line says which kernels do not answer.

        Raises:
            ArgumentInvalid: the level is none.
        """
        await self.connections.open()
        since_ms = 0 if since is None else round(since.timestamp() * 1000)
        request = client_pb2.LogsRequest(
            name_or_id=object_key(target), tail=tail, follow=follow, level=level, since_ms=since_ms, cluster=cluster
        )
        async for response in self.connections.home.stream("Logs", request):
            yield LogLine.of(response)
