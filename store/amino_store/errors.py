"""Errors that only a store raises; each is a leaf of the one error tree."""

from __future__ import annotations

import json

from amino_wire.errors import ArgumentInvalid, ArtifactDamaged, ConfigInvalid, LeaseUnavailable, OmsUnavailable


class RevisionCompacted(ArgumentInvalid):
    """A watch from a revision whose history is no longer kept: read the present state anew, and watch from there."""


class CopyNotRead(OmsUnavailable):
    """A copy of the store cannot answer yet: it is being read."""


class LeaseEnded(LeaseUnavailable):
    """The store's lease has ended or never was, and so have the keys that fell with it."""


class TransactionTooLarge(ArgumentInvalid):
    """The transaction is beyond a limit of the store. Nothing of it has been done, and it can never be done as it is."""


class StoreInUse(ConfigInvalid):
    """Another process works on the store."""


class StoreUnfinished(ConfigInvalid):
    """The store has only a part of what a copy was to bring."""

    @staticmethod
    def of(begun: bytes) -> StoreUnfinished:
        """The error by what stands in the store: a JSON object, whose `what` is the work that has not come to its end."""
        what = str(json.loads(begun).get("what"))
        return StoreUnfinished(
            f"the store holds only a part of what it is to hold: {what} has not come to its end. Give that command again, which goes on "
            "where it stopped, or empty the store (move the folder away; `etcdctl del --prefix`)",
            details={"what": what},
        )


class BlobsElsewhere(ConfigInvalid):
    """The blobs of the store do not lie where they were looked for."""


class NotWritten(OmsUnavailable):
    """The store could not write. Nothing of the transaction has been done, and the store goes on."""


class StoreFull(NotWritten):
    """There is no room for the transaction on the disk. The store goes on, and takes it as soon as there is room."""


class StoreFailed(OmsUnavailable):
    """The store answers nothing any more until its process has been started again.

    This commit, or an earlier one, has failed in such a way that nobody knows whether it was done: only a process that
    reads the disk anew can tell. The message says whether the caller's own request is the doubtful one.
    """

    @staticmethod
    def of(folder: str, reason: str, outcome: str) -> StoreFailed:
        """The error of one request, or of the whole store.

        Arguments:
            folder: the data folder.
            reason: the database's own words.
            outcome: the consequence for the request, without a full stop.
        """
        return StoreFailed(
            f"the store in {folder} has failed ({reason}): {outcome}. The object management service ends; look at the disk "
            "and start the service again, which then reads the database as it really is",
            details={"folder": folder, "reason": reason},
        )


def missing_artifact(digest: str) -> ArtifactDamaged:
    """The error for an artifact whose bytes are not where they should be."""
    return ArtifactDamaged(
        f"the bytes of the artifact {digest} are missing in the object management service, or were damaged there and have "
        "been set aside. Register the class again (`amino apply` or `register`, with the same source): that stores them anew",
        details={"hash": digest},
    )


def damaged_artifact(digest: str, found: str, kept: str) -> ArtifactDamaged:
    """The error for an artifact whose bytes have another hash than its name says.

    Arguments:
        digest: the hash that it should have.
        found: the hash that it has.
        kept: the file to which it was moved.
    """
    return ArtifactDamaged(
        f"the bytes of the artifact {digest} were damaged in the object management service (their hash is {found}); they "
        f"were set aside as {kept}. Register the class again (`amino apply` or `register`, with the same source), and look "
        "at the disk",
        details={"hash": digest, "found": found},
    )
