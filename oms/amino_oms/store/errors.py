"""What only a store can refuse; each is a leaf of the one error tree."""

from __future__ import annotations

from amino_wire.errors import ArgumentInvalid, ConfigInvalid, LeaseUnavailable


class RevisionCompacted(ArgumentInvalid):
    """A watch from a revision whose history is no longer kept: read the present state anew, and watch from there."""


class LeaseEnded(LeaseUnavailable):
    """The store's lease has ended or never was, and so have the keys that fell with it."""


class StoreInUse(ConfigInvalid):
    """Another process has the data folder open."""
