"""What the failure of a request to etcd means: whether it was done, and whether it may be sent again. Pure."""

from __future__ import annotations

from enum import Enum


class Verdict(Enum):
    """The meaning of a failure. All but UNKNOWN say that the request was not done."""

    NOT_DONE = "not done; another member, or this one later, may do it"
    UNKNOWN = "it may have been done"
    NO_SPACE = "the database of etcd is full"
    LEASE_ENDED = "there is no such lease"
    TOO_LARGE = "it is beyond a limit of etcd"
    ANSWER_TOO_LARGE = "it was done, and its answer is beyond our own limit"
    TOKEN = "the token of the user has run out, or was not given"
    DENIED = "the user may not do that, or there is no such user"
    COMPACTED = "the revision is no longer kept"
    REFUSED = "etcd does not take it"


_NOT_CONNECTED = ("failed to connect", "no leader", "dns resolution failed", "connection refused", "not capable")
_BY_TEXT = (
    ("INVALID_ARGUMENT", "user name is empty", Verdict.TOKEN),
    ("INVALID_ARGUMENT", "revision of auth store is old", Verdict.TOKEN),
    ("INVALID_ARGUMENT", "authentication failed", Verdict.DENIED),
    ("FAILED_PRECONDITION", "authentication is not enabled", Verdict.DENIED),
    ("INVALID_ARGUMENT", "too many operations", Verdict.TOO_LARGE),
    ("INVALID_ARGUMENT", "request is too large", Verdict.TOO_LARGE),
    ("RESOURCE_EXHAUSTED", "database space exceeded", Verdict.NO_SPACE),
    ("RESOURCE_EXHAUSTED", "too many requests", Verdict.NOT_DONE),
    ("RESOURCE_EXHAUSTED", "grpc: received message larger", Verdict.TOO_LARGE),
    ("RESOURCE_EXHAUSTED", "received message larger", Verdict.ANSWER_TOO_LARGE),
    ("NOT_FOUND", "lease not found", Verdict.LEASE_ENDED),
)
_BY_CODE = {
    "UNAUTHENTICATED": Verdict.TOKEN,
    "PERMISSION_DENIED": Verdict.DENIED,
    "OUT_OF_RANGE": Verdict.COMPACTED,
    "FAILED_PRECONDITION": Verdict.NOT_DONE,  # a member that only learns
    "INVALID_ARGUMENT": Verdict.REFUSED,
    "NOT_FOUND": Verdict.REFUSED,
    "UNIMPLEMENTED": Verdict.REFUSED,
}


class Failed(Exception):
    """A request to etcd has failed. It never leaves the backend, whose callers get errors of the one tree."""

    def __init__(self, verdict: Verdict, text: str) -> None:
        super().__init__(text)
        self.verdict, self.text = verdict, text


def verdict_of(code: str, text: str) -> Verdict:
    """The meaning of a failure.

    Arguments:
        code: the name of gRPC's status code.
        text: the words beside it. etcd tells some cases apart by them alone.
    """
    words = text.lower()
    if code == "UNAVAILABLE":
        return Verdict.NOT_DONE if any(each in words for each in _NOT_CONNECTED) else Verdict.UNKNOWN
    for named, part, verdict in _BY_TEXT:
        if code == named and part in words:
            return verdict
    return _BY_CODE.get(code, Verdict.UNKNOWN)
