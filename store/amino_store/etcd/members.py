"""The members of a cluster of etcd: one channel each, and the member that is asked until it fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

import grpc
import grpc.aio
from amino_wire.errors import ConfigInvalid

from amino_store.etcd.address import EtcdAddress
from amino_store.etcd.failures import Failed, Verdict, verdict_of
from amino_store.etcd.pb import etcd_pb2 as pb

ANSWER_LIMIT = 64 * 1024 * 1024
"""Bytes of one answer."""
_OPTIONS = (
    ("grpc.max_receive_message_length", ANSWER_LIMIT),
    ("grpc.max_send_message_length", -1),
    ("grpc.enable_retries", 0),
    ("grpc.use_local_subchannel_pool", 1),
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 1000),
    # etcd ends connections that are asked for a sign of life more often than every 5 s. gRPC alone waits a minute for it.
    ("grpc.keepalive_time_ms", 10_000),
    ("grpc.keepalive_timeout_ms", 5_000),
    ("grpc.http2.ping_timeout_ms", 5_000),
)


class Answer(Protocol):
    """A message with etcd's header."""

    @property
    def header(self) -> pb.ResponseHeader:
        """Says at which revision it was answered."""
        ...


Request = TypeVar("Request")
Response = TypeVar("Response", bound=Answer)


@dataclass(frozen=True, slots=True)
class Method(Generic[Request, Response]):
    """A method of etcd: its path, and the two messages."""

    path: str
    request: type[Request]
    response: Callable[[bytes], Response]


RANGE = Method("/etcdserverpb.KV/Range", pb.RangeRequest, pb.RangeResponse.FromString)
TXN = Method("/etcdserverpb.KV/Txn", pb.TxnRequest, pb.TxnResponse.FromString)
COMPACT = Method("/etcdserverpb.KV/Compact", pb.CompactionRequest, pb.CompactionResponse.FromString)
WATCH = Method("/etcdserverpb.Watch/Watch", pb.WatchRequest, pb.WatchResponse.FromString)
LEASE_GRANT = Method("/etcdserverpb.Lease/LeaseGrant", pb.LeaseGrantRequest, pb.LeaseGrantResponse.FromString)
LEASE_REVOKE = Method("/etcdserverpb.Lease/LeaseRevoke", pb.LeaseRevokeRequest, pb.LeaseRevokeResponse.FromString)
LEASE_KEEP_ALIVE = Method("/etcdserverpb.Lease/LeaseKeepAlive", pb.LeaseKeepAliveRequest, pb.LeaseKeepAliveResponse.FromString)
AUTHENTICATE = Method("/etcdserverpb.Auth/Authenticate", pb.AuthenticateRequest, pb.AuthenticateResponse.FromString)
STATUS = Method("/etcdserverpb.Maintenance/Status", pb.StatusRequest, pb.StatusResponse.FromString)


class Members:
    """Sends requests to one member at a time, and turns to the next one when that fails.

    Arguments:
        address: the cluster.
        attempt_seconds: how long one attempt may take.

    Attributes:
        revision: the highest revision that any answer has named.
    """

    def __init__(self, address: EtcdAddress, *, attempt_seconds: float) -> None:
        self._address, self._attempt_seconds = address, attempt_seconds
        credentials = _credentials(address)
        self._channels = [_channel(member, credentials) for member in address.members]
        self._callables: dict[tuple[int, str], Any] = {}
        self._password = _read(address.password_file).decode().strip() if address.password_file is not None else ""
        self._token, self._authenticating = "", asyncio.Lock()
        self._current = 0
        self.revision = 0

    async def call(self, method: Method[Request, Response], request: Request) -> Response:
        """One attempt at one member. Raises Failed; the next call then goes to another member."""
        try:
            return await self._attempt(method, request)
        except Failed as failure:
            if failure.verdict is not Verdict.TOKEN or not self._address.user:
                raise
        self.forget_token()
        return await self._attempt(method, request)  # a request without a valid token was not done

    @asynccontextmanager
    async def stream(self, method: Method[Request, Response]) -> AsyncGenerator[grpc.aio.StreamStreamCall[Request, Response]]:
        """A stream to one member, which ends with the block. Errors of the block are raised as Failed."""
        number = self._current
        try:
            opened = self._callable(number, method, "stream_stream")(metadata=await self._metadata())
            try:
                yield opened
            finally:
                opened.cancel()
        except Failed:
            self.leave(number)
            raise
        except grpc.aio.AioRpcError as error:
            failed = self._failed(number, error)
            if failed.verdict is Verdict.TOKEN and self._address.user:
                self.forget_token()
                failed = Failed(Verdict.NOT_DONE, failed.text)
            raise failed from error
        except asyncio.InvalidStateError as error:
            self.leave(number)
            raise Failed(Verdict.UNKNOWN, f"the stream has ended ({error})") from error

    def leave(self, number: int) -> None:
        """A member does not answer as it should: another one is asked next, unless that is so already."""
        if number == self._current:
            self._current = (number + 1) % len(self._channels)

    def forget_token(self) -> None:
        """The token is no longer valid: the next request gets another."""
        self._token = ""

    def saw(self, revision: int) -> None:
        """Some answer names a revision."""
        self.revision = max(self.revision, revision)

    async def close(self) -> None:
        """Ends all connections."""
        await asyncio.gather(*(channel.close(None) for channel in self._channels))

    async def _attempt(self, method: Method[Request, Response], request: Request) -> Response:
        number = self._current
        metadata = await self._metadata()
        try:
            response: Response = await self._callable(number, method, "unary_unary")(
                request, timeout=self._attempt_seconds, metadata=metadata
            )
        except grpc.aio.AioRpcError as error:
            raise self._failed(number, error) from error
        self.saw(response.header.revision)
        return response

    def _failed(self, number: int, error: grpc.aio.AioRpcError) -> Failed:
        text = error.details() or ""
        verdict = verdict_of(error.code().name, text)
        if verdict in (Verdict.NOT_DONE, Verdict.UNKNOWN):
            self.leave(number)
        return Failed(verdict, f"{self._address.members[number]}: {error.code().name} {text}".strip())

    def _callable(self, number: int, method: Method[Any, Any], kind: str) -> Any:
        key = (number, method.path)
        if key not in self._callables:
            make = getattr(self._channels[number], kind)
            self._callables[key] = make(
                method.path, request_serializer=method.request.SerializeToString, response_deserializer=method.response
            )
        return self._callables[key]

    async def _metadata(self) -> tuple[tuple[str, str], ...]:
        # A member that is cut off from the others says so at once, and does not wait until they are back.
        with_leader = (("hasleader", "true"),)
        if not self._address.user:
            return with_leader
        async with self._authenticating:
            if not self._token:
                request = pb.AuthenticateRequest(name=self._address.user, password=self._password)
                number = self._current
                try:
                    answer: pb.AuthenticateResponse = await self._callable(number, AUTHENTICATE, "unary_unary")(
                        request, timeout=self._attempt_seconds
                    )
                except grpc.aio.AioRpcError as error:
                    failed = self._failed(number, error)
                    # The request for which the token is wanted has not been sent.
                    raise Failed(Verdict.NOT_DONE, failed.text) if failed.verdict is Verdict.UNKNOWN else failed from error
                self._token = answer.token
        return (*with_leader, ("token", self._token))


def _channel(member: str, credentials: grpc.ChannelCredentials | None) -> grpc.aio.Channel:
    if credentials is None:
        return grpc.aio.insecure_channel(member, options=_OPTIONS)
    return grpc.aio.secure_channel(member, credentials, options=_OPTIONS)


def _credentials(address: EtcdAddress) -> grpc.ChannelCredentials | None:
    if not address.tls:
        return None
    ca, cert, key = (None if file is None else _read(file) for file in (address.ca, address.cert, address.key))
    return grpc.ssl_channel_credentials(root_certificates=ca, private_key=key, certificate_chain=cert)


def _read(file: Any) -> bytes:
    try:
        return bytes(file.read_bytes())
    except OSError as error:
        raise ConfigInvalid(f"the file {file}, which the address of the store names, cannot be read: {error.strerror}") from error
