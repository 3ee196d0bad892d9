"""A client for commands that ask a kernel once or twice.

It has no event loop, no lane and no proxies: to import those takes longer than the whole command.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Any, Self

import grpc
from amino_wire.errors import AminoError, DeadlineExceeded, KernelUnavailable, from_message, from_rpc_error
from amino_wire.frames import VERSION, CallOptions
from amino_wire.pb import client_pb2
from amino_wire.protocol import DEFAULT_BUDGET_MS, MESSAGE_LIMIT, Metadata
from amino_wire.values import DEFAULT, Reference, decode, writer
from amino_wire.versions import check_version

from amino.addresses import addresses
from amino.ages import OUTAGE_AGE, age_limit
from amino.next_after import next_after_seconds
from amino.records import ObjectInfo
from amino.selectors import Selection, selector
from amino.version import __version__

_SERVICE = "/amino.v1.ClientService/"
_OPTIONS = (
    ("grpc.max_receive_message_length", MESSAGE_LIMIT),
    ("grpc.max_send_message_length", MESSAGE_LIMIT),
    ("grpc.enable_http_proxy", 0),
)
HELLO_SECONDS = 10.0
CONTROL_SECONDS = 120.0
PAGE = 1000
LATE_SECONDS = 5.0
"""How much later than a call's deadline the kernel's answer is given up: the kernel says better what went on."""


class QuickClient:
    """Asks the first kernel that answers. A call passes the proxies of its object's managers in that kernel.

    Arguments:
        address: `host:port` of a kernel, or several with commas; None: AMINO_ADDRESS, else the default.
        client_id: who calls.
    """

    def __init__(self, address: str | None, *, client_id: str) -> None:
        self._addresses, self._next_after = addresses(address), next_after_seconds(None)
        self._metadata = ((Metadata.CLIENT, client_id),)
        self._client_id = client_id
        self._channel: grpc.Channel | None = None
        self._peer = ""

    def __enter__(self) -> Self:
        """Connects.

        Raises:
            KernelUnavailable: no kernel answers at the addresses.
            FrameInvalid: it speaks another version of the wire.
        """
        # A process that stands still refuses nobody: where there are several, each has a short time first.
        several = len(self._addresses) > 1
        failures: dict[str, AminoError] = {}
        for seconds in [min(self._next_after, HELLO_SECONDS), HELLO_SECONDS] if several else [HELLO_SECONDS]:
            for address in self._addresses:
                try:
                    self._open(address, seconds)
                except (KernelUnavailable, DeadlineExceeded) as error:
                    failures[address] = error
                else:
                    return self
        first = failures[self._addresses[0]]
        if not several:
            raise first
        raise KernelUnavailable("no kernel answers: " + "; ".join(failure.message for failure in failures.values()), cause=first)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._channel is not None:
            self._channel.close()

    def _open(self, address: str, seconds: float) -> None:
        if self._channel is not None:
            self._channel.close()
        self._channel = grpc.insecure_channel(address, options=_OPTIONS)
        self._peer = f"the kernel at {address}"
        request = client_pb2.HelloRequest(client_id=self._client_id, version=__version__, wire_version=VERSION)
        hello = self._ask("Hello", request, client_pb2.HelloResponse, seconds)
        self._peer = f"kernel {hello.kernel_id} at {address}"
        check_version(hello.wire_version, self._peer, "this program")

    def _ask(self, name: str, request: Any, answer: Any, seconds: float = CONTROL_SECONDS) -> Any:
        channel: Any = self._channel
        method = channel.unary_unary(_SERVICE + name, request_serializer=_serialized, response_deserializer=answer.FromString)
        try:
            return method(request, timeout=seconds, metadata=self._metadata)
        except grpc.RpcError as error:
            raise from_rpc_error(error, what=self._peer) from None

    def resolve(self, name_or_id: str) -> client_pb2.GetResponse:
        """The record of an object, and how old it is where no object management service answers.

        Raises:
            NameNotFound, ObjectNotFound: there is none.
        """
        request = client_pb2.GetRequest(name_or_id=name_or_id, age_limit=age_limit(0.0, OUTAGE_AGE))
        found: client_pb2.GetResponse = self._ask("Get", request, client_pb2.GetResponse)
        return found

    def reference(self, name_or_id: str) -> Reference:
        """The reference of an object, as an argument. Raises as `resolve`."""
        record = self.resolve(name_or_id).object
        return Reference(record.id, record.interface.name or record.name or None, record.status.epoch, None)

    def describe(self, name_or_id: str) -> ObjectInfo:
        """The description of an object. Raises as `resolve`."""
        found = self.resolve(name_or_id)
        return ObjectInfo.of(found.object, DEFAULT, found.age)

    def managers(self) -> Sequence[client_pb2.ManagerDescription]:
        """The deployment managers that the kernel has."""
        response: client_pb2.ManagersResponse = self._ask("Managers", client_pb2.ManagersRequest(), client_pb2.ManagersResponse)
        return response.managers

    def pages(
        self, prefix: str = "", *, select: Selection = None, kernel: str = "", nameless: bool = False, size: int = PAGE
    ) -> Iterator[client_pb2.ListResponse]:
        """The objects there are, some at a time, and how many there are in all.

        Arguments:
            prefix, select, kernel, nameless: as Administration.list.
            size: how many at a time.
        """
        request = client_pb2.ListRequest(
            name_prefix=prefix, label_selector=selector(select), kernel_id=kernel, page_size=size, nameless=nameless
        )
        while True:
            response: client_pb2.ListResponse = self._ask("List", request, client_pb2.ListResponse)
            yield response
            request.page_token = response.next_page_token
            if not request.page_token:
                return

    def call(self, target: str, method: str, args: Sequence[Any], options: CallOptions) -> Any:
        """Calls a member of an object and answers its result.

        Raises:
            AminoError: the call's error; GuestException where the object raised it.
        """
        request = client_pb2.InvokeRequest(
            target=target, method=method, args=DEFAULT.encode_array(args), options=writer.pack(options.to_map(DEFAULT))
        )
        seconds = (options.budget_ms or DEFAULT_BUDGET_MS) / 1000 + LATE_SECONDS
        response: client_pb2.InvokeResponse = self._ask("Invoke", request, client_pb2.InvokeResponse, seconds)
        if response.HasField("error"):
            raise from_message(response.error)
        return decode(response.value)


def _serialized(message: Any) -> bytes:
    return bytes(message.SerializeToString())
