"""What the library raises, as errors of Amino. Pure."""

from __future__ import annotations

from typing import Any, cast

from amino_wire.errors import AminoError, ConfigInvalid, OmsUnavailable
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConfigNotFound,
    ConfigParseError,
    CredentialRetrievalError,
    InvalidRegionError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)

from amino_store.blobs.s3.address import S3Address
from amino_store.errors import BlobsElsewhere, NotWritten, StoreFull

LIBRARY = (BotoCoreError, ClientError, OSError, TimeoutError)
"""What the library raises where a request fails; errors of its connections are among them."""
ABSENT = ("NoSuchKey", "404", "NotFound")
"""There is no such object, though the bucket may be another one, too."""
NO_UPLOAD = "NoSuchUpload"
"""The parts have become an object already, or have been removed."""

_CREDENTIALS = (
    *(NoCredentialsError, PartialCredentialsError, CredentialRetrievalError, ProfileNotFound, ConfigParseError, ConfigNotFound),
    *(SSOError, TokenRetrievalError),
)
_REGION = (NoRegionError, InvalidRegionError)
_DENIED = {
    *("ExpiredToken", "InvalidToken", "InvalidClientTokenId", "UnrecognizedClientException"),
}
_DENIED_STATUS = (401, 403, 404)
"""Where nothing is absent, 404 is about the credentials."""
_ELSEWHERE = {
    "NoSuchBucket",
    "InvalidBucketName",
    "PermanentRedirect",
    "301",
    "AuthorizationHeaderMalformed",
    "IllegalLocationConstraintException",
}
_FULL = {"QuotaExceeded", "QuotaExceededException", "InsufficientStorage", "InsufficientCapacity", "XMinioStorageFull", "507"}


def code_of(error: BaseException) -> str:
    """The service's own code for a refusal; empty: it has not refused."""
    return str(_answer(error, "Error").get("Code", ""))


def _status_of(error: BaseException) -> int:
    return int(_answer(error, "ResponseMetadata").get("HTTPStatusCode", 0))


def _answer(error: BaseException, part: str) -> dict[str, Any]:
    return cast("dict[str, Any]", vars(error)["response"].get(part, {})) if isinstance(error, ClientError) else {}


def failure(error: Exception, address: S3Address, *, writing: bool) -> AminoError:
    """The error for a request that has failed.

    Arguments:
        error: one of `LIBRARY`.
        address: the bucket.
        writing: whether the request was to change something, of which nothing counts now.
    """
    where, code = address.title, code_of(error)
    if isinstance(error, _CREDENTIALS):
        return ConfigInvalid(
            f"there are no credentials for {where} ({_words(error)}): set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, in "
            "the environment of the OMS, or give its user the files of the AWS tools"
        )
    if isinstance(error, _REGION):
        return ConfigInvalid(f"the region of {where} is not known ({_words(error)}): add region=REGION to --blobs, or set AWS_REGION")
    if code in _ELSEWHERE:
        return BlobsElsewhere(f"there is no bucket at {where} ({_words(error)}): correct the bucket, the endpoint or the region in --blobs")
    if code in _DENIED or _status_of(error) in _DENIED_STATUS:
        return ConfigInvalid(
            f"{where} does not let the OMS in ({_words(error)}): look at its credentials, at this machine's clock, and whether they may "
            "read, write, list and remove objects there"
        )
    if code in _FULL:
        return StoreFull(f"{where} has no room ({_words(error)}): the blob was not stored. Make room there and send it again")
    what = f"{where} has not answered within {address.timeout:g} s" if isinstance(error, TimeoutError) else f"{where} does not serve now"
    if writing:
        return NotWritten(f"{what} ({_words(error)}): the blob was not stored. Send it again when the service is back")
    return OmsUnavailable(f"{what} ({_words(error)}): the blob was not read. Try again when the service is back")


def _words(error: Exception) -> str:
    return str(error).strip().replace("\n", " ")[:300] or type(error).__name__
