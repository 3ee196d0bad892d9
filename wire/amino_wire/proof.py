"""How kernels and the OMS prove to one another what they are (`docs/security.md`): by a secret of the cluster that no client sees."""

from __future__ import annotations

import hashlib
import hmac
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

from amino_wire.error_transport import abort
from amino_wire.error_tree import PermissionDenied
from amino_wire.protocol import Metadata

OMS = "oms"
"""The OMS as the receiver of a token; a kernel is named by its gRPC address."""


class ClusterSecret:
    """The secret as one process knows it. A kernel knows none until the OMS has told it."""

    def __init__(self) -> None:
        self._secret = ""
        self._tokens: dict[str, str] = {}

    @property
    def known(self) -> bool:
        """Whether this process has been told the secret."""
        return bool(self._secret)

    @property
    def text(self) -> str:
        """The secret itself, for the OMS's answer to a kernel."""
        return self._secret

    def take(self, secret: str) -> None:
        """Uses this secret from now on."""
        if secret != self._secret:
            self._secret, self._tokens = secret, {}

    def token(self, receiver: str) -> str:
        """What a kernel or the OMS shows to one receiver; it is worth nothing at another. Empty while no secret is known.

        Arguments:
            receiver: the gRPC address of a kernel, or `OMS`.
        """
        if not self._secret:
            return ""
        known = self._tokens.get(receiver)
        if known is None:
            known = hmac.new(self._secret.encode(), receiver.encode(), hashlib.sha256).hexdigest()
            self._tokens[receiver] = known
        return known

    def shown_to(self, receiver: str) -> tuple[tuple[str, str], ...]:
        """The metadata of a request to a receiver."""
        token = self.token(receiver)
        return ((Metadata.KERNEL, token),) if token else ()

    def proved(self, receiver: str, metadata: Iterable[Any] | None) -> bool:
        """Whether the metadata of a request that `receiver` has got shows the receiver's token."""
        wanted = self.token(receiver).encode()
        return bool(wanted) and hmac.compare_digest(wanted, shown(metadata))


def shown(metadata: Iterable[Any] | None) -> bytes:
    """The token that the metadata of a request shows; empty: none."""
    for key, value in metadata or ():
        if key == Metadata.KERNEL:
            return value.encode() if isinstance(value, str) else bytes(value)
    return b""


class ProvingStub:
    """A generated stub whose requests show the receiver's token.

    Arguments:
        stub: the stub.
        secret: of the cluster.
        receiver: who gets the requests, as for `ClusterSecret.token`.
    """

    def __init__(self, stub: Any, secret: ClusterSecret, receiver: str) -> None:
        self._stub, self._secret, self._receiver = stub, secret, receiver

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._stub, name)

        def call(request: Any, *, metadata: Sequence[tuple[str, str]] = (), **options: Any) -> Any:
            return method(request, metadata=(*metadata, *self._secret.shown_to(self._receiver)), **options)

        self.__dict__[name] = call
        return call


class KernelsOnly:
    """A servicer some of whose methods are for kernels and the OMS alone; others are told PERMISSION_DENIED.

    Arguments:
        servicer: what is offered.
        secret: of the cluster.
        receiver: answers this end, as for `ClusterSecret.token`.
        methods: those that are guarded; for each, which requests are let in all the same.
        ready: awaited before a request is judged while no secret is known here; raises where that takes too long.
    """

    def __init__(
        self,
        servicer: Any,
        secret: ClusterSecret,
        receiver: Callable[[], str],
        methods: Mapping[str, Callable[[Any], bool]],
        ready: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._servicer, self._secret, self._receiver = servicer, secret, receiver
        self._methods, self._ready = methods, ready

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._servicer, name)
        lets_in = self._methods.get(name)
        if lets_in is None:
            return method
        return self._stream(name, method, lets_in) if inspect.isasyncgenfunction(method) else self._unary(name, method, lets_in)

    def _unary(self, name: str, method: Any, lets_in: Callable[[Any], bool]) -> Any:
        async def checked(request: Any, context: Any) -> Any:
            await self._check(name, request, context, lets_in)
            return await method(request, context)

        return checked

    def _stream(self, name: str, method: Any, lets_in: Callable[[Any], bool]) -> Any:
        async def checked(request: Any, context: Any) -> AsyncIterator[Any]:
            await self._check(name, request, context, lets_in)
            async for response in method(request, context):
                yield response

        return checked

    async def _check(self, name: str, request: Any, context: Any, lets_in: Callable[[Any], bool]) -> None:
        metadata = context.invocation_metadata()
        try:
            if shown(metadata) and not self._secret.known and self._ready is not None:
                await self._ready()
            allowed = self._secret.proved(self._receiver(), metadata) or lets_in(request)
        except Exception as error:
            await abort(context, error)
        if not allowed:
            await abort(context, PermissionDenied(f"{name} is for the kernels of this cluster and its OMS; clients have no such request."))


def nothing(_: Any) -> bool:
    """Lets in no request without a proof."""
    return False
