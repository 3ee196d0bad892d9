"""Errors of the machine: something is missing or in the way; `amino doctor` says more."""

from __future__ import annotations

from amino_wire.error_base import MachineProblem
from amino_wire.protocol import Code


class JvmNotFound(MachineProblem):
    """No Java virtual machine."""

    code = Code.JVM_NOT_FOUND


class JvmUnusable(MachineProblem):
    """A Java virtual machine that does not start or is too old."""

    code = Code.JVM_UNUSABLE


class JarsMissing(MachineProblem):
    """A language's jars are not here and cannot be fetched."""

    code = Code.JARS_MISSING


class PackageMissing(MachineProblem):
    """A part of Amino, or a program that it needs, is not installed here."""

    code = Code.PACKAGE_MISSING


class PortTaken(MachineProblem):
    """Another process listens there."""

    code = Code.PORT_TAKEN


class LimitTooLow(MachineProblem):
    """The operating system gives the process too little of something, such as open files."""

    code = Code.LIMIT_TOO_LOW


class DiskFull(MachineProblem):
    """Nothing more can be written to the disk."""

    code = Code.DISK_FULL


class StoreIncompatible(MachineProblem):
    """A data folder that another version of Amino has written; the details say which formats (`found`, `readable`)."""

    code = Code.STORE_INCOMPATIBLE


class StoreDamaged(MachineProblem):
    """A data folder whose database cannot be read."""

    code = Code.STORE_DAMAGED


class StoreOutdated(MachineProblem):
    """A data folder that is older than the newest one seen before, such as an old copy. `found` and `seen` in its details are revisions."""

    code = Code.STORE_OUTDATED


class ArtifactDamaged(MachineProblem):
    """An artifact whose stored bytes are missing or are not those of its hash; the details name the `hash`."""

    code = Code.ARTIFACT_DAMAGED
