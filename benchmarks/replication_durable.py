"""Writes of a replicated object whose log is on the disks of its kernels, beside puts of etcd, which are on its members' disks."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.ratio import Ratio, compare

DURABLE = "ConsensusRSM(log=kernels,durable=true,snapshot=20000)"
"""Snapshots as seldom as etcd takes them, in calls."""


def beside_etcd(ours: Callable[[], float], theirs: Callable[[], float], pairs: int) -> Ratio:
    """The ratio of our writes a second to etcd's puts a second, taken in turns.

    Arguments:
        ours: takes a turn of an object with the chain `DURABLE`.
        theirs: takes a turn of puts to the etcd member that leads, whose log lies on a disk of the same kind.
        pairs: how many turns of each.
    """
    theirs()
    return compare(theirs, ours, pairs)
