"""Failures of etcd as errors of the one tree. Pure."""

from __future__ import annotations

from amino_wire.errors import AminoError, ConfigInvalid, OmsUnavailable

from amino_store.errors import LeaseEnded, NotWritten, StoreFailed, StoreFull, TransactionTooLarge
from amino_store.etcd.failures import Failed, Verdict


def refusal(failure: Failed, title: str) -> AminoError:
    """The error for a request that was not done, and would not be if it were sent again.

    Arguments:
        failure: the answer of etcd.
        title: the cluster, as messages name it.
    """
    match failure.verdict:
        case Verdict.NO_SPACE:
            return StoreFull(
                f"the database of {title} has reached its quota ({failure.text}): nothing of this request was done. Make room: "
                "compact and defragment it, or give etcd a larger --quota-backend-bytes, then disarm the NOSPACE alarm of each "
                "member (`etcdctl alarm disarm`), and send the request again; the service goes on and needs no restart"
            )
        case Verdict.LEASE_ENDED:
            return LeaseEnded(f"the lease has ended ({failure.text}); take a new lease")
        case Verdict.TOO_LARGE:
            return TransactionTooLarge(
                f"{title} does not take a request of that size ({failure.text}): nothing of it was done. Ask for fewer at once, "
                "or start etcd with a larger --max-txn-ops or --max-request-bytes"
            )
        case Verdict.DENIED | Verdict.TOKEN:
            return ConfigInvalid(
                f"{title} does not let us in ({failure.text}): nothing of this request was done. Give the right user and password "
                "file in --store (none where etcd knows no users), or grant that user the keys under the prefix "
                "(`etcdctl role grant-permission --prefix=true`)"
            )
        case _:
            return NotWritten(f"{title} refused a request ({failure.text}): nothing of it was done")


def unreachable(failure: Failed, title: str, seconds: float) -> OmsUnavailable:
    """The error for a request that only reads, and that no member has answered."""
    return OmsUnavailable(f"{title} has not answered for {seconds:g} s ({failure.text}); look at its members, then try again")


def not_written(failure: Failed, title: str, seconds: float) -> NotWritten:
    """The error for a transaction that no member has taken."""
    return NotWritten(
        f"{title} has not taken a request for {seconds:g} s ({failure.text}): nothing of it was done. Look at its members: more than "
        "half of them must be up. The service goes on by itself when they are"
    )


def doubtful(reason: str, title: str) -> StoreFailed:
    """The error for a transaction of which nobody can say any more whether it was done."""
    return StoreFailed.of(title, reason, "whether this request was done is unknown")


def slot_removed(title: str) -> StoreFailed:
    """The same where the slot that would tell is gone: another service, which owns the store now, has removed it (decision 54)."""
    error = doubtful("the key that would tell has been removed or changed by somebody else", title)
    # Kernels send the request again, to that service, where it has an id.
    error.details = {**error.details, "holder": "another service"}
    return error
