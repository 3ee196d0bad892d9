"""Both ends of a connection speak the same version of the wire, or the connection is refused (`docs/wire.md`, section 2)."""

from __future__ import annotations

from amino_wire.error_tree import FrameInvalid
from amino_wire.protocol import VERSION


def check_version(theirs: object, peer: str, here: str) -> None:
    """Compares the version in a hello with the version of this program.

    Arguments:
        theirs: the other end's; an end that says nothing is older than any version that does.
        peer: the other end's name, for the message.
        here: this end's name, for the message.

    Raises:
        FrameInvalid: they differ; the message says which side to upgrade.
    """
    if type(theirs) is int and theirs == VERSION:
        return
    newer = type(theirs) is int and theirs > VERSION
    said = f"version {theirs}" if type(theirs) is int else "no version"
    raise FrameInvalid(f"{peer} speaks {said} of the wire and {here} version {VERSION}: upgrade {here if newer else peer}")
