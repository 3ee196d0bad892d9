"""The part of a blocking client that registers kinds of objects, and finds or makes their objects."""

from __future__ import annotations

from collections.abc import Coroutine, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from amino_wire.values import Reference

from amino.blocking_stub import BlockingStub
from amino.client import Client
from amino.kind_info import KindInfo
from amino.lengths import Length
from amino.registration import Chain
from amino.selectors import Selection
from amino.source import Source
from amino.stub_base import reference_of

T = TypeVar("T")


class _Blocking(Protocol):
    @property
    def core(self) -> Client: ...

    def run(self, work: Coroutine[Any, Any, T]) -> T: ...

    def stub(self, reference: Reference) -> BlockingStub: ...


class BlockingKinds:
    """A blocking client's requests about kinds."""

    def register_kind(
        self: _Blocking,
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
        """See Client.register_kind."""
        work = self.core.register_kind(
            source,
            name,
            language=language,
            entry=entry,
            class_name=class_name,
            args=args,
            kwargs=kwargs,
            key_argument=key_argument,
            deployment_managers=deployment_managers,
            select=select,
            labels=labels,
            replace=replace,
            concurrent=concurrent,
            own_context=own_context,
            idle=idle,
        )
        return self.run(work)

    def get_or_create(self: _Blocking, kind: str, key: str | int, *args: Any, kwargs: Mapping[str, Any] | None = None) -> BlockingStub:
        """See Client.get_or_create."""
        return self.stub(reference_of(self.run(self.core.get_or_create(kind, key, *args, kwargs=kwargs))))

    def kinds(self: _Blocking, prefix: str = "") -> tuple[KindInfo, ...]:
        """See Client.kinds."""
        return self.run(self.core.kinds(prefix))

    def remove_kind(self: _Blocking, name: str) -> None:
        """See Client.remove_kind."""
        self.run(self.core.remove_kind(name))
