"""Under which name a JVM half keeps what it has evaluated."""

from __future__ import annotations

import hashlib

from amino_wire.pb import common_pb2

READING_DIGITS = 16


def artifact_key(artifact: common_pb2.Artifact) -> str:
    """Answers the name of an artifact in a JVM half; the same in every kernel.

    The bytes are not enough: one folder can be read in two languages, from two entries, or for two of its classes.
    """
    reading = "\0".join((artifact.language, artifact.entry, artifact.class_name))
    return f"{artifact.hash}-{hashlib.sha256(reading.encode()).hexdigest()[:READING_DIGITS]}"


def hash_of_key(key: str) -> str:
    """Answers the hash of the artifact that has this name in a JVM half."""
    return key.rpartition("-")[0]
