"""Requests to one bucket. The library knows the credentials; nobody else sees them."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from typing import IO, TYPE_CHECKING, Any, TypedDict, TypeVar, cast

from aiobotocore.config import AioConfig
from aiobotocore.session import AioSession
from aiohttp import ClientError as ConnectionProblem
from amino_wire.errors import AminoError
from botocore.exceptions import NoCredentialsError

from amino_store.blobs.s3.address import S3Address
from amino_store.blobs.s3.failures import ABSENT, LIBRARY, NO_UPLOAD, code_of, failure
from amino_store.errors import NotWritten

if TYPE_CHECKING:
    from types_aiobotocore_s3.client import S3Client
    from types_aiobotocore_s3.type_defs import CompletedPartTypeDef

PART = 8 * 1024 * 1024
"""Bytes of one part of a larger object; smaller objects go in one request. The protocol takes no parts under 5 MiB."""
CHUNK = 256 * 1024
"""Bytes that are read at once."""
_AT_ONCE = 2
"""Parts that are sent at once, and so are in memory."""
_CONNECT = 3.0
"""Seconds for a connection."""
_REGION = "us-east-1"
"""What services elsewhere than at Amazon take for their region, unless they are told another one."""
_TIDY = 2.0
"""Seconds for removing what a failed upload has left; what stays is removed by a later one."""

T = TypeVar("T")


class _Object(TypedDict):
    Bucket: str
    Key: str


class Absent(Exception):
    """The service has no object of that name in that bucket."""


class Bucket:
    """One bucket. Its client is made with the first request.

    Arguments:
        address: where it is.
    """

    def __init__(self, address: S3Address) -> None:
        self.address = address
        self._stack, self._opening = AsyncExitStack(), asyncio.Lock()
        self._client: S3Client | None = None

    async def put(self, name: str, size: int, file: IO[bytes]) -> None:
        """Stores `size` bytes of a file as an object, which is there whole or not at all. The service compares the sha256.

        Raises NotWritten, StoreFull or ConfigInvalid; the object may be there all the same, or parts of it.
        """
        client = await self._opened()
        await asyncio.to_thread(file.seek, 0)
        if size > PART:
            await self._put_parts(client, name, size, file)
            return
        body = await asyncio.to_thread(file.read)
        await self._ask(lambda: client.put_object(**self._object(name), Body=body, ChecksumSHA256=_sum(body)), writing=True)

    async def read(self, name: str) -> AsyncGenerator[bytes, None]:
        """The content of an object. Raises Absent, OmsUnavailable or ConfigInvalid."""
        client = await self._opened()
        answer = await self._ask(lambda: client.get_object(**self._object(name)))
        body: Any = answer["Body"]
        async with body:
            while chunk := await self._ask(lambda: cast("Awaitable[bytes]", body.read(CHUNK))):
                yield chunk

    async def remove(self, name: str) -> None:
        """Removes an object, and parts of one of that name that were sent; nothing happens where there is none. Raises as `put`."""
        client = await self._opened()
        await self._ask(lambda: client.delete_object(**self._object(name)), writing=True)
        await self.abort_uploads(name)

    async def abort_uploads(self, beginning: str) -> None:
        """Removes parts of objects whose names begin so, whose upload has not come to its end. Raises as `put`."""
        client = await self._opened()
        begun = await self._ask(lambda: client.list_multipart_uploads(Bucket=self.address.bucket, Prefix=beginning), writing=True)
        for upload in begun.get("Uploads", []):
            await self._abort(client, upload.get("Key", ""), upload.get("UploadId", ""))

    async def close(self) -> None:
        """Ends its connections."""
        async with self._opening:
            stack, self._stack, self._client = self._stack, AsyncExitStack(), None
            await stack.aclose()

    async def _opened(self) -> S3Client:
        async with self._opening:
            if self._client is None:
                self._client = await self._made()
            return self._client

    async def _made(self) -> S3Client:
        address = self.address
        config = AioConfig(
            connect_timeout=min(_CONNECT, address.timeout),
            read_timeout=address.timeout,
            retries={"mode": "standard", "total_max_attempts": 3},
            # A sum of our own goes with each object, and one of the content is its name.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            # Services elsewhere need not have a host's name for each bucket.
            s3={"addressing_style": "path"} if address.endpoint else {},
        )
        region = address.region or (_REGION if address.endpoint else None)
        try:
            # The library tells checkers nothing of its own types.
            made = cast("Any", AioSession()).create_client("s3", region_name=region, endpoint_url=address.endpoint or None, config=config)
            return cast("S3Client", await self._stack.enter_async_context(made))
        except LIBRARY as error:
            raise failure(error, address, writing=False) from error

    async def _put_parts(self, client: S3Client, name: str, size: int, file: IO[bytes]) -> None:
        begun = await self._ask(lambda: client.create_multipart_upload(**self._object(name), ChecksumAlgorithm="SHA256"), writing=True)
        upload = begun["UploadId"]
        try:
            parts: list[CompletedPartTypeDef] = []
            numbers = range(1, -(-size // PART) + 1)
            for first in range(0, len(numbers), _AT_ONCE):
                bodies = [(number, await asyncio.to_thread(file.read, PART)) for number in numbers[first : first + _AT_ONCE]]
                async with asyncio.TaskGroup() as group:
                    sent = [group.create_task(self._put_part(client, name, upload, number, body)) for number, body in bodies]
                parts += [each.result() for each in sent]
            await self._complete(client, name, upload, parts, size)
        except BaseException as error:
            with suppress(AminoError, TimeoutError):
                async with asyncio.timeout(_TIDY):
                    await self._abort(client, name, upload)
                    # A part that was under way may have come after that.
                    await self.abort_uploads(name)
            failed = _first(error)
            if isinstance(failed, Absent):
                raise NotWritten(f"{self.address.title} has lost the parts of an upload: send it again") from error
            raise failed from error

    async def _put_part(self, client: S3Client, name: str, upload: str, number: int, body: bytes) -> CompletedPartTypeDef:
        total = _sum(body)
        answer = await self._ask(
            lambda: client.upload_part(**self._object(name), UploadId=upload, PartNumber=number, Body=body, ChecksumSHA256=total),
            writing=True,
        )
        return {"PartNumber": number, "ETag": answer["ETag"], "ChecksumSHA256": total}

    async def _complete(self, client: S3Client, name: str, upload: str, parts: list[CompletedPartTypeDef], size: int) -> None:
        try:
            await self._ask(
                lambda: client.complete_multipart_upload(**self._object(name), UploadId=upload, MultipartUpload={"Parts": parts}),
                writing=True,
            )
        except (AminoError, Absent):
            # An answer may have been lost, or the library has asked a second time.
            with suppress(AminoError, Absent):
                if (await self._ask(lambda: client.head_object(**self._object(name))))["ContentLength"] == size:
                    return
            raise

    async def _abort(self, client: S3Client, name: str, upload: str) -> None:
        with suppress(Absent):
            await self._ask(lambda: client.abort_multipart_upload(**self._object(name), UploadId=upload), writing=True)

    async def _ask(self, request: Callable[[], Awaitable[T]], *, writing: bool = False) -> T:
        try:
            async with asyncio.timeout(self.address.timeout):
                return await request()
        except (*LIBRARY, ConnectionProblem) as error:
            if code_of(error) in ((NO_UPLOAD,) if writing else ABSENT):
                raise Absent from error
            if isinstance(error, NoCredentialsError):
                # The library looks for them once for each client: the next request looks again.
                await self.close()
            raise failure(error, self.address, writing=writing) from error

    def _object(self, name: str) -> _Object:
        return {"Bucket": self.address.bucket, "Key": name}


def _first(error: BaseException) -> BaseException:
    return cast("BaseExceptionGroup[Exception]", error).exceptions[0] if isinstance(error, BaseExceptionGroup) else error


def _sum(body: bytes) -> str:
    """The sha256 in the form of the protocol."""
    return base64.b64encode(hashlib.sha256(body).digest()).decode()
